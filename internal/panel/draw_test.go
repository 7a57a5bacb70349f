package panel_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/lottery"
	"bursar/internal/panel"
)

// recomputed is the order for allocation worked out from the published facts alone, without any code of ours: the
// means of those in band A, and the tickets.
func recomputed(t *testing.T, r *bursary.Round, public string, standings []panel.Standing) []string {
	t.Helper()
	if sum := sha256.Sum256(r.Seed); hex.EncodeToString(sum[:]) != r.Commitment {
		t.Fatal("the seed does not fit the commitment")
	}
	key := sha256.Sum256([]byte(string(r.Seed) + public))
	lot := func(s panel.Standing) []byte {
		mac := hmac.New(sha256.New, key[:])
		mac.Write([]byte(s.Ticket))
		return mac.Sum(nil)
	}
	var codes []string
	for _, band := range []bursary.Band{"A", "B"} {
		var here []panel.Standing
		for _, s := range standings {
			if s.Band == band {
				here = append(here, s)
			}
		}
		slices.SortFunc(here, func(a, b panel.Standing) int {
			if band == "A" && a.Calibrated != b.Calibrated {
				if a.Calibrated > b.Calibrated {
					return -1
				}
				return 1
			}
			return bytes.Compare(lot(a), lot(b))
		})
		for _, s := range here {
			codes = append(codes, s.Code)
		}
	}
	return codes
}

// ordered lists the codes in the order for allocation, as the database has it.
func (m *meeting) ordered() (codes []string) {
	m.Helper()
	m.must(m.owner.NewRaw("SELECT code FROM sensitive.applications WHERE position IS NOT NULL ORDER BY position").Scan(m.Context(), &codes))
	return codes
}

func (m *meeting) reload() *bursary.Round {
	m.Helper()
	r, err := bursary.RoundByID(m.Context(), m.app, m.round.ID)
	m.must(err)
	return r
}

// tied has nine applications read by one person, so that nothing is calibrated: four tie in band A.
func newTiedMeeting(t *testing.T) *meeting {
	t.Helper()
	m := newMeeting(t)
	m.plant("UPDATE rounds SET readers = 1")
	m.reader()
	var all []panel.Placement
	for code, k := range map[string]struct {
		score int
		band  bursary.Band
	}{
		"AAAA-00": {4, "A"}, "AAAA-01": {3, "A"}, "AAAA-02": {3, "A"}, "AAAA-03": {3, "A"}, "AAAA-04": {3, "A"},
		"AAAA-05": {2, "B"}, "AAAA-06": {2, "B"}, "AAAA-07": {1, "B"}, "AAAA-08": {0, "C"},
	} {
		m.sent(code)
		m.read(code, 0, k.score, k.score, k.score)
		all = append(all, panel.Placement{Code: code, Band: k.band})
	}
	m.must(m.place(all...))
	return m
}

func TestTheOrderIsWhatAnybodyWorksOutFromThePublishedFacts(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*meeting{"by calibrated means": newWideMeeting(t), "with ties": newTiedMeeting(t)} {
		if name == "by calibrated means" {
			m.placeAll()
		}
		m.must(m.agree(m.grace))
		m.must(m.agree(m.hugh))
		m.must(m.draw("  4-11-23-31-40-52 "))
		r := m.reload()
		if want := recomputed(t, r, "4-11-23-31-40-52", m.ranking().Standings); !slices.Equal(m.ordered(), want) {
			t.Errorf("%s: %q, recomputed %q", name, m.ordered(), want)
		}
		if r.Status != bursary.RoundDrawn || m.ranking().Of(m.ordered()[0]).Position != 1 {
			t.Errorf("%s: the round is %s", name, r.Status)
		}
		public, err := bursary.DrawOf(t.Context(), m.app, r)
		if err != nil || len(public.Order) != len(m.ranking().Standings) {
			t.Errorf("%s: tickets of every band are public: %+v, %v", name, public, err)
		}
	}
}

func TestNothingIsDrawnBeforeTheBandsAreFrozenOrTwice(t *testing.T) {
	t.Parallel()
	m := newTiedMeeting(t)
	if err := m.drawNow("4-11-23"); !errors.Is(err, panel.ErrNotDrawing) {
		t.Errorf("before freezing: %v", err)
	}
	m.must(m.agree(m.grace))
	m.must(m.agree(m.hugh))
	if err := m.drawNow("4-11-23"); !errors.Is(err, bursary.ErrPublicDrawToCome) {
		t.Errorf("before the public draw: %v", err)
	}
	if err := m.draw("\n"); !errors.Is(err, lottery.ErrPublic) {
		t.Errorf("without the public draw: %v", err)
	}
	m.must(m.draw("4-11-23"))
	before := m.ordered()
	if err := m.draw("5-12-24"); !errors.Is(err, panel.ErrNotDrawing) || !slices.Equal(m.ordered(), before) {
		t.Errorf("a second time: %v", err)
	}
}

func TestAnotherSeedDrawsNothing(t *testing.T) {
	t.Parallel()
	m := newTiedMeeting(t)
	m.must(m.agree(m.grace))
	m.must(m.agree(m.hugh))
	other := lottery.NewSeed()
	sealed, err := m.box.Seal(other[:], "sensitive.round_seeds", "seed", int64(m.round.ID))
	m.must(err)
	m.plant("UPDATE sensitive.round_seeds SET seed = ?", sealed)
	if err := m.draw("4-11-23"); !errors.Is(err, lottery.ErrSeed) || len(m.ordered()) != 0 || m.reload().Seed != nil {
		t.Errorf("%v", err)
	}
}

func TestWhoWithdrawsAfterFreezingLeavesAndMovesNobodyPastAnother(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	m.must(m.agree(m.grace))
	m.must(m.agree(m.hugh))
	standings := m.ranking().Standings
	m.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = now() WHERE code IN ('AAAA-00', 'AAAA-03')")
	m.must(m.draw("4-11-23"))
	want := slices.DeleteFunc(recomputed(t, m.reload(), "4-11-23", standings), func(code string) bool { return code == "AAAA-00" || code == "AAAA-03" })
	if got := m.ordered(); !slices.Equal(got, want) || len(got) != 3 {
		t.Errorf("%q, want %q", got, want)
	}
	public, err := bursary.DrawOf(t.Context(), m.app, m.reload())
	if err != nil || len(public.Order) != len(wide) {
		t.Errorf("the tickets that were fixed: %+v, %v", public, err)
	}
}

func TestWhatAReaderTakesBackAfterFreezingMovesNobody(t *testing.T) {
	t.Parallel()
	m := newTiedMeeting(t)
	m.must(m.agree(m.grace))
	m.must(m.agree(m.hugh))
	standings := m.ranking().Standings
	m.must(m.knows("AAAA-00", 0)) // the only reader of the best of all
	for _, was := range standings {
		if now := m.ranking().Of(was.Code); now.Calibrated != was.Calibrated {
			t.Errorf("%s moved from %f to %f", was.Code, was.Calibrated, now.Calibrated)
		}
	}
	m.must(m.draw("4-11-23"))
	if want := recomputed(t, m.reload(), "4-11-23", standings); !slices.Equal(m.ordered(), want) || want[0] != "AAAA-00" {
		t.Errorf("%q, want %q", m.ordered(), want)
	}
}

func TestARoundInWhichNobodyCanBeFundedIsDrawnToo(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	m.plant("UPDATE rounds SET readers = 1")
	m.reader()
	m.sent("AAAA-00")
	m.read("AAAA-00", 0, 1, 1, 1)
	m.must(m.place(panel.Placement{Code: "AAAA-00", Band: "C"}))
	m.must(m.agree(m.grace))
	m.must(m.agree(m.hugh))
	m.must(m.draw("4-11-23"))
	if len(m.ordered()) != 0 {
		t.Errorf("%q", m.ordered())
	}
}

func TestWhatWasDrawnStandsInTheDatabaseToo(t *testing.T) {
	t.Parallel()
	m := newTiedMeeting(t)
	m.must(m.agree(m.grace))
	m.must(m.agree(m.hugh))
	m.must(m.draw("4-11-23"))
	for _, change := range []string{"position = position + 1", "position = NULL", "band = 'A'", "mean = 4"} {
		by := m.refused("UPDATE sensitive.applications SET " + change + " WHERE band = 'B'")
		if by == nil || by.ConstraintName != "applications_drawn_stands" {
			t.Errorf("%s: %v", change, by)
		}
	}
}
