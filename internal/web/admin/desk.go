package admin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

type deskPage struct {
	page.Base
	Tasks   []task
	Matters []matter
	Runs    []report.Cohort
	Peers   page.Table
}

// shownCohorts is how many runs the desk shows, of those that are not over.
const shownCohorts = 40

// desk is what needs somebody today, what went wrong by itself, and the runs that are not over.
func (f office) desk(c *gin.Context) error {
	ctx, today := c.Request.Context(), london.DateOf(f.DB.Now())
	matters, err := mattersAt(ctx, f.DB, f.DB.Now())
	if err != nil {
		return err
	}
	p := &deskPage{Matters: matters}
	if p.Runs, err = report.Cohorts(ctx, f.DB, report.CohortsToCome, today, report.CohortKey{}, shownCohorts); err != nil {
		return err
	}
	slices.Reverse(p.Runs)
	err = f.inOffice(c, func(ctx context.Context, tx *db.Tx) error {
		waits, err := report.TodayAt(ctx, tx)
		if err != nil {
			return err
		}
		p.Tasks = tasksOf(waits, acts(c))
		peers, err := report.Peers(ctx, tx)
		p.Peers = peersTable(peers)
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "admin/desk", p)
}

// matter is something that a person should look at.
type matter struct {
	Kind   string // a billing.DoubtKind, or one of those below
	Detail string
	Amount money.Amount
	Since  time.Time
	Place  string // code of the enrolment that it is about; may be empty
}

const (
	// shownFor is how long something that needs no decision, and only should be known, stays on the desk.
	shownFor = 14 * 24 * time.Hour
	// backlogAfter is how long a message of the card processor may wait before somebody should ask why.
	backlogAfter = 5 * time.Minute
)

// mattersAt lists what needs attention at a time, newest first. A message that stands in quarantine is not
// counted as waiting as well.
func mattersAt(ctx context.Context, d bun.IDB, now time.Time) ([]matter, error) {
	var matters []matter
	err := d.NewRaw(`
		SELECT q.kind, q.detail, 0 AS amount, q.created_at AS since, coalesce(e.code, '') AS place
		FROM   quarantine q
		LEFT   JOIN payments p ON p.id = q.payment_id
		LEFT   JOIN shares s ON s.id = p.share_id
		LEFT   JOIN enrolments e ON e.id = s.enrolment_id
		WHERE  q.resolved_at IS NULL
		UNION  ALL
		SELECT CASE WHEN p.gift_id IS NULL THEN 'late_payment' ELSE 'late_gift' END, r.code, r.amount, r.created_at, coalesce(e.code, '')
		FROM   refunds r
		JOIN   payments p ON p.id = r.payment_id
		LEFT   JOIN shares s ON s.id = p.share_id
		LEFT   JOIN enrolments e ON e.id = s.enrolment_id
		WHERE  r.reason = 'came_too_late' AND r.created_at > ?0
		UNION  ALL
		SELECT 'mail_failed', m.subject, 0, m.created_at, ''
		FROM   mails m
		WHERE  m.status IN ('failed', 'bounced') AND m.created_at > ?0
		       AND NOT EXISTS (SELECT FROM mail_bounces b WHERE b.mail_id = m.id AND b.cleared_at IS NOT NULL)
		UNION  ALL
		SELECT 'backlog', count(*)::text, 0, min(v.received_at), ''
		FROM   processor_events v
		WHERE  v.applied_at IS NULL AND v.received_at < ?1
		       AND NOT EXISTS (SELECT FROM quarantine q WHERE q.object = v.id)
		HAVING count(*) > 0
		ORDER  BY since DESC, kind, detail
		LIMIT  200`, now.Add(-shownFor), now.Add(-backlogAfter)).Scan(ctx, &matters)
	if err != nil {
		return nil, fmt.Errorf("listing what needs attention: %w", err)
	}
	return matters, nil
}
