package attendance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
)

// Entry is a name on a register.
type Entry struct {
	ID    id.Enrolment
	Code  string // of the place
	Name  string
	Mark  Mark
	Guest bool // makes up half a day of another run here
}

// mostNames is more than any group has.
const mostNames = 500

// Sheet is who stands on the register of half a day: everybody with a certain place on the run, and whoever makes up half a day
// there, by name. Somebody who teaches sees it in a unit of work in their name, as db.Trainer.
func Sheet(ctx context.Context, d bun.IDB, h *HalfDay) ([]Entry, error) {
	var list []Entry
	err := d.NewRaw(`
		SELECT s.id, s.code, coalesce(nullif(p.name, ''), n.name, '') AS name, s.mark, s.guest
		FROM  (SELECT e.id, e.code, e.person_id, coalesce(m.mark, '') AS mark, false AS guest
		       FROM   enrolments e
		       LEFT   JOIN registers r ON r.block_id = ?0 AND r.day = ?1 AND r.half = ?2
		       LEFT   JOIN attendance_marks m ON m.register_id = r.id AND m.enrolment_id = e.id
		       WHERE  e.run_id = ?3 AND e.status IN ('confirmed', 'completed') AND e.person_id IS NOT NULL
		       UNION  ALL
		       SELECT e.id, e.code, e.person_id, CASE u.attended WHEN true THEN 'present' WHEN false THEN 'absent' ELSE '' END, true
		       FROM   make_ups u JOIN enrolments e ON e.id = u.enrolment_id AND e.status IN ('confirmed', 'completed')
		       WHERE  u.block_id = ?0 AND u.day = ?1 AND u.half = ?2 AND u.dropped_at IS NULL AND e.run_id <> ?3) s
		JOIN   people p ON p.id = s.person_id
		LEFT   JOIN seat_names n ON n.enrolment_id = s.id AND n.until IS NULL
		ORDER  BY name, s.id LIMIT ?4`, h.BlockID, h.Day, h.Half, h.RunID, mostNames).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading a register: %w", err)
	}
	return list, nil
}
