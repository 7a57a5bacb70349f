package bursary

import (
	"context"
	"fmt"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// Submit sends a person's application, as it stands, at the moment they pressed; sending it again changes
// nothing. It returns ErrUnknown, ErrIncomplete, or ErrClosed when the deadline had passed by then.
func Submit(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string, pressed time.Time) (*Application, error) {
	a, r, err := lockOwn(ctx, tx, person, code)
	if err != nil {
		return nil, err
	}
	if !a.Changeable(r, pressed) {
		return nil, ErrClosed
	}
	f, err := load(ctx, tx, box, a)
	if err != nil {
		return nil, err
	}
	if len(f.Missing()) > 0 {
		return nil, ErrIncomplete
	}
	again := a.Status == Submitted
	if err := a.submit(pressed); err != nil || again {
		return a, err
	}
	if err := consent(ctx, tx, a, r); err != nil {
		return nil, err
	}
	if err := saveStanding(ctx, tx, a); err != nil {
		return nil, err
	}
	if err := record(ctx, tx, audit.Person(person), "application sent", a, map[string]any{"round": r.Code}); err != nil {
		return nil, err
	}
	return a, tell(ctx, tx, a, "application-received", received{Code: a.Code, Until: london.DateOf(a.Deadline(r)), DecidesOn: r.DecidesOn})
}

// received is what the mail about an application that was sent is given.
type received struct {
	Code      string
	Until     london.Date // last day to change it
	DecidesOn london.Date
}

// consentPurpose is what the applicant agrees to on the form (UK GDPR Art. 9(2)(a): explicit consent).
const consentPurpose = "application"

// consent notes that the applicant agreed, in the words of the round's form.
func consent(ctx context.Context, tx *db.Tx, a *Application, r *Round) error {
	_, err := tx.NewRaw(`
		INSERT INTO sensitive.consents (application_id, purpose, text_version, given_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (application_id, purpose) WHERE withdrawn_at IS NULL DO NOTHING`,
		a.ID, consentPurpose, r.FormVersion, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting consent: %w", err)
	}
	return nil
}

// tell owes the applicant a mail, which only bursary staff can see besides.
func tell(ctx context.Context, tx *db.Tx, a *Application, template string, data any) error {
	p, err := people.ByID(ctx, tx, a.PersonID)
	if err != nil {
		return err
	}
	return mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: template, Data: data, Private: true})
}
