package report_test

import (
	"testing"
	"time"

	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/report"
)

func TestWhoWasChargedAgreesWithTheCloseOfEachMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.October, 31))
	fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	w.clock.Set(on(2026, time.November, 23))
	fixture.Confirmed(t, w.app, w.run, w.person("ben@post.example"))
	w.booked(w.organisation("Westermoor Trust", "not_used"), 2)
	last := report.Month{Year: 2026, Month: time.November}
	got, err := report.ChargedBy(t.Context(), w, last, 3)
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	if got[0].Sum() != 0 || got[1].Learner != fixture.Fee || got[2].Learner != fixture.Fee || got[2].Organisation == 0 {
		t.Errorf("charged: %+v", got)
	}
	for _, c := range got[1:] {
		by := w.closed(c.Month).Sales.ByPayer
		for payer, amount := range map[string]money.Amount{"learner": c.Learner, "organisation": c.Organisation, "award": c.Award} {
			if by[payer] != amount {
				t.Errorf("%s, %s: %s, and the close has %s", c.Month, payer, amount, by[payer])
			}
		}
	}
}

func TestPresenceCountsHalfDaysOfEachRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	fixture.Run(t, w.app, "FND-U27", 10) // nobody was taught there
	place := fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	w.clock.Set(london.On(2027, time.December, 11).At(9, 0))
	fixture.Attended(t, w.app, w.run, place, 31)
	got, err := report.PresenceOfRuns(t.Context(), w, 10)
	if err != nil || len(got) != 1 || got[0].Run != "FND-T27" || got[0].Present != 31 || got[0].Marked() != 40 {
		t.Errorf("there: %+v, %v", got, err)
	}
}
