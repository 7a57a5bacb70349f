package attendance_test

import (
	"context"
	"errors"
	"testing"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// note is a house with an access officer.
type note struct {
	*house
	access *db.DB
	box    *secret.Box
	priya  id.Person
	h      *attendance.HalfDay
}

func newNote(t *testing.T) *note {
	t.Helper()
	box, err := secret.Create(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	return &note{house: h, access: dbtest.As(t, h.db, db.Access), box: box, priya: fixture.Person(t, h.db, "priya@threshold.example", people.Access).ID,
		h: h.half("FND-T27", begins, attendance.Morning)}
}

func (n *note) as(d *db.DB, who id.Person, do func(context.Context, *db.Tx) error) error {
	return d.WriteAs(n.Context(), db.Who{Person: who}, func(tx *db.Tx) error { return do(n.Context(), tx) })
}

func (n *note) writes(words string, day london.Date) error {
	return n.as(n.access, n.priya, func(ctx context.Context, tx *db.Tx) error {
		return attendance.WriteNote(ctx, tx, n.box, n.priya, attendance.Need{Code: n.places[0].Code, Day: day, Words: words, AgreedOn: london.On(2026, 11, 20)})
	})
}

func (n *note) read(who id.Person) (list []attendance.DayNote, err error) {
	err = n.as(n.trainer, who, func(ctx context.Context, tx *db.Tx) error {
		list, err = attendance.ReadNotes(ctx, tx, n.box, who, n.h)
		return err
	})
	return list, err
}

func TestWhatHelpsOnADayIsReadByWhoTeachesItAndEveryReadingIsKept(t *testing.T) {
	t.Parallel()
	n := newNote(t)
	if err := n.writes("A seat near the door.", begins); err != nil {
		t.Fatal(err)
	}
	if err := n.writes("Another.", begins); !errors.Is(err, attendance.ErrNoteThere) {
		t.Errorf("a second note: %v", err)
	}
	if _, err := n.read(n.kofi); !errors.Is(err, attendance.ErrNotesEarly) {
		t.Errorf("months before: %v", err)
	}
	n.at(begins.At(8, 30))
	stranger := n.teaches("stranger@threshold.example")
	for who, want := range map[id.Person]int{n.kofi: 1, stranger: 0} {
		list, err := n.read(who)
		if err != nil || len(list) != want || want == 1 && list[0].Words != "A seat near the door." {
			t.Errorf("person %d reads %+v, %v", who, list, err)
		}
	}
	err := n.as(n.access, n.priya, func(ctx context.Context, tx *db.Tx) error {
		one, err := attendance.ReadNote(ctx, tx, n.box, n.priya, n.places[0].Code, begins)
		if err != nil {
			return err
		}
		readers, err := attendance.ReadingsOf(ctx, tx, one.ID)
		if err == nil && len(readers) != 2 {
			t.Errorf("readings %+v", readers)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for place, want := range map[int]int{0: 1, 1: 0} {
		learner := n.places[place].PersonID
		err := n.as(dbtest.As(t, n.db, db.Learner), learner, func(ctx context.Context, tx *db.Tx) error {
			list, err := attendance.OwnNotes(ctx, tx, n.box, n.places[0].ID)
			if len(list) != want || want == 1 && (list[0].Words != "A seat near the door." || list[0].Readings != 2) {
				t.Errorf("learner %d reads %+v", place, list)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	n.at(begins.AddDays(1).At(8, 30))
	if _, err := n.read(n.kofi); !errors.Is(err, attendance.ErrNoNote) {
		t.Errorf("the day after: %v", err)
	}
}

func TestANoteForADayStandsOnlyWithWordsAgreementAndADayWithUs(t *testing.T) {
	t.Parallel()
	n := newNote(t)
	for name, of := range map[string]attendance.Need{
		"words":  {Day: begins, AgreedOn: london.On(2026, 11, 20)},
		"agreed": {Day: begins, Words: "Quiet."},
		"day":    {Day: begins.AddDays(5), Words: "Quiet.", AgreedOn: london.On(2026, 11, 20)},
	} {
		of.Code = n.places[0].Code
		err := n.as(n.access, n.priya, func(ctx context.Context, tx *db.Tx) error { return attendance.WriteNote(ctx, tx, n.box, n.priya, of) })
		if f := failure.Of(err); f == nil || f.Fields[name] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestANoteIsTakenBackAndForgottenAfterItsDay(t *testing.T) {
	t.Parallel()
	n := newNote(t)
	left := func() (notes, reads int) {
		t.Helper()
		if err := n.owner.NewRaw("SELECT (SELECT count(*) FROM sensitive.day_notes), (SELECT count(*) FROM sensitive.day_note_reads)").Scan(t.Context(), &notes, &reads); err != nil {
			t.Fatal(err)
		}
		return notes, reads
	}
	if err := n.writes("A seat near the door.", begins); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		err := n.as(n.access, n.priya, func(ctx context.Context, tx *db.Tx) error {
			return attendance.TakeBackNote(ctx, tx, n.priya, n.places[0].Code, begins)
		})
		if notes, _ := left(); err != nil || notes != 0 {
			t.Fatalf("%d notes, %v", notes, err)
		}
	}
	if err := n.writes("A seat near the window.", begins); err != nil {
		t.Fatal(err)
	}
	n.at(begins.At(8, 30))
	if _, err := n.read(n.kofi); err != nil {
		t.Fatal(err)
	}
	machine := dbtest.As(t, n.db, db.Worker)
	for _, after := range []struct{ days, notes int }{{30, 1}, {31, 0}} {
		n.at(begins.AddDays(after.days).At(8, 30))
		err := machine.Write(t.Context(), func(tx *db.Tx) error {
			_, err := attendance.ForgetNotes(t.Context(), tx)
			return err
		})
		if notes, reads := left(); err != nil || notes != after.notes || reads != 1 {
			t.Errorf("after %d days %d notes and %d readings, %v", after.days, notes, reads, err)
		}
	}
}
