package certificates_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/people"
)

const list = "/admin/runs/FND-T27/certificates"

func TestTheOfficeSeesWhoGetsWhatAndThenIssuesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	w.says(w.open(list), "Get none now 3", "40 half days have no register")
	for n, halves := range []int{40, 31, 0} {
		w.attends(w.places[n], halves)
	}
	doc := w.open(list)
	w.says(doc, "Would get “completed” 1", "Would get “attended” 1", "Get none now 1", "Issue 2, and tell each person by email", "Nothing. They were not there.", "31 of 40",
		"One person has enough to complete")
	seen := doc.Find("form input[name=seen]").AttrOr("value", "")
	if doc := w.page(http.StatusUnprocessableEntity, w.send(w.grace, http.MethodPost, list, "seen", seen)); !strings.Contains(doc.Text(), "Tick the box") {
		t.Error("it does not ask whether they are sure")
	}
	w.page(http.StatusConflict, w.send(w.grace, http.MethodPost, list, "seen", "3", "sure", "yes"))
	for range 2 { // a form that is sent twice
		w.does(list, "seen", seen, "sure", "yes")
	}
	if n := w.count("SELECT count(*) FROM certificates"); n != 2 {
		t.Fatalf("%d certificates", n)
	}
	doc = w.open(list)
	w.says(doc, "Have theirs already 2", "Nothing is to be issued just now", w.of(0).Number+", completed", w.of(1).Number+", attended")
	if doc.Find("form input[name=seen]").Length() != 0 {
		t.Error("there is still something to issue")
	}
	sheet := w.send(w.grace, http.MethodGet, list+"/save/certificates.csv")
	if sheet.Code != http.StatusOK || !strings.Contains(sheet.Body.String(), "Ana Reyes,"+w.places[1].Code+",31,40,Nothing more,\""+w.of(1).Number+", attended\"") {
		t.Errorf("%d: %s", sheet.Code, sheet.Body)
	}
	if book := w.send(w.grace, http.MethodGet, list+"/save/certificates.xlsx"); book.Code != http.StatusOK || !strings.HasPrefix(book.Body.String(), "PK") {
		t.Errorf("as a workbook: %d", book.Code)
	}
	if n := w.count("SELECT count(*) FROM audit WHERE action = 'list saved'"); n != 2 {
		t.Errorf("%d are in the trail", n)
	}
	for _, other := range []string{"/save/certificates.pdf", "/save/marks.csv"} {
		w.page(http.StatusNotFound, w.send(w.grace, http.MethodGet, list+other))
	}
}

func TestOnePersonsCertificateIsIssuedAgainAndWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.attends(w.places[0], 40)
	w.attends(w.places[1], 0)
	at := "/admin/places/" + w.places[0].Code + "/certificate"
	w.says(w.open(at), "Gets now Completed", "40 of 40")
	w.page(http.StatusNotFound, w.send(w.grace, http.MethodGet, at+".pdf"))
	w.does(at)
	first := w.of(0)
	w.says(w.open(at), first.Number+" is valid", "It says that Ana Reyes completed the course")
	paper := w.send(w.grace, http.MethodGet, at+".pdf")
	if paper.Code != http.StatusOK || paper.Header().Get("Content-Type") != "application/pdf" || !strings.Contains(paper.Header().Get("Content-Disposition"), first.Number+".pdf") {
		t.Errorf("%d %v", paper.Code, paper.Header())
	}

	doc := w.page(http.StatusUnprocessableEntity, w.send(w.grace, http.MethodPost, at+"/name", "number", first.Number, "name", "王小明"))
	if doc.Find("#name").AttrOr("value", "") != "王小明" || !strings.Contains(doc.Text(), "Latin, Greek and Cyrillic letters") {
		t.Error("what was typed is lost, or it does not say what is wrong")
	}
	w.does(at+"/name", "number", first.Number, "name", "Ana Whitfield")
	second := w.of(0)
	w.says(w.open(at), second.Number+" is valid", "Ana Whitfield", "Replaced on 11 December 2027")

	w.page(http.StatusConflict, w.send(w.grace, http.MethodPost, at+"/withdraw", "number", first.Number, "reason", "An old page."))
	w.page(http.StatusUnprocessableEntity, w.send(w.grace, http.MethodPost, at+"/withdraw", "number", second.Number, "reason", " "))
	w.does(at+"/withdraw", "number", second.Number, "reason", "The register was somebody else’s.")
	w.says(w.open(at), "Withdrawn on 11 December 2027: The register was somebody else’s.", "One was withdrawn before")
	w.says(w.open(list), "Nothing. One was withdrawn.", "Nothing is to be issued just now")
	w.does(at)
	if third := w.of(0); third.Number == second.Number || third.Snapshot.Name != "Ana Whitfield" {
		t.Errorf("%+v", third)
	}
	w.page(http.StatusConflict, w.send(w.grace, http.MethodPost, "/admin/places/"+w.places[1].Code+"/certificate"))
}

func TestTheListIsCutIntoPortions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 52)
	w.attends(w.places[51], 40)
	doc := w.open(list)
	if n := doc.Find("main tbody tr").Length(); n != 50 {
		t.Errorf("%d rows", n)
	}
	doc = w.open(doc.Find("main nav a[rel=next]").AttrOr("href", ""))
	if n := doc.Find("main tbody tr").Length(); n != 2 {
		t.Errorf("%d rows on the second page", n)
	}
	w.says(doc, w.places[51].Code, "Would get “completed” 1")
}

func TestNobodyButAdministratorsIssuesCertificates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.attends(w.places[0], 40)
	at := "/admin/places/" + w.places[0].Code + "/certificate"
	for _, role := range []people.Role{people.Trainer, people.Auditor, people.Finance, people.Assessor, people.Access} {
		cookie := w.session(string(role)+"@threshold.example", role)
		for _, path := range []string{list, list + "/save/certificates.csv", at, at + ".pdf"} {
			if a := w.send(cookie, http.MethodGet, path); a.Code != http.StatusNotFound {
				t.Errorf("%s gets %d for %s", role, a.Code, path)
			}
		}
		for _, path := range []string{list, at, at + "/name", at + "/withdraw"} {
			if a := w.send(cookie, http.MethodPost, path, "seen", "1", "sure", "yes"); a.Code != http.StatusNotFound {
				t.Errorf("%s gets %d for posting to %s", role, a.Code, path)
			}
		}
	}
	if n := w.count("SELECT count(*) FROM certificates"); n != 0 {
		t.Error("one was issued")
	}
	w.page(http.StatusNotFound, w.send(w.grace, http.MethodGet, "/admin/runs/NON-E27/certificates"))
	w.page(http.StatusNotFound, w.send(w.grace, http.MethodGet, "/admin/places/ZZZZ-ZZ/certificate"))
}
