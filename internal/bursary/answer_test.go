package bursary_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/london"
)

func TestBeginningTwiceGivesTheSameDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.begun(), w.begun()
	if first.ID != second.ID || first.Status != bursary.Draft {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

func TestWhatIsTypedIsKeptAndSealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	w.typed(a, "practice", "I sit with people who hear voices.\r\nThat is all.", bursary.Blank)
	if got := w.open(a).Answers["practice"]; got != "I sit with people who hear voices.\nThat is all." {
		t.Errorf("kept %q", got)
	}
	var stored []byte
	if err := dbtest.Owner(t, w.app).NewRaw("SELECT body FROM sensitive.answers").Scan(t.Context(), &stored); err != nil {
		t.Fatal(err)
	}
	if len(stored) == 0 || strings.Contains(string(stored), "voices") {
		t.Errorf("the database holds %q", stored)
	}
}

func TestAnAnswerChangedOnTwoDevicesLosesNoWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	shown := w.typed(a, "hope", "first", bursary.Blank).Marks["hope"]
	w.typed(a, "hope", "on the telephone", shown)
	saved := w.typed(a, "hope", "on the computer", shown)
	if len(saved.Clashes) != 1 || saved.Clashes[0].There != "on the telephone" || saved.Clashes[0].Here != "on the computer" {
		t.Fatalf("clashes %+v", saved.Clashes)
	}
	w.typed(a, "hope", "on the computer", shown) // the same once more
	f := w.open(a)
	if f.Answers["hope"] != "on the telephone" || len(f.Rivals["hope"]) != 1 || f.Rivals["hope"][0] != "on the computer" {
		t.Fatalf("answers %v, rivals %v", f.Answers, f.Rivals)
	}
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Choose(t.Context(), tx, w.box, a.PersonID, a.Code, "hope", "on both", f.Marks["hope"], tx.Now)
		return err
	})
	if f = w.open(a); f.Answers["hope"] != "on both" || len(f.Rivals) != 0 {
		t.Errorf("answers %v, rivals %v", f.Answers, f.Rivals)
	}
}

func TestAFieldThatWasNotTouchedHereIsNoClash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	shown := w.typed(a, "hope", "first", bursary.Blank).Marks["hope"]
	w.typed(a, "hope", "second", shown)
	if saved := w.typed(a, "hope", "first", shown); len(saved.Clashes) != 0 {
		t.Errorf("clashes %+v", saved.Clashes)
	}
	if got := w.open(a).Answers["hope"]; got != "second" {
		t.Errorf("kept %q", got)
	}
}

// fill answers everything.
func (w *world) fill(a *bursary.Application) {
	w.t.Helper()
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Save(w.t.Context(), tx, w.box, a.PersonID, a.Code, form.Current().Questions(), fixture.GoodAnswers("FND-T27"), nil, tx.Now)
		return err
	})
}

func (w *world) send(a *bursary.Application, pressed time.Time) error {
	w.t.Helper()
	return w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Submit(w.t.Context(), tx, w.box, a.PersonID, a.Code, pressed)
		return err
	})
}

// handIn answers everything and sends it.
func (w *world) handIn(a *bursary.Application) {
	w.t.Helper()
	w.fill(a)
	if err := w.send(a, w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
}

func TestAnApplicationIsSentOnceEverythingIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	if err := w.send(a, w.clock.Now()); !errors.Is(err, bursary.ErrIncomplete) {
		t.Fatalf("sending an empty one gives %v", err)
	}
	w.fill(a)
	for range 2 {
		if err := w.send(a, w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if f := w.open(a); f.Status != bursary.Submitted || !f.SubmittedAt.Equal(w.clock.Now()) {
		t.Errorf("it is %s, sent %v", f.Status, f.SubmittedAt)
	}
	var private, open int
	if err := dbtest.Owner(t, w.app).NewRaw("SELECT count(*) FROM mails WHERE template = 'application-received' AND private").Scan(t.Context(), &private); err != nil {
		t.Fatal(err)
	}
	if err := w.app.NewRaw("SELECT (SELECT count(*) FROM mails) + (SELECT count(*) FROM audit WHERE subject = 'application')").Scan(t.Context(), &open); err != nil {
		t.Fatal(err)
	}
	if private != 1 || open != 0 {
		t.Errorf("%d private mails, and the application's role sees %d rows about it", private, open)
	}
}

func TestWhoPressedBeforeMidnightIsInHoweverLongItTook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	w.fill(a)
	last := london.On(2026, 12, 13).End().Add(999 * time.Millisecond)
	w.clock.Set(last.Add(20 * time.Second))
	if err := w.send(a, last.Add(time.Millisecond)); !errors.Is(err, bursary.ErrClosed) {
		t.Errorf("pressed at midnight: %v", err)
	}
	if err := w.send(a, last); err != nil {
		t.Errorf("pressed in the last second: %v", err)
	}
}

func TestAnotherPersonsApplicationDoesNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	other := fixture.Person(t, w.app, "ben@post.example")
	err := w.as(w.learners, other.ID, func(tx *db.Tx) error {
		_, err := bursary.Open(t.Context(), tx, w.box, other.ID, a.Code)
		return err
	})
	if !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

func TestTheOfficeReadsOnlyWhatItSaysItReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	w.handIn(a)
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		var rows int
		err := tx.NewRaw("SELECT count(*) FROM sensitive.answers").Scan(t.Context(), &rows)
		if rows != 0 {
			t.Errorf("%d answers are seen without a note", rows)
		}
		return err
	})
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		f, err := bursary.Read(t.Context(), tx, w.box, w.admin.ID, a.Code)
		if err == nil && (f.Answers["hope"] == "" || f.Answers["support_training"] != "") {
			t.Errorf("the office reads %v", f.Answers)
		}
		return err
	})
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		seen, err := bursary.Readings(t.Context(), tx, a.ID)
		if len(seen) != 1 || seen[0].Audience != form.Office || seen[0].Times != 1 {
			t.Errorf("the applicant sees %+v", seen)
		}
		return err
	})
}

func TestStaffReadNothingThatWasNotSentOrWasTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	w.fill(a)
	access := dbtest.As(t, w.app, db.Access)
	seen := func() (n int) {
		w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
			f, err := bursary.Read(t.Context(), tx, w.box, w.admin.ID, a.Code)
			if err != nil {
				return err
			}
			n = len(f.Answers)
			facts, err := bursary.Propose(t.Context(), tx, w.box, w.admin.ID, w.round, []string{a.Code})
			n += len(facts)
			return err
		})
		w.must(access, w.admin.ID, func(tx *db.Tx) error {
			needs, err := bursary.ReadNeeds(t.Context(), tx, w.box, w.admin.ID, a.ID)
			n += len(needs)
			return err
		})
		return n
	}
	if n := seen(); n != 0 {
		t.Errorf("staff read %d answers of a draft", n)
	}
	if err := w.send(a, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if seen() == 0 {
		t.Error("staff read nothing of what was sent")
	}
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Withdraw(t.Context(), tx, a.PersonID, a.Code)
		return err
	})
	if n := seen(); n != 0 {
		t.Errorf("staff read %d answers of what was taken back", n)
	}
}

func TestTheOfficeCannotRewriteWhoseApplicationItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	w.handIn(a)
	for _, column := range []string{"person_id", "round_id", "ticket", "code", "created_at"} {
		err := w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE sensitive.applications SET ? = ? WHERE id = ?", bun.Ident(column), bun.Ident(column), a.ID).Exec(t.Context())
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("changing %s gives %v", column, err)
		}
	}
}
