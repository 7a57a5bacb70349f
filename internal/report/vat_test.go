package report_test

import (
	"slices"
	"testing"

	"bursar/internal/billing"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/report"
)

// registered is the provider with VAT in its prices.
func registered() invoice.Provider {
	p := provider
	p.VAT, p.VATNumber, p.VATWording = invoice.Standard, "GB123456789", "VAT at 20%."
	return p
}

// What is invoiced to organisations and paid by learners and funds has VAT in it; what they get back has not, and what is kept
// of a place has.
func TestVATCountsWhenAPlaceIsInvoicedOrPaidWhoeverPays(t *testing.T) {
	t.Parallel()
	s := newSpringOf(t, registered())
	// £541.67 of the place by card, and £1,083.33 of the two of the trust.
	if c := s.closed(february); c.Of("vat").Closing != 162_500 || c.VAT != (report.VAT{Invoiced: 108_333, Paid: 54_167}) || !c.Closed() {
		t.Errorf("%+v, %+v, %+v", c.Of("vat"), c.VAT, c.Checks)
	}
	// £541.67 each by card, of the council and of a fund. Of the card £529.17 go back, and £270.83 are credited to the trust.
	c := s.closed(march)
	if c.Of("vat").Closing != 245_001 || c.VAT != (report.VAT{Invoiced: 54_167, Credited: 27_083, Paid: 2*54_167 - 52_917}) || !c.Closed() {
		t.Errorf("%+v, %+v, %+v", c.Of("vat"), c.VAT, c.Checks)
	}
	// Four places are still to be taught, £13,000.00 with £2,166.67 of VAT. A quarter of that was.
	want := map[string]money.Amount{"deferred": 812_500, "earned": 270_833, "kept": 162_500 - 27_084 + 7_500 - 1_250}
	for key, closing := range want {
		if got := c.Of(key).Closing; got != closing {
			t.Errorf("%s: %s, want %s", key, got, closing)
		}
	}
	if faults, err := invoice.Verify(t.Context(), s); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
	s.clock.Set(s.ends(3))
	s.taught()
	if left := s.balance(billing.Deferred(s.run.ID)); left != 0 {
		t.Errorf("%s is left when all is taught", left)
	}
}

func TestAnExportTellsVATApart(t *testing.T) {
	t.Parallel()
	s := newSpringOf(t, registered())
	rows := append(s.exported(february), s.exported(march)...)
	for _, want := range []report.Row{
		{Account: "VAT", Credit: 108_333, Text: "VAT of an invoice"},
		{Account: "VAT", Debit: 27_083, Text: "VAT of a credit note"},
		{Account: "VAT", Credit: 54_167, Text: "VAT of a card payment"},
		{Account: "VAT", Debit: 52_917, Text: "VAT of what was paid for a place, or kept of it"},
		{Account: "Charges for places given up, FND-T27", Debit: 54_167, Text: "VAT of what was paid for a place, or kept of it"},
	} {
		if !slices.ContainsFunc(rows, func(r report.Row) bool {
			return r.Nominal != "9998" && r.Account == want.Account && r.Debit == want.Debit && r.Credit == want.Credit && r.Text == want.Text
		}) {
			t.Errorf("no row %+v", want)
		}
	}
}
