package app_test

import (
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
	"bursar/internal/billing"
	"bursar/internal/config"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/sandbox"
	"bursar/internal/secret"
)

func TestTheProgramIsReadyOnlyWhileItServes(t *testing.T) {
	t.Parallel()
	a, err := app.New(t.Context(), apptest.Settings(t), app.Options{Unsafe: true, Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	expect := func(path string, want int) {
		t.Helper()
		answer, err := http.Get(a.Config.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s answered %d, want %d", path, answer.StatusCode, want)
		}
	}
	expect("/healthz", 200)
	expect("/readyz", 503)
	expect("/courses", 503)
	if err := a.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect("/readyz", 200)
	expect("/courses", 200)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := http.Get(a.Config.URL + "/healthz"); err == nil {
		t.Error("it still listens after its end")
	}
}

func TestAPortInUseIsOneClearLineAndTouchesNothing(t *testing.T) {
	t.Parallel()
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	cfg := apptest.Settings(t, "BURSAR_ADDR", other.Addr().String(), "DATABASE_URL", dbtest.EmptyURL(t))
	_, err = app.New(t.Context(), cfg, app.Options{Unsafe: true})
	if err == nil || !strings.Contains(err.Error(), "BURSAR_ADDR") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	if _, err := app.Open(t.Context(), cfg, app.Options{}); err == nil || !strings.Contains(err.Error(), "bursar migrate") {
		t.Errorf("a command on a database without a schema: %v", err)
	}
}

func TestServingIsRefusedWhereTheDatabaseDoesNotWaitForItsDisk(t *testing.T) {
	t.Parallel()
	_, err := app.New(t.Context(), apptest.Settings(t), app.Options{})
	if err == nil || !strings.Contains(err.Error(), "fsync is off") {
		t.Errorf("got %v", err)
	}
}

func TestASignedWebhookArrivesAndIsWorked(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	e := fixture.Held(t, w.DB, fixture.Run(t, w.DB, "FND-T27", 1), fixture.Person(t, w.DB, "ana@people.example"))
	w.Settle()
	shares, err := billing.SharesOf(t.Context(), w.DB, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	payments, err := billing.PaymentsOf(t.Context(), w.DB, shares...)
	if err != nil || !strings.HasPrefix(payments[0].SessionURL, w.Config.URL+"/sandbox/") {
		t.Fatalf("got %+v, %v", payments, err)
	}
	back, err := sandbox.PayPage(t.Context(), http.DefaultClient, payments[0].SessionURL, sandbox.CardPays)
	if err != nil || !strings.HasPrefix(back, w.Config.URL+"/my/places/"+e.Code) {
		t.Fatalf("the payer was sent to %s, %v", back, err)
	}
	w.Settle()
	if e, err = enrolment.Get(t.Context(), w.DB, e.ID); err != nil || e.Status != enrolment.Confirmed {
		t.Errorf("the place is %s, %v", e.Status, err)
	}
	if n := w.Count("SELECT count(*) FROM processor_events WHERE applied_at IS NOT NULL"); n == 0 {
		t.Error("no event was looked into")
	}
	if a := w.SignedIn("ana@people.example").Get("/my"); a.Status != 200 || !strings.Contains(a.Body, e.Code) {
		t.Errorf("her places answered %d", a.Status)
	}
}

func TestTheBackgroundDoesTheSameByItself(t *testing.T) {
	t.Parallel()
	w := apptest.Run(t, apptest.Settings(t), app.Options{Empty: true})
	e := fixture.Held(t, w.DB, fixture.Run(t, w.DB, "FND-T27", 1), fixture.Person(t, w.DB, "ana@people.example"))
	await(t, "the page", func() bool { return w.Count("SELECT count(*) FROM payments WHERE session_url <> ''") == 1 })
	var page string
	if err := w.DB.NewRaw("SELECT session_url FROM payments").Scan(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, page, sandbox.CardPays); err != nil {
		t.Fatal(err)
	}
	await(t, "the confirmation", func() bool {
		return w.Count("SELECT count(*) FROM enrolments WHERE id = ? AND status = 'confirmed'", e.ID) == 1
	})
}

// await asks until the answer is yes: for what other goroutines do in their own time.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.After(20 * time.Second); !done(); {
		select {
		case <-deadline:
			t.Fatalf("waited for 20 seconds: %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestTheDemonstrationIsLoadedOnceAndSurvivesARestart(t *testing.T) {
	t.Parallel()
	cfg := apptest.Settings(t)
	counted := 0
	for range 2 {
		a, err := app.New(t.Context(), cfg, app.Options{Unsafe: true, Manual: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := a.DB.NewRaw("SELECT count(*) FROM enrolments").Scan(t.Context(), &n); err != nil || n == 0 || counted != 0 && n != counted {
			t.Errorf("%d enrolments after %d, %v", n, counted, err)
		}
		counted = n
		if pages := len(a.Sandbox.Truth()); pages == 0 {
			t.Error("the card processor's stand-in has forgotten its pages")
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheDatabasesAbsenceIsSaidAsSuchAndPassesByItself(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	run := fixture.Run(t, w.DB, "FND-T27", 1)
	owner := dbtest.Owner(t, w.DB)
	exec := func(query string) {
		t.Helper()
		if _, err := owner.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	exec(`UPDATE pg_database SET datallowconn = false WHERE datname = current_database()`)
	exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	b := w.Browser()
	for path, want := range map[string]int{"/runs/" + run.Code: 503, "/readyz": 503, "/healthz": 200, "/privacy": 200} {
		if a := b.Get(path); a.Status != want || want == 503 && path != "/readyz" && a.Header.Get("Retry-After") == "" {
			t.Errorf("%s answered %d, want %d", path, a.Status, want)
		}
	}
	exec(`UPDATE pg_database SET datallowconn = true WHERE datname = current_database()`)
	await(t, "the page", func() bool { return b.Get("/runs/"+run.Code).Status == 200 })
}

func TestMailsAreShownInTheDemonstration(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	b := w.Browser()
	if a := b.Post("/sign-in", url.Values{"email": {"ana@people.example"}}); a.Status != 200 || a.URL.Path != "/sign-in/check" {
		t.Fatalf("answered %d at %s", a.Status, a.URL)
	}
	w.Settle()
	if a := b.Get("/demo/mails"); a.Status != 200 || !strings.Contains(a.Body, "ana@people.example") {
		t.Errorf("the outbox answered %d", a.Status)
	}
}

func TestTheDemonstrationNeverOpensOnTheRealDatabase(t *testing.T) {
	t.Parallel()
	demo := apptest.Settings(t)
	real := *demo
	real.Mode, real.Keyset = config.Production, filepath.Join(t.TempDir(), "keyset.json")
	if _, err := secret.Create(real.Keyset); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), &real, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() (*app.App, error){
		"serving":   func() (*app.App, error) { return app.New(t.Context(), demo, app.Options{Unsafe: true, Manual: true}) },
		"a command": func() (*app.App, error) { return app.Open(t.Context(), demo, app.Options{}) },
	} {
		if _, err := open(); err == nil || !strings.Contains(err.Error(), "belongs to BURSAR_MODE=production") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
