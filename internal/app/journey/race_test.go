package journey_test

import (
	"database/sql"
	"net/http"
	"testing"

	"bursar/internal/db/dbtest"
	"bursar/internal/sandbox"
)

func TestOfAThousandPeopleWhoBookTwentyPlacesTwentyGetOneAndTheOthersAreRefusedKindly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20)
	defer w.sound()
	crowd, client := w.crowd(1000), hands()
	outcomes := make([]outcome, len(crowd))
	all(len(crowd), func(i int) { outcomes[i] = w.press(t.Context(), client, crowd[i]) })
	held, full := 0, 0
	for i, o := range outcomes {
		switch {
		case o.held():
			held++
		case o.full():
			full++
		default:
			t.Fatalf("%s got %d to %q, %v: %.300s", crowd[i].name, o.status, o.to, o.err, o.body)
		}
	}
	if held != 20 || full != 980 {
		t.Errorf("%d hold a place and %d were refused", held, full)
	}
	w.left(0)
}

// lockPlaces makes everybody wait who is about to take a place. It gives how many do, and lets them go on.
func (w *world) lockPlaces() (waiting func() int, unlock func()) {
	w.t.Helper()
	owner := dbtest.Owner(w.t, w.DB)
	tx, err := owner.BeginTx(w.t.Context(), &sql.TxOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := tx.ExecContext(w.t.Context(), "SELECT 1 FROM run_places WHERE run_id = ? FOR UPDATE", w.run.ID); err != nil {
		w.t.Fatal(err)
	}
	waiting = func() (n int) {
		err := owner.NewRaw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(w.t.Context(), &n)
		if err != nil {
			w.t.Fatal(err)
		}
		return n
	}
	unlock = func() {
		if err := tx.Rollback(); err != nil {
			w.t.Fatal(err)
		}
	}
	return waiting, unlock
}

// rush has so many people press the button while the places of the run are locked, so that each of them has
// seen a free one, and gives how many got one.
func (w *world) rush(people int) (held int) {
	w.t.Helper()
	crowd, client := w.crowd(people), hands()
	waiting, unlock := w.lockPlaces()
	outcomes := make([]outcome, people)
	done := make(chan struct{})
	go func() {
		defer close(done)
		all(people, func(i int) { outcomes[i] = w.press(w.t.Context(), client, crowd[i]) })
	}()
	w.await("everybody stands before the lock", func() bool { return waiting() == people })
	unlock()
	<-done
	for _, o := range outcomes {
		if o.held() {
			held++
		} else if !o.full() {
			w.t.Errorf("somebody got %d, %v: %.300s", o.status, o.err, o.body)
		}
	}
	return held
}

func TestPlacesThatEverybodyHasSeenFreeAreNotSoldTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	defer w.sound()
	if held := w.rush(15); held != 5 {
		t.Errorf("%d of 5 places are held", held)
	}
}

func TestWithoutTheConstraintTheSameRushOversells(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	if _, err := dbtest.Owner(t, w.DB).ExecContext(t.Context(), "ALTER TABLE run_places DROP CONSTRAINT run_places_not_oversold"); err != nil {
		t.Fatal(err)
	}
	if held := w.rush(15); held != 15 {
		t.Errorf("%d of 5 places are held: the test above proves nothing", held)
	}
}

func TestFiftyTabsOfOnePersonMakeOnePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20)
	defer w.sound()
	ana := w.learner("Ana Reyes")
	last := ana.fillIn(w.run.Code)
	me := member{name: ana.name}
	for _, c := range ana.Jar.Cookies(last.URL) {
		if c.Name == "session" {
			me.token = c.Value
		}
	}
	client := hands()
	outcomes := make([]outcome, 50)
	all(50, func(i int) { outcomes[i] = w.press(t.Context(), client, me) })
	for _, o := range outcomes {
		if !o.held() || o.to != outcomes[0].to {
			t.Fatalf("a tab got %d to %q, %v: %.300s", o.status, o.to, o.err, o.body)
		}
	}
	w.left(19)
	w.drain()
	if n := w.processor.sessions(); n != 1 {
		t.Errorf("%d payment pages were made", n)
	}
	ana.order(last)
	ana.reads(ana.pays(sandbox.CardPays), http.StatusOK)
	w.left(19)
}
