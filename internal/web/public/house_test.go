package public_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// house is a world with an office that makes rounds. Today, 23 November 2026, is within fixture.SpringPlan's dates.
type house struct {
	*world
	office *db.DB
	box    *secret.Box
	admin  id.Person
}

func newHouse(t *testing.T, viewer page.Viewer) *house {
	t.Helper()
	w := newWorld(t, viewer)
	w.schedule("FND-M27", nil)
	w.schedule("FND-L27", func(o *course.Offering) { o.City, o.Prices = "London", prices(4200, 3250, 1950) })
	w.schedule("FND-S27", starting(london.On(2027, 9, 6), 5))
	return w.house()
}

// house gives a world that has FND-M27 and FND-L27 an office.
func (w *world) house() *house {
	w.t.Helper()
	h := &house{world: w, office: dbtest.As(w.t, w.db, db.Office), admin: fixture.Person(w.t, w.db, "grace@threshold.example", people.Admin).ID}
	var err error
	if h.box, err = secret.Create(filepath.Join(w.t.TempDir(), "keyset.json")); err != nil {
		w.t.Fatal(err)
	}
	return h
}

// draft makes a round like fixture.SpringPlan, changed as asked.
func (h *house) draft(code string, change func(*bursary.Plan)) *bursary.Round {
	h.t.Helper()
	plan := fixture.SpringPlan(code, "FND-M27", "FND-L27")
	if change != nil {
		change(&plan)
	}
	var r *bursary.Round
	h.asOffice(func(tx *db.Tx) (err error) {
		r, err = bursary.Create(h.t.Context(), tx, h.box, h.admin, plan)
		return err
	})
	return r
}

// publish makes such a round and publishes it.
func (h *house) publish(code string, change func(*bursary.Plan)) *bursary.Round {
	h.t.Helper()
	h.draft(code, change)
	var r *bursary.Round
	h.asOffice(func(tx *db.Tx) (err error) {
		r, err = bursary.Publish(h.t.Context(), tx, h.admin, code)
		return err
	})
	return r
}

func (h *house) asOffice(f func(*db.Tx) error) {
	h.t.Helper()
	if err := h.office.WriteAs(h.t.Context(), db.Who{Person: h.admin}, f); err != nil {
		h.t.Fatal(err)
	}
}

// decided writes down how a round went, as it stands when everything is over.
func (h *house) decided(code string, applied, funded int) {
	h.t.Helper()
	h.plant("UPDATE rounds SET status = 'closed', applied = ?, funded = ? WHERE code = ?", applied, funded, code)
}

// publishPast makes a round of a year before, as it was published then.
func (h *house) publishPast(code, name string) {
	h.t.Helper()
	h.at(london.On(2025, 11, 10))
	h.publish(code, func(p *bursary.Plan) { past(p, name) })
	h.clock.Set(pagetest.Now)
}

func past(p *bursary.Plan, name string) {
	p.Name, p.OpensOn, p.ClosesOn = name, london.On(2025, 11, 3), london.On(2025, 12, 14)
	p.PanelOn, p.BeaconOn, p.DecidesOn = london.On(2026, 1, 15), london.On(2026, 1, 17), london.On(2026, 1, 30)
}

// coming moves the dates of a plan to the summer after.
func coming(p *bursary.Plan) {
	p.Runs = []string{"FND-S27"}
	p.Name, p.OpensOn, p.ClosesOn = "Autumn 2027", london.On(2027, 4, 1), london.On(2027, 5, 16)
	p.PanelOn, p.BeaconOn, p.DecidesOn = london.On(2027, 6, 10), london.On(2027, 6, 12), london.On(2027, 6, 30)
}

func (h *house) post(address string, fields url.Values) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	h.engine.ServeHTTP(answer, r)
	return answer
}

// plant runs a statement as the owner of the tables.
func (h *house) plant(statement string, args ...any) {
	h.t.Helper()
	if _, err := dbtest.Owner(h.t, h.db).NewRaw(statement, args...).Exec(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}
