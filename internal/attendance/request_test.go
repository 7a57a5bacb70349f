package attendance_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/state"
)

func (h *house) ask(by attendance.Keeper, half *attendance.HalfDay, reason string, strokes ...attendance.Stroke) error {
	return h.write(func(tx *db.Tx) error { return attendance.Ask(h.Context(), tx, by, half, reason, strokes) })
}

func (h *house) decide(by id.Person, which id.AttendanceRequest, outcome attendance.Decision) error {
	return h.write(func(tx *db.Tx) error { return attendance.Decide(h.Context(), tx, by, h.run.ID, which, outcome) })
}

func (h *house) waiting() []attendance.Asked {
	h.Helper()
	list, err := attendance.Requests(h.Context(), h.db, h.run.ID, 0, 10)
	if err != nil {
		h.Fatal(err)
	}
	return list
}

func TestOnceABlockIsOverAChangeTakesTwoPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	am := h.half("FND-T27", begins, attendance.Morning)
	h.at(begins.At(10, 0))
	h.saved(h.kofi, am, h.stroke(0, attendance.Unmarked, attendance.Absent))
	kofi, office := attendance.Keeper{Person: h.kofi}, attendance.Keeper{Person: h.grace, Office: true}
	strokes := []attendance.Stroke{h.stroke(0, attendance.Absent, attendance.Present), h.stroke(1, attendance.Unmarked, attendance.Present)}
	if err := h.ask(kofi, am, "They came in by the other door.", strokes...); !errors.Is(err, attendance.ErrOpen) {
		t.Errorf("on the day: %v", err)
	}
	h.at(begins.AddDays(8).At(10, 0))
	if err := h.ask(attendance.Keeper{Person: h.hugh}, am, "x", strokes...); !errors.Is(err, attendance.ErrUnknown) {
		t.Errorf("by somebody who does not teach it: %v", err)
	}
	for _, reason := range []string{" ", strings.Repeat("x", 501)} {
		if err := h.ask(kofi, am, reason, strokes...); failure.Of(err) == nil || failure.Of(err).Fields["reason"] == "" {
			t.Errorf("%d characters: %v", len(reason), err)
		}
	}
	if err := h.ask(kofi, am, "x", h.stroke(0, attendance.Absent, attendance.Absent)); !errors.Is(err, attendance.ErrNothing) {
		t.Errorf("as it stands: %v", err)
	}
	if err := h.ask(kofi, am, "x", h.stroke(0, attendance.Present, attendance.Absent)); err != nil && failure.Of(err).Kind != failure.Conflict {
		t.Errorf("by what is not so: %v", err)
	}
	if err := h.ask(kofi, am, "They came in by the other door.", strokes...); err != nil {
		t.Fatal(err)
	}
	if err := h.ask(office, am, "x", h.stroke(2, attendance.Unmarked, attendance.Present)); !errors.Is(err, attendance.ErrAsked) {
		t.Errorf("a second one: %v", err)
	}
	if got := h.marks(am); got != "absent   " {
		t.Errorf("before anybody agreed: %q", got)
	}
	asked := h.waiting()
	if len(asked) != 1 || asked[0].AskedBy != h.kofi || asked[0].Day != begins || len(asked[0].Marks) != 2 || asked[0].Marks[0].Was != attendance.Absent {
		t.Fatalf("%+v", asked)
	}
	if err := h.decide(h.kofi, asked[0].ID, attendance.Agreed); !errors.Is(err, attendance.ErrSecondPerson) {
		t.Errorf("alone: %v", err)
	}
	_, err := h.owner.NewRaw("UPDATE attendance_requests SET outcome = 'agreed', decided_by = asked_by, decided_at = now()").Exec(t.Context())
	if !db.Violates(err, "attendance_requests_two_people") {
		t.Errorf("past the program: %v", err)
	}
	if err := h.decide(h.grace, asked[0].ID, attendance.Agreed); err != nil || h.marks(am) != "present present  " {
		t.Errorf("by another: %v, %q", err, h.marks(am))
	}
	if err := h.decide(h.hugh, asked[0].ID, attendance.Refused); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("afterwards: %v", err)
	}
	if err := h.decide(h.hugh, asked[0].ID+1, attendance.Refused); !errors.Is(err, attendance.ErrUnknown) {
		t.Errorf("one that is not there: %v", err)
	}
}

func TestWhatIsRefusedOrTakenBackChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	am := h.half("FND-T27", begins, attendance.Morning)
	h.at(begins.AddDays(8).At(10, 0))
	for who, outcome := range map[id.Person]attendance.Decision{h.grace: attendance.Refused, h.kofi: attendance.TakenBack} {
		if err := h.ask(attendance.Keeper{Person: h.kofi}, am, "Forgotten on the day.", h.stroke(0, attendance.Unmarked, attendance.Present)); err != nil {
			t.Fatal(err)
		}
		if err := h.decide(who, h.waiting()[0].ID, outcome); err != nil || h.marks(am) != "   " || len(h.waiting()) != 0 {
			t.Errorf("%s: %v, %q", outcome, err, h.marks(am))
		}
	}
}

func TestTwoPeopleCanSayThatSomebodyHasCompleted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.attends(h.places[0], h.run, 31)
	say := func(by, agrees id.Person, completes bool) {
		t.Helper()
		h.must(func(tx *db.Tx) error {
			return attendance.AskCompletion(t.Context(), tx, by, h.places[0].Code, completes, "The last day was cut short for everybody.")
		})
		if got := h.outcome(0); got.Completes == completes {
			t.Errorf("before anybody agreed: %+v", got)
		}
		asked := h.waiting()
		if len(asked) != 1 || asked[0].Place != h.places[0].Code || asked[0].Completes != completes {
			t.Fatalf("%+v", asked)
		}
		if err := h.decide(by, asked[0].ID, attendance.Agreed); !errors.Is(err, attendance.ErrSecondPerson) {
			t.Errorf("alone: %v", err)
		}
		if err := h.decide(agrees, asked[0].ID, attendance.Agreed); err != nil {
			t.Fatal(err)
		}
		if got := h.outcome(0); got.Completes != completes || !got.Adjusted || got.Halves != 31 {
			t.Errorf("agreed: %+v", got)
		}
	}
	say(h.grace, h.hugh, true)
	say(h.hugh, h.grace, false)
}

func TestTheDecisionsAreThoseThatTheTableTakes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var check string
	err := h.owner.NewRaw("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'attendance_requests_outcome'").Scan(t.Context(), &check)
	if err != nil {
		t.Fatal(err)
	}
	if got := attendance.Decisions(); !slices.Equal(got, []attendance.Decision{"", "agreed", "refused", "taken_back"}) {
		t.Errorf("%v", got)
	}
	for _, d := range attendance.Decisions()[1:] {
		if !strings.Contains(check, "'"+string(d)+"'") {
			t.Errorf("%s is not in %s", d, check)
		}
	}
}
