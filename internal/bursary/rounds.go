package bursary

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
)

// FindRound reads a round by its code, also one that is not published, or returns ErrUnknownRound.
func FindRound(ctx context.Context, d bun.IDB, code string) (*Round, error) {
	return scanRound(ctx, d.NewSelect().Where("code = ?", strings.ToUpper(strings.TrimSpace(code))))
}

// RoundByID reads a round, or returns ErrUnknownRound.
func RoundByID(ctx context.Context, d bun.IDB, which id.Round) (*Round, error) {
	return scanRound(ctx, d.NewSelect().Where("id = ?", which))
}

// Rounds lists every round, the latest to close first. A provider has a few a year.
func Rounds(ctx context.Context, d bun.IDB) ([]*Round, error) {
	var all []*Round
	if err := d.NewSelect().Model(&all).Order("closes_on DESC", "id DESC").Limit(200).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing rounds: %w", err)
	}
	return all, nil
}

func scanRound(ctx context.Context, q *bun.SelectQuery) (*Round, error) {
	r := new(Round)
	if err := q.Model(r).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknownRound
		}
		return nil, fmt.Errorf("reading a round: %w", err)
	}
	return r, nil
}

// lockRound loads a round for change.
func lockRound(ctx context.Context, tx *db.Tx, code string) (*Round, error) {
	return scanRound(ctx, tx.NewSelect().Where("code = ?", code).For("NO KEY UPDATE"))
}

// saveRound writes all of a round.
func saveRound(ctx context.Context, tx *db.Tx, r *Round) error {
	if _, err := tx.NewUpdate().Model(r).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving round %s: %w", r.Code, err)
	}
	return nil
}

// RunsOf lists the runs that a round covers, in its order.
func RunsOf(ctx context.Context, d bun.IDB, round id.Round) ([]*course.Offering, error) {
	var ids []id.Run
	err := d.NewRaw("SELECT run_id FROM round_runs WHERE round_id = ? ORDER BY position, run_id", round).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("listing the runs of a round: %w", err)
	}
	found, err := course.OfferingsOf(ctx, d, ids)
	if err != nil {
		return nil, err
	}
	runs := make([]*course.Offering, 0, len(ids))
	for _, r := range ids {
		if o := found[r]; o != nil {
			runs = append(runs, o)
		}
	}
	return runs, nil
}

// Panellist is somebody on the panel as an applicant is asked about them.
type Panellist struct {
	ID   id.Member
	Name string
}

// PanelOf lists the names on a round's panel. It is for the applicant's and the office's roles.
func PanelOf(ctx context.Context, d bun.IDB, round id.Round) ([]Panellist, error) {
	var panel []Panellist
	err := d.NewRaw(`
		SELECT id, name FROM sensitive.panel_members
		WHERE  round_id = ? AND status = 'active' ORDER BY name, id`, round).Scan(ctx, &panel)
	if err != nil {
		return nil, fmt.Errorf("listing a panel: %w", err)
	}
	return panel, nil
}

// Questions is the round's form with everything filled in that the round itself offers: its dates, its panel and
// its tariff. It is for the applicant's and the office's roles.
func (r *Round) Questions(ctx context.Context, d bun.IDB) (form.Form, error) {
	f, err := r.Form()
	if err != nil {
		return form.Form{}, err
	}
	runs, err := RunsOf(ctx, d, r.ID)
	if err != nil {
		return form.Form{}, err
	}
	panel, err := PanelOf(ctx, d, r.ID)
	if err != nil {
		return form.Form{}, err
	}
	return f.With(r.offers(runs, panel)), nil
}

func (r *Round) offers(runs []*course.Offering, panel []Panellist) form.Offers {
	offers := form.Offers{form.FromLines: r.Tariff.lineOptions(), form.FromCircumstances: r.Tariff.circumstanceOptions()}
	for _, o := range runs {
		offers[form.FromRuns] = append(offers[form.FromRuns], form.Option{Value: o.Code, Label: runLabel(o), Hint: runDays(o)})
	}
	for _, p := range panel {
		offers[form.FromPanel] = append(offers[form.FromPanel], form.Option{Value: strconv.FormatInt(int64(p.ID), 10), Label: p.Name})
	}
	return offers
}

// runLabel is a run as somebody chooses it: "Open Dialogue foundation, Manchester".
func runLabel(o *course.Offering) string { return o.Course.Title + ", " + o.City }

func runDays(o *course.Offering) string {
	days := make([]string, len(o.Blocks))
	for i, b := range o.Blocks {
		days[i] = london.Days(b.StartsOn, b.EndsOn)
	}
	return strings.Join(days, "; ")
}
