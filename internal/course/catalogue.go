package course

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
)

// Catalogue lists every course in its order, each with the runs that the public may see and that have not
// ended, soonest first.
func Catalogue(ctx context.Context, d bun.IDB) ([]Listing, error) {
	var courses []Course
	if err := d.NewSelect().Model(&courses).Order("position", "id").Limit(200).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing courses: %w", err)
	}
	offerings, err := load(ctx, d, "r.listed AND r.status IN ('open', 'closed')")
	if err != nil {
		return nil, err
	}
	listings := make([]Listing, len(courses))
	for i, c := range courses {
		listings[i].Course = c
		for _, o := range offerings {
			if o.CourseID == c.ID {
				listings[i].Offerings = append(listings[i].Offerings, o)
			}
		}
	}
	return listings, nil
}

// Listing is a course with its offerings.
type Listing struct {
	Course
	Offerings []*Offering
}

// Find is the listing of one course by its slug, or ErrUnknown.
func Find(ctx context.Context, d bun.IDB, slug string) (Listing, error) {
	var l Listing
	if err := d.NewSelect().Model(&l.Course).Where("slug = ?", slug).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return l, ErrUnknown
		}
		return l, fmt.Errorf("finding course: %w", err)
	}
	var err error
	l.Offerings, err = load(ctx, d, "r.listed AND r.status IN ('open', 'closed') AND r.course_id = ?", l.ID)
	return l, err
}

// FindOffering is a run by its code, draft and in-house ones left out, or ErrUnknown.
func FindOffering(ctx context.Context, d bun.IDB, code string) (*Offering, error) {
	return one(load(ctx, d, "r.listed AND r.status <> 'draft' AND r.code = ?", code))
}

// RunByCode finds a run by its code, of any status and listed or not, or returns ErrUnknown.
func RunByCode(ctx context.Context, d bun.IDB, code string) (id.Run, error) {
	if strings.ContainsRune(code, 0) {
		return 0, ErrUnknown // the database reads no such text
	}
	var run id.Run
	err := d.NewRaw("SELECT id FROM runs WHERE code = ?", code).Scan(ctx, &run)
	if db.NoRows(err) {
		return 0, ErrUnknown
	}
	return run, err
}

// OfferingOf is a run by its id, of any status and listed or not, or ErrUnknown.
func OfferingOf(ctx context.Context, d bun.IDB, run id.Run) (*Offering, error) {
	return one(load(ctx, d, "r.id = ?", run))
}

// OfferingsOf reads runs by their ids, of any status and listed or not.
func OfferingsOf(ctx context.Context, d bun.IDB, runs []id.Run) (map[id.Run]*Offering, error) {
	if len(runs) == 0 {
		return nil, nil
	}
	offerings, err := load(ctx, d, "r.id IN (?)", bun.List(runs))
	byID := make(map[id.Run]*Offering, len(offerings))
	for _, o := range offerings {
		byID[o.ID] = o
	}
	return byID, err
}

// All lists every run for staff, latest first day first.
func All(ctx context.Context, d bun.IDB) ([]*Offering, error) {
	offerings, err := load(ctx, d, "true")
	slices.Reverse(offerings)
	return offerings, err
}

// Current lists the runs on which staff still work, drafts among them, soonest first.
func Current(ctx context.Context, d bun.IDB) ([]*Offering, error) {
	return load(ctx, d, "r.status IN ('draft', 'open', 'closed')")
}

func one(offerings []*Offering, err error) (*Offering, error) {
	if err != nil {
		return nil, err
	}
	if len(offerings) != 1 {
		return nil, ErrUnknown
	}
	return offerings[0], nil
}

// offeringRow is one line of the statement below: a run with all that belongs to it as JSON.
type offeringRow struct {
	Run
	Course Course  `bun:"course,type:jsonb"`
	Blocks []Block `bun:"blocks,type:jsonb"`
	Prices []Price `bun:"prices,type:jsonb"`
	Scale  []Step  `bun:"scale,type:jsonb"`
	Places Places  `bun:"places,type:jsonb"`

	Discounts Discounts `bun:"discounts,type:jsonb"`
	Plans     Plans     `bun:"plans,type:jsonb"`
}

// load reads offerings that meet a condition on runs r, by first day, in one statement however many there are:
// a booking reads its offering twice, and each statement is a round trip. The keys of the JSON are the names of
// the Go fields. A provider has tens of runs at a time; the limit is a guard, not a page.
func load(ctx context.Context, d bun.IDB, where string, args ...any) ([]*Offering, error) {
	var rows []offeringRow
	err := d.NewRaw(`
		SELECT r.*, c.course, b.blocks, p.prices, s.scale, n.places, coalesce(d.discounts, '{}') AS discounts, coalesce(i.plans, '{}') AS plans
		FROM runs r
		CROSS JOIN LATERAL (
			SELECT json_build_object('ID', id, 'Slug', slug, 'Title', title, 'Summary', summary,
				'Description', description, 'Audience', audience, 'Position', position) AS course
			FROM courses WHERE id = r.course_id) c
		CROSS JOIN LATERAL (
			SELECT min(starts_on) AS starts_on, json_agg(json_build_object('ID', id, 'RunID', run_id, 'Number', number,
				'StartsOn', starts_on, 'EndsOn', ends_on, 'Venue', venue) ORDER BY number) AS blocks
			FROM blocks WHERE run_id = r.id) b
		CROSS JOIN LATERAL (
			SELECT json_agg(json_build_object('RunID', run_id, 'Band', band, 'Amount', amount)
				ORDER BY array_position(ARRAY['organisation', 'self', 'peer'], band)) AS prices
			FROM run_prices WHERE run_id = r.id) p
		CROSS JOIN LATERAL (
			SELECT json_agg(json_build_object('RunID', run_id, 'DaysBefore', days_before, 'ChargeBP', charge_bp,
				'Fee', fee) ORDER BY days_before DESC) AS scale
			FROM run_withdrawal_steps WHERE run_id = r.id) s
		CROSS JOIN LATERAL (
			SELECT json_build_object('RunID', run_id, 'Capacity', capacity, 'Reserved', reserved, 'ReleaseOn', release_on,
				'Released', released, 'Held', held, 'Confirmed', confirmed, 'Peers', peers,
				'Waiting', w.waiting, 'WaitingPeers', w.waiting_peers) AS places
			FROM run_places CROSS JOIN run_waiting(r.id) w WHERE run_id = r.id) n
		LEFT JOIN LATERAL (
			SELECT json_build_object('RunID', run_id, 'TeamFrom', team_from, 'TeamBP', team_bp, 'EarlyDays', early_days,
				'EarlyBP', early_bp) AS discounts
			FROM run_discounts WHERE run_id = r.id) d ON true
		LEFT JOIN LATERAL (
			SELECT json_build_object('RunID', run_id, 'Deposit', deposit, 'ByBlock', by_block, 'Months', months) AS plans
			FROM run_plans WHERE run_id = r.id) i ON true
		WHERE b.starts_on IS NOT NULL AND (?)
		ORDER BY b.starts_on, r.id
		LIMIT 1000`, bun.SafeQuery(where, args...)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("loading runs: %w", err)
	}
	offerings := make([]*Offering, len(rows))
	for i, r := range rows {
		offerings[i] = &Offering{Run: r.Run, Course: r.Course, Blocks: r.Blocks, Prices: r.Prices, Scale: r.Scale, Places: r.Places, Discounts: r.Discounts, Plans: r.Plans}
	}
	return offerings, nil
}
