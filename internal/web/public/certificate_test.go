package public_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"bursar/internal/certificate"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// shown is a certificate that somebody shows, and what can happen to it.
type shown struct {
	*world
	office certificate.Office
	place  string
	k      *certificate.Certificate
}

func newShown(t *testing.T) *shown {
	t.Helper()
	w := &shown{world: newWorld(t, page.Viewer{})}
	o := fixture.Run(t, w.db, "FND-T27", 5)
	ana := fixture.Person(t, w.db, "ana@post.example")
	e := fixture.Confirmed(t, w.db, o, ana)
	fixture.Attended(t, w.db, o, e, 40)
	w.office = certificate.Office{Person: fixture.Person(t, w.db, "grace@threshold.example").ID, Provider: "Threshold"}
	w.place = e.Code
	w.at(london.On(2027, 12, 11))
	w.does(func(tx *db.Tx) (err error) {
		w.k, err = certificate.Issue(t.Context(), tx, w.office, e.Code)
		return err
	})
	return w
}

func (w *shown) does(do func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), do); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) post(address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

func TestAnybodyCanCheckACertificateByItsCode(t *testing.T) {
	t.Parallel()
	w := newShown(t)
	at := "/certificates/" + w.k.Code
	typed := strings.ToLower(strings.ReplaceAll(w.k.Code, "-", " "))
	if a := w.post("/certificates", url.Values{"code": {typed}}); a.Code != http.StatusSeeOther || a.Header().Get("Location") != at {
		t.Fatalf("%d to %q", a.Code, a.Header().Get("Location"))
	}
	if a := w.get("/certificates/" + strings.ReplaceAll(w.k.Code, "-", "")); a.Header().Get("Location") != at {
		t.Errorf("%d to %q", a.Code, a.Header().Get("Location"))
	}
	a := w.get(at)
	if a.Header().Get("X-Robots-Tag") != "noindex, nofollow" || a.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%v", a.Header())
	}
	text := words(pagetest.Check(t, a.Body.String()).Find("main"))
	for _, want := range []string{"This certificate is valid", "Ana Reyes", "Completed", "Open Dialogue foundation", "8 to 12 March 2027", w.k.Number} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q: %s", want, text)
		}
	}
	for _, secret := range []string{"ana@post.example", w.place, "FND-T27", "20 of 20", "3,250"} {
		if strings.Contains(a.Body.String(), secret) {
			t.Errorf("it says %q", secret)
		}
	}
}

func TestWhatDoesNotHoldAnyMoreSaysSo(t *testing.T) {
	t.Parallel()
	w := newShown(t)
	var next *certificate.Certificate
	w.does(func(tx *db.Tx) (err error) {
		next, err = certificate.Reissue(t.Context(), tx, w.office.Person, w.place, w.k.Number, "Somebody Whitfield")
		return err
	})
	text := words(w.page("/certificates/" + w.k.Code).Find("main"))
	if !strings.Contains(text, "This certificate has been replaced") || !strings.Contains(text, "certificate "+next.Number+" has taken its place") {
		t.Error(text)
	}
	for _, secret := range []string{"Ana Reyes", "Whitfield", next.Code} {
		if strings.Contains(text, secret) {
			t.Errorf("the old one says %q", secret)
		}
	}
	w.does(func(tx *db.Tx) error {
		return certificate.Withdraw(t.Context(), tx, w.office.Person, w.place, next.Number, "A secret reason.")
	})
	text = words(w.page("/certificates/" + next.Code).Find("main"))
	if !strings.Contains(text, "This certificate has been withdrawn") || strings.Contains(text, "secret reason") || strings.Contains(text, "valid") {
		t.Error(text)
	}
}

func TestCodesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	w := newShown(t)
	for typed, want := range map[string]string{
		"": "Enter the code", w.k.Number: "That is the number of the certificate", "K7Q2-9M": "12 letters and numbers, like", "0000-0000-0000": "We know no certificate with this code",
	} {
		a := w.post("/certificates", url.Values{"code": {typed}})
		doc := pagetest.Check(t, a.Body.String())
		if a.Code != http.StatusUnprocessableEntity || !strings.Contains(words(doc.Find("main")), want) || doc.Find("#code").AttrOr("value", "") != typed {
			t.Errorf("%q answered %d: %s", typed, a.Code, words(doc.Find("main")))
		}
	}
	for _, code := range []string{w.k.Number, "0000-0000-0000", "%00", "x'--"} {
		if a := w.get("/certificates/" + code); a.Code != http.StatusNotFound || strings.Contains(a.Body.String(), "Ana Reyes") {
			t.Errorf("%s: %d", code, a.Code)
		}
	}
	refused := 0
	for range 70 {
		if a := w.get("/certificates/0000-0000-0000"); a.Code == http.StatusServiceUnavailable {
			refused++
		}
	}
	if refused == 0 || w.get("/certificates/"+w.k.Code).Code != http.StatusServiceUnavailable {
		t.Errorf("%d of seventy guesses were too many", refused)
	}
}
