package billing

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// PlanOf is the plan of a share that was not cancelled, or nil when it is not paid in parts.
func PlanOf(ctx context.Context, d bun.IDB, share id.Share) (*Plan, error) {
	return onePlan(ctx, d, d.NewSelect().Where("share_id = ? AND status <> 'cancelled'", share))
}

// LockPlan is PlanOf for change. The place comes before it.
func LockPlan(ctx context.Context, tx *db.Tx, share id.Share) (*Plan, error) {
	return onePlan(ctx, tx, tx.NewSelect().Where("share_id = ? AND status <> 'cancelled'", share).For("UPDATE"))
}

// lockPlanByID is LockPlan for a plan of which only the number is known, cancelled or not.
func lockPlanByID(ctx context.Context, tx *db.Tx, which id.Plan) (*Plan, error) {
	return onePlan(ctx, tx, tx.NewSelect().Where("id = ?", which).For("UPDATE"))
}

func onePlan(ctx context.Context, d bun.IDB, q *bun.SelectQuery) (*Plan, error) {
	p := new(Plan)
	if err := q.Model(p).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, nil
		}
		return nil, fmt.Errorf("reading a plan: %w", err)
	}
	err := d.NewSelect().Model(&p.Parts).Where("plan_id = ?", p.ID).Order("number").Limit(200).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the parts of a plan: %w", err)
	}
	return p, nil
}

// ShareOfPlan is the share that a plan is for.
func ShareOfPlan(ctx context.Context, d bun.IDB, plan id.Plan) (id.Share, error) {
	var share id.Share
	if err := d.NewRaw("SELECT share_id FROM plans WHERE id = ?", plan).Scan(ctx, &share); err != nil {
		return 0, fmt.Errorf("reading the share of a plan: %w", err)
	}
	return share, nil
}

// Part is what is to be paid on a day.
type Part struct {
	DueOn  london.Date
	Amount money.Amount // pence
}

// MakePlan lets a share be paid in parts, the first of which is the deposit. They must add up to the share.
func MakePlan(ctx context.Context, tx *db.Tx, s Share, kind PlanKind, parts []Part) (*Plan, error) {
	p := &Plan{Code: id.Code(), ShareID: s.ID, Kind: kind, Status: PlanActive, ConsentedAt: tx.Now, CreatedAt: tx.Now}
	if _, err := tx.NewInsert().Model(p).Exec(ctx); err != nil {
		return nil, fmt.Errorf("making a plan: %w", err)
	}
	return p, p.add(ctx, tx, parts)
}

// add appends parts to a plan.
func (p *Plan) add(ctx context.Context, tx *db.Tx, parts []Part) error {
	next := 0
	if n := len(p.Parts); n > 0 {
		next = p.Parts[n-1].Number + 1
	}
	added := make([]*Instalment, len(parts))
	for i, part := range parts {
		added[i] = &Instalment{PlanID: p.ID, Number: next + i, DueOn: part.DueOn, Amount: part.Amount, Status: InstalmentDue}
	}
	if _, err := tx.NewInsert().Model(&added).Exec(ctx); err != nil {
		return fmt.Errorf("adding parts to a plan: %w", err)
	}
	p.Parts = append(p.Parts, added...)
	return nil
}

// savePlan writes a plan with all its parts.
func savePlan(ctx context.Context, tx *db.Tx, p *Plan) error {
	_, err := tx.NewUpdate().Model(p).
		Column("kind", "status", "customer", "method", "method_kind", "method_ends", "short", "paused_by", "paused_until", "reason", "ended_at").
		WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving plan %s: %w", p.Code, err)
	}
	for _, i := range p.Parts {
		_, err := tx.NewUpdate().Model(i).
			Column("due_on", "status", "payment_id", "tries", "retry_on", "reminded_at", "paid_at").WherePK().Exec(ctx)
		if err != nil {
			return fmt.Errorf("saving instalment %d of plan %s: %w", i.Number, p.Code, err)
		}
	}
	return nil
}

// partsOf are the parts of a plan that a payment was to pay.
func (p *Plan) partsOf(ctx context.Context, d bun.IDB, payment id.Payment) ([]*Instalment, error) {
	var ids []id.Instalment
	err := d.NewRaw("SELECT instalment_id FROM payment_instalments WHERE payment_id = ?", payment).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("reading what a payment is for: %w", err)
	}
	var parts []*Instalment
	for _, i := range p.Parts {
		for _, which := range ids {
			if i.ID == which {
				parts = append(parts, i)
			}
		}
	}
	return parts, nil
}
