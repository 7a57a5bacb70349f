package journey_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"testing"

	"bursar/internal/app/apptest"
	"bursar/internal/bank"
	"bursar/internal/fund"
	"bursar/internal/invoice"
	"bursar/internal/web/page/pagetest"
)

// statement has the bookkeeper upload a statement of the bank account, say what its columns are and have it read.
func (w *trading) statement(rows string) {
	w.t.Helper()
	v := w.sheila
	desk := v.Get("/finance/bank")
	if desk.Page.Find(`[name="account"]`).Length() == 0 {
		desk = v.does(desk, "/accounts", []string{"name", "Example Bank"}, "Read a statement")
	}
	a := v.uploads(desk.Page.Find(`[name="account"] option`).Last().AttrOr("value", ""), "Date,Payer,Reference,Amount\n"+rows)
	if a.Page.Find(`[name="date_format"]`).Length() > 0 {
		a = v.sends(a, "/columns", "do", "read")
	}
	w.drain()
	v.reads(v.Get(a.URL.Path), http.StatusOK, "new line")
}

// uploads sends a file, as a browser does.
func (v *visitor) uploads(account, body string) apptest.Answer {
	v.w.t.Helper()
	var sent bytes.Buffer
	form := multipart.NewWriter(&sent)
	_ = form.WriteField("account", account) // to memory
	part, err := form.CreateFormFile("statement", "statement.csv")
	if err != nil {
		v.w.t.Fatal(err)
	}
	_, _ = part.Write([]byte(body)) // to memory
	_ = form.Close()
	r, err := http.NewRequestWithContext(v.w.t.Context(), http.MethodPost, v.w.Config.URL+"/finance/bank/files", &sent)
	if err != nil {
		v.w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	got, err := v.Do(r)
	if err != nil {
		v.w.t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	var page bytes.Buffer
	if _, err := page.ReadFrom(got.Body); err != nil {
		v.w.t.Fatal(err)
	}
	return apptest.Answer{Status: got.StatusCode, URL: got.Request.URL, Header: got.Header, Body: page.String(), Page: pagetest.Check(v.w.t, page.String())}
}

// matches has the bookkeeper match the first payment that waits, as it is proposed, and expects words about the proposal.
func (w *trading) matches(words ...string) {
	w.t.Helper()
	v := w.sheila
	list := v.Get("/finance/bank/lines")
	v.reads(list, http.StatusOK, words...)
	line := v.Get(list.Page.Find("tbody th a").First().AttrOr("href", "none"))
	v.reads(line, http.StatusOK)
	v.does(line, "/match", nil, "Done")
	w.drain()
}

func TestEmployerPaysFiftyPenceTooLittleByBankAndTheRestIsLetGoWithAReason(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 395_000)
	defer w.inOrder()
	trust := w.employer("Westermoor & Tarn NHS Foundation Trust", "nhs_trust", "Jo Holt", "required")
	place := trust.books(1, answers{"orders": brings("QX1-77120", "3,950")})[0]
	w.issues("1 invoice is issued, £3,950.00")
	trust.billed("INV-00001", 395_000, "Purchase order QX1-77120", place)

	w.statement("20/11/2026,WESTERMOOR AND TARN,INV-00001,3949.50\n20/11/2026,RENT,,-100.00\n")
	w.stands(bank.Unmatched, -394_950)
	w.matches("£3,949.50", "INV-00001")
	trust.reads(trust.Get(trust.page("/invoices/INV-00001")), http.StatusOK, "Settled in part, to pay: £0.50", "Paid by bank transfer 23 November 2026 £3,949.50")
	w.due(place, 50)
	w.stands(bank.Unmatched, 0)
	w.stands(fund.Bank, 394_950)

	off := w.sheila.Get("/finance/invoices/INV-00001/write-off")
	w.sheila.reads(w.sheila.sends(off, "/write-off", "amount", "0.50"), http.StatusUnprocessableEntity, "£0.50 of this invoice")
	w.sheila.reads(w.sheila.sends(off, "/write-off", "amount", "0.51", "reason", "Charges of their bank"), http.StatusConflict)
	w.sheila.does(off, "/write-off", []string{"amount", "0.50", "reason", "Charges of their bank"}, "Settled")
	w.drain()
	trust.reads(trust.Get(trust.page("/invoices/INV-00001")), http.StatusOK, "Settled.", "Let go by us 23 November 2026 £0.50")
	trust.reads(trust.Get(trust.page("/statement")), http.StatusOK, "INV-00001 £3,950.00 – £3,950.00", "– £3,949.50 £0.50", "– £0.50 £0.00", "At the end – – £0.00")
	w.due(place, 0)
	w.stands(invoice.WrittenOff, 50)
	trust.reads(trust.Get(trust.page("")), http.StatusOK, "Confirmed")
}

func TestEmployersMissingPoundAndAPennyIsLetGoByTwoPeople(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 395_000)
	defer w.inOrder()
	trust := w.employer("Westermoor & Tarn NHS Foundation Trust", "nhs_trust", "Jo Holt", "not_used")
	place := trust.books(1, answers{})[0]
	w.issues("1 invoice is issued, £3,950.00")
	w.statement("20/11/2026,WESTERMOOR AND TARN,INV-00001,3948.99\n")
	w.matches("£3,948.99")
	w.sheila.sends(w.sheila.Get("/finance/invoices/INV-00001/write-off"), "/write-off", "amount", "1.01", "reason", "Charges of their bank")
	w.due(place, 101)
	mine := w.sheila.Get("/finance/agreements")
	w.sheila.reads(mine, http.StatusOK, "You asked for this. Somebody else has to agree to it.", "£1.01")
	if n := mine.Page.Find(`form[action$="/agree"]`).Length(); n != 0 {
		t.Error("who asked may agree")
	}
	w.sheila.Post("/finance/agreements/write-offs/INV-00001/agree", nil)
	w.due(place, 101)
	martin := w.bookkeeper("Martin Lowe")
	martin.sends(martin.Get("/finance/agreements"), "/agree")
	w.drain()
	w.due(place, 0)
	w.stands(invoice.WrittenOff, 101)
	trust.reads(trust.Get(trust.page("/invoices/INV-00001")), http.StatusOK, "Settled.", "Let go by us 23 November 2026 £1.01")
}

func TestEmployersOnePaymentForTwoInvoicesWithSomethingOverIsMatchedAndUndone(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	trust := w.employer("Westermoor & Tarn NHS Foundation Trust", "nhs_trust", "Jo Holt", "required")
	places := trust.books(5, answers{"orders": brings("QX1-77120", "11,340", "QX1-77121", "7,560")})
	w.issues("2 invoices are issued, £18,900.00")
	w.statement("20/11/2026,WESTERMOOR AND TARN,INV-00001 INV-00002,19000.00\n")
	list := w.sheila.Get("/finance/bank/lines")
	w.sheila.reads(list, http.StatusOK, "£19,000.00", "INV-00001: £11,340.00", "INV-00002: £7,560.00", "Credit: £100.00")
	at := list.Page.Find("tbody th a").First().AttrOr("href", "none")
	w.matches()
	for _, code := range places {
		w.due(code, 0)
	}
	credit := w.creditOf(trust)
	w.stands(credit, -10_000)
	trust.reads(trust.Get(trust.page("/statement")), http.StatusOK, "Payment by bank transfer INV-00001, INV-00002 – £19,000.00 -£100.00", "At the end – – -£100.00", "You have paid us £100.00 more than we asked for.")
	w.sheila.reads(w.sheila.sends(w.sheila.Get(at), "/undo", "reason", "It was another trust’s"), http.StatusOK, "Match it")
	for _, code := range places {
		w.due(code, 378_000)
	}
	w.stands(credit, 0)
	w.stands(bank.Unmatched, -1_900_000)
	w.matches()
	w.stands(credit, -10_000)
	trust.reads(trust.Get(trust.page("/invoices")), http.StatusOK, "£11,340.00 £0.00", "£7,560.00 £0.00")
}
