package attendance_test

import (
	"errors"
	"slices"
	"testing"

	"bursar/internal/attendance"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/state"
)

func TestHalvesAreCountedAgainstTheRunsOwnRule(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.attends(h.places[0], h.run, 31)   // 15.5 of 20 days
	h.attends(h.places[1], h.run, 33)   // 16.5
	h.attends(h.places[2], h.run, 0, 2) // of three blocks as long as there is any left
	for n, want := range []attendance.Outcome{
		{Halves: 31, Of: 40, Marked: 40},
		{Halves: 33, Of: 40, Marked: 40, Completes: true},
		{Halves: 0, Of: 40, Marked: 40, Missed: []int{1, 2, 3, 4}},
	} {
		got := h.outcome(n)
		if got.Halves != want.Halves || got.Of != want.Of || got.Marked != want.Marked || got.Completes != want.Completes || !slices.Equal(got.Missed, want.Missed) {
			t.Errorf("%d halves: %+v", want.Halves, got)
		}
	}
	if got := []int{h.outcome(0).BasisPoints(), h.outcome(1).BasisPoints()}; !slices.Equal(got, []int{7_750, 8_250}) {
		t.Errorf("%v basis points", got)
	}
	for bp, want := range map[int]bool{7_750: true, 7_751: false} {
		if _, err := h.owner.NewRaw("UPDATE runs SET attendance_bp = ? WHERE id = ?", bp, h.run.ID).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := h.outcome(0); got.Completes != want {
			t.Errorf("where %d basis points are asked for: %+v", bp, got)
		}
	}
}

func TestNoWholeBlockIsMissedUnlessTheRunAllowsIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lasts := 36
	if _, err := h.owner.NewRaw("UPDATE blocks SET ends_on = starts_on WHERE id = ?", h.run.Blocks[1].ID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	o, err := course.OfferingOf(t.Context(), h.db, h.run.ID)
	if err != nil {
		t.Fatal(err)
	}
	h.attends(h.places[0], o, lasts, 2)
	if got := h.outcome(0); got.Completes || got.Halves != 30 || got.Of != 32 || !slices.Equal(got.Missed, []int{2}) {
		t.Errorf("without the second block: %+v", got)
	}
	if _, err := h.owner.NewRaw("UPDATE runs SET may_miss_block = true WHERE id = ?", h.run.ID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.outcome(0); !got.Completes {
		t.Errorf("where a block may be missed: %+v", got)
	}
}

func TestABlockThatIsStillToComeIsNotMissed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at(begins.At(10, 0))
	h.saved(h.kofi, h.half("FND-T27", begins, attendance.Morning), h.stroke(0, attendance.Unmarked, attendance.Present))
	h.saved(h.kofi, h.half("FND-T27", begins, attendance.Morning), h.stroke(1, attendance.Unmarked, attendance.Absent))
	for n := range 3 { // who was not there on its first morning, or is not marked, can still come
		if got := h.outcome(n); len(got.Missed) > 0 || got.Completes {
			t.Errorf("on the first morning, place %d: %+v", n, got)
		}
	}
	last := begins.AddDays(4)
	h.at(last.At(17, 0))
	h.saved(h.kofi, h.half("FND-T27", last, attendance.Afternoon), h.stroke(0, attendance.Unmarked, attendance.Present))
	for n, want := range [][]int{nil, {1}} {
		if got := h.outcome(n); !slices.Equal(got.Missed, want) || got.Completes {
			t.Errorf("at its end, place %d: %+v", n, got)
		}
	}
}

// Case 15: 15.5 of 20 days, and after a day made up 16.5.
func TestADayMadeUpInAnotherRunIsGoodOnceTheyWereThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.other("FND-U27", london.On(2028, 1, 10))
	h.assign(other, h.maya)
	h.attends(h.places[0], h.run, 31)
	last := london.On(2027, 12, 10)
	h.at(london.On(2027, 12, 20).At(9, 0))
	h.must(func(tx *db.Tx) error {
		return attendance.Arrange(t.Context(), tx, h.grace, attendance.Arrangement{Code: h.places[0].Code, Missed: last, Run: "FND-U27",
			At: london.On(2028, 1, 11), Halves: []attendance.Half{attendance.Morning, attendance.Afternoon}})
	})
	var mails int
	if err := h.owner.NewRaw("SELECT count(*) FROM mails WHERE template = 'make-up'").Scan(t.Context(), &mails); err != nil || mails != 1 {
		t.Errorf("%d mails, %v", mails, err)
	}
	h.at(london.On(2028, 1, 11).At(13, 0))
	am, pm := h.half("FND-U27", london.On(2028, 1, 11), attendance.Morning), h.half("FND-U27", london.On(2028, 1, 11), attendance.Afternoon)
	if _, err := h.save(h.kofi, am, h.stroke(0, attendance.Unmarked, attendance.Present)); !errors.Is(err, attendance.ErrUnknown) {
		t.Errorf("by a trainer of their own run: %v", err)
	}
	h.saved(h.maya, am, h.stroke(0, attendance.Unmarked, attendance.Present))
	if got := h.outcome(0); got.Halves != 32 || !got.Completes {
		t.Errorf("after the morning: %+v", got)
	}
	h.saved(h.maya, pm, h.stroke(0, attendance.Unmarked, attendance.Present))
	if got := h.outcome(0); got.Halves != 33 || got.BasisPoints() != 8_250 {
		t.Errorf("after the day: %+v", got)
	}
	h.saved(h.maya, pm, h.stroke(0, attendance.Present, attendance.Absent)) // it was somebody else
	if got := h.outcome(0); got.Halves != 32 || h.marks(pm) != "absent " {
		t.Errorf("corrected: %+v, %q", got, h.marks(pm))
	}
	if got := h.marks(h.half("FND-T27", last, attendance.Morning)); got != "made_up   " {
		t.Errorf("the missed morning says %q", got)
	}
}

func TestOnlyWhatWasMissedIsMadeUpAndOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.other("FND-U27", london.On(2028, 1, 10))
	h.attends(h.places[0], h.run, 31)
	h.at(london.On(2027, 12, 20).At(9, 0))
	good := attendance.Arrangement{Code: h.places[0].Code, Missed: london.On(2027, 12, 10), Run: "FND-U27", At: london.On(2028, 1, 11), Halves: []attendance.Half{attendance.Morning}}
	arrange := func(change func(*attendance.Arrangement)) error {
		a := good
		change(&a)
		return h.write(func(tx *db.Tx) error { return attendance.Arrange(t.Context(), tx, h.grace, a) })
	}
	for name, c := range map[string]struct {
		change func(*attendance.Arrangement)
		field  string
		want   error
	}{
		"was there":            {func(a *attendance.Arrangement) { a.Missed = begins }, "", attendance.ErrNotMissed},
		"no such day":          {func(a *attendance.Arrangement) { a.Missed = london.On(2027, 12, 11) }, "missed", nil},
		"the other on no day":  {func(a *attendance.Arrangement) { a.At = london.On(2028, 1, 15) }, "at", nil},
		"the same run":         {func(a *attendance.Arrangement) { a.Run, a.At = "FND-T27", london.On(2027, 12, 10) }, "at", nil},
		"no half":              {func(a *attendance.Arrangement) { a.Halves = nil }, "halves", nil},
		"nobody":               {func(a *attendance.Arrangement) { a.Code = "XXXX-XX" }, "", enrolment.ErrUnknown},
		"a run that is no run": {func(a *attendance.Arrangement) { a.Run = "FND-V27" }, "at", nil},
	} {
		err := arrange(c.change)
		if c.want != nil && !errors.Is(err, c.want) || c.field != "" && (failure.Of(err) == nil || failure.Of(err).Fields[c.field] == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.at(london.On(2028, 1, 12).At(9, 0))
	if err := arrange(func(*attendance.Arrangement) {}); failure.Of(err) == nil || failure.Of(err).Fields["at"] == "" {
		t.Errorf("on a day that is over: %v", err)
	}
	h.at(london.On(2027, 12, 20).At(9, 0))
	if err := arrange(func(*attendance.Arrangement) {}); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*attendance.Arrangement){
		"twice":            func(a *attendance.Arrangement) { a.At = london.On(2028, 1, 12) },
		"at the same time": func(a *attendance.Arrangement) { a.Missed = london.On(2027, 12, 9) },
	} {
		if err := arrange(change); !errors.Is(err, attendance.ErrArranged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ups, err := attendance.MakeUpsOf(t.Context(), h.db, h.places[0].ID)
	if err != nil || len(ups) != 1 || ups[0].Run != "FND-U27" || ups[0].Attended != nil {
		t.Fatalf("%+v, %v", ups, err)
	}
	for range 2 {
		h.must(func(tx *db.Tx) error { return attendance.Drop(t.Context(), tx, h.grace, h.places[0].ID, ups[0].ID) })
	}
	if err := arrange(func(a *attendance.Arrangement) { a.At = london.On(2028, 1, 12) }); err != nil {
		t.Errorf("after it was dropped: %v", err)
	}
}

func TestACohortIsCompletedOnceNothingIsMissing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.attends(h.places[0], h.run, 40)
	h.attends(h.places[1], h.run, 31)
	h.attends(h.places[2], h.run, 40)
	complete := func(seen int) error {
		return h.write(func(tx *db.Tx) error { return attendance.CompleteRun(t.Context(), tx, h.grace, h.run.ID, seen) })
	}
	h.at(london.On(2027, 12, 10).At(18, 0))
	if err := complete(2); !errors.Is(err, attendance.ErrRunning) {
		t.Errorf("on the last day: %v", err)
	}
	h.at(london.On(2027, 12, 11).At(9, 0))
	if err := complete(3); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("another number than was shown: %v", err)
	}
	half := h.half("FND-T27", begins, attendance.Morning)
	h.must(func(tx *db.Tx) error {
		return attendance.Ask(t.Context(), tx, attendance.Keeper{Person: h.kofi}, half, "He was marked in the wrong line.", []attendance.Stroke{h.stroke(0, attendance.Present, attendance.Absent)})
	})
	if err := complete(2); failure.Of(err) == nil || failure.Of(err).Code != "attendance_waits" {
		t.Errorf("while a change waits: %v", err)
	}
	waiting, err := attendance.Requests(t.Context(), h.db, h.run.ID, 0, 10)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%+v, %v", waiting, err)
	}
	h.must(func(tx *db.Tx) error {
		return attendance.Decide(t.Context(), tx, h.kofi, h.run.ID, waiting[0].ID, attendance.TakenBack)
	})
	r, err := attendance.ReadinessOf(t.Context(), h.db, h.run, london.On(2027, 12, 11))
	if err != nil || r != (attendance.Readiness{Over: true, Complete: 2, Short: 1}) || !r.Ready() {
		t.Errorf("%+v, %v", r, err)
	}
	if err := complete(2); err != nil {
		t.Fatal(err)
	}
	want := []enrolment.Status{enrolment.Completed, enrolment.Confirmed, enrolment.Completed}
	for n, p := range h.places {
		if e, err := enrolment.Get(t.Context(), h.db, p.ID); err != nil || e.Status != want[n] {
			t.Errorf("place %d is %s, %v", n, e.Status, err)
		}
	}
	if err := complete(2); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("again: %v", err)
	}
}

func TestACohortWithAMissingRegisterIsNotCompleted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.attends(h.places[0], h.run, 40)
	_, err := h.owner.NewRaw(`
		DELETE FROM attendance_marks WHERE register_id IN (SELECT id FROM registers WHERE day = ? AND half = 'pm')`, london.On(2027, 6, 9)).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	missing, err := attendance.Missing(t.Context(), h.db, h.run.ID, london.On(2027, 12, 11))
	if err != nil || len(missing) != 1 || missing[0] != (attendance.Gap{Number: 2, Day: london.On(2027, 6, 9), Half: attendance.Afternoon}) {
		t.Errorf("%+v, %v", missing, err)
	}
	if early, err := attendance.Missing(t.Context(), h.db, h.run.ID, london.On(2027, 6, 9)); err != nil || len(early) != 0 {
		t.Errorf("before it came: %+v, %v", early, err)
	}
	h.at(london.On(2027, 12, 11).At(9, 0))
	err = h.write(func(tx *db.Tx) error { return attendance.CompleteRun(t.Context(), tx, h.grace, h.run.ID, 1) })
	if failure.Of(err) == nil || failure.Of(err).Code != "registers_missing" {
		t.Errorf("%v", err)
	}
}

func TestTheListOfOutcomesGoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.attends(h.places[0], h.run, 40)
	var got []id.Enrolment
	for after := id.Enrolment(0); ; {
		list, err := attendance.ListOutcomes(t.Context(), h.db, h.run.ID, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			got = append(got, o.EnrolmentID)
		}
		if len(list) < 2 {
			break
		}
		after = list[1].EnrolmentID
	}
	if want := []id.Enrolment{h.places[0].ID, h.places[1].ID, h.places[2].ID}; !slices.Equal(got, want) {
		t.Errorf("%v instead of %v", got, want)
	}
	present, err := attendance.PresenceOf(t.Context(), h.db, got...)
	if err != nil || present[h.places[0].ID] != (attendance.Presence{There: 40, Marked: 40}) || present[h.places[1].ID] != (attendance.Presence{}) {
		t.Errorf("%v, %v", present, err)
	}
}
