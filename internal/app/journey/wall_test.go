package journey_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/sandbox"
	"bursar/internal/web"
	"bursar/internal/web/hook"
	"bursar/internal/web/page"
)

// open are the addresses that somebody who is not staff may have: public pages, those on which one types, and
// those about oneself, which have no name of anything in them.
var open = []string{
	"GET /", "GET /courses", "GET /courses/:course", "GET /runs/:run", "GET /runs/:run/dates.ics",
	"GET /bursaries", "GET /bursaries/:round", "GET /bursaries/:round/questions", "GET /bursaries/:round/apply",
	"GET /bursaries/:round/check", "POST /bursaries/:round/check", "GET /bursaries/:round/lottery", "GET /bursaries/:round/lottery/verify.py",
	"GET /bursaries/:round/lottery/facts.txt", "GET /take-back", "POST /take-back", "GET /my/applications", "POST /my/applications",
	"POST /supporter/:token/words", "GET /employers", "GET /sponsor", "POST /sponsor", "GET /openness", "GET /runs/:run/wait", "POST /runs/:run/wait", "GET /openness.csv", "GET /certificates", "POST /certificates", "GET /accessibility", "GET /privacy",
	"GET /robots.txt", "GET /favicon.ico", "GET /.well-known/security.txt", "GET /static/*path",
	"GET /healthz", "GET /readyz", "GET /metrics", "POST /hooks/stripe",
	"GET /sign-in", "POST /sign-in", "GET /sign-in/check", "POST /sign-in/check", "GET /sign-in/:token", "POST /sign-in/:token",
	"GET /sign-out", "POST /sign-out", "GET /employer", "GET /employer/sign-up", "POST /employer/sign-up", "GET /employer/book/:run", "GET /employer/wait/:run", "GET /employer/apply/:run", "GET /runs/:run/apply", "POST /runs/:run/apply",
	"GET /sign-in/second-factor", "POST /sign-in/second-factor", "POST /sign-in/second-factor/set-up", "GET /sign-in/second-factor/qr.png",
	"GET /my", "GET /my/account", "GET /my/account/details", "POST /my/account/details", "POST /my/account/sign-out-everywhere", "GET /my/account/emails", "POST /my/account/emails",
}

// teaching are the addresses that somebody who teaches may have, on which stands what they teach themselves: here, nothing.
var teaching = []string{"GET /teach", "GET /teach/next", "GET /teach/past", "GET /teach/introduction", "POST /teach/introduction"}

// mayOpen reports whether a route is open. All of a booking is: it is about what one types oneself.
func mayOpen(route string) bool {
	_, path, _ := strings.Cut(route, " ")
	return slices.Contains(open, route) || path == "/runs/:run/book" || strings.HasPrefix(path, "/runs/:run/book/")
}

// house is the program's pages as they are in production, over a world.
func (w *world) house() *web.Site {
	w.t.Helper()
	site, err := web.New(web.Options{
		Mode: config.Production, DB: w.DB, Machine: w.Machine, Doors: w.Doors, Box: w.Box, Clock: w.Clock, Metrics: prometheus.NewRegistry(),
		Site:  page.Site{Name: "Threshold", URL: w.Config.URL, Email: "office@threshold.example"},
		PayAt: []string{"https://" + checkout}, Hook: hook.Options{Secrets: []string{webhookSecret}, Clock: time.Now},
		Ready: func(context.Context) error { return nil },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return site
}

// session signs somebody in, with their second factor given, and gives the cookie.
func (w *world) session(email string) string {
	w.t.Helper()
	var token string
	w.write(func(tx *db.Tx) (err error) {
		p, err := people.Find(w.t.Context(), tx, email)
		if err != nil {
			return err
		}
		token, err = people.StartVerifiedSession(w.t.Context(), tx, p.ID, "Firefox on Android")
		return err
	})
	return "session=" + token
}

// ask sends a request to a house with a cookie; what is posted fits no form, and none need be read to refuse.
func ask(house http.Handler, method, path, cookie string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(url.Values{"back": {"325000"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookie)
	r.RemoteAddr = "127.0.0.1:9"
	answer := httptest.NewRecorder()
	house.ServeHTTP(answer, r)
	return answer
}

// canary is somebody of whom nobody else may learn anything.
func (w *world) canary() *visitor {
	w.t.Helper()
	v := w.visitor("Zebulon Quillfeather")
	v.phone = "020 7946 0999"
	v.book(w.run.Code)
	v.pays(sandbox.CardPays)
	w.drain()
	return v
}

// traces are what would give a person away.
func (v *visitor) traces() []string {
	return []string{"Zebulon", "Quillfeather", "zebulon", "quillfeather", v.phone, strings.ReplaceAll(v.phone, " ", "")}
}

func (v *visitor) given(text string) (away []string) {
	for _, trace := range v.traces() {
		if strings.Contains(text, trace) {
			away = append(away, trace)
		}
	}
	return away
}

func TestNobodyLearnsAnythingOfSomebodyElseOnAnyRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	defer w.sound()
	zeb := w.canary()
	fixture.Person(t, w.DB, "ben@people.example")
	fixture.Person(t, w.DB, "kofi@office.example", people.Trainer)
	fixture.Person(t, w.DB, "grace@office.example", people.Admin)
	mailed := w.mails(zeb.email)[0].ID
	fill := strings.NewReplacer(":run", w.run.Code, ":course", w.run.Course.Slug, ":code", zeb.code, ":mail", fmt.Sprint(mailed),
		":token", "guessed", "*path", "app.css", ":round", "NONE-27")
	house := w.house()
	before := w.stands(&claim{place: zeb.place()})
	for _, route := range house.Routes() {
		method, path, _ := strings.Cut(route, " ")
		for who, email := range map[string]string{"a visitor": "", "a learner": "ben@people.example", "a trainer": "kofi@office.example"} {
			var cookie string
			if email != "" { // afresh each time: some routes sign out
				cookie = w.session(email)
			}
			a := ask(house, method, fill.Replace(path), cookie)
			if away := zeb.given(a.Body.String()); away != nil {
				t.Errorf("%s learns %v from %s", who, away, route)
			}
			if mayOpen(route) || who == "a trainer" && slices.Contains(teaching, route) {
				continue
			}
			turned := a.Code == http.StatusNotFound ||
				email == "" && a.Code == http.StatusSeeOther && strings.HasPrefix(a.Header().Get("Location"), "/sign-in") ||
				email == "" && method == http.MethodPost && a.Code == http.StatusConflict && strings.Contains(a.Body.String(), "Sign in to go on")
			if !turned {
				t.Errorf("%s gets %d from %s", who, a.Code, route)
			}
		}
	}
	if after := w.stands(&claim{place: zeb.place()}); after != before {
		t.Errorf("the place stood at %s and stands at %s", before, after)
	}
	for path, cookie := range map[string]string{ // those who may, do: the traces are there to be found
		"/admin/places/" + zeb.code:             w.session("grace@office.example"),
		fmt.Sprintf("/admin/outbox/%d", mailed): w.session("grace@office.example"),
		"/my/places/" + zeb.code + "/receipt":   w.session(zeb.email),
	} {
		if a := ask(house, http.MethodGet, path, cookie); a.Code != http.StatusOK || zeb.given(a.Body.String()) == nil {
			t.Errorf("%s answered %d to somebody who may open it", path, a.Code)
		}
	}
}

func TestNoRouteIsOpenThatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	routes := w.house().Routes()
	for _, route := range open {
		if !slices.Contains(routes, route) {
			t.Errorf("%s is no route", route)
		}
	}
	if i := slices.IndexFunc(routes, func(r string) bool { return strings.Contains(r, "/demo") }); i >= 0 {
		t.Errorf("%s is there in production", routes[i])
	}
}
