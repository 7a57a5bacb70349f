package bursary

import (
	"context"
	"fmt"

	"bursar/internal/db"
)

// Standing is a round with what there is to do about it.
type Standing struct {
	Round
	Counts      map[Status]int `bun:"counts,type:jsonb"` // of its applications
	Panel       int            `bun:"panel"`             // people on it
	Messages    int            `bun:"messages"`          // that wait for an answer of the office
	Recordings  int            `bun:"recordings"`        // of what was sent, not written down yet
	Unconfirmed int            `bun:"unconfirmed"`       // entered by staff, and not yet confirmed by the applicant
	Undecided   int            `bun:"undecided"`         // sent, and nobody has said whether they are eligible
}

// Sent counts the applications that were sent and not withdrawn.
func (s *Standing) Sent() int {
	n := 0
	for status, count := range s.Counts {
		if status != Draft && status != Withdrawn {
			n += count
		}
	}
	return n
}

// Desk lists every round with what there is to do, the latest to close first. It opens nobody's words, and is for
// the office. A provider has a few rounds a year.
func Desk(ctx context.Context, tx *db.Tx) ([]*Standing, error) {
	return standings(ctx, tx, "")
}

// DeskOf is one round with what there is to do, or ErrUnknownRound. It is for the office.
func DeskOf(ctx context.Context, tx *db.Tx, code string) (*Standing, error) {
	found, err := standings(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ErrUnknownRound
	}
	return found[0], nil
}

// standings reads one round by its code, or all.
func standings(ctx context.Context, tx *db.Tx, code string) ([]*Standing, error) {
	var all []*Standing
	err := tx.NewRaw(`
		SELECT r.*, coalesce(by_status.counts, '{}') AS counts, waits.*,
		       (SELECT count(*) FROM sensitive.panel_members m WHERE m.round_id = r.id AND m.status = 'active') AS panel
		FROM   rounds r
		CROSS  JOIN LATERAL (
		       SELECT jsonb_object_agg(s.status, s.n) AS counts
		       FROM   (SELECT status, count(*) AS n FROM sensitive.applications WHERE round_id = r.id GROUP BY status) s) by_status
		CROSS  JOIN LATERAL (
		       SELECT coalesce(sum(w.messages), 0) AS messages,
		              coalesce(sum(w.recordings) FILTER (WHERE a.status NOT IN ('draft', 'withdrawn')), 0) AS recordings,
		              count(*) FILTER (WHERE a.entered_by IS NOT NULL AND a.confirmed_at IS NULL AND a.status <> 'withdrawn') AS unconfirmed,
		              count(*) FILTER (WHERE a.eligible IS NULL AND a.status = 'submitted') AS undecided
		       FROM   sensitive.applications a JOIN sensitive.waiting w ON w.application_id = a.id
		       WHERE  a.round_id = r.id) waits
		WHERE  ?0 = '' OR r.code = ?0
		ORDER  BY r.closes_on DESC, r.id DESC LIMIT 200`, code).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("counting what rounds wait for: %w", err)
	}
	return all, nil
}
