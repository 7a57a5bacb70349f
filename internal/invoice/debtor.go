package invoice

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/organisation"
)

// debtor is the organisation that an invoice asks, with its own reference of the booking.
type debtor struct {
	*organisation.Organisation
	Reference string
}

func lockDebtor(ctx context.Context, tx *db.Tx, of id.Organisation, team id.TeamBooking) (*debtor, error) {
	o, err := organisation.Lock(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	d := &debtor{Organisation: o}
	err = tx.NewRaw("SELECT reference FROM team_bookings WHERE id = ? AND organisation_id = ?", team, of).Scan(ctx, &d.Reference)
	if err != nil && !db.NoRows(err) {
		return nil, fmt.Errorf("reading a booking: %w", err)
	}
	return d, nil
}

func (o *debtor) buyer() Buyer {
	return Buyer{Name: o.Name, Code: o.Code, Department: o.Department, Contact: o.Contact, Address: o.Address, City: o.City, Postcode: o.Postcode,
		OrgCode: o.OrgCode, PayablesCode: o.PayablesCode, GLN: o.GLN, Email: o.InvoiceEmail}
}

func (p *Provider) supplier() Supplier {
	return Supplier{Name: p.Name, CompanyNumber: p.CompanyNumber, CharityNumber: p.CharityNumber, VATNumber: p.VATNumber, Address: p.Address,
		City: p.City, Postcode: p.Postcode, Email: p.Email, Phone: p.Phone, BankName: p.BankName, SortCode: p.SortCode,
		AccountNumber: p.AccountNumber, AccountName: p.AccountName}
}

// terms are the paragraphs about paying.
func terms(number string, due london.Date, days int) []string {
	within := fmt.Sprintf("Please pay by %s, %d days after the date of this invoice.", due.Medium(), days)
	if days == 0 {
		within = "Please pay as soon as you have this invoice."
	}
	return []string{
		within + " Quote " + number + " as the reference of your payment.",
		"If this invoice is paid late we may charge statutory interest of 8% a year above the base rate of the Bank of England, and a fixed sum " +
			"for the cost of recovering the debt, under the Late Payment of Commercial Debts (Interest) Act 1998.",
	}
}

// send mails the document to where the organisation wants its invoices, as PDF, and as XML where the standard for that
// can express it.
func (s Snapshot) send(ctx context.Context, tx *db.Tx, template, to string) error {
	if to == "" {
		return nil
	}
	body, err := s.PDF()
	if err != nil {
		return err
	}
	files := []mail.Attachment{{Name: s.Number + ".pdf", ContentType: "application/pdf", Body: body}}
	if body, err = s.XML(); err == nil {
		files = append(files, mail.Attachment{Name: s.Number + ".xml", ContentType: "application/xml", Body: body})
	}
	return mail.Send(ctx, tx, mail.Message{To: to, Template: template, Data: s, Attachments: files})
}

// bunList is the ids for an IN that may be empty.
func bunList[T ~int64](ids []T) any { return bun.List(append([]T{0}, ids...)) }

// containing is a pattern for text with these words in it, as typed.
func containing(words string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.TrimSpace(words)) + "%"
}
