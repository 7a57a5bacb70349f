package public_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/public"
	"bursar/internal/web/static"
)

// world is the public pages over a database that has one course, and runs as the test plans them.
type world struct {
	t      *testing.T
	db     *db.DB
	clock  *dbtest.Clock
	course course.Course
	engine *gin.Engine
}

func newWorld(t *testing.T, viewer page.Viewer) *world {
	t.Helper()
	w := &world{t: t, course: course.Course{
		Slug: "foundation", Title: "Open Dialogue foundation", Summary: "Twenty days over a year.",
		Description: "First paragraph.\n\nSecond paragraph.", Audience: "Everybody who works with people in crisis.",
	}}
	w.db, w.clock = dbtest.NewAt(t, pagetest.Now)
	err := w.db.Write(t.Context(), func(tx *db.Tx) error { return course.Add(t.Context(), tx, audit.System, &w.course) })
	if err != nil {
		t.Fatal(err)
	}
	files, err := static.Load(static.Brand{})
	if err != nil {
		t.Fatal(err)
	}
	w.engine = pagetest.Engine(t, viewer)
	w.engine.NoRoute(page.Handle(func(*gin.Context) error { return page.ErrNotFound }))
	(&public.Public{DB: w.db, Site: pagetest.Site, Files: files}).Mount(w.engine)
	return w
}

// schedule adds a run like FND-M27, changed as asked.
func (w *world) schedule(code string, change func(*course.Offering)) {
	w.t.Helper()
	o := &course.Offering{
		Run: course.Run{
			Code: code, CourseID: w.course.ID, City: "Manchester", Venue: "Weavers’ Court", Status: course.Open,
			Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30",
		},
		Blocks: []course.Block{
			{StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)},
			{StartsOn: london.On(2027, 11, 29), EndsOn: london.On(2027, 12, 3)},
		},
		Prices: prices(3250, 3250, 3250),
		Scale:  []course.Step{{DaysBefore: 60, Fee: money.Pounds(75)}, {DaysBefore: 28, ChargeBP: 5000}, {DaysBefore: 0, ChargeBP: 10_000}},
		Places: course.Places{Capacity: 12},
	}
	if change != nil {
		change(o)
	}
	err := w.db.Write(w.t.Context(), func(tx *db.Tx) error { return course.Schedule(w.t.Context(), tx, audit.System, o) })
	if err != nil {
		w.t.Fatal(err)
	}
}

// prices are in pounds.
func prices(organisation, self, peer int64) []course.Price {
	return []course.Price{
		{Band: course.Organisation, Amount: money.Pounds(organisation)}, {Band: course.Self, Amount: money.Pounds(self)},
		{Band: course.Peer, Amount: money.Pounds(peer)},
	}
}

// starting moves the run to consecutive days from the first.
func starting(first london.Date, days int) func(*course.Offering) {
	return func(o *course.Offering) {
		o.Blocks = []course.Block{{StartsOn: first, EndsOn: first.AddDays(days - 1)}}
	}
}

// take fills places as if they had been booked.
func (w *world) take(code string, places, peers int) {
	w.t.Helper()
	_, err := dbtest.Owner(w.t, w.db).NewRaw(`
		UPDATE run_places p SET confirmed = ?, peers = ?
		FROM runs r WHERE r.id = p.run_id AND r.code = ?`, places, peers, code).Exec(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) get(address string, header ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

// page opens a page that must be there and keep the rules of every page.
func (w *world) page(address string) *goquery.Document {
	w.t.Helper()
	answer := w.get(address)
	if answer.Code != http.StatusOK {
		w.t.Fatalf("%s: status %d", address, answer.Code)
	}
	return pagetest.Check(w.t, answer.Body.String())
}

// words is what a selection says, with every kind of space made one.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func (w *world) at(day london.Date) { w.clock.Set(day.At(9, 0)) }
