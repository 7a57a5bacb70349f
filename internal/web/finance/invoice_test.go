package finance_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/invoice"
)

func TestABatchIsIssuedAndTheOneThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	west, salt := h.approved("Westermoor and Tarn NHS Foundation Trust"), h.approved("Saltbridge Community Care NHS Trust")
	h.booked(west, 2, 650_000)
	h.booked(salt, 1, 325_000)
	h.booked(salt, 1, 0)
	doc := h.open(h.sheila, "/finance/ready")
	h.says(doc.Find("main"), "Together they come to £9,750.00.", "The purchase order is missing.")
	none := h.pressed(http.StatusUnprocessableEntity, h.sheila, "/finance/ready", typed("do", "ticked"))
	h.says(none.Find(".govuk-error-summary"), "Tick what you want to invoice")
	var keys []string
	doc.Find("input[name=key]").Each(func(_ int, s *goquery.Selection) { keys = append(keys, s.AttrOr("value", "")) })
	if len(keys) != 2 {
		t.Fatalf("%d can be ticked", len(keys))
	}
	h.write(func(tx *db.Tx) error { // somebody else is faster with the first
		_, err := invoice.Issue(h.Context(), tx, audit.Person(h.martin.ID), keys[0])
		return err
	})
	done := h.pressed(http.StatusOK, h.sheila, "/finance/ready", typed("do", "ticked", "key", keys[0], "key", keys[1])).Find("main")
	h.says(done, "1 invoice is issued", "INV-00002", "1 was not issued", "Somebody may have issued this invoice already.")
	h.says(h.open(h.sheila, "/finance/invoices").Find("main"), "INV-00001", "INV-00002", "£3,250.00", "£6,500.00")
	h.says(h.open(h.sheila, "/finance/ready").Find("main"), "Nothing can be invoiced just now.")
}

func TestAllThatIsShownIsIssuedAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	for range 3 {
		h.booked(o, 1, 325_000)
	}
	doc := h.open(h.sheila, "/finance/ready?organisation="+o.Code)
	form := typed("do", "all")
	doc.Find("input[name=shown]").Each(func(_ int, s *goquery.Selection) { form.Add("shown", s.AttrOr("value", "")) })
	h.says(h.pressed(http.StatusOK, h.sheila, "/finance/ready", form).Find("main"), "3 invoices are issued, £9,750.00")
}

func TestAnInvoiceIsShownAsItWasIssued(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	i := h.invoiced(h.approved("Westermoor and Tarn NHS Foundation Trust"), 2)
	at := "/finance/invoices/" + i.Number
	h.says(h.open(h.sheila, at).Find(".app-document"), "INVOICE", "INV-00001", "Threshold Dialogue Training CIC", "12 Lantern Yard",
		"Westermoor and Tarn NHS Foundation Trust", "PO Box 312", "QX1", "X101", "RPCN000000001", "We are not registered for VAT.", "08-99-99", "12345678",
		"23 November 2026", "23 December 2026", "£6,500.00")
	pdf := h.get(h.sheila, at+"/pdf")
	if !strings.HasPrefix(pdf.Body.String(), "%PDF") || !strings.Contains(pdf.Header().Get("Content-Disposition"), "INV-00001.pdf") {
		t.Error("that is no PDF to keep")
	}
	if xml := h.get(h.auditor, at+"/xml"); xml.Code != http.StatusOK || !strings.Contains(xml.Body.String(), "INV-00001") {
		t.Errorf("XML: status %d", xml.Code)
	}
	before := h.mails()
	h.send(h.sheila, at+"/send", nil)
	if got := h.mails() - before; got != 1 {
		t.Errorf("%d mails", got)
	}
	if w := h.get(h.sheila, "/finance/invoices/INV-09999"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown invoice: status %d", w.Code)
	}
}

func TestInvoicesAreFoundAndPaged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	west := h.approved("Westermoor and Tarn NHS Foundation Trust")
	salt := h.approved("Saltbridge Community Care NHS Trust")
	h.invoiced(west, 1)
	h.invoiced(salt, 1)
	h.says(h.open(h.sheila, "/finance/invoices?search=salt").Find("tbody"), "INV-00002")
	h.silent(h.open(h.sheila, "/finance/invoices?organisation="+west.Code).Find("tbody"), "INV-00002")
	h.says(h.open(h.sheila, "/finance/invoices?search=RPCN000000001").Find("tbody"), "INV-00001")
	h.says(h.open(h.sheila, "/finance/invoices?status=settled").Find("main"), "There is none like that.")
	h.many(west, 51)
	first := h.open(h.sheila, "/finance/invoices?status=open")
	if n := first.Find("tbody tr").Length(); n != 50 {
		t.Errorf("%d on the first page", n)
	}
	second := h.open(h.sheila, first.Find("a[rel=next]").AttrOr("href", ""))
	h.says(second.Find("tbody"), "INV-00001", "INV-00002")
	if n := second.Find("tbody tr").Length(); n != 3 {
		t.Errorf("%d on the second page", n)
	}
}

func TestAWholeInvoiceIsCreditedAndIssuedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	i := h.invoiced(o, 2)
	at := "/finance/invoices/" + i.Number
	wrong := h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/credit", typed("do", "show", "what", "whole", "amount", "", "reason", "", "again", "yes"))
	h.says(wrong.Find(".govuk-error-summary"), "Say why")
	form := typed("do", "show", "what", "whole", "amount", "", "reason", "The purchase order was wrong.", "again", "yes")
	seen := h.pressed(http.StatusOK, h.sheila, at+"/credit", form).Find("main")
	h.says(seen, "This is what the credit note will say", "CREDIT NOTE", "not issued yet", "£6,500.00", "£0.00 is still to be paid afterwards", "INV-00001 of 23 November 2026")
	h.says(h.open(h.sheila, at).Find("main"), "Issued") // looking changed nothing
	h.silent(h.open(h.sheila, at).Find("main"), "CRN-")
	form.Set("do", "issue")
	to := h.send(h.sheila, at+"/credit", h.seen(h.sheila, at+"/credit", form))
	if to != "/finance/ready?organisation="+o.Code {
		t.Errorf("leads to %s", to)
	}
	ready := h.open(h.sheila, to)
	key := ready.Find("input[name=key]").AttrOr("value", "")
	h.says(h.pressed(http.StatusOK, h.sheila, "/finance/ready", typed("do", "ticked", "key", key)).Find("main"), "INV-00002")
	h.says(h.open(h.sheila, at).Find("main"), "Credited", "CRN-00001", "The purchase order was wrong.")
	note := h.open(h.auditor, "/finance/credit-notes/CRN-00001").Find(".app-document")
	h.says(note, "CREDIT NOTE", "CRN-00001", "INV-00001 of 23 November 2026", "The purchase order was wrong.", "£6,500.00")
	h.says(h.open(h.sheila, "/finance/credit-notes").Find("tbody"), "CRN-00001", "Westermoor and Tarn NHS Foundation Trust", "£6,500.00")
	if pdf := h.get(h.sheila, "/finance/credit-notes/CRN-00001/pdf"); !strings.HasPrefix(pdf.Body.String(), "%PDF") {
		t.Error("that is no PDF")
	}
}

func TestALineIsCreditedInPartAndWhatWasPaidBecomesCredit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	i := h.invoiced(o, 1)
	at := "/finance/invoices/" + i.Number
	h.onCredit(o, 325_000)
	h.send(h.sheila, at+"/use-credit", h.seen(h.sheila, at+"/use-credit", typed("amount", "3,250")))
	h.says(h.open(h.sheila, at).Find("main"), "Paid", "Credit of the organisation")
	tooMuch := h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/credit", typed("do", "show", "what", "lines", "amount", "3,250.01", "reason", "Too much."))
	h.says(tooMuch.Find(".govuk-error-summary"), "No more than £3,250.00 of this line is left to credit")
	if tooMuch.Find("#amount").AttrOr("value", "") != "3,250.01" {
		t.Error("what was typed is gone")
	}
	form := typed("do", "show", "what", "lines", "amount", "250", "reason", "An agreed discount.")
	h.says(h.pressed(http.StatusOK, h.sheila, at+"/credit", form).Find("main"), "£250.00 was paid already. It becomes credit of the organisation.")
	form.Set("do", "issue")
	h.seen(h.sheila, at+"/credit", form)
	if to := h.send(h.sheila, at+"/credit", form); to != at {
		t.Errorf("leads to %s", to)
	}
	h.pressed(http.StatusConflict, h.sheila, at+"/credit", form) // sent twice
	h.says(h.open(h.sheila, "/finance/organisations/"+o.Code).Find("main"), "We owe it £250.00.")
}

func TestAPoundIsWrittenOffAtOnceAndMoreByTwo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	i := h.invoiced(o, 1)
	at := "/finance/invoices/" + i.Number
	h.onCredit(o, 324_850)
	h.send(h.sheila, at+"/use-credit", h.seen(h.sheila, at+"/use-credit", typed("amount", "3,248.50")))
	h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/write-off", typed("amount", "0.50", "reason", ""))
	h.send(h.sheila, at+"/write-off", typed("amount", "0.50", "reason", "The bank kept it."))
	h.says(h.open(h.sheila, at).Find("main"), "Written off", "£0.50", "£1.00")
	h.send(h.sheila, at+"/write-off", typed("amount", "1.00", "reason", "They will not pay it."))
	h.says(h.open(h.sheila, "/finance").Find("main"), "1 write-off to agree")
	mine := h.open(h.sheila, "/finance/agreements").Find("main")
	h.says(mine, "You asked for this. Somebody else has to agree to it.", "Write off £1.00 of INV-00001")
	refused := h.pressed(http.StatusConflict, h.sheila, "/finance/agreements/write-offs/INV-00001/agree", nil)
	h.says(refused.Find(".govuk-error-summary"), "You asked for this, so somebody else must agree to it.")
	h.says(h.open(h.martin, "/finance/agreements").Find("main"), "Sheila Marsh asked for this.", "They will not pay it.")
	h.send(h.martin, "/finance/agreements/write-offs/INV-00001/agree", nil)
	h.says(h.open(h.sheila, at).Find("main"), "Settled", "£0.00")
	undo := h.open(h.sheila, at).Find("a[href*='/undo/']").Last().AttrOr("href", "")
	h.pressed(http.StatusUnprocessableEntity, h.sheila, undo, typed("reason", ""))
	h.send(h.sheila, undo, typed("reason", "They pay after all."))
	h.says(h.open(h.sheila, at).Find("main"), "Part paid", "Written off, taken back", "-£1.00")
	if w := h.get(h.sheila, undo); w.Code != http.StatusNotFound {
		t.Errorf("undone twice: status %d", w.Code)
	}
}

func TestCreditGoesBackByTwoPeopleAboveAHundredPounds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	h.onCredit(o, fixture.Fee)
	at := "/finance/organisations/" + o.Code + "/refund"
	short := h.pressed(http.StatusConflict, h.sheila, at, h.seen(h.sheila, at, typed("amount", "9,000", "card", "", "reference", "", "reason", "They asked.")))
	h.says(short.Find(".govuk-error-summary"), "Less than that stands to this organisation’s credit now.")
	first := h.seen(h.sheila, at, typed("amount", "60", "card", "", "reference", "BACS 1", "reason", "They asked."))
	h.send(h.sheila, at, first)
	h.says(h.pressed(http.StatusConflict, h.sheila, at, first).Find(".govuk-error-summary"), "This has changed since you opened the page, or it was sent twice.")
	h.send(h.sheila, at, h.seen(h.sheila, at, typed("amount", "40", "card", "", "reference", "BACS 1", "reason", "They asked.")))
	h.says(h.open(h.sheila, at).Find("main"), "We owe it £3,150.00.")
	again := h.seen(h.sheila, at, typed("amount", "0.01", "card", "", "reference", "", "reason", "They asked again.")) // a hundred went back alone
	h.send(h.sheila, at, again)
	h.pressed(http.StatusConflict, h.sheila, at, again)
	agree := h.open(h.martin, "/finance/agreements")
	h.says(agree.Find("main"), "Pay £0.01 of credit back to Westermoor and Tarn NHS Foundation Trust", "Sheila Marsh asked for this.")
	answer := agree.Find("form[action$=agree]").AttrOr("action", "")
	h.says(h.pressed(http.StatusConflict, h.sheila, answer, typed("reference", "")).Find(".govuk-error-summary"), "somebody else must agree")
	h.send(h.martin, answer, typed("reference", "BACS 2"))
	h.says(h.open(h.sheila, at).Find("main"), "We owe it £3,149.99.")
	h.says(h.open(h.sheila, "/finance/agreements").Find("main"), "Nothing waits, just now.")
}
