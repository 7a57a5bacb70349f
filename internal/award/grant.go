package award

import (
	"context"
	"fmt"

	"bursar/internal/allocation"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Grant is that a plan funds somebody who had no offer: their choice, and who pays its lines.
type Grant struct {
	Applicant
	Choice
	Paid []Paid // in the order of the choice's costs
}

// Paid is a cost and the funds that pay it, to the penny.
type Paid struct {
	Cost
	By []fund.Part
}

// Grants are what a plan for these inputs newly promises, in its order.
func (in *Inputs) Grants(plan allocation.Result) ([]Grant, error) {
	var all []Grant
	for _, f := range plan.Funded {
		p := in.Applicant(f.ID)
		if p == nil {
			continue // has an offer, which stands
		}
		choices := in.Choices(*p)
		if f.Choice >= len(choices) {
			return nil, fmt.Errorf("the plan gives application %s choice %d of %d", f.ID, f.Choice, len(choices))
		}
		g := Grant{Applicant: *p, Choice: choices[f.Choice]}
		for i, cost := range g.Costs() {
			g.Paid = append(g.Paid, Paid{cost, in.parts(f.Lines[i].Paid)})
		}
		all = append(all, g)
	}
	return all, nil
}

func (in *Inputs) parts(paid []allocation.Payment) []fund.Part {
	parts := make([]fund.Part, len(paid))
	for i, p := range paid {
		parts[i] = fund.Part{Fund: in.Fund(p.Fund).ID, Amount: money.Amount(p.Amount)}
	}
	return parts
}

// LastDay is the last day on which an offer made today of a place on this run can be answered: ten working days, and
// before the course begins in any case.
func (g Grant) LastDay(today london.Date) london.Date {
	return earlier(today.AddWorking(AnswerDays), g.Run.StartsOn().AddDays(-1))
}

func earlier(a, b london.Date) london.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// Make promises a grant: it writes the award with its lines and takes the money from what its funds have available. The
// place is held by the enrolment. It returns fund.ErrNotEnough.
func Make(ctx context.Context, tx *db.Tx, g Grant, round id.Round, enrolment id.Enrolment, fromReserve bool) (*Award, error) {
	n, err := tx.NextID(ctx, "sensitive.awards")
	if err != nil {
		return nil, err
	}
	a := &Award{
		ID: id.Award(n), Code: id.Code(), RoundID: round, ApplicationID: g.Application.ID, PersonID: g.Application.PersonID,
		RunID: g.Run.ID, EnrolmentID: enrolment, Status: Offered, Price: g.Price, Own: g.Choice.Own, FromReserve: fromReserve,
		UntilOn: g.LastDay(london.DateOf(tx.Now)), OfferedAt: tx.Now,
	}
	if err := a.number(ctx, tx, g.Paid); err != nil {
		return nil, err
	}
	if _, err := tx.NewInsert().Model(a).Returning("NULL").Exec(ctx); err != nil {
		return nil, fmt.Errorf("making an award: %w", err)
	}
	if len(a.Lines) == 0 {
		return a, nil
	}
	if _, err := tx.NewInsert().Model(&a.Lines).Returning("NULL").Exec(ctx); err != nil {
		return nil, fmt.Errorf("making award lines: %w", err)
	}
	return a, a.promise(ctx, tx)
}

// promise writes the parts and commits their money.
func (a *Award) promise(ctx context.Context, tx *db.Tx) error {
	parts := a.Parts()
	if _, err := tx.NewInsert().Model(&parts).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("making what funds pay: %w", err)
	}
	return fund.Commit(ctx, tx, fmt.Sprintf("award/%d/offered", a.ID), Sum(parts, func(p *Part) money.Amount { return p.Amount }))
}

// number gives an award's lines and parts their numbers beforehand.
func (a *Award) number(ctx context.Context, tx *db.Tx, paid []Paid) error {
	for _, c := range paid {
		n, err := tx.NextID(ctx, "sensitive.award_lines")
		if err != nil {
			return err
		}
		l := &Line{ID: id.AwardLine(n), AwardID: a.ID, Purpose: c.Purpose, Amount: c.Amount}
		for _, by := range c.By {
			p, err := tx.NextID(ctx, "sensitive.award_parts")
			if err != nil {
				return err
			}
			l.Parts = append(l.Parts, &Part{ID: id.AwardPart(p), LineID: l.ID, FundID: by.Fund, Amount: by.Amount})
		}
		a.Lines = append(a.Lines, l)
	}
	return nil
}

// Sum adds up an amount of parts by fund, in the order of the parts; funds with nothing are left out.
func Sum(parts []*Part, of func(*Part) money.Amount) []fund.Part {
	var sums []fund.Part
	at := map[id.Fund]int{}
	for _, p := range parts {
		amount := of(p)
		if amount == 0 {
			continue
		}
		i, ok := at[p.FundID]
		if !ok {
			i = len(sums)
			at[p.FundID] = i
			sums = append(sums, fund.Part{Fund: p.FundID})
		}
		sums[i].Amount += amount
	}
	return sums
}

// Release gives back to its funds all that is still promised of some parts, under a reference that says what happened.
func Release(ctx context.Context, tx *db.Tx, reference string, parts []*Part) error {
	sums := Sum(parts, (*Part).Committed)
	if len(sums) == 0 {
		return nil
	}
	if err := fund.Release(ctx, tx, reference, sums); err != nil {
		return err
	}
	for _, p := range parts {
		p.Released += p.Committed()
	}
	return SaveParts(ctx, tx, parts)
}
