package invoice_test

import (
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/mail"
)

// What was paid is told as it came, what is left of it as credit, and what goes back as it goes.
func TestAStatementTellsWhatCameAlsoWhereItWasTooMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(26_000)
	// One payment by card of £520.00, of which half is more than is open.
	w.write(func(tx *db.Tx) error {
		locked, err := invoice.Lock(t.Context(), tx, in.Number)
		if err != nil {
			return err
		}
		card := invoice.Source{Kind: invoice.ByCard, Payment: w.payment(tx, in)}
		if _, err := invoice.Settle(t.Context(), tx, locked, card, 52_000); err != nil {
			return err
		}
		if err := w.captured(tx, 52_000); err != nil {
			return err
		}
		return invoice.PutOnCredit(t.Context(), tx, in.OrganisationID, card, "test/more", 26_000)
	})
	w.write(func(tx *db.Tx) error {
		_, err := invoice.AskRefund(t.Context(), tx, w.ann, in.OrganisationID, invoice.RefundWish{Amount: 10_000, Reference: "FP 1", Reason: "Asked for"})
		return err
	})
	today := london.DateOf(w.clock.Now())
	s, err := invoice.StatementOf(t.Context(), w, in.OrganisationID, today, today)
	if err != nil || len(s.Lines) != 3 {
		t.Fatalf("%+v, %v", s, err)
	}
	for i, want := range []invoice.StatementLine{
		{On: today, What: "Invoice", Number: in.Number, Debit: 26_000, Balance: 26_000},
		{On: today, What: "Payment by card", Number: in.Number, Credit: 52_000, Balance: -26_000},
		{On: today, What: "Paid back to you", Debit: 10_000, Balance: -16_000},
	} {
		if s.Lines[i] != want {
			t.Errorf("%+v, want %+v", s.Lines[i], want)
		}
	}
	credit, err := invoice.Credits(t.Context(), w, in.OrganisationID)
	if err != nil || s.Closing != -credit {
		t.Errorf("the statement ends with %s, and %s stands to the credit, %v", s.Closing, credit, err)
	}
	w.inOrder()
}

// Setting credit against another invoice changes no balance: nothing came.
func TestUsingCreditIsNoLineOfAStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(26_000)
	if err := w.bank(in.Number, 52_000); err != nil {
		t.Fatal(err)
	}
	w.team(in.OrganisationID, 1, payer{of: in.OrganisationID, amount: 26_000})
	second := w.issue(in.OrganisationID)
	w.write(func(tx *db.Tx) error { return invoice.UseCredit(t.Context(), tx, w.ann, second.Number, 26_000) })
	today := london.DateOf(w.clock.Now())
	s, err := invoice.StatementOf(t.Context(), w, in.OrganisationID, today, today)
	if err != nil || s.Closing != 0 {
		t.Errorf("%+v, %v", s, err)
	}
	for _, l := range s.Lines {
		if strings.Contains(l.What, "redit") {
			t.Errorf("%+v", l)
		}
	}
	w.inOrder()
}

func TestAnOrganisationIsToldThatItPaidTooMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(26_000)
	if err := w.bank(in.Number, 52_000); err != nil {
		t.Fatal(err)
	}
	list, err := mail.Outbox(t.Context(), w, 0, 10)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d mails, %v", len(list), err)
	}
	m, err := mail.Open(t.Context(), w, list[0].ID)
	if err != nil || m.To != "payables@trust.example" || m.Subject != "Your payment" || !strings.Contains(m.Text, "£260.00 more than was open") ||
		!strings.Contains(m.Text, "which is £260.00 now") {
		t.Errorf("%+v, %v", m, err)
	}
}
