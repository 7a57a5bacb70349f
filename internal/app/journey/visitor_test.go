package journey_test

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/app/apptest"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

// visitor is somebody with a browser.
type visitor struct {
	*apptest.Browser
	w     *world
	name  string
	email string
	phone string
	code  string // of the place they have, or had
}

// visitor is somebody whom nobody knows yet.
func (w *world) visitor(name string) *visitor {
	w.t.Helper()
	v := &visitor{Browser: w.Browser(), w: w, name: name, phone: "020 7946 0777"}
	v.email = strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@people.example"
	v.Transport = payer{w.processor}
	v.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if r.URL.Host == checkout {
			return http.ErrUseLastResponse
		}
		if len(via) == 10 {
			return errors.New("too many redirects")
		}
		return nil
	}
	return v
}

// learner is a visitor who is signed in already.
func (w *world) learner(name string) *visitor {
	w.t.Helper()
	v := w.visitor(name)
	v.signIn()
	return v
}

// signIn gives the browser a session without the detour over a mail.
func (v *visitor) signIn() {
	v.w.t.Helper()
	var token string
	v.w.write(func(tx *db.Tx) error {
		p, err := people.Ensure(v.w.t.Context(), tx, v.email)
		if err == nil {
			token, err = people.StartSession(v.w.t.Context(), tx, p.ID, "Firefox on Android")
		}
		return err
	})
	at, err := url.Parse(v.w.Config.URL)
	if err != nil {
		v.w.t.Fatal(err)
	}
	v.Jar.SetCookies(at, []*http.Cookie{{Name: "session", Value: token, Path: "/"}})
}

// follow opens the link whose words begin so.
func (v *visitor) follow(a apptest.Answer, words string) apptest.Answer {
	v.w.t.Helper()
	link := a.Page.Find("a").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return strings.HasPrefix(squeezed(s.Text()), words)
	}).First()
	to, ok := link.Attr("href")
	if !ok {
		v.w.t.Fatalf("%s has no link %q", a.URL, words)
	}
	return v.Get(to)
}

// submit sends the form on a page that has the fields which are typed, given as names and values, together with
// what stands in it.
func (v *visitor) submit(a apptest.Answer, typed ...string) apptest.Answer {
	v.w.t.Helper()
	if a.Page == nil {
		v.w.t.Fatalf("%s is no page (%d)", a.URL, a.Status)
	}
	form := a.Page.Find("main form").FilterFunction(func(_ int, s *goquery.Selection) bool {
		for i := 0; i < len(typed); i += 2 {
			if s.Find(`[name="`+typed[i]+`"]`).Length() == 0 {
				return false
			}
		}
		return true
	}).First()
	if form.Length() == 0 {
		v.w.t.Fatalf("%s has no form with %v:\n%s", a.URL, typed, squeezed(a.Page.Find("main").Text()))
	}
	values := standing(form)
	for i := 0; i < len(typed); i += 2 {
		values.Set(typed[i], typed[i+1])
	}
	return v.Post(form.AttrOr("action", a.URL.RequestURI()), values)
}

// standing is what would be sent if nobody touched a form.
func standing(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input").Each(func(_ int, field *goquery.Selection) {
		kind := field.AttrOr("type", "text")
		if _, ticked := field.Attr("checked"); (kind == "radio" || kind == "checkbox") && !ticked {
			return
		}
		if name := field.AttrOr("name", ""); name != "" {
			values.Add(name, field.AttrOr("value", ""))
		}
	})
	return values
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

// fillIn answers every question and stops at the last page.
func (v *visitor) fillIn(run string) apptest.Answer {
	v.w.t.Helper()
	a := v.Get("/runs/" + run + "/book/learner")
	a = v.submit(a, "learner", "myself")
	a = v.submit(a, "payer", "myself")
	if a.Page.Find(`[name="email"]`).Length() == 0 { // signed in: the address is known
		return v.submit(a, "name", v.name, "phone", v.phone)
	}
	return v.submit(a, "name", v.name, "email", v.email, "phone", v.phone)
}

var sixDigits = regexp.MustCompile(`(?m)^\d{6}$`)

// confirmAddress asks for the code on a page that offers to send it, and types it.
func (v *visitor) confirmAddress(a apptest.Answer) apptest.Answer {
	v.w.t.Helper()
	a = v.submit(a, "email", v.email)
	return v.submit(a, "code", sixDigits.FindString(v.w.mails(v.email)[0].Text))
}

// order presses the button on the last page. It expects a place.
func (v *visitor) order(a apptest.Answer) apptest.Answer {
	v.w.t.Helper()
	a = v.submit(a)
	code, ok := strings.CutPrefix(a.URL.Path, "/my/places/")
	if !ok {
		v.w.t.Fatalf("ordering answered %d at %s:\n%s", a.Status, a.URL, squeezed(a.Page.Find("main").Text()))
	}
	v.code, _, _ = strings.Cut(code, "/")
	return a
}

// book does everything up to a place that is held.
func (v *visitor) book(run string) {
	v.w.t.Helper()
	a := v.fillIn(run)
	if a.Page.Find(`main [name="email"]`).Length() > 0 {
		a = v.confirmAddress(a)
	}
	v.order(a)
}

// paymentPage is where "Continue to payment" leads, once the page has been made.
func (v *visitor) paymentPage() string {
	v.w.t.Helper()
	a := v.Get("/my/places/" + v.code + "/pay")
	if a.Status != http.StatusSeeOther {
		v.w.t.Fatalf("paying answered %d at %s", a.Status, a.URL)
	}
	return a.Header.Get("Location")
}

// try pays on a page and gives the path to which the processor leads back, or why it did not.
func (v *visitor) try(page, method string) (string, error) {
	back, err := sandbox.PayPage(v.w.t.Context(), v.Client, page, method)
	return strings.TrimPrefix(back, v.w.Config.URL), err
}

// pays pays on the processor's page, once it is there, and comes back.
func (v *visitor) pays(method string) apptest.Answer {
	v.w.t.Helper()
	v.w.drain()
	back, err := v.try(v.paymentPage(), method)
	if err != nil || back != "/my/places/"+v.code+"/confirmation" {
		v.w.t.Fatalf("paying led to %q, %v", back, err)
	}
	return v.Get(back)
}

// cancels gives the place up for what the page says comes back.
func (v *visitor) cancels() {
	v.w.t.Helper()
	a := v.submit(v.Get("/my/places/" + v.code + "/cancel"))
	v.reads(a, http.StatusOK, "You cancelled this place")
}

// finds expects a status and words at an address of the place: "", "receipt" and so on.
func (v *visitor) finds(end string, words ...string) apptest.Answer {
	v.w.t.Helper()
	a := v.Get(strings.TrimSuffix("/my/places/"+v.code+"/"+end, "/"))
	v.reads(a, http.StatusOK, words...)
	return a
}

// reads expects a status and words on a page.
func (v *visitor) reads(a apptest.Answer, status int, words ...string) {
	v.w.t.Helper()
	if a.Status != status || a.Page == nil {
		v.w.t.Fatalf("%s answered %d, want %d", a.URL, a.Status, status)
	}
	text := squeezed(a.Page.Find("body").Text())
	for _, w := range words {
		if !strings.Contains(text, w) {
			v.w.t.Errorf("%s does not say %q to %s:\n%s", a.URL, w, v.name, squeezed(a.Page.Find("main").Text()))
		}
	}
}

// told expects the latest mail to somebody to be of a kind and to say these words.
func (v *visitor) told(template string, words ...string) {
	v.w.t.Helper()
	theirs := v.w.mails(v.email)
	if len(theirs) == 0 || theirs[0].Template != template {
		v.w.t.Fatalf("the latest mail to %s is not %s: %+v", v.name, template, theirs)
	}
	for _, w := range words {
		if !strings.Contains(theirs[0].Text, w) {
			v.w.t.Errorf("%s does not say %q:\n%s", template, w, theirs[0].Text)
		}
	}
}

// place is the enrolment behind the code.
func (v *visitor) place() *enrolment.Enrolment {
	v.w.t.Helper()
	e, err := enrolment.ByCode(v.w.t.Context(), v.w.DB, v.code)
	if err != nil {
		v.w.t.Fatal(err)
	}
	return e
}

// notesCookies notes the names of all cookies that the browser is given from now on.
func (v *visitor) notesCookies() map[string]bool {
	noted := map[string]bool{}
	v.Transport = cookies{v.Transport, noted}
	return noted
}

type cookies struct {
	http.RoundTripper
	noted map[string]bool
}

func (c cookies) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.RoundTripper.RoundTrip(r)
	if err == nil && r.URL.Host != checkout {
		for _, set := range answer.Cookies() {
			c.noted[set.Name] = true
		}
	}
	return answer, err
}

// firstCell is the text of the first cell of a row.
func firstCell(_ int, row *goquery.Selection) string {
	return squeezed(row.Find("th, td").First().Text())
}
