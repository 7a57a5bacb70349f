package report_test

import (
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/report"
)

func TestMonthsBeginWithTheFirstEntryInTheBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.January, 31))
	months := func() []report.Month {
		list, err := report.Months(t.Context(), w, w.Now())
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if list := months(); len(list) != 1 || list[0].String() != "2027-01" || list[0].Title() != "January 2027" {
		t.Errorf("before anything was posted: %v", list)
	}
	fixture.Confirmed(t, w.app, w.run, w.person("ana@home.example"))
	w.clock.Set(london.On(2027, time.April, 1).At(0, 0)) // British Summer Time: 31 March in UTC
	if list := months(); len(list) != 4 || list[0].String() != "2027-04" || list[3] != (report.Month{Year: 2027, Month: time.January}) {
		t.Errorf("%v", list)
	}
	for _, wrong := range []string{"", "2027-13", "2027-1", "2027-01-01", "march"} {
		if _, err := report.ParseMonth(wrong); err == nil {
			t.Errorf("%q is a month", wrong)
		}
	}
	if m, err := report.ParseMonth("2027-12"); err != nil || m.Next().String() != "2028-01" || m.Last() != london.On(2027, time.December, 31) || m.Before().String() != "2027-11" {
		t.Errorf("%v, %v", m, err)
	}
}

func TestWhatIsPostedAtMidnightInLondonBelongsToTheNewMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.March, 31))
	post := func(at time.Time, reference string) {
		w.clock.Set(at)
		w.write(func(tx *db.Tx) error {
			return ledger.Post(t.Context(), tx, ledger.Entry{Reference: reference, Lines: []ledger.Line{{Account: "bank", Amount: 100}, {Account: "other", Amount: -100}}})
		})
	}
	midnight := london.On(2027, time.April, 1).At(0, 0)
	post(midnight.Add(-time.Second), "test/1")
	post(midnight, "test/2")
	for m, opening := range map[report.Month]money.Amount{march: 0, march.Next(): 100} {
		if got := w.closed(m).Of("other"); got != (report.Movement{Opening: opening, More: 100, Closing: opening + 100}) {
			t.Errorf("%s: %+v", m, got)
		}
	}
}
