package invoice_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/invoice"
	"bursar/internal/mail"
	"bursar/internal/money"
)

// words are the text of a PDF.
func words(t *testing.T, body []byte) string {
	t.Helper()
	read := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	read.Stdin = bytes.NewReader(body)
	text, err := read.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func pdf(t *testing.T, s interface{ PDF() ([]byte, error) }) []byte {
	t.Helper()
	body, err := s.PDF()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// onPaper checks that the text of a PDF says all of it, however lines are broken.
func onPaper(t *testing.T, body []byte, want ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(words(t, body)), " ")
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in\n%s", w, text)
		}
	}
}

func TestAnInvoiceSaysEverythingThatPayersReturnOneFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	team, _ := w.team(of, 2, payer{of: of, amount: 378_000, order: w.order(of, "RPCN40001234", 756_000), cost: "CC-7781"})
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE purchase_orders SET name = 'WESTERMOOR AND TARN NHSFT'").Exec(t.Context())
		return err
	})
	s := w.snapshot(w.issue(of))
	seats := strings.Join(s.Lines[0].Places, ", ")
	body := pdf(t, s)
	onPaper(t, body, "INVOICE", "INV-00001", "23 November 2026", "23 December 2026", "8 March 2027 to 11 June 2027",
		"Lantern Training CIC", "1 Tarn Street", "Company number 09520001", "accounts@lantern.example", "0113 496 0000",
		"WESTERMOOR AND TARN NHSFT", "Learning and development", "For the attention of Łukasz Żółć", "QX1 Payables X101", "PO Box 312", "LS11 1HP",
		"Organisation code QX1", "Payables code X101", "GLN 9520000001018", "Purchase order RPCN40001234", "Your reference Req 77",
		"Line of the purchase order 10", "Cost code CC-7781", "Team discount, taken off: £840.00", "£7,560.00",
		"Total without VAT £7,560.00", "Total VAT £0.00", "Total to pay £7,560.00", provider.VATWording,
		"statutory interest of 8% a year above the base rate", "Sort code 08-99-99", "Account number 66374958", "Payment reference INV-00001",
		"page 1 of 1", "FND-M27")
	if text := strings.Join(strings.Fields(words(t, body)), " "); !strings.Contains(text, strings.Fields(seats)[0]) || team.Places != 2 {
		t.Errorf("the places %s are missing", seats)
	}
	if !bytes.Equal(body, pdf(t, s)) {
		t.Error("the same snapshot gives other bytes")
	}
}

func TestALongInvoiceRepeatsItsHeadAndCountsItsPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation(strings.Repeat("A very long name of an organisation with € and Łukasz ", 3)[:150])
	w.team(of, 4, payer{of: of, amount: 100_000, cost: strings.Repeat("COST-CENTRE-WITHOUT-A-BREAK", 3)})
	s := w.snapshot(w.issue(of))
	line := s.Lines[0]
	for i := range 60 {
		line.Number = i + 2
		s.Lines = append(s.Lines, line)
	}
	body := pdf(t, s)
	text := words(t, body)
	if n := strings.Count(text, "Description"); n != 9 || !strings.Contains(text, "€") || !strings.Contains(text, "Łukasz A very") {
		t.Errorf("the head is on %d pages", n)
	}
	onPaper(t, body, "page 1 of 10", "page 10 of 10")
}

func TestACreditNoteSaysWhatItTakesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	if err := w.bank(in.Number, 395_000); err != nil {
		t.Fatal(err)
	}
	note, err := w.credit(in.Number, []invoice.CreditLine{{Line: 1, Amount: 95_000}}, "Charged too much")
	if err != nil {
		t.Fatal(err)
	}
	s, err := invoice.SnapshotOfCredit(note)
	if err != nil {
		t.Fatal(err)
	}
	onPaper(t, pdf(t, s), "CREDIT NOTE", "CRN-00001", "Credits invoice INV-00001 of 23 November 2026", "Charged too much", "Total credited £950.00",
		"You had paid £950.00 of that already.", "Part of: ")
	if strings.Contains(words(t, pdf(t, s)), "Sort code") {
		t.Error("a credit note asks for money")
	}
}

func TestDocumentsAreMailedWithTheirFilesAndNameNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	if _, err := w.credit(in.Number, nil, "Wrong"); err != nil {
		t.Fatal(err)
	}
	list, err := mail.Outbox(t.Context(), w, 0, 10)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d mails, %v", len(list), err)
	}
	for i, want := range []string{"CRN-00001", "INV-00001"} {
		m, err := mail.Open(t.Context(), w, list[i].ID)
		if err != nil || m.To != "payables@trust.example" || !strings.HasSuffix(m.Subject, want) || len(m.Attachments) != 2 ||
			m.Attachments[0].Name != want+".pdf" || m.Attachments[1].Name != want+".xml" {
			t.Errorf("%s: %+v, %v", want, m, err)
		}
	}
}

func TestVATIsTakenOutOfThePriceToThePenny(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, registered())
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	order := w.order(of, "PO-1", 10_000_000)
	for _, amount := range []money.Amount{333_334, 333_334, 100_001} {
		w.team(of, 1, payer{of: of, amount: amount, order: order})
	}
	total := money.Amount(0)
	for _, r := range w.ready(of) {
		in := w.mustIssue(r.Key)
		s := w.snapshot(in)
		if s.Net+s.VAT != s.Total || s.Lines[0].VATCode != invoice.StandardRated || s.Net+s.Net.Percent(2_000) != s.Total {
			t.Errorf("%+v", s)
		}
		if _, err := s.XML(); err != nil {
			t.Errorf("%s: %v", s.Total, err)
		}
		total += s.VAT
	}
	if b := w.balance(billing.VAT); b != -total || total == 0 {
		t.Errorf("VAT owed %s, invoiced %s", b, total)
	}
	if _, err := w.credit("INV-00001", nil, "Wrong"); err != nil {
		t.Fatal(err)
	}
	if b := w.balance(billing.VAT); b != -total+w.fresh(&invoice.Invoice{Number: "INV-00001"}).VAT {
		t.Errorf("after the credit note VAT owed is %s", b)
	}
	w.inOrder()
}

func TestXMLIsMadeOfTheSnapshot(t *testing.T) {
	t.Parallel()
	exempt := provider
	exempt.VAT, exempt.VATNumber, exempt.VATWording = invoice.Exempt, "GB123456789", "Exempt: education by an eligible body."
	for name, p := range map[string]invoice.Provider{"outside": provider, "exempt": exempt} {
		w := newWorldOf(t, p)
		of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
		w.team(of, 5, payer{of: of, amount: 378_000, order: w.order(of, "RPCN40001234", 1_890_000), cost: "CC-1"})
		in := w.issue(of)
		body, err := w.snapshot(in).XML()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, want := range []string{"INV-00001", "RPCN40001234", "9520000001018", "18900.00", "08999966374958"[:6], w.snapshot(in).Lines[0].Places[4]} {
			if !strings.Contains(string(body), want) {
				t.Errorf("%s: %q is missing in\n%s", name, want, body)
			}
		}
		note, err := w.credit(in.Number, nil, "Wrong")
		if err != nil {
			t.Fatal(err)
		}
		s, err := invoice.SnapshotOfCredit(note)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.XML(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
