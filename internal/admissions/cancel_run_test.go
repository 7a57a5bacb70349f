package admissions_test

import (
	"slices"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

const noTrainers = "Two of our trainers cannot come."

// cancels cancels the first run and does what that means, a few places at a time, as the program does.
func cancels(t *testing.T, d *db.DB, by func(*db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), by); err != nil {
		t.Fatal(err)
	}
	for {
		next, err := enrolment.ToCancel(t.Context(), d, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(next) == 0 {
			return
		}
		for _, e := range next {
			for range 2 { // a crash may repeat it
				if err := d.Write(t.Context(), func(tx *db.Tx) error { return admissions.CancelNext(t.Context(), tx, e) }); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// refundsDue gives the money back of which the last day to choose has passed.
func refundsDue(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	due, err := enrolment.CancelledDue(t.Context(), d, d.Now(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range due {
		for range 2 {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { return admissions.RefundCancelled(t.Context(), tx, audit.System, e) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	return len(due)
}

func TestACancelledRunGivesEverybodyOtherDatesOrAllTheirMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 9)
	w.administrator()
	mover, asker, silent := w.paid(1), w.paid(2), w.paid(3)
	unpaid, page, _ := w.booked(4)
	later := anotherRun(t, w.db, "FND-L27", 3, london.On(2027, 2, 1)) // earlier dates are a choice, too
	staff := w.person(8).Person
	cancel := func(reason string) func(*db.Tx) error {
		return func(tx *db.Tx) error { return admissions.CancelRun(t.Context(), tx, staff, "FND-M27", reason) }
	}
	if err := w.db.Write(t.Context(), cancel("  ")); failure.Of(err) == nil || failure.Of(err).Fields["reason"] == "" {
		t.Errorf("without a reason: %v", err)
	}
	cancels(t, w.db, cancel(noTrainers))
	w.sound()
	w.expect(unpaid.ID, enrolment.Cancelled)
	if got := w.mails("run-cancelled"); got != 3 {
		t.Errorf("%d asked", got)
	}
	if _, err := w.book(w.person(5)); !sameRefusal(err, course.ErrClosed) {
		t.Errorf("booking a cancelled run: %v", err)
	}
	w.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, page.ID, paid(page)) }) // late money goes back
	w.expect(unpaid.ID, enrolment.Cancelled)

	if err := w.moves(mover, "FND-L27"); err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *db.Tx) error { return admissions.ChooseMoney(t.Context(), tx, asker.PersonID, asker.Code) })
	w.write(func(tx *db.Tx) error { return admissions.ChooseMoney(t.Context(), tx, asker.PersonID, asker.Code) })
	w.clock.Set(london.On(2026, 12, 7).End())
	if n := refundsDue(t, w.db); n != 0 {
		t.Errorf("%d were refunded on the last day to choose", n)
	}
	w.clock.Advance(second)
	if n := refundsDue(t, w.db); n != 1 {
		t.Errorf("%d were refunded after it", n)
	}
	for _, e := range []*enrolment.Enrolment{asker, silent} {
		w.expect(e.ID, enrolment.Cancelled)
		if r := w.refunds(w.payment(e.ID)); len(r) != 1 || r[0].Amount != fee {
			t.Errorf("refunds %+v", r)
		}
	}
	if got := w.enrolment(mover.ID); got.RunID != later || got.Status != enrolment.Confirmed {
		t.Errorf("who moved: %+v", got)
	}
	if w.balance(billing.Deferred(w.run)) != 0 || w.balance(billing.Kept(w.run)) != 0 || w.balance(billing.Deferred(later)) != -fee || w.places().Taken() != 0 {
		t.Errorf("%s deferred, %s kept, %s there, %d taken", w.balance(billing.Deferred(w.run)), w.balance(billing.Kept(w.run)), w.balance(billing.Deferred(later)), w.places().Taken())
	}
	w.sound()
}

func TestAFinishedRunIsNotCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE runs SET status = 'finished'").Exec(t.Context())
		return err
	})
	err := w.db.Write(t.Context(), func(tx *db.Tx) error {
		return admissions.CancelRun(t.Context(), tx, w.person(8).Person, "FND-M27", noTrainers)
	})
	if !sameRefusal(err, state.ErrMovedOn) {
		t.Errorf("cancelling a finished run: %v", err)
	}
}

// Between the office's word and the work that follows from it there is a moment.
func TestMoneyThatComesWhenTheDatesHaveJustBeenCancelledGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 9)
	e, p, paid := w.booked(1)
	w.write(func(tx *db.Tx) error {
		return admissions.CancelRun(t.Context(), tx, w.person(8).Person, "FND-M27", noTrainers)
	})
	w.settle(p, paid)
	w.expect(e.ID, enrolment.Held)
	cancels(t, w.db, func(*db.Tx) error { return nil })
	w.expect(e.ID, enrolment.Cancelled)
	if back := w.refunds(p); len(back) != 1 || back[0].Amount != fee {
		t.Errorf("what goes back is %+v", back)
	}
	if w.mails("place-confirmed") != 0 || w.mails("payment-returned") != 1 {
		t.Errorf("%d times they were told of a place, %d times of the money", w.mails("place-confirmed"), w.mails("payment-returned"))
	}
}

func TestAnEmployerOwesNothingForACancelledRun(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, seat, in := f.sent()
	cancels(t, f.db, func(tx *db.Tx) error { return admissions.CancelRun(t.Context(), tx, f.ann, "FND-L27", noTrainers) })
	f.refused(admissions.ErrEmployersPlace, func(tx *db.Tx) error { return admissions.ChooseMoney(t.Context(), tx, seat.PersonID, seat.Code) })
	f.clock.Set(london.On(2026, 12, 8).At(0, 0))
	if n := refundsDue(t, f.db); n != 1 {
		t.Errorf("%d places ended", n)
	}
	f.sound()
	if got := f.seat(seat.ID); got.Status != enrolment.Cancelled || f.owes(trust) != 0 || f.invoice(in.Number).Credited != in.Total {
		t.Errorf("the place is %s, %s is owed, %s of %s credited", got.Status, f.owes(trust), f.invoice(in.Number).Credited, in.Total)
	}
	var why []string
	if err := f.db.NewRaw("SELECT reason FROM credit_notes").Scan(t.Context(), &why); err != nil || len(why) != 1 || !strings.Contains(why[0], "We cancelled the dates") {
		t.Errorf("the credit note says %q, %v", why, err)
	}
	if got := f.mails("coordinator@trust.example"); !slices.Contains(got, "seats-cancelled") || !slices.Contains(got, "seats-ended") {
		t.Errorf("the coordinator was told %v", got)
	}
	if left, err := ledger.Balance(t.Context(), f.db, billing.Deferred(f.run)); err != nil || left != 0 {
		t.Errorf("%s is left to be taught, %v", left, err)
	}
}

func TestWhoPaysForPlacesThatOthersBookedHearsOfCancelledDatesOnce(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	kestrel := f.employer("kestrel", organisation.PONotUsed)
	e := f.shared("kestrel", "1,000")
	requests, err := billing.OpenRequests(t.Context(), f.db, kestrel.ID)
	if err != nil {
		t.Fatal(err)
	}
	f.write(func(tx *db.Tx) error {
		return admissions.AgreeToPay(t.Context(), tx, kestrel.by, kestrel.Organisation, requests[0].Code, billing.NewOrder{})
	})
	cancels(t, f.db, func(tx *db.Tx) error { return admissions.CancelRun(t.Context(), tx, f.ann, "FND-L27", noTrainers) })
	told := 0
	for _, template := range f.mails("coordinator@kestrel.example") {
		if template == "payer-cancelled" {
			told++
		}
	}
	if told != 1 || f.seat(e.ID).Status != enrolment.Cancelled {
		t.Errorf("they were told %d times; the place is %s", told, f.seat(e.ID).Status)
	}
}

// An offer ends by its holder or its day alone, also when the run is cancelled; an accepted award goes back to the funds.
func TestAnAwardGoesAlongToTheDatesThatItsHolderChooses(t *testing.T) {
	t.Parallel()
	g, a, p := mixture(t)
	g.says(p, billing.Standing{Paid: true})
	later := anotherRun(t, g.house.App, "FND-L28", 3, london.On(2028, 1, 10))
	e := g.place(a)
	cancels(t, g.house.Machine, func(tx *db.Tx) error { return admissions.CancelRun(t.Context(), tx, g.grace, g.run, noTrainers) })
	err := g.machine(func(tx *db.Tx) error { return admissions.MoveOwn(t.Context(), tx, e.PersonID, e.Code, "FND-L28") })
	if got := g.award(0); err != nil || got.RunID != later || got.Status != award.Accepted || g.place(a).RunID != later {
		t.Errorf("the award is for run %d and %s, the place on %d, %v", got.RunID, got.Status, g.place(a).RunID, err)
	}
	g.sound()
}

func TestFundsHaveTheirMoneyAgainWhenARunIsCancelled(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, from("london", "own_payment", "1,250"), from("north_west"))
	a, err := g.accept(0)
	if err != nil {
		t.Fatal(err)
	}
	p, offered := g.pay(0), g.award(1)
	if offered.Status != award.Offered {
		t.Fatalf("the second award is %s", offered.Status)
	}
	g.says(p, billing.Standing{Paid: true})
	machine := g.house.Machine
	cancels(t, machine, func(tx *db.Tx) error { return admissions.CancelRun(t.Context(), tx, g.grace, g.run, noTrainers) })
	if e := g.place(offered); e.Status != enrolment.Held || g.award(1).Status != award.Offered {
		t.Errorf("what was offered is %s and the award %s", e.Status, g.award(1).Status)
	}
	if c := london.DateOf(g.clock.Now()).AddDays(enrolment.AnswerDays); g.award(1).UntilOn.Before(c) || g.place(offered).HeldUntil.Before(c.End()) {
		t.Errorf("it can be answered until %s, others choose until %s", g.award(1).UntilOn, c)
	}
	var told []string
	err = dbtest.Owner(t, g.house.App).NewRaw("SELECT template FROM mails WHERE template IN ('run-cancelled', 'offer-dates-cancelled') ORDER BY 1").Scan(t.Context(), &told)
	if want := []string{"offer-dates-cancelled", "run-cancelled"}; err != nil || !slices.Equal(told, want) {
		t.Errorf("they were told %v, %v", told, err)
	}
	before := g.left(g.london)
	g.clock.Set(begin.AddDate(0, 3, 0))
	if n := refundsDue(t, machine); n != 1 {
		t.Errorf("%d places ended", n)
	}
	g.sound()
	if g.place(a).Status != enrolment.Cancelled || g.award(0).Status != award.Released || g.left(g.london) <= before {
		t.Errorf("the place is %s, the award %s, %s in the fund, before %s", g.place(a).Status, g.award(0).Status, g.left(g.london), before)
	}
}
