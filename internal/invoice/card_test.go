package invoice_test

import (
	"errors"
	"testing"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/invoice"
)

func TestACardPaymentIsRefundedFromTheCreditAndNeverUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	var paid *billing.Payment
	w.write(func(tx *db.Tx) (err error) {
		paid, err = billing.StartInvoice(t.Context(), tx, in.ID, 395_000)
		return err
	})
	w.write(func(tx *db.Tx) error {
		in, err := invoice.Lock(t.Context(), tx, in.Number)
		if err != nil {
			return err
		}
		r, err := billing.Receive(t.Context(), tx, paid.ID, billing.Standing{Session: "cs_1", Reference: paid.Code, Currency: "gbp", Amount: 395_000,
			Paid: true, Captured: 395_000, Intent: "pi_1"})
		if err != nil || r.Outcome != billing.Captured {
			return errors.Join(err, errors.New("not captured"))
		}
		_, err = invoice.Settle(t.Context(), tx, in, invoice.Source{Kind: invoice.ByCard, Payment: paid.ID}, 395_000)
		return err
	})
	met, err := invoice.SettlementsOf(t.Context(), w, in.ID)
	if err != nil || len(met) != 1 {
		t.Fatal(met, err)
	}
	if err := w.undo(met[0].ID, 1); !errors.Is(err, invoice.ErrCardStays) {
		t.Errorf("undone: %v", err)
	}
	if _, err := w.credit(in.Number, nil, "Wrong"); err != nil {
		t.Fatal(err)
	}
	ask := func(card string) error {
		return w.try(func(tx *db.Tx) error {
			_, err := invoice.AskRefund(t.Context(), tx, w.ann, in.OrganisationID, invoice.RefundWish{Amount: 10_000, Card: card, Reason: "Not needed"})
			return err
		})
	}
	if err := ask("0000-00"); !errors.Is(err, billing.ErrPaymentUnknown) {
		t.Errorf("to a card that is not theirs: %v", err)
	}
	if err := ask(paid.Code); err != nil || w.balance(billing.Owed(paid.ID)) != -10_000 {
		t.Errorf("%v, owed to the card %s", err, w.balance(billing.Owed(paid.ID)))
	}
	w.inOrder()
}
