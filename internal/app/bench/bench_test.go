// Package bench measures how fast the whole program is over HTTP, as ratios to what the same machine can do at
// the same time without it: PostgreSQL running the same statements from pgbench, and a Gin handler that writes a
// fixed text. Absolute numbers are the machine's; the ratios are the program's.
package bench_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/postgres"
)

const (
	clients = 16
	// each is how many places are booked in each of the two ways of a benchmark.
	each = 1000
)

// TestMain lets the program write its log, which costs something, but to nowhere.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

// ground is the program on a PostgreSQL of its own that does wait for its disk.
type ground struct {
	*apptest.World
	address string // of the database
}

func newGround(b *testing.B) *ground {
	b.Helper()
	server, err := postgres.Start(b.Context(), postgres.Options{Dir: filepath.Join(b.TempDir(), "postgres")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := server.Stop(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
	})
	if err := server.CreateDatabase(b.Context(), "bench"); err != nil {
		b.Fatal(err)
	}
	address := server.URL("bench")
	settings := apptest.Settings(b, "DATABASE_URL", address)
	return &ground{apptest.Run(b, settings, app.Options{Empty: true, Manual: true}), address}
}

// order is a person whose booking is ready to be sent.
type order struct{ path, session string }

// prepare makes people with complete bookings, spread over the runs, and a session for each: the first half for
// the program, whose sessions it returns, the second for pgbench.
func (g *ground) prepare(b *testing.B, runs []*course.Offering) []order {
	b.Helper()
	orders := make([]order, 2*each)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < 2*each; i = next.Add(1) - 1 {
				o := runs[int(i)%len(runs)]
				p := fixture.Person(b, g.DB, fmt.Sprintf("learner%d@people.example", i))
				fixture.Draft(b, g.DB, o, p)
				orders[i] = order{path: "/runs/" + o.Code + "/book/check", session: g.session(b, p)}
			}
		})
	}
	wg.Wait()
	return orders[:each]
}

func (g *ground) session(b *testing.B, p people.Person) (token string) {
	err := g.DB.Write(b.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartSession(b.Context(), tx, p.ID, "bench")
		return err
	})
	if err != nil {
		b.Error(err)
	}
	return token
}

// book sends the orders over HTTP from many clients at once and returns how long each took, and all of them.
func (g *ground) book(b *testing.B, orders []order) (each []time.Duration, all time.Duration) {
	b.Helper()
	each = make([]time.Duration, len(orders))
	client := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: clients},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	begun := time.Now()
	for range clients {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(orders)); i = next.Add(1) - 1 {
				at := time.Now()
				g.send(b, client, orders[i])
				each[i] = time.Since(at)
			}
		})
	}
	wg.Wait()
	return each, time.Since(begun)
}

func (g *ground) send(b *testing.B, client *http.Client, o order) {
	form := url.Values{"price": {strconv.FormatInt(int64(fixture.Fee), 10)}}
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, g.Config.URL+o.path, strings.NewReader(form.Encode()))
	if err != nil {
		b.Error(err)
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "session", Value: o.session})
	answer, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || !strings.HasSuffix(answer.Header.Get("Location"), "/pay") {
		b.Errorf("%s: %d to %q", o.path, answer.StatusCode, answer.Header.Get("Location"))
	}
}

var perSecond = regexp.MustCompile(`tps = ([0-9.]+) \(without`)

// pgbench runs the same statements for the second half of the people and returns how many bookings it makes in
// a second.
func (g *ground) pgbench(b *testing.B) float64 {
	b.Helper()
	for _, statement := range []string{
		fmt.Sprintf("CREATE SEQUENCE bench_person START %d", g.Count("SELECT min(id) FROM people")+each),
		"GRANT USAGE ON bench_person TO bursar_app",
	} {
		g.owner(b, statement)
	}
	u, err := url.Parse(g.address)
	if err != nil {
		b.Fatal(err)
	}
	q := u.Query()
	out, err := exec.CommandContext(b.Context(), programs(b), "-n", "-M", "extended",
		"-c", strconv.Itoa(clients), "-j", "2", "-t", strconv.Itoa(each/clients), "-f", "testdata/booking.sql",
		"-h", q.Get("host"), "-p", q.Get("port"), "-U", u.User.Username(), strings.TrimPrefix(u.Path, "/")).CombinedOutput()
	if err != nil {
		b.Fatalf("pgbench: %v\n%s", err, out)
	}
	m := perSecond.FindSubmatch(out)
	if m == nil || !strings.Contains(string(out), "number of failed transactions: 0") {
		b.Fatalf("pgbench said\n%s", out)
	}
	rate, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return rate
}

// owner runs a statement as the database's owner.
func (g *ground) owner(b *testing.B, statement string) {
	b.Helper()
	d, err := db.Open(db.Options{URL: g.address, MaxConns: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if _, err := d.NewRaw(statement).Exec(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// programs finds pgbench beside PostgreSQL's other programs.
func programs(b *testing.B) string {
	b.Helper()
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if err != nil || len(found) == 0 {
		b.Fatal("pgbench is missing: run 'apt-get install postgresql-client'")
	}
	return found[len(found)-1]
}

func benchmarkBooking(b *testing.B, runs, places int) {
	for range b.N {
		g := newGround(b)
		offerings := make([]*course.Offering, runs)
		for i := range offerings {
			offerings[i] = fixture.Run(b, g.DB, fmt.Sprintf("BNC-%04d", i+1), places)
		}
		orders := g.prepare(b, offerings)
		took, all := g.book(b, orders)
		ours := float64(len(orders)) / all.Seconds()
		bare := g.pgbench(b)

		slices.Sort(took)
		for _, q := range []int{50, 95, 99} {
			b.ReportMetric(float64(took[len(took)*q/100-1].Microseconds())/1000, fmt.Sprintf("p%d-ms", q))
		}
		b.ReportMetric(ours, "bookings/s")
		b.ReportMetric(bare, "pgbench/s")
		b.ReportMetric(100*ours/bare, "%ofPostgreSQL")
		b.ReportMetric(0, "ns/op")
	}
}

// BenchmarkBookingOneRun books 1,000 places of one run: everybody queues at its counters.
func BenchmarkBookingOneRun(b *testing.B) { benchmarkBooking(b, 1, 2*each) }

// BenchmarkBookingManyRuns books 1,000 places of 1,000 runs: nobody waits for anybody.
func BenchmarkBookingManyRuns(b *testing.B) { benchmarkBooking(b, each, 2) }

// BenchmarkCatalogue asks for the page of a run, beside a Gin handler that writes a fixed text.
func BenchmarkCatalogue(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	bare := gin.New()
	bare.GET("/", func(c *gin.Context) { c.String(http.StatusOK, "ok") })
	for range b.N {
		g := newGround(b)
		fixture.Run(b, g.DB, "BNC-0001", 24)
		beside := httptest.NewServer(bare)
		ours, theirs := fetch(b, g.Config.URL+"/runs/BNC-0001"), fetch(b, beside.URL)
		beside.Close()
		b.ReportMetric(ours, "pages/s")
		b.ReportMetric(theirs, "bareGin/s")
		b.ReportMetric(100*ours/theirs, "%ofGin")
		b.ReportMetric(0, "ns/op")
	}
}

// fetch asks for a page for three seconds from many clients and returns how many came in a second.
func fetch(b *testing.B, address string) float64 {
	b.Helper()
	const span = 3 * time.Second
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	var pages atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(span)
	for range clients {
		wg.Go(func() {
			for time.Now().Before(end) {
				answer, err := client.Get(address)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
				pages.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(pages.Load()) / span.Seconds()
}
