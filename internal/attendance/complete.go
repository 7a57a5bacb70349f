package attendance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/state"
)

// ErrRunning means that a run is not over, so that nobody has completed it.
var ErrRunning = failure.New(failure.Conflict, "run_running", "These dates are not over, so nobody has completed them yet.")

// Readiness is what stands in the way of completing a cohort, and whom it would concern.
type Readiness struct {
	Over       bool // the last day has passed
	Missing    int  // half days of which there is no register
	Unfinished int  // of which there is one, and somebody is not marked on it: they count as not there
	Waiting    int  // requests for which a second person is needed
	Complete   int  // confirmed places that would be completed
	Short      int  // that would not: they have attended
	Done       int  // completed already
}

// Ready reports whether the cohort can be completed.
func (r Readiness) Ready() bool { return r.Over && r.Missing == 0 && r.Waiting == 0 && r.Complete > 0 }

// ReadinessOf looks at a run on a day.
func ReadinessOf(ctx context.Context, d bun.IDB, o *course.Offering, today london.Date) (r Readiness, err error) {
	missing, err := Missing(ctx, d, o.ID, today)
	if err != nil {
		return r, err
	}
	unfinished, err := Unfinished(ctx, d, o.ID, today)
	if err != nil {
		return r, err
	}
	r.Over, r.Missing, r.Unfinished = today.After(o.EndsOn()), len(missing), len(unfinished)
	err = d.NewRaw("SELECT count(*) FROM attendance_requests WHERE run_id = ? AND outcome IS NULL", o.ID).Scan(ctx, &r.Waiting)
	if err != nil {
		return r, fmt.Errorf("counting what waits for a second person: %w", err)
	}
	list, err := Outcomes(ctx, d, o.ID)
	for _, one := range list {
		switch {
		case one.Status == enrolment.Completed:
			r.Done++
		case one.Completes:
			r.Complete++
		default:
			r.Short++
		}
	}
	return r, err
}

// CompleteRun completes the confirmed places of a run that is over, of everybody who has completed it; the others stay as they are,
// and can be completed when they have made up what they missed. seen is how many whoever does it was shown; when it is another
// number by now it returns state.ErrMovedOn. It returns ErrRunning, or a Conflict that says what is missing.
func CompleteRun(ctx context.Context, tx *db.Tx, by id.Person, run id.Run, seen int) error {
	if err := course.LockPlaces(ctx, tx, run); err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, run)
	if err != nil {
		return err
	}
	r, err := ReadinessOf(ctx, tx, o, london.DateOf(tx.Now))
	switch {
	case err != nil:
		return err
	case !r.Over:
		return ErrRunning
	case r.Missing == 1:
		return failure.New(failure.Conflict, "registers_missing", "There is no register of one half day yet.")
	case r.Missing > 0:
		return failure.New(failure.Conflict, "registers_missing", fmt.Sprintf("There is no register of %d half days yet.", r.Missing))
	case r.Waiting > 0:
		return failure.New(failure.Conflict, "attendance_waits", "A change of a register waits for a second person.")
	case r.Complete != seen:
		return state.ErrMovedOn
	}
	list, err := Outcomes(ctx, tx, run)
	if err != nil {
		return err
	}
	for _, one := range list {
		if !one.Completes || one.Status != enrolment.Confirmed {
			continue
		}
		if err := enrolment.Complete(ctx, tx, audit.Person(by), one.EnrolmentID, map[string]any{"halves": one.Halves, "of": one.Of, "adjusted": one.Adjusted}); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "cohort completed", Subject: "run", SubjectID: int64(run),
		Detail: map[string]any{"completed": r.Complete, "attended": r.Short}})
}
