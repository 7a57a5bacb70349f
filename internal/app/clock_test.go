package app_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
)

func TestTheDemonstrationsClockStartsWhereItIsSetAndNeverGoesBack(t *testing.T) {
	t.Parallel()
	cfg := apptest.Settings(t)
	begun := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	open := func() *app.App {
		t.Helper()
		a, err := app.New(t.Context(), cfg, app.Options{Unsafe: true, Manual: true, Empty: true})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	first := open()
	if late := first.Clock.Now().Sub(begun); late < 0 || late > time.Minute {
		t.Errorf("it started %s late", late)
	}
	first.Clock.Set(begun.AddDate(0, 1, 0))
	fixture.Person(t, first.DB, "ana@people.example") // something happens then
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := open()
	t.Cleanup(func() {
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
	if second.Clock.Now().Before(begun.AddDate(0, 1, 0)) {
		t.Errorf("it went back to %s", second.Clock.Now())
	}
	beside, err := app.Open(t.Context(), cfg, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if apart := beside.Clock.Now().Sub(second.Clock.Now()).Abs(); apart > time.Second {
		t.Errorf("a command beside it is %s off", apart)
	}
	if err := beside.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestMovingTheDemonstrationsClockBringsAboutWhatIsDue(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	e := fixture.Held(t, w.DB, fixture.Run(t, w.DB, "FND-T27", 1), fixture.Person(t, w.DB, "ana@people.example"))
	w.Settle()
	if a := w.Browser().Post("/demo/clock", url.Values{"by": {"hour"}}); a.Status != http.StatusOK {
		t.Fatalf("answered %d at %s", a.Status, a.URL)
	}
	await(t, "the end of the hold", func() bool {
		return w.Count("SELECT count(*) FROM enrolments WHERE id = ? AND status = ?", e.ID, enrolment.Lapsed) == 1
	})
}
