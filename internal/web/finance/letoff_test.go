package finance_test

import (
	"net/http"
	"testing"

	"bursar/internal/invoice"
)

func TestWhatIsCreditedOutOfGoodwillIsNotReadyAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	i := h.invoiced(o, 1)
	at := "/finance/invoices/" + i.Number + "/credit"
	form := typed("do", "show", "what", "lines", "amount", "250", "reason", "A day was cut short.")
	h.says(h.pressed(http.StatusOK, h.sheila, at, form).Find("main"), "What is credited is let go: nobody is asked for it again.")
	form.Set("do", "issue")
	h.send(h.sheila, at, h.seen(h.sheila, at, form))
	h.silent(h.open(h.sheila, "/finance/ready?organisation="+o.Code).Find("main"), "£250.00")
	form = typed("do", "show", "what", "lines", "amount", "1,000", "reason", "The wrong address.", "again", "yes")
	h.says(h.pressed(http.StatusOK, h.sheila, at, form).Find("main"), "What is credited waits under “Ready to invoice” again.")
	form.Set("do", "issue")
	h.send(h.sheila, at, h.seen(h.sheila, at, form))
	h.says(h.open(h.sheila, "/finance/ready?organisation="+o.Code).Find("main"), "£1,000.00")
	if faults, err := invoice.Verify(h.Context(), h.machine); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
}

func TestTheMonthShowsVATAndWhatItCovers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	h.silent(h.open(h.sheila, "/finance/month/2026-11").Find("main"), "VAT counts")
	form := typed("name", "Threshold", "address", "12 Lantern Yard", "city", "London", "postcode", "N1 7QX", "email", "office@threshold.example", "vat", "standard",
		"vat_number", "GB123456789", "vat_wording", "Exempt", "bank_name", "Fen Bank", "account_name", "Threshold", "sort_code", "08-99-99", "account_number", "12345678",
		"base_rate", "3.75")
	doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, "/finance/settings", form)
	h.says(doc.Find(".govuk-error-summary"), "This says that there is no VAT, and you have chosen the standard rate.")
	if doc.Find("#vat_wording").AttrOr("value", "") != "Exempt" {
		t.Error("what was typed is gone")
	}
	form.Set("vat_wording", "VAT at 20%.")
	h.send(h.sheila, "/finance/settings", form)
	h.invoiced(h.approved("Westermoor and Tarn NHS Foundation Trust"), 1)
	h.says(h.open(h.sheila, "/finance/month/2026-11").Find("main"), "£0.00 + £541.67 − £0.00 + £0.00 = £541.67.", "whichever comes first", "The month closes")
	rows := h.sheet(h.sheila, "/finance/export/2026-11")
	found := false
	for _, r := range rows {
		found = found || r[3] == "VAT" && r[5] == "541.67" && r[6] == "VAT of an invoice"
	}
	if !found {
		t.Errorf("%v", rows)
	}
}

func TestTheDeskLeadsToTheEntriesAndTheBankToAStatementToTryOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.withBank()
	for address, want := range map[string]string{"/finance": "/finance/export", "/finance/bank": sample} {
		if h.open(h.sheila, address).Find(`main a[href="`+want+`"]`).Length() != 1 {
			t.Errorf("%s does not lead to %s", address, want)
		}
	}
	main := h.open(h.sheila, "/finance/settings").Find("main")
	h.says(main, "Clearing", "Refunds on their way", "Ours is 1290.")
}
