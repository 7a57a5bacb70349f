package attendance

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
)

// Outcome is what the registers say of somebody on their run.
type Outcome struct {
	EnrolmentID id.Enrolment
	Code        string // of the place
	Name        string // empty: nobody is named yet
	Status      enrolment.Status
	Halves      int   // half days that they were there, or made up
	Of          int   // half days of the whole run
	Marked      int   // half days of which anybody has said whether they were there
	Missed      []int // numbers of the blocks that were taught to their last day and of which they were at no half day and made none up
	Completes   bool  // by the run's rule, or as two people have said
	Adjusted    bool  // two people have said so
}

// BasisPoints is the part of the run that somebody was there, rounded down: 7750 is 77.5 per cent. Whether it is enough is never
// decided by it.
func (o Outcome) BasisPoints() int {
	if o.Of == 0 {
		return 0
	}
	return o.Halves * 10_000 / o.Of
}

// rule is what completing a run takes.
type rule struct {
	AttendanceBP int // of the half days, in basis points
	MayMissBlock bool
	Blocks       []ruled
}

// ruled is a block of a run.
type ruled struct {
	ID     id.Block
	Number int
	Halves int
	Taught bool // a register of its last day says something
}

func (r rule) halves() (n int) {
	for _, b := range r.Blocks {
		n += b.Halves
	}
	return n
}

// judge says what half days of each block mean.
func (r rule) judge(o *Outcome, there map[id.Block]int) {
	o.Of, o.Halves, o.Missed = r.halves(), 0, nil
	whole := true
	for _, b := range r.Blocks {
		o.Halves += there[b.ID]
		whole = whole && there[b.ID] > 0
		if there[b.ID] == 0 && b.Taught {
			o.Missed = append(o.Missed, b.Number)
		}
	}
	o.Completes = o.Halves*10_000 >= r.AttendanceBP*o.Of && (r.MayMissBlock || whole)
}

// Outcomes is what the registers of a run say of everybody who has a certain place on it, in the order in which they booked. Who
// may not miss a block has not completed before the last one has begun.
func Outcomes(ctx context.Context, d bun.IDB, run id.Run) ([]Outcome, error) {
	return outcomes(ctx, d, run, 2_000, "true")
}

// ListOutcomes is a portion of Outcomes, behind one of them.
func ListOutcomes(ctx context.Context, d bun.IDB, run id.Run, after id.Enrolment, limit int) ([]Outcome, error) {
	return outcomes(ctx, d, run, limit, "e.id > ?", after)
}

// OutcomeOf is what the registers of their run say of one person, or enrolment.ErrUnknown.
func OutcomeOf(ctx context.Context, d bun.IDB, which id.Enrolment) (Outcome, error) {
	e, err := enrolment.Get(ctx, d, which)
	if err != nil {
		return Outcome{}, err
	}
	list, err := outcomes(ctx, d, e.RunID, 1, "e.id = ?", which)
	if err == nil && len(list) == 0 {
		err = enrolment.ErrUnknown
	}
	if err != nil {
		return Outcome{}, err
	}
	return list[0], nil
}

func outcomes(ctx context.Context, d bun.IDB, run id.Run, limit int, where string, args ...any) ([]Outcome, error) {
	r, err := ruleOf(ctx, d, run)
	if err != nil {
		return nil, err
	}
	var list []Outcome
	err = d.NewRaw(`
		SELECT e.id AS enrolment_id, e.code, coalesce(nullif(p.name, ''), n.name, '') AS name, e.status
		FROM   enrolments e LEFT JOIN people p ON p.id = e.person_id LEFT JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL
		WHERE  e.run_id = ? AND e.status IN ('confirmed', 'completed') AND ? ORDER BY e.id LIMIT ?`, run, bun.SafeQuery(where, args...), limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing who is on a run: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	there, marked, err := count(ctx, d, run, list)
	if err != nil {
		return nil, err
	}
	for i := range list {
		o := &list[i]
		r.judge(o, there[o.EnrolmentID])
		o.Marked = marked[o.EnrolmentID]
	}
	return list, adjust(ctx, d, run, list)
}

func ruleOf(ctx context.Context, d bun.IDB, run id.Run) (rule, error) {
	var r rule
	err := d.NewRaw("SELECT attendance_bp, may_miss_block FROM runs WHERE id = ?", run).Scan(ctx, &r.AttendanceBP, &r.MayMissBlock)
	if db.NoRows(err) {
		return r, ErrUnknown
	}
	if err == nil {
		err = d.NewRaw(`
			SELECT b.id, b.number, (b.ends_on - b.starts_on + 1) * 2 AS halves,
			       EXISTS (SELECT FROM registers g JOIN attendance_marks m ON m.register_id = g.id WHERE g.block_id = b.id AND g.day = b.ends_on AND m.mark <> 'made_up') AS taught
			FROM   blocks b WHERE b.run_id = ? ORDER BY b.number`, run).Scan(ctx, &r.Blocks)
	}
	if err != nil {
		return r, fmt.Errorf("reading what completing a run takes: %w", err)
	}
	return r, nil
}

// theirs are the registers g of the days from which on whoever sits in the place e now has sat there. What a colleague attended whose
// place they took over is the colleague's.
const theirs = `NOT EXISTS (SELECT FROM seat_names w WHERE w.enrolment_id = e.id AND w.person_id <> e.person_id
	AND (w.until AT TIME ZONE 'Europe/London')::date > g.day)`

// count counts the half days of a run at which each of some people was, by block, and those of which anybody has said anything.
func count(ctx context.Context, d bun.IDB, run id.Run, of []Outcome) (there map[id.Enrolment]map[id.Block]int, marked map[id.Enrolment]int, err error) {
	var rows []struct {
		EnrolmentID id.Enrolment
		BlockID     id.Block
		There       int
		Marked      int
	}
	err = d.NewRaw(`
		SELECT m.enrolment_id, g.block_id, count(*) FILTER (WHERE m.mark <> 'absent') AS there, count(*) AS marked
		FROM   attendance_marks m JOIN registers g ON g.id = m.register_id JOIN blocks b ON b.id = g.block_id JOIN enrolments e ON e.id = m.enrolment_id
		WHERE  b.run_id = ? AND m.enrolment_id IN (?) AND `+theirs+` GROUP BY m.enrolment_id, g.block_id`, run, bun.List(places(of))).Scan(ctx, &rows)
	if err != nil {
		return nil, nil, fmt.Errorf("counting half days: %w", err)
	}
	there, marked = map[id.Enrolment]map[id.Block]int{}, map[id.Enrolment]int{}
	for _, r := range rows {
		if there[r.EnrolmentID] == nil {
			there[r.EnrolmentID] = map[id.Block]int{}
		}
		there[r.EnrolmentID][r.BlockID] = r.There
		marked[r.EnrolmentID] += r.Marked
	}
	return there, marked, nil
}

// adjust puts what two people have said last in the place of what the rule says.
func adjust(ctx context.Context, d bun.IDB, run id.Run, list []Outcome) error {
	var said []struct {
		EnrolmentID id.Enrolment
		Completes   bool
	}
	err := d.NewRaw(`
		SELECT DISTINCT ON (enrolment_id) enrolment_id, completes FROM attendance_requests
		WHERE  outcome = 'agreed' AND run_id = ? AND enrolment_id IN (?) ORDER BY enrolment_id, id DESC`, run, bun.List(places(list))).Scan(ctx, &said)
	if err != nil {
		return fmt.Errorf("reading what was said of completing: %w", err)
	}
	for _, s := range said {
		i := slices.IndexFunc(list, func(o Outcome) bool { return o.EnrolmentID == s.EnrolmentID })
		list[i].Adjusted, list[i].Completes = true, s.Completes
	}
	return nil
}

func places(of []Outcome) []id.Enrolment {
	ids := make([]id.Enrolment, len(of))
	for i, o := range of {
		ids[i] = o.EnrolmentID
	}
	return ids
}

// Presence is how many half days of those that were marked somebody was there. It says nothing of why not.
type Presence struct {
	There  int
	Marked int
}

// PresenceOf counts for some places, on the runs on which they are now. An organisation's people see it, as db.Employer, of whose
// place they have agreed to pay.
func PresenceOf(ctx context.Context, d bun.IDB, of ...id.Enrolment) (map[id.Enrolment]Presence, error) {
	if len(of) == 0 {
		return nil, nil
	}
	var rows []struct {
		EnrolmentID id.Enrolment
		Presence
	}
	err := d.NewRaw(`
		SELECT m.enrolment_id, count(*) FILTER (WHERE m.mark <> 'absent') AS there, count(*) AS marked
		FROM   attendance_marks m JOIN registers g ON g.id = m.register_id JOIN blocks b ON b.id = g.block_id
		JOIN   enrolments e ON e.id = m.enrolment_id AND e.run_id = b.run_id
		WHERE  m.enrolment_id IN (?) GROUP BY m.enrolment_id`, bun.List(of)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("counting half days: %w", err)
	}
	present := make(map[id.Enrolment]Presence, len(rows))
	for _, r := range rows {
		present[r.EnrolmentID] = r.Presence
	}
	return present, nil
}
