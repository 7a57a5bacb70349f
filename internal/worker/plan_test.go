package worker_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

// inParts lets the world's run be paid with a deposit of £400 and before each of its blocks, or in eight months.
func (w *world) inParts() {
	w.Helper()
	dbtest.Force(w, w.db, "INSERT INTO run_plans (run_id, deposit, by_block, months) VALUES (?, 40000, true, 8)", w.run.ID)
	o, err := course.OfferingOf(w.Context(), w.db, w.run.ID)
	if err != nil {
		w.Fatal(err)
	}
	w.run = o
}

// choose chooses instalments for a place and makes the page of the deposit.
func (w *world) choose(e *enrolment.Enrolment, kind billing.PlanKind) *billing.Plan {
	w.Helper()
	w.chooses(e, kind)
	w.drain()
	return w.plan(e)
}

// chooses has somebody choose a plan, and does nothing that follows of it.
func (w *world) chooses(e *enrolment.Enrolment, kind billing.PlanKind) {
	w.Helper()
	offers := admissions.PlanOffers(w.run, e, e.Price, london.DateOf(w.clock.Now()))
	i := slices.IndexFunc(offers, func(o admissions.PlanOffer) bool { return o.Kind == kind })
	w.write(func(tx *db.Tx) error {
		return admissions.ChoosePlan(w.Context(), tx, e.PersonID, e.Code, kind, offers[i].Parts)
	})
}

func (w *world) write(f func(*db.Tx) error) {
	w.Helper()
	if err := w.db.Write(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

func (w *world) plan(e *enrolment.Enrolment) *billing.Plan {
	w.Helper()
	p, err := admissions.PlanFor(w.Context(), w.db, e)
	if err != nil || p == nil {
		w.Fatalf("the plan is %v, %v", p, err)
	}
	return p
}

func (w *world) payments(e *enrolment.Enrolment) []billing.Payment {
	w.Helper()
	payments, err := billing.PaymentsOf(w.Context(), w.db, w.share(e))
	if err != nil {
		w.Fatal(err)
	}
	return payments
}

func (w *world) share(e *enrolment.Enrolment) billing.Share {
	w.Helper()
	shares, err := billing.SharesOf(w.Context(), w.db, e.ID)
	if err != nil || len(shares) != 1 {
		w.Fatalf("%d shares, %v", len(shares), err)
	}
	return shares[0]
}

// payPage pays the latest page of a place.
func (w *world) payPage(e *enrolment.Enrolment, method string) {
	w.Helper()
	payments := w.payments(e)
	if _, err := sandbox.PayPage(w.Context(), http.DefaultClient, payments[len(payments)-1].SessionURL, method); err != nil {
		w.Fatal(err)
	}
	w.drain()
}

// onPlan is a confirmed place whose deposit is paid with a method.
func (w *world) onPlan(email, method string) (*enrolment.Enrolment, *billing.Plan) {
	w.Helper()
	w.inParts()
	e := w.held(email)
	w.drain()
	w.choose(e, billing.ByBlock)
	w.payPage(e, method)
	w.expect(e, enrolment.Confirmed)
	w.sound()
	return e, w.plan(e)
}

// until moves the clock to the morning of a day, by way of that on which what is taken then is announced.
func (w *world) until(day london.Date) {
	w.Helper()
	if before := day.AddDays(-billing.NoticeDays).At(9, 0); before.After(w.clock.Now()) {
		w.clock.Set(before)
		w.drain()
	}
	w.clock.Set(day.At(9, 0))
}

// at moves the clock like until, and works everything.
func (w *world) at(day london.Date) {
	w.Helper()
	w.until(day)
	w.drain()
	w.sound()
}

func (w *world) due(e *enrolment.Enrolment) money.Amount {
	w.Helper()
	b, err := ledger.Balance(w.Context(), w.db, billing.Due(w.share(e).ID))
	if err != nil {
		w.Fatal(err)
	}
	return b
}

// stands checks how a plan and one of its parts stand, and whether the share is secured.
func (w *world) stands(e *enrolment.Enrolment, plan billing.PlanStatus, number int, part billing.InstalmentStatus, secured bool) {
	w.Helper()
	p := w.plan(e)
	if p.Status != plan || p.Parts[number].Status != part || w.share(e).Secured() != secured {
		w.Errorf("the plan is %s, part %d is %s, the share secured: %v; want %s, %s, %v",
			p.Status, number, p.Parts[number].Status, w.share(e).Secured(), plan, part, secured)
	}
}

func (w *world) administrator() {
	w.Helper()
	fixture.Person(w, w.db, "office@staff.example", people.Admin)
}

func (w *world) mails(template string) int {
	w.Helper()
	return w.count("SELECT count(*) FROM mails WHERE template = ?", template)
}

// captured is what the processor has taken.
func (w *world) captured() (sum money.Amount) {
	w.Helper()
	for _, s := range w.box.Truth() {
		sum += s.Captured
	}
	return sum
}

func TestInstalmentsAreChargedOnTheirDaysUntilEverythingIsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.box.SetFaults(sandbox.Faults{Duplicate: 2, Reverse: true})
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	w.stands(e, billing.PlanActive, 0, billing.InstalmentPaid, true)
	if plan.MethodKind != billing.Card || plan.MethodEnds != "4242" {
		t.Errorf("saved is %s %s", plan.MethodKind, plan.MethodEnds)
	}
	for _, i := range plan.Parts[1:] {
		w.at(i.DueOn.AddDays(-billing.NoticeDays))
		w.at(i.DueOn.AddDays(-1))
		if w.plan(e).Parts[i.Number].Status != billing.InstalmentDue {
			t.Errorf("instalment %d is charged before its day", i.Number)
		}
		w.at(i.DueOn)
	}
	w.stands(e, billing.PlanCompleted, 1, billing.InstalmentPaid, true)
	if w.due(e) != 0 || w.captured() != e.Price {
		t.Errorf("%s is due, %s was taken", w.due(e), w.captured())
	}
	if soon, paid := w.mails("instalment-soon"), w.mails("instalment-paid"); soon != len(plan.Parts)-1 || paid != len(plan.Parts)-1 {
		t.Errorf("%d announcements and %d receipts", soon, paid)
	}
	if doubts := w.doubts(); len(doubts) > 0 {
		t.Errorf("doubted: %+v", doubts)
	}
}

func TestNothingIsChargedForDatesThatWeCancelledUntilThePlaceGoesToOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	staff := fixture.Person(t, w.db, "office@staff.example", people.Admin)
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	later := w.another("FND-T28", 2)
	first := plan.Parts[1].DueOn
	w.at(first.AddDays(-billing.NoticeDays)) // it is announced
	w.clock.Set(first.AddDays(-2).At(9, 0))
	w.write(func(tx *db.Tx) error {
		return admissions.CancelRun(t.Context(), tx, staff.ID, w.run.Code, "The venue has closed.")
	})
	w.at(first)
	w.write(func(tx *db.Tx) error { return admissions.ChargeInstalment(t.Context(), tx, plan.ShareID) })
	w.drain()
	if w.charges() != 0 || w.plan(e).Parts[1].Status != billing.InstalmentDue {
		t.Errorf("%d charges, the instalment is %s", w.charges(), w.plan(e).Parts[1].Status)
	}
	w.write(func(tx *db.Tx) error { return admissions.MoveOwn(t.Context(), tx, e.PersonID, e.Code, later.Code) })
	w.at(first.AddDays(1))
	w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
	w.sound()
}

func TestAChargeThatNeedsItsHolderIsPaidOnAPageInstead(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]string{"refused": sandbox.AsksHolder, "left waiting": sandbox.WaitsForHolder} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
			w.box.SetFaults(sandbox.Faults{Refuse: refuse})
			w.at(plan.Parts[1].DueOn)
			w.stands(e, billing.PlanActive, 1, billing.InstalmentFailed, false)
			payments := w.payments(e)
			if last := payments[len(payments)-1]; last.Refusal != billing.NeedsPerson || w.mails("instalment-refused") != 1 {
				t.Errorf("refused for %q, %d mails", last.Refusal, w.mails("instalment-refused"))
			}
			w.write(func(tx *db.Tx) error {
				_, err := admissions.PayInstalments(t.Context(), tx, e.PersonID, e.Code, false)
				return err
			})
			w.drain()
			w.payPage(e, sandbox.CardAuthenticate)
			w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
			w.expect(e, enrolment.Confirmed)
			if want := plan.Parts[0].Amount + plan.Parts[1].Amount; w.captured() != want {
				t.Errorf("%s was taken, want %s", w.captured(), want)
			}
			w.sound()
		})
	}
}

func TestADeclinedCardIsTriedOnTheFirstThirdAndSeventhDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, plan := w.onPlan("ana@people.example", sandbox.CardDeclinedLater)
	first := plan.Parts[1].DueOn
	for day, tries := range []int{1, 2, 2, 3, 3, 3, 3, 4, 4} {
		w.at(first.AddDays(day))
		if got := w.plan(e).Parts[1].Tries; got != tries {
			t.Errorf("on day %d: %d tries, want %d", day, got, tries)
		}
	}
	w.stands(e, billing.PlanFailed, 1, billing.InstalmentFailed, false)
	w.expect(e, enrolment.Confirmed)
	if n := w.mails("instalment-refused"); n != 4 {
		t.Errorf("%d mails", n)
	}
	w.write(func(tx *db.Tx) error {
		_, err := admissions.PayInstalments(t.Context(), tx, e.PersonID, e.Code, false)
		return err
	})
	w.drain()
	w.payPage(e, sandbox.CardPays)
	w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
	if w.plan(e).MethodEnds != "4242" {
		t.Error("the card that paid is not the one that is charged from then on")
	}
}

func TestNotEnoughMoneyTwicePausesThePlanAndStaffAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.administrator()
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	w.box.SetFaults(sandbox.Faults{Refuse: sandbox.NoFunds})
	w.at(plan.Parts[1].DueOn)
	w.stands(e, billing.PlanActive, 1, billing.InstalmentFailed, false)
	if n := w.mails("staff-plan-stopped"); n != 0 {
		t.Errorf("staff were told %d times after the first", n)
	}
	w.at(plan.Parts[1].DueOn.AddDays(1))
	w.stands(e, billing.PlanPaused, 1, billing.InstalmentFailed, false)
	w.at(plan.Parts[1].DueOn.AddDays(30))
	w.stands(e, billing.PlanPaused, 1, billing.InstalmentFailed, false)
	w.expect(e, enrolment.Confirmed)
	if staff, mine := w.mails("staff-plan-stopped"), w.mails("instalment-refused"); staff != 1 || mine != 2 {
		t.Errorf("%d mails to staff, %d to the learner", staff, mine)
	}
}

func TestADirectDebitThatComesBackPausesThePlanAndKeepsThePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.Cashier.Bacs = true
	w.inParts()
	e := w.held("ana@people.example")
	w.drain()
	w.choose(e, billing.ByBlock)
	w.payPage(e, sandbox.BankPays)
	w.expect(e, enrolment.Held)
	w.clock.Advance(5 * 24 * time.Hour)
	w.drain()
	w.expect(e, enrolment.Confirmed)
	plan := w.plan(e)
	if plan.MethodKind != billing.BacsDirect {
		t.Fatalf("saved is %s", plan.MethodKind)
	}
	w.at(plan.Parts[1].DueOn)
	w.stands(e, billing.PlanActive, 1, billing.InstalmentCharging, true) // the bank takes its time
	for _, s := range w.box.Truth() {
		if s.Session == "" {
			if err := w.box.Settle(s.Intent, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.drain()
	w.stands(e, billing.PlanPaused, 1, billing.InstalmentFailed, false)
	w.expect(e, enrolment.Confirmed)
	w.sound()
}

func TestAnotherCardIsSavedAndChargedFromThenOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.box.SetFaults(sandbox.Faults{Duplicate: 2, Reverse: true})
	e, plan := w.onPlan("ana@people.example", sandbox.CardDeclinedLater)
	change := func() (page *billing.CardPage) {
		w.write(func(tx *db.Tx) (err error) {
			page, err = admissions.ChangeCard(t.Context(), tx, e.PersonID, e.Code)
			return err
		})
		w.drain()
		return page
	}
	left := change()
	if again := change(); again.ID != left.ID || again.SessionURL == "" {
		t.Errorf("pressed twice there are pages %d and %d", left.ID, again.ID)
	}
	w.clock.Advance(time.Hour) // it was left
	w.drain()
	page := change()
	if page.ID == left.ID {
		t.Fatal("a page that has closed is shown")
	}
	page = change()
	if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, page.SessionURL, sandbox.CardPays); err != nil {
		t.Fatal(err)
	}
	w.drain()
	if now := w.plan(e); now.MethodEnds != "4242" || now.Customer != plan.Customer || now.Method == plan.Method {
		t.Errorf("saved is %+v", now)
	}
	w.at(plan.Parts[1].DueOn)
	w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
	if doubts := w.doubts(); len(doubts) > 0 {
		t.Errorf("doubted: %+v", doubts)
	}
	if n := w.count("SELECT count(*) FROM audit WHERE action = 'card changed'"); n != 1 {
		t.Errorf("it was written down %d times", n)
	}
}
