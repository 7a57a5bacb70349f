package invoice_test

import (
	"bytes"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/invoice"
)

func TestWhatWasIssuedNeverChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	if err := w.bank(in.Number, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := w.credit(in.Number, []invoice.CreditLine{{Line: 1, Amount: 1}}, "Wrong"); err != nil {
		t.Fatal(err)
	}
	owner := dbtest.Owner(t, w.DB)
	for _, change := range []string{
		"UPDATE invoices SET id = DEFAULT", "UPDATE invoices SET total = total + 1", "UPDATE invoices SET snapshot = 'x', hash = sha256('x')", "DELETE FROM invoices",
		"UPDATE invoice_lines SET amount = 1", "UPDATE invoice_parts SET amount = amount + 1", "DELETE FROM invoice_parts", "DELETE FROM invoice_lines",
		"UPDATE credit_notes SET total = 2", "DELETE FROM credit_notes", "UPDATE credit_parts SET amount = 2", "DELETE FROM credit_parts",
		"UPDATE settlements SET amount = 2", "DELETE FROM settlements", "UPDATE settlement_parts SET amount = 2", "DELETE FROM settlement_parts",
		"TRUNCATE invoices CASCADE",
	} {
		if _, err := w.ExecContext(t.Context(), change); err == nil {
			t.Errorf("the application may: %s", change)
		}
		if _, err := owner.ExecContext(t.Context(), change); err == nil {
			t.Errorf("the owner may: %s", change)
		}
	}
	tampered := w.fresh(in)
	tampered.Snapshot = bytes.Replace(tampered.Snapshot, []byte("395000"), []byte("395001"), 1)
	if _, err := invoice.SnapshotOf(tampered); err == nil {
		t.Error("a snapshot that was tampered with is shown")
	}
	w.inOrder()
}

func TestACoordinatorSeesOnlyTheOwnAndNothingOfTheBank(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine, other := w.asked(395_000), w.asked(420_000)
	for _, in := range []*invoice.Invoice{mine, other} {
		if err := w.bank(in.Number, 100); err != nil {
			t.Fatal(err)
		}
		if _, err := w.credit(in.Number, []invoice.CreditLine{{Line: 1, Amount: 50}}, "Wrong"); err != nil {
			t.Fatal(err)
		}
	}
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("INSERT INTO organisation_members (organisation_id, person_id, since) VALUES (?, ?, now())", mine.OrganisationID, w.ben).Exec(t.Context())
		return err
	})
	employer := dbtest.As(t, w.DB, db.Employer)
	see := func(f func(tx *db.Tx) error) error { return employer.WriteAs(t.Context(), db.Who{Person: w.ben}, f) }
	err := see(func(tx *db.Tx) error {
		list, err := invoice.List(t.Context(), tx, invoice.Filter{}, 0, 10)
		if err != nil || len(list) != 1 || list[0].Number != mine.Number {
			t.Errorf("invoices: %v, %v", list, err)
		}
		notes, err := invoice.ListCreditNotes(t.Context(), tx, 0, 0, 10)
		if err != nil || len(notes) != 1 || notes[0].OrganisationID != mine.OrganisationID {
			t.Errorf("credit notes: %v, %v", notes, err)
		}
		met, err := invoice.SettlementsOf(t.Context(), tx, mine.ID)
		if err != nil || len(met) != 1 {
			t.Errorf("settlements: %v, %v", met, err)
		}
		if met, err = invoice.SettlementsOf(t.Context(), tx, other.ID); err != nil || len(met) != 0 {
			t.Errorf("of others: %v, %v", met, err)
		}
		if _, err := invoice.ByNumber(t.Context(), tx, other.Number); err == nil {
			t.Error("another's invoice is found")
		}
		s, err := invoice.StatementOf(t.Context(), tx, mine.OrganisationID, mine.IssuedOn, mine.IssuedOn)
		if err != nil || s.Closing != 395_000-150 || len(s.Lines) != 3 {
			t.Errorf("statement: %+v, %v", s, err)
		}
		_, err = invoice.CurrentProvider(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, hidden := range []string{"bank_line_id FROM settlements", "payment_id FROM settlements", "by FROM settlements", "reason FROM settlements",
		"issued_by FROM invoices", "nominal FROM provider_details", "* FROM write_offs", "reason FROM credit_refunds", "bank_line_id FROM credit_receipts", "* FROM accounts", "* FROM payments", "* FROM chases"} {
		if err := see(func(tx *db.Tx) error { _, err := tx.ExecContext(t.Context(), "SELECT "+hidden); return err }); err == nil {
			t.Errorf("an organisation's people see %s", hidden)
		}
	}
}
