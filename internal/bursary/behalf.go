package bursary

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/secret"
)

var (
	// ErrTheirs means that the words are the applicant's own, or that they have said so: staff do not change them.
	ErrTheirs = failure.New(failure.Conflict, "application_theirs",
		"The applicant has sent this or confirmed it, so only they can change it.")
	// ErrHasOne means that somebody has an application to the round already.
	ErrHasOne = failure.New(failure.Conflict, "application_there",
		"This person has an application in this round already. Look for it in the list by their email address.")
	// ErrNotEntered means that there is nothing to confirm: staff entered nothing.
	ErrNotEntered = failure.New(failure.Conflict, "application_not_entered",
		"Only an application that staff entered and sent can be confirmed, and only once.")
)

// BeginOnBehalf makes a draft for somebody who applies by telephone or on paper, with their own address or that
// of somebody they trust, where what we write arrives. Staff can do so until the round's bands are frozen, because
// what came by the deadline is in however late it is typed. It returns ErrUnknownRound, ErrNotOpen, ErrHasOne, or
// an Invalid failure about the field "email".
func BeginOnBehalf(ctx context.Context, tx *db.Tx, by id.Person, round, email string) (*Application, error) {
	r, err := FindRound(ctx, tx, round)
	if err != nil {
		return nil, err
	}
	if !r.enterable(tx.Now) {
		return nil, ErrNotOpen
	}
	p, err := people.Ensure(ctx, tx, email)
	if err != nil {
		return nil, err
	}
	if _, err := ActiveOf(ctx, tx, p.ID, r.ID); !errors.Is(err, ErrUnknown) {
		return nil, errors.Join(err, ErrHasOne)
	}
	a, err := begin(ctx, tx, r, p.ID, audit.Person(by))
	if err != nil {
		return nil, err
	}
	return a, enterBy(ctx, tx, a, by)
}

// enterable reports whether staff can still type applications that came in time.
func (r *Round) enterable(at time.Time) bool {
	return (r.Status == RoundPublished || r.Status == RoundClosed) && !at.Before(r.OpensOn.At(0, 0))
}

// enterBy flags an application as entered by staff.
func enterBy(ctx context.Context, tx *db.Tx, a *Application, by id.Person) error {
	if a.EnteredBy != 0 {
		return nil
	}
	a.EnteredBy = by
	if _, err := tx.NewUpdate().Model(a).Column("entered_by").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("flagging application %s as entered by staff: %w", a.Code, err)
	}
	return record(ctx, tx, audit.Person(by), "application entered by staff", a, nil)
}

// lockEntered loads for change what staff may write in: a draft, which is flagged from then on, or what staff
// entered and the applicant has not confirmed.
func lockEntered(ctx context.Context, tx *db.Tx, by id.Person, code string) (*Application, *Round, error) {
	a, err := scan(ctx, tx.NewSelect().Where("code = ?", id.NormaliseCode(code)).For("NO KEY UPDATE"))
	if err != nil {
		return nil, nil, err
	}
	r, err := RoundByID(ctx, tx, a.RoundID)
	if err != nil {
		return nil, nil, err
	}
	if err := mayEnter(a, r, tx.Now); err != nil {
		return nil, nil, err
	}
	return a, r, enterBy(ctx, tx, a, by)
}

// mayEnter refuses what is the applicant's own or has gone too far.
func mayEnter(a *Application, r *Round, now time.Time) error {
	switch {
	case a.Status != Draft && !(a.Status == Submitted && a.AwaitsConfirmation()):
		return ErrTheirs
	case !r.enterable(now) || a.Eligible != nil:
		return ErrClosed
	}
	return nil
}

// EnterFor takes up a draft that somebody began themselves and now tells to staff, for instance on the telephone.
// It is flagged from then on. It returns ErrUnknown, ErrTheirs or ErrClosed.
func EnterFor(ctx context.Context, tx *db.Tx, by id.Person, code string) error {
	_, _, err := lockEntered(ctx, tx, by, code)
	return err
}

// OpenEntered reads for the office, and notes, what staff are entering: unlike Read it leaves nothing out. It returns
// ErrUnknown, ErrTheirs, also for a draft that staff have not taken up, or ErrClosed.
func OpenEntered(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string) (*File, error) {
	a, err := ByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if a.EnteredBy == 0 {
		return nil, ErrTheirs
	}
	if err := Note(ctx, tx, a.ID, by, form.Office); err != nil {
		return nil, err
	}
	f, err := load(ctx, tx, box, a)
	if err != nil {
		return nil, err
	}
	return f, mayEnter(a, f.Round, tx.Now)
}

// SaveOnBehalf keeps what staff typed for somebody, whatever it is. Support needs among it are left out: they go
// by EnterNeeds. If an answer was changed meanwhile, nothing is saved and Clashes says what stands there. It
// returns ErrUnknown, ErrTheirs or ErrClosed.
func SaveOnBehalf(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string, questions []form.Question, typed form.Answers, seen Marks) (Saved, error) {
	a, _, err := lockEntered(ctx, tx, by, code)
	if err != nil {
		return Saved{}, err
	}
	if err := Note(ctx, tx, a.ID, by, form.Office); err != nil {
		return Saved{}, err
	}
	stored, err := loadAnswers(ctx, tx, box, a.ID)
	if err != nil {
		return Saved{}, err
	}
	open := slices.DeleteFunc(slices.Clone(questions), func(q form.Question) bool { return audienceOf(q) == string(form.Access) })
	if blocked := clashes(stored, open, typed, seen); len(blocked.Clashes) > 0 {
		return blocked, nil
	}
	saved, err := saveAnswers(ctx, tx, box, a, open, typed, seen)
	if err != nil {
		return Saved{}, err
	}
	return saved, saveStanding(ctx, tx, a)
}

// clashes are the answers that are not what the page had shown, with the marks of what they are now.
func clashes(stored map[string]*answer, questions []form.Question, typed form.Answers, seen Marks) Saved {
	saved := Saved{Marks: Marks{}}
	for _, q := range questions {
		now, text, shown := stored[q.Key], tidy(typed[q.Key]), seen.of(q.Key)
		if now == nil {
			continue
		}
		saved.Marks[q.Key] = mark(now.Version, now.text)
		if now.text != text && !shown.says(text) && shown != saved.Marks[q.Key] {
			saved.Clashes = append(saved.Clashes, Clash{Key: q.Key, There: now.text, Here: text})
		}
	}
	return saved
}

// SubmitOnBehalf sends what staff entered, as of the moment at which the person called or their letter came, and
// asks them to confirm it. It returns ErrUnknown, ErrTheirs, ErrIncomplete, ErrClosed, or an Invalid failure about
// the field "came" when that was not while the round was open.
func SubmitOnBehalf(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string, came time.Time) (*Application, error) {
	if err := EnterFor(ctx, tx, by, code); err != nil {
		return nil, err
	}
	f, err := OpenEntered(ctx, tx, box, by, code)
	if err != nil {
		return nil, err
	}
	if f.Status == Submitted {
		return f.Application, nil // sent again: what stands is what was sent
	}
	switch {
	case came.After(tx.Now):
		return nil, failure.Field("came", "Enter today or a day that has been.")
	case !f.Changeable(came):
		return nil, failure.Field("came", "Enter a day from "+f.Round.OpensOn.Medium()+" to "+london.DateOf(f.Deadline()).Medium()+", when it could be sent.")
	case len(f.Missing()) > 0:
		return nil, ErrIncomplete
	}
	a := f.Application
	if err := a.submit(came); err != nil {
		return nil, err
	}
	if err := consent(ctx, tx, a, f.Round); err != nil {
		return nil, err
	}
	if err := saveStanding(ctx, tx, a); err != nil {
		return nil, err
	}
	if err := record(ctx, tx, audit.Person(by), "application sent by staff", a, map[string]any{"round": f.Round.Code, "came": came}); err != nil {
		return nil, err
	}
	return a, tell(ctx, tx, a, "application-entered", entered{Code: a.Code, Phone: f.Round.ContactPhone})
}

// entered is what the mail that asks for confirmation is given.
type entered struct{ Code, Phone string }
