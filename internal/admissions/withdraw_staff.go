package admissions

import (
	"context"
	"errors"

	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/secret"
	"bursar/internal/state"
)

// Word is that somebody gives a place up, as the office was told it by telephone, by email or by letter.
type Word struct {
	On     london.Date // the day on which they said or sent it, which the law and the scale go by (SI 2013/3134, regulation 32)
	Reason string      // how, and by whom
}

// Settled is what giving a place up means for everybody who pays for it.
type Settled struct {
	enrolment.Reckoning
	Parts []SettledPart
}

// SettledPart is what it means for one payer, in pence.
type SettledPart struct {
	billing.Share
	Paid   money.Amount // before
	Charge money.Amount // is kept, or owed all the same; at most Amount
}

// WithdrawFor gives a place up for whoever has it, or for the organisation that booked it, because they told the office. What is
// kept is reckoned as of the day on which they said so, and each payer's part of it by what they agreed to pay: of an organisation's
// booking by the contract, else by the law for individuals and then the scale. Everybody concerned is told. It returns what it means,
// Invalid failures about "on" and "reason", ErrAnswerOffer for a place that is offered with help, ErrLeftAsked or state.ErrMovedOn,
// and runs as db.Worker.
func WithdrawFor(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, place string, w Word) (*Settled, error) {
	known, err := enrolment.ByCode(ctx, tx, place)
	if err != nil {
		return nil, err
	}
	a, err := lockAwardOf(ctx, tx, known)
	if err != nil {
		return nil, err
	}
	e, err := enrolment.Lock(ctx, tx, known.ID)
	if err != nil {
		return nil, err
	}
	if err := w.check(e, london.DateOf(tx.Now)); err != nil {
		return nil, err
	}
	seat, err := isSeat(ctx, tx, e)
	if err != nil {
		return nil, err
	}
	s, err := w.settle(ctx, tx, e, seat)
	if err != nil {
		return nil, err
	}
	waited := e.Status == enrolment.Waiting
	if err := s.end(ctx, tx, e, a); err != nil {
		return nil, err
	}
	err = record(ctx, tx, audit.Person(by), e, "place given up for them", map[string]any{"told": w.On, "reason": w.Reason, "ground": s.Ground, "kept": s.Charge})
	if err != nil {
		return nil, err
	}
	if err := s.tell(ctx, tx, e, seat, waited); err != nil {
		return nil, err
	}
	if err := passOnPlace(ctx, tx, e.RunID); err != nil || a == nil {
		return s, err
	}
	if err := releaseAward(ctx, tx, a, audit.Person(by)); err != nil {
		return nil, err
	}
	return s, passOn(ctx, tx, box, a.RoundID)
}

func (w Word) check(e *enrolment.Enrolment, today london.Date) error {
	switch {
	case e.Status != enrolment.Waiting && e.Status != enrolment.Held && e.Status != enrolment.Confirmed:
		return state.ErrMovedOn
	case w.Reason == "":
		return failure.Field("reason", "Say how they told us, and who")
	case w.On.After(today):
		return failure.Field("on", "The day on which they told us must be today or in the past")
	case w.On.Before(london.DateOf(e.CreatedAt)):
		return failure.Field("on", "The place was booked on "+london.DateOf(e.CreatedAt).Medium()+", so they cannot have told us before that day")
	}
	return nil
}

// isSeat reports whether an organisation booked a place and decides about it. It returns ErrLeftAsked while whoever sits there is
// asked whether they keep it.
func isSeat(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (bool, error) {
	if e.TeamID == 0 {
		return false, nil
	}
	if _, err := enrolment.DepartureOf(ctx, tx, e.ID); err == nil {
		return false, ErrLeftAsked
	} else if !errors.Is(err, enrolment.ErrNotLeft) {
		return false, err
	}
	kept, err := enrolment.Kept(ctx, tx, e.ID)
	return !kept, err
}

// settle works out what giving the place up means.
func (w Word) settle(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, seat bool) (*Settled, error) {
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return nil, err
	}
	s := &Settled{Reckoning: enrolment.Reckon(e, o, w.On.At(12, 0))}
	if seat {
		s.Reckoning = enrolment.ReckonContract(e, o, w.On.At(12, 0))
	}
	if e.Status == enrolment.Waiting {
		return s, nil
	}
	shares, err := sharesOf(ctx, tx, e)
	if err != nil {
		return nil, err
	}
	charges := split(s.Charge, shares)
	if !seat {
		charges = chargesOf(s.Charge, e, shares)
	}
	for i, share := range shares {
		paid, err := billing.Paid(ctx, tx, share)
		if err != nil {
			return nil, err
		}
		s.Parts = append(s.Parts, SettledPart{Share: share, Paid: paid, Charge: charges[i]})
	}
	return s, nil
}

// end ends the claim and settles every share.
func (s *Settled) end(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, a *award.Award) error {
	if e.Status == enrolment.Held {
		return giveUpHeld(ctx, tx, e)
	}
	confirmed := e.Status == enrolment.Confirmed
	if err := enrolment.Withdraw(ctx, tx, e); err != nil || !confirmed {
		return err
	}
	for _, p := range s.Parts {
		if err := endShare(ctx, tx, a, p.Share, e, p.Charge); err != nil {
			return err
		}
	}
	return nil
}

// tell tells the learner or, of an organisation's booking, whoever sits there and the organisation.
func (s *Settled) tell(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, seat, waited bool) error {
	if seat {
		return s.tellTeam(ctx, tx, e)
	}
	l := letter{}
	for _, p := range s.Parts {
		if p.Payer == billing.Learner {
			kept, back := enrolment.Back(p.Charge, p.Paid)
			l.Amount, l.Kept, l.Owed = l.Amount+back, l.Kept+kept, l.Owed+p.Charge-kept
		}
	}
	return tell(ctx, tx, e, map[bool]string{true: "waiting-left", false: "place-withdrawn"}[waited], l)
}

func (s *Settled) tellTeam(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	t, err := enrolment.TeamOf(ctx, tx, e.TeamID)
	if err != nil {
		return err
	}
	of, err := organisation.ByID(ctx, tx, t.OrganisationID)
	if err != nil {
		return err
	}
	if err := tellSeatWithdrawn(ctx, tx, of, e); err != nil {
		return err
	}
	l := teamLetter{Code: e.Code}
	for _, p := range s.Parts {
		if p.OrganisationID == of.ID {
			l.Own, l.Rest = l.Own+p.Charge, l.Rest+p.Amount-p.Charge
		}
	}
	return tellTeam(ctx, tx, t, "team-withdrawn", l)
}
