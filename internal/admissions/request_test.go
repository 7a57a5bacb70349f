package admissions_test

import (
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

func TestARequestEndsWithItsPlaceAndAnAnswerAfterwardsMovesNothing(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*office, *enrolment.Enrolment){
		"lapsed": func(f *office, e *enrolment.Enrolment) {
			f.clock.Set(london.On(2026, 12, 8).At(0, 1))
			f.write(func(tx *db.Tx) error { return admissions.LapseSeat(f.Context(), tx, e.ID) })
		},
		"given up": func(f *office, e *enrolment.Enrolment) {
			f.write(func(tx *db.Tx) error { return admissions.Withdraw(f.Context(), tx, nil, e.PersonID, e.Code, 0) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newOffice(t, 28)
			kestrel := f.employer("kestrel", organisation.PONotUsed)
			e := f.shared("kestrel", "1,000")
			requests, err := billing.OpenRequests(t.Context(), f.db, kestrel.ID)
			if err != nil {
				t.Fatal(err)
			}
			end(f, e)
			f.sound()
			if left, err := billing.OpenRequests(t.Context(), f.db, kestrel.ID); err != nil || len(left) != 0 {
				t.Errorf("%d requests are open, %v", len(left), err)
			}
			f.refused(state.ErrMovedOn, func(tx *db.Tx) error {
				return admissions.DeclineToPay(t.Context(), tx, kestrel.by, kestrel.Organisation, requests[0].Code, "No")
			})
			f.refused(state.ErrMovedOn, func(tx *db.Tx) error {
				return admissions.TakeBackRequest(t.Context(), tx, e.PersonID, requests[0].Code)
			})
		})
	}
}

func TestAfterANoTheLearnerPaysWhatIsStillDueAndNoMore(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	kestrel := f.employer("kestrel", organisation.PONotUsed)
	e := f.shared("kestrel", "1,000")
	pay := func() *billing.Payment { return f.paysOwn(e) }
	first := pay()
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, first.ID, paid(first)) })
	requests, err := billing.OpenRequests(t.Context(), f.db, kestrel.ID)
	if err != nil {
		t.Fatal(err)
	}
	f.write(func(tx *db.Tx) error {
		return admissions.DeclineToPay(t.Context(), tx, kestrel.by, kestrel.Organisation, requests[0].Code, "")
	})
	err = f.db.Write(t.Context(), func(tx *db.Tx) error { // what is paid is nobody else's to pay
		return admissions.AskToPay(t.Context(), tx, e.PersonID, e.Code, admissions.Ask{Name: "Kestrel House", Email: "coordinator@kestrel.example", Amount: 100_001})
	})
	if f := failure.Of(err); f == nil || f.Fields["employer_amount"] == "" {
		t.Errorf("asking for more than is due: %v", err)
	}
	o, err := course.OfferingOf(t.Context(), f.db, f.run)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := admissions.QuoteWithdrawal(t.Context(), f.db, f.seat(e.ID), o, f.db.Now()); err != nil || r.Back != fee-100_000 {
		t.Errorf("%s would go back, %v", r.Back, err)
	}
	left := pay()
	if left.Amount != 100_000 {
		t.Fatalf("the card page asks for %s", left.Amount)
	}
	// A page that is left does not end the place: it is kept until the day that was said.
	f.write(func(tx *db.Tx) error {
		return admissions.Settle(t.Context(), tx, left.ID, billing.Standing{Session: "cs_left", Reference: left.Code, State: billing.PageExpired, Amount: left.Amount, Currency: "gbp"})
	})
	last := pay()
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, last.ID, paid(last)) })
	f.sound()
	if got := f.seat(e.ID); got.Status != enrolment.Confirmed {
		t.Errorf("the place is %s", got.Status)
	}
	if due, err := ledger.Balance(t.Context(), f.db, billing.Due(f.shares(e)[0].ID)); err != nil || due != 0 {
		t.Errorf("%s is due, %v", due, err)
	}
}

func (f *office) paysOwn(e *enrolment.Enrolment) (p *billing.Payment) {
	f.Helper()
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(f.Context(), tx, e.PersonID, e.Code)
		return err
	})
	return p
}

// The processor may take up a page that it called closed, when another is open already.
func TestAPageThatCameBackLeavesTheNextOneAlone(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	f.employer("kestrel", organisation.PONotUsed)
	e := f.shared("kestrel", "1,000")
	settle := func(p *billing.Payment, s billing.Standing) {
		f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, s) })
	}
	first := f.paysOwn(e)
	settle(first, billing.Standing{Session: "cs_" + first.Code, Reference: first.Code, State: billing.PageExpired, Amount: first.Amount, Currency: "gbp"})
	next := f.paysOwn(e)
	waiting := paid(first)
	waiting.Paid, waiting.Captured = false, 0
	settle(first, waiting)
	if open, err := billing.OpenPayment(t.Context(), f.db, f.shares(e)[0]); err != nil || open == nil || open.ID != next.ID {
		t.Errorf("open is %+v, %v", open, err)
	}
	settle(first, paid(first))
	settle(next, paid(next))
	f.sound()
	if refunds, err := billing.RefundsOf(t.Context(), f.db, *next); err != nil || len(refunds) != 1 || refunds[0].Amount != next.Amount {
		t.Errorf("what was paid twice goes back as %+v, %v", refunds, err)
	}
}

// A bank may take so long over the second of two payments that the place lapses, and the first one goes back.
func TestALateRestOfThePriceTakesNoPlace(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	f.employer("kestrel", organisation.PONotUsed)
	e := f.shared("kestrel", "1,000")
	requests, err := billing.RequestsFor(t.Context(), f.db, e.ID)
	if err != nil || len(requests) != 1 {
		t.Fatalf("%d requests, %v", len(requests), err)
	}
	first := f.paysOwn(e)
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, first.ID, paid(first)) })
	f.write(func(tx *db.Tx) error {
		return admissions.TakeBackRequest(t.Context(), tx, e.PersonID, requests[0].Code)
	})
	rest := f.paysOwn(e)
	at := paid(rest)
	at.Paid, at.Captured = false, 0
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, rest.ID, at) })
	f.clock.Set(f.seat(e.ID).HeldUntil.Add(second))
	f.write(func(tx *db.Tx) error { return admissions.LapseSeat(t.Context(), tx, e.ID) })
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, rest.ID, paid(rest)) })
	f.sound()
	if got := f.seat(e.ID); got.Status != enrolment.Lapsed {
		t.Errorf("the place is %s", got.Status)
	}
	for _, p := range []*billing.Payment{first, rest} {
		refunds, err := billing.RefundsOf(t.Context(), f.db, *p)
		if err != nil || len(refunds) != 1 || refunds[0].Amount != p.Amount {
			t.Errorf("of %s goes back %+v, %v", p.Amount, refunds, err)
		}
	}
}

func TestAPlaceWhoseEmployerSaidNoLapsesOnItsDay(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	f.employer("kestrel", organisation.PONotUsed)
	e := f.shared("kestrel", "1,000")
	requests, err := billing.RequestsFor(t.Context(), f.db, e.ID)
	if err != nil || len(requests) != 1 {
		t.Fatalf("%d requests, %v", len(requests), err)
	}
	f.write(func(tx *db.Tx) error {
		return admissions.TakeBackRequest(t.Context(), tx, e.PersonID, requests[0].Code)
	})
	f.clock.Set(london.On(2026, 12, 8).At(0, 1))
	due, err := enrolment.DueTeams(t.Context(), f.db, f.db.Now(), 10)
	if err != nil || len(due) != 1 || due[0] != e.ID {
		t.Errorf("due are %v, %v", due, err)
	}
}

func TestTheFourteenDaysOfWhoKeptAPlaceAreNotTheirFormerEmployers(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, seat, in := f.sent()
	f.write(func(tx *db.Tx) error {
		return admissions.TellLeft(t.Context(), tx, trust.by, trust.Organisation, seat.Code)
	})
	f.write(func(tx *db.Tx) error { return admissions.KeepSeat(t.Context(), tx, seat.PersonID, seat.Code, 412_500) })
	f.write(func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, seat.PersonID, seat.Code, 0) })
	f.sound()
	if f.owes(trust) != 7_500 || f.invoice(in.Number).Outstanding() != 7_500 {
		t.Errorf("the trust owes %s", f.owes(trust))
	}
}

func TestWhoPaysIsNotChangedOnceACardPageWasOpened(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	house := f.employer("kestrel", organisation.PONotUsed)
	team := f.booked(house, f.order(1, func(o *admissions.TeamOrder) {
		o.Seats = names(1)
		o.Parts = []admissions.PricePart{{Payer: billing.Organisation, BP: 5_000}, {Payer: billing.Learner, BP: 5_000}}
	}))
	seat := f.seats(team)[0]
	var p *billing.Payment
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(t.Context(), tx, seat.PersonID, seat.Code)
		return err
	})
	f.write(func(tx *db.Tx) error {
		return admissions.Settle(t.Context(), tx, p.ID, billing.Standing{Session: "cs_1", Reference: p.Code, State: billing.PageExpired, Amount: p.Amount, Currency: "gbp"})
	})
	f.refused(admissions.ErrFixedShares, func(tx *db.Tx) error {
		return admissions.Reshare(t.Context(), tx, house.by, house.Organisation, seat.Code, nil)
	})
}

func TestWhatIsPaidBeyondWhatIsDueGoesBack(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	kestrel := f.employer("kestrel", organisation.PONotUsed)
	e := f.shared("kestrel", "1,000")
	var p *billing.Payment
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(t.Context(), tx, e.PersonID, e.Code)
		return err
	})
	f.write(func(tx *db.Tx) error { // the share becomes smaller while its card page is open
		own := f.shares(e)[0]
		return billing.PassOn(t.Context(), tx, &own, 50_000, &billing.Share{Payer: billing.Organisation, OrganisationID: kestrel.ID})
	})
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, paid(p)) })
	f.sound()
	payments, err := billing.PaymentsOf(t.Context(), f.db, f.shares(e)...)
	if err != nil || len(payments) != 1 || payments[0].Refunded != 50_000 {
		t.Errorf("payments %v, %v", payments, err)
	}
}
