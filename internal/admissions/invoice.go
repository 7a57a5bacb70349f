package admissions

import (
	"context"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// ErrInvoiceSettled means that nothing of an invoice is open.
var ErrInvoiceSettled = failure.New(failure.Conflict, "invoice_settled", "Nothing of this invoice is left to pay.")

// PayInvoice begins a payment by card of what is open of an organisation's invoice, or returns the one that is open. It
// returns invoice.ErrUnknown or ErrInvoiceSettled.
func PayInvoice(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, number string) (*billing.Payment, error) {
	if _, err := invoice.OfOrganisation(ctx, tx, of.ID, number); err != nil {
		return nil, err
	}
	in, err := invoice.Lock(ctx, tx, number)
	if err != nil {
		return nil, err
	}
	payments, err := billing.PaymentsOfInvoice(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	for i := range payments {
		if payments[i].Open() {
			return &payments[i], nil
		}
	}
	if in.Outstanding() <= 0 {
		return nil, ErrInvoiceSettled
	}
	if err := recordInvoice(ctx, tx, audit.Person(by), in, "payment by card begun", nil); err != nil {
		return nil, err
	}
	return billing.StartInvoice(ctx, tx, in.ID, in.Outstanding())
}

// settleInvoice applies what the card processor says of a payment of an invoice. Money for an invoice that was settled
// meanwhile goes back; what is more than is still open becomes credit of its organisation.
func settleInvoice(ctx context.Context, tx *db.Tx, which id.Invoice, payment id.Payment, s billing.Standing) error {
	in, err := invoice.LockByID(ctx, tx, which)
	if err != nil {
		return err
	}
	receipt, err := billing.Receive(ctx, tx, payment, s)
	if err != nil || receipt.Outcome != billing.Captured {
		return err
	}
	p := receipt.Payment
	if in.Outstanding() <= 0 {
		if err := billing.Return(ctx, tx, p); err != nil {
			return err
		}
		return recordInvoice(ctx, tx, audit.CardProcessor, in, "payment returned", moneyOf(p))
	}
	used, err := invoice.Settle(ctx, tx, in, invoice.Source{Kind: invoice.ByCard, Payment: p.ID}, min(p.Captured, in.Outstanding()))
	if err != nil {
		return err
	}
	if err := creditRest(ctx, tx, in, p, p.Captured-used); err != nil {
		return err
	}
	return recordInvoice(ctx, tx, audit.CardProcessor, in, "paid by card", moneyOf(p))
}

func creditRest(ctx context.Context, tx *db.Tx, in *invoice.Invoice, p *billing.Payment, rest money.Amount) error {
	if rest == 0 {
		return nil
	}
	return invoice.PutOnCredit(ctx, tx, in.OrganisationID, invoice.Source{Kind: invoice.ByCard, Payment: p.ID}, "payment/"+p.Code+"/more", rest)
}

func recordInvoice(ctx context.Context, tx *db.Tx, by audit.Actor, in *invoice.Invoice, action string, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "invoice", SubjectID: int64(in.ID), Detail: detail})
}
