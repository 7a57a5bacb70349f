package panel_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/panel"
)

// newReading is a world in which everything is assigned and can be read.
func newReading(t *testing.T, applications, members int) *world {
	t.Helper()
	w := newWorld(t, applications, members)
	w.assign()
	w.ready()
	return w
}

func TestOpeningIsNotedAndShowsOnlyCopiesThatAreReady(t *testing.T) {
	t.Parallel()
	w := newReading(t, 1, 3)
	a, m := w.applications[0], w.panel[0]
	w.plant("UPDATE sensitive.copies SET ready = false WHERE key = 'hope'")
	s := w.mustRead(m, a)
	if _, shown := s.Copies["hope"]; shown || s.Ready() || s.Copies["practice"] != words(a, "practice") {
		t.Errorf("shown: %v", s.Copies)
	}
	w.mustRead(m, a)
	if n := look[int](w, "SELECT count(*) FROM sensitive.reads WHERE reader_id = ? AND audience = 'panel' AND application_id = ?", m.PersonID, a.ID); n != 2 {
		t.Errorf("%d readings are noted", n)
	}
	if got := look[string](w, "SELECT status FROM sensitive.assignments WHERE member_id = ?", m.ID); got != "reading" {
		t.Errorf("it is %s", got)
	}
	if s.Code != a.Code || s.Beside != nil {
		t.Errorf("%+v", s)
	}
}

func TestScoresAreHandedInWholeWithAReasonEach(t *testing.T) {
	t.Parallel()
	w := newReading(t, 1, 3)
	a, m := w.applications[0], w.panel[0]
	s := w.mustRead(m, a)
	typed := map[string]panel.Opinion{
		"practice": {Score: "3", Reason: "Short."}, "hope": {Score: "", Reason: "They know where they want to go and why."},
		"benefit": {Score: "4", Reason: strings.Repeat("Too long. ", 500)},
	}
	if _, err := w.keep(m, a, typed, marks(s)); err != nil {
		t.Fatal(err)
	}
	err := w.finish(m, a)
	f := failure.Of(err)
	if f == nil || len(f.Fields) != 3 || f.Fields["reason-practice"] == "" || f.Fields["score-hope"] == "" || f.Fields["reason-benefit"] == "" {
		t.Fatalf("%v", err)
	}
	s = w.mustRead(m, a)
	if s.Opinions["practice"].Reason != "Short." || s.Opinions["practice"].Score != "3" || !strings.HasPrefix(s.Opinions["benefit"].Reason, "Too long.") {
		t.Errorf("what was typed is not kept: %+v", s.Opinions)
	}
	w.score(m, a, "2")
	if _, err := w.keep(m, a, typed, nil); !errors.Is(err, panel.ErrHandedIn) {
		t.Errorf("changed after it was handed in: %v", err)
	}
	if err := w.finish(m, a); err != nil {
		t.Errorf("finished twice: %v", err)
	}
	if _, err := w.keep(w.panel[1], a, map[string]panel.Opinion{"practice": {Score: "5"}}, nil); err == nil {
		t.Error("a score of 5 was taken")
	}
}

func TestNothingIsHandedInBeforeEveryTextCouldBeRead(t *testing.T) {
	t.Parallel()
	w := newReading(t, 1, 3)
	w.plant("UPDATE sensitive.copies SET ready = false WHERE key = 'hope'")
	w.mustRead(w.panel[0], w.applications[0])
	if err := w.finish(w.panel[0], w.applications[0]); !errors.Is(err, panel.ErrNotAllReady) {
		t.Error(err)
	}
}

func TestTwoPagesAtOnceLoseNoWord(t *testing.T) {
	t.Parallel()
	w := newReading(t, 1, 3)
	a, m := w.applications[0], w.panel[0]
	seen := marks(w.mustRead(m, a))
	first := map[string]panel.Opinion{"practice": {Score: "3", Reason: "Written on the telephone."}, "hope": {}}
	second := map[string]panel.Opinion{"practice": {Score: "1", Reason: "Written at the desk."}, "hope": {Score: "2"}}
	if kept, err := w.keep(m, a, first, seen); err != nil || len(kept.Clashes) > 0 {
		t.Fatalf("%+v, %v", kept, err)
	}
	kept, err := w.keep(m, a, second, seen)
	if err != nil || len(kept.Clashes) != 1 || kept.Clashes[0] != "practice" {
		t.Fatalf("%+v, %v", kept, err)
	}
	o := w.mustRead(m, a).Opinions
	if o["practice"].Reason != "Written on the telephone.\n\nWritten at the desk." || o["practice"].Score != "1" || o["hope"].Score != "2" {
		t.Errorf("%+v", o)
	}
	if again, err := w.keep(m, a, second, seen); err != nil || w.mustRead(m, a).Opinions["practice"] != o["practice"] {
		t.Errorf("sent twice: %+v, %v", again, err)
	}
	// A field that was not touched on a stale page changes nothing.
	if _, err := w.keep(m, a, map[string]panel.Opinion{"practice": {}}, seen); err != nil || w.mustRead(m, a).Opinions["practice"] != o["practice"] {
		t.Errorf("an untouched field was taken for a change: %v", err)
	}
	stale := marks(w.mustRead(m, a))
	kept, err = w.keep(m, a, map[string]panel.Opinion{"practice": {Score: "0", Reason: "Thought over."}}, stale)
	if err != nil || len(kept.Clashes) > 0 || w.mustRead(m, a).Opinions["practice"].Reason != "Thought over." {
		t.Errorf("%+v, %v", kept, err)
	}
	kept, err = w.keep(m, a, map[string]panel.Opinion{"practice": o["practice"].Opinion}, stale)
	if err != nil || len(kept.Clashes) > 0 || w.mustRead(m, a).Opinions["practice"].Reason != "Thought over." {
		t.Errorf("what a stale page had shown came back: %+v, %v", kept, err)
	}
}

func TestOthersScoresAreSeenOnlyAfterOnesOwnAndNotWhoseTheyAre(t *testing.T) {
	t.Parallel()
	w := newReading(t, 1, 3)
	a := w.applications[0]
	w.score(w.panel[0], a, "4")
	w.score(w.panel[1], a, "1")
	third := w.panel[2]
	s := w.mustRead(third, a)
	if s.Beside != nil {
		t.Error("others' scores are shown before one's own")
	}
	w.score(third, a, "2")
	s = w.mustRead(third, a)
	if len(s.Beside) != 2 || s.Beside[0]["hope"] != 4 || s.Beside[1]["hope"] != 1 || s.Opinions["hope"].Score != "2" {
		t.Errorf("beside: %v", s.Beside)
	}
}

func TestWhoKnowsThePersonNeverOpensItAgain(t *testing.T) {
	t.Parallel()
	w := newReading(t, 2, 4)
	a := w.applications[0]
	m := w.reader(a)
	w.score(m, a, "3")
	know := func() error {
		return w.as(m, func(tx *db.Tx) error { return panel.Know(t.Context(), tx, m.PersonID, a.Code) })
	}
	if err := know(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.read(m, a); !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("opened again: %v", err)
	}
	if err := know(); !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("said again: %v", err)
	}
	w.refill()
	for range 2 {
		if err := w.applyPlan(w.propose().Seen()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.read(m, a); !errors.Is(err, bursary.ErrUnknown) || len(w.readers(a)) != 3 {
		t.Errorf("given to them again, or to nobody: %v, %d readers", err, len(w.readers(a)))
	}
}

func TestWhatIsHandedInIsNotHandedBack(t *testing.T) {
	t.Parallel()
	w := newReading(t, 1, 3)
	m := w.panel[0]
	w.score(m, w.applications[0], "3")
	err := w.as(m, func(tx *db.Tx) error { return panel.HandBack(t.Context(), tx, m.PersonID, w.applications[0].Code) })
	if !errors.Is(err, panel.ErrHandedIn) {
		t.Error(err)
	}
}

func TestThePileSaysHowFarOneIsAndWhatComesNext(t *testing.T) {
	t.Parallel()
	w := newReading(t, 3, 3)
	m := w.panel[0]
	pile := func() *panel.Pile {
		var all []*panel.Pile
		if err := w.as(m, func(tx *db.Tx) (err error) {
			all, err = panel.Piles(t.Context(), tx, m.PersonID)
			return err
		}); err != nil || len(all) != 1 {
			t.Fatalf("%d piles, %v", len(all), err)
		}
		return all[0]
	}
	p := pile()
	if len(p.Items) != 3 || p.Read() != 0 || p.Next() != p.Items[0].Code || !p.Open() || p.ReadBy() != london.On(2027, 1, 13) {
		t.Errorf("%+v", p)
	}
	for i, a := range w.applications {
		if a.Code == p.Items[1].Code {
			w.score(m, a, "3")
			w.mustRead(m, w.applications[(i+1)%3])
		}
	}
	p = pile()
	if p.Read() != 1 || p.Next() == p.Items[1].Code {
		t.Errorf("read %d, next %s", p.Read(), p.Next())
	}
	dbtest.Force(w.t, w.app, "UPDATE rounds SET status = 'frozen'")
	if _, err := w.read(m, w.applications[0]); !errors.Is(err, panel.ErrReadingOver) {
		t.Errorf("read after the bands were frozen: %v", err)
	}
}

func TestAScoreThatIsHandedInWhileTheBandsAreFrozenComesBeforeOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := newReading(t, 2, 4)
	a := w.applications[0]
	m := w.reader(a)
	typed := map[string]panel.Opinion{}
	for _, c := range form.CurrentRubric().Criteria {
		typed[c.Key] = panel.Opinion{Score: "2", Reason: "It says plainly what they do with whom."}
	}
	if _, err := w.keep(m, a, typed, marks(w.mustRead(m, a))); err != nil {
		t.Fatal(err)
	}
	ended, owner := make(chan error, 1), dbtest.Owner(t, w.app)
	for _, who := range []id.Person{w.admin.ID, w.panel[0].PersonID} {
		w.plant("INSERT INTO sensitive.agreements (round_id, person_id, bands, at) VALUES (?, ?, decode(repeat('0a', 32), 'hex'), now())", w.round.ID, who)
	}
	err := w.officers.WriteAs(t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
		r, err := bursary.LockRound(t.Context(), tx, w.round.Code)
		if err != nil {
			return err
		}
		if err := bursary.Freeze(t.Context(), tx, r); err != nil {
			return err
		}
		go func() { ended <- w.finish(m, a) }()
		return endedOrWaits(t, owner, ended)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, panel.ErrReadingOver) {
		t.Errorf("it was handed in: %v", err)
	}
}
