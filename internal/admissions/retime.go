package admissions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// ErrNotSeen means that more or fewer people are concerned by a change than whoever makes it has seen.
var ErrNotSeen = failure.New(failure.Conflict, "not_seen", "Others have a place on these dates now. Look again whom the change concerns.")

// longestWhy is how much people can be told of why their dates change, in characters.
const longestWhy = 500

// Concerned is whom a change of a run's dates concerns, all of whom are told.
type Concerned struct {
	Places    int // confirmed and held
	Told      int // who sits there; the others have no name yet, or are not certain
	Employers int // organisations that booked some of them
	Trainers  int
}

// Anybody reports whether somebody has to be told.
func (c Concerned) Anybody() bool { return c.Places > 0 || c.Trainers > 0 }

// ConcernedBy counts whom a change of a run's dates concerns.
func ConcernedBy(ctx context.Context, d bun.IDB, run id.Run) (c Concerned, err error) {
	holders, err := enrolment.Holders(ctx, d, run)
	if err != nil {
		return c, err
	}
	c.Places = len(holders)
	for _, h := range holders {
		if h.Told() {
			c.Told++
		}
	}
	c.Employers = len(teamsAmong(holders))
	teachers, err := teachersOf(ctx, d, run)
	c.Trainers = len(teachers)
	return c, err
}

// teamsAmong are the bookings of organisations among places, each once.
func teamsAmong(holders []enrolment.Holder) []id.TeamBooking {
	var teams []id.TeamBooking
	for _, h := range holders {
		if h.TeamID != 0 && !slices.Contains(teams, h.TeamID) {
			teams = append(teams, h.TeamID)
		}
	}
	return teams
}

// teachersOf are those who teach a run, each once.
func teachersOf(ctx context.Context, d bun.IDB, run id.Run) ([]id.Person, error) {
	teach, err := course.TrainersOf(ctx, d, run)
	var who []id.Person
	for _, t := range teach {
		if !slices.Contains(who, t.PersonID) {
			who = append(who, t.PersonID)
		}
	}
	return who, err
}

// Retiming is a new timetable of a run. Where it changes what stands in somebody's calendar they are told, so Seen says how
// many places it was seen to concern, and Why is what people are told.
type Retiming struct {
	Timetable course.Timetable
	Seen      int
	Why       string
}

// Retime changes when and where a run is taught, and tells everybody whom that concerns, with new calendar files. It returns
// ErrNotSeen when other people are concerned than were seen, an Invalid failure about "why", or what course.Retime returns.
func Retime(ctx context.Context, tx *db.Tx, by id.Person, run id.Run, r Retiming) error {
	if err := course.LockPlaces(ctx, tx, run); err != nil {
		return err
	}
	whom, err := ConcernedBy(ctx, tx, run)
	if err != nil {
		return err
	}
	teachers, err := teachersOf(ctx, tx, run)
	if err != nil {
		return err
	}
	before, after, err := course.Retime(ctx, tx, audit.Person(by), run, r.Timetable)
	if err != nil || before.Edition == after.Edition || !whom.Anybody() {
		return err
	}
	r.Why = strings.TrimSpace(r.Why)
	switch {
	case whom.Places != r.Seen:
		return ErrNotSeen.Because(fmt.Errorf("%d places, %d were seen", whom.Places, r.Seen))
	case r.Why == "" || len([]rune(r.Why)) > longestWhy:
		return failure.Field("why", "Say why, in up to 500 characters: everybody whom it concerns reads it")
	}
	return tellRetimed(ctx, tx, before, after, r.Why, teachers)
}
