package admissions_test

import (
	"slices"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/state"
)

// toldThatGivesUp has the office give a place up of which it was told on a day.
func (w *world) toldThatGivesUp(code string, on london.Date) (s *admissions.Settled, err error) {
	w.Helper()
	staff := w.person(9).Person
	err = w.db.Write(w.Context(), func(tx *db.Tx) error {
		s, err = admissions.WithdrawFor(w.Context(), tx, nil, staff, code, admissions.Word{On: on, Reason: "By telephone."})
		return err
	})
	return s, err
}

// The law and the scale go by the day on which they told us, and not by the one on which the office comes to do it.
func TestTheOfficeGivesAPlaceUpAsOfTheDayOnWhichItWasTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		told   int // days after the booking; the office does it three weeks later
		back   money.Amount
		ground enrolment.Ground
	}{
		"on the last of the 14 days": {14, fee, enrolment.Statutory},
		"on the day after":           {15, fee - 7_500, enrolment.Scale},
		"45 days before":             {60, fee / 2, enrolment.Scale},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 5)
			e, p, paid := w.booked(1)
			w.settle(p, paid)
			told := london.DateOf(w.clock.Now()).AddDays(c.told)
			w.clock.Set(told.AddDays(21).At(9, 0))
			s, err := w.toldThatGivesUp(e.Code, told)
			if err != nil {
				t.Fatal(err)
			}
			if s.Ground != c.ground || len(s.Parts) != 1 || s.Parts[0].Paid != fee || s.Parts[0].Charge != fee-c.back {
				t.Errorf("it means %+v", s)
			}
			w.expect(e.ID, enrolment.Withdrawn)
			sum := money.Amount(0)
			for _, r := range w.refunds(p) {
				sum += r.Amount
			}
			if sum != c.back || w.mails("place-withdrawn") != 1 {
				t.Errorf("%s goes back, want %s; %d mails", sum, c.back, w.mails("place-withdrawn"))
			}
			w.sound()
		})
	}
}

func TestWhatNobodyCanHaveToldTheOfficeIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	w.settle(p, paid)
	today := london.DateOf(w.clock.Now())
	for name, on := range map[string]london.Date{"tomorrow": today.AddDays(1), "before they booked": today.AddDays(-1)} {
		if _, err := w.toldThatGivesUp(e.Code, on); failure.KindOf(err) != failure.Invalid || failure.Of(err).Fields["on"] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.expect(e.ID, enrolment.Confirmed)
	if _, err := w.toldThatGivesUp(e.Code, today); err != nil {
		t.Fatal(err)
	}
	if _, err := w.toldThatGivesUp(e.Code, today); !sameRefusal(err, state.ErrMovedOn) {
		t.Errorf("a second time: %v", err)
	}
	if n := len(w.refunds(p)); n != 1 {
		t.Errorf("%d refunds", n)
	}
}

func TestTheOfficeLetsAHeldPlaceAndATurnInTheQueueGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	held, p, paid := w.booked(1)
	waiting := w.person(2).Person
	var waits *enrolment.Enrolment
	w.write(func(tx *db.Tx) (err error) {
		waits, err = admissions.JoinWaiting(t.Context(), tx, waiting, "FND-M27", false, people.Details{Name: "Ben Okri"})
		return err
	})
	today := london.DateOf(w.clock.Now())
	for _, e := range []*enrolment.Enrolment{waits, held} {
		if _, err := w.toldThatGivesUp(e.Code, today); err != nil {
			t.Fatal(err)
		}
		w.expect(e.ID, enrolment.Withdrawn)
	}
	w.settle(p, paid) // which was on its way
	if back := w.refunds(p); len(back) != 1 || back[0].Amount != fee || w.mails("waiting-left") != 1 {
		t.Errorf("what goes back is %+v; %d were told that they left the list", back, w.mails("waiting-left"))
	}
	w.sound()
}

// A fund, and a learner who pays the rest.
func TestTheOfficeGivesAMixtureUpByTheAgreedShares(t *testing.T) {
	t.Parallel()
	g, a, p := mixture(t)
	g.says(p, billing.Standing{Paid: true})
	e, before := g.place(a), g.left(g.london)
	g.clock.Advance(20 * 24 * time.Hour)
	var s *admissions.Settled
	err := g.machine(func(tx *db.Tx) (err error) {
		s, err = admissions.WithdrawFor(t.Context(), tx, g.house.Box, g.grace, e.Code, admissions.Word{On: london.DateOf(tx.Now), Reason: "By letter."})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var charged money.Amount
	for _, part := range s.Parts {
		charged += part.Charge
		if want := s.Charge * part.Amount / e.Price; part.Charge < want || part.Charge > want+1 {
			t.Errorf("%s of the %s of %s are kept", part.Charge, part.Amount, part.Payer)
		}
	}
	if charged != s.Charge || s.Charge == 0 || s.Ground != enrolment.Scale {
		t.Errorf("%s of %s", charged, s.Charge)
	}
	g.sound()
	if g.place(a).Status != enrolment.Withdrawn || g.award(0).Status != award.Released || g.left(g.london) <= before {
		t.Errorf("the place is %s, the award %s, %s in the fund, before %s", g.place(a).Status, g.award(0).Status, g.left(g.london), before)
	}
}

func TestTheOfficeGivesAnEmployersPlaceUpByItsContract(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, seat, in := f.sent()
	on := london.DateOf(f.clock.Now())
	if err := f.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := admissions.WithdrawFor(t.Context(), tx, nil, f.ann, seat.Code, admissions.Word{On: on, Reason: "An email of the coordinator."})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	f.sound()
	charge := f.owes(trust)
	if got := f.seat(seat.ID); got.Status != enrolment.Withdrawn || charge == 0 || f.invoice(in.Number).Credited != in.Total-charge {
		t.Errorf("the place is %s, %s is owed, %s of %s credited", got.Status, charge, f.invoice(in.Number).Credited, in.Total)
	}
	if got := f.mails("coordinator@trust.example"); !slices.Contains(got, "team-withdrawn") {
		t.Errorf("the coordinator was told %v", got)
	}
}

// What whoever sits there pays themselves is no reason to keep them: neither they nor the employer could give it up alone.
func TestTheOfficeGivesAPlaceUpForWhichSeveralPay(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	e := f.shared("trust", "1,250")
	on := london.DateOf(f.clock.Now())
	var s *admissions.Settled
	if err := f.db.Write(t.Context(), func(tx *db.Tx) (err error) {
		s, err = admissions.WithdrawFor(t.Context(), tx, nil, f.ann, e.Code, admissions.Word{On: on, Reason: "By telephone."})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	f.sound()
	payers := map[billing.Payer]id.Share{}
	for _, part := range s.Parts {
		payers[part.Payer] = part.ID
	}
	if len(payers) != 2 || f.seat(e.ID).Status != enrolment.Withdrawn {
		t.Errorf("the place is %s, its payers %v", f.seat(e.ID).Status, payers)
	}
}
