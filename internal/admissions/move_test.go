package admissions_test

import (
	"errors"
	"strings"
	"sync"
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
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

// anotherRun schedules a run of the same course as the first one, of two blocks of five days.
func anotherRun(t *testing.T, d *db.DB, code string, capacity int, first london.Date) id.Run {
	t.Helper()
	o := &course.Offering{
		Run:    course.Run{Code: code, City: "Leeds", Status: course.Open, Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30"},
		Blocks: []course.Block{{StartsOn: first, EndsOn: first.AddDays(4)}, {StartsOn: first.AddDays(91), EndsOn: first.AddDays(95)}},
		Prices: []course.Price{{Band: course.Organisation, Amount: 450_000}, {Band: course.Self, Amount: 350_000}, {Band: course.Peer, Amount: 200_000}},
		Scale:  []course.Step{{DaysBefore: 0, ChargeBP: 10_000}},
		Places: course.Places{Capacity: capacity},
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := tx.NewRaw("SELECT course_id FROM runs ORDER BY id LIMIT 1").Scan(t.Context(), &o.CourseID); err != nil {
			return err
		}
		return course.Schedule(t.Context(), tx, audit.System, o)
	})
	if err != nil {
		t.Fatal(err)
	}
	return o.ID
}

func (w *world) paid(n int) *enrolment.Enrolment {
	w.Helper()
	e, p, paid := w.booked(n)
	w.settle(p, paid)
	return w.enrolment(e.ID)
}

func (w *world) moves(e *enrolment.Enrolment, to string) error {
	return w.db.Write(w.Context(), func(tx *db.Tx) error { return admissions.MoveOwn(w.Context(), tx, e.PersonID, e.Code, to) })
}

func TestAPlaceGoesToLaterDatesWithAllThatBelongsToIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e := w.paid(1)
	later := anotherRun(t, w.db, "FND-L28", 3, london.On(2028, 1, 10))
	for range 2 { // the second press changes nothing
		if err := w.moves(e, "FND-L28"); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.enrolment(e.ID); got.RunID != later || got.Status != enrolment.Confirmed || got.Price != fee || !got.ConfirmedAt.Equal(e.ConfirmedAt) {
		t.Errorf("the place is %+v", got)
	}
	there, err := course.PlacesOf(t.Context(), w.db, later)
	if err != nil || there.Confirmed != 1 || w.places().Taken() != 0 {
		t.Errorf("%d there, %d here, %v", there.Confirmed, w.places().Taken(), err)
	}
	if w.balance(billing.Deferred(w.run)) != 0 || w.balance(billing.Deferred(later)) != -fee {
		t.Errorf("%s deferred here, %s there", w.balance(billing.Deferred(w.run)), w.balance(billing.Deferred(later)))
	}
	var calendar string
	err = w.db.NewRaw(`SELECT string_agg(convert_from(a.body, 'UTF8'), '') FROM mails m JOIN mail_attachments a ON a.mail_id = m.id WHERE m.template = 'place-moved'`).
		Scan(t.Context(), &calendar)
	if err != nil || strings.Count(calendar, "STATUS:CANCELLED") != 10 || strings.Count(calendar, "BEGIN:VEVENT") != 20 || w.mails("place-moved") != 1 {
		t.Errorf("%d mails with %d days, %d of them cancelled, %v", w.mails("place-moved"), strings.Count(calendar, "BEGIN:VEVENT"), strings.Count(calendar, "STATUS:CANCELLED"), err)
	}
	w.sound()
}

func TestSomebodyChangesTheirOwnDatesOnceInTimeAndToLaterOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e := w.paid(1)
	anotherRun(t, w.db, "FND-E27", 3, london.On(2027, 1, 18))
	anotherRun(t, w.db, "FND-L28", 3, london.On(2028, 1, 10))
	anotherRun(t, w.db, "FND-M28", 3, london.On(2028, 3, 13))
	anotherRun(t, w.db, "FND-F28", 0, london.On(2028, 5, 8))
	asked := anotherRun(t, w.db, "FND-A28", 3, london.On(2028, 9, 11))
	dbtest.Force(t, w.db, "UPDATE runs SET entry = 'apply' WHERE id = ?", asked)
	for to, want := range map[string]error{"FND-E27": admissions.ErrNotThere, "FND-F28": course.ErrFull, "FND-X28": admissions.ErrNotThere, "FND-A28": admissions.ErrNotThere} {
		if err := w.moves(e, to); !sameRefusal(err, want) {
			t.Errorf("to %s: %v, want %v", to, err, want)
		}
	}
	w.clock.Set(london.On(2027, 2, 9).At(9, 0)) // 27 days before
	if err := w.moves(e, "FND-L28"); !sameRefusal(err, admissions.ErrAskToMove) {
		t.Errorf("27 days before: %v", err)
	}
	w.clock.Set(london.On(2027, 2, 8).At(9, 0))
	if err := w.moves(e, "FND-L28"); err != nil {
		t.Fatal(err)
	}
	if err := w.moves(e, "FND-M28"); !sameRefusal(err, enrolment.ErrMovedOnce) {
		t.Errorf("a second time: %v", err)
	}
	if got := w.enrolment(e.ID); got.RunID == w.run {
		t.Error("the place did not move")
	}
	w.sound()
}

// A deferral after the first of two blocks keeps what was paid at the old price: half is earned, half goes along.
func TestWhoeverDefersInTheMiddleKeepsWhatWasPaidAtTheOldPrice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e := w.paid(1)
	later := anotherRun(t, w.db, "FND-L28", 3, london.On(2028, 1, 10))
	w.clock.Set(london.On(2027, 3, 12).At(16, 30))
	move := func(o admissions.MoveOrder) error {
		return w.db.Write(t.Context(), func(tx *db.Tx) error { return admissions.MoveFor(t.Context(), tx, w.person(9).Person, e.Code, o) })
	}
	if err := move(admissions.MoveOrder{To: "FND-L28", Price: fee}); failure.Of(err) == nil || failure.Of(err).Fields["reason"] == "" {
		t.Errorf("without a reason: %v", err)
	}
	if err := move(admissions.MoveOrder{To: "FND-L28", Reason: "They were ill.", Price: fee}); err != nil {
		t.Fatal(err)
	}
	if w.balance(billing.Deferred(w.run)) != -fee/2 || w.balance(billing.Deferred(later)) != -fee/2 {
		t.Errorf("%s deferred here, %s there", w.balance(billing.Deferred(w.run)), w.balance(billing.Deferred(later)))
	}
	if got := w.enrolment(e.ID); got.Price != fee || got.RunID != later {
		t.Errorf("the place is %+v", got)
	}
	w.sound()
}

func TestALowerPriceGoesBackToWhoPaidAndAHigherOneIsAShareOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	later := anotherRun(t, w.db, "FND-L28", 3, london.On(2028, 1, 10))
	staff := w.person(9).Person
	move := func(e *enrolment.Enrolment, price money.Amount, extra id.Share) error {
		return w.db.Write(t.Context(), func(tx *db.Tx) error {
			return admissions.MoveFor(t.Context(), tx, staff, e.Code, admissions.MoveOrder{To: "FND-L28", Reason: "Agreed.", Price: price, Extra: extra})
		})
	}
	cheaper, dearer := w.paid(1), w.paid(2)
	if err := move(cheaper, 300_000, 0); err != nil {
		t.Fatal(err)
	}
	payment := w.payment(cheaper.ID)
	if r := w.refunds(payment); len(r) != 1 || r[0].Amount != 25_000 || r[0].Reason != billing.ForMove || w.balance(billing.Due(payment.ShareID)) != 0 {
		t.Errorf("refunds %+v, due %s", r, w.balance(billing.Due(payment.ShareID)))
	}
	own := w.payment(dearer.ID).ShareID
	if err := move(dearer, 350_000, 0); failure.Of(err) == nil || failure.Of(err).Fields["extra"] == "" {
		t.Errorf("nobody pays the difference: %v", err)
	}
	if err := move(dearer, 350_000, own); err != nil {
		t.Fatal(err)
	}
	shares, err := billing.SharesOf(t.Context(), w.db, dearer.ID)
	if err != nil || len(shares) != 2 || shares[1].Amount != 25_000 || w.balance(billing.Due(shares[1].ID)) != 25_000 {
		t.Errorf("shares %+v, %v", shares, err)
	}
	var told int
	if err := w.db.NewRaw("SELECT count(*) FROM mails WHERE template = 'place-moved' AND text_body LIKE '%Please pay £250.00 %'").Scan(t.Context(), &told); err != nil || told != 1 {
		t.Errorf("%d were told of what is to be paid, %v", told, err)
	}
	if w.balance(billing.Deferred(later)) != -650_000 || w.balance(billing.Deferred(w.run)) != 0 {
		t.Errorf("%s deferred there, %s here", w.balance(billing.Deferred(later)), w.balance(billing.Deferred(w.run)))
	}
	w.sound()
}

func TestAPlaceThatCostsNothingAnyMoreIsGivenUpForNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	anotherRun(t, w.db, "FND-L28", 3, london.On(2028, 1, 10))
	staff, e := w.person(9).Person, w.paid(1)
	w.write(func(tx *db.Tx) error {
		return admissions.MoveFor(t.Context(), tx, staff, e.Code, admissions.MoveOrder{To: "FND-L28", Reason: "Our mistake."})
	})
	w.write(func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, 0) })
	w.expect(e.ID, enrolment.Withdrawn)
	if r := w.refunds(w.payment(e.ID)); len(r) != 1 || r[0].Amount != 325_000 {
		t.Errorf("refunds %+v", r)
	}
	w.sound()
	other := w.paid(2)
	w.write(func(tx *db.Tx) error {
		return admissions.MoveFor(t.Context(), tx, staff, other.Code, admissions.MoveOrder{To: "FND-L28", Reason: "Our mistake."})
	})
	cancels(t, w.db, func(tx *db.Tx) error {
		return admissions.CancelRun(t.Context(), tx, staff, "FND-L28", "Nobody teaches.")
	})
	w.write(func(tx *db.Tx) error { return admissions.ChooseMoney(t.Context(), tx, other.PersonID, other.Code) })
	w.expect(other.ID, enrolment.Cancelled)
	w.sound()
}

func TestAnEmployersPlaceIsMovedByTheOfficeAndCreditedWhenItCostsLess(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, seat, in := f.sent()
	later := anotherRun(t, f.db, "FND-L28", 3, london.On(2028, 1, 10))
	f.refused(admissions.ErrAskToMove, func(tx *db.Tx) error { return admissions.MoveOwn(t.Context(), tx, seat.PersonID, seat.Code, "FND-L28") })
	before := f.owes(trust)
	f.write(func(tx *db.Tx) error {
		return admissions.MoveFor(t.Context(), tx, f.ann, seat.Code, admissions.MoveOrder{To: "FND-L28", Reason: "The trust asked.", Price: seat.Price - 20_000})
	})
	f.sound()
	if got := f.seat(seat.ID); got.RunID != later || got.Price != seat.Price-20_000 {
		t.Errorf("the place is %+v", got)
	}
	if after := f.owes(trust); after != before-20_000 {
		t.Errorf("the trust owes %s, before %s", after, before)
	}
	if got := f.invoice(in.Number); got.Credited != 20_000 {
		t.Errorf("%s of the invoice is credited", got.Credited)
	}
	if due, err := ledger.Balance(t.Context(), f.db, billing.Deferred(f.run)); err != nil || due != 0 {
		t.Errorf("%s is left here, %v", due, err)
	}
	if got := strings.Join(f.mails("coordinator@trust.example"), " "); !strings.Contains(got, "seat-moved") {
		t.Errorf("the coordinator was told %s", got)
	}
}

func TestAnAwardGoesWithThePlaceThatItPays(t *testing.T) {
	t.Parallel()
	g, a, p := mixture(t)
	g.says(p, billing.Standing{Paid: true})
	later := anotherRun(t, g.house.App, "FND-L28", 3, london.On(2028, 1, 10))
	e := g.place(a)
	err := g.machine(func(tx *db.Tx) error { return admissions.MoveOwn(t.Context(), tx, e.PersonID, e.Code, "FND-L28") })
	if !sameRefusal(err, admissions.ErrAskToMove) {
		t.Errorf("by themselves: %v", err)
	}
	err = g.machine(func(tx *db.Tx) error {
		return admissions.MoveFor(t.Context(), tx, g.grace, e.Code, admissions.MoveOrder{To: "FND-L28", Reason: "They were ill.", Price: e.Price})
	})
	if err != nil {
		t.Fatal(err)
	}
	g.sound()
	if got := g.award(0); got.RunID != later || got.Status != award.Accepted {
		t.Errorf("the award is for run %d and %s", got.RunID, got.Status)
	}
	// It goes nowhere but where its place is.
	err = g.machine(func(tx *db.Tx) error { return award.Follow(t.Context(), tx, g.award(0), e.RunID) })
	if !db.Violates(err, "awards_stand") {
		t.Errorf("the award went back alone: %v", err)
	}
}

func TestOnlyAMoveChangesTheRunOfAPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e := w.paid(1)
	later := anotherRun(t, w.db, "FND-L28", 3, london.On(2028, 1, 10))
	err := w.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE enrolments SET run_id = ? WHERE id = ?", later, e.ID).Exec(t.Context())
		return err
	})
	if !db.Violates(err, "enrolments_keep_run") {
		t.Errorf("changing the run: %v", err)
	}
	w.write(func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, fee) })
	err = w.db.Write(t.Context(), func(tx *db.Tx) error {
		return enrolment.MoveTo(t.Context(), tx, w.enrolment(e.ID), enrolment.Move{ToRunID: later, ByID: e.PersonID, Own: true})
	})
	if !sameRefusal(err, state.ErrMovedOn) {
		t.Errorf("moving what was given up: %v", err)
	}
}

// Six want the last two places there: they are never oversold, and who is refused keeps what they had.
func TestMovesRaceForTheLastPlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 9)
	var movers []*enrolment.Enrolment
	for n := range 6 {
		movers = append(movers, w.paid(n+1))
	}
	later := anotherRun(t, w.db, "FND-L28", 2, london.On(2028, 1, 10))
	start := make(chan struct{})
	results := make([]error, len(movers))
	var all sync.WaitGroup
	for i, e := range movers {
		all.Go(func() {
			<-start
			results[i] = w.moves(e, "FND-L28")
		})
	}
	close(start)
	all.Wait()
	won := 0
	for i, err := range results {
		at := w.enrolment(movers[i].ID)
		switch {
		case err == nil && at.RunID == later:
			won++
		case errors.Is(err, course.ErrFull) && at.RunID == w.run && at.Status == enrolment.Confirmed:
		default:
			t.Errorf("mover %d: %v, now on run %d", i, err, at.RunID)
		}
	}
	there, err := course.PlacesOf(t.Context(), w.db, later)
	if err != nil || won != 2 || there.Confirmed != 2 || w.places().Confirmed != 4 {
		t.Errorf("%d moved, %d there, %d here, %v", won, there.Confirmed, w.places().Confirmed, err)
	}
	w.sound()
}
