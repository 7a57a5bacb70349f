package learner_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/certificate"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/web/page/pagetest"
)

// ended is somebody whose run is over, with everything attended and no certificate yet.
func (w *world) ended(b *browser) *enrolment.Enrolment {
	w.t.Helper()
	o := w.schedule("FND-M27", march, 5)
	code := w.book(b, "FND-M27", "Ana Reyes", "ana@post.example")
	w.settle(code, paid)
	e, err := enrolment.ByCode(w.t.Context(), w.db, code)
	if err != nil {
		w.t.Fatal(err)
	}
	fixture.Attended(w.t, w.db, o, e, 20)
	w.clock.Set(o.EndsOn().AddDays(1).At(9, 0))
	return e
}

func (w *world) issues(code string) *certificate.Certificate {
	w.t.Helper()
	var k *certificate.Certificate
	office := certificate.Office{Person: w.person("grace@threshold.example").ID, Provider: pagetest.Site.Name}
	w.write(func(tx *db.Tx) (err error) {
		k, err = certificate.Issue(w.t.Context(), tx, office, code)
		return err
	})
	return k
}

func TestSomebodyChoosesTheirNameAndDownloadsTheirCertificate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.browser()
	e := w.ended(b)
	at := "/my/places/" + e.Code
	doc := b.get(at).page(http.StatusOK)
	if doc.Find(`a[href="`+at+`/certificate"]`).Length() != 1 || strings.Contains(doc.Text(), "Your certificate") {
		t.Error("the place does not lead to the name on the certificate, or there is one already")
	}
	doc = b.get(at + "/certificate").page(http.StatusOK)
	pagetest.Easy(t, doc, "")
	if doc.Find("#name").AttrOr("value", "") != "Ana Reyes" {
		t.Error("it does not begin with the name in their account")
	}
	b.get(at + "/certificate.pdf").page(http.StatusNotFound)
	doc = b.post(at+"/certificate", "number", "", "name", " ").page(http.StatusUnprocessableEntity)
	says(t, doc, "Enter your full name")
	b.post(at+"/certificate", "number", "", "name", "Ána O’Reilly").to(at + "/certificate")

	k := w.issues(e.Code)
	doc = b.get(at).page(http.StatusOK)
	says(t, doc, "Your certificate", "It says that you completed this course.")
	if doc.Find(`a[href="`+at+`/certificate.pdf"]`).Length() != 1 {
		t.Error("the place does not lead to the file")
	}
	doc = b.get(at + "/certificate").page(http.StatusOK)
	says(t, doc, "Ána O’Reilly", "You completed the course", "10 of 10 days", k.Number, pagetest.Site.URL+"/certificates/"+k.Code, "You can do this once yourself")
	pagetest.Easy(t, doc, "")
	file := b.get(at + "/certificate.pdf")
	if file.Code != http.StatusOK || file.Header().Get("Content-Type") != "application/pdf" || !strings.HasPrefix(file.Body.String(), "%PDF-") || !strings.HasPrefix(file.Header().Get("Cache-Control"), "private") {
		t.Errorf("%d %v", file.Code, file.Header())
	}
}

func TestSomebodyCorrectsTheirNameOnceAndThenAsksTheOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.browser()
	e := w.ended(b)
	at := "/my/places/" + e.Code + "/certificate"
	k := w.issues(e.Code)
	says(t, b.post(at, "number", "", "name", "Ana Stale").page(http.StatusConflict), "Your certificate has been issued since")
	doc := b.post(at, "number", k.Number, "name", "王小明").page(http.StatusUnprocessableEntity)
	if doc.Find("#name").AttrOr("value", "") != "王小明" {
		t.Error("what was typed is lost")
	}
	b.post(at, "number", k.Number, "name", "Ana Whitfield").to(at)
	doc = b.get(at).page(http.StatusOK)
	says(t, doc, "Ana Whitfield", "Please tell us, and we issue it again")
	if doc.Find("form").Length() != 0 && doc.Find("#name").Length() != 0 {
		t.Error("it can be corrected again")
	}
	says(t, b.post(at, "number", k.Number, "name", "Ana Third").page(http.StatusConflict), "replaced or withdrawn")
}

func TestNobodySeesSomebodyElsesCertificate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.ended(w.browser())
	w.issues(e.Code)
	ben := w.person("ben@post.example")
	other := w.browser().signIn(people.Person{ID: ben.ID, Email: ben.Email})
	for _, end := range []string{"", ".pdf"} {
		other.get("/my/places/" + e.Code + "/certificate" + end).page(http.StatusNotFound)
	}
	other.post("/my/places/"+e.Code+"/certificate", "number", "", "name", "Ben").page(http.StatusNotFound)
	held := w.browser()
	w.schedule("FND-N27", march.AddDays(7), 5, func(o *course.Offering) {})
	w.clock.Set(pagetest.Now)
	code := w.book(held, "FND-N27", "Cia Lund", "cia@post.example")
	held.get("/my/places/" + code + "/certificate").page(http.StatusNotFound) // a place that is not certain
}
