package admissions

import (
	"context"
	"strings"

	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
)

// longestReason is how much everybody can be told of why a run is cancelled, in characters.
const longestReason = 1000

// CancelRun says that the provider does not hold a run, with the reason that everybody is told. Nobody can take a place on it
// any more; what becomes of those that are taken is done place by place by CancelNext. Doing it again changes nothing. It
// returns state.ErrMovedOn for a run that has finished, or an Invalid failure about "reason".
func CancelRun(ctx context.Context, tx *db.Tx, by id.Person, code, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" || len([]rune(reason)) > longestReason {
		return failure.Field("reason", "Say why, in up to 1,000 characters: everybody who has a place reads it")
	}
	run, err := course.RunByCode(ctx, tx, code)
	if err != nil {
		return err
	}
	if err := course.LockPlaces(ctx, tx, run); err != nil {
		return err
	}
	if err := course.Cancel(ctx, tx, run); err != nil {
		return err
	}
	if _, err := enrolment.CancelRun(ctx, tx, enrolment.Cancellation{RunID: run, ByID: by, Reason: reason}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "run cancelled", Subject: "run", SubjectID: int64(run)})
}

// CancelNext does what a cancelled run means for one claim on it. One that is held or waits ends, and what was paid on it goes
// back in full. Whoever has a confirmed place is asked to choose within enrolment.AnswerDays: other dates, or the money. An
// offer ends by its holder's answer or its day and by nothing else: they are told, and have at least as long to answer it.
func CancelNext(ctx context.Context, tx *db.Tx, which id.Enrolment) error {
	e, a, err := lockWithAward(ctx, tx, which)
	if err != nil {
		return err
	}
	c, err := enrolment.CancellationOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	if asked, err := enrolment.CancelledPlaceOf(ctx, tx, e); err != nil || asked != nil || !e.HasPlace() && e.Status != enrolment.Waiting {
		return err
	}
	offered := a != nil && a.Status == award.Offered
	if e.Status != enrolment.Confirmed && !offered {
		if err := cancelPlace(ctx, tx, audit.System, e, a, c); err != nil {
			return err
		}
		return tellEmployersCancelled(ctx, tx, e, c)
	}
	if err := enrolment.AskCancelled(ctx, tx, e, c); err != nil {
		return err
	}
	if offered {
		return keepOffer(ctx, tx, e, a, c)
	}
	if err := tellCancelled(ctx, tx, e, c, "run-cancelled", 0); err != nil {
		return err
	}
	return tellEmployersCancelled(ctx, tx, e, c)
}

// tellEmployersCancelled tells the organisation that booked a place, and those that pay for it.
func tellEmployersCancelled(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, c *enrolment.Cancellation) error {
	if err := tellTeamCancelled(ctx, tx, e, c); err != nil {
		return err
	}
	return tellPayersCancelled(ctx, tx, e, c)
}

// keepOffer gives whoever was offered help with the cost of a place on a cancelled run as long to answer as others have to choose
// other dates, and tells them.
func keepOffer(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, a *award.Award, c *enrolment.Cancellation) error {
	if c.AnswerBy.After(a.UntilOn) {
		a.UntilOn = c.AnswerBy
		if err := enrolment.Extend(ctx, tx, e, a.UntilOn.End()); err != nil {
			return err
		}
		if err := award.Save(ctx, tx, a); err != nil {
			return err
		}
		if err := award.Record(ctx, tx, audit.System, "offer extended", a, map[string]any{"until": a.UntilOn}); err != nil {
			return err
		}
	}
	return tellHolder(ctx, tx, a, "offer-dates-cancelled")
}

// RefundCancelled gives all the money for a confirmed place on a cancelled run back to everybody who paid, because its holder
// wants that, or chose nothing until the last day. Doing it again changes nothing. It returns enrolment.ErrNotCancelled, and
// runs as db.Worker.
func RefundCancelled(ctx context.Context, tx *db.Tx, by audit.Actor, which id.Enrolment) error {
	e, a, err := lockWithAward(ctx, tx, which)
	if err != nil || e.Status == enrolment.Cancelled {
		return err
	}
	c, err := enrolment.CancellationOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	if waited, err := enrolment.AnswerCancelled(ctx, tx, e, enrolment.ChoseMoney); err != nil || !waited {
		return err
	}
	if err := cancelPlace(ctx, tx, by, e, a, c); err != nil {
		return err
	}
	return tellTeamEnded(ctx, tx, e)
}

// ChooseMoney is RefundCancelled by whoever has the place. An employer's place is the employer's to decide.
func ChooseMoney(ctx context.Context, tx *db.Tx, person id.Person, place string) error {
	mine, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return err
	}
	if mine.TeamID != 0 {
		return ErrEmployersPlace
	}
	return RefundCancelled(ctx, tx, audit.Person(person), mine.ID)
}

// lockWithAward locks a claim with the award that helps to pay for it, whatever has become of that; nil when none does.
func lockWithAward(ctx context.Context, tx *db.Tx, which id.Enrolment) (*enrolment.Enrolment, *award.Award, error) {
	known, err := enrolment.Get(ctx, tx, which)
	if err != nil {
		return nil, nil, err
	}
	a, err := awardOf(ctx, tx, known)
	if err != nil {
		return nil, nil, err
	}
	if a != nil {
		return lockAward(ctx, tx, a.ID)
	}
	e, err := enrolment.Lock(ctx, tx, which)
	return e, nil, err
}

// cancelPlace ends a claim on a cancelled run without any charge.
func cancelPlace(ctx context.Context, tx *db.Tx, by audit.Actor, e *enrolment.Enrolment, a *award.Award, c *enrolment.Cancellation) error {
	back, err := endUncharged(ctx, tx, e, a)
	if err != nil {
		return err
	}
	if err := record(ctx, tx, by, e, "place cancelled by us", map[string]any{"back": back}); err != nil {
		return err
	}
	return tellCancelled(ctx, tx, e, c, "place-cancelled", back)
}

// endUncharged frees a place and returns what learners get back, in pence. Organisations are credited, funds have their money
// again.
func endUncharged(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, a *award.Award) (back money.Amount, err error) {
	was := e.Status
	if err := enrolment.Cancel(ctx, tx, e); err != nil {
		return 0, err
	}
	switch {
	case was == enrolment.Waiting:
		return 0, nil
	case was == enrolment.Held:
		if err := endAllUnconfirmed(ctx, tx, e); err != nil {
			return 0, err
		}
		if err := billing.ClosePages(ctx, tx, e.ID); err != nil {
			return 0, err
		}
	default:
		shares, err := sharesOf(ctx, tx, e)
		if err != nil {
			return 0, err
		}
		for _, s := range shares {
			if s.Payer == billing.Learner {
				paid, err := billing.Paid(ctx, tx, s)
				if err != nil {
					return 0, err
				}
				back += paid
			}
			if err := endShare(ctx, tx, a, s, e, 0); err != nil {
				return 0, err
			}
		}
	}
	if a == nil || a.Status != award.Accepted {
		return back, nil
	}
	return back, releaseAward(ctx, tx, a, audit.System)
}
