package report_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/report"
)

// found are the codes of the places that a filter is of, read two at a time, as many as are counted.
func (w *world) found(f report.PlaceFilter) []string {
	w.t.Helper()
	var codes []string
	var before id.Enrolment
	for {
		list, err := report.Places(w.t.Context(), w, f, before, 2)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, p := range list {
			codes, before = append(codes, p.Code), p.ID
		}
		if len(list) < 2 {
			break
		}
	}
	return codes
}

// named names somebody in the nth place of a team.
func (w *world) named(o *organisation.Organisation, seat, name, email string) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return admissions.NameSeat(w.t.Context(), tx, w.jo.ID, o, seat, name, email) })
}

func (w *world) seats(team *enrolment.TeamBooking) []string {
	w.t.Helper()
	var codes []string
	if err := w.NewRaw("SELECT code FROM enrolments WHERE team_booking_id = ? ORDER BY seat", team.ID).Scan(w.t.Context(), &codes); err != nil {
		w.t.Fatal(err)
	}
	return codes
}

func TestPlacesAreFoundByCohortStatusPayerAndNeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	other := fixture.Run(t, w.app, "FND-U27", 10)
	ana := fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	fixture.Held(t, w.app, w.run, w.person("ben@post.example"))
	fixture.Held(t, w.app, other, w.person("ben@post.example"))
	o := w.organisation("Westermoor Trust", "required")
	team := w.booked(o, 3)
	w.named(o, w.seats(team)[0], "Łukasz Żółć", "lukasz@westermoor.example")
	for _, k := range []struct {
		filter report.PlaceFilter
		want   int
	}{
		{report.PlaceFilter{}, 6}, {report.PlaceFilter{Run: "FND-T27"}, 5}, {report.PlaceFilter{Run: "FND-U27"}, 1}, {report.PlaceFilter{Run: "FND-X99"}, 0},
		{report.PlaceFilter{Status: enrolment.Held}, 5}, {report.PlaceFilter{Status: enrolment.Confirmed}, 1}, {report.PlaceFilter{Payer: billing.Organisation}, 3},
		{report.PlaceFilter{Payer: billing.Learner}, 3}, {report.PlaceFilter{Need: report.NeedsName}, 2}, {report.PlaceFilter{Need: report.NeedsOrder}, 3},
		{report.PlaceFilter{Need: report.NeedsAnswer}, 0}, {report.PlaceFilter{Run: "FND-T27", Status: enrolment.Held, Payer: billing.Learner}, 1},
	} {
		if got := w.found(k.filter); len(got) != k.want {
			t.Errorf("%+v finds %d, want %d", k.filter, len(got), k.want)
		}
	}
	if got := w.found(report.PlaceFilter{Status: enrolment.Confirmed}); got[0] != ana.Code {
		t.Errorf("the confirmed place is %s, want %s", got[0], ana.Code)
	}
	list, err := report.Places(t.Context(), w, report.PlaceFilter{Need: report.NeedsOrder}, 0, 5)
	if err != nil {
		t.Fatal(err)
	}
	last := list[2] // the first of the team: the latest come first
	if last.Name != "Łukasz Żółć" || last.By != "Westermoor Trust" || last.Organisation != last.Price || last.Learner != 0 || last.Run != "FND-T27" {
		t.Errorf("a place of the team: %+v", last)
	}
	if _, err := report.Places(t.Context(), w, report.PlaceFilter{Need: "sleep"}, 0, 5); !errors.Is(err, report.ErrPlaceFilter) {
		t.Errorf("a need that there is not: %v", err)
	}
}

func TestAPlaceOnCancelledDatesIsListedUntilSomebodyHasChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	ana, ben := fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example")), fixture.Confirmed(t, w.app, w.run, w.person("ben@post.example"))
	choices := func() []string {
		t.Helper()
		list := w.found(report.PlaceFilter{Need: report.NeedsChoice})
		if n := w.today().Choices; n != len(list) {
			t.Errorf("%d are counted and %d listed", n, len(list))
		}
		return list
	}
	if got := choices(); len(got) > 0 {
		t.Errorf("at first %v", got)
	}
	w.write(func(tx *db.Tx) error {
		if err := admissions.CancelRun(t.Context(), tx, w.ann.ID, w.run.Code, "Two of our trainers cannot come."); err != nil {
			return err
		}
		return errors.Join(admissions.CancelNext(t.Context(), tx, ana.ID), admissions.CancelNext(t.Context(), tx, ben.ID))
	})
	if got := choices(); len(got) != 2 {
		t.Errorf("of cancelled dates %v", got)
	}
	w.write(func(tx *db.Tx) error { return admissions.ChooseMoney(t.Context(), tx, ana.PersonID, ana.Code) })
	if got := choices(); len(got) != 1 || got[0] != ben.Code {
		t.Errorf("when one has chosen %v", got)
	}
}

func TestWhatFundsPayIsNotSeenByWhomItIsNotFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	e := fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE shares SET payer = 'award' WHERE enrolment_id = ?", e.ID).Exec(t.Context())
		return err
	})
	for _, k := range []struct {
		who  *db.DB
		want int
	}{{w.DB, 1}, {w.app, 0}} {
		if list, err := report.Places(t.Context(), k.who, report.PlaceFilter{Payer: billing.Award}, 0, 10); err != nil || len(list) != k.want {
			t.Errorf("%d places that a fund pays, want %d, %v", len(list), k.want, err)
		}
	}
}

func TestPaymentsAndPurchaseOrdersAreListedByKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	for n := range 5 {
		fixture.Confirmed(t, w.app, w.run, w.person(fmt.Sprintf("learner%d@post.example", n)))
	}
	o := w.organisation("Westermoor Trust", "required")
	w.booked(o, 1, billing.NewOrder{Number: "PO-1", Amount: 500_000})
	paid, err := report.Receipts(t.Context(), w.app, billing.Succeeded, 0, 3)
	if err != nil || len(paid) != 3 || paid[0].ID < paid[1].ID || paid[0].Captured != fixture.Fee {
		t.Fatalf("the latest payments: %+v, %v", paid, err)
	}
	rest, err := report.Receipts(t.Context(), w.app, "", paid[2].ID, 10)
	if err != nil || len(rest) != 2 || rest[0].ID >= paid[2].ID {
		t.Errorf("those before: %+v, %v", rest, err)
	}
	orders, err := report.Orders(t.Context(), w.app, false, 0, 10)
	if err != nil || len(orders) != 1 || orders[0].Organisation != "Westermoor Trust" || orders[0].Used != fixture.Fee || orders[0].Left() != 500_000-fixture.Fee {
		t.Errorf("purchase orders: %+v, %v", orders, err)
	}
}
