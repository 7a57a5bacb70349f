package panel_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/panel"
)

// fields lists the fields that a refusal speaks of, in alphabetical order.
func fields(err error) []string {
	f := failure.Of(err)
	if f == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(f.Fields))
}

func (m *meeting) band(code string) (bursary.Band, bursary.Status) {
	m.Helper()
	s := m.ranking().Of(code)
	return s.Band, s.Status
}

func TestPlacingIsReversibleAndEveryStepIsKept(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.must(m.place(panel.Placement{Code: "aaaa00", Band: "A"}, panel.Placement{Code: "AAAA-07", Band: "C"}))
	if band, status := m.band("AAAA-00"); band != "A" || status != bursary.Banded {
		t.Errorf("placed: %s, %s", band, status)
	}
	m.must(m.place(panel.Placement{Code: "AAAA-00", Band: "", Reason: " Read too quickly. "}))
	if band, status := m.band("AAAA-00"); band != "" || status != bursary.InReview {
		t.Errorf("taken out: %q, %s", band, status)
	}
	var all []panel.Placing
	m.must(m.as(m.hugh, func(tx *db.Tx) (err error) {
		all, err = panel.Placings(t.Context(), tx, m.box, m.round.ID)
		return err
	}))
	if len(all) != 3 || all[2].Reason != "Read too quickly." || all[2].Was != "A" || all[2].Band != "" || all[0].Reason != "" {
		t.Errorf("%+v", all)
	}
	if n := m.number("SELECT count(*) FROM sensitive.bandings WHERE position('quickly' IN encode(reason, 'escape')) > 0"); n != 0 {
		t.Error("a reason is stored in clear")
	}
	for _, change := range []string{"UPDATE sensitive.bandings SET band = 'B'", "DELETE FROM sensitive.bandings"} {
		if _, err := m.owner.NewRaw(change).Exec(t.Context()); err == nil {
			t.Errorf("%s is allowed", change)
		}
	}
}

func TestLeavingABandNeedsAReason(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.must(m.place(panel.Placement{Code: "AAAA-00", Band: "A"}, panel.Placement{Code: "AAAA-01", Band: "A"}))
	err := m.place(panel.Placement{Code: "AAAA-01", Band: "B", Reason: "  "}, panel.Placement{Code: "AAAA-02", Band: "C"})
	if failure.KindOf(err) != failure.Invalid || !slices.Equal(fields(err), []string{"reason-AAAA-01"}) {
		t.Errorf("%v %v", err, fields(err))
	}
	if band, _ := m.band("AAAA-02"); band != "" {
		t.Error("one was placed though another was refused")
	}
	m.must(m.place(panel.Placement{Code: "AAAA-01", Band: "B", Reason: "Fewer hours than we thought."}))
	if band, _ := m.band("AAAA-01"); band != "B" {
		t.Errorf("it is in %q", band)
	}
}

func TestTheBetterOneInTheLowerBandNeedsAReasonForEither(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.must(m.place(panel.Placement{Code: "AAAA-02", Band: "B"}))
	for name, try := range map[string]struct {
		placements []panel.Placement
		want       []string
	}{
		"the worse one higher":         {[]panel.Placement{{Code: "AAAA-03", Band: "A"}}, []string{"reason-AAAA-03"}},
		"the better one lower":         {[]panel.Placement{{Code: "AAAA-01", Band: "C"}}, []string{"reason-AAAA-01"}},
		"both at once":                 {[]panel.Placement{{Code: "AAAA-05", Band: "C"}, {Code: "AAAA-06", Band: "B"}}, []string{"reason-AAAA-05"}},
		"with the order of the means":  {[]panel.Placement{{Code: "AAAA-01", Band: "A"}, {Code: "AAAA-07", Band: "C"}}, nil},
		"explained for the other one":  {[]panel.Placement{{Code: "AAAA-05", Band: "C"}, {Code: "AAAA-06", Band: "B", Reason: "She would be the only one in the region."}}, nil},
		"explained for the better one": {[]panel.Placement{{Code: "AAAA-03", Band: "C", Reason: "He has done it already."}, {Code: "AAAA-04", Band: "B"}}, nil},
	} {
		var got []string
		err := m.as(m.grace, func(tx *db.Tx) error {
			err := panel.Place(t.Context(), tx, m.box, m.grace.ID, m.round.Code, try.placements)
			got = fields(err)
			if err == nil {
				return errUndo
			}
			return err
		})
		if !slices.Equal(got, try.want) || (try.want == nil) != errors.Is(err, errUndo) {
			t.Errorf("%s: %v %v", name, err, got)
		}
	}
}

// errUndo takes back what a test tried.
var errUndo = errors.New("taken back")

func TestAReasonThatWasGivenStandsForLaterPlacings(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.must(m.place(panel.Placement{Code: "AAAA-00", Band: "C", Reason: "He has done the course already."}))
	m.must(m.place(panel.Placement{Code: "AAAA-01", Band: "A"}))
	if u := m.ranking().Unexplained(); len(u) != 0 {
		t.Errorf("%+v", u)
	}
}

func TestAReadingThatComesLateAsksForAReasonBeforeAnybodyAgrees(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	m.must(m.agree(m.grace))
	for reader := range 3 { // nobody has read it so low before
		m.recused("AAAA-01", 3+reader)
		m.read("AAAA-01", 3+reader, 1, 1, 1)
	}
	if u := m.ranking().Unexplained(); len(u) == 0 || u[0].Code != "AAAA-02" || !strings.Contains(u[0].Sentence, "AAAA-02 has a higher mean than AAAA-01") {
		t.Fatalf("%+v", u)
	}
	if err := m.agree(m.hugh); !errors.Is(err, panel.ErrNotExplained) {
		t.Errorf("agreeing: %v", err)
	}
	m.must(m.place(panel.Placement{Code: "AAAA-01", Band: "A", Reason: "Her referee convinced all three."}))
	m.must(m.agree(m.hugh))
	if s := m.status(); s != bursary.RoundClosed {
		t.Errorf("frozen by one who agreed to other means: %s", s)
	}
	m.must(m.agree(m.grace))
	if s := m.status(); s != bursary.RoundFrozen {
		t.Errorf("the round is %s", s)
	}
}

func TestOnlyEligibleApplicationsThatWereReadArePlacedAndOnlyWhileTheRoundIsClosed(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.sent("BBBB-00")
	m.sent("BBBB-01")
	m.read("BBBB-01", 1, 4, 4, 4)
	m.plant("UPDATE sensitive.applications SET eligible = NULL WHERE code = 'BBBB-01'")
	err := m.place(panel.Placement{Code: "BBBB-00", Band: "C"}, panel.Placement{Code: "BBBB-01", Band: "C"})
	if f := failure.Of(err); f == nil || f.Kind != failure.Conflict || !strings.Contains(f.Fields["band-BBBB-00"], panel.ErrUnread.Message) ||
		!strings.Contains(f.Fields["band-BBBB-01"], panel.ErrUndecided.Message) {
		t.Errorf("%v %v", err, fields(err))
	}
	if err := m.placeAsSeen(panel.Placement{Code: "ZZZZ-ZZ", Band: "A"}); !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("an unknown one: %v", err)
	}
	if err := m.place(panel.Placement{Code: "AAAA-00", Band: "D"}); failure.KindOf(err) != failure.Invalid || fields(err)[0] != "band-AAAA-00" {
		t.Errorf("no such band: %v", err)
	}
	err = m.place(panel.Placement{Code: "AAAA-00", Band: "A", Reason: strings.Repeat("é", panel.LongestReason+1)})
	if failure.KindOf(err) != failure.Invalid || fields(err)[0] != "reason-AAAA-00" {
		t.Errorf("too long a reason: %v", err)
	}
	for _, status := range []bursary.RoundStatus{bursary.RoundPublished, bursary.RoundFrozen} {
		dbtest.Force(t, m.app, "UPDATE rounds SET status = ?", status)
		if err := m.place(panel.Placement{Code: "AAAA-00", Band: "A"}); !errors.Is(err, panel.ErrNotBanding) {
			t.Errorf("%s: %v", status, err)
		}
	}
}

func TestWhatSomebodyElseHasMovedIsNotMovedBlindly(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.must(m.place(panel.Placement{Code: "AAAA-00", Band: "A"}))
	err := m.placeAsSeen(panel.Placement{Code: "AAAA-00", Was: "", Band: "B"}, panel.Placement{Code: "AAAA-01", Was: "", Band: "B"})
	if failure.KindOf(err) != failure.Conflict || !slices.Equal(fields(err), []string{"band-AAAA-00"}) {
		t.Errorf("%v %v", err, fields(err))
	}
	// Who did not touch it leaves it where it is.
	m.must(m.placeAsSeen(panel.Placement{Code: "AAAA-00", Was: "", Band: ""}, panel.Placement{Code: "AAAA-01", Was: "", Band: "B"}))
	if band, _ := m.band("AAAA-00"); band != "A" {
		t.Errorf("it is in %q", band)
	}
}

func TestAProposalFollowsTheMeansAndTouchesNobodyWhoIsPlaced(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.sent("BBBB-00")
	m.must(m.place(panel.Placement{Code: "AAAA-07", Band: "C"}))
	r := m.ranking()
	got := r.Propose(r.Standings[1].Calibrated, r.Standings[4].Calibrated)
	want := map[string]bursary.Band{"AAAA-00": "A", "AAAA-01": "A", "AAAA-02": "B", "AAAA-03": "B", "AAAA-04": "B", "AAAA-05": "C", "AAAA-06": "C"}
	if !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestManyWhoPlaceAtOnceComeOneAfterTheOther(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	var done sync.WaitGroup
	errs := make([]error, len(wide))
	for i, code := range wide {
		done.Go(func() {
			errs[i] = m.placeAsSeen(panel.Placement{Code: code, Band: "B"})
		})
	}
	done.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if n := m.number("SELECT count(*) FROM sensitive.bandings"); int(n) != len(wide) {
		t.Error(fmt.Sprint(n) + " placings")
	}
}
