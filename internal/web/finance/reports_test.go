package finance_test

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/people"
)

// sheet reads a file that a spreadsheet opens.
func (h *house) sheet(who desk, address string) [][]string {
	h.Helper()
	w := h.get(who, address)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
		h.Fatalf("%s: status %d, %s", address, w.Code, w.Header().Get("Content-Type"))
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		h.Fatal(err)
	}
	return rows
}

func TestReportsAreForTheOfficeAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	h.invoiced(o, 1)
	h.booked(o, 1, 0)
	tess, lena := h.session("tess@threshold.example", "Tess", people.Trainer), h.session("lena@home.example", "Lena")
	for _, address := range []string{"/finance/chase", "/finance/chase/" + o.Code, "/finance/aged", "/finance/lists/aged-debt.csv", "/finance/aged/" + o.Code, "/finance/aged/" + o.Code + "/csv",
		"/finance/aged/" + o.Code + "/pdf", "/finance/month/2026-11", "/finance/month/2026-11/csv", "/finance/export", "/finance/export/2026-11"} {
		for _, who := range []desk{h.sheila, h.auditor} {
			w := h.get(who, address)
			if w.Code != http.StatusOK {
				t.Errorf("%s for %s: status %d", address, who.Email, w.Code)
			}
			if strings.Contains(w.Header().Get("Content-Type"), "html") {
				if n := h.page(http.StatusOK, w, address).Find("main form[method=post]").Length(); n > 0 && who.ID == h.auditor.ID {
					t.Errorf("%s shows an auditor %d forms that act", address, n)
				}
			}
		}
		for _, who := range []desk{tess, lena} {
			if w := h.get(who, address); w.Code != http.StatusNotFound {
				t.Errorf("%s for %q: status %d", address, who.Email, w.Code)
			}
		}
	}
	for _, address := range []string{"/finance/chase", "/finance/chase/" + o.Code} {
		for _, who := range []desk{tess, lena, h.auditor} {
			if w := h.post(who, address, typed("do", "send", "organisation", o.Code, "words", "No")); w.Code != http.StatusNotFound {
				t.Errorf("POST %s for %s: status %d", address, who.Email, w.Code)
			}
		}
	}
	for _, address := range []string{"/finance/chase?show=else", "/finance/chase/0000-00", "/finance/aged/0000-00", "/finance/month/2026-12", "/finance/month/soon",
		"/finance/export/2026-12", "/finance/export/soon"} {
		if w := h.get(h.sheila, address); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", address, w.Code)
		}
	}
}

func TestRemindersAreSeenBeforeTheyAreSentAndSentOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	i := h.invoiced(o, 1)
	h.clock.Set(i.DueOn.AddDays(8).At(9, 0))
	h.again(&h.sheila)
	h.says(h.open(h.sheila, "/finance/chase?show=7").Find("main"), o.Name, i.Number+", £3,250.00: overdue by 8 days")
	h.silent(h.open(h.sheila, "/finance/chase?show=14").Find("main"), o.Name)
	h.says(h.pressed(http.StatusUnprocessableEntity, h.sheila, "/finance/chase", typed("do", "show")).Find("body"), "Tick whom you want to remind")
	before := h.mails()
	preview := h.pressed(http.StatusOK, h.sheila, "/finance/chase", typed("do", "show", "organisation", o.Code))
	h.says(preview.Find("main"), "1 reminder to send", "Nothing is sent yet", "invoices@westermoor.example", "Dear Accounts payable", "8 days ago", "/employer/"+o.Code+"/invoices")
	if h.mails() != before || preview.Find("input[name=organisation]").AttrOr("value", "") != o.Code {
		t.Error("the preview sent something, or does not know whom to")
	}
	send := typed("do", "send", "organisation", o.Code, "again", "")
	h.says(h.pressed(http.StatusOK, h.sheila, "/finance/chase", send).Find("main"), "1 reminder is sent")
	h.says(h.pressed(http.StatusConflict, h.sheila, "/finance/chase", send).Find("body"), "There is nothing to remind of.")
	h.pressed(http.StatusConflict, h.sheila, "/finance/chase", typed("do", "show", "organisation", o.Code))
	if n := h.mails(); n != before+1 {
		t.Errorf("%d mails instead of one", n-before)
	}
	h.pressed(http.StatusOK, h.sheila, "/finance/chase", typed("do", "send", "organisation", o.Code, "again", "yes"))
	if n := h.mails(); n != before+2 {
		t.Errorf("asked for again: %d mails", n-before)
	}
	at := "/finance/chase/" + o.Code
	h.says(h.pressed(http.StatusUnprocessableEntity, h.sheila, at, typed("words", "")).Find("body"), "Write a note")
	h.send(h.sheila, at, typed("words", "They pay <b>on Friday</b>."))
	h.says(h.open(h.sheila, at).Find("main"), "They pay <b>on Friday</b>.", "Reminded of invoices overdue by 7 days or more: "+i.Number, "Sheila Marsh")
	h.says(h.open(h.sheila, "/finance/chase").Find("main"), "Reminded on "+london.DateOf(h.app.Now()).Medium())
}

func TestAgedDebtAndAStatementAddUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	h.says(h.open(h.sheila, "/finance/aged").Find("main"), "No organisation owes anything")
	o := h.approved("=Westermoor and Tarn NHS Foundation Trust")
	i := h.invoiced(o, 1)
	h.onCredit(o, 10_000)
	h.clock.Set(i.DueOn.AddDays(40).At(9, 0))
	h.again(&h.sheila)
	h.says(h.open(h.sheila, "/finance/aged").Find("main"), o.Name, "£3,250.00 is open on invoices, and £100.00 stands", "All together")
	rows := h.sheet(h.sheila, "/finance/lists/aged-debt.csv")
	if len(rows) != 3 || rows[1][0] != "'"+o.Name || rows[1][4] != "3250.00" || rows[2][7] != "3250.00" || rows[2][8] != "100.00" {
		t.Errorf("%v", rows)
	}
	at := "/finance/aged/" + o.Code
	// £3,250 × 11.75 % × 40 ÷ 365 = £41.85
	h.says(h.open(h.sheila, at).Find("main"), i.Number, "£3,250.00 × 11.75% a year × 40 days ÷ 365 days", "£41.85", "£70.00", "asked for by hand only", "At the end")
	file := h.sheet(h.sheila, at+"/csv")
	if len(file) != 5 || file[2][2] != i.Number || file[3][1] != "Payment by bank transfer" || file[4][5] != "3150.00" {
		t.Errorf("%v", file)
	}
	if w := h.get(h.sheila, at+"/pdf"); !strings.HasPrefix(w.Body.String(), "%PDF") || w.Header().Get("Content-Type") != "application/pdf" {
		t.Errorf("%d, %s", w.Code, w.Header().Get("Content-Type"))
	}
	wrong := h.page(http.StatusUnprocessableEntity, h.get(h.sheila, at+"?from-day=31&from-month=2&from-year=2026&to-day=1&to-month=3&to-year=2026"), at)
	h.says(wrong.Find("body"), london.ErrMalformed.Message)
	if wrong.Find("input[name=from-day]").AttrOr("value", "") != "31" {
		t.Error("what was typed is lost")
	}
	late := h.page(http.StatusUnprocessableEntity, h.get(h.sheila, at+"?from-day=2&from-month=3&from-year=2026&to-day=1&to-month=3&to-year=2026"), at)
	h.says(late.Find("body"), "The last day must be the first day or after it")
	if w := h.get(h.sheila, at+"/csv?from-day=x&from-month=1&from-year=2026"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("status %d", w.Code)
	}
}

func TestAMonthIsShownWithItsWorkingAndWhetherItCloses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	fixture.Confirmed(t, h.app, h.run, fixture.Person(h, h.app, "ana@home.example"))
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	h.invoiced(o, 2)
	if to := h.get(h.sheila, "/finance/month"); to.Header().Get("Location") != "/finance/month/2026-11" {
		t.Errorf("leads to %q", to.Header().Get("Location"))
	}
	main := h.open(h.sheila, "/finance/month/2026-11").Find("main")
	h.says(main, "November 2026", "The month closes", "The month is not over", "£3,250.00 + £6,500.00 + £0.00 = £9,750.00 was charged",
		"FND-T27, block 1, 8 to 12 March 2027", "£2,437.50", o.Name)
	h.silent(main, "Reyes", "Not true")
	rows := h.sheet(h.sheila, "/finance/month/2026-11/csv")
	if !contains(rows, "Charged for places, together", "9750.00") || !contains(rows, "Card processor", "0.00", "3250.00", "0.00", "3250.00") {
		t.Errorf("%v", rows)
	}
	h.write(func(tx *db.Tx) error {
		return ledger.Post(t.Context(), tx, ledger.Entry{Reference: "test/lost", Lines: []ledger.Line{{Account: "bank", Amount: 1}, {Account: billing.Clearing, Amount: -1}}})
	})
	h.says(h.open(h.sheila, "/finance/month/2026-11").Find("main"), "The month does not close", "Not true", "-£0.01, and it must be £0.00.")
	h.clock.Set(time.Date(2026, time.December, 2, 9, 0, 0, 0, time.UTC))
	h.again(&h.sheila)
	h.says(h.open(h.sheila, "/finance/month/2026-12").Find("main"), "December 2026", "The month before")
	h.says(h.open(h.sheila, "/finance/month/2026-11").Find("main"), "The month after")
}

// contains reports whether a row has these cells first.
func contains(rows [][]string, cells ...string) bool {
	for _, row := range rows {
		if len(row) >= len(cells) && strings.Join(row[:len(cells)], "\t") == strings.Join(cells, "\t") {
			return true
		}
	}
	return false
}

func TestTheFileForTheBookkeepingProgramBalances(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	fixture.Confirmed(t, h.app, h.run, fixture.Person(h, h.app, "ana@home.example"))
	h.invoiced(h.approved("=Westermoor and Tarn NHS Foundation Trust"), 2)
	h.says(h.open(h.sheila, "/finance/export").Find("main"), "November 2026", "£16,250.00")
	rows := h.sheet(h.sheila, "/finance/export/2026-11")
	sum := func(column int) (pence int) {
		for _, r := range rows[1:] {
			if r[column] != "" {
				n, err := strconv.Atoi(strings.Replace(r[column], ".", "", 1))
				if err != nil {
					t.Error(err)
				}
				pence += n
			}
		}
		return pence
	}
	if debit, credit := sum(4), sum(5); debit != credit || debit != 1_625_000 { // charged 3,250 and 6,500, captured and applied 3,250
		t.Errorf("debit %d, credit %d", debit, credit)
	}
	for _, r := range rows {
		if text := strings.Join(r, " "); strings.Contains(text, "Reyes") || strings.Contains(text, "home.example") {
			t.Errorf("%s names somebody", text)
		}
		for _, cell := range r {
			if strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "=") {
				t.Errorf("%q is a formula", cell)
			}
		}
	}
}
