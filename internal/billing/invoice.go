package billing

import (
	"context"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
)

// StartInvoice begins a payment by card of what is open of an invoice, in pence, as Start does of a share. There is one
// at a time.
func StartInvoice(ctx context.Context, tx *db.Tx, invoice id.Invoice, amount money.Amount) (*Payment, error) {
	return start(ctx, tx, &Payment{InvoiceID: invoice, Amount: amount})
}

// PaymentsOfInvoice reads the payments by card of an invoice, oldest first.
func PaymentsOfInvoice(ctx context.Context, d bun.IDB, invoice id.Invoice) ([]Payment, error) {
	var payments []Payment
	err := d.NewSelect().Model(&payments).Where("invoice_id = ?", invoice).Order("id").Limit(50).Scan(ctx)
	return payments, err
}

// RefundInvoice gives back part of a payment by card of an invoice, in pence. The money must stand in Owed(payment)
// already. It returns ErrPaymentUnknown or ErrRefundTooLarge.
func RefundInvoice(ctx context.Context, tx *db.Tx, which id.Payment, amount money.Amount) error {
	p, err := lockPayment(ctx, tx, which)
	if err != nil {
		return err
	}
	if p.InvoiceID == 0 {
		return ErrPaymentUnknown
	}
	return requestRefund(ctx, tx, p, amount, ForCredit)
}
