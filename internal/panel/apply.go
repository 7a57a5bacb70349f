package panel

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
)

// Apply assigns exactly what Propose showed: seen is Proposal.Seen of it. It returns ErrPlanChanged when it would be
// something else by now, ErrComparing, or ErrNotReading. Applying again what stands changes nothing.
func Apply(ctx context.Context, tx *db.Tx, by id.Person, round, seen string) (*Proposal, error) {
	r, err := bursary.LockRound(ctx, tx, round)
	if err != nil {
		return nil, err
	}
	p, err := propose(ctx, tx, r, assigning{take: candidate.eligible}, true)
	switch {
	case err != nil:
		return nil, err
	case p.Comparing > 0:
		return nil, ErrComparing
	case p.Seen() != seen:
		return nil, ErrPlanChanged
	}
	if err := noteOfficeReaders(ctx, tx, r.ID); err != nil {
		return nil, err
	}
	return p, p.apply(ctx, tx, audit.Person(by))
}

// Refill is the job of finding readers for what was handed back or recused.
type Refill struct {
	Round id.Round `json:"round"`
}

// Kind names the job.
func (Refill) Kind() string { return "panel_refill" }

// FillHoles does Refill: whatever is assigned stays where it is, and what is missing in applications that are being
// read is given to somebody else. What cannot be filled is seen in the next proposal. It is for the worker's role,
// after Compare.
func FillHoles(ctx context.Context, tx *db.Tx, round id.Round) error {
	r, err := bursary.RoundByID(ctx, tx, round)
	if err != nil {
		return err
	}
	if r, err = bursary.LockRound(ctx, tx, r.Code); err != nil || r.Status != bursary.RoundClosed {
		return err
	}
	p, err := propose(ctx, tx, r, assigning{take: candidate.inReview, still: true}, true)
	if err != nil {
		return err
	}
	if p.Comparing > 0 {
		return ErrComparing // an answer changed in between: the job is worked again
	}
	return p.apply(ctx, tx, audit.System)
}

func (c candidate) inReview() bool { return c.Eligible && c.Status == bursary.InReview }

// newReading is an assignment as it is first written.
type newReading struct {
	bun.BaseModel `bun:"table:sensitive.assignments"`

	ApplicationID id.Application   `bun:"application_id"`
	MemberID      id.Member        `bun:"member_id"`
	Status        AssignmentStatus `bun:"status"`
	CreatedAt     time.Time        `bun:"created_at"`
}

// apply writes the plan. The readings are locked.
func (p *Proposal) apply(ctx context.Context, tx *db.Tx, by audit.Actor) error {
	var given []newReading
	var read []id.Application
	var taken []id.Assignment
	fresh := map[id.Member]int{}
	for _, l := range p.Lines {
		taken = append(taken, l.leaving...)
		for _, r := range l.Readers {
			if r.Status == "" {
				given = append(given, newReading{ApplicationID: l.ID, MemberID: r.Member.ID, Status: Assigned, CreatedAt: tx.Now})
				fresh[r.Member.ID]++
			}
		}
		if len(l.Readers) > 0 {
			read = append(read, l.ID)
		}
	}
	if err := writePlan(ctx, tx, taken, given, read); err != nil {
		return err
	}
	if len(given) == 0 && len(taken) == 0 {
		return nil
	}
	if err := p.tell(ctx, tx, fresh); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "readings assigned", Subject: "round", SubjectID: int64(p.Round.ID),
		Detail: map[string]any{"assigned": len(given), "taken_away": len(taken)}})
}

// writePlan ends what moves, which frees its place, then gives what is new, and notes what is being read from now on.
func writePlan(ctx context.Context, tx *db.Tx, taken []id.Assignment, given []newReading, read []id.Application) error {
	if len(taken) > 0 {
		_, err := tx.NewRaw("UPDATE sensitive.assignments SET status = 'taken_away' WHERE id IN (?) AND status = 'assigned'", bun.List(taken)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("taking readings away: %w", err)
		}
	}
	if len(given) > 0 {
		if _, err := tx.NewInsert().Model(&given).Returning("NULL").Exec(ctx); err != nil {
			return fmt.Errorf("assigning readings: %w", err)
		}
	}
	if len(read) > 0 {
		_, err := tx.NewRaw("UPDATE sensitive.applications SET status = ?, updated_at = ? WHERE id IN (?) AND status = ?",
			bursary.InReview, tx.Now, bun.List(read), bursary.Submitted).Exec(ctx)
		if err != nil {
			return fmt.Errorf("noting what is being read: %w", err)
		}
	}
	return nil
}

// assigned is what the mail that there is something to read is given.
type assigned struct {
	Fresh   int
	PanelOn london.Date
}

// tell writes to those who have something new to read.
func (p *Proposal) tell(ctx context.Context, tx *db.Tx, fresh map[id.Member]int) error {
	addresses, err := addressesOf(ctx, tx, p.Round.ID)
	if err != nil {
		return err
	}
	for _, m := range p.table.members {
		if fresh[m.ID] == 0 {
			continue
		}
		err := mail.Send(ctx, tx, mail.Message{To: addresses[m.ID], Person: m.PersonID, Template: "reader-assigned",
			Data: assigned{fresh[m.ID], p.Round.PanelOn}, Private: true})
		if err != nil {
			return err
		}
	}
	return nil
}

func addressesOf(ctx context.Context, d bun.IDB, round id.Round) (map[id.Member]string, error) {
	var rows []struct {
		ID    id.Member
		Email string
	}
	err := d.NewRaw(`
		SELECT m.id, p.email FROM sensitive.panel_members m JOIN people p ON p.id = m.person_id WHERE m.round_id = ?`, round).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("listing addresses of a panel: %w", err)
	}
	all := make(map[id.Member]string, len(rows))
	for _, row := range rows {
		all[row.ID] = row.Email
	}
	return all, nil
}
