package panel_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// meeting is a closed round whose applications have been read, and two people of the office.
type meeting struct {
	*testing.T
	clock         *dbtest.Clock
	app, officers *db.DB
	owner         *bun.DB
	box           *secret.Box
	round         *bursary.Round
	grace, hugh   people.Person
	readers       []id.Member
}

func newMeeting(t *testing.T) *meeting {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	m := &meeting{T: t, clock: clock, app: app, officers: dbtest.As(t, app, db.Office), owner: dbtest.Owner(t, app), box: box}
	m.grace = fixture.Person(t, app, "grace@threshold.example", people.Admin)
	m.hugh = fixture.Person(t, app, "hugh@threshold.example", people.Admin)
	m.round = fixture.Round(t, m.officers, box, m.grace.ID, "SPRING-27", fixture.Run(t, app, "FND-T27", 20).Code)
	m.plant("UPDATE rounds SET status = 'closed'")
	clock.Advance(52 * 24 * time.Hour) // 14 January 2027, when the panel meets
	return m
}

// plant runs a statement as the owner of the tables.
func (m *meeting) plant(statement string, args ...any) {
	m.Helper()
	if _, err := m.owner.NewRaw(statement, args...).Exec(m.Context()); err != nil {
		m.Fatal(err)
	}
}

// number runs an INSERT … RETURNING id as the owner of the tables.
func (m *meeting) number(statement string, args ...any) (n int64) {
	m.Helper()
	if err := m.owner.NewRaw(statement, args...).Scan(m.Context(), &n); err != nil {
		m.Fatal(err)
	}
	return n
}

// reader adds somebody to the panel; every second one is a peer.
func (m *meeting) reader() int {
	m.Helper()
	n := len(m.readers)
	who := fixture.Person(m, m.app, fmt.Sprintf("reader%d@post.example", n))
	m.readers = append(m.readers, id.Member(m.number(`
		INSERT INTO sensitive.panel_members (round_id, person_id, name, peer, cap, status, created_at)
		VALUES (?, ?, ?, ?, 8, 'active', now()) RETURNING id`, m.round.ID, who.ID, fmt.Sprintf("Reader %c", 'A'+n), n%2 == 0)))
	return n
}

// sent plants an application that is found eligible and being read.
func (m *meeting) sent(code string) {
	m.Helper()
	who := fixture.Person(m, m.app, code+"@post.example")
	m.plant(`
		INSERT INTO sensitive.applications (code, ticket, round_id, person_id, status, eligible, created_at, updated_at, submitted_at)
		VALUES (?, ?, ?, ?, 'in_review', true, now(), now(), now())`, code, "T"+code, m.round.ID, who.ID)
}

func (m *meeting) numberOf(code string) int64 {
	m.Helper()
	return m.number("SELECT id FROM sensitive.applications WHERE code = ?", code)
}

// read plants a finished assessment: a score for each of the three criteria.
func (m *meeting) read(code string, reader int, scores ...int) {
	m.Helper()
	n := m.number(`
		INSERT INTO sensitive.assignments (application_id, member_id, status, created_at, opened_at, done_at)
		VALUES (?, ?, 'done', now(), now(), now()) RETURNING id`, m.numberOf(code), m.readers[reader])
	for i, score := range scores {
		row := m.number("SELECT nextval('sensitive.assessments_id_seq')")
		criterion := []string{"practice", "hope", "benefit"}[i]
		reason, err := m.box.Seal(fmt.Appendf(nil, "why %s gives %s %d for %s", string(rune('A'+reader)), code, score, criterion), "sensitive.assessments", "reason", row)
		if err != nil {
			m.Fatal(err)
		}
		m.plant("INSERT INTO sensitive.assessments (id, assignment_id, criterion, score, reason, version, updated_at) VALUES (?, ?, ?, ?, ?, 1, now())",
			row, n, criterion, score, reason)
	}
}

// recused takes back what somebody read.
func (m *meeting) recused(code string, reader int) {
	m.Helper()
	m.plant("UPDATE sensitive.assignments SET status = 'recused', done_at = NULL WHERE application_id = ? AND member_id = ?", m.numberOf(code), m.readers[reader])
}

// wide is a panel of six readers and eight applications that hangs together: each is read by three, and each reader
// has read four. The first reader gives one point less than the others. Codes from the highest mean to the lowest.
var wide = []string{"AAAA-00", "AAAA-01", "AAAA-02", "AAAA-03", "AAAA-04", "AAAA-05", "AAAA-06", "AAAA-07"}

func newWideMeeting(t *testing.T) *meeting {
	t.Helper()
	m := newMeeting(t)
	for range 6 {
		m.reader()
	}
	worth := [][]int{{4, 4, 4}, {4, 4, 3}, {4, 3, 3}, {3, 3, 3}, {3, 3, 2}, {2, 2, 2}, {2, 2, 1}, {1, 1, 1}}
	slot := 0
	for i, code := range wide {
		m.sent(code)
		for range 3 {
			reader := (slot + slot/6) % 6
			scores := append([]int{}, worth[i]...)
			for c := range scores {
				if reader == 0 {
					scores[c]--
				}
			}
			m.read(code, reader, scores...)
			slot++
		}
	}
	return m
}

// as runs something in the name of one of the office.
func (m *meeting) as(who people.Person, f func(*db.Tx) error) error {
	m.Helper()
	return m.officers.WriteAs(m.Context(), db.Who{Person: who.ID}, f)
}

func (m *meeting) ranking() (r *panel.Ranking) {
	m.Helper()
	m.must(m.as(m.grace, func(tx *db.Tx) (err error) {
		r, err = panel.Rank(m.Context(), tx, m.round.Code)
		return err
	}))
	return r
}

func (m *meeting) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// place puts applications into bands as somebody does who sees where they stand.
func (m *meeting) place(placements ...panel.Placement) error {
	m.Helper()
	now := m.ranking()
	for i := range placements {
		placements[i].Was = now.Of(id.NormaliseCode(placements[i].Code)).Band
	}
	return m.placeAsSeen(placements...)
}

func (m *meeting) placeAsSeen(placements ...panel.Placement) error {
	m.Helper()
	return m.as(m.grace, func(tx *db.Tx) error {
		return panel.Place(m.Context(), tx, m.box, m.grace.ID, m.round.Code, placements)
	})
}

// placeAll puts all of a wide panel into bands: two A, three B, three C.
func (m *meeting) placeAll() {
	m.Helper()
	var all []panel.Placement
	for i, code := range wide {
		band := bursary.BandC
		if i < 2 {
			band = bursary.BandA
		} else if i < 5 {
			band = bursary.BandB
		}
		all = append(all, panel.Placement{Code: code, Band: band})
	}
	m.must(m.place(all...))
}

func (m *meeting) agree(who people.Person) error {
	m.Helper()
	return m.agreeTo(who, m.ranking().Seen())
}

func (m *meeting) agreeTo(who people.Person, seen string) error {
	return m.as(who, func(tx *db.Tx) error { return panel.Agree(m.Context(), tx, who.ID, m.round.Code, seen) })
}

func (m *meeting) takeBack(who people.Person) error {
	return m.as(who, func(tx *db.Tx) error { return panel.TakeBack(m.Context(), tx, who.ID, m.round.Code) })
}

// draw draws on the day after the public draw.
func (m *meeting) draw(public string) error {
	m.clock.Set(m.round.BeaconOn.AddDays(1).At(0, 0))
	return m.drawNow(public)
}

func (m *meeting) drawNow(public string) error {
	return m.as(m.grace, func(tx *db.Tx) error {
		return panel.Draw(m.Context(), tx, m.box, m.grace.ID, m.round.Code, public)
	})
}

func (m *meeting) status() bursary.RoundStatus {
	m.Helper()
	r, err := bursary.RoundByID(m.Context(), m.app, m.round.ID)
	m.must(err)
	return r.Status
}

// agreed names who agrees to the bands.
func (m *meeting) agreed() (names []string) {
	m.Helper()
	m.must(m.as(m.grace, func(tx *db.Tx) error {
		all, err := panel.Agreements(m.Context(), tx, m.round.ID)
		for _, a := range all {
			names = append(names, fmt.Sprint(a.PersonID == m.grace.ID))
		}
		return err
	}))
	return names
}

func dbAs(m *meeting, role string) *db.DB {
	m.Helper()
	return dbtest.As(m, m.app, role)
}

// knows has a reader say that they know who applied.
func (m *meeting) knows(code string, reader int) error {
	m.Helper()
	who := id.Person(m.number("SELECT person_id FROM sensitive.panel_members WHERE id = ?", m.readers[reader]))
	return dbAs(m, db.Assessor).WriteAs(m.Context(), db.Who{Person: who}, func(tx *db.Tx) error {
		return panel.Know(m.Context(), tx, who, code)
	})
}
