package finance_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/bank"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

const statementHead = "Date,Payer,Reference,Amount\n"

// withBank is a bank account, as a bookkeeper adds it.
func (h *house) withBank() {
	h.Helper()
	h.send(h.sheila, "/finance/bank/accounts", typed("name", "Fen Bank"))
}

func (h *house) accountCode() string {
	h.Helper()
	list, err := bank.Accounts(h.Context(), h.app)
	if err != nil || len(list) != 1 {
		h.Fatal(list, err)
	}
	return list[0].Code
}

// upload sends a statement.
func (h *house) upload(who desk, body string, pairs ...string) *httptest.ResponseRecorder {
	h.Helper()
	var sent bytes.Buffer
	w := multipart.NewWriter(&sent)
	for i := 0; i < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1]) // to memory
	}
	part, err := w.CreateFormFile("statement", "fen.csv")
	if err != nil {
		h.Fatal(err)
	}
	_, _ = part.Write([]byte(body)) // to memory
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, "/finance/bank/files", &sent)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return h.ask(who, r)
}

// statement uploads a statement, has its columns taken as they are guessed, and reads it, as the worker does.
func (h *house) statement(rows string) string {
	h.Helper()
	w := h.upload(h.sheila, statementHead+rows, "account", h.accountCode())
	if w.Code != http.StatusSeeOther {
		h.Fatalf("status %d: %s", w.Code, w.Body)
	}
	at := w.Header().Get("Location")
	if strings.HasSuffix(at, "/columns") {
		at = h.send(h.sheila, at, h.columns(h.open(h.sheila, at), "read"))
	}
	h.read(path.Base(at))
	return at
}

// columns is the form of the columns as it is filled in.
func (h *house) columns(doc *goquery.Document, do string) (form map[string][]string) {
	form = typed("do", do)
	doc.Find("main select").Each(func(_ int, s *goquery.Selection) {
		chosen := s.Find("option[selected]")
		form[s.AttrOr("name", "")] = []string{chosen.AttrOr("value", "")}
	})
	doc.Find("main input[type=checkbox][checked]").Each(func(_ int, s *goquery.Selection) {
		form[s.AttrOr("name", "")] = append(form[s.AttrOr("name", "")], s.AttrOr("value", ""))
	})
	return form
}

func (h *house) read(code string) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		f, err := bank.FileByCode(h.Context(), tx, code)
		if err != nil {
			return err
		}
		return bank.ReadFile(h.Context(), tx, f.ID, func(int, int) error { return nil })
	})
}

// payment is the address of the first payment in a list.
func (h *house) payment(list string) string {
	h.Helper()
	return h.open(h.sheila, list).Find("tbody th a").First().AttrOr("href", "none")
}

func (h *house) fresh(i *invoice.Invoice) *invoice.Invoice {
	h.Helper()
	now, err := invoice.ByNumber(h.Context(), h.app, i.Number)
	if err != nil {
		h.Fatal(err)
	}
	return now
}

func (h *house) unmatched() money.Amount {
	h.Helper()
	b, err := ledger.Balance(h.Context(), h.app, bank.Unmatched)
	if err != nil {
		h.Fatal(err)
	}
	return -b
}

// owing is a trust with two invoices, of one place and of two.
func (h *house) owing() (one, two *invoice.Invoice) {
	h.Helper()
	h.provided()
	h.withBank()
	o := h.approved("Westermoor Trust")
	return h.invoiced(o, 1), h.invoiced(o, 2)
}

func pounds(a money.Amount) string {
	return strings.ReplaceAll(strings.TrimPrefix(a.String(), "£"), ",", "")
}

func TestAStatementIsReadAndWhatIsSureIsMatchedInOneGo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two := h.owing()
	at := h.statement("20/11/2026,WESTERMOOR," + one.Number + "," + pounds(one.Total) + "\n" +
		"20/11/2026,WESTERMOOR," + two.Number + "," + pounds(two.Total) + "\n21/11/2026,WESTERMOOR,thanks,7.00\n21/11/2026,RENT,,-100.00\n")
	h.says(h.open(h.sheila, at).Find("main"), "Read", "4 new lines")
	h.says(h.open(h.sheila, "/finance/bank").Find("main"), "3 payments wait to be matched", "fen.csv", "4 new lines")
	doc := h.open(h.sheila, "/finance/bank/lines")
	h.says(doc.Find("main"), "names "+one.Number+" and is exactly what is open", "Match all that are sure (2)")
	form := typed("do", "sure")
	doc.Find("input[name=sure]").Each(func(_ int, s *goquery.Selection) { form.Add("sure", s.AttrOr("value", "")) })
	if to := h.send(h.sheila, "/finance/bank/lines", form); to != "/finance/bank/lines" {
		t.Error(to)
	}
	if h.fresh(one).Status != invoice.Settled || h.fresh(two).Status != invoice.Settled || h.unmatched() != 700 {
		t.Errorf("%s, %s, %s open", h.fresh(one).Status, h.fresh(two).Status, h.unmatched())
	}
	again := h.pressed(http.StatusOK, h.sheila, "/finance/bank/lines", form)
	h.says(again.Find("main"), "Some payments were not matched", "Somebody else has matched this payment in the meantime")
	h.says(h.pressed(http.StatusUnprocessableEntity, h.sheila, "/finance/bank/lines", typed("do", "ticked")).Find("main"), "Tick the payments")
	h.says(h.pressed(http.StatusOK, h.sheila, "/finance/bank/lines", typed("one", "nonsense")).Find("main"), "The list has changed since")
	h.says(h.open(h.sheila, "/finance/bank/lines?status=matched").Find("main"), "Matched", "WESTERMOOR")
	h.says(h.open(h.sheila, "/finance/bank/lines?status=out").Find("main"), "-£100.00", "Went out")
}

func TestTheProgressOfAStatementIsShownWhileItIsRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.withBank()
	h.statement("20/11/2026,A,,1.00\n")
	w := h.upload(h.sheila, statementHead+"21/11/2026,A,,1.00\n", "account", h.accountCode())
	at := w.Header().Get("Location")
	shown := h.get(h.sheila, at)
	if shown.Header().Get("Refresh") == "" {
		t.Error("the page does not ask again")
	}
	h.says(h.page(http.StatusOK, shown, at).Find("main"), "Being read", "It begins in a moment")
	h.write(func(tx *db.Tx) error {
		f, err := bank.FileByCode(h.Context(), tx, path.Base(at))
		if err != nil {
			return err
		}
		return bank.NoteProgress(h.Context(), tx, f.ID, 5_000, 100_000)
	})
	h.says(h.open(h.sheila, at).Find("main"), "5000 of 100000 rows are read")
	h.read(path.Base(at))
	done := h.get(h.sheila, at)
	if done.Header().Get("Refresh") != "" {
		t.Error("the page asks for ever")
	}
	h.says(h.page(http.StatusOK, done, at).Find("main"), "1 new line")
}

func TestColumnsAreShownBeforeAFileIsReadAndWhatWasChosenStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.withBank()
	at := h.upload(h.sheila, statementHead+"20/11/2026,ANA,thanks,12.34\n21/11/2026,RENT,,-5.00\n", "account", h.accountCode()).Header().Get("Location")
	doc := h.open(h.sheila, at)
	h.says(doc.Find("main"), "How we read it", "20 November 2026", "£12.34", "£5.00", "ANA")
	form := h.columns(doc, "show")
	form["amount"] = []string{""}
	wrong := h.pressed(http.StatusUnprocessableEntity, h.sheila, at, form)
	h.says(wrong.Find("main"), "Choose the column with the amount, or the two for paid in and paid out")
	if wrong.Find("select[name=date] option[selected]").Text() != "Date" {
		t.Error("what was chosen is gone")
	}
	form["amount"], form["date_format"] = []string{"Amount"}, []string{"2006-01-02"}
	h.says(h.pressed(http.StatusOK, h.sheila, at, form).Find("main"), "It cannot be read like this", "Row 2")
	form["do"] = []string{"read"}
	h.says(h.pressed(http.StatusUnprocessableEntity, h.sheila, at, form).Find("main"), "It cannot be read like this")
	form["date_format"] = []string{"02/01/2006"}
	if to := h.send(h.sheila, at, form); to != strings.TrimSuffix(at, "/columns") {
		t.Error(to)
	}
	h.pressed(http.StatusConflict, h.sheila, at, form)
	other := h.upload(h.sheila, statementHead+"22/11/2026,ANA,thanks,12.34\n", "account", h.accountCode(), "anew", "yes").Header().Get("Location")
	if !strings.HasSuffix(other, "/columns") || h.send(h.sheila, other, typed("do", "drop")) != "/finance/bank" {
		t.Error(other)
	}
}

func TestWhatIsNoStatementOrIsKnownIsRefusedBesideTheField(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.withBank()
	h.statement("20/11/2026,A,,1.00\n")
	for name, c := range map[string]struct {
		body, account, says string
		status              int
	}{
		"nothing":        {"", h.accountCode(), "Choose a file", http.StatusUnprocessableEntity},
		"a PDF":          {"%PDF-1.7", h.accountCode(), "not a CSV file", http.StatusUnprocessableEntity},
		"no account":     {statementHead, "none", "Choose the account", http.StatusUnprocessableEntity},
		"the same again": {statementHead + "20/11/2026,A,,1.00\n", h.accountCode(), "This file was read on Monday 23 November 2026", http.StatusConflict},
	} {
		doc := h.page(c.status, h.upload(h.sheila, c.body, "account", c.account, "anew", "yes"), name)
		h.says(doc.Find("main"), c.says)
		if _, ticked := doc.Find("#anew").Attr("checked"); !ticked {
			t.Errorf("%s: what was ticked is gone", name)
		}
	}
	at := h.upload(h.sheila, statementHead+"22/11/2026,A,,ten\n", "account", h.accountCode(), "anew", "yes").Header().Get("Location")
	h.says(h.open(h.sheila, at).Find("main"), "Which columns are which?", "ten")
	h.says(h.pressed(http.StatusUnprocessableEntity, h.sheila, "/finance/bank/accounts", typed("name", "")).Find("main"), "Enter a name for the account")
}

func TestAFileThatTurnsOutWrongSaysEveryRow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.withBank()
	h.statement("20/11/2026,A,,1.00\n")
	at := h.statement("21/11/2026,A,,1.00\n22/11/2026,A,,ten\n24/11/2026,A,,eleven\n")
	h.says(h.open(h.sheila, at).Find("main"), "Not read", "Nothing of this file is in the books", "Row 3", "Row 4")
	if h.unmatched() != 100 {
		t.Errorf("%s", h.unmatched())
	}
}

func TestAPaymentIsMatchedByHandUndoneAndSetAside(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two := h.owing()
	h.statement("20/11/2026,SHARED SERVICES,remittance," + pounds(one.Total+fixture.Fee) + "\n")
	at := h.payment("/finance/bank/lines")
	doc := h.open(h.sheila, at+"?search=westermoor")
	h.says(doc.Find("main"), one.Number, two.Number, "Westermoor Trust")
	form := typed("invoice", one.Number, "amount", "x", "invoice", two.Number, "amount", "1.00", "rest", "2", "rest_to", "")
	again := h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/match", form)
	if again.Find("#parts").AttrOr("value", "") != "x" || again.Find("#parts-2").AttrOr("value", "") != "1.00" || again.Find("#rest").AttrOr("value", "") != "2" {
		t.Error("what was typed is gone")
	}
	form = typed("invoice", one.Number, "amount", pounds(one.Total), "invoice", two.Number, "amount", "1.00", "rest", "", "rest_to", "")
	h.says(h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/match", form).Find("main"), "Change them so that both are the same")
	code := doc.Find("#rest_to option").Last().AttrOr("value", "")
	form = typed("invoice", one.Number, "amount", pounds(one.Total), "invoice", two.Number, "amount", "", "rest", pounds(fixture.Fee), "rest_to", code, "offered", code)
	h.send(h.sheila, at+"/match", form)
	if h.fresh(one).Status != invoice.Settled || h.fresh(two).Paid != 0 || h.unmatched() != 0 {
		t.Errorf("%s, %s, %s", h.fresh(one).Status, h.fresh(two).Paid, h.unmatched())
	}
	h.pressed(http.StatusConflict, h.martin, at+"/match", form)
	h.says(h.open(h.martin, at).Find("main"), "Credit of Westermoor Trust", one.Number, "Sheila Marsh", "Undo the match")
	h.says(h.pressed(http.StatusUnprocessableEntity, h.martin, at+"/undo", typed("reason", "")).Find("main"), "Say why this is undone")
	h.send(h.martin, at+"/undo", typed("reason", "It was another trust’s"))
	if h.fresh(one).Paid != 0 || h.unmatched() != one.Total+fixture.Fee {
		t.Errorf("%s paid, %s open", h.fresh(one).Paid, h.unmatched())
	}
	kept := h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/aside", typed("why", "other", "note", ""))
	if _, chosen := kept.Find("input[name=why][value=other]").Attr("checked"); !chosen {
		t.Error("what was chosen is gone")
	}
	h.send(h.sheila, at+"/aside", typed("why", "other", "note", "Rent of a room"))
	h.says(h.open(h.auditor, at).Find("main"), "Set aside", "Rent of a room")
	h.send(h.sheila, at+"/reopen", typed())
	h.says(h.open(h.sheila, at).Find("main"), "Match it")
}

func TestAnInvoiceThatNobodyKnowsIsRefusedBesideItsField(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, _ := h.owing()
	h.statement("20/11/2026,SHARED SERVICES,remittance," + pounds(one.Total) + "\n")
	at := h.payment("/finance/bank/lines")
	for _, number := range []string{"INV-09999", ""} {
		form := typed("invoice", one.Number, "amount", "1.00", "invoice", number, "amount", "7.50", "rest", "2", "rest_to", "0000-00", "offered", "0000-00")
		doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/match", form)
		h.says(doc.Find(".govuk-error-summary"), "There is no invoice with this number.", "Choose an organisation from the list")
		h.says(doc.Find("tr:has(#parts-2) .govuk-error-message"), "There is no invoice with this number.")
		typed := map[string]string{"#parts": "1.00", "#parts-2": "7.50", "#parts-2-number": number, "#rest": "2"}
		for box, want := range typed {
			if doc.Find(box).AttrOr("value", "none") != want {
				t.Errorf("%q: what was typed in %s is gone", number, box)
			}
		}
	}
	form := typed("invoice", " "+strings.ToLower(one.Number), "amount", pounds(one.Total), "rest", "", "rest_to", "")
	h.send(h.sheila, at+"/match", form) // put right
	if h.fresh(one).Status != invoice.Settled {
		t.Error(h.fresh(one).Status)
	}
}

func TestAnAuditorSeesTheBankAndChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, _ := h.owing()
	h.statement("20/11/2026,W," + one.Number + "," + pounds(one.Total) + "\n")
	at := h.payment("/finance/bank/lines")
	for _, address := range []string{"/finance/bank", "/finance/bank/lines", at} {
		if n := h.open(h.auditor, address).Find("main form[method=post]").Length(); n != 0 {
			t.Errorf("%s has %d forms for an auditor", address, n)
		}
	}
	for _, address := range []string{"/finance/bank/lines", at + "/match", at + "/aside", at + "/undo", at + "/reopen", "/finance/bank/accounts"} {
		if w := h.post(h.auditor, address, typed()); w.Code < 400 {
			t.Errorf("%s: status %d", address, w.Code)
		}
	}
	for _, address := range []string{"/finance/bank/lines/none/0123456789ab", at + "00", "/finance/bank/files/none", path.Dir(at) + "/zzzzzzzzzzzz"} {
		if w := h.get(h.sheila, address); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", address, w.Code)
		}
	}
}

func TestALongListOfPaymentsGoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.withBank()
	h.statement(strings.Repeat("20/11/2026,A,,1.00\n", 60))
	doc := h.open(h.sheila, "/finance/bank/lines")
	next := doc.Find("a[rel=next]").AttrOr("href", "none")
	if rest := h.open(h.sheila, next).Find("tbody tr").Length(); doc.Find("tbody tr").Length() != 50 || rest != 10 {
		t.Errorf("%d and %d rows", doc.Find("tbody tr").Length(), rest)
	}
}
