package admissions

import (
	"context"
	"errors"
	"slices"
	"time"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
)

// Settle applies what the card processor says of a payment to the payment and to what it is for: a share and its
// place, a gift or an invoice. It may be called with anything the processor says, however often and in whatever order: every
// way in ends here.
func Settle(ctx context.Context, tx *db.Tx, payment id.Payment, s billing.Standing) error {
	target, err := billing.TargetOf(ctx, tx, payment)
	if err != nil {
		return err
	}
	switch {
	case target.Gift != 0:
		return settleGift(ctx, tx, target.Gift, payment, s)
	case target.Invoice != 0:
		return settleInvoice(ctx, tx, target.Invoice, payment, s)
	}
	e, err := enrolment.Lock(ctx, tx, target.Enrolment)
	if err != nil {
		return err
	}
	receipt, err := billing.Receive(ctx, tx, payment, s)
	if err != nil {
		return err
	}
	if receipt.Outcome == billing.Captured || receipt.Outcome == billing.Confirming {
		if err := keepMethod(ctx, tx, receipt.Payment, s); err != nil {
			return err
		}
	}
	switch receipt.Outcome {
	case billing.Captured:
		return applyMoney(ctx, tx, e, receipt.Payment)
	case billing.Confirming:
		return awaitBank(ctx, tx, e)
	case billing.Unpaid:
		return unpaid(ctx, tx, e, receipt.Payment, s.Failed)
	default:
		return reopen(ctx, tx, e, receipt.Payment, s)
	}
}

// unpaid goes on when a payment came to nothing.
func unpaid(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment, refused bool) error {
	if begun, err := payOtherwise(ctx, tx, e, p); err != nil || begun {
		return err
	}
	if p.PlanID != 0 {
		return refuseParts(ctx, tx, e, p, refused)
	}
	return lapse(ctx, tx, e, refused)
}

// applyMoney puts captured money towards the place it was paid for. Money for a place that has lapsed takes a free one, if it is
// the whole price; when there is none, or the dates were cancelled meanwhile, it goes back. When the place was given up it goes
// back too, unless it was begun for what is outstanding of the charge.
func applyMoney(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment) error {
	share, others, err := shareOf(ctx, tx, e, p)
	if err != nil {
		return err
	}
	lapsed, inParts := e.Status == enrolment.Lapsed, p.PlanID != 0
	if lapsed || e.Status == enrolment.Held {
		if _, err := enrolment.CancellationOf(ctx, tx, e.RunID); err == nil {
			return returnMoney(ctx, tx, e, p, "payment came for cancelled dates")
		} else if !errors.Is(err, enrolment.ErrNotCancelled) {
			return err
		}
	}
	switch {
	case share.Outstanding > 0 && !inParts && !p.CreatedAt.Before(e.EndedAt):
		return takeOutstanding(ctx, tx, e, p, share)
	case lapsed && (others || !inParts && p.Captured < share.Amount), share.Secured() && !inParts, !e.HasPlace() && !lapsed:
		return returnMoney(ctx, tx, e, p, "payment returned")
	case inParts && e.HasPlace():
		return takeParts(ctx, tx, e, p, share)
	case inParts:
		return takeLateDeposit(ctx, tx, e, p, share)
	}
	if begun, err := endUnbegun(ctx, tx, share); err != nil {
		return err
	} else if begun {
		return returnMoney(ctx, tx, e, p, "payment returned")
	}
	switch {
	case e.Status == enrolment.Held:
		if err := billing.Apply(ctx, tx, p, share); err != nil {
			return err
		}
		return confirmIfSecured(ctx, tx, e, p)
	case e.HasPlace():
		return payLater(ctx, tx, e, p, share)
	}
	if err := enrolment.Confirm(ctx, tx, e); errors.Is(err, course.ErrFull) {
		return waitFirst(ctx, tx, e, p)
	} else if err != nil {
		return err
	}
	if err := billing.ChargeAgain(ctx, tx, *share, e.RunID); err != nil {
		return err
	}
	if err := billing.Apply(ctx, tx, p, share); err != nil {
		return err
	}
	return tellConfirmed(ctx, tx, e, p, "place confirmed by late payment")
}

// confirmIfSecured confirms a held place once every share of it is secured.
func confirmIfSecured(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment) error {
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	if err != nil {
		return err
	}
	for _, s := range shares {
		if !s.Secured() {
			return nil
		}
	}
	if err := enrolment.Confirm(ctx, tx, e); err != nil {
		return err
	}
	return tellConfirmed(ctx, tx, e, p, "place confirmed")
}

// tellConfirmed records a confirmation and sends it with the receipt and the dates.
func tellConfirmed(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment, action string) error {
	if err := record(ctx, tx, audit.CardProcessor, e, action, moneyOf(p)); err != nil {
		return err
	}
	plan, err := billing.PlanOfPayment(ctx, tx, p)
	if err != nil {
		return err
	}
	return tell(ctx, tx, e, "place-confirmed", letter{Payment: p.Code, Amount: p.Amount, Plan: plan})
}

// waitFirst returns late money for which no place is left, and puts the person first on the waiting list.
func waitFirst(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment) error {
	if err := enrolment.WaitFirst(ctx, tx, e); err != nil {
		return err
	}
	if err := returnMoney(ctx, tx, e, p, "payment came when full"); err != nil {
		return err
	}
	return tellStaff(ctx, tx, "staff-late-payment", letter{Code: e.Code, Amount: p.Amount})
}

// returnMoney sends captured money back and says so.
func returnMoney(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment, action string) error {
	if err := billing.Return(ctx, tx, p); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.CardProcessor, e, action, moneyOf(p)); err != nil {
		return err
	}
	return tell(ctx, tx, e, "payment-returned", letter{Payment: p.Code, Amount: p.Amount, First: e.Status == enrolment.Waiting})
}

// awaitBank keeps the place while a bank takes its time.
func awaitBank(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	if e.Status != enrolment.Held {
		return nil
	}
	if err := enrolment.Extend(ctx, tx, e, tx.Now.AddDate(0, 0, enrolment.BankDays)); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.CardProcessor, e, "bank confirming", nil); err != nil {
		return err
	}
	return tell(ctx, tx, e, "bank-confirming", letter{})
}

// lapse ends a held place that was not paid for, in time or because a bank refused. A place that others help to pay for
// stays until the last day for what is missing, however often a page is left or a card refused: see LapseUnpaid and
// LapseSeat.
func lapse(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, refused bool) error {
	if e.Status != enrolment.Held {
		return nil
	}
	if others, err := othersPay(ctx, tx, e); err != nil || others {
		return err
	}
	if err := enrolment.Lapse(ctx, tx, e); err != nil {
		return err
	}
	if err := endAllUnconfirmed(ctx, tx, e); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.CardProcessor, e, "place lapsed", nil); err != nil {
		return err
	}
	if err := tell(ctx, tx, e, "place-lapsed", letter{Refused: refused}); err != nil {
		return err
	}
	return passOnPlace(ctx, tx, e.RunID)
}

// othersPay reports whether funds or organisations pay a part of a place, would, or were asked to, or it was offered from the
// waiting list: then it is kept until the day that was said, and not as long as a page of the card processor is open.
func othersPay(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (bool, error) {
	if e.TeamID != 0 || !e.OfferedAt.IsZero() {
		return true, nil
	}
	if a, err := awardOf(ctx, tx, e); err != nil || a != nil {
		return true, err
	}
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	if err != nil || slices.ContainsFunc(shares, func(s billing.Share) bool { return s.Payer != billing.Learner }) {
		return true, err
	}
	asked, err := billing.RequestsFor(ctx, tx, e.ID) // also one that was declined: the place is kept until the day that was said
	return len(asked) > 0, err
}

// reopen keeps a held place as long as its payment's page is open: that is longer than was said when the page was opened shortly
// before the end, or could not be made at first. Then the person is told that it can be paid now.
func reopen(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment, s billing.Standing) error {
	if e.Status != enrolment.Held || s.State != billing.PageOpen || !e.HeldUntil.Before(p.ExpiresAt) {
		return nil
	}
	if err := keep(ctx, tx, e, p.ExpiresAt); err != nil || p.Attempt == 1 {
		return err
	}
	return tell(ctx, tx, e, "payment-ready", letter{})
}

// KeepWhileAway keeps the place of a payment that cannot be looked into, because the processor does not answer,
// a while longer. A gift or an invoice waits for as long as its payment does.
func KeepWhileAway(ctx context.Context, tx *db.Tx, payment id.Payment) error {
	target, err := billing.TargetOf(ctx, tx, payment)
	if err != nil || target.Enrolment == 0 {
		return err
	}
	e, err := enrolment.Lock(ctx, tx, target.Enrolment)
	if err != nil || e.Status != enrolment.Held || e.HeldUntil.After(tx.Now) {
		return err
	}
	return keep(ctx, tx, e, tx.Now.Add(billing.PageLife))
}

func keep(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, until time.Time) error {
	if err := enrolment.Extend(ctx, tx, e, until); err != nil {
		return err
	}
	return record(ctx, tx, audit.System, e, "hold extended", map[string]any{"until": until})
}

// payLater puts captured money towards a part of a place that is certain already, because whoever was to pay it does so
// no more.
func payLater(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment, share *billing.Share) error {
	if err := billing.Apply(ctx, tx, p, share); err != nil {
		return err
	}
	return tellConfirmed(ctx, tx, e, p, "own part paid")
}

// shareOf is the share that a payment is for, and whether funds or organisations pay another of the same place: once such
// a place has lapsed, their part of it is owed no more.
func shareOf(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment) (of *billing.Share, others bool, err error) {
	shares, err := sharesOf(ctx, tx, e)
	if err != nil {
		return nil, false, err
	}
	for i, s := range shares {
		others = others || s.Payer != billing.Learner
		if s.ID == p.ShareID {
			of = &shares[i]
		}
	}
	if of == nil {
		return nil, false, billing.ErrPaymentUnknown
	}
	return of, others, nil
}

func moneyOf(p *billing.Payment) map[string]any {
	return map[string]any{"payment": p.Code, "amount": p.Captured}
}
