package admissions

import (
	"context"
	"fmt"
	"time"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/people"
)

// letter is what the mails about a place may say (templates/mail/place-*, payment-*, bank-*).
type letter struct {
	Name      string
	Code      string // of the enrolment
	Offering  *course.Offering
	HeldUntil time.Time
	Payment   string       // the payment's code
	Amount    money.Amount // pence: paid, or going back
	Kept      money.Amount // pence
	First     bool         // first on the waiting list now
	At        time.Time    // when what it tells of happened
}

// tell sends the learner a mail about their place, in this unit of work.
func tell(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, template string, l letter) error {
	person, err := people.ByID(ctx, tx, e.PersonID)
	if err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	l.Name, l.Code, l.Offering, l.HeldUntil, l.At = person.Name, e.Code, o, e.HeldUntil, tx.Now
	m := mail.Message{To: person.Email, Person: person.ID, Template: template, Data: l}
	if template == "place-confirmed" {
		m.Attachments = invitations(o, tx.Now)
	}
	return mail.Send(ctx, tx, m)
}

// invitations are the dates of a run as calendar files, one for each block.
func invitations(o *course.Offering, now time.Time) []mail.Attachment {
	files := make([]mail.Attachment, len(o.Blocks))
	for i, b := range o.Blocks {
		files[i] = mail.Attachment{
			Name:        fmt.Sprintf("%s-block-%d.ics", o.Code, b.Number),
			ContentType: "text/calendar; charset=utf-8; method=PUBLISH",
			Body:        o.Calendar(now, b),
		}
	}
	return files
}

// tellStaff tells administrators that a payment came in for a place that was gone.
func tellStaff(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, amount money.Amount) error {
	staff, err := people.WithRole(ctx, tx, people.Admin)
	if err != nil {
		return err
	}
	for _, p := range staff {
		err := mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: "staff-late-payment",
			Data: letter{Code: e.Code, Amount: amount}})
		if err != nil {
			return err
		}
	}
	return nil
}
