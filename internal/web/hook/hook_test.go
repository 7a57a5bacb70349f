package hook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/stripepay"
	"bursar/internal/web/hook"
)

var now = time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC)

// endpoint is the address alone, with two secrets, beside a business clock that stands years before the real one.
type endpoint struct {
	*testing.T
	db      *db.DB
	engine  *gin.Engine
	metrics *prometheus.Registry
}

func newEndpoint(t *testing.T) endpoint {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	e := endpoint{t, dbtest.New(t), gin.New(), prometheus.NewRegistry()}
	hook.Mount(e.engine, hook.Options{
		DB: e.db, Secrets: []string{"whsec_old", "whsec_new"}, Clock: func() time.Time { return now }, Metrics: e.metrics,
		Expected: billing.Expected{APIVersion: stripepay.APIVersion},
	})
	return e
}

func sign(body, secret string, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%d.%s", at.Unix(), body) // a hash takes everything
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

func event(id, more string) string {
	return `{"id":"` + id + `","object":"event","type":"checkout.session.completed","created":1764000000,"livemode":false,` +
		`"api_version":"2023-10-16","data":{"object":{"id":"cs_1","object":"checkout.session","client_reference_id":"K7Q2-9M"}}` + more + `}`
}

func (e endpoint) post(body, signature string, header ...string) int {
	r := httptest.NewRequest(http.MethodPost, hook.Path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Stripe-Signature", signature)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.engine.ServeHTTP(w, r)
	return w.Code
}

func (e endpoint) expect(stored, jobs int) {
	e.Helper()
	var s, j int
	if err := e.db.NewRaw("SELECT count(*) FROM processor_events").Scan(e.Context(), &s); err != nil {
		e.Fatal(err)
	}
	if err := e.db.NewRaw("SELECT count(*) FROM river.river_job").Scan(e.Context(), &j); err != nil {
		e.Fatal(err)
	}
	if s != stored || j != jobs {
		e.Errorf("%d events and %d jobs are stored, want %d and %d", s, j, stored, jobs)
	}
}

func TestAnEventIsStoredOnceWithItsJobHoweverOftenItComes(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	body := event("evt_1", "")
	var senders sync.WaitGroup
	for i := range 20 {
		secret := []string{"whsec_old", "whsec_new"}[i%2]
		senders.Go(func() {
			if status := e.post(body, sign(body, secret, now)); status != http.StatusOK {
				t.Errorf("answered %d", status)
			}
		})
	}
	senders.Wait()
	e.expect(1, 1)
}

func TestWhatIsNotProvablyTheProcessorsIsRefusedAndNotStored(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	body := event("evt_1", "")
	for name, signature := range map[string]string{
		"unsigned": "", "another secret": sign(body, "whsec_other", now), "another body": sign(event("evt_2", ""), "whsec_new", now),
		"too old": sign(body, "whsec_new", now.Add(-301*time.Second)), "from the future": sign(body, "whsec_new", now.Add(301*time.Second)),
	} {
		if status := e.post(body, signature); status != http.StatusBadRequest {
			t.Errorf("%s: answered %d", name, status)
		}
	}
	if status := e.post("{}", sign("{}", "whsec_new", now)); status != http.StatusBadRequest {
		t.Errorf("signed nonsense: answered %d", status)
	}
	e.expect(0, 0)
	families, err := e.metrics.Gather()
	if err != nil || len(families) != 1 || families[0].Metric[0].GetCounter().GetValue() != 6 {
		t.Errorf("counted %v, %v", families, err)
	}
}

func TestTheSizeAndKindOfAMessageAreLimited(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	large := event("evt_1", `,"padding":"`+strings.Repeat("x", 64<<10)+`"`)
	if status := e.post(large, sign(large, "whsec_new", now)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a large one: answered %d", status)
	}
	body := event("evt_1", "")
	if status := e.post(body, sign(body, "whsec_new", now), "Content-Type", "text/plain"); status != http.StatusUnsupportedMediaType {
		t.Errorf("another kind: answered %d", status)
	}
	e.expect(0, 0)
}

func TestAnEventOfTheWrongVersionIsStoredAndRaisesTheAlarm(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	body := strings.Replace(event("evt_1", ""), "2023-10-16", "2030-01-01", 1)
	if status := e.post(body, sign(body, "whsec_new", now)); status != http.StatusOK {
		t.Errorf("answered %d", status)
	}
	e.expect(1, 1)
	if doubts, err := billing.Doubts(t.Context(), e.db); err != nil || len(doubts) != 1 || doubts[0].Kind != billing.WrongVersion {
		t.Errorf("got %+v, %v", doubts, err)
	}
}

func TestAnEventThatCannotBeStoredNowIsAskedForAgain(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	away, err := db.Open(db.Options{URL: "postgres://nobody@127.0.0.1:1/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = away.Close() })
	engine := gin.New()
	hook.Mount(engine, hook.Options{DB: away, Secrets: []string{"whsec_new"}, Clock: func() time.Time { return now }, Metrics: prometheus.NewRegistry()})
	e.engine = engine
	body := event("evt_1", "")
	if status := e.post(body, sign(body, "whsec_new", now)); status != http.StatusServiceUnavailable {
		t.Errorf("answered %d", status)
	}
}

func FuzzTheBody(f *testing.F) {
	f.Add(event("evt_1", ""))
	f.Add(`{"object":"event"}`)
	f.Add("\x00")
	f.Fuzz(func(t *testing.T, body string) {
		e, err := stripepay.ReadEvent([]byte(body), sign(body, "whsec_new", now), []string{"whsec_new"}, now)
		if err == nil && (e.ID == "" || e.Type == "") {
			t.Errorf("read %+v", e)
		}
	})
}
