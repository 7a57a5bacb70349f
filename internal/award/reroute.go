package award

import (
	"context"
	"fmt"
	"slices"

	"bursar/internal/allocation"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
)

// Reroute lets other funds pay live offers where a plan says so, to make room for somebody else. Amounts, lines and
// places stand; nobody with an offer notices. Until an offer is accepted it matters to nobody which fund pays. It is
// one entry in the books, because two offers may change places at two funds that are both used up.
func (in *Inputs) Reroute(ctx context.Context, tx *db.Tx, plan allocation.Result) error {
	var was, now []*Part
	for _, s := range in.Offers {
		i := slices.IndexFunc(plan.Funded, func(f allocation.Funded) bool { return f.ID == s.Application.Code })
		if i < 0 {
			return fmt.Errorf("the plan leaves out the offer of application %s", s.Application.Code)
		}
		for _, paid := range plan.Funded[i].Lines {
			line, by := s.Award.Line(fund.Purpose(paid.ID)), in.parts(paid.Paid)
			if samePayers(line.Parts, by) {
				continue
			}
			was = append(was, line.Parts...)
			if err := replaceParts(ctx, tx, line, by); err != nil {
				return err
			}
			now = append(now, line.Parts...)
		}
	}
	if len(was) == 0 {
		return nil
	}
	whole := func(p *Part) money.Amount { return p.Amount }
	// The number of the first new part: what it stands in is written down once.
	return fund.Reroute(ctx, tx, fmt.Sprintf("award-part/%d/rerouted", now[0].ID), Sum(was, whole), Sum(now, whole))
}

func samePayers(parts []*Part, now []fund.Part) bool {
	return len(parts) == len(now) && !slices.ContainsFunc(now, func(n fund.Part) bool {
		return !slices.ContainsFunc(parts, func(p *Part) bool { return p.FundID == n.Fund && p.Amount == n.Amount })
	})
}

// replaceParts writes other payers of a line.
func replaceParts(ctx context.Context, tx *db.Tx, l *Line, now []fund.Part) error {
	if _, err := tx.NewRaw("DELETE FROM sensitive.award_parts WHERE line_id = ?", l.ID).Exec(ctx); err != nil {
		return fmt.Errorf("letting another fund pay: %w", err)
	}
	l.Parts = nil
	for _, by := range now {
		n, err := tx.NextID(ctx, "sensitive.award_parts")
		if err != nil {
			return err
		}
		l.Parts = append(l.Parts, &Part{ID: id.AwardPart(n), LineID: l.ID, FundID: by.Fund, Amount: by.Amount})
	}
	if _, err := tx.NewInsert().Model(&l.Parts).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("letting another fund pay: %w", err)
	}
	return nil
}
