package panel_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/calibration"
	"bursar/internal/db"
	"bursar/internal/panel"
)

func codes(r *panel.Ranking) []string {
	all := make([]string, len(r.Standings))
	for i, s := range r.Standings {
		all[i] = s.Code
	}
	return all
}

func TestAHarshReaderMovesNobodyDown(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	r := m.ranking()
	if !r.Calibrated() || !slices.Equal(codes(r), wide) {
		t.Fatalf("%v, ranked %q", r.Refused, codes(r))
	}
	harsh, first := r.Leanings[0], r.Of("AAAA-00")
	if harsh.Name != "Reader A" || harsh.Leaning > -0.4 || harsh.StandardError <= 0 || harsh.Readings != 4 {
		t.Errorf("the harsh reader: %+v", harsh)
	}
	if math.Abs(first.Raw-11.0/3) > 1e-5 || first.Calibrated <= first.Raw || first.StandardError <= 0 || len(first.Given) != 3 {
		t.Errorf("read by the harsh one: %+v", first)
	}
	if g := first.Given[0]; g.Value != 3 || g.Name != "Reader A" || !g.Peer || g.Criteria["practice"] != 3 {
		t.Errorf("what the harsh one gave: %+v", g)
	}
}

func TestWhatIsTooThinIsNotCalibratedAndSaysWhy(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	m.reader()
	m.reader()
	for _, code := range []string{"AAAA-00", "AAAA-01"} {
		m.sent(code)
		m.read(code, 0, 3, 3, 3)
		m.read(code, 1, 2, 2, 2)
	}
	r := m.ranking()
	if r.Calibrated() || r.Refused[0].Reason != calibration.TooFew || len(r.Refused[0].Readers) != 2 {
		t.Fatalf("refused: %+v", r.Refused)
	}
	for i, s := range r.Standings {
		if s.Raw != 2.5 || s.Calibrated != s.Raw || s.StandardError != 0 || r.Rank(i) != 1 {
			t.Errorf("%+v has rank %d", s, r.Rank(i))
		}
	}
	if len(r.Leanings) != 2 || r.Leanings[1].Name != "Reader B" || r.Leanings[1].Readings != 2 {
		t.Errorf("readers: %+v", r.Leanings)
	}
}

func TestEqualMeansShareARankAndTheUnreadAreLast(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	m.reader()
	for code, score := range map[string]int{"AAAA-00": 3, "AAAA-01": 4, "AAAA-02": 3, "AAAA-03": 0} {
		m.sent(code)
		m.read(code, 0, score, score, score)
	}
	m.sent("AAAA-04")
	r := m.ranking()
	ranks := ""
	for i := range r.Standings {
		ranks += string(rune('0' + r.Rank(i)))
	}
	if got := codes(r); !slices.Equal(got, []string{"AAAA-01", "AAAA-00", "AAAA-02", "AAAA-03", "AAAA-04"}) || ranks != "12245" {
		t.Errorf("%q with ranks %s", got, ranks)
	}
}

func TestWhoIsOutIsNotRankedAndMovesNobodyElse(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	before := m.ranking()
	m.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = now() WHERE code = 'AAAA-02'")
	m.plant("UPDATE sensitive.applications SET status = 'ineligible' WHERE code = 'AAAA-05'")
	after := m.ranking()
	if after.Of("AAAA-02") != nil || after.Of("AAAA-05") != nil || len(after.Standings) != 6 {
		t.Errorf("ranked: %q", codes(after))
	}
	for _, s := range after.Standings {
		if was := before.Of(s.Code); was.Calibrated != s.Calibrated || was.StandardError != s.StandardError {
			t.Errorf("%s moved from %f to %f", s.Code, was.Calibrated, s.Calibrated)
		}
	}
}

func TestAReadingThatWasTakenBackDoesNotCount(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.recused("AAAA-00", 0)
	if s := m.ranking().Of("AAAA-00"); len(s.Given) != 2 || s.Raw != 4 {
		t.Errorf("%+v", s)
	}
}

func TestReadersReasonsAreReadByTheOfficeAndItIsNoted(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.recused("AAAA-00", 2)
	var said []panel.Reason
	m.must(m.as(m.hugh, func(tx *db.Tx) (err error) {
		said, err = panel.Reasons(t.Context(), tx, m.box, m.hugh.ID, m.round, "AAAA-00")
		return err
	}))
	if len(said) != 6 || said[0].Name != "Reader A" || said[0].Criterion.Key != "practice" || said[1].Criterion.Key != "hope" || said[0].Score != 3 ||
		said[0].Text != "why A gives AAAA-00 3 for practice" || said[3].Name != "Reader B" {
		t.Errorf("%+v", said)
	}
	if n := m.number("SELECT count(*) FROM sensitive.reads WHERE application_id = ? AND reader_id = ? AND audience = 'office'", m.numberOf("AAAA-00"), m.hugh.ID); n != 1 {
		t.Errorf("noted %d times", n)
	}
	other := *m.round
	other.ID++
	for name, try := range map[string]struct {
		round *bursary.Round
		code  string
	}{"no such application": {m.round, "ZZZZ-ZZ"}, "another round": {&other, "AAAA-00"}} {
		err := m.as(m.hugh, func(tx *db.Tx) error {
			_, err := panel.Reasons(t.Context(), tx, m.box, m.hugh.ID, try.round, try.code)
			return err
		})
		if !errors.Is(err, bursary.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestScoresAndBandsAreNobodysButTheOffices(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	for _, role := range []string{db.App, db.Learner, db.Supporter, db.Access, db.Assessor} {
		err := dbAs(m, role).WriteAs(t.Context(), db.Who{Person: m.grace.ID}, func(tx *db.Tx) error {
			r, err := panel.Rank(t.Context(), tx, m.round.Code)
			if err == nil && len(r.Standings) > 0 {
				t.Errorf("%s sees %q", role, codes(r))
			}
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", role, err)
		}
	}
}
