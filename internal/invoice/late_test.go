package invoice_test

import (
	"slices"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
)

func TestInterestOnALatePaymentIsWhatTheActSays(t *testing.T) {
	t.Parallel()
	due := london.On(2026, 9, 30)
	for _, c := range []struct {
		open                   money.Amount
		days                   int
		interest, compensation money.Amount
	}{
		{100_000, 0, 0, 0}, {99_999, 1, 32, 4_000}, {100_000, 30, 966, 7_000}, {999_999, 30, 9_658, 7_000}, {1_000_000, 365, 117_500, 10_000},
	} {
		got := invoice.Interest(&invoice.Invoice{Total: c.open, DueOn: due}, due.AddDays(c.days), 375)
		if got.Interest != c.interest || got.Compensation != c.compensation || got.Days != c.days || c.days > 0 && got.RateBP != 1_175 {
			t.Errorf("%s for %d days: %+v", c.open, c.days, got)
		}
	}
	if got := invoice.Interest(&invoice.Invoice{Total: 100, Paid: 100, DueOn: due}, due.AddDays(9), 375); got != (invoice.Late{}) {
		t.Errorf("on what is paid: %+v", got)
	}
}

func TestTheBaseRateIsTheOneOfTheHalfYearBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t) // 3.75 % from 23 November 2026
	for _, change := range []struct {
		on london.Date
		bp int
	}{{london.On(2026, 12, 31), 400}, {london.On(2027, 1, 1), 425}, {london.On(2027, 7, 1), 450}} {
		w.clock.Set(change.on.At(12, 0))
		p := provider
		p.BaseRateBP = change.bp
		w.write(func(tx *db.Tx) error { return invoice.SaveProvider(t.Context(), tx, w.ann, p, nil) })
	}
	for due, want := range map[london.Date]int{
		london.On(2026, 12, 30): 375, london.On(2026, 12, 31): 400, london.On(2027, 6, 29): 400, london.On(2027, 6, 30): 425, london.On(2027, 12, 31): 450,
	} {
		if got, err := invoice.BaseRate(t.Context(), w, &invoice.Invoice{DueOn: due}); err != nil || got != want {
			t.Errorf("due %s: %d, want %d, %v", due, got, want, err)
		}
	}
}

func TestDebtIsSortedByItsAge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.quiet()
	due := make([]london.Date, 5)
	for i := range due { // due on days 30 apart
		w.team(of, 1, payer{of: of, amount: money.Amount(100_000 + i)})
		due[i] = w.issue(of).DueOn
		w.clock.Set(london.DateOf(w.clock.Now()).AddDays(30).At(9, 0))
	}
	other := w.asked(395_000)
	if err := w.bank(other.Number, 395_100); err != nil {
		t.Fatal(err)
	}
	list, err := invoice.Aged(t.Context(), w, due[4], 0, 10)
	want := invoice.AgedDebt{Organisation: of, Code: list[0].Code, Name: "Organisation", NotDue: 100_004, To30: 100_003, To60: 100_002, To90: 100_001, Over90: 100_000, Total: 500_010}
	if err != nil || len(list) != 2 || list[0] != want || list[1].Credit != 100 || list[1].Total != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err = invoice.Aged(t.Context(), w, due[4], of, 10); err != nil || len(list) != 1 {
		t.Errorf("the next page: %+v, %v", list, err)
	}
}

func TestAStatementGoesFromOneBalanceToTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	w.clock.Set(london.On(2026, 12, 10).At(9, 0))
	if err := w.bank(in.Number, 100_000); err != nil {
		t.Fatal(err)
	}
	if _, err := w.credit(in.Number, []invoice.CreditLine{{Line: 1, Amount: 45_000}}, "Too much"); err != nil {
		t.Fatal(err)
	}
	s, err := invoice.StatementOf(t.Context(), w, in.OrganisationID, london.On(2026, 12, 1), london.On(2026, 12, 31))
	if err != nil || s.Opening != 395_000 || s.Closing != 250_000 || len(s.Lines) != 2 {
		t.Fatalf("%+v, %v", s, err)
	}
	rows := s.Rows()
	if got := strings.Join(rows[2], ","); len(rows) != 5 || got != "2026-12-10,Payment by bank transfer,INV-00001,,1000.00,2950.00" {
		t.Errorf("%v", rows)
	}
	onPaper(t, pdf(t, s), "STATEMENT", "Westermoor & Tarn NHS Foundation Trust", "Opening balance £3,950.00", "Payment by bank transfer INV-00001", "£1,000.00 £2,950.00",
		"Credit note CRN-00001", "Balance on 31 December 2026 £2,500.00", "page 1 of 1")
}

func TestVerifyFindsWhatSomebodyChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	if err := w.bank(in.Number, 100_000); err != nil {
		t.Fatal(err)
	}
	owner := dbtest.Owner(t, w.DB)
	for _, c := range []struct{ change, fault string }{
		{"UPDATE document_series SET last = 9", "series INV"},
		{"UPDATE invoices SET paid = paid - 1", "INV-00001 is not what its counters say"},
		{"UPDATE invoice_parts SET settled = settled - 1", "part 1 of an invoice"},
		{"UPDATE shares SET invoiced = invoiced - 1", "share 1 is not invoiced"},
		{"UPDATE accounts SET balance = balance + 2 WHERE name LIKE 'share/%'", "share 1 is not in the books"},
		{"UPDATE invoice_parts SET vat = 1", "the VAT of the parts of INV-00001"},
		{"UPDATE shares SET vat = 5", "it is more by -5 pence"},
		{"INSERT INTO credit_receipts (organisation_id, kind, amount, at) SELECT organisation_id, 'bank', 3, now() FROM invoices", "is not what came and was not used"},
	} {
		if _, err := owner.ExecContext(t.Context(), "SET session_replication_role = replica; "+c.change); err != nil {
			t.Fatal(err)
		}
		found, err := invoice.Verify(t.Context(), w)
		if err != nil || !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, c.fault) }) {
			t.Errorf("%s: %v, %v", c.change, found, err)
		}
	}
}
