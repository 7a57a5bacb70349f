package attendance_test

import (
	"errors"
	"slices"
	"testing"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
)

func (h *house) unfinished(before london.Date) []attendance.Gap {
	h.Helper()
	list, err := attendance.Unfinished(h.Context(), h.db, h.run.ID, before)
	if err != nil {
		h.Fatal(err)
	}
	return list
}

func TestARegisterOnWhichSomebodyIsNotMarkedIsPointedOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	late := fixture.Confirmed(t, h.db, h.run, fixture.Person(t, h.db, "late@post.example")) // who was not expected on that day
	next := begins.AddDays(1)
	if _, err := h.owner.NewRaw("UPDATE enrolments SET confirmed_at = ? WHERE id = ?", next.At(8, 0), late.ID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.at(begins.At(10, 0))
	am := h.half("FND-T27", begins, attendance.Morning)
	h.saved(h.kofi, am, h.stroke(0, attendance.Unmarked, attendance.Present))
	if early := h.unfinished(begins); len(early) > 0 {
		t.Errorf("on the day itself: %+v", early)
	}
	want := []attendance.Gap{{Number: 1, Day: begins, Half: attendance.Morning, Unmarked: 2}}
	if got := h.unfinished(next); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	h.at(next.At(10, 0))
	ready, err := attendance.ReadinessOf(t.Context(), h.db, h.run, next)
	if err != nil || ready.Unfinished != 1 || ready.Missing != 1 {
		t.Errorf("%+v, %v", ready, err)
	}
	other := h.other("FND-U27", begins.AddDays(-7))
	from := fixture.Person(t, h.db, "moved@post.example")
	h.at(london.On(2026, 11, 23).At(9, 0))
	moved := fixture.Confirmed(t, h.db, other, from)
	h.at(next.At(11, 0))
	h.goes(moved, h.run.ID) // who came from other dates was not expected either
	if got := h.unfinished(next); !slices.Equal(got, want) {
		t.Errorf("with one who came from other dates: %+v", got)
	}
	h.saved(h.kofi, am, h.stroke(1, attendance.Unmarked, attendance.Present), h.stroke(2, attendance.Unmarked, attendance.Absent))
	if got := h.unfinished(next); len(got) > 0 {
		t.Errorf("once all are marked: %+v", got)
	}
}

func TestTheDaysThatSomebodyTeachesCountWhoStillHasAPlace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at(begins.At(10, 0))
	am := h.half("FND-T27", begins, attendance.Morning)
	h.saved(h.kofi, am, h.stroke(0, attendance.Unmarked, attendance.Present), h.stroke(1, attendance.Unmarked, attendance.Present))
	h.ends(h.places[0])
	err := h.trainer.WriteAs(t.Context(), db.Who{Person: h.kofi}, func(tx *db.Tx) error {
		days, err := attendance.Coming(t.Context(), tx, begins, attendance.DayKey{}, 1)
		if err == nil && (days[0].Expected != 2 || days[0].Morning != 1) {
			t.Errorf("%+v", days[0])
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// ends has somebody give up their place.
func (h *house) ends(place *enrolment.Enrolment) {
	h.Helper()
	if _, err := h.owner.NewRaw("UPDATE enrolments SET status = 'withdrawn', ended_at = now() WHERE id = ?", place.ID).Exec(h.Context()); err != nil {
		h.Fatal(err)
	}
}

// goes moves somebody's place to another run.
func (h *house) goes(place *enrolment.Enrolment, to id.Run) {
	h.Helper()
	h.must(func(tx *db.Tx) error {
		e, err := enrolment.LockForMove(h.Context(), tx, place.ID, to)
		if err != nil {
			return err
		}
		return enrolment.MoveTo(h.Context(), tx, e, enrolment.Move{ToRunID: to, ByID: h.grace, Reason: "They asked for it."})
	})
}

func TestWhoTakesAPlaceOverHasNotAttendedWhatAColleagueDid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	seat := h.places[0]
	name := func(who id.Person, called string) {
		h.must(func(tx *db.Tx) error {
			return enrolment.Name(t.Context(), tx, seat, enrolment.SeatName{PersonID: who, Name: called, Email: called + "@trust.example", NamedBy: h.grace})
		})
	}
	name(seat.PersonID, "ana")
	h.at(begins.At(10, 0))
	first := h.half("FND-T27", begins, attendance.Morning)
	h.saved(h.kofi, first, h.stroke(0, attendance.Unmarked, attendance.Present))
	h.at(begins.AddDays(1).At(10, 0))
	name(seat.PersonID, "ana-reyes") // the same person, written otherwise
	if got := h.outcome(0); got.Halves != 1 {
		t.Errorf("who sat there: %+v", got)
	}
	h.at(begins.AddDays(2).At(8, 0))
	name(fixture.Person(t, h.db, "ben@trust.example").ID, "ben")
	if got := h.outcome(0); got.Halves != 0 || got.Marked != 0 {
		t.Errorf("the colleague, before their first day: %+v", got)
	}
	third := h.half("FND-T27", begins.AddDays(2), attendance.Morning)
	h.saved(h.kofi, third, h.stroke(0, attendance.Unmarked, attendance.Present))
	if got := h.outcome(0); got.Halves != 1 || got.Marked != 1 {
		t.Errorf("the colleague: %+v", got)
	}
	history, err := attendance.HistoryOf(t.Context(), h.db, seat, begins.AddDays(2))
	if err != nil || len(history) != 6 || history[0].Mark != attendance.Unmarked || history[4].Mark != attendance.Present {
		t.Errorf("%+v, %v", history, err)
	}
}

func TestADayIsMadeUpWhenTheirOwnGroupDoesNotMeet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.other("FND-U27", london.On(2027, 6, 7))
	h.at(begins.At(10, 0))
	h.saved(h.kofi, h.half("FND-T27", begins, attendance.Morning), h.stroke(0, attendance.Unmarked, attendance.Absent))
	err := h.write(func(tx *db.Tx) error {
		return attendance.Arrange(t.Context(), tx, h.grace, attendance.Arrangement{Code: h.places[0].Code, Missed: begins, Run: "FND-U27",
			At: london.On(2027, 6, 8), Halves: []attendance.Half{attendance.Morning}})
	})
	if failure.Of(err) == nil || failure.Of(err).Fields["at"] == "" {
		t.Error(err)
	}
	slots, err := attendance.Elsewhere(t.Context(), h.db, h.run, begins)
	if err != nil || len(slots) != 0 {
		t.Errorf("offered: %+v, %v", slots, err)
	}
}

func TestAGuestWhoIsMovedToTheGroupStandsOnItsRegisterOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.other("FND-U27", london.On(2027, 4, 5))
	h.at(begins.At(10, 0))
	h.saved(h.kofi, h.half("FND-T27", begins, attendance.Morning), h.stroke(0, attendance.Unmarked, attendance.Absent))
	h.must(func(tx *db.Tx) error {
		return attendance.Arrange(t.Context(), tx, h.grace, attendance.Arrangement{Code: h.places[0].Code, Missed: begins, Run: "FND-U27",
			At: london.On(2027, 4, 6), Halves: []attendance.Half{attendance.Morning}})
	})
	h.goes(h.places[0], other.ID)
	sheet, err := attendance.Sheet(t.Context(), h.db, h.half("FND-U27", london.On(2027, 4, 6), attendance.Morning))
	if err != nil || len(sheet) != 1 || sheet[0].Guest {
		t.Errorf("%+v, %v", sheet, err)
	}
	ups, err := attendance.MakeUpsOf(t.Context(), h.db, h.places[0].ID)
	if err != nil || len(ups) != 0 {
		t.Errorf("%+v, %v", ups, err)
	}
}

func TestAnArrangementThatTheyCameToIsNotEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.other("FND-U27", london.On(2027, 4, 5))
	h.assign(other, h.maya)
	h.at(begins.At(10, 0))
	h.saved(h.kofi, h.half("FND-T27", begins, attendance.Morning), h.stroke(0, attendance.Unmarked, attendance.Absent))
	h.must(func(tx *db.Tx) error {
		return attendance.Arrange(t.Context(), tx, h.grace, attendance.Arrangement{Code: h.places[0].Code, Missed: begins, Run: "FND-U27",
			At: london.On(2027, 4, 6), Halves: []attendance.Half{attendance.Morning}})
	})
	ups, err := attendance.MakeUpsOf(t.Context(), h.db, h.places[0].ID)
	if err != nil || len(ups) != 1 {
		t.Fatalf("%+v, %v", ups, err)
	}
	drop := func(place int) error {
		return h.write(func(tx *db.Tx) error { return attendance.Drop(t.Context(), tx, h.grace, h.places[place].ID, ups[0].ID) })
	}
	if err := drop(1); !errors.Is(err, attendance.ErrMakeUp) {
		t.Errorf("of another place: %v", err)
	}
	h.at(london.On(2027, 4, 6).At(10, 0))
	h.saved(h.maya, h.half("FND-U27", london.On(2027, 4, 6), attendance.Morning), h.stroke(0, attendance.Unmarked, attendance.Present))
	if err := drop(0); failure.KindOf(err) != failure.Conflict || h.outcome(0).Halves != 1 {
		t.Errorf("%v, %+v", err, h.outcome(0))
	}
}

func TestWhatIsAgreedIsWrittenForThoseWhoAreStillThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.other("FND-U27", london.On(2027, 4, 5))
	am, kofi := h.half("FND-T27", begins, attendance.Morning), attendance.Keeper{Person: h.kofi}
	h.at(begins.AddDays(8).At(10, 0))
	strokes := []attendance.Stroke{h.stroke(0, attendance.Unmarked, attendance.Present), h.stroke(1, attendance.Unmarked, attendance.Present), h.stroke(2, attendance.Unmarked, attendance.Present)}
	if err := h.ask(kofi, am, "It was forgotten.", strokes...); err != nil {
		t.Fatal(err)
	}
	if p, err := attendance.PendingOf(t.Context(), h.db, am); err != nil || p == nil || p.AskedOn != begins.AddDays(8) {
		t.Errorf("what waits: %+v, %v", p, err)
	}
	h.goes(h.places[1], other.ID)
	h.ends(h.places[2])
	if err := h.decide(h.grace, h.waiting()[0].ID, attendance.Agreed); err != nil {
		t.Fatal(err)
	}
	var marks int
	if err := h.db.NewRaw("SELECT count(*) FROM attendance_marks").Scan(t.Context(), &marks); err != nil || marks != 1 || h.marks(am) != "present " {
		t.Errorf("%d marks, %q, %v", marks, h.marks(am), err)
	}
	if p, err := attendance.PendingOf(t.Context(), h.db, am); err != nil || p != nil {
		t.Errorf("afterwards: %+v, %v", p, err)
	}
	if err := h.ask(kofi, am, "They were away.", h.stroke(0, attendance.Present, attendance.Absent)); err != nil {
		t.Fatal(err)
	}
	h.ends(h.places[0])
	if err := h.decide(h.grace, h.waiting()[0].ID, attendance.Agreed); !errors.Is(err, attendance.ErrGone) {
		t.Errorf("when nobody of them is left: %v", err)
	}
}
