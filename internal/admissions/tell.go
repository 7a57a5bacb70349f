package admissions

import (
	"context"
	"fmt"
	"time"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
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
	Payment   string        // the payment's code
	Amount    money.Amount  // pence: paid, or going back
	Kept      money.Amount  // pence
	Owed      money.Amount  // pence: of what is kept, what is not paid yet
	First     bool          // first on the waiting list now
	Refused   bool          // a bank refused the payment
	At        time.Time     // when what it tells of happened
	Plan      *billing.Plan // by which it is paid in parts, or nil
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

// TellRefundReturned tells whoever paid and administrators that a refund could not be paid to where the money came
// from, so that another way must be found.
func TellRefundReturned(ctx context.Context, tx *db.Tx, refund id.Refund) error {
	r, err := billing.GetRefund(ctx, tx, refund)
	if err != nil {
		return err
	}
	target, err := billing.TargetOf(ctx, tx, r.PaymentID)
	if err != nil {
		return err
	}
	if target.Gift != 0 {
		return tellGiftRefundReturned(ctx, tx, target.Gift, r)
	}
	e, err := enrolment.Get(ctx, tx, target.Enrolment)
	if err != nil {
		return err
	}
	if err := tell(ctx, tx, e, "refund-returned", letter{Payment: r.Code, Amount: r.Amount}); err != nil {
		return err
	}
	return tellStaff(ctx, tx, "staff-refund-returned", letter{Code: e.Code, Payment: r.Code, Amount: r.Amount})
}

// tellStaff sends administrators a mail in which nobody is named.
func tellStaff(ctx context.Context, tx *db.Tx, template string, l letter) error {
	staff, err := people.WithRole(ctx, tx, people.Admin)
	if err != nil {
		return err
	}
	for _, p := range staff {
		err := mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: template, Data: l})
		if err != nil {
			return err
		}
	}
	return nil
}
