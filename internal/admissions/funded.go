package admissions

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/secret"
)

// lockAwardOf locks the award that pays for a place, with everything that comes before it in the order of locks; nil when
// none does. It returns ErrAnswerOffer for one that was not accepted yet.
func lockAwardOf(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (*award.Award, error) {
	a, err := awardOf(ctx, tx, e)
	if err != nil || a == nil {
		return nil, err
	}
	if _, a, err = lockAward(ctx, tx, a.ID); err != nil {
		return nil, err
	}
	if a.Status == award.Offered {
		return nil, ErrAnswerOffer
	}
	return a, nil
}

// returnToFund settles a share that a fund pays when its place is given up: the fund pays its part of the charge, and what
// it had paid beyond that goes back to it.
func returnToFund(ctx context.Context, tx *db.Tx, a *award.Award, s billing.Share, run id.Run, charge money.Amount) error {
	p := a.PartOf(s.ID)
	if p == nil {
		return fmt.Errorf("share %d is paid by no part of award %s", s.ID, a.Code)
	}
	if p.Spent == 0 && charge > 0 {
		if err := draw(ctx, tx, p, s, charge); err != nil {
			return err
		}
	}
	back, err := billing.GiveBackToAward(ctx, tx, s, run, charge)
	if err != nil {
		return err
	}
	if back > 0 {
		came := []fund.Part{{Fund: p.FundID, Amount: back}}
		if err := fund.Recover(ctx, tx, fmt.Sprintf("award-part/%d/recovered", p.ID), billing.Clearing, came); err != nil {
			return err
		}
		p.Spent, p.Released = p.Spent-back, p.Released+back
	}
	return award.SaveParts(ctx, tx, []*award.Part{p})
}

// draw pays an amount of a fund's part towards the share of the place.
func draw(ctx context.Context, tx *db.Tx, p *award.Part, s billing.Share, amount money.Amount) error {
	paid := []fund.Part{{Fund: p.FundID, Amount: amount}}
	if err := fund.Spend(ctx, tx, fmt.Sprintf("award-part/%d/drawn", p.ID), billing.Clearing, paid); err != nil {
		return err
	}
	if err := billing.PayFromAward(ctx, tx, s, amount); err != nil {
		return err
	}
	p.Spent += amount
	return nil
}

// releaseAward ends an accepted award whose place was given up: what nobody has claimed goes back to the funds.
func releaseAward(ctx context.Context, tx *db.Tx, a *award.Award, by audit.Actor) error {
	if err := a.Move(award.Released, tx.Now); err != nil {
		return err
	}
	if err := award.ReleaseUnclaimed(ctx, tx, fmt.Sprintf("award/%d/released", a.ID), a); err != nil {
		return err
	}
	if err := award.Save(ctx, tx, a); err != nil {
		return err
	}
	return award.Record(ctx, tx, by, "award released", a, nil)
}

// DrawFee pays the fee of an accepted award to the course, once it has begun. Doing it again is done once.
func DrawFee(ctx context.Context, tx *db.Tx, which id.Award) error {
	e, a, err := lockAward(ctx, tx, which)
	if err != nil || a.Status != award.Accepted || a.Fee() == nil {
		return err
	}
	shares, err := sharesOf(ctx, tx, e)
	if err != nil {
		return err
	}
	for _, s := range shares {
		p := a.PartOf(s.ID)
		if p == nil || p.Committed() == 0 {
			continue
		}
		if err := draw(ctx, tx, p, s, p.Committed()); err != nil {
			return err
		}
	}
	if err := award.SaveParts(ctx, tx, a.Fee().Parts); err != nil {
		return err
	}
	return award.Record(ctx, tx, audit.System, "fee paid to the course", a, nil)
}

// LapseUnpaid ends an accepted award whose holder did not pay their own part by its last day, and passes its money and
// place on. It does nothing while a bank is confirming.
func LapseUnpaid(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Award) error {
	e, a, err := lockAward(ctx, tx, which)
	if err != nil || a.Status != award.Accepted || e.Status != enrolment.Held || e.HeldUntil.After(tx.Now) {
		return err
	}
	if err := enrolment.Lapse(ctx, tx, e); err != nil {
		return err
	}
	if err := endAllUnconfirmed(ctx, tx, e); err != nil {
		return err
	}
	if err := billing.ClosePages(ctx, tx, e.ID); err != nil {
		return err
	}
	if err := releaseAward(ctx, tx, a, audit.System); err != nil {
		return err
	}
	if err := tellHolder(ctx, tx, a, "own-part-lapsed"); err != nil {
		return err
	}
	return passOn(ctx, tx, box, a.RoundID)
}

// EndReserve ends the reserve list of a round whose last course has begun: nothing can come free any more, and whoever
// waited is told.
func EndReserve(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round) error {
	r, err := bursary.LockRoundByID(ctx, tx, round)
	if err != nil {
		return err
	}
	in, err := award.LoadReserve(ctx, tx, box, r)
	if err != nil {
		return err
	}
	var letters []award.Letter
	for _, p := range in.Applicants {
		if p.Application.Status != bursary.Reserve {
			continue // upheld: a person talks to them
		}
		if err := moveTo(ctx, tx, p.Application.ID, bursary.NotFunded); err != nil {
			return err
		}
		letters = append(letters, in.ReserveEnded(p))
	}
	if err := fund.SetUnlocks(ctx, tx, round, nil); err != nil { // no gift pays for anybody of it any more
		return err
	}
	return award.Send(ctx, tx, box, letters)
}
