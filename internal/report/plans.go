package report

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// PlanKind is which plans a list is of.
type PlanKind string

// The kinds of plans. Stopped are those that failed, and those that the program paused because trying again would not help:
// somebody must talk with the person.
const (
	StoppedPlans   PlanKind = "failed"
	PausedPlans    PlanKind = "paused" // by staff
	ActivePlans    PlanKind = "active"
	CompletedPlans PlanKind = "completed"
)

// ErrPlanKind means that there is no list of such plans.
var ErrPlanKind = failure.New(failure.NotFound, "plan_kind", "There is no such list.")

var planKinds = map[PlanKind]string{
	StoppedPlans:   "(p.status = 'failed' OR p.status = 'paused' AND p.paused_by IS NULL)",
	PausedPlans:    "p.status = 'paused' AND p.paused_by IS NOT NULL",
	ActivePlans:    "p.status = 'active' AND p.method <> ''",
	CompletedPlans: "p.status = 'completed'",
}

// Plan is a place that is paid by instalments.
type Plan struct {
	ID     id.Plan
	Status billing.PlanStatus
	Place  string // its code
	Run    string // its code
	Name   string // of who pays
	Rest   money.Amount
	DueOn  london.Date // of the first part that is not paid; zero: all are
	Tries  int         // how often the card was refused for it
}

// Plans lists those of a kind, the oldest first, after one of them. It returns ErrPlanKind.
func Plans(ctx context.Context, d bun.IDB, kind PlanKind, after id.Plan, limit int) ([]Plan, error) {
	which, ok := planKinds[kind]
	if !ok {
		return nil, ErrPlanKind
	}
	var list []Plan
	err := d.NewRaw(`
		SELECT p.id, p.status, e.code AS place, r.code AS run, coalesce(w.name, '') AS name, i.rest, n.due_on, coalesce(n.tries, 0) AS tries
		FROM   plans p
		JOIN   shares s ON s.id = p.share_id
		JOIN   enrolments e ON e.id = s.enrolment_id
		JOIN   runs r ON r.id = e.run_id
		LEFT   JOIN people w ON w.id = e.person_id
		CROSS  JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE status <> 'paid'), 0) AS rest FROM instalments WHERE plan_id = p.id AND status <> 'cancelled') i
		LEFT   JOIN LATERAL (SELECT due_on, tries FROM instalments WHERE plan_id = p.id AND status IN ('due', 'charging', 'failed') ORDER BY number LIMIT 1) n ON true
		WHERE  p.id > ? AND ? ORDER BY p.id LIMIT ?`, after, bun.Safe(which), limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing plans: %w", err)
	}
	return list, nil
}
