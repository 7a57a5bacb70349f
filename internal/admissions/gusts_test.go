package admissions_test

import (
	"fmt"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
)

// one is a random number among the applicants.
func (s *storm) one() int { return s.dice.IntN(len(s.applications)) }

// with finds somebody at random whose award has a status, or nobody.
func (s *storm) with(status award.Status) (int, *award.Award) {
	for _, n := range s.dice.Perm(len(s.applications)) {
		if p, ok := s.stand[s.applications[n].ID]; ok && p.status == status {
			return n, s.award(n)
		}
	}
	return -1, nil
}

func (s *storm) accepts() error {
	if n, a := s.with(award.Offered); a != nil {
		_, err := s.accept(n)
		return err
	}
	return nil
}

func (s *storm) declines() error {
	if n, a := s.with(award.Offered); a != nil {
		return s.decline(n)
	}
	return s.decline(s.one()) // of somebody who has no offer
}

func (s *storm) extends() error {
	n, a := s.with(award.Offered)
	if a == nil {
		return nil
	}
	return s.machine(func(tx *db.Tx) error {
		_, err := admissions.Extend(s.Context(), tx, s.applications[n].PersonID, s.applications[n].Code, tx.Now)
		return err
	})
}

// timePasses moves the clock on by a few hours, and lets end what has come to its end.
func (s *storm) timePasses() error {
	s.clock.Advance(time.Duration(1+s.dice.IntN(14)) * time.Hour)
	due, err := award.Due(s.Context(), s.house.Machine, s.clock.Now(), 100)
	if err != nil {
		return err
	}
	for _, a := range due {
		if err := s.machine(func(tx *db.Tx) error { return admissions.LapseOffer(s.Context(), tx, s.house.Box, a) }); err != nil {
			return err
		}
	}
	unpaid, err := award.Unpaid(s.Context(), s.house.Machine, s.clock.Now(), 100)
	if err != nil {
		return err
	}
	for _, a := range unpaid {
		if err := s.machine(func(tx *db.Tx) error { return admissions.LapseUnpaid(s.Context(), tx, s.house.Box, a) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *storm) fund() *fund.Fund {
	return []*fund.Fund{s.general, s.london, s.scotland, s.travel}[s.dice.IntN(4)]
}

func (s *storm) gives() error {
	return s.house.App.Write(s.Context(), func(tx *db.Tx) error {
		_, err := fund.RecordGift(s.Context(), tx, s.grace, s.fund().ID, money.Amount(1+s.dice.IntN(90_000)), "A friend", "G")
		return err
	})
}

func (s *storm) paysOwn() error {
	_, a := s.with(award.Accepted)
	if a == nil || s.place(a).Status != enrolment.Held {
		return nil
	}
	return s.standing(a, billing.Standing{State: billing.PageComplete, Paid: true})
}

func (s *storm) leavesPage() error {
	_, a := s.with(award.Accepted)
	if a == nil || s.place(a).Status != enrolment.Held {
		return nil
	}
	return s.standing(a, billing.Standing{State: billing.PageExpired})
}

// standing begins the payment of an own part and has the card processor say something of it.
func (s *storm) standing(a *award.Award, says billing.Standing) error {
	var p *billing.Payment
	e := s.place(a)
	err := s.machine(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(s.Context(), tx, e.PersonID, e.Code)
		return err
	})
	if err != nil {
		return err
	}
	s.says(p, says)
	return nil
}

func (s *storm) withdraws() error {
	_, a := s.with(award.Accepted)
	if a == nil {
		return nil
	}
	return s.giveUp(a.EnrolmentID)
}

// giveUp gives up a place as its page would.
func (s *storm) giveUp(which id.Enrolment) error {
	return s.machine(func(tx *db.Tx) error {
		e, err := enrolment.Get(s.Context(), tx, which)
		if err != nil {
			return err
		}
		q, err := admissions.QuoteWithdrawal(s.Context(), tx, e, s.offering(), tx.Now)
		if err != nil {
			return err
		}
		return admissions.Withdraw(s.Context(), tx, s.house.Box, e.PersonID, e.Code, q.Back)
	})
}

// changesRule has a second person agree to other terms of a fund.
func (s *storm) changesRule() error {
	regions := []string{"london", "north_west", "scotland"}
	terms := fixture.Paying(only(regions[s.dice.IntN(3)]), fund.Fee, fund.Travel)
	if s.dice.IntN(2) == 0 {
		terms.Who = fund.Rule{}
	}
	terms.Cap = money.Amount(s.dice.IntN(3)) * 90_000
	return s.house.App.Write(s.Context(), func(tx *db.Tx) error {
		v, err := fund.ProposeTerms(s.Context(), tx, s.grace, s.fund().ID, terms, "The donor asked for it")
		if err != nil || v.Status != fund.TermsProposed {
			return err
		}
		return fund.AgreeTerms(s.Context(), tx, s.hugh, v.ID)
	})
}

// losesPlace has a stranger book and pay for a place.
func (s *storm) losesPlace() error {
	if s.offering().Places.Left(false) == 0 {
		return nil
	}
	s.visitor++
	p := fixture.Person(s, s.house.Machine, fmt.Sprintf("stranger%d@post.example", s.visitor))
	e := fixture.Confirmed(s, s.house.Machine, s.offering(), p)
	s.strange = append(s.strange, e.ID)
	return nil
}

func (s *storm) regainsPlace() error {
	if len(s.strange) == 0 {
		return nil
	}
	e := s.strange[0]
	s.strange = s.strange[1:]
	return s.giveUp(e)
}

func (s *storm) transfers() error {
	return s.house.App.Write(s.Context(), func(tx *db.Tx) error {
		from, to := s.fund(), s.fund()
		return fund.Transfer(s.Context(), tx, &fund.Move{FundID: from.ID, ToID: to.ID, Amount: money.Amount(1 + s.dice.IntN(50_000)), Reason: "The donor agreed", ByID: s.grace})
	})
}

func (s *storm) returns() error {
	return s.house.App.Write(s.Context(), func(tx *db.Tx) error {
		return fund.Return(s.Context(), tx, &fund.Move{FundID: s.fund().ID, Amount: money.Amount(1 + s.dice.IntN(20_000)), Reason: "Not used", ByID: s.grace})
	})
}

func (s *storm) runsReserve() error {
	return s.machine(func(tx *db.Tx) error { return admissions.ReserveNow(s.Context(), tx, s.house.Box, s.reading.Round.ID) })
}
