package bench_test

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/people"
)

// BenchmarkLastMinute has 1,000 people send their applications in the last minute before a deadline, as people
// do: each at a moment of their own, so that many come at once and nobody waits for another's turn. A run takes
// that minute.
func BenchmarkLastMinute(b *testing.B) {
	for range b.N {
		g := newGround(b)
		senders, round := g.senders(b)
		deadline := round.Deadline()
		took := g.sendAll(b, senders, deadline)
		var in int
		if err := g.Machine.NewRaw("SELECT count(*) FROM sensitive.applications WHERE status = 'submitted'").Scan(b.Context(), &in); err != nil || in != each {
			b.Fatalf("%d of %d are in, %v", in, each, err)
		}
		slices.Sort(took)
		for _, q := range []int{50, 95, 99} {
			b.ReportMetric(float64(took[len(took)*q/100-1].Microseconds())/1000, fmt.Sprintf("p%d-ms", q))
		}
		b.ReportMetric(0, "ns/op")
	}
}

// senders makes people with complete applications and a session each.
func (g *ground) senders(b *testing.B) ([]order, *bursary.Round) {
	b.Helper()
	admin := fixture.Person(b, g.DB, "office@threshold.example", people.Admin)
	run := fixture.Run(b, g.DB, "BNC-0001", 24)
	round := fixture.Round(b, g.Doors.Office, g.Box, admin.ID, "BENCH-27", run.Code)
	g.Clock.Set(round.Deadline().Add(-time.Hour))
	orders := make([]order, each)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < each; i = next.Add(1) - 1 {
				p := fixture.Person(b, g.DB, fmt.Sprintf("applicant%d@people.example", i))
				code := g.complete(b, p, round.Code, run.Code)
				orders[i] = order{path: "/my/applications/" + code + "/send", session: g.session(b, p)}
			}
		})
	}
	wg.Wait()
	return orders, round
}

// complete makes an application with every question answered, and returns its code.
func (g *ground) complete(b *testing.B, p people.Person, round, run string) (code string) {
	err := g.Doors.Learner.WriteAs(b.Context(), db.Who{Person: p.ID}, func(tx *db.Tx) error {
		a, err := bursary.Begin(b.Context(), tx, p.ID, round)
		if err != nil {
			return err
		}
		code = a.Code
		_, err = bursary.Save(b.Context(), tx, g.Box, p.ID, a.Code, form.Current().Questions(), fixture.GoodAnswers(run), nil, tx.Now)
		return err
	})
	if err != nil {
		b.Error(err)
	}
	return code
}

// sendAll sends every application at its own moment of one minute, and returns how long each took from pressing to
// the answer. The business's clock stands in the last second, so that what is late by however little is refused.
func (g *ground) sendAll(b *testing.B, senders []order, deadline time.Time) []time.Duration {
	b.Helper()
	g.Clock.Set(deadline)
	client := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 200},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	took := make([]time.Duration, len(senders))
	var wg sync.WaitGroup
	for i, s := range senders {
		// The square root makes them come ever more densely: half of them in the last 18 seconds.
		wait := time.Duration(float64(time.Minute) * math.Sqrt(float64(i)/float64(len(senders))))
		wg.Go(func() {
			<-time.NewTimer(wait).C
			at := time.Now()
			post(b, client, g.Config.URL+s.path, s.session, url.Values{"declared": {"yes"}}, "/sent")
			took[i] = time.Since(at)
		})
	}
	wg.Wait()
	return took
}

// post sends a form and expects to be led on to a page.
func post(b *testing.B, client *http.Client, address, session string, form url.Values, to string) {
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.Error(err)
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "session", Value: session})
	answer, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || !strings.HasSuffix(answer.Header.Get("Location"), to) {
		b.Errorf("%s: %d to %q", address, answer.StatusCode, answer.Header.Get("Location"))
	}
}
