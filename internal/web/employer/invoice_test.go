package employer_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/invoice"
	"bursar/internal/london"
)

// asked is an organisation with two places on an invoice of £6,500.00, and the invoice's address.
func asked(p *pair) string {
	p.Helper()
	p.book(p.mine, admissions.TeamOrder{Places: 2, Reference: "Team north", Orders: []billing.NewOrder{{Number: "QX1-4471", Line: "10", Amount: 650_000}}})
	numbers := p.invoiced(p.mine)
	if len(numbers) != 1 {
		p.Fatalf("invoices: %v", numbers)
	}
	return p.mine.at("/invoices/" + numbers[0])
}

func TestAnInvoiceIsShownAsItWasIssued(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	at := asked(p)
	says(t, p.open(p.mine, p.mine.at("/invoices")), "INV-00001 23 November 2026 23 December 2026 To pay £6,500.00 £6,500.00")
	says(t, p.open(p.mine, at), "To pay: £6,500.00, due on 23 December 2026", "INVOICE", "Threshold Dialogue Training CIC", "Westermoor & Tarn NHS Foundation Trust",
		"Purchase order QX1-4471", "Your reference Team north", "Line 10 of the purchase order", "Exempt from VAT: education by an eligible body.", "08-99-99", "Payment reference INV-00001")
	pdf := p.get(p.mine, at+".pdf")
	if !strings.Contains(pdfText(t, pdf.Body.Bytes()), "QX1-4471") || pdf.Header().Get("Content-Type") != "application/pdf" {
		t.Error("the PDF does not name the purchase order")
	}
	xml := p.get(p.mine, at+".xml")
	if !strings.Contains(xml.Body.String(), "QX1-4471") || xml.Header().Get("Content-Disposition") != "attachment; filename=INV-00001.xml" {
		t.Errorf("the XML: %d %v %s", xml.Code, xml.Header(), xml.Body)
	}
	for _, kind := range []string{".doc", ".pdf.xml", "x"} {
		if w := p.get(p.mine, at+kind); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", kind, w.Code)
		}
	}
}

func TestAnInvoiceForDatesThatWeCancelledIsNotAskedFor(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	at := asked(p)
	p.clock.Set(london.On(2026, 12, 30).At(9, 0))
	says(t, p.open(p.mine, p.mine.at("")), "Pay £6,500.00 of invoice INV-00001")
	p.do(func(ctx context.Context, tx *db.Tx) error {
		return admissions.CancelRun(ctx, tx, p.staff, p.run.Code, "The trainers are ill.")
	})
	home := p.open(p.mine, p.mine.at(""))
	says(t, home, "Tell us what becomes of 2 places on Open Dialogue foundation", "Write to us by the end of Wednesday 13 January 2027")
	if text := words(home); strings.Contains(text, "Pay £") || strings.Contains(text, "Say who takes") {
		t.Errorf("they are still asked: %s", text)
	}
	says(t, p.open(p.mine, p.mine.at("/invoices")), "Need not be paid now: we cancelled the dates")
	says(t, p.open(p.mine, at), "You need not pay this now: we cancelled the dates that it is for", "Open: £6,500.00")
	if text := words(p.open(p.twin, p.twin.at(""))); strings.Contains(text, "Tell us what becomes") {
		t.Errorf("another organisation is asked: %s", text)
	}
	p.clock.Set(london.On(2027, 1, 14).At(9, 0))
	says(t, p.open(p.mine, p.mine.at("")), "Pay £6,500.00 of invoice INV-00001") // were it not credited by now
}

func TestACreditNoteSaysWhatItCorrects(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	at := asked(p)
	p.do(func(ctx context.Context, tx *db.Tx) error {
		_, err := invoice.Credit(ctx, tx, audit.Person(p.staff), "INV-00001", nil, "The wrong department.")
		return err
	})
	says(t, p.open(p.mine, at), "Cancelled by credit note", "CRN-00001")
	note := p.mine.at("/credit-notes/CRN-00001")
	says(t, p.open(p.mine, note), "CREDIT NOTE", "It corrects invoice INV-00001.", "The wrong department.", "£6,500.00")
	if !strings.Contains(pdfText(t, p.get(p.mine, note+".pdf").Body.Bytes()), "CRN-00001") || !strings.Contains(p.get(p.mine, note+".xml").Body.String(), "CRN-00001") {
		t.Error("a form of the credit note does not name it")
	}
	says(t, p.open(p.mine, p.mine.at("/invoices")), "CRN-00001 23 November 2026 £6,500.00")
}

func TestAnInvoiceIsPaidByCard(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	at := asked(p)
	p.led(p.get(p.mine, at+"/pay"), at)
	p.led(p.get(p.mine, at+"/paid"), at)
	p.led(p.post(p.mine, at+"/pay"), at+"/pay")
	p.led(p.post(p.mine, at+"/pay"), at+"/pay") // pressed twice
	w := p.get(p.mine, at+"/pay")
	says(t, p.page(http.StatusOK, w, at), "We are preparing your payment page", "You are paying £6,500.00 of invoice INV-00001.")
	if w.Header().Get("Refresh") == "" {
		t.Error("the page does not look again by itself")
	}
	p.settle(t, func(s *billing.Standing) { s.State = billing.PageOpen })
	p.led(p.get(p.mine, at+"/pay"), payAt+"/c/pay/1")
	says(t, p.open(p.mine, at+"/paid"), "We are checking the payment")
	p.settle(t, func(s *billing.Standing) { s.State, s.Intent, s.URL = billing.PageComplete, "pi_1", "" })
	says(t, p.open(p.mine, at+"/paid"), "Your bank is confirming the payment", "Please do not pay again.")
	p.settle(t, func(s *billing.Standing) {
		s.State, s.Paid, s.Captured, s.Intent, s.URL = billing.PageComplete, true, s.Amount, "pi_1", ""
	})
	says(t, p.open(p.mine, at+"/paid"), "We have received £6,500.00 by card for invoice INV-00001. The invoice is settled.")
	says(t, p.open(p.mine, at), "Settled.", "Paid by card 23 November 2026 £6,500.00")
	says(t, p.page(http.StatusConflict, p.post(p.mine, at+"/pay"), at), "Nothing of this invoice is left to pay.")
}

// settle tells the books what the card processor says of the payment of the first invoice.
func (p *pair) settle(t *testing.T, say func(*billing.Standing)) {
	t.Helper()
	in, err := invoice.ByNumber(t.Context(), p.app, "INV-00001")
	if err != nil {
		t.Fatal(err)
	}
	payments, err := billing.PaymentsOfInvoice(t.Context(), p.app, in.ID)
	if err != nil || len(payments) != 1 {
		t.Fatalf("%d payments, %v", len(payments), err)
	}
	made := payments[0]
	s := billing.Standing{Session: "cs_1", URL: payAt + "/c/pay/1", Reference: made.Code, State: billing.PageOpen, Amount: made.Amount, Currency: "gbp", ExpiresAt: made.ExpiresAt}
	say(&s)
	p.do(func(ctx context.Context, tx *db.Tx) error { return admissions.Settle(ctx, tx, made.ID, s) })
}

// A payment of more than is open, because a part was credited while the card's page was open, is told as it came.
func TestWhatWasPaidTooMuchIsSeenAsCredit(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	at := asked(p)
	if doc := p.open(p.mine, p.mine.at("/invoices")); strings.Contains(words(doc), "more than we asked for") {
		t.Error("there is no credit yet")
	}
	p.led(p.post(p.mine, at+"/pay"), at+"/pay")
	p.do(func(ctx context.Context, tx *db.Tx) error {
		_, err := invoice.LetOff(ctx, tx, audit.Person(p.staff), "INV-00001", []invoice.CreditLine{{Line: 1, Amount: 325_000}}, "A day was cut short.")
		return err
	})
	p.settle(t, func(s *billing.Standing) {
		s.State, s.Paid, s.Captured, s.Intent, s.URL = billing.PageComplete, true, s.Amount, "pi_1", ""
	})
	says(t, p.open(p.mine, at+"/paid"), "We have received £6,500.00 by card", "£3,250.00 of that is more than was still open. It stands to your credit.")
	says(t, p.open(p.mine, p.mine.at("/invoices")), "You have paid us £3,250.00 more than we asked for.")
	says(t, p.open(p.mine, p.mine.at("/statement")), "You have paid us £3,250.00 more than we asked for.", "Payment by card INV-00001 – £6,500.00 £0.00",
		"Credit note CRN-00001 – £3,250.00 -£3,250.00", "At the end – – -£3,250.00")
}

func TestAStatementIsOfTheDaysThatAreChosen(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	asked(p)
	says(t, p.open(p.mine, p.mine.at("/statement")), "At the start – – £0.00", "23 November 2026 Invoice INV-00001 £6,500.00 – £6,500.00", "At the end – – £6,500.00")
	days := "?from-day=24&from-month=11&from-year=2026&to-day=30&to-month=11&to-year=2026"
	doc := p.open(p.mine, p.mine.at("/statement"+days))
	says(t, doc, "24 November 2026 At the start – – £6,500.00")
	for _, kind := range []string{".csv", ".pdf"} {
		if doc.Find(`a[href="`+p.mine.at("/statement"+kind+days)+`"]`).Length() != 1 {
			t.Errorf("no link to the same days as %s", kind)
		}
	}
	w := p.get(p.mine, p.mine.at("/statement.csv"))
	rows := sheet(t, w.Body.String())
	if len(rows) != 4 || strings.Join(rows[2], "|") != "2026-11-23|Invoice|INV-00001|6500.00|0.00|6500.00" {
		t.Errorf("the spreadsheet: %q", rows)
	}
	if w := p.get(p.mine, p.mine.at("/statement.pdf")); !strings.Contains(pdfText(t, w.Body.Bytes()), "INV-00001") {
		t.Error("the PDF does not name the invoice")
	}
	doc = p.page(http.StatusUnprocessableEntity, p.get(p.mine, p.mine.at("/statement?from-day=31&from-month=2&from-year=2026&to-day=x")), "statement")
	if doc.Find(".govuk-error-summary li").Length() != 2 || doc.Find("#from").AttrOr("value", "") != "31" {
		t.Error("not all that is wrong is said, or what was entered is lost")
	}
	if w := p.get(p.mine, p.mine.at("/statement.csv?from-day=x")); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a file of no days answers %d", w.Code)
	}
}

func TestTheFilesOfPlacesHoldTextAndDates(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	code := p.book(p.mine, admissions.TeamOrder{Places: 2, CostCode: "=1+1", Seats: []admissions.NewSeat{{Name: "=SUM(A1)", Email: "noor@westermoor.example"}}})[0]
	rows := sheet(t, p.get(p.mine, p.mine.at("/places.csv")).Body.String())
	if len(rows) != 3 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows[1:] {
		if row[0] != code {
			continue
		}
		if got := strings.Join(row, "|"); !strings.Contains(got, "|'=SUM(A1)|noor@westermoor.example|Held|2026-12-07|3250.00||'=1+1") {
			t.Errorf("the row is %q", got)
		}
	}
	calendar := p.get(p.mine, p.mine.at("/dates.ics"))
	if n := strings.Count(calendar.Body.String(), "BEGIN:VEVENT"); n != 20 {
		t.Errorf("%d days, want 20", n)
	}
	if strings.Contains(calendar.Body.String(), "A1") {
		t.Error("the calendar names somebody")
	}
}

// sheet reads a spreadsheet and expects its mark.
func sheet(t *testing.T, body string) [][]string {
	t.Helper()
	body, ok := strings.CutPrefix(body, "\ufeff")
	if !ok {
		t.Fatalf("no spreadsheet: %s", body)
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// pdfText is all that a PDF says, in the order in which it is drawn: its letters are UTF-16, so those of ASCII are every
// other byte.
func pdfText(t *testing.T, body []byte) string {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("%PDF-")) {
		t.Fatalf("no PDF: %.100s", body)
	}
	var text strings.Builder
	for _, part := range bytes.Split(body, []byte("stream\n"))[1:] {
		r, err := zlib.NewReader(bytes.NewReader(part))
		if err != nil {
			continue // "endstream", or a stream that is not packed
		}
		drawn, _ := io.ReadAll(r) // up to where it ends
		text.WriteString(strings.ReplaceAll(string(drawn), "\x00", ""))
	}
	return text.String()
}
