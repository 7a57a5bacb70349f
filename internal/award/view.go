package award

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/allocation"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
)

// Shift is what another plan means for people, by the codes of their applications, in the order of that plan.
type Shift struct {
	Gain   []string // funded there and not here
	Lose   []string // funded here and not there
	Better []string // given an earlier one of their choices
	Worse  []string // given a later one
}

// None reports whether the other plan means the same for everybody.
func (s Shift) None() bool { return len(s.Gain)+len(s.Lose)+len(s.Better)+len(s.Worse) == 0 }

// ShiftOf says what it means for people when now takes the place of was. Both are plans for the same choices of people.
func ShiftOf(was, now allocation.Result) (s Shift) {
	before, after := given(was), given(now)
	for _, f := range now.Funded {
		choice, funded := before[f.ID]
		switch {
		case !funded:
			s.Gain = append(s.Gain, f.ID)
		case f.Choice < choice:
			s.Better = append(s.Better, f.ID)
		case f.Choice > choice:
			s.Worse = append(s.Worse, f.ID)
		}
	}
	for _, f := range was.Funded {
		if _, funded := after[f.ID]; !funded {
			s.Lose = append(s.Lose, f.ID)
		}
	}
	return s
}

func given(plan allocation.Result) map[string]int {
	choices := make(map[string]int, len(plan.Funded))
	for _, f := range plan.Funded {
		choices[f.ID] = f.Choice
	}
	return choices
}

// Undeparted is in with the order as it was drawn.
func (in *Inputs) Undeparted() *Inputs {
	other := *in
	other.Departures = nil
	return &other
}

// Carried divides departures into those that another proposal can go by and those about people who are not in the order
// any more, whose words stay with the earlier proposal.
func Carried(ctx context.Context, d bun.IDB, round id.Round, all []Departure) (kept, gone []Departure, err error) {
	ranked, err := bursary.Ranked(ctx, d, round, bursary.Banded)
	if err != nil {
		return nil, nil, err
	}
	for _, one := range all {
		if slices.ContainsFunc(ranked, func(a *bursary.Application) bool { return a.ID == one.ApplicationID }) {
			kept = append(kept, one)
		} else {
			gone = append(gone, one)
		}
	}
	return kept, gone, nil
}

// LoadDecided reads the facts that a round was decided by on a day, with the rules that funds have now, for staff: the
// reading is noted for each.
func LoadDecided(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, r *bursary.Round, on london.Date) (*Inputs, error) {
	list, err := bursary.Ranked(ctx, tx, r.ID,
		bursary.Allocated, bursary.Reserve, bursary.NotFunded, bursary.ReviewRequested, bursary.Upheld, bursary.Dismissed)
	if err != nil {
		return nil, err
	}
	if err := bursary.NoteAll(ctx, tx, idsOf(list), reader); err != nil {
		return nil, err
	}
	in := &Inputs{Round: r, On: on}
	if in.Applicants, err = KeptFacts(ctx, tx, box, list); err != nil {
		return nil, err
	}
	return in, in.surroundings(ctx, tx)
}

// ReserveOf lists who is on a ratified round's reserve list, in the order in which it is served.
func ReserveOf(ctx context.Context, tx *db.Tx, r *bursary.Round) ([]*bursary.Application, error) {
	return reserveList(ctx, tx, r)
}

// Codes are the codes of applications.
func Codes(ctx context.Context, d bun.IDB, which []id.Application) (map[id.Application]string, error) {
	codes := make(map[id.Application]string, len(which))
	if len(which) == 0 {
		return codes, nil
	}
	var rows []struct {
		ID   id.Application
		Code string
	}
	if err := d.NewRaw("SELECT id, code FROM sensitive.applications WHERE id IN (?)", bun.List(which)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("reading the codes of applications: %w", err)
	}
	for _, row := range rows {
		codes[row.ID] = row.Code
	}
	return codes, nil
}

// Tasks counts what waits for the office, without opening anything.
type Tasks struct {
	Claims  int // to decide
	Pay     int // claims to pay
	Reviews int // to answer
}

// TasksAt counts what waits for the office.
func TasksAt(ctx context.Context, tx *db.Tx) (t Tasks, err error) {
	if t.Claims, t.Pay, err = CountWaiting(ctx, tx); err != nil {
		return t, err
	}
	if err = tx.NewRaw("SELECT count(*) FROM sensitive.reviews_asked WHERE outcome IS NULL").Scan(ctx, &t.Reviews); err != nil {
		err = fmt.Errorf("counting reviews: %w", err)
	}
	return t, err
}
