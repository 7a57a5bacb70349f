package bursary

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
)

// Note writes down that somebody reads an application, in the unit of work that reads. Without it PostgreSQL
// shows staff and assessors no word. reader must be in whose name the work is done.
func Note(ctx context.Context, tx *db.Tx, which id.Application, reader id.Person, as form.Audience) error {
	_, err := tx.NewRaw("INSERT INTO sensitive.reads (application_id, reader_id, audience, at) VALUES (?, ?, ?, ?)",
		which, reader, string(as), tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting a reading: %w", err)
	}
	return nil
}

// Reading is that somebody read an application on a day.
type Reading struct {
	Audience form.Audience
	Name     string // of staff; a member of the panel is not named
	At       time.Time
	Times    int // on that day
}

// Readings lists who has read an application, the latest first: one entry a day for each reader.
func Readings(ctx context.Context, d bun.IDB, which id.Application) ([]Reading, error) {
	var all []Reading
	err := d.NewRaw(`
		SELECT r.audience, CASE r.audience WHEN 'panel' THEN '' ELSE p.name END AS name, max(r.at) AS at, count(*) AS times
		FROM   sensitive.reads r JOIN people p ON p.id = r.reader_id
		WHERE  r.application_id = ?
		GROUP  BY r.audience, r.reader_id, p.name, (r.at AT TIME ZONE 'Europe/London')::date
		ORDER  BY at DESC, audience LIMIT 200`, which).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing who has read an application: %w", err)
	}
	return all, nil
}
