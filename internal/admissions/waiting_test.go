package admissions_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

func (w *world) joins(n int, peer bool) (e *enrolment.Enrolment, err error) {
	w.Helper()
	who := w.person(n).Person
	err = w.db.Write(w.Context(), func(tx *db.Tx) (err error) {
		e, err = admissions.JoinWaiting(w.Context(), tx, who, "FND-M27", peer, people.Details{Name: fmt.Sprint("Person ", n)})
		return err
	})
	return e, err
}

func (w *world) waits(n int) *enrolment.Enrolment {
	w.Helper()
	e, err := w.joins(n, false)
	if err != nil {
		w.Fatal(err)
	}
	return e
}

func (w *world) passes() {
	w.Helper()
	w.write(func(tx *db.Tx) error { return admissions.PassPlaces(w.Context(), tx, w.run) })
}

func (w *world) lapses() {
	w.Helper()
	due, err := enrolment.DueTeams(w.Context(), w.db, w.db.Now(), 100)
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range due {
		w.write(func(tx *db.Tx) error { return admissions.LapseSeat(w.Context(), tx, e) })
	}
}

func (w *world) givesUp(e *enrolment.Enrolment) {
	w.Helper()
	w.write(func(tx *db.Tx) error {
		o, err := course.OfferingOf(w.Context(), tx, e.RunID)
		if err != nil {
			return err
		}
		now := w.enrolment(e.ID)
		q, err := admissions.QuoteWithdrawal(w.Context(), tx, now, o, tx.Now)
		if err != nil {
			return err
		}
		return admissions.Withdraw(w.Context(), tx, nil, e.PersonID, e.Code, q.Back)
	})
}

func TestAFreePlaceIsOfferedInTheOrderOfTheListAndPassesOnByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	if _, err := w.joins(3, false); !sameRefusal(err, admissions.ErrNotFull) {
		t.Errorf("waiting for what is free: %v", err)
	}
	first, other := w.paid(1), w.paid(2)
	ana, ben, cas := w.waits(3), w.waits(4), w.waits(5)
	if again := w.waits(3); again.ID != ana.ID || w.mails("waiting-joined") != 3 {
		t.Errorf("joined twice as %s and %s, %d told", ana.Code, again.Code, w.mails("waiting-joined"))
	}
	if n, err := enrolment.Ahead(t.Context(), w.db, w.run, *cas.Queue); err != nil || n != 2 {
		t.Errorf("%d ahead of the third, %v", n, err)
	}
	w.passes()
	w.expect(ana.ID, enrolment.Waiting) // nothing is free

	w.givesUp(first)
	// What is free belongs to who waits: nobody books it meanwhile.
	if _, err := w.book(w.person(6)); !sameRefusal(err, course.ErrFull) {
		t.Errorf("somebody else booked it: %v", err)
	}
	w.passes()
	w.passes()
	w.expect(ana.ID, enrolment.Held)
	w.expect(ben.ID, enrolment.Waiting)
	if got := w.enrolment(ana.ID); !got.HeldUntil.Equal(london.On(2026, 11, 30).End()) || got.Price != fee {
		t.Errorf("held until %s for %s", got.HeldUntil, got.Price)
	}
	// Ana pays; Ben is offered the next place, lets his day pass, and it goes to Cas.
	var p *billing.Payment
	w.write(func(tx *db.Tx) (err error) {
		p, err = admissions.TakeOffered(t.Context(), tx, ana.PersonID, ana.Code, false)
		return err
	})
	w.settle(p, paid(p))
	w.expect(ana.ID, enrolment.Confirmed)
	w.givesUp(other)
	w.passes()
	w.expect(ben.ID, enrolment.Held)
	w.clock.Set(london.On(2026, 11, 30).End())
	w.lapses()
	w.expect(ben.ID, enrolment.Held)
	w.clock.Advance(second)
	w.lapses()
	w.expect(ben.ID, enrolment.Lapsed)
	w.passes()
	w.expect(cas.ID, enrolment.Held)
	if w.mails("waiting-lapsed") != 1 || w.mails("waiting-offered") != 3 {
		t.Errorf("%d told that it lapsed, %d that a place is theirs", w.mails("waiting-lapsed"), w.mails("waiting-offered"))
	}
	w.givesUp(cas)
	w.sound()
	if w.places().Taken() != 1 {
		t.Errorf("%d places are taken", w.places().Taken())
	}
}

// A page of the card processor that is left does not end an offer before its day.
func TestAnOfferFromTheListStandsUntilItsDayWhateverPageIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	first := w.paid(1)
	ana := w.waits(2)
	w.givesUp(first)
	w.passes()
	for range 2 {
		var p *billing.Payment
		w.write(func(tx *db.Tx) (err error) {
			p, err = admissions.TakeOffered(t.Context(), tx, ana.PersonID, ana.Code, false)
			return err
		})
		w.settle(p, billing.Standing{Session: "cs_" + p.Code, Reference: p.Code, State: billing.PageExpired, Amount: p.Amount, Currency: "gbp"})
		w.expect(ana.ID, enrolment.Held)
	}
	w.sound()
}

func TestPlacesKeptForPeersGoToPeersWhoWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.paid(1)
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE run_places SET reserved = 1, release_on = '2026-12-31' WHERE run_id = ?", w.run).Exec(t.Context())
		return err
	})
	other := w.waits(2) // the last place is kept for peers
	if _, err := w.joins(3, true); !sameRefusal(err, admissions.ErrNotFull) {
		t.Errorf("a peer can book: %v", err)
	}
	w.passes()
	w.expect(other.ID, enrolment.Waiting)
	queue, err := enrolment.QueueOf(t.Context(), w.db, w.run, 0, 10)
	if err != nil || len(queue) != 1 || queue[0].Why(w.places()) != "What is free is kept for peers." {
		t.Errorf("%+v, %v", queue, err)
	}
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE run_places SET released = true WHERE run_id = ?", w.run).Exec(t.Context())
		return err
	})
	w.passes()
	w.expect(other.ID, enrolment.Held)
	w.sound()
}

func TestAnOrganisationWaitsForAllItsPlacesTogether(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 3)
	trust, council := f.employer("trust", organisation.PONotUsed), f.employer("council", organisation.POMayFollow)
	team := f.booked(trust, f.order(3, nil))
	join := func(places int) error {
		return f.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := admissions.JoinTeamWaiting(t.Context(), tx, council.by, council.Organisation, "FND-L27", places)
			return err
		})
	}
	if err := join(2); err != nil {
		t.Fatal(err)
	}
	if err := join(2); !sameRefusal(err, enrolment.ErrWaitsAlready) {
		t.Errorf("a second time: %v", err)
	}
	pass := func() {
		f.write(func(tx *db.Tx) error { return admissions.PassPlaces(t.Context(), tx, f.run) })
	}
	give := func(e *enrolment.Enrolment) {
		f.write(func(tx *db.Tx) error {
			q, err := admissions.QuoteSeat(t.Context(), tx, trust.Organisation, e.Code, tx.Now)
			if err != nil {
				return err
			}
			return admissions.WithdrawSeat(t.Context(), tx, trust.by, trust.Organisation, e.Code, q.Kept)
		})
	}
	offered := func() (n int) {
		waits, err := enrolment.WaitsOf(t.Context(), f.db, council.ID)
		if err != nil {
			t.Fatal(err)
		}
		return 1 - len(waits)
	}
	give(f.seats(team)[0])
	pass()
	if offered() != 0 {
		t.Error("one place was offered to who wants two")
	}
	// One place that fits nobody who waits can be booked by anybody.
	if o, err := course.OfferingOf(t.Context(), f.db, f.run); err != nil || o.Places.Left(false) != 1 {
		t.Errorf("%d left, %v", o.Places.Left(false), err)
	}
	give(f.seats(team)[1])
	if o, err := course.OfferingOf(t.Context(), f.db, f.run); err != nil || o.Places.Left(false) != 0 {
		t.Errorf("%d left of what fits who waits, %v", o.Places.Left(false), err)
	}
	pass()
	if offered() != 1 {
		t.Error("two places were not offered")
	}
	var held int
	err := f.db.NewRaw("SELECT count(*) FROM enrolments e JOIN team_bookings t ON t.id = e.team_booking_id WHERE t.organisation_id = ? AND e.status IN ('held', 'confirmed')", council.ID).
		Scan(t.Context(), &held)
	if err != nil || held != 2 {
		t.Errorf("%d places for the council, %v", held, err)
	}
	if got := strings.Join(f.mails("coordinator@council.example"), " "); !strings.Contains(got, "team-waiting team-offered") || strings.Contains(got, "team-booked") {
		t.Errorf("the council was told %s", got)
	}
	f.sound()
}

func TestTheWaitingIsOverWhenTheCourseBegins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.paid(1)
	ana := w.waits(2)
	w.clock.Set(london.On(2027, 3, 8).At(0, 0))
	w.passes()
	w.expect(ana.ID, enrolment.Cancelled)
	if w.mails("waiting-over") != 1 {
		t.Errorf("%d told", w.mails("waiting-over"))
	}
	w.sound()
}

// Nobody has to pay, and nothing is charged, while they wait or after they said no.
func TestNobodyIsChargedWhileTheyWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	first := w.paid(1)
	ana := w.waits(2)
	if _, err := w.pay(ana); !sameRefusal(err, admissions.ErrNothingToPay) {
		t.Errorf("paying while waiting: %v", err)
	}
	w.givesUp(first)
	w.passes()
	w.givesUp(ana)
	w.expect(ana.ID, enrolment.Withdrawn)
	if b := w.balance(billing.Deferred(w.run)); b != 0 || w.places().Taken() != 0 {
		t.Errorf("%s deferred, %d places taken", b, w.places().Taken())
	}
	w.sound()
}

func (w *world) pay(e *enrolment.Enrolment) (p *billing.Payment, err error) {
	w.Helper()
	err = w.db.Write(w.Context(), func(tx *db.Tx) (err error) {
		p, err = admissions.TakeOffered(w.Context(), tx, e.PersonID, e.Code, false)
		return err
	})
	return p, err
}

// The offer's day and the press of the button meet: the place is either paid for or passed on, never both and never neither.
func TestAnOfferThatEndsRacesWithWhoTakesIt(t *testing.T) {
	t.Parallel()
	for n := range 8 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			first := w.paid(1)
			ana, ben := w.waits(2), w.waits(3)
			w.givesUp(first)
			w.passes()
			p, err := w.pay(ana)
			if err != nil {
				t.Fatal(err)
			}
			w.clock.Set(w.enrolment(ana.ID).HeldUntil.Add(second))
			start := make(chan struct{})
			var all sync.WaitGroup
			for _, do := range []func(*db.Tx) error{
				func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, paid(p)) },
				func(tx *db.Tx) error { return admissions.LapseSeat(t.Context(), tx, ana.ID) },
				func(tx *db.Tx) error { return admissions.PassPlaces(t.Context(), tx, w.run) },
				func(tx *db.Tx) error { return admissions.PassPlaces(t.Context(), tx, w.run) },
			} {
				all.Go(func() {
					<-start
					if err := w.db.Write(t.Context(), do); err != nil {
						t.Error(err)
					}
				})
			}
			close(start)
			all.Wait()
			w.passes()
			a, b := w.enrolment(ana.ID).Status, w.enrolment(ben.ID).Status
			had := a == enrolment.Confirmed && b == enrolment.Waiting
			// Hers had gone to him when her money came: it goes back, and she waits in front.
			lost := a == enrolment.Waiting && b == enrolment.Held && len(w.refunds(w.payment(ana.ID))) == 1
			if !had && !lost {
				t.Errorf("Ana is %s, Ben is %s", a, b)
			}
			w.sound()
		})
	}
}
