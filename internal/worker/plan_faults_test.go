package worker_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/sandbox"
	"bursar/internal/state"
	"bursar/internal/worker"
)

// charges is how many payments with saved cards the processor made, whatever became of them.
func (w *world) charges() (n int) {
	w.Helper()
	for _, s := range w.box.Truth() {
		if s.Session == "" {
			n++
		}
	}
	return n
}

// begin makes the payment of what is due, and does not charge it.
func (w *world) begin(e *enrolment.Enrolment, plan *billing.Plan) billing.Payment {
	w.Helper()
	w.until(plan.Parts[1].DueOn)
	w.write(func(tx *db.Tx) error { return admissions.ChargeInstalment(w.Context(), tx, plan.ShareID) })
	payments := w.payments(e)
	return payments[len(payments)-1]
}

func TestAProcessKilledBetweenChargeAndRecordChargesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	p := w.begin(e, plan)
	cashier := &billing.Cashier{DB: w.db, Gateway: w.gateway}
	if s, err := cashier.Charge(t.Context(), p.ID); err != nil || !s.Paid {
		t.Fatalf("charging gave %+v, %v", s, err)
	}
	// Here the process ended: the answer is lost, and the job is worked again.
	w.drain()
	w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
	if w.charges() != 1 || w.captured() != plan.Parts[0].Amount+plan.Parts[1].Amount {
		t.Errorf("%d charges, %s taken", w.charges(), w.captured())
	}
	w.sound()
}

func TestAChargeWhoseAnswerIsLostIsMadeOnce(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]sandbox.Failure{
		"cut before": sandbox.CutBefore, "cut after": sandbox.CutAfter, "error before": sandbox.ErrorBefore, "error after": sandbox.ErrorAfter,
		"limited": sandbox.RateLimited, "locked": sandbox.Locked,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
			w.begin(e, plan)
			w.box.FailNext(1, "POST /v1/payment_intents", how)
			_ = w.tryDrain() // the first try fails
			_ = w.tryDrain() // and so may one that comes at once
			for range 3 {
				w.clock.Advance(3 * time.Minute)
				_ = w.tryDrain() // an error is kept under its key for a while
			}
			w.drain()
			w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
			if w.charges() != 1 {
				t.Errorf("%d charges", w.charges())
			}
			w.sound()
		})
	}
}

func TestManyWorkersAtOnceChargeOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	p := w.begin(e, plan)
	w.clock.Advance(time.Hour) // keys are old: each would make a new one
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			cashier := &billing.Cashier{DB: w.db, Gateway: w.gateway}
			if _, err := cashier.Charge(t.Context(), p.ID); err != nil && !errors.Is(err, billing.ErrGatewayDown) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.drain()
	if w.charges() != 1 {
		t.Errorf("%d charges", w.charges())
	}
	w.sound()
}

func TestAPauseTakesBackAChargeThatWasNotSentAndNoOther(t *testing.T) {
	t.Parallel()
	for _, sent := range []bool{false, true} {
		w := newWorld(t, 1)
		staff := fixture.Person(w, w.db, "office@staff.example", people.Admin)
		e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
		p := w.begin(e, plan)
		cashier := &billing.Cashier{DB: w.db, Gateway: w.gateway}
		if sent {
			if _, err := cashier.Charge(t.Context(), p.ID); err != nil {
				t.Fatal(err)
			}
		}
		w.write(func(tx *db.Tx) error {
			return admissions.PausePlan(t.Context(), tx, staff.ID, e.Code, london.Date{}, "Out of work until spring.")
		})
		w.drain()
		want, n := billing.InstalmentDue, 0
		if sent {
			want, n = billing.InstalmentPaid, 1
		}
		w.stands(e, billing.PlanPaused, 1, want, true)
		if w.charges() != n {
			t.Errorf("sent %v: %d charges", sent, w.charges())
		}
		w.at(plan.Parts[2].DueOn)
		if w.charges() != n {
			t.Error("a paused plan is charged")
		}
		w.sound()
	}
}

func TestAPauseAndAChargeAtOnceAgreeWithTheProcessor(t *testing.T) {
	t.Parallel()
	for range 5 {
		w := newWorld(t, 1)
		staff := fixture.Person(w, w.db, "office@staff.example", people.Admin)
		e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
		p := w.begin(e, plan)
		var both sync.WaitGroup
		both.Go(func() {
			cashier := &billing.Cashier{DB: w.db, Gateway: w.gateway}
			if _, err := cashier.Charge(t.Context(), p.ID); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() {
			err := w.db.Write(t.Context(), func(tx *db.Tx) error {
				return admissions.PausePlan(t.Context(), tx, staff.ID, e.Code, london.Date{}, "Out of work.")
			})
			if err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		w.drain()
		paid := w.plan(e).Parts[1].Status == billing.InstalmentPaid
		if paid != (w.charges() == 1) || w.plan(e).Status != billing.PlanPaused {
			t.Errorf("paid %v, %d charges, the plan is %s", paid, w.charges(), w.plan(e).Status)
		}
		w.sound()
	}
}

func TestAnAgreedPauseEndsByItselfWithNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	staff := fixture.Person(w, w.db, "office@staff.example", people.Admin)
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	until := plan.Parts[1].DueOn.AddDays(10)
	w.write(func(tx *db.Tx) error { return admissions.PausePlan(t.Context(), tx, staff.ID, e.Code, until, "Ill.") })
	w.at(until)
	w.stands(e, billing.PlanPaused, 1, billing.InstalmentDue, true)
	w.at(until.AddDays(1))
	w.stands(e, billing.PlanActive, 1, billing.InstalmentDue, true)
	if due := w.plan(e).Parts[1].DueOn; due != until.AddDays(1+billing.NoticeDays) {
		t.Errorf("it is due on %s", due)
	}
	w.at(until.AddDays(1 + billing.NoticeDays))
	w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
}

func TestWhatIsChosenWhileAPageIsOpenReplacesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.inParts()
	e := w.held("ana@people.example")
	w.drain()
	w.choose(e, billing.ByBlock)
	w.choose(e, billing.Monthly)
	payments := w.payments(e)
	if len(payments) != 3 || payments[2].Amount != w.plan(e).Parts[0].Amount {
		t.Fatalf("payments %+v", payments)
	}
	for i, page := range w.box.Truth() {
		if (page.State == billing.PageOpen) != (i == 2) {
			t.Errorf("page %d of %s is %s", i, page.Amount, page.State)
		}
	}
	w.write(func(tx *db.Tx) error { return admissions.DropPlan(t.Context(), tx, e.PersonID, e.Code) })
	w.drain()
	w.payPage(e, sandbox.CardPays)
	w.expect(e, enrolment.Confirmed)
	if w.captured() != e.Price {
		t.Errorf("%s was taken", w.captured())
	}
	w.sound()
}

func TestAPlanThatIsGoneBackOnBeforeThePageIsClosedLeavesThePlaceToBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.inParts()
	e := w.held("ana@people.example")
	w.drain()
	w.chooses(e, billing.ByBlock)
	w.write(func(tx *db.Tx) error { return admissions.DropPlan(t.Context(), tx, e.PersonID, e.Code) })
	w.drain()
	w.expect(e, enrolment.Held)
	w.payPage(e, sandbox.CardPays)
	w.expect(e, enrolment.Confirmed)
	if w.captured() != e.Price {
		t.Errorf("%s was taken", w.captured())
	}
	w.sound()
}

func TestADepositThatIsNotPaidLetsThePlaceGoAndOneThatComesLateTakesItAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.inParts()
	e := w.held("ana@people.example")
	w.drain()
	plan := w.choose(e, billing.ByBlock)
	payments := w.payments(e)
	p := payments[len(payments)-1]
	w.clock.Advance(time.Hour)
	w.drain()
	w.expect(e, enrolment.Lapsed)
	standing := billing.Standing{
		Session: p.Session, Reference: p.Code, State: billing.PageComplete, Paid: true, Intent: "pi_late", Amount: p.Amount, Captured: p.Amount, Currency: "gbp",
		Saved: billing.SavedMethod{Customer: "cus_1", Method: "pm_1", Kind: billing.Card, Ends: "4242"},
	}
	w.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, standing) })
	w.expect(e, enrolment.Confirmed)
	w.stands(e, billing.PlanActive, 0, billing.InstalmentPaid, true)
	if w.due(e) != plan.Rest()-p.Amount {
		t.Errorf("%s is due", w.due(e))
	}
	w.sound()
}

func TestAPlaceThatIsGivenUpEndsItsPlanAndGivesBackWhatIsNotKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	w.at(plan.Parts[1].DueOn.AddDays(-26)) // 40 days before the first day: half the price is kept
	w.write(func(tx *db.Tx) error {
		_, err := admissions.PayInstalments(t.Context(), tx, e.PersonID, e.Code, true)
		return err
	})
	w.drain()
	w.payPage(e, sandbox.CardPays)
	w.stands(e, billing.PlanCompleted, 4, billing.InstalmentPaid, true)
	w.withdraw(e)
	w.drain()
	var back money.Amount
	for _, s := range w.box.Truth() {
		for _, r := range s.Refunds {
			back += r.Amount
		}
	}
	if back != e.Price/2 {
		t.Errorf("%s went back", back)
	}
	w.sound()
}

func TestNothingIsChargedOnceAPlaceIsGivenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	p := w.begin(e, plan)
	w.withdraw(e)
	w.drain()
	if w.charges() != 0 {
		t.Error("a place that was given up is charged")
	}
	if got, err := admissions.PlanFor(t.Context(), w.db, e); err != nil || got != nil {
		t.Errorf("the plan is %+v, %v", got, err)
	}
	if err := w.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := admissions.PayInstalments(t.Context(), tx, e.PersonID, e.Code, false)
		return err
	}); !errors.Is(err, admissions.ErrNothingToPay) && !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("paying on gave %v", err)
	}
	_ = p
	w.sound()
}

func TestTheComparisonFindsChargesWhoseEventsNeverCame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	p := w.begin(e, plan)
	w.box.SetFaults(sandbox.Faults{Drop: true})
	cashier := &billing.Cashier{DB: w.db, Gateway: w.gateway}
	if _, err := cashier.Charge(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	c, err := worker.Reconcile(t.Context(), w.db, w.gateway, start.Add(-time.Hour))
	if err != nil || len(c.Doubts) != 0 {
		t.Fatalf("%+v, %v", c, err)
	}
	w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
	if c, err = worker.Reconcile(t.Context(), w.db, w.gateway, start.Add(-time.Hour)); err != nil || len(c.Doubts) != 0 {
		t.Fatalf("again: %+v, %v", c, err)
	}
	w.sound()
}
