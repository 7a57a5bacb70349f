package admissions

import (
	"context"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/mail"
	"bursar/internal/people"
)

// tellPlan sends somebody a mail about their plan, in this unit of work.
func tellPlan(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, plan *billing.Plan, template string, l planLetter) error {
	person, err := people.ByID(ctx, tx, e.PersonID)
	if err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	l.Name, l.Code, l.Offering, l.At, l.Plan = person.Name, e.Code, o, tx.Now, plan
	l.Rest, l.Bank = plan.Rest(), plan.MethodKind == billing.BacsDirect
	return mail.Send(ctx, tx, mail.Message{To: person.Email, Person: person.ID, Template: template, Data: l})
}

// tellRefused says that an instalment was refused: what happens next, and how it can be paid in another way. Staff are told
// once nothing is tried any more by itself.
func tellRefused(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, plan *billing.Plan, p *billing.Payment) error {
	l := planLetter{Why: p.Refusal, Stopped: plan.Status != billing.PlanActive}
	l.Amount = p.Amount
	for _, i := range plan.Parts {
		if i.PaymentID == p.ID {
			l.Parts, l.Again = append(l.Parts, i), i.RetryOn
		}
	}
	if err := tellPlan(ctx, tx, e, plan, "instalment-refused", l); err != nil || !l.Stopped {
		return err
	}
	return tellStaff(ctx, tx, "staff-plan-stopped", letter{Code: e.Code, Amount: p.Amount, Plan: plan})
}
