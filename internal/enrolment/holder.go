package enrolment

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
)

// Holder is somebody who sits in a place that is held or confirmed: whoever was named for it, or else booked it.
type Holder struct {
	ID       id.Enrolment
	Code     string
	Status   Status
	TeamID   id.TeamBooking // zero: the person booked it
	PersonID id.Person      // zero: nobody is named yet
	Name     string
	Email    string
}

// Told reports whether somebody there is knows of the place: whoever an employer named hears of it once it is certain.
func (h Holder) Told() bool { return h.Email != "" && (h.Status == Confirmed || h.TeamID == 0) }

// Holders lists who sits in the places of a run that are held or confirmed, in the order in which they were booked. A run has
// hundreds of places at most.
func Holders(ctx context.Context, d bun.IDB, run id.Run) ([]Holder, error) {
	var list []Holder
	err := d.NewRaw(`
		SELECT e.id, e.code, e.status, coalesce(e.team_booking_id, 0) AS team_id, coalesce(n.person_id, p.id, 0) AS person_id,
		       coalesce(n.name, p.name, '') AS name, coalesce(n.email, p.email, '') AS email
		FROM   enrolments e
		LEFT   JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL
		LEFT   JOIN people p ON p.id = e.person_id
		WHERE  e.run_id = ? AND e.status IN ('held', 'confirmed') ORDER BY e.id LIMIT 1000`, run).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing who has a place: %w", err)
	}
	return list, nil
}
