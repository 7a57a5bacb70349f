package bursary

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
)

// ErrNotDecided means that the answers of an application cannot be kept for another round yet.
var ErrNotDecided = failure.New(failure.Conflict, "application_not_decided",
	"We have not decided about this application yet. Once we have, you can keep your answers for next time.")

const (
	// keepPurpose is what somebody agrees to who keeps their answers (UK GDPR Art. 9(2)(a)).
	keepPurpose = "keep"
	// keptYears is for how long that holds.
	keptYears = 1
)

// notCarried are the questions that have to be asked afresh in each round: another panel reads, and consent is to that
// round alone.
var notCarried = []string{"consent", "panel_known"}

// KeepAnswers notes that a person wants the answers of an application that is decided for the next round, for a year. To
// press again changes nothing; after the year it begins anew. Their deletion has to wait for as long as this holds. It
// returns ErrUnknown or ErrNotDecided.
func KeepAnswers(ctx context.Context, tx *db.Tx, person id.Person, code string) error {
	a, r, err := lockOwn(ctx, tx, person, code)
	if err != nil {
		return err
	}
	if !a.Told() {
		return ErrNotDecided
	}
	until, err := KeptUntil(ctx, tx, a.ID)
	if err != nil || !until.Before(london.DateOf(tx.Now)) {
		return err
	}
	if err := endKeeping(ctx, tx, a); err != nil {
		return err
	}
	_, err = tx.NewRaw("INSERT INTO sensitive.consents (application_id, purpose, text_version, given_at) VALUES (?, ?, ?, ?)",
		a.ID, keepPurpose, r.FormVersion, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping answers: %w", err)
	}
	return record(ctx, tx, audit.Person(person), "answers kept", a, nil)
}

// StopKeeping takes KeepAnswers back. It returns ErrUnknown.
func StopKeeping(ctx context.Context, tx *db.Tx, person id.Person, code string) error {
	a, _, err := lockOwn(ctx, tx, person, code)
	if err != nil {
		return err
	}
	if until, err := KeptUntil(ctx, tx, a.ID); err != nil || until.IsZero() {
		return err
	}
	if err := endKeeping(ctx, tx, a); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(person), "answers not kept", a, nil)
}

func endKeeping(ctx context.Context, tx *db.Tx, a *Application) error {
	_, err := tx.NewRaw("UPDATE sensitive.consents SET withdrawn_at = ? WHERE application_id = ? AND purpose = ? AND withdrawn_at IS NULL",
		tx.Now, a.ID, keepPurpose).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ending the keeping of answers: %w", err)
	}
	return nil
}

// KeptUntil is the last day on which the answers of an application are there for another round; zero when nobody asked
// for that. It may have passed.
func KeptUntil(ctx context.Context, d bun.IDB, which id.Application) (london.Date, error) {
	var given bun.NullTime
	err := d.NewRaw("SELECT given_at FROM sensitive.consents WHERE application_id = ? AND purpose = ? AND withdrawn_at IS NULL",
		which, keepPurpose).Scan(ctx, &given)
	if db.NoRows(err) {
		return london.Date{}, nil
	}
	if err != nil {
		return london.Date{}, fmt.Errorf("reading whether answers are kept: %w", err)
	}
	on := london.DateOf(given.Time)
	return london.On(on.Year+keptYears, on.Month, on.Day), nil
}

// Told reports whether the applicant has an answer from us.
func (a *Application) Told() bool {
	switch a.Status {
	case Draft, Submitted, InReview, Banded, Withdrawn:
		return false
	}
	return true
}

// CarryOver fills a person's draft in which nothing was said yet with what they kept of their latest other application
// within the year, spoken answers too. What the round does not offer is left out, and every section is to be looked
// at again. It reports whether there was anything.
func CarryOver(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string) (bool, error) {
	a, _, err := lockOwn(ctx, tx, person, code)
	if err != nil || a.Status != Draft {
		return false, err
	}
	to, err := load(ctx, tx, box, a)
	if err != nil || len(to.Answers) > 0 {
		return false, err
	}
	kept, err := keptOf(ctx, tx, a)
	if err != nil || kept == nil {
		return false, err
	}
	from, err := load(ctx, tx, box, kept)
	if err != nil {
		return false, err
	}
	questions, answers := carried(to.Questions, from.Answers)
	if _, err := saveAnswers(ctx, tx, box, a, questions, answers, nil); err != nil {
		return false, err
	}
	if err := carryRecordings(ctx, tx, box, kept, a, to.Questions); err != nil {
		return false, err
	}
	return true, record(ctx, tx, audit.Person(person), "answers carried over", a, map[string]any{"from": kept.Code})
}

// keptOf is the latest application to another round whose answers the same person keeps; nil when there is none.
func keptOf(ctx context.Context, tx *db.Tx, a *Application) (*Application, error) {
	mine, err := ListOf(ctx, tx, a.PersonID)
	if err != nil {
		return nil, err
	}
	for _, other := range mine {
		if other.RoundID == a.RoundID {
			continue
		}
		until, err := KeptUntil(ctx, tx, other.ID)
		if err != nil {
			return nil, err
		}
		if !until.Before(london.DateOf(tx.Now)) {
			return other, nil
		}
	}
	return nil, nil
}

// carried are the questions of a form that earlier answers can begin, and those answers.
func carried(f form.Form, said form.Answers) ([]form.Question, form.Answers) {
	var questions []form.Question
	answers := form.Answers{}
	for _, q := range f.Questions() {
		text, was := said[q.Key]
		if !was || q.Finishes || slices.Contains(notCarried, q.Key) {
			continue
		}
		if q.Source != "" {
			text = form.Join(slices.DeleteFunc(said.List(q.Key), func(v string) bool {
				return !slices.ContainsFunc(q.Options, func(o form.Option) bool { return o.Value == v })
			}))
		}
		if text == "" {
			continue // what was left empty is asked again
		}
		questions, answers[q.Key] = append(questions, q), text
	}
	return questions, answers
}

// carryRecordings copies what was spoken. Staff write it down anew: a round is read by its own copies.
func carryRecordings(ctx context.Context, tx *db.Tx, box *secret.Box, from, to *Application, f form.Form) error {
	for _, q := range f.Questions() {
		if !q.Recording {
			continue
		}
		spoken, err := listen(ctx, tx, box, from.ID, q.Key)
		if errors.Is(err, ErrNoRecording) {
			continue
		}
		if err != nil {
			return err
		}
		if err := insertRecording(ctx, tx, box, to.ID, *spoken); err != nil {
			return err
		}
	}
	return nil
}
