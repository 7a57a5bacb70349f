package bursary_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/lottery"
)

// refused tries a statement in the office's role and returns the constraint by which PostgreSQL refuses it.
func (w *world) refused(statement string, args ...any) string {
	w.t.Helper()
	err := w.office(func(tx *db.Tx) error {
		_, err := tx.NewRaw(statement, args...).Exec(w.t.Context())
		return err
	})
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refusal.ConstraintName
	}
	return ""
}

func TestPostgreSQLKeepsWhatAPublishedRoundPromised(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, change := range []string{
		"code = 'OTHER-27'", "commitment = repeat('0', 64)", "form_version = '0'", "rubric_version = '0'", "tariff = '{}'",
		"beacon = 'A coin'", "beacon_on = beacon_on - 1",
	} {
		if by := w.refused("UPDATE rounds SET " + change); by != "rounds_keep" {
			t.Errorf("%s: refused by %q", change, by)
		}
	}
	if by := w.refused("UPDATE rounds SET summary = 'Better said.', places = places + 1, beacon_on = beacon_on + 7"); by != "" {
		t.Errorf("what may change: refused by %q", by)
	}
}

func TestPostgreSQLLetsARoundOnlyGoOnStepByStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	steps := []bursary.RoundStatus{bursary.RoundDraft, bursary.RoundPublished, bursary.RoundClosed, bursary.RoundFrozen, bursary.RoundDrawn}
	for from, was := range steps {
		seed := lottery.NewSeed()
		dbtest.Force(t, w.app, `UPDATE rounds SET status = ?0, commitment = ?1, published_at = CASE WHEN ?0 <> 'draft' THEN now() END,
			seed = CASE WHEN ?0 = 'drawn' THEN ?2::bytea END`, string(was), lottery.Commit(seed), seed[:])
		for to, is := range steps {
			by := w.refused("UPDATE rounds SET status = ?0, published_at = CASE WHEN ?0 <> 'draft' THEN now() END", string(is))
			if allowed := to == from || to == from+1; allowed == (by == "rounds_go_on") {
				t.Errorf("from %s to %s: refused by %q", was, is, by)
			}
			dbtest.Force(t, w.app, "UPDATE rounds SET status = ?0, published_at = CASE WHEN ?0 <> 'draft' THEN now() END", string(was))
		}
	}
	by := w.refused(`
		INSERT INTO rounds (code, name, status, opens_on, closes_on, panel_on, decides_on, places, money, readers, form_version, rubric_version, tariff,
		                    summary, who, contact_name, contact_email, contact_phone, commitment, beacon, beacon_on, created_at, published_at)
		SELECT 'OTHER-27', name, 'published', opens_on, closes_on, panel_on, decides_on, places, money, readers, form_version, rubric_version, tariff,
		       summary, who, contact_name, contact_email, contact_phone, commitment, beacon, beacon_on, created_at, now() FROM rounds`)
	if by != "rounds_go_on" {
		t.Errorf("a round that was never a draft: refused by %q", by)
	}
}

func TestPostgreSQLFreezesOnlyWhatTwoPeopleAgreedTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plant("UPDATE rounds SET status = 'closed'")
	freeze := func() string { return w.refused("UPDATE rounds SET status = 'frozen'") }
	if by := freeze(); by != "rounds_two_agreed" {
		t.Errorf("nobody agreed: %q", by)
	}
	hugh := fixture.Person(t, w.app, "hugh@threshold.example")
	w.agreed(w.admin)
	w.plant("INSERT INTO sensitive.agreements (round_id, person_id, bands, at, taken_back_at) VALUES (?, ?, decode(repeat('0a', 32), 'hex'), now(), now())", w.round.ID, hugh.ID)
	w.plant("INSERT INTO sensitive.agreements (round_id, person_id, bands, at) VALUES (?, ?, decode(repeat('0b', 32), 'hex'), now())", w.round.ID, hugh.ID)
	if by := freeze(); by != "rounds_two_agreed" {
		t.Errorf("one agreed, and another to something else: %q", by)
	}
	w.plant("UPDATE sensitive.agreements SET taken_back_at = now() WHERE bands = decode(repeat('0b', 32), 'hex')")
	w.agreed(hugh)
	if by := freeze(); by != "" {
		t.Errorf("two agreed: %q", by)
	}
}

func TestPostgreSQLTakesOnlyTheSeedThatFitsTheSeal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Force(t, w.app, "UPDATE rounds SET status = 'frozen'")
	other := lottery.NewSeed()
	if by := w.refused("UPDATE rounds SET status = 'drawn', seed = ?", other[:]); by != "rounds_sealed" {
		t.Errorf("refused by %q", by)
	}
}

func TestTicketsAreFixedBeforeThePublicDrawAndDrawnAfterIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.banded()
	w.clock.Set(w.round.BeaconOn.At(0, 0))
	if err := w.freeze(); !errors.Is(err, bursary.ErrPublicDrawBegun) {
		t.Errorf("freezing on the day of the public draw: %v", err)
	}
	w.clock.Set(w.round.BeaconOn.AddDays(-1).End())
	if err := w.freeze(); err != nil {
		t.Fatal(err)
	}
	w.clock.Set(w.round.BeaconOn.End())
	if _, err := w.reveal(nil, "4-11-23"); !errors.Is(err, bursary.ErrPublicDrawToCome) {
		t.Errorf("drawing before its day is over: %v", err)
	}
	w.afterPublicDraw()
	if _, err := w.reveal(nil, "4-11-23"); err != nil {
		t.Fatal(err)
	}
	if by := w.refused("UPDATE rounds SET beacon_value = '5-12-24'"); by != "rounds_keep" {
		t.Errorf("what was drawn is changed: refused by %q", by)
	}
}

func TestARoundIsPublishedWithANamedPublicDrawOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := fixture.SpringPlan("SUMMER-27", "FND-T27")
	day, name := p.BeaconOn, p.Beacon
	w.drafted(p)
	publish := func() error {
		return w.office(func(tx *db.Tx) error {
			_, err := bursary.Publish(t.Context(), tx, w.admin.ID, "SUMMER-27")
			return err
		})
	}
	for what, change := range map[string]func(*bursary.Plan){
		"without a name": func(p *bursary.Plan) { p.Beacon, p.BeaconOn = "", day },
		"without a day":  func(p *bursary.Plan) { p.Beacon, p.BeaconOn = name, london.Date{} },
	} {
		if err := w.replan("SUMMER-27", change); err != nil {
			t.Fatal(err)
		}
		if f := failure.Of(publish()); f == nil || f.Code != "round_unready" {
			t.Errorf("published %s: %v", what, f)
		}
	}
	for _, wrong := range []int{-3, 13} { // before the panel meets, and when everybody has been told
		if err := w.replan("SUMMER-27", func(p *bursary.Plan) { p.BeaconOn = day.AddDays(wrong) }); !about(err, "beacon_on") {
			t.Errorf("%d days later: %v", wrong, err)
		}
	}
	if err := w.replan("SUMMER-27", func(p *bursary.Plan) { p.Beacon, p.BeaconOn = name, day }); err != nil {
		t.Fatal(err)
	}
	if err := publish(); err != nil {
		t.Error(err)
	}
	if err := w.replan("SUMMER-27", func(p *bursary.Plan) { p.PanelOn = day.AddDays(1) }); !about(err, "beacon_on") {
		t.Errorf("the panel after the public draw: %v", err)
	}
}
