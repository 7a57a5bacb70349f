package attendance_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"bursar/internal/attendance"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/london"
)

func TestARegisterIsMarkedOnItsDayByWhoeverTeachesIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	am := h.half("FND-T27", begins, attendance.Morning)
	one := h.stroke(0, attendance.Unmarked, attendance.Present)
	h.at(begins.AddDays(-1).At(20, 0))
	if _, err := h.save(h.kofi, am, one); !errors.Is(err, attendance.ErrNotYet) {
		t.Errorf("the evening before: %v", err)
	}
	h.at(begins.At(10, 0))
	if _, err := h.save(fixture.Person(t, h.db, "zoe@threshold.example").ID, am, one); !errors.Is(err, attendance.ErrUnknown) {
		t.Errorf("somebody who does not teach: %v", err)
	}
	if _, err := h.saveAs(attendance.Keeper{Person: h.kofi}, am, "short", one); !errors.Is(err, attendance.ErrKey) {
		t.Errorf("without a key: %v", err)
	}
	h.saved(h.kofi, am, one, h.stroke(1, attendance.Unmarked, attendance.Absent))
	if got := h.marks(am); got != "present absent  " {
		t.Errorf("the register says %q", got)
	}
	if got := h.marks(h.half("FND-T27", begins, attendance.Afternoon)); got != "   " {
		t.Errorf("the afternoon says %q", got)
	}
	entries, err := audit.History(t.Context(), h.db, "block", int64(am.BlockID), 0, 1)
	want := fmt.Sprintf(`{"day": "2027-03-08", "half": "am", "absent": [%d], "present": [%d]}`, h.places[1].ID, h.places[0].ID)
	if err != nil || entries[0].Action != "register marked" || string(entries[0].Detail) != want {
		t.Errorf("the trail says %+v, %v", entries, err)
	}
}

func TestATrainerWhoIsTakenOffABlockCannotWriteInItsRegister(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at(begins.At(10, 0))
	am := h.half("FND-T27", begins, attendance.Morning)
	h.must(func(tx *db.Tx) error { return course.Unassign(t.Context(), tx, audit.System, am.BlockID, h.kofi) })
	if _, err := h.save(h.kofi, am, h.stroke(0, attendance.Unmarked, attendance.Present)); !errors.Is(err, attendance.ErrUnknown) {
		t.Errorf("marked: %v", err)
	}
	if _, err := attendance.Taught(t.Context(), h.db, h.kofi, "FND-T27", begins.String(), "am"); !errors.Is(err, attendance.ErrUnknown) {
		t.Errorf("opened: %v", err)
	}
}

func TestACorrectionIsTheTrainersOnTheSameDayAndThenTheOffices(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	am := h.half("FND-T27", begins, attendance.Morning)
	h.at(begins.At(10, 0))
	h.saved(h.kofi, am, h.stroke(0, attendance.Unmarked, attendance.Absent))
	h.at(begins.At(17, 0))
	h.saved(h.maya, am, h.stroke(0, attendance.Absent, attendance.Present))
	h.at(begins.AddDays(1).At(9, 0))
	refused, err := h.save(h.kofi, am, h.stroke(0, attendance.Present, attendance.Absent), h.stroke(1, attendance.Unmarked, attendance.Present))
	if err != nil || !errors.Is(refused[h.places[0].Code], attendance.ErrLater) || len(refused) != 1 {
		t.Errorf("the next day: %v, %v", refused, err)
	}
	if got := h.marks(am); got != "present present  " {
		t.Errorf("what was missing is filled in and nothing else: %q", got)
	}
	refused, err = h.saveAs(attendance.Keeper{Person: h.grace, Office: true}, am, "the-office-corrects", h.stroke(0, attendance.Present, attendance.Absent))
	if err != nil || len(refused) > 0 || h.marks(am) != "absent present  " {
		t.Errorf("the office: %v, %v, %q", refused, err, h.marks(am))
	}
	h.at(begins.AddDays(5).At(0, 1))
	for _, by := range []attendance.Keeper{{Person: h.kofi}, {Person: h.grace, Office: true}} {
		if _, err := h.saveAs(by, am, "once-the-block-is-over", h.stroke(2, attendance.Unmarked, attendance.Present)); !errors.Is(err, attendance.ErrOver) {
			t.Errorf("once the block is over: %v", err)
		}
	}
}

func TestWhatIsSentAgainDoesNotUndoWhatCameInBetween(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at(begins.At(10, 0))
	am := h.half("FND-T27", begins, attendance.Morning)
	h.saved(h.kofi, am, h.stroke(0, attendance.Unmarked, attendance.Present))
	first := func() (map[string]error, error) {
		return h.saveAs(attendance.Keeper{Person: h.kofi}, am, "a-key-of-its-own-1", h.stroke(0, attendance.Present, attendance.Absent))
	}
	if refused, err := first(); err != nil || len(refused) > 0 {
		t.Fatalf("%v, %v", refused, err)
	}
	h.saved(h.maya, am, h.stroke(0, attendance.Absent, attendance.Present)) // they came in late
	if refused, err := first(); err != nil || len(refused) > 0 {            // and the first answer was lost on its way
		t.Fatalf("%v, %v", refused, err)
	}
	if got := h.marks(am); got != "present   " {
		t.Errorf("the register says %q", got)
	}
	var changes int
	if err := h.db.NewRaw("SELECT count(*) FROM audit WHERE action = 'register marked'").Scan(t.Context(), &changes); err != nil || changes != 3 {
		t.Errorf("%d changes are in the trail, %v", changes, err)
	}
}

func TestNobodyOverwritesWhatTheyHaveNotSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at(begins.At(10, 0))
	am := h.half("FND-T27", begins, attendance.Morning)
	h.saved(h.maya, am, h.stroke(0, attendance.Unmarked, attendance.Present))
	refused, err := h.save(h.kofi, am, h.stroke(0, attendance.Unmarked, attendance.Absent), h.stroke(1, attendance.Unmarked, attendance.Absent),
		h.stroke(2, attendance.Unmarked, "asleep"), attendance.Stroke{Code: "XXXX-XX", Mark: attendance.Present})
	if err != nil || len(refused) != 3 || !errors.Is(refused[h.places[0].Code], attendance.ErrMeanwhile) ||
		!errors.Is(refused[h.places[2].Code], attendance.ErrMark) || !errors.Is(refused["XXXX-XX"], attendance.ErrGone) {
		t.Errorf("refused %v, %v", refused, err)
	}
	if got := h.marks(am); got != "present absent  " {
		t.Errorf("the register says %q", got)
	}
	h.saved(h.kofi, am, h.stroke(0, attendance.Unmarked, attendance.Present)) // both say the same
}

// Two who mark the same register at once, and a page that sends twice at once: each mark stands once, and where they differ
// one of them is told.
func TestTwoMarkAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at(begins.At(10, 0))
	for round := range 6 {
		half := h.half("FND-T27", begins, []attendance.Half{attendance.Morning, attendance.Afternoon}[round%2])
		if round%2 == 0 {
			h.at(begins.AddDays(round/2).At(10, 0))
		}
		half.Day = begins.AddDays(round / 2)
		var ready, done sync.WaitGroup
		refused, failed := make([]map[string]error, 4), make([]error, 4)
		ready.Add(4)
		for i := range 4 {
			done.Go(func() {
				ready.Done()
				ready.Wait()
				who, mark := h.kofi, attendance.Present
				if i%2 == 1 {
					who, mark = h.maya, attendance.Absent
				}
				refused[i], failed[i] = h.saveAs(attendance.Keeper{Person: who}, half, fmt.Sprintf("round-%d-of-trainer-%d", round, i%2),
					h.stroke(0, attendance.Unmarked, mark), h.stroke(1+i%2, attendance.Unmarked, mark))
			})
		}
		done.Wait()
		if err := errors.Join(failed...); err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, r := range refused {
			told += len(r)
		}
		if got := h.marks(half); told != 1 || got != "present present absent " && got != "absent present absent " {
			t.Errorf("round %d: %d refusals, the register says %q", round, told, got)
		}
	}
	var changes int
	if err := h.db.NewRaw("SELECT count(*) FROM audit WHERE action = 'register marked'").Scan(t.Context(), &changes); err != nil || changes != 12 {
		t.Errorf("%d changes are in the trail, %v", changes, err)
	}
}

func TestKeysAreForgottenInTheEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at(begins.At(10, 0))
	h.saved(h.kofi, h.half("FND-T27", begins, attendance.Morning), h.stroke(0, attendance.Unmarked, attendance.Present))
	h.at(begins.AddDays(59).At(10, 0))
	h.forgets(0)
	h.at(begins.AddDays(61).At(10, 0))
	h.forgets(1)
}

func (h *house) forgets(want int64) {
	h.Helper()
	h.must(func(tx *db.Tx) error {
		n, err := attendance.ForgetSendings(h.Context(), tx)
		if n != want {
			h.Errorf("%d are forgotten, want %d", n, want)
		}
		return err
	})
}

func TestOnlyDaysOnWhichARunMeetsHaveARegister(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, at := range [][3]string{{"FND-T27", "2027-03-13", "am"}, {"FND-T27", "2027-03-08", "night"}, {"FND-T27", "8 March", "am"}, {"FND-T28", "2027-03-08", "am"}} {
		if _, err := attendance.Find(t.Context(), h.db, at[0], at[1], at[2]); !errors.Is(err, attendance.ErrUnknown) {
			t.Errorf("%v: %v", at, err)
		}
	}
	_, err := h.owner.NewRaw("INSERT INTO registers (block_id, starts_on, ends_on, day, half) SELECT id, starts_on, ends_on, ?, 'am' FROM blocks WHERE id = ?",
		london.On(2027, 3, 13), h.run.Blocks[0].ID).Exec(t.Context())
	if !db.Violates(err, "registers_in_block") {
		t.Errorf("a register on another day: %v", err)
	}
}
