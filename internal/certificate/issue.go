package certificate

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/attendance"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/state"
)

// Office is who issues a certificate, and in whose name.
type Office struct {
	Person   id.Person
	Provider string // as it stands on the paper
}

// IssueRun issues the certificates of a run to everybody who gets one, and returns how many those are. seen is how many whoever
// does it was shown; when it is another number by now it returns state.ErrMovedOn. Nothing due is nothing done, so that doing it
// again changes nothing. However many they are it takes the same number of statements.
func IssueRun(ctx context.Context, tx *db.Tx, by Office, run id.Run, seen int) (int, error) {
	if err := course.LockPlaces(ctx, tx, run); err != nil {
		return 0, err
	}
	o, err := course.OfferingOf(ctx, tx, run)
	if err != nil {
		return 0, err
	}
	ready, err := attendance.ReadinessOf(ctx, tx, o, london.DateOf(tx.Now))
	if err != nil {
		return 0, err
	}
	list, err := standings(ctx, tx, run, ready)
	if err != nil {
		return 0, err
	}
	var due []Standing
	for _, s := range list {
		if s.Why == "" {
			due = append(due, s)
		}
	}
	switch len(due) {
	case 0:
		return 0, nil
	case seen:
		_, err := issue(ctx, tx, by, o, due)
		return len(due), err
	}
	return 0, state.ErrMovedOn
}

// Issue issues the certificate of one place, also when one was withdrawn before. Doing it again returns the one that is there. It
// returns enrolment.ErrUnknown, or a Conflict that says why they get none.
func Issue(ctx context.Context, tx *db.Tx, by Office, place string) (*Certificate, error) {
	e, err := enrolment.ByCode(ctx, tx, place)
	if err != nil {
		return nil, err
	}
	if e, err = enrolment.Lock(ctx, tx, e.ID); err != nil {
		return nil, err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return nil, err
	}
	s, err := StandingOf(ctx, tx, o, e.ID, london.DateOf(tx.Now))
	if err != nil {
		return nil, err
	}
	switch s.Why {
	case Has:
		return one(ctx, tx.NewSelect().Where("k.id = ?", s.HasID), ErrUnknown)
	case "", Again:
		made, err := issue(ctx, tx, by, o, []Standing{s})
		if err != nil {
			return nil, err
		}
		return made[0], nil
	}
	return nil, failure.New(failure.Conflict, "certificate_"+string(s.Why), s.Why.Sentence())
}

// Sentence says to staff why somebody gets no certificate.
func (w Why) Sentence() string {
	return map[Why]string{
		Running:  "These dates are not over.",
		NoName:   "Nobody is named for this place.",
		Waiting:  "A change of the registers waits for a second person.",
		NoMarks:  "Registers are missing.",
		NotThere: "They were not there.",
		Has:      "They have theirs.",
		Else:     "One was issued to somebody else who had this place. Withdraw it first.",
		Letters:  "We cannot print all letters of the name. Agree with them how to write it.",
		Again:    "One was withdrawn. Issue another on the page of the place.",
	}[w]
}

// issue makes certificates of one run.
func issue(ctx context.Context, tx *db.Tx, by Office, o *course.Offering, to []Standing) ([]*Certificate, error) {
	taught, err := course.TrainersOf(ctx, tx, o.ID)
	if err != nil {
		return nil, err
	}
	common := snapshotOf(o, taught, by.Provider, london.DateOf(tx.Now))
	made, letters := make([]*Certificate, len(to)), make([]letter, len(to))
	for i, s := range to {
		made[i] = &Certificate{EnrolmentID: s.EnrolmentID, RunID: o.ID, PersonID: s.PersonID, Kind: s.Gives, Snapshot: common.about(s.Printed, s.Outcome),
			ReplacesID: s.HasID, IssuedBy: by.Person}
		letters[i] = letter{to: s.Email, person: s.PersonID, Name: s.Greeting, Place: s.Code, Course: o.Course.Title, Kind: s.Gives, Again: s.HasID != 0 || s.Withdrawn}
	}
	if err := insert(ctx, tx, made); err != nil {
		return nil, err
	}
	return made, tell(ctx, tx, made, letters)
}

// insert numbers certificates, ends those that they replace, and writes them down.
func insert(ctx context.Context, tx *db.Tx, made []*Certificate) error {
	var numbers []int64
	if err := tx.NewRaw("SELECT nextval('certificates_id_seq') FROM generate_series(1, ?)", len(made)).Scan(ctx, &numbers); err != nil {
		return fmt.Errorf("numbering certificates: %w", err)
	}
	var before []id.Certificate
	events := make([]audit.Event, len(made))
	for i, k := range made {
		k.ID, k.Number, k.Code, k.Status, k.IssuedAt = id.Certificate(numbers[i]), fmt.Sprintf("C-%05d", numbers[i]), id.LongCode(), Valid, tx.Now
		detail := map[string]any{"number": k.Number, "kind": k.Kind}
		what := "certificate issued"
		if k.ReplacesID != 0 {
			before, what = append(before, k.ReplacesID), "certificate replaced"
		}
		events[i] = audit.Event{Actor: audit.Person(k.IssuedBy), Action: what, Subject: "enrolment", SubjectID: int64(k.EnrolmentID), Detail: detail}
	}
	if err := end(ctx, tx, made[0].IssuedBy, Replaced, "", before...); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&made).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("writing certificates: %w", err)
	}
	return audit.RecordAll(ctx, tx, events)
}

// end is the only place where certificates stop to be valid. It returns ErrNotValid when one of them does not hold any more.
func end(ctx context.Context, tx *db.Tx, by id.Person, how Status, reason string, which ...id.Certificate) error {
	if len(which) == 0 {
		return nil
	}
	done, err := tx.NewRaw("UPDATE certificates SET status = ?, ended_by = ?, ended_at = ?, reason = ? WHERE id IN (?) AND status = ?",
		how, by, tx.Now, reason, bun.List(which), Valid).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ending certificates: %w", err)
	}
	n, err := done.RowsAffected()
	if err == nil && n != int64(len(which)) {
		err = ErrNotValid
	}
	return err
}
