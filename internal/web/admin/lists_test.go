package admin_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/people"
)

// csvOf reads a list as it is saved in CSV.
func (h house) csvOf(t *testing.T, address string, cookie *http.Cookie) [][]string {
	t.Helper()
	w := h.get(address, cookie)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename=") ||
		w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%s: %d %v", address, w.Code, w.Header())
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(w.Body.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// xlsxOf reads a list as it is saved in XLSX, as its cells are shown.
func (h house) xlsxOf(t *testing.T, address string, cookie *http.Cookie) [][]string {
	t.Helper()
	w := h.get(address, cookie)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d", address, w.Code)
	}
	book, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAListIsSavedAsItIsFilteredAndNoNameIsAFormula(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	ana := fixture.Confirmed(t, h.DB, o, fixture.Person(t, h.DB, "ana@post.example"))
	fixture.Held(t, h.DB, o, fixture.Person(t, h.DB, "ben@post.example"))
	dbtest.Force(t, h.DB, "UPDATE people SET name = '=1+1' WHERE email = 'ana@post.example'")

	list := h.open(t, "/admin/places?run=fnd-t27&status=confirmed", grace)
	if rows := list.Find("tbody tr"); rows.Length() != 1 || !strings.Contains(words(rows), ana.Code+"=1+1 Choose place "+ana.Code+" FND-T27 Confirmed The learner £3,250.00 Move of place") {
		t.Errorf("the list: %s", words(rows))
	}
	saved := list.Find(".app-saving a")
	xlsx, csv := saved.First().AttrOr("href", ""), saved.Last().AttrOr("href", "")
	got := h.csvOf(t, csv, grace)
	if len(got) != 2 || got[1][0] != ana.Code || got[1][1] != "'=1+1" || got[1][3] != "FND-T27" || got[1][10] != "3250.00" || got[1][7] != "2026-11-23 09:00" {
		t.Errorf("the CSV file: %q", got)
	}
	shown := h.xlsxOf(t, xlsx, grace)
	if len(shown) != 2 || !slices.Equal(shown[0], got[0]) || shown[1][0] != ana.Code || shown[1][1] != "=1+1" || shown[1][10] != "3,250.00" || shown[1][7] != "23/11/2026 09:00" {
		t.Errorf("the XLSX file: %q", shown)
	}
	var noted string
	err := h.NewRaw("SELECT string_agg(detail::text, ' ' ORDER BY id) FROM audit WHERE action = 'list saved'").Scan(t.Context(), &noted)
	if err != nil || strings.Count(noted, `"rows": 1`) != 2 || !strings.Contains(noted, `"file": "places.xlsx"`) || !strings.Contains(noted, `["run", "status"]`) {
		t.Errorf("the trail of it: %s, %v", noted, err)
	}
}

func TestEveryListIsSavedWholeInBothFormats(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	fixture.Confirmed(t, h.DB, o, fixture.Person(t, h.DB, "ana@post.example"))
	for list, rows := range map[string]int{"people": 2, "places": 1, "waiting": 0, "cohorts": 1, "payments": 1, "plans": 0, "mails": 1, "offers": 0} {
		address := "/admin/export/" + list
		csv, xlsx := h.csvOf(t, address+".csv?run=FND-T27", grace), h.xlsxOf(t, address+".xlsx?run=FND-T27", grace)
		if len(csv) != rows+1 || len(xlsx) != rows+1 || !slices.Equal(csv[0], xlsx[0]) {
			t.Errorf("%s has %d rows in CSV and %d in XLSX", list, len(csv), len(xlsx))
		}
	}
	for _, address := range []string{"/admin/export/secrets.csv", "/admin/export/places.pdf", "/admin/export/places", "/admin/export/waiting.csv", "/admin/export/cohorts.csv?show=lost",
		"/admin/export/places.csv?status=lost", "/admin/places?status=lost", "/admin/places?needs=lost", "/admin/runs?show=lost", "/admin/payments?show=lost"} {
		if w := h.get(address, grace); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}

// An auditor sees who has a place, and saves no addresses by the thousand.
func TestAnAuditorSavesPlacesWithoutAddressesAndNobodyElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	gus, grace := h.session(t, "gus@threshold.example", true, people.Auditor), h.session(t, "grace@threshold.example", true, people.Admin)
	fixture.Confirmed(t, h.DB, fixture.Run(t, h.DB, "FND-T27", 5), fixture.Person(t, h.DB, "ana@post.example"))
	if got := h.csvOf(t, "/admin/export/places.csv", gus); len(got) != 2 || got[1][1] != "Ana Reyes" || got[1][2] != "" {
		t.Errorf("an auditor saves %q", got)
	}
	if got := h.csvOf(t, "/admin/export/places.csv", grace); len(got) != 2 || got[1][2] != "ana@post.example" {
		t.Errorf("an administrator saves %q", got)
	}
	for _, list := range []string{"people", "mails", "offers"} {
		if w := h.get("/admin/export/"+list+".csv", gus); w.Code != http.StatusNotFound {
			t.Errorf("an auditor saves %s: %d", list, w.Code)
		}
	}
	if n := h.open(t, "/admin/outbox", gus).Find(".app-saving").Length(); n != 0 {
		t.Error("an auditor is led to where they may not go")
	}
}

func TestEveryNumberOfTheDeskIsThatOfItsList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	fixture.Confirmed(t, h.DB, o, fixture.Person(t, h.DB, "ana@post.example"))
	dbtest.Force(t, h.DB, "UPDATE runs SET minimum = 4, decide_by = '2026-11-23' WHERE id = ?", o.ID)
	dbtest.Force(t, h.DB, "UPDATE mails SET status = 'failed', last_error = '550 no such user' WHERE NOT secret")
	dbtest.Force(t, h.DB, "UPDATE enrolments SET offered_at = created_at WHERE id = ?", fixture.Held(t, h.DB, o, fixture.Person(t, h.DB, "ben@post.example")).ID)
	found := h.open(t, "/admin", grace).Find(".app-today .app-matter")
	for n := range found.Length() {
		card := found.Eq(n)
		title, list := words(card.Find("h3")), card.Find("a").First().AttrOr("href", "")
		if rows := h.open(t, list, grace).Find("tbody tr").Length(); strings.Fields(title)[0] != strconv.Itoa(rows) {
			t.Errorf("%q, and %s has %d", title, list, rows)
		}
	}
	if got := words(found.Find("h3")); got != "1 cohort has too few people1 offered place is not answered yet1 email could not be sent" {
		t.Errorf("the desk: %s", got)
	}
}

func TestAFilterIsKeptShownAndDeleted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	if n := h.open(t, "/admin/places", grace).Find("form[action='/admin/filters']").Length(); n != 0 {
		t.Error("nothing is looked for, and can be kept")
	}
	form := h.open(t, "/admin/places?status=held&run=", grace).Find("form[action='/admin/filters']")
	query := form.Find("[name=query]").AttrOr("value", "")
	if w := h.post("/admin/filters", grace, "list", "places", "query", query, "name", ""); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Give it a name") {
		t.Errorf("without a name: %d", w.Code)
	}
	w := h.post("/admin/filters", grace, "list", "places", "query", query, "name", "Still to pay")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/admin/places?status=held" {
		t.Fatalf("kept: %d %s", w.Code, w.Header().Get("Location"))
	}
	if here := words(h.open(t, "/admin/places?status=held", grace).Find("nav[aria-label='Your filters'] [aria-current]")); here != "Still to pay" {
		t.Errorf("where it leads stands %q", here)
	}
	mine := h.open(t, "/admin/places", grace).Find("nav[aria-label='Your filters']")
	if href := mine.Find("a").AttrOr("href", ""); href != "/admin/places?status=held" {
		t.Errorf("it leads to %s", href)
	}
	other := h.session(t, "other@threshold.example", true, people.Admin)
	drop := mine.Find("form").AttrOr("action", "")
	if w := h.post(drop, other); w.Code != http.StatusNotFound {
		t.Errorf("somebody else deletes it: %d", w.Code)
	}
	if w := h.post(drop, grace); w.Code != http.StatusSeeOther || h.open(t, "/admin/places", grace).Find("nav[aria-label='Your filters']").Length() != 0 {
		t.Errorf("deleted: %d", w.Code)
	}
}

func TestManyAreWrittenToOnceTheEmailWasSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	ana := fixture.Confirmed(t, h.DB, o, fixture.Person(t, h.DB, "ana@post.example"))
	fixture.Confirmed(t, h.DB, o, fixture.Person(t, h.DB, "ben@post.example"))
	if w := h.get("/admin/places/write?whom=chosen", grace); w.Code != http.StatusConflict {
		t.Errorf("to nobody: %d", w.Code)
	}
	if text := words(h.open(t, "/admin/places/write?whom=chosen&place="+ana.Code, grace).Find("main")); !strings.Contains(text, "One person gets this email") || strings.Contains(text, "ben@") {
		t.Errorf("to one: %s", text)
	}
	asked := h.open(t, "/admin/places/write?whom=all&run=FND-T27", grace)
	if text := words(asked.Find("main")); !strings.Contains(text, "2 people get this email") || asked.Find("button[value=send]").Length() != 0 {
		t.Errorf("to all: %s", text)
	}
	if w := h.get("/admin/places/write?place=%00", grace); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("what is no text: %d", w.Code)
	}
	seen := asked.Find("[name=seen]").AttrOr("value", "")
	sendTo := func(whom, key, do, words string) (int, string) {
		w := h.post("/admin/places/write", grace, "run", "FND-T27", "whom", "all", "key", strings.Repeat(key, 26), "seen", whom, "words", words, "do", do)
		return w.Code, w.Body.String()
	}
	send := func(do, words string) (int, string) { return sendTo(seen, "A", do, words) }
	if status, body := send("show", ""); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Write what you want to say") {
		t.Errorf("without a word: %d", status)
	}
	if status, body := send("show", "The room has changed."); status != http.StatusOK || !strings.Contains(body, "Dear Ana Reyes") || !strings.Contains(body, `value="send"`) || !strings.Contains(body, "Send 2 emails") {
		t.Errorf("shown: %d", status)
	}
	sent := func() (n int) {
		t.Helper()
		if err := h.NewRaw("SELECT count(*) FROM mails WHERE template = 'circular'").Scan(t.Context(), &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := sent(); n != 0 {
		t.Errorf("%d were sent by looking at it", n)
	}
	if status, body := sendTo("", "A", "send", "The room has changed."); status != http.StatusConflict || sent() != 0 || !strings.Contains(body, "The list has changed") {
		t.Errorf("without having seen to whom: %d, %d emails", status, sent())
	}
	for range 2 { // pressed twice
		if status, _ := send("send", "The room has changed."); status != http.StatusSeeOther || sent() != 2 {
			t.Errorf("sent: %d, %d emails", status, sent())
		}
	}
	dbtest.Force(t, h.DB, "UPDATE people SET email = 'ana@elsewhere.example' WHERE email = 'ana@post.example'")
	if status, body := sendTo(seen, "B", "send", "Again."); status != http.StatusConflict || sent() != 2 || !strings.Contains(body, "The list has changed") || !strings.Contains(body, "Again.") {
		t.Errorf("as many, but other people than were shown: %d, %d emails", status, sent())
	}
	var noted string
	err := h.NewRaw("SELECT p.email || ' ' || a.detail::text FROM audit a JOIN people p ON p.id = a.person_id WHERE a.action = 'many were written to'").Scan(t.Context(), &noted)
	if err != nil || !strings.HasPrefix(noted, "grace@") || !strings.Contains(noted, `"mails": 2`) || strings.Contains(noted, "ana@") {
		t.Errorf("the trail of it: %q, %v", noted, err)
	}
}

func TestFiguresAreDrawnWithTheirTable(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	gus := h.session(t, "gus@threshold.example", true, people.Auditor)
	fixture.Confirmed(t, h.DB, fixture.Run(t, h.DB, "FND-T27", 5), fixture.Person(t, h.DB, "ana@post.example"))
	doc := h.open(t, "/admin/figures", gus)
	if charts, tables := doc.Find("svg.app-chart"), doc.Find("section table"); charts.Length() != 2 || tables.Length() != 2 {
		t.Errorf("%d charts and %d tables", charts.Length(), tables.Length())
	}
	text := words(doc.Find("main"))
	for _, want := range []string{"FND-T27 8 March 2027 1 0 4 5", "November 2026 £3,250.00 £0.00 £0.00 £0.00 £3,250.00", "There are no funds yet.", "There are no registers yet."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown: %s", want, text)
		}
	}
}
