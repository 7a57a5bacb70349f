package fund_test

import (
	"testing"

	"bursar/internal/fund"
	"bursar/internal/london"
)

// What a fund has at the end of each month, and in the last month now, is what its statement and its holding say.
func TestAFundIsFollowedThroughItsYear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, other := w.with("NORTH", 1000*pound), w.with("SOUTH", 100*pound)
	begun := london.DateOf(w.Now())
	w.mustCommit("award/1/offered", fund.Part{Fund: f.ID, Amount: 600 * pound})
	w.clock.Set(london.On(begun.Year, begun.Month+1, 28).At(9, 0))
	if err := w.spend("award/1/fee", fund.Part{Fund: f.ID, Amount: 200 * pound}); err != nil {
		t.Fatal(err)
	}
	today := london.DateOf(w.Now())
	all, err := fund.BurnDown(t.Context(), w, today, f, other)
	if err != nil {
		t.Fatal(err)
	}
	months := all[f.ID]
	if first := months[0].Month; first != f.YearOf(today) || len(all[other.ID]) != len(months) {
		t.Errorf("the year begins with %s, and the other fund has %d months of %d", first, len(all[other.ID]), len(months))
	}
	last, before := months[len(months)-1], months[len(months)-2]
	if last.Spent != 200*pound || last.Committed != 400*pound || last.Available != 400*pound {
		t.Errorf("now: %+v", last)
	}
	if before.Spent != 0 || before.Committed != 600*pound || before.Available != 400*pound {
		t.Errorf("a month ago: %+v", before)
	}
	s := w.statement(f, f.YearOf(today))
	if s.Spent != last.Spent || s.ClosingCommitted != last.Committed || s.ClosingAvailable != last.Available {
		t.Errorf("the statement says %+v", s)
	}
	w.clock.Set(today.At(9, 0).AddDate(2, 0, 0))
	later, err := fund.BurnDown(t.Context(), w, london.DateOf(w.Now()), f)
	if err != nil || later[f.ID][0].Spent != 0 || later[f.ID][0].Available != 400*pound {
		t.Errorf("a later year begins with %+v, %v", later[f.ID][0], err)
	}
}
