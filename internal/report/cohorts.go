package report

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// CohortKind is which runs a list is of.
type CohortKind string

// The kinds of runs.
const (
	CohortsToCome    CohortKind = "to-come"    // open or closed, and not over
	CohortsUndecided CohortKind = "undecided"  // fewer places taken than it needs, and the day of deciding has come
	CohortsDrafts    CohortKind = "drafts"     // not published
	CohortsOver      CohortKind = "over"       // finished, cancelled, or past the last day
	CohortsAll       CohortKind = "everything" // every one
)

// ErrCohortKind means that there is no list of such runs.
var ErrCohortKind = failure.New(failure.NotFound, "cohort_kind", "There is no such list.")

// cohortParts are a run r's places n and days b; cohortUndecided says that it may not go ahead, as course.ToDecide does, on a day ?0.
const (
	cohortParts = `JOIN run_places n ON n.run_id = r.id
		JOIN LATERAL (SELECT min(starts_on) AS starts_on, max(ends_on) AS ends_on FROM blocks WHERE run_id = r.id HAVING count(*) > 0) b ON true`
	cohortUndecided = `r.status IN ('open', 'closed') AND r.decided_at IS NULL AND b.starts_on > ?0 AND coalesce(r.decide_by, b.starts_on - 42) <= ?0
		AND r.minimum > n.held + n.confirmed`
)

var cohortKinds = map[CohortKind]string{
	CohortsToCome:    "r.status IN ('open', 'closed') AND b.ends_on >= ?0",
	CohortsUndecided: cohortUndecided,
	CohortsDrafts:    "r.status = 'draft'",
	CohortsOver:      "(r.status IN ('finished', 'cancelled') OR r.status <> 'draft' AND b.ends_on < ?0)",
	CohortsAll:       "true",
}

// Cohort is a run as a list for staff shows it.
type Cohort struct {
	ID        id.Run
	Code      string
	Course    string
	City      string
	Status    course.Status
	StartsOn  london.Date
	EndsOn    london.Date
	DecideBy  london.Date // when it is decided whether it goes ahead
	Minimum   int
	Capacity  int
	Held      int
	Confirmed int
	Waiting   int

	KeptForPeers int // of those that are free
}

// Taken is how many places somebody has.
func (c Cohort) Taken() int { return c.Held + c.Confirmed }

// Free is how many places nobody has.
func (c Cohort) Free() int { return c.Capacity - c.Held - c.Confirmed }

// CohortKey is where a list of runs goes on.
type CohortKey struct {
	StartsOn london.Date
	ID       id.Run
}

// Cohorts lists the runs of a kind, those that begin latest first, before one of them. It returns ErrCohortKind.
func Cohorts(ctx context.Context, d bun.IDB, kind CohortKind, today london.Date, before CohortKey, limit int) ([]Cohort, error) {
	which, ok := cohortKinds[kind]
	if !ok {
		return nil, ErrCohortKind
	}
	var list []Cohort
	err := d.NewRaw(`
		SELECT r.id, r.code, c.title AS course, r.city, r.status, b.starts_on, b.ends_on, coalesce(r.decide_by, b.starts_on - 42) AS decide_by, r.minimum,
		       n.capacity, n.held, n.confirmed, (SELECT waiting FROM run_waiting(r.id)) AS waiting,
		       CASE WHEN n.released THEN 0 ELSE least(greatest(0, n.reserved - n.peers), n.capacity - n.held - n.confirmed) END AS kept_for_peers
		FROM   runs r JOIN courses c ON c.id = r.course_id `+cohortParts+`
		WHERE  `+which+` AND (?1 = 0 OR (b.starts_on, r.id) < (?2::date, ?1)) ORDER BY b.starts_on DESC, r.id DESC LIMIT ?3`,
		today, before.ID, before.StartsOn, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing runs: %w", err)
	}
	return list, nil
}
