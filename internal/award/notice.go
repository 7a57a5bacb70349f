package award

import (
	"context"
	"fmt"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/people"
)

// Notice is what the mails about an offer may say (templates/mail/offer-* and own-part-*).
type Notice struct {
	Code     string       // of the application
	Called   string       // the holder's name; empty when they gave none
	Until    london.Date  // last day to answer
	Own      money.Amount // what they pay themselves, pence
	PayBy    london.Date  // last day to pay it, once accepted
	Offering *course.Offering
}

// Confirmed reports whether accepting leaves nothing to pay.
func (n Notice) Confirmed() bool { return n.Own == 0 }

// Tell owes the holder of an award a mail that only bursary staff can see besides. It fills in whom it is to and about
// what. The dates of a place that is theirs go with it.
func Tell(ctx context.Context, tx *db.Tx, a *Award, template string, n Notice) error {
	holder, err := people.ByID(ctx, tx, a.PersonID)
	if err != nil {
		return err
	}
	if err := tx.NewRaw("SELECT code FROM sensitive.applications WHERE id = ?", a.ApplicationID).Scan(ctx, &n.Code); err != nil {
		return fmt.Errorf("reading what award %s is for: %w", a.Code, err)
	}
	n.Called = holder.Name
	m := mail.Message{To: holder.Email, Person: holder.ID, Template: template, Data: n, Private: true}
	if template == "offer-accepted" && n.Confirmed() {
		for _, b := range n.Offering.Blocks {
			m.Attachments = append(m.Attachments, mail.Attachment{
				Name:        fmt.Sprintf("%s-block-%d.ics", n.Offering.Code, b.Number),
				ContentType: "text/calendar; charset=utf-8; method=PUBLISH",
				Body:        n.Offering.Calendar(tx.Now, b),
			})
		}
	}
	return mail.Send(ctx, tx, m)
}
