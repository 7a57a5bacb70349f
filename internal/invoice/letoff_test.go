package invoice_test

import (
	"testing"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/invoice"
	"bursar/internal/money"
)

func TestWhatWasLetOffIsNeverInvoicedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	order := w.order(of, "PO-1", 1_000_000)
	_, shares := w.team(of, 2, payer{of: of, amount: 300_000, order: order})
	in := w.issue(of)
	if err := w.bank(in.Number, 600_000); err != nil {
		t.Fatal(err)
	}
	w.letOff(in, 50_001)
	if list := w.ready(of); len(list) != 0 {
		t.Errorf("ready again: %+v", list)
	}
	var used, owed money.Amount
	w.scan(&used, "SELECT used FROM purchase_orders WHERE id = ?", order)
	if owed = -w.balance(deferred(w)); used != 549_999 || owed != 549_999 {
		t.Errorf("the order is used for %s, and %s is still to be taught", used, owed)
	}
	if credit, err := invoice.Credits(t.Context(), w, of); err != nil || credit != 50_001 {
		t.Errorf("%s stands to the credit, %v", credit, err)
	}
	w.inOrder()
	// What is credited to be put right comes up again, and only that.
	if _, err := w.credit(in.Number, []invoice.CreditLine{{Line: 1, Amount: 100_000}}, "Wrong address"); err != nil {
		t.Fatal(err)
	}
	if list := w.ready(of); len(list) != 1 || list[0].Total != 100_000 {
		t.Errorf("%+v", list)
	}
	// A place is given up: its charge stands, whatever was let off before.
	w.giveUp(shares[0], 75_000)
	w.inOrder()
}

func TestVATOfAKeptChargeIsNotTakenFromWhatIsStillToBeTaught(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, registered())
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	_, shares := w.team(of, 1, payer{of: of, amount: 26_000})
	in := w.issue(of)
	w.giveUp(shares[0], 7_500)
	for account, want := range map[string]money.Amount{deferred(w): 0, kept(w): -6_250, "vat": -1_250} {
		if b := w.balance(account); b != want {
			t.Errorf("%s: %s, want %s", account, b, want)
		}
	}
	// The charge is credited to be put right, and invoiced again; and then let off.
	if _, err := w.credit(in.Number, nil, "Wrong address"); err != nil {
		t.Fatal(err)
	}
	if b := w.balance(kept(w)); b != -7_500 || w.balance("vat") != 0 {
		t.Errorf("kept %s, VAT %s", b, w.balance("vat"))
	}
	again := w.issue(of)
	if b := w.balance(kept(w)); b != -6_250 || w.balance("vat") != -1_250 || w.balance(deferred(w)) != 0 {
		t.Errorf("kept %s, VAT %s", b, w.balance("vat"))
	}
	w.letOff(again, 7_500)
	for _, account := range []string{deferred(w), kept(w), "vat"} {
		if b := w.balance(account); b != 0 {
			t.Errorf("%s stands in %s", b, account)
		}
	}
	w.inOrder()
}

// Somebody keeps a place that their former employer was let off in part: what it owes by its contract is asked for again, and
// they owe no less than the rest.
func TestWhatWasLetOffEndsWhereAShareIsPassedOn(t *testing.T) {
	t.Parallel()
	for _, off := range []money.Amount{10_000, 26_000} {
		w := newWorld(t)
		of := w.quiet()
		_, shares := w.team(of, 1, payer{of: of, amount: 26_000})
		w.letOff(w.issue(of), off)
		to := &billing.Share{Payer: billing.Learner}
		w.write(func(tx *db.Tx) error {
			s, err := billing.SharesOf(t.Context(), tx, shares[0].EnrolmentID)
			if err != nil {
				return err
			}
			if over := s[0].Invoiced - 7_500; over > 0 {
				if err := invoice.CreditShare(t.Context(), tx, audit.System, s[0].ID, over, "Passed on"); err != nil {
					return err
				}
			}
			return billing.PassOn(t.Context(), tx, &s[0], 18_500, to)
		})
		owed := w.balance(billing.Due(shares[0].ID))
		if b := w.balance(billing.Due(to.ID)); b != 18_500 || owed < 0 || owed > 7_500 || owed+b != -w.balance(deferred(w)) {
			t.Errorf("%s let off: %s and %s are due, and %s is to be taught", off, owed, b, -w.balance(deferred(w)))
		}
		w.inOrder()
	}
}
