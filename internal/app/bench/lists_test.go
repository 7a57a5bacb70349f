package bench_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/people"
)

// BenchmarkListsAsTheyGrow asks for the pages of the office and of the bookkeeper with 10,000 people with places and 100,000 lines
// in the ledger, and with ten times as many of both. What matters is how much longer each takes: a page costs what it shows, not
// what there is. So no plan of a list may read all that there is, either.
func BenchmarkListsAsTheyGrow(b *testing.B) {
	for range b.N {
		few, large := newGround(b).asked(b, 10_000), newGround(b)
		many := large.asked(b, 100_000)
		large.plans(b)
		for page, took := range many {
			b.ReportMetric(float64(took.Microseconds())/1000, page+"-p95-ms")
			b.ReportMetric(float64(took)/float64(few[page]), page+"-growth")
		}
		b.ReportMetric(0, "ns/op")
	}
}

// asked fills the database and asks for each page some times; it gives the time within which 95 of 100 came.
func (g *ground) asked(b *testing.B, size int) map[string]time.Duration {
	b.Helper()
	g.fill(b, size)
	var token, person string
	grace := fixture.Person(b, g.DB, "grace@office.example", people.Admin, people.Finance)
	err := g.DB.Write(b.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(b.Context(), tx, grace.ID, "bench")
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := g.Machine.NewRaw("SELECT code FROM people WHERE email = 'p77@people.example'").Scan(b.Context(), &person); err != nil {
		b.Fatal(err)
	}
	took := map[string]time.Duration{}
	for name, path := range map[string]string{
		"search": "/admin/people?q=quinn+7%d", "address": "/admin/people?q=p7%d%%40people.example", "person": "/admin/people/" + person + "?n=%d",
		"desk": "/admin?n=%d", "figures": "/admin/figures?n=%d", "payments": "/admin/payments?n=%d", "held": "/admin/places?status=held", "who-pays": "/admin/places?payer=learner",
		"places": "/admin/places?n=%d", "run": "/admin/runs/BN-00%02d", "queue": "/admin/queue?n=%d", "month": "/finance/month?n=%d",
	} {
		each := make([]time.Duration, 100)
		for i := range each {
			address := strings.Replace(path, "?n=%d", "", 1)
			if strings.Contains(address, "%d") || strings.Contains(address, "%02d") {
				address = fmt.Sprintf(address, i%50+1)
			}
			each[i] = g.page(b, address, token)
		}
		slices.Sort(each)
		took[name] = each[94]
	}
	return took
}

// page asks for a page as whoever has a session, and gives how long it took.
func (g *ground) page(b *testing.B, path, session string) time.Duration {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, g.Config.URL+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: session})
	began := time.Now()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	took := time.Since(began)
	if answer.Body.Close(); answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: status %d", path, answer.StatusCode)
	}
	return took
}

// fill makes so many people, each with a place that somebody paid for on one of fifty runs, and ten times as many lines in the
// ledger over two years. Triggers and foreign keys rest meanwhile.
func (g *ground) fill(b *testing.B, size int) {
	b.Helper()
	o := fixture.Run(b, g.DB, "BN-0000", 24)
	g.owner(b, fmt.Sprintf(`
		SET session_replication_role = replica;
		CREATE FUNCTION pg_temp.code(n bigint) RETURNS text LANGUAGE sql AS $$
			SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((n * 7919 + 13) >> (5 * k) & 31)::integer, 1) || CASE k WHEN 2 THEN '-' ELSE '' END, '' ORDER BY k DESC)
			FROM generate_series(0, 5) k $$;
		INSERT INTO people (email, name, created_at, code)
			SELECT 'p' || n || '@people.example', (ARRAY['Ada','Ben','Cas','Dee','Eve','Flo','Gus'])[1 + n %% 7] || ' ' || (ARRAY['Quinn','Reyes','Stone','Tully'])[1 + n %% 4] || ' ' || n,
			       timestamptz '2025-01-01' + n * interval '1 minute', pg_temp.code(n) FROM generate_series(1, %[1]d) n;
		INSERT INTO runs (code, course_id, city, venue, status, entry, day_starts, day_ends)
			SELECT 'BN-' || lpad(n::text, 4, '0'), %[2]d, 'Leeds', 'Hall', 'open', 'book', '09:30', '16:30' FROM generate_series(1, 50) n;
		INSERT INTO blocks (run_id, number, starts_on, ends_on) SELECT id, 1, date '2027-03-01', date '2027-03-05' FROM runs WHERE code LIKE 'BN-%%' AND code <> 'BN-0000';
		INSERT INTO run_prices (run_id, band, amount) SELECT id, k, 325000 FROM runs, unnest(ARRAY['organisation','self','peer']) k WHERE code LIKE 'BN-%%' AND code <> 'BN-0000';
		INSERT INTO run_withdrawal_steps (run_id, days_before, charge_bp, fee) SELECT id, 0, 10000, 0 FROM runs WHERE code LIKE 'BN-%%' AND code <> 'BN-0000';
		INSERT INTO run_places (run_id, capacity, confirmed) SELECT id, %[1]d / 50, %[1]d / 50 FROM runs WHERE code LIKE 'BN-%%' AND code <> 'BN-0000';
		INSERT INTO enrolments (code, run_id, person_id, status, peer, band, price, created_at, confirmed_at)
			SELECT p.code, r.id, p.id, 'confirmed', false, 'self', 325000, p.created_at, p.created_at
			FROM   people p JOIN runs r ON r.code = 'BN-' || lpad(((p.id - (SELECT min(id) FROM people WHERE email LIKE 'p%%@people.example')) %% 50 + 1)::text, 4, '0')
			WHERE  p.email LIKE 'p%%@people.example';
		INSERT INTO shares (enrolment_id, number, payer, amount, secured_at) SELECT id, 1, 'learner', price, confirmed_at FROM enrolments;
		INSERT INTO accounts (name) SELECT 'share/' || id || '/due' FROM shares UNION SELECT 'run/' || id || '/deferred' FROM runs ON CONFLICT DO NOTHING;
		INSERT INTO entries (reference, posted_at) SELECT 'bench/' || n, timestamptz '2025-01-01' + n * (interval '690 days' / (%[1]d * 5)) FROM generate_series(1, %[1]d * 5) n;
		INSERT INTO entry_lines (entry_id, account, amount)
			SELECT e.id, CASE k WHEN 1 THEN 'share/' || s.id || '/due' ELSE 'run/' || v.run_id || '/deferred' END, CASE k WHEN 1 THEN 100 ELSE -100 END
			FROM   entries e JOIN shares s ON s.id = (SELECT min(id) FROM shares) + e.id %% %[1]d JOIN enrolments v ON v.id = s.enrolment_id, generate_series(1, 2) k
			WHERE  e.reference LIKE 'bench/%%';
		UPDATE accounts a SET balance = l.sum FROM (SELECT account, sum(amount) AS sum FROM entry_lines GROUP BY account) l WHERE l.account = a.name;
		ANALYZE`, size, o.CourseID))
}
