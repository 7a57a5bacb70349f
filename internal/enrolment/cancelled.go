package enrolment

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Answer is what becomes of a confirmed place whose run is cancelled.
type Answer string

// The answers. Empty: not answered yet.
const (
	ChoseDates Answer = "moved"
	ChoseMoney Answer = "refunded"
)

// AnswerDays is how long, in days, whoever has a place on a cancelled run can choose other dates. After that they get the money.
const AnswerDays = 14

// ErrNotCancelled means that a place is on no cancelled run.
var ErrNotCancelled = failure.New(failure.NotFound, "not_cancelled", "These dates are not cancelled.")

// Cancellation is a run that the provider does not hold, and why.
type Cancellation struct {
	bun.BaseModel `bun:"table:run_cancellations"`

	RunID    id.Run      `bun:"run_id,pk"`
	ByID     id.Person   `bun:"by_id"`
	Reason   string      `bun:"reason"` // as everybody is told it
	AnswerBy london.Date `bun:"answer_by"`
	At       time.Time   `bun:"at"`
}

// CancelledPlace is what somebody who had a confirmed place on it is asked: other dates, or the money back.
type CancelledPlace struct {
	bun.BaseModel `bun:"table:cancelled_places"`

	EnrolmentID id.Enrolment `bun:"enrolment_id,pk"`
	RunID       id.Run       `bun:"run_id,pk"`
	AskedAt     time.Time    `bun:"asked_at"`
	AnswerBy    london.Date  `bun:"answer_by"`
	Answer      Answer       `bun:"answer,nullzero"`
	AnsweredAt  time.Time    `bun:"answered_at,nullzero"`
}

// CancelRun writes down that a run is not held. Doing it again changes nothing and returns what was written first.
func CancelRun(ctx context.Context, tx *db.Tx, c Cancellation) (*Cancellation, error) {
	c.At, c.AnswerBy = tx.Now, london.DateOf(tx.Now).AddDays(AnswerDays)
	if _, err := tx.NewInsert().Model(&c).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
		return nil, fmt.Errorf("writing down a cancellation: %w", err)
	}
	return CancellationOf(ctx, tx, c.RunID)
}

// CancellationOf reads why a run is not held, or returns ErrNotCancelled.
func CancellationOf(ctx context.Context, d bun.IDB, run id.Run) (*Cancellation, error) {
	c := new(Cancellation)
	err := d.NewSelect().Model(c).Where("run_id = ?", run).Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrNotCancelled
	}
	return c, err
}

// AskCancelled asks whoever has a confirmed place on a cancelled run to choose.
func AskCancelled(ctx context.Context, tx *db.Tx, e *Enrolment, c *Cancellation) error {
	asked := CancelledPlace{EnrolmentID: e.ID, RunID: c.RunID, AskedAt: tx.Now, AnswerBy: c.AnswerBy}
	if _, err := tx.NewInsert().Model(&asked).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("asking whoever has place %s: %w", e.Code, err)
	}
	return nil
}

// CancelledPlaceOf is what whoever has a place was asked because its run is cancelled; nil when they were not.
func CancelledPlaceOf(ctx context.Context, d bun.IDB, e *Enrolment) (*CancelledPlace, error) {
	found := new(CancelledPlace)
	err := d.NewSelect().Model(found).Where("enrolment_id = ? AND run_id = ?", e.ID, e.RunID).Scan(ctx)
	if db.NoRows(err) {
		return nil, nil
	}
	return found, err
}

// AnswerCancelled writes down what becomes of a place whose run is cancelled, and reports whether it waited for that.
func AnswerCancelled(ctx context.Context, tx *db.Tx, e *Enrolment, answer Answer) (bool, error) {
	done, err := tx.NewRaw("UPDATE cancelled_places SET answer = ?, answered_at = ? WHERE enrolment_id = ? AND run_id = ? AND answer IS NULL",
		answer, tx.Now, e.ID, e.RunID).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("answering for a cancelled place: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// CancelledDue lists confirmed places on cancelled runs of which nobody chose anything by the last day, oldest first.
func CancelledDue(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.Enrolment, error) {
	var list []id.Enrolment
	err := d.NewRaw(`SELECT c.enrolment_id FROM cancelled_places c JOIN enrolments e ON (e.id, e.run_id) = (c.enrolment_id, c.run_id)
		WHERE c.answer IS NULL AND e.status = 'confirmed' AND c.answer_by < ? ORDER BY c.answer_by, c.enrolment_id LIMIT ?`, london.DateOf(now), limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing cancelled places: %w", err)
	}
	return list, nil
}

// ToCancel lists claims on cancelled runs about which nothing was done yet, oldest first.
func ToCancel(ctx context.Context, d bun.IDB, limit int) ([]id.Enrolment, error) {
	var list []id.Enrolment
	err := d.NewRaw(`SELECT e.id FROM run_cancellations r JOIN enrolments e ON e.run_id = r.run_id
		WHERE e.status IN ('held', 'waiting', 'confirmed') AND NOT EXISTS (SELECT FROM cancelled_places c WHERE (c.enrolment_id, c.run_id) = (e.id, e.run_id))
		ORDER BY e.id LIMIT ?`, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing places of cancelled runs: %w", err)
	}
	return list, nil
}

// Lost is how many confirmed places of an organisation are on a run that the provider does not hold.
type Lost struct {
	RunID    id.Run
	AnswerBy london.Date // the last day to choose other dates
	Places   int         // none: it only pays for some
}

// LostOf lists the runs that the provider does not hold and for which other dates can still be chosen on a day, by the last day to
// do so, with the places that an organisation has booked there.
func LostOf(ctx context.Context, d bun.IDB, of id.Organisation, today london.Date) ([]Lost, error) {
	var list []Lost
	err := d.NewRaw(`
		SELECT c.run_id, c.answer_by, count(e.id) AS places
		FROM   run_cancellations c
		LEFT   JOIN enrolments e ON e.run_id = c.run_id AND e.status = 'confirmed' AND e.team_booking_id IN (SELECT id FROM team_bookings WHERE organisation_id = ?)
		WHERE  c.answer_by >= ?
		GROUP  BY c.run_id, c.answer_by ORDER BY c.answer_by, c.run_id`, of, today).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading which dates are cancelled: %w", err)
	}
	return list, nil
}
