package courseapplication

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

const (
	// remindWithin is how long before the end of the hold somebody is reminded of it, in days.
	remindWithin = 3
	// quiet is for how long nobody is reminded of what they were told, in days.
	quiet = 2
)

// ToRemind lists those whose place is kept for three more days at most, and who were not reminded of that.
func ToRemind(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.CourseApplication, error) {
	var due []id.CourseApplication
	err := d.NewRaw(`SELECT a.id FROM sensitive.course_applications a JOIN enrolments e ON e.id = a.enrolment_id
		WHERE a.status = 'offered' AND a.reminded_at IS NULL AND a.ended_at <= ? AND e.status = 'held' AND e.held_until > ? AND e.held_until <= ?
		ORDER BY a.id LIMIT ?`, now.AddDate(0, 0, -quiet), now, now.AddDate(0, 0, remindWithin), limit).Scan(ctx, &due)
	if err != nil {
		return nil, fmt.Errorf("listing whom to remind of a place: %w", err)
	}
	return due, nil
}

// Remind notes that a locked course application's sender was reminded. It returns false when they were already.
func Remind(ctx context.Context, tx *db.Tx, a *Application) (bool, error) {
	if !a.RemindedAt.IsZero() {
		return false, nil
	}
	a.RemindedAt = tx.Now
	if _, err := tx.NewUpdate().Model(a).Column("reminded_at").WherePK().Exec(ctx); err != nil {
		return false, fmt.Errorf("noting a reminder of %s: %w", a.Code, err)
	}
	return true, record(ctx, tx, audit.System, "reminded of a place offered on a course application", a)
}

// Unanswerable lists those that wait for an answer while their run is cancelled, or has begun.
func Unanswerable(ctx context.Context, d bun.IDB, today london.Date, limit int) ([]id.CourseApplication, error) {
	var due []id.CourseApplication
	err := d.NewRaw(`SELECT a.id FROM sensitive.course_applications a JOIN runs r ON r.id = a.run_id
		WHERE a.status = 'submitted' AND (r.status IN ('cancelled', 'finished') OR (SELECT min(b.starts_on) FROM blocks b WHERE b.run_id = r.id) <= ?)
		ORDER BY a.id LIMIT ?`, today, limit).Scan(ctx, &due)
	if err != nil {
		return nil, fmt.Errorf("listing course applications that can lead to nothing: %w", err)
	}
	return due, nil
}
