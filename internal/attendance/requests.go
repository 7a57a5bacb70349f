package attendance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Asked is a request with the words that whoever decides needs.
type Asked struct {
	ID        id.AttendanceRequest
	AskedBy   id.Person
	Asker     string // name
	AskedOn   london.Date
	Reason    string
	Day       london.Date // of the register; zero: it is about completing
	Half      Half
	Place     string // code of whose completing it is about
	Name      string
	Completes bool
	Marks     []AskedMark // in the order of the names
}

// AskedMark is one mark that somebody asks for.
type AskedMark struct {
	RequestID id.AttendanceRequest
	Name      string
	Was       Mark
	Mark      Mark
}

// Requests lists what waits for a second person on a run, the longest waiting first, behind one of them.
func Requests(ctx context.Context, d bun.IDB, run id.Run, after id.AttendanceRequest, limit int) ([]Asked, error) {
	var list []Asked
	err := d.NewRaw(`
		SELECT q.id, q.asked_by, a.name AS asker, (q.asked_at AT TIME ZONE 'Europe/London')::date AS asked_on, q.reason, g.day, coalesce(g.half, '') AS half,
		       coalesce(e.code, '') AS place, coalesce(nullif(p.name, ''), n.name, '') AS name, coalesce(q.completes, false) AS completes
		FROM   attendance_requests q JOIN people a ON a.id = q.asked_by
		LEFT   JOIN registers g ON g.id = q.register_id
		LEFT   JOIN enrolments e ON e.id = q.enrolment_id
		LEFT   JOIN people p ON p.id = e.person_id
		LEFT   JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL
		WHERE  q.run_id = ? AND q.outcome IS NULL AND q.id > ? ORDER BY q.id LIMIT ?`, run, after, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing what waits for a second person: %w", err)
	}
	return list, marksOf(ctx, d, list)
}

// marksOf completes requests with the marks that they ask for.
func marksOf(ctx context.Context, d bun.IDB, list []Asked) error {
	at := make(map[id.AttendanceRequest]*Asked, len(list))
	var ids []id.AttendanceRequest
	for i := range list {
		if !list[i].Day.IsZero() {
			at[list[i].ID], ids = &list[i], append(ids, list[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var marks []AskedMark
	err := d.NewRaw(`
		SELECT k.request_id, coalesce(nullif(p.name, ''), n.name, '') AS name, coalesce(m.mark, '') AS was, k.mark
		FROM   attendance_request_marks k JOIN attendance_requests q ON q.id = k.request_id JOIN enrolments e ON e.id = k.enrolment_id
		LEFT   JOIN people p ON p.id = e.person_id
		LEFT   JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL
		LEFT   JOIN attendance_marks m ON m.register_id = q.register_id AND m.enrolment_id = k.enrolment_id
		WHERE  k.request_id IN (?) ORDER BY name, k.enrolment_id LIMIT 5000`, bun.List(ids)).Scan(ctx, &marks)
	if err != nil {
		return fmt.Errorf("reading what was asked for: %w", err)
	}
	for _, m := range marks {
		at[m.RequestID].Marks = append(at[m.RequestID].Marks, m)
	}
	return nil
}

// Pending is who has asked for something that waits for a second person, and on which day.
type Pending struct {
	Asker   string // name
	AskedOn london.Date
}

// PendingOf is the request about the register of half a day that waits, or nil.
func PendingOf(ctx context.Context, d bun.IDB, h *HalfDay) (*Pending, error) {
	return pending(ctx, d, "EXISTS (SELECT FROM registers g WHERE g.id = q.register_id AND g.block_id = ? AND g.day = ? AND g.half = ?)", h.BlockID, h.Day, h.Half)
}

// PendingFor is the request about completing a place's run that waits, or nil.
func PendingFor(ctx context.Context, d bun.IDB, place id.Enrolment) (*Pending, error) {
	return pending(ctx, d, "q.enrolment_id = ?", place)
}

func pending(ctx context.Context, d bun.IDB, about string, args ...any) (*Pending, error) {
	p := new(Pending)
	err := d.NewRaw(`
		SELECT a.name AS asker, (q.asked_at AT TIME ZONE 'Europe/London')::date AS asked_on FROM attendance_requests q JOIN people a ON a.id = q.asked_by
		WHERE  q.outcome IS NULL AND ?`, bun.SafeQuery(about, args...)).Scan(ctx, p)
	if db.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking what waits for a second person: %w", err)
	}
	return p, nil
}
