package award

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// OfApplication is the latest award of an application with its lines, or ErrUnknown.
func OfApplication(ctx context.Context, d bun.IDB, application id.Application) (*Award, error) {
	return one(ctx, d, d.NewSelect().Where("application_id = ?", application).Order("id DESC").Limit(1))
}

// OfEnrolment is the award that holds or pays for a place, with its lines, or ErrUnknown.
func OfEnrolment(ctx context.Context, d bun.IDB, enrolment id.Enrolment) (*Award, error) {
	return one(ctx, d, d.NewSelect().Where("enrolment_id = ?", enrolment).Order("id DESC").Limit(1))
}

// ByID reads an award with its lines, or returns ErrUnknown.
func ByID(ctx context.Context, d bun.IDB, which id.Award) (*Award, error) {
	return one(ctx, d, d.NewSelect().Where("id = ?", which))
}

// Lock loads an award for change with its lines, or returns ErrUnknown. Whoever changes the place too has locked it
// before.
func Lock(ctx context.Context, tx *db.Tx, which id.Award) (*Award, error) {
	return one(ctx, tx, tx.NewSelect().Where("id = ?", which).For("NO KEY UPDATE"))
}

// OfRound lists a round's awards of these statuses with their lines, in the order in which they were made.
func OfRound(ctx context.Context, d bun.IDB, round id.Round, status ...Status) ([]*Award, error) {
	var all []*Award
	err := d.NewSelect().Model(&all).Where("round_id = ? AND status IN (?)", round, bun.List(status)).Order("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the awards of a round: %w", err)
	}
	return all, withLines(ctx, d, all)
}

// Due lists offers whose last day has passed, oldest first.
func Due(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.Award, error) {
	return ids(ctx, d, "SELECT id FROM sensitive.awards WHERE status = 'offered' AND until_on < ? ORDER BY until_on, id LIMIT ?", london.DateOf(now), limit)
}

// Unpaid lists accepted awards whose holder has not paid their own part by its last day, oldest first. A payment that a
// bank is confirming keeps its place, and so its award.
func Unpaid(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.Award, error) {
	return ids(ctx, d, `
		SELECT a.id FROM sensitive.awards a JOIN enrolments e ON e.id = a.enrolment_id
		WHERE  a.status = 'accepted' AND a.pay_by < ? AND e.status = 'held' AND e.held_until < ?
		ORDER  BY a.pay_by, a.id LIMIT ?`, london.DateOf(now), now, limit)
}

// OwnUnpaid says of which accepted awards of a round the holder's own part is still to come: their place is only held.
func OwnUnpaid(ctx context.Context, d bun.IDB, round id.Round) (map[id.Award]bool, error) {
	held, err := ids(ctx, d, `
		SELECT a.id FROM sensitive.awards a JOIN enrolments e ON e.id = a.enrolment_id AND e.status = 'held'
		WHERE  a.round_id = ? AND a.status = 'accepted' ORDER BY a.id`, round)
	unpaid := make(map[id.Award]bool, len(held))
	for _, a := range held {
		unpaid[a] = true
	}
	return unpaid, err
}

// Undrawn lists accepted awards whose course has begun and whose fee is not paid to the course yet, oldest first.
func Undrawn(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.Award, error) {
	return ids(ctx, d, `
		SELECT a.id FROM sensitive.awards a JOIN enrolments e ON e.id = a.enrolment_id AND e.status IN ('confirmed', 'completed')
		WHERE  a.status = 'accepted'
		  AND  (SELECT min(b.starts_on) FROM blocks b WHERE b.run_id = a.run_id) <= ?
		  AND  EXISTS (SELECT FROM sensitive.award_lines l JOIN sensitive.award_parts p ON p.line_id = l.id
		               WHERE l.award_id = a.id AND l.purpose = 'fee' AND p.spent + p.released < p.amount)
		ORDER  BY a.id LIMIT ?`, london.DateOf(now), limit)
}

// Returnable lists accepted awards whose course ended ReturnDays ago or longer and on which no claim is open, oldest first.
func Returnable(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.Award, error) {
	return ids(ctx, d, `
		SELECT a.id FROM sensitive.awards a JOIN enrolments e ON e.id = a.enrolment_id AND e.status IN ('confirmed', 'completed')
		WHERE  a.status = 'accepted' AND (SELECT max(b.ends_on) FROM blocks b WHERE b.run_id = a.run_id) < ?
		  AND  NOT EXISTS (SELECT FROM sensitive.award_lines l JOIN sensitive.claims c ON c.line_id = l.id
		                   WHERE l.award_id = a.id AND c.status IN ('asked', 'approved'))
		ORDER  BY a.id LIMIT ?`, london.DateOf(now).AddDays(-ReturnDays), limit)
}

// WithReserve lists rounds on whose reserve list somebody waits and whose last course has not begun.
func WithReserve(ctx context.Context, d bun.IDB, now time.Time) ([]id.Round, error) {
	return waiting(ctx, d, "('reserve', 'upheld')", "> ?", london.DateOf(now))
}

// ReserveOver lists rounds on whose reserve list somebody waits and whose last course has begun.
func ReserveOver(ctx context.Context, d bun.IDB, now time.Time) ([]id.Round, error) {
	return waiting(ctx, d, "('reserve')", "<= ?", london.DateOf(now))
}

func waiting(ctx context.Context, d bun.IDB, status, begins string, today london.Date) ([]id.Round, error) {
	var rounds []id.Round
	err := d.NewRaw(`
		SELECT w.round_id
		FROM   (SELECT DISTINCT round_id FROM sensitive.applications WHERE position IS NOT NULL AND status IN `+status+`) w
		WHERE  (SELECT max(run.begins)
		        FROM   round_runs rr
		        JOIN   LATERAL (SELECT min(b.starts_on) AS begins FROM blocks b WHERE b.run_id = rr.run_id) run ON true
		        WHERE  rr.round_id = w.round_id) `+begins+`
		ORDER  BY w.round_id LIMIT 100`, today).Scan(ctx, &rounds)
	if err != nil {
		return nil, fmt.Errorf("listing rounds with a reserve list: %w", err)
	}
	return rounds, nil
}

func ids(ctx context.Context, d bun.IDB, query string, args ...any) ([]id.Award, error) {
	var found []id.Award
	if err := d.NewRaw(query, args...).Scan(ctx, &found); err != nil {
		return nil, fmt.Errorf("listing awards: %w", err)
	}
	return found, nil
}

func one(ctx context.Context, d bun.IDB, q *bun.SelectQuery) (*Award, error) {
	a := new(Award)
	if err := q.Model(a).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknown
		}
		return nil, fmt.Errorf("reading an award: %w", err)
	}
	return a, withLines(ctx, d, []*Award{a})
}

// withLines reads the lines and parts of awards.
func withLines(ctx context.Context, d bun.IDB, awards []*Award) error {
	if len(awards) == 0 {
		return nil
	}
	byID := make(map[id.Award]*Award, len(awards))
	which := make([]id.Award, len(awards))
	for i, a := range awards {
		byID[a.ID], which[i] = a, a.ID
	}
	var lines []*Line
	if err := d.NewSelect().Model(&lines).Where("award_id IN (?)", bun.List(which)).Order("id").Scan(ctx); err != nil {
		return fmt.Errorf("reading award lines: %w", err)
	}
	var parts []*Part
	err := d.NewSelect().Model(&parts).
		Where("line_id IN (SELECT l.id FROM sensitive.award_lines l WHERE l.award_id IN (?))", bun.List(which)).Order("id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("reading what funds pay: %w", err)
	}
	byLine := make(map[id.AwardLine]*Line, len(lines))
	for _, l := range lines {
		byLine[l.ID] = l
		byID[l.AwardID].Lines = append(byID[l.AwardID].Lines, l)
	}
	for _, p := range parts {
		byLine[p.LineID].Parts = append(byLine[p.LineID].Parts, p)
	}
	return nil
}

// Save writes what an answer or an ending changes.
func Save(ctx context.Context, tx *db.Tx, a *Award) error {
	_, err := tx.NewUpdate().Model(a).Column("status", "until_on", "extended", "pay_by", "answered_at", "ended_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving award %s: %w", a.Code, err)
	}
	return nil
}

// SaveParts writes what became of an award's parts.
func SaveParts(ctx context.Context, tx *db.Tx, parts []*Part) error {
	if len(parts) == 0 {
		return nil
	}
	_, err := tx.NewUpdate().Model(&parts).Column("spent", "released", "share_id").Bulk().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving what funds pay: %w", err)
	}
	return nil
}

// Record writes down what was done to an award, under its application: only bursary staff can read it.
func Record(ctx context.Context, tx *db.Tx, by audit.Actor, action string, a *Award, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["award"], detail["status"] = a.Code, a.Status
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "application", SubjectID: int64(a.ApplicationID), Detail: detail})
}
