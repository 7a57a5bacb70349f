package worker_test

import (
	"errors"
	"sync"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/sandbox"
	"bursar/internal/state"
)

// tries is how often each race is run: who is first differs.
const tries = 4

// atOnce does several things in units of work that begin together, and gives what came of each.
func (w *world) atOnce(do ...func(*db.Tx) error) []error {
	w.Helper()
	came, start := make([]error, len(do)), make(chan struct{})
	var all sync.WaitGroup
	for i, f := range do {
		all.Go(func() {
			<-start
			came[i] = w.db.Write(w.Context(), f)
		})
	}
	close(start)
	all.Wait()
	return came
}

// taken is what the processor has of everybody now.
func (w *world) taken() (sum money.Amount) {
	w.Helper()
	for _, s := range w.box.Truth() {
		sum += s.Captured
		for _, r := range s.Refunds {
			sum -= r.Amount
		}
	}
	return sum
}

// The day of an instalment and the wish to pay everything now meet: one payment is begun, and in the end the price is paid once.
func TestAChargeAndAnEarlySettlementAtOnceTakeTheMoneyOnce(t *testing.T) {
	t.Parallel()
	for range tries {
		w := newWorld(t, 1)
		e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
		w.until(plan.Parts[1].DueOn)
		before := len(w.payments(e))
		came := w.atOnce(
			func(tx *db.Tx) error { return admissions.ChargeInstalment(t.Context(), tx, plan.ShareID) },
			func(tx *db.Tx) error {
				_, err := admissions.PayInstalments(t.Context(), tx, e.PersonID, e.Code, true)
				return err
			})
		if came[0] != nil || came[1] != nil && !errors.Is(came[1], billing.ErrPartUnderWay) {
			t.Errorf("charging gave %v, settling gave %v", came[0], came[1])
		}
		if n := len(w.payments(e)) - before; n != 1 {
			t.Errorf("%d payments were begun", n)
		}
		w.drain()
		if charged := w.charges() == 1; charged != (came[1] != nil) {
			t.Errorf("%d charges, and settling gave %v", w.charges(), came[1])
		}
		if came[1] != nil {
			w.write(func(tx *db.Tx) error {
				_, err := admissions.PayInstalments(t.Context(), tx, e.PersonID, e.Code, true)
				return err
			})
			w.drain()
		}
		w.payPage(e, sandbox.CardPays)
		w.stands(e, billing.PlanCompleted, 1, billing.InstalmentPaid, true)
		if w.taken() != e.Price || w.due(e) != 0 {
			t.Errorf("%s are taken of %s, %s are due", w.taken(), e.Price, w.due(e))
		}
		w.sound()
	}
}

// Two processes keep the timetable for a moment, and both work the same jobs: the card is charged once.
func TestTwoProcessesThatChargeOnTheSameDayChargeOnce(t *testing.T) {
	t.Parallel()
	for range tries {
		w := newWorld(t, 1)
		e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
		w.until(plan.Parts[1].DueOn)
		var both sync.WaitGroup
		for range 2 {
			other := newWorker(t, w.db, w.gateway)
			both.Go(func() {
				if _, err := other.Drain(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		w.drain()
		w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
		if w.charges() != 1 || w.taken() != plan.Parts[0].Amount+plan.Parts[1].Amount {
			t.Errorf("%d charges, %s taken", w.charges(), w.taken())
		}
		w.sound()
	}
}

// Somebody gives their place up while their card is charged: nothing of that charge is kept beyond what they agreed to.
func TestAPlaceGivenUpWhileItsCardIsChargedKeepsWhatWasAgreed(t *testing.T) {
	t.Parallel()
	for range tries {
		w := newWorld(t, 1)
		e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
		p := w.begin(e, plan)
		cashier := &billing.Cashier{DB: w.db, Gateway: w.gateway}
		o, err := course.OfferingOf(t.Context(), w.db, e.RunID)
		if err != nil {
			t.Fatal(err)
		}
		q, err := admissions.QuoteWithdrawal(t.Context(), w.db, w.expect(e, enrolment.Confirmed), o, w.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		var charging sync.WaitGroup
		charging.Go(func() {
			if _, err := cashier.Charge(t.Context(), p.ID); err != nil {
				t.Error(err)
			}
		})
		came := w.atOnce(func(tx *db.Tx) error {
			return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, q.Back)
		})
		charging.Wait()
		if came[0] != nil {
			t.Error(came[0])
		}
		w.drain()
		w.expect(e, enrolment.Withdrawn)
		if w.taken() != q.Kept {
			t.Errorf("%s are kept, %s were agreed", w.taken(), q.Kept)
		}
		w.sound()
	}
}

// another schedules another run of the world's course, half a year later.
func (w *world) another(code string, capacity int) *course.Offering {
	w.Helper()
	later := *w.run
	later.ID, later.Code, later.Places = 0, code, course.Places{Capacity: capacity}
	later.Blocks = append([]course.Block(nil), w.run.Blocks...)
	for i, b := range later.Blocks {
		later.Blocks[i] = course.Block{StartsOn: b.StartsOn.AddDays(182), EndsOn: b.EndsOn.AddDays(182)}
	}
	w.write(func(tx *db.Tx) error { return course.Schedule(w.Context(), tx, audit.System, &later) })
	return &later
}

// confirmed is a place that is paid for.
func (w *world) confirmed(email string) *enrolment.Enrolment {
	w.Helper()
	e := w.held(email)
	w.drain()
	w.payPage(e, sandbox.CardPays)
	return w.expect(e, enrolment.Confirmed)
}

// book is a booking that is sent.
func (w *world) book(email string, o *course.Offering) func(*db.Tx) error {
	w.Helper()
	p := fixture.Person(w, w.db, email)
	fixture.Draft(w, w.db, o, p)
	return func(tx *db.Tx) error {
		_, err := admissions.Book(w.Context(), tx, enrolment.Owner{Person: p.ID}, o.Code, o.Price(course.Self))
		return err
	}
}

// One moves, one books, and one waits no longer: the last place there is one's, and the others keep what they had.
func TestAMoveAndABookingAtOnceShareTheLastPlaceOnce(t *testing.T) {
	t.Parallel()
	for range tries {
		w := newWorld(t, 3)
		e := w.confirmed("ana@people.example")
		later := w.another("FND-T28", 1)
		came := w.atOnce(
			func(tx *db.Tx) error {
				return admissions.MoveOwn(t.Context(), tx, e.PersonID, e.Code, later.Code)
			},
			w.book("ben@people.example", later))
		if (came[0] == nil) == (came[1] == nil) {
			t.Errorf("moving gave %v, booking gave %v", came[0], came[1])
		}
		for _, err := range came {
			if err != nil && !errors.Is(err, course.ErrFull) {
				t.Error(err)
			}
		}
		there, err := course.PlacesOf(t.Context(), w.db, later.ID)
		here := w.expect(e, enrolment.Confirmed)
		if err != nil || there.Taken() != 1 || (here.RunID == later.ID) != (came[0] == nil) {
			t.Errorf("%d places are taken there, Ana is on run %d, %v", there.Taken(), here.RunID, err)
		}
		w.drain()
		w.sound()
	}
}

// TestWithoutItsGuardTheLastPlaceIsTakenTwice is the control of the race above: the counter of places is what decides it.
func TestWithoutItsGuardTheLastPlaceIsTakenTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	e := w.confirmed("ana@people.example")
	later := w.another("FND-T28", 1)
	if _, err := dbtest.Owner(w, w.db).Exec("ALTER TABLE enrolments DISABLE TRIGGER USER"); err != nil {
		t.Fatal(err)
	}
	came := w.atOnce(
		func(tx *db.Tx) error {
			return admissions.MoveOwn(t.Context(), tx, e.PersonID, e.Code, later.Code)
		},
		w.book("ben@people.example", later))
	if taken := w.count("SELECT count(*) FROM enrolments WHERE run_id = ? AND status IN ('held', 'confirmed')", later.ID); taken != 2 {
		t.Errorf("%d places are taken of one, %v: something else decides", taken, came)
	}
}

// A run is cancelled while somebody books it and somebody goes there: nobody is left on it in the end, and nobody's money.
func TestNobodyIsLeftOnARunThatIsCancelledWhileTheyCome(t *testing.T) {
	t.Parallel()
	for range tries {
		w := newWorld(t, 3)
		staff := fixture.Person(w, w.db, "office@staff.example", people.Admin)
		e := w.confirmed("ana@people.example")
		later := w.another("FND-T28", 2)
		came := w.atOnce(
			func(tx *db.Tx) error {
				return admissions.CancelRun(t.Context(), tx, staff.ID, later.Code, "The venue has closed.")
			},
			func(tx *db.Tx) error {
				return admissions.MoveOwn(t.Context(), tx, e.PersonID, e.Code, later.Code)
			},
			w.book("ben@people.example", later))
		if came[0] != nil {
			t.Error(came[0])
		}
		for _, err := range came[1:] {
			if err != nil && !errors.Is(err, course.ErrClosed) && !errors.Is(err, course.ErrFull) && !errors.Is(err, admissions.ErrNotThere) && !errors.Is(err, state.ErrMovedOn) {
				t.Error(err)
			}
		}
		w.drain()
		w.clock.Set(w.clock.Now().AddDate(0, 0, enrolment.AnswerDays+2))
		w.drain()
		if n := w.count("SELECT count(*) FROM enrolments WHERE run_id = ? AND status IN ('waiting', 'held', 'confirmed')", later.ID); n != 0 {
			t.Errorf("%d are left there", n)
		}
		want := e.Price
		if came[1] == nil {
			want = 0
		}
		if w.taken() != want {
			t.Errorf("%s are kept, want %s", w.taken(), want)
		}
		w.sound()
	}
}
