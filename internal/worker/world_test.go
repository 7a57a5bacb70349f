package worker_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/ledger"
	"bursar/internal/mail"
	"bursar/internal/sandbox"
	"bursar/internal/stripepay"
	"bursar/internal/worker"
)

var start = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

const secret = "whsec_test"

// world is a run, a worker that was not started, and the card processor's stand-in over HTTP.
type world struct {
	testing.TB
	*worker.Worker
	db    *db.DB
	clock *dbtest.Clock
	box   *sandbox.Sandbox
	run   *course.Offering

	gateway *stripepay.Gateway
}

func newWorld(t testing.TB, capacity int) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, start)
	d := dbtest.As(t, app, db.Worker)
	w := &world{TB: t, db: d, clock: clock, run: fixture.Run(t, d, "FND-T27", capacity)}
	hook := httptest.NewServer(http.HandlerFunc(w.hook))
	t.Cleanup(hook.Close)
	server := httptest.NewUnstartedServer(nil)
	address := "http://" + server.Listener.Addr().String()
	var err error
	w.box, err = sandbox.New(sandbox.Options{
		PublicURL: address, Merchant: "Threshold", WebhookURL: hook.URL, WebhookSecret: secret,
		Now: clock.Now, Wall: clock.Now, HTTPClient: hook.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = w.box
	server.Start()
	t.Cleanup(server.Close)
	w.gateway = stripepay.New(stripepay.Options{Key: "sk_test_1", APIURL: address})
	w.Worker = newWorker(t, d, w.gateway)
	return w
}

func newWorker(t testing.TB, d *db.DB, g *stripepay.Gateway) *worker.Worker {
	t.Helper()
	sender, err := mail.NewSender("", mail.Site{Name: "Threshold", URL: "http://127.0.0.1:8080", Email: "office@threshold.example"})
	if err != nil {
		t.Fatal(err)
	}
	d = dbtest.As(t, d, db.Worker)
	w, err := worker.New(worker.Options{
		DB: d, Cashier: &billing.Cashier{DB: d, Gateway: g, BaseURL: "http://127.0.0.1:8080"},
		Journal: g, Sender: sender, Metrics: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// hook does what web/hook does.
func (w *world) hook(answer http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.Error(err)
	}
	event, err := stripepay.ReadEvent(body, r.Header.Get("Stripe-Signature"), []string{secret}, w.clock.Now())
	if err == nil {
		err = w.db.Write(r.Context(), func(tx *db.Tx) error {
			return billing.RecordEvent(r.Context(), tx, event, billing.Expected{APIVersion: stripepay.APIVersion})
		})
	}
	if err != nil {
		answer.WriteHeader(http.StatusInternalServerError)
	}
}

// drain delivers events and works jobs until nothing is left, and fails the test when something could not be
// done.
func (w *world) drain() {
	w.Helper()
	if err := w.tryDrain(); err != nil {
		w.Fatal(err)
	}
}

func (w *world) tryDrain() error {
	w.Helper()
	for {
		if err := w.box.Flush(w.Context()); err != nil {
			w.Fatal(err)
		}
		if done, err := w.Drain(w.Context()); done == 0 || err != nil {
			return err
		}
	}
}

// held is a place that somebody booked and has not paid for.
func (w *world) held(email string) *enrolment.Enrolment {
	w.Helper()
	return fixture.Held(w, w.db, w.run, fixture.Person(w, w.db, email))
}

func (w *world) payment(e *enrolment.Enrolment) billing.Payment {
	w.Helper()
	shares, err := billing.SharesOf(w.Context(), w.db, e.ID)
	if err != nil {
		w.Fatal(err)
	}
	payments, err := billing.PaymentsOf(w.Context(), w.db, shares...)
	if err != nil || len(payments) != 1 {
		w.Fatalf("%d payments, %v", len(payments), err)
	}
	return payments[0]
}

func (w *world) pay(e *enrolment.Enrolment, method string) {
	w.Helper()
	if _, err := sandbox.PayPage(w.Context(), http.DefaultClient, w.payment(e).SessionURL, method); err != nil {
		w.Fatal(err)
	}
}

func (w *world) expect(e *enrolment.Enrolment, want enrolment.Status) *enrolment.Enrolment {
	w.Helper()
	now, err := enrolment.Get(w.Context(), w.db, e.ID)
	if err != nil {
		w.Fatal(err)
	}
	if now.Status != want {
		w.Errorf("the place is %s, want %s", now.Status, want)
	}
	return now
}

// sound checks what holds once everything was worked.
func (w *world) sound() {
	w.Helper()
	problems, err := ledger.Verify(w.Context(), w.db)
	if err != nil || len(problems) > 0 {
		w.Errorf("the books: %v %v", problems, err)
	}
	for _, account := range []string{billing.Clearing} {
		if b, err := ledger.Balance(w.Context(), w.db, account); err != nil || b != 0 {
			w.Errorf("%s holds %s, %v", account, b, err)
		}
	}
}

func (w *world) count(query string, args ...any) (n int) {
	w.Helper()
	if err := w.db.NewRaw(query, args...).Scan(w.Context(), &n); err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) doubts() []billing.Doubt {
	w.Helper()
	doubts, err := billing.Doubts(w.Context(), w.db)
	if err != nil {
		w.Fatal(err)
	}
	return doubts
}
