package enrolment_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
)

func TestTheStatusesAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var check string
	err := d.NewRaw("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'enrolments_status'").Scan(t.Context(), &check)
	if err != nil {
		t.Fatal(err)
	}
	var inSQL []string
	for _, m := range regexp.MustCompile(`'(\w+)'`).FindAllStringSubmatch(check, -1) {
		inSQL = append(inSQL, m[1])
	}
	slices.Sort(inSQL)
	var inGo []string
	for _, s := range enrolment.Statuses() {
		inGo = append(inGo, string(s))
	}
	if !slices.Equal(inGo, inSQL) {
		t.Errorf("Go has %v, SQL has %v", inGo, inSQL)
	}
}

// rush lets everybody try for a place at the same moment and counts who got one.
func rush(t *testing.T, d *db.DB, o *course.Offering, folk []id.Person) (got int64) {
	t.Helper()
	var places, refused atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, p := range folk {
		wg.Go(func() {
			<-start
			_, err := hold(context.WithoutCancel(t.Context()), d, o, p, false)
			switch {
			case err == nil:
				places.Add(1)
			case errors.Is(err, course.ErrFull):
				refused.Add(1)
			default:
				t.Errorf("neither a place nor a refusal: %v", err)
			}
		})
	}
	close(start)
	wg.Wait()
	if places.Load()+refused.Load() != int64(len(folk)) {
		t.Errorf("%d places and %d refusals for %d people", places.Load(), refused.Load(), len(folk))
	}
	return places.Load()
}

func TestARushNeverOversells(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 20, 0)
	if got := rush(t, d, o, folk(t, d, 200)); got != 20 {
		t.Errorf("%d of 20 places were given", got)
	}
	if p := reload(t, d, o).Places; p.Held != 20 || p.Left(true) != 0 {
		t.Errorf("the counters say %+v", p)
	}
}

// The control for TestARushNeverOversells: without the guard on the counters the same rush does oversell, so the
// test above would notice.
func TestTheSameRushOversellsWithoutTheGuard(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 20, 0)
	if _, err := dbtest.Owner(t, d).NewRaw("ALTER TABLE run_places DROP CONSTRAINT run_places_not_oversold").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := rush(t, d, o, folk(t, d, 60)); got <= 20 {
		t.Errorf("only %d places were given", got)
	}
}

func TestARushLeavesTheReservedPlacesForPeers(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 10, 6)
	everybody := folk(t, d, 40)
	if got := rush(t, d, o, everybody[:30]); got != 4 {
		t.Errorf("%d others got a place, want 4", got)
	}
	peers := 0
	for _, p := range everybody[30:] {
		if _, err := hold(t.Context(), d, reload(t, d, o), p, true); err == nil {
			peers++
		}
	}
	if peers != 6 {
		t.Errorf("%d peers got a place, want 6", peers)
	}
}

func TestAPersonHasOnePlaceHoweverManyTabs(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 60, 0)
	p := folk(t, d, 1)[0]
	var places, already atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			switch _, err := hold(context.WithoutCancel(t.Context()), d, o, p, false); {
			case err == nil:
				places.Add(1)
			case errors.Is(err, enrolment.ErrAlreadyThere):
				already.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if places.Load() != 1 || already.Load() != 49 {
		t.Errorf("%d places and %d told so", places.Load(), already.Load())
	}
	if p := reload(t, d, o).Places; p.Held != 1 {
		t.Errorf("%d places held", p.Held)
	}
}

func TestSharesMeetThePriceAtEveryCommit(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 20, 0)
	p := folk(t, d, 1)[0]
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		e, err := enrolment.Hold(t.Context(), tx, o, enrolment.Claim{Person: p, Band: course.Self, Until: tx.Now})
		if err != nil {
			return err
		}
		return share(t.Context(), tx, e.ID, e.Price-1)
	})
	if !db.Violates(err, "shares_meet_price") {
		t.Errorf("shares a penny short gave %v", err)
	}
	if places := reload(t, d, o).Places; places.Held != 0 {
		t.Errorf("%d places held after a refusal", places.Held)
	}
}

func TestAPlaceGivenUpIsFreeAtOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 1, 0)
	who := folk(t, d, 2)
	e, err := hold(t.Context(), d, o, who[0], false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hold(t.Context(), d, o, who[1], false); !errors.Is(err, course.ErrFull) {
		t.Errorf("a second place of one: %v", err)
	}
	write(t, d, func(tx *db.Tx) error {
		locked, err := enrolment.Lock(t.Context(), tx, e.ID)
		if err != nil {
			return err
		}
		return enrolment.Withdraw(t.Context(), tx, locked)
	})
	if _, err := hold(t.Context(), d, reload(t, d, o), who[1], false); err != nil {
		t.Errorf("the freed place: %v", err)
	}
}

func TestCapacityIsNeverLoweredBelowWhatIsTaken(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 5, 0)
	for _, p := range folk(t, d, 3) {
		if _, err := hold(t.Context(), d, o, p, false); err != nil {
			t.Fatal(err)
		}
	}
	_, err := d.NewRaw("UPDATE run_places SET capacity = 2 WHERE run_id = ?", o.ID).Exec(t.Context())
	if !db.Violates(err, "run_places_not_oversold") {
		t.Errorf("capacity below use: %v", err)
	}
}

func TestMoneyThatCameLateTakesAFreePlaceOrWaitsInFront(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 1, 0)
	who := folk(t, d, 3)
	lapsed := func(p id.Person) id.Enrolment {
		e, err := hold(t.Context(), d, reload(t, d, o), p, false)
		if err != nil {
			t.Fatal(err)
		}
		change(t, d, e.ID, enrolment.Lapse)
		return e.ID
	}
	first, second := lapsed(who[0]), lapsed(who[1])
	change(t, d, first, enrolment.Confirm)
	if places := reload(t, d, o).Places; places.Confirmed != 1 {
		t.Errorf("the free place was not taken: %+v", places)
	}
	write(t, d, func(tx *db.Tx) error {
		e, err := enrolment.Lock(t.Context(), tx, second)
		if err != nil {
			return err
		}
		if err := enrolment.Confirm(t.Context(), tx, e); !errors.Is(err, course.ErrFull) || e.Status != enrolment.Lapsed {
			t.Errorf("confirming on a full run: %v, %s", err, e.Status)
		}
		return enrolment.WaitFirst(t.Context(), tx, e)
	})
	e, err := enrolment.Get(t.Context(), d, second)
	if err != nil || e.Status != enrolment.Waiting || e.Queue == nil || *e.Queue != 0 {
		t.Errorf("waiting %+v, %v", e, err)
	}
}

func change(t *testing.T, d *db.DB, which id.Enrolment, verb func(context.Context, *db.Tx, *enrolment.Enrolment) error) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		e, err := enrolment.Lock(t.Context(), tx, which)
		if err != nil {
			return err
		}
		return verb(t.Context(), tx, e)
	})
}

func TestSomebodyElsesPlaceIsNotFound(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 5, 0)
	who := folk(t, d, 2)
	e, err := hold(t.Context(), d, o, who[0], false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := enrolment.OfPerson(t.Context(), d, who[1], e.Code); failure.KindOf(err) != failure.NotFound {
		t.Errorf("another person's place: %v", err)
	}
	if mine, err := enrolment.OfPerson(t.Context(), d, who[0], e.Code); err != nil || mine.ID != e.ID {
		t.Errorf("my own place: %v", err)
	}
}
