package panel_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/panel"
	"bursar/internal/people"
)

// newFrozen is a wide meeting whose bands two people have agreed to.
func newFrozen(t *testing.T) *meeting {
	t.Helper()
	m := newWideMeeting(t)
	m.placeAll()
	m.must(m.agree(m.grace))
	m.must(m.agree(m.hugh))
	return m
}

// refused tries a statement in the office's role and returns PostgreSQL's refusal, or nil.
func (m *meeting) refused(statement string, args ...any) *pgconn.PgError {
	m.Helper()
	refusal, _ := errors.AsType[*pgconn.PgError](m.as(m.grace, func(tx *db.Tx) error {
		_, err := tx.NewRaw(statement, args...).Exec(m.Context())
		return err
	}))
	return refusal
}

func TestWhoKnowsSomebodyOnceTheBandsAreFrozenIsLockedOutAndTheirScoresStillCount(t *testing.T) {
	t.Parallel()
	m := newFrozen(t)
	m.must(m.knows("AAAA-00", 0))
	if n := m.number("SELECT count(*) FROM sensitive.conflicts"); n != 1 {
		t.Errorf("%d conflicts", n)
	}
	if n := len(m.ranking().Of("AAAA-00").Given); n != 3 {
		t.Errorf("%d readings count", n)
	}
	if err := m.knows("AAAA-00", 0); !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("it is not locked: %v", err)
	}
	m.must(m.draw("4-11-23"))
}

func TestPostgreSQLChangesNoReadingThatCountsOnceTheBandsAreFrozen(t *testing.T) {
	t.Parallel()
	m := newFrozen(t)
	if e := m.refused("UPDATE sensitive.assignments SET status = 'recused', done_at = NULL WHERE status = 'done'"); e == nil || e.ConstraintName != "assignments_stand" {
		t.Errorf("taking readings back: %v", e)
	}
	m.plant("UPDATE sensitive.assignments SET reminded_at = now()")
	dbtest.Force(t, m.app, "UPDATE sensitive.assignments SET status = 'reading', done_at = NULL WHERE application_id = ?", m.numberOf("AAAA-00"))
	if e := m.refused("UPDATE sensitive.assignments SET status = 'done', done_at = now() WHERE status = 'reading'"); e == nil || e.ConstraintName != "assignments_stand" {
		t.Errorf("adding readings: %v", e)
	}
}

func TestNothingIsDrawnFromWhatTwoPeopleDidNotAgreeTo(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"a band":               "UPDATE sensitive.applications SET band = 'A' WHERE code = 'AAAA-07'",
		"a mean":               "UPDATE sensitive.applications SET mean = 4.5 WHERE code = 'AAAA-01'",
		"one who is left out":  "UPDATE sensitive.applications SET mean = NULL WHERE code = 'AAAA-00'",
		"one agreement ended":  "UPDATE sensitive.agreements SET taken_back_at = now() WHERE id = (SELECT max(id) FROM sensitive.agreements)",
		"agreements exchanged": "UPDATE sensitive.agreements SET bands = decode(repeat('00', 32), 'hex')",
	} {
		m := newFrozen(t)
		m.plant(change)
		if err := m.draw("4-11-23"); !errors.Is(err, panel.ErrNotAgreed) || len(m.ordered()) != 0 || m.status() != bursary.RoundFrozen {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheOfficeRewritesNothingThatMustStand(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	m.must(m.agree(m.grace))
	for _, statement := range []string{
		"UPDATE sensitive.assignments SET member_id = member_id", "UPDATE sensitive.assignments SET application_id = application_id",
		"UPDATE sensitive.panel_members SET person_id = person_id", "UPDATE sensitive.panel_members SET round_id = round_id",
		"UPDATE sensitive.panel_members SET paused_until = NULL", "UPDATE sensitive.copies SET application_id = application_id",
		"UPDATE sensitive.copies SET key = key", "UPDATE sensitive.minutes SET round_id = round_id", "UPDATE sensitive.agreements SET bands = bands",
		"INSERT INTO sensitive.assignments (application_id, member_id, status, created_at, opened_at, done_at) SELECT application_id, member_id, status, now(), now(), now() FROM sensitive.assignments",
	} {
		if e := m.refused(statement); e == nil || e.Code != "42501" {
			t.Errorf("%s: %v", statement, e)
		}
	}
	if e := m.refused("INSERT INTO sensitive.agreements (round_id, person_id, bands, at) SELECT round_id, ?, bands, at FROM sensitive.agreements", m.hugh.ID); e == nil || e.Code != "42501" {
		t.Errorf("agreeing in another's name: %v", e)
	}
	if e := m.refused("INSERT INTO sensitive.bandings (application_id, band, by, at) VALUES (?, 'A', ?, now())", m.numberOf("AAAA-00"), m.hugh.ID); e == nil || e.Code != "42501" {
		t.Errorf("placing in another's name: %v", e)
	}
	m.must(m.takeBack(m.grace))
	if e := m.refused("UPDATE sensitive.agreements SET taken_back_at = NULL"); e != nil {
		t.Errorf("reviving an agreement: %v", e)
	}
	if n := m.number("SELECT count(*) FROM sensitive.agreements WHERE taken_back_at IS NULL"); n != 0 {
		t.Error("an agreement was revived")
	}
}

func TestWhoReadsAndWorksInTheOfficeTooSeesNoScoresBeforeTheirOwnAndNoCopies(t *testing.T) {
	t.Parallel()
	w := newReading(t, 2, 3)
	a, both := w.applications[0], w.panel[2]
	w.score(w.panel[0], a, "4")
	scores := func() (n int) {
		w.must(w.officers, both.PersonID, func(tx *db.Tx) error {
			return tx.NewRaw("SELECT count(*) FROM sensitive.assessments").Scan(t.Context(), &n)
		})
		return n
	}
	if n := scores(); n != 0 {
		t.Errorf("%d scores of others before one's own", n)
	}
	w.plant("INSERT INTO person_roles (person_id, role, granted_at) VALUES (?, 'admin', now())", both.PersonID)
	if _, err := w.read(both, a); !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("reading as somebody who works with names: %v", err)
	}
	var piles []*panel.Pile
	err := w.as(both, func(tx *db.Tx) (err error) {
		piles, err = panel.Piles(t.Context(), tx, both.PersonID)
		return err
	})
	if err != nil || len(piles) != 0 {
		t.Errorf("%d piles, %v", len(piles), err)
	}
	w.plant("DELETE FROM person_roles WHERE role = 'admin' AND person_id = ?", both.PersonID)
	w.score(both, a, "2")
	if n := scores(); n != 6 {
		t.Errorf("%d scores once one's own are given", n)
	}
}

func TestWhatFewHaveReadOrNoPeerIsPlacedWithAReasonOnly(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.sent("BBBB-00")
	m.read("BBBB-00", 1, 0, 0, 0)
	m.sent("BBBB-01")
	for _, reader := range []int{1, 3, 5} {
		m.read("BBBB-01", reader, 0, 0, 0)
	}
	both := []panel.Placement{{Code: "BBBB-00", Band: "C"}, {Code: "BBBB-01", Band: "C"}}
	if err := m.place(both...); !slices.Equal(fields(err), []string{"reason-BBBB-00", "reason-BBBB-01"}) {
		t.Errorf("%v %v", err, fields(err))
	}
	for i := range both {
		both[i].Reason = "Everybody else knows them."
	}
	m.must(m.place(both...))
	m.placeAll()
	if thin := m.ranking().Thin(); len(thin) != 0 {
		t.Errorf("with a reason: %+v", thin)
	}
	m.recused("AAAA-07", 1)
	err := m.agree(m.grace)
	if !errors.Is(err, panel.ErrThin) || sentence(err) != panel.ErrThin.Message+": AAAA-07." {
		t.Errorf("one that grew thin: %v %q", err, sentence(err))
	}
	m.must(m.place(panel.Placement{Code: "AAAA-07", Band: "C", Reason: "The third reader knew him."}))
	m.must(m.agree(m.grace))
}

func TestNobodyAgreesBeforeApplicantsHaveConfirmedWhatStaffEntered(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	m.plant("UPDATE sensitive.applications SET entered_by = ? WHERE code IN ('AAAA-01', 'AAAA-02', 'AAAA-03')", m.grace.ID)
	err := m.agree(m.grace)
	if !errors.Is(err, panel.ErrUnconfirmed) || sentence(err) != panel.ErrUnconfirmed.Message+": AAAA-01, AAAA-02, AAAA-03." {
		t.Errorf("%v %q", err, sentence(err))
	}
	for code, by := range map[string]people.Person{"AAAA-01": m.grace, "AAAA-02": m.hugh} {
		m.must(m.as(by, func(tx *db.Tx) error { return bursary.ConfirmByCall(t.Context(), tx, by.ID, code, tx.Now) }))
	}
	if got := m.proceedings().Tally; got != (panel.Tally{Sent: 8, Entered: 3, Unconfirmed: 1, ByCall: 2, ByOne: 1}) {
		t.Errorf("%+v", got)
	}
	m.plant("UPDATE sensitive.applications SET confirmed_how = 'mail', confirmed_at = now() WHERE code = 'AAAA-03'")
	m.must(m.agree(m.grace))
}

func TestNobodyAgreesOnTheDayOfThePublicDraw(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	m.must(m.agree(m.grace))
	m.clock.Set(m.round.BeaconOn.At(0, 0))
	if err := m.agree(m.hugh); !errors.Is(err, bursary.ErrPublicDrawBegun) {
		t.Errorf("%v", err)
	}
}

func TestNobodyWhoWorksWithNamesComesBackToAPanel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0, 1)
	m := w.panel[0]
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error { return panel.Leave(t.Context(), tx, w.admin.ID, w.round.Code, m.ID) })
	fixture.Person(t, w.app, "reader0@post.example", people.Access)
	err := w.officers.WriteAs(t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
		_, err := panel.Add(t.Context(), tx, w.admin.ID, w.round.Code, "reader0@post.example", panel.Terms{Name: "Vera", Cap: 8})
		return err
	})
	if !slices.Equal(fields(err), []string{"email"}) {
		t.Errorf("%v", err)
	}
}

// sentence is what a refusal tells the person.
func sentence(err error) string {
	if f := failure.Of(err); f != nil {
		return f.Message
	}
	return ""
}
