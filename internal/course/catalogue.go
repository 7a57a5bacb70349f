package course

import (
	"context"
	"fmt"
	"slices"

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

func one(offerings []*Offering, err error) (*Offering, error) {
	if err != nil {
		return nil, err
	}
	if len(offerings) != 1 {
		return nil, ErrUnknown
	}
	return offerings[0], nil
}

// load reads offerings that meet a condition on runs r, by first day, in five statements however many there
// are. A provider has tens of runs at a time; the limit is a guard, not a page.
func load(ctx context.Context, d bun.IDB, where string, args ...any) ([]*Offering, error) {
	var runs []Run
	err := d.NewSelect().Model(&runs).ModelTableExpr("runs AS r").
		ColumnExpr("r.*").
		Join("JOIN LATERAL (SELECT min(starts_on) AS starts_on FROM blocks WHERE run_id = r.id) b ON b.starts_on IS NOT NULL").
		Where(where, args...).
		OrderExpr("b.starts_on, r.id").Limit(1000).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("loading runs: %w", err)
	}
	if len(runs) == 0 {
		return nil, nil
	}
	offerings := make([]*Offering, len(runs))
	byID := map[id.Run]*Offering{}
	ids := make([]id.Run, len(runs))
	for i, r := range runs {
		offerings[i] = &Offering{Run: r}
		byID[r.ID] = offerings[i]
		ids[i] = r.ID
	}
	return offerings, fill(ctx, d, byID, ids)
}

func fill(ctx context.Context, d bun.IDB, byID map[id.Run]*Offering, ids []id.Run) error {
	var courses []Course
	var blocks []Block
	var prices []Price
	var steps []Step
	var places []Places
	in := bun.List(ids)
	for _, query := range []*bun.SelectQuery{
		d.NewSelect().Model(&courses).Where("id IN (SELECT course_id FROM runs WHERE id IN (?))", in),
		d.NewSelect().Model(&blocks).Where("run_id IN (?)", in).Order("run_id", "number"),
		d.NewSelect().Model(&prices).Where("run_id IN (?)", in).OrderExpr("run_id, array_position(ARRAY['organisation', 'self', 'peer'], band)"),
		d.NewSelect().Model(&steps).Where("run_id IN (?)", in).OrderExpr("run_id, days_before DESC"),
		d.NewSelect().Model(&places).Where("run_id IN (?)", in),
	} {
		if err := query.Scan(ctx); err != nil {
			return fmt.Errorf("loading runs: %w", err)
		}
	}
	for _, b := range blocks {
		byID[b.RunID].Blocks = append(byID[b.RunID].Blocks, b)
	}
	for _, p := range prices {
		byID[p.RunID].Prices = append(byID[p.RunID].Prices, p)
	}
	for _, s := range steps {
		byID[s.RunID].Scale = append(byID[s.RunID].Scale, s)
	}
	for _, p := range places {
		byID[p.RunID].Places = p
	}
	for _, o := range byID {
		i := slices.IndexFunc(courses, func(c Course) bool { return c.ID == o.CourseID })
		o.Course = courses[i]
	}
	return nil
}
