package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web"
	"bursar/internal/web/hook"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// house is the engine with everything mounted.
type house struct {
	*testing.T
	db      *db.DB
	handler http.Handler
	ready   error
}

func newHouse(t *testing.T, change ...func(*web.Options)) *house {
	t.Helper()
	d, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, db: d}
	o := web.Options{
		Mode: config.Production, DB: d, Box: box, Clock: clock, Metrics: prometheus.NewRegistry(),
		Site:  page.Site{Name: "Threshold", URL: "https://courses.example.org", Email: "office@threshold.example"},
		Mail:  mail.Site{Name: "Threshold", URL: "https://courses.example.org", Email: "office@threshold.example"},
		PayAt: []string{"https://checkout.stripe.com"}, Hook: hook.Options{Secrets: []string{"whsec_1"}, Clock: d.Now},
		Ready: func(context.Context) error { return h.ready },
	}
	for _, f := range change {
		f(&o)
	}
	if h.handler, err = web.New(o); err != nil {
		t.Fatal(err)
	}
	return h
}

// ask sends a request with headers given as names and values.
func (h *house) ask(method, path string, header ...string) *httptest.ResponseRecorder {
	h.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

func (h *house) expect(want int, method, path string, header ...string) *httptest.ResponseRecorder {
	h.Helper()
	w := h.ask(method, path, header...)
	if w.Code != want {
		h.Errorf("%s %s %v answered %d, want %d", method, path, header, w.Code, want)
	}
	return w
}

func TestEveryAnswerTellsBrowsersWhatItMayDo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range []string{"/", "/courses", "/sign-in", "/nowhere", "/healthz"} {
		header := h.ask(http.MethodGet, path).Header()
		csp := header.Get("Content-Security-Policy")
		for _, rule := range []string{
			"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self' https://checkout.stripe.com",
			"base-uri 'none'", "frame-ancestors 'none'",
		} {
			if !strings.Contains(csp, rule) {
				t.Errorf("%s: the policy has no %s: %s", path, rule, csp)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", path, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if len(header.Get("X-Request-Id")) != 13 || header.Get("Server") != "" {
			t.Errorf("%s: got %v", path, header)
		}
	}
	if got := h.ask(http.MethodGet, "/sign-in").Header().Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("a page of secrets has the referrer policy %q", got)
	}
	plain := newHouse(t, func(o *web.Options) { o.Site.URL = "http://127.0.0.1:8080" })
	if got := plain.ask(http.MethodGet, "/").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without TLS: %q", got)
	}
}

func TestWhatComesFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://elsewhere.example"},
	} {
		if w := h.expect(http.StatusForbidden, http.MethodPost, "/sign-in", header...); w.Body.Len() > 0 {
			pagetest.Check(t, w.Body.String())
		}
		h.expect(http.StatusOK, http.MethodGet, "/sign-in", header...)
		h.expect(http.StatusNotFound, http.MethodPost, "/emails/stop/guessed", header...) // a mail program in a browser: the key alone counts
		h.expect(http.StatusForbidden, http.MethodPost, "/emails/stop/guessed/undo", header...)
	}
	h.expect(http.StatusUnprocessableEntity, http.MethodPost, "/sign-in", "Sec-Fetch-Site", "same-origin")
	h.expect(http.StatusUnprocessableEntity, http.MethodPost, "/sign-in") // a program, which has no session to abuse
}

func TestAddressesThatLeadNowhereSaySoAndMethodsThatAreNotTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pagetest.Check(t, h.expect(http.StatusNotFound, http.MethodGet, "/nowhere").Body.String())
	w := h.expect(http.StatusMethodNotAllowed, http.MethodDelete, "/courses")
	if w.Header().Get("Allow") != "GET" {
		t.Errorf("allowed are %q", w.Header().Get("Allow"))
	}
	h.expect(http.StatusMethodNotAllowed, http.MethodTrace, "/courses")
	h.expect(http.StatusOK, http.MethodHead, "/courses")
	h.expect(http.StatusNotFound, http.MethodGet, "/demo")
	h.expect(http.StatusNotFound, http.MethodPost, "/demo/people/grace")
	h.expect(http.StatusNotFound, http.MethodGet, "/sandbox/v1/events")
	h.expect(http.StatusMethodNotAllowed, http.MethodGet, "/hooks/stripe")
	h.expect(http.StatusUnsupportedMediaType, http.MethodPost, "/hooks/stripe")
}

func TestSignedInPagesAreKeptByNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := fixture.Person(t, h.db, "ana@people.example")
	var token string
	err := h.db.Write(t.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartSession(t.Context(), tx, p.ID, "a browser")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/courses", "/my", "/nowhere"} {
		if got := h.ask(http.MethodGet, path, "Cookie", "__Host-session="+token).Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: %q", path, got)
		}
	}
	if got := h.ask(http.MethodGet, "/").Header().Get("Cache-Control"); got != "public, max-age=60" {
		t.Errorf("for a visitor: %q", got)
	}
}

func TestMetricsAreForThisMachineOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	from := func(address string, header ...string) int {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr = address
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, r)
		return w.Code
	}
	for address, want := range map[string]int{"127.0.0.1:9": 200, "[::1]:9": 200, "192.0.2.7:9": 404, "[2001:db8::1]:9": 404, "": 404} {
		if got := from(address); got != want {
			t.Errorf("%s was answered %d", address, got)
		}
	}
	if from("192.0.2.7:9", "X-Forwarded-For", "127.0.0.1") != 404 || from("127.0.0.1:9", "X-Forwarded-For", "192.0.2.7") != 404 {
		t.Error("a header opened them, or a proxy did")
	}
}

func TestReadinessFollowsTheProgram(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.expect(http.StatusOK, http.MethodGet, "/readyz")
	h.ready = errors.New("the database is away at db.internal")
	if w := h.expect(http.StatusServiceUnavailable, http.MethodGet, "/readyz"); strings.Contains(w.Body.String(), "internal") {
		t.Error("it says too much")
	}
	h.expect(http.StatusOK, http.MethodGet, "/healthz")
}

func TestNeitherLogNorMetricHoldsWhatAnAddressDoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.ask(http.MethodGet, "/sign-in/canaryToken1?email=canary@people.example", "X-Forwarded-For", "198.51.100.77")
	h.ask(http.MethodGet, "/canary/nowhere")
	h.ask("CANARY", "/courses")
	for what, text := range map[string]string{"the log": journal.String(), "a metric": metrics(h)} {
		if strings.Contains(strings.ToLower(text), "canary") || strings.Contains(text, "198.51.100.77") {
			t.Errorf("%s holds it", what)
		}
	}
	if id := w.Header().Get("X-Request-Id"); !strings.Contains(journal.String(), `"request":"`+id+`","method":"GET","route":"/sign-in/:token"`) {
		t.Error("the request is not in the log by its pattern")
	}
}

func metrics(h *house) string {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.RemoteAddr = "127.0.0.1:9"
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w.Body.String()
}

func TestABodyIsTakenUpToItsLimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader("email="+strings.Repeat("a", 2<<20)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	if w.Code/100 != 4 || w.Body.Len() > 100_000 {
		t.Errorf("answered %d with %d bytes", w.Code, w.Body.Len())
	}
}
