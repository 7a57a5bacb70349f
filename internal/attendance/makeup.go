package attendance

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/state"
)

var (
	// ErrNotMissed means that there is nothing to make up: somebody was there, or has made it up.
	ErrNotMissed = failure.New(failure.Conflict, "not_missed", "They were there, or have made this up already.")
	// ErrArranged means that somebody makes up the same half day elsewhere, or another one at that time.
	ErrArranged = failure.New(failure.Conflict, "make_up_arranged", "This is arranged already, or they make up something else at that time.")
	// ErrMakeUp means that there is no such arrangement for a place.
	ErrMakeUp = failure.New(failure.NotFound, "make_up_unknown", "We cannot find that arrangement.")
)

// Arrangement is that somebody makes up what they missed on one day on a day of another run of the same course.
type Arrangement struct {
	Code   string      // of their place
	Missed london.Date // of their own run
	Run    string      // code of the other
	At     london.Date
	Halves []Half
}

// Arrange has somebody make up half a day, or a whole one, in another run, and writes to them. They stand on that register, and
// the trainer who marks them present there makes the half day good. It returns enrolment.ErrUnknown, state.ErrMovedOn for a place
// that is not confirmed, ErrNotMissed or ErrArranged about the half, or an Invalid failure about a field.
func Arrange(ctx context.Context, tx *db.Tx, by id.Person, a Arrangement) error {
	e, err := enrolment.ByCode(ctx, tx, a.Code)
	if err != nil {
		return err
	}
	if e.Status != enrolment.Confirmed || e.PersonID == 0 {
		return state.ErrMovedOn
	}
	if len(a.Halves) == 0 {
		return failure.Field("halves", "Choose the morning, the afternoon or both")
	}
	own, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	for _, half := range a.Halves {
		if err := a.arrange(ctx, tx, by, e, own, half); err != nil {
			return err
		}
	}
	err = audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "make up arranged", Subject: "enrolment", SubjectID: int64(e.ID),
		Detail: map[string]any{"missed": a.Missed.String(), "run": a.Run, "day": a.At.String(), "halves": a.Halves}})
	if err != nil {
		return err
	}
	return a.tell(ctx, tx, e)
}

func (a Arrangement) arrange(ctx context.Context, tx *db.Tx, by id.Person, e *enrolment.Enrolment, own *course.Offering, half Half) error {
	missed, err := Find(ctx, tx, own.Code, a.Missed.String(), string(half))
	if err != nil || missed.Day.After(london.DateOf(tx.Now)) {
		return failure.Field("missed", "Choose a day of their own dates that is over")
	}
	at, err := Find(ctx, tx, a.Run, a.At.String(), string(half))
	switch {
	case err != nil:
		return failure.Field("at", "Choose a day of the other dates")
	case at.RunID == e.RunID || at.Course != own.Course.Title:
		return failure.Field("at", "Choose other dates of the same course")
	case at.Day.Before(london.DateOf(tx.Now)):
		return failure.Field("at", "Choose a day that is not over")
	}
	register, err := missed.lock(ctx, tx)
	if err != nil {
		return err
	}
	var there bool
	err = tx.NewRaw("SELECT EXISTS (SELECT FROM attendance_marks WHERE enrolment_id = ? AND register_id = ? AND mark <> 'absent')", e.ID, register).Scan(ctx, &there)
	if err != nil {
		return fmt.Errorf("looking whether somebody was there: %w", err)
	}
	if there {
		return about(ErrNotMissed, fmt.Sprintf("They were there in the %s of that day, or have made it up already", half.Word()))
	}
	switch busy, err := meets(ctx, tx, e, at.Day); {
	case err != nil:
		return err
	case busy:
		return failure.Field("at", "Choose a day on which their own group does not meet")
	}
	_, err = tx.NewRaw(`INSERT INTO make_ups (enrolment_id, missed_id, block_id, day, half, arranged_by, arranged_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		e.ID, register, at.BlockID, at.Day, half, by, tx.Now).Exec(ctx)
	if db.Violates(err, "make_ups_one_for_each") || db.Violates(err, "make_ups_one_at_a_time") {
		return about(ErrArranged.Because(err), fmt.Sprintf("The %s is arranged already, or they make up something else at that time", half.Word()))
	}
	return err
}

// about has a refusal say which half of the day it is about.
func about(f *failure.Error, sentence string) error {
	f = f.Because(f.Unwrap())
	f.Fields = map[string]string{"halves": sentence}
	return f
}

// meets reports whether somebody's own run meets on a day.
func meets(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, day london.Date) (yes bool, err error) {
	if err := tx.NewRaw("SELECT EXISTS (SELECT FROM blocks WHERE run_id = ? AND ? BETWEEN starts_on AND ends_on)", e.RunID, day).Scan(ctx, &yes); err != nil {
		return false, fmt.Errorf("looking whether a run meets on a day: %w", err)
	}
	return yes, nil
}

// makeUpLetter is what the mail about it may say (templates/mail/make-up).
type makeUpLetter struct {
	Name   string
	Missed london.Date
	At     london.Date
	Halves []Half
	Run    *course.Offering // where they go to
	Code   string           // of their place
}

// Whole reports whether it is a whole day.
func (l makeUpLetter) Whole() bool { return len(l.Halves) > 1 }

func (a Arrangement) tell(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	p, err := people.ByID(ctx, tx, e.PersonID)
	if err != nil {
		return err
	}
	run, err := course.RunByCode(ctx, tx, a.Run)
	if err != nil {
		return err
	}
	to, err := course.OfferingOf(ctx, tx, run)
	if err != nil {
		return err
	}
	return mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: "make-up",
		Data: makeUpLetter{Name: p.Name, Missed: a.Missed, At: a.At, Halves: a.Halves, Run: to, Code: e.Code}})
}

// MakeUp is half a day that somebody makes up, or was to.
type MakeUp struct {
	ID       id.MakeUp
	Missed   london.Date
	Half     Half
	Run      string // code, where they make it up
	Day      london.Date
	Attended *bool // nil: not said yet
}

// MakeUpsOf lists what was arranged for a place of the run on which it is now, the latest first. There are a few at most.
func MakeUpsOf(ctx context.Context, d bun.IDB, e id.Enrolment) ([]MakeUp, error) {
	var list []MakeUp
	err := d.NewRaw(`
		SELECT u.id, g.day AS missed, u.half, r.code AS run, u.day, u.attended
		FROM   make_ups u JOIN registers g ON g.id = u.missed_id JOIN blocks o ON o.id = g.block_id
		JOIN   enrolments e ON e.id = u.enrolment_id AND e.run_id = o.run_id
		JOIN   blocks b ON b.id = u.block_id JOIN runs r ON r.id = b.run_id
		WHERE  u.enrolment_id = ? AND u.dropped_at IS NULL ORDER BY u.id DESC LIMIT 200`, e).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing what somebody makes up: %w", err)
	}
	return list, nil
}

// Drop ends an arrangement of a place that has not come about. Doing it again changes nothing. It returns ErrMakeUp, or
// state.ErrMovedOn once they were there.
func Drop(ctx context.Context, tx *db.Tx, by id.Person, e id.Enrolment, which id.MakeUp) error {
	var stands struct{ There, Dropped bool }
	err := tx.NewRaw("SELECT attended IS true AS there, dropped_at IS NOT NULL AS dropped FROM make_ups WHERE id = ? AND enrolment_id = ? FOR UPDATE", which, e).Scan(ctx, &stands)
	switch {
	case db.NoRows(err):
		return ErrMakeUp
	case err != nil:
		return fmt.Errorf("reading an arrangement: %w", err)
	case stands.There:
		return state.ErrMovedOn
	case stands.Dropped:
		return nil
	}
	if _, err := tx.NewRaw("UPDATE make_ups SET dropped_at = ? WHERE id = ?", tx.Now, which).Exec(ctx); err != nil {
		return fmt.Errorf("ending an arrangement: %w", err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "make up dropped", Subject: "enrolment", SubjectID: int64(e),
		Detail: map[string]any{"make_up": which}})
}

// writeGuest says whether somebody was there who makes up half a day, which makes good the half day that they missed, or not.
func (h *HalfDay) writeGuest(ctx context.Context, tx *db.Tx, by id.Person, e Entry) error {
	var missed id.Register
	err := tx.NewRaw(`
		UPDATE make_ups SET attended = ? WHERE enrolment_id = ? AND block_id = ? AND day = ? AND half = ? AND dropped_at IS NULL RETURNING missed_id`,
		e.Mark == Present, e.ID, h.BlockID, h.Day, h.Half).Scan(ctx, &missed)
	if db.NoRows(err) || db.Violates(err, "make_ups_one_for_each") {
		return ErrMeanwhile.Because(err)
	}
	if err != nil {
		return fmt.Errorf("marking a guest: %w", err)
	}
	good, instead := MadeUp, Absent
	if e.Mark != Present {
		good, instead = Absent, MadeUp
	}
	return makeGood(ctx, tx, e.ID, missed, by, tx.Now, good, instead)
}

// makeGood gives the mark of a missed half day another value, unless it is none that a guest's register decides.
func makeGood(ctx context.Context, tx *db.Tx, e id.Enrolment, missed id.Register, by id.Person, at time.Time, good, instead Mark) error {
	_, err := tx.NewRaw(`
		INSERT INTO attendance_marks AS m (enrolment_id, register_id, mark, by_id, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (enrolment_id, register_id) DO UPDATE SET mark = excluded.mark, by_id = excluded.by_id, at = excluded.at WHERE m.mark = ?`,
		e, missed, good, by, at, instead).Exec(ctx)
	if err != nil {
		return fmt.Errorf("making good half a day: %w", err)
	}
	return nil
}
