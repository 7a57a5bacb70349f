package openness

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"
)

// Years reads all that is published, the latest year first, in each the cohorts and rounds by their codes. A provider has some
// tens of both a year; the limit is a guard, not a page.
func Years(ctx context.Context, d bun.IDB) ([]Year, error) {
	var rows []struct {
		Kind string
		Code string
		Year int
		Body json.RawMessage
	}
	err := d.NewRaw("SELECT kind, code, year, body FROM openness ORDER BY year DESC, kind, code LIMIT 2000").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading what is published: %w", err)
	}
	var years []Year
	for _, r := range rows {
		if len(years) == 0 || years[len(years)-1].Year != r.Year {
			years = append(years, Year{Year: r.Year})
		}
		y := &years[len(years)-1]
		switch r.Kind {
		case "cohort":
			y.Cohorts = append(y.Cohorts, Cohort{})
			err = json.Unmarshal(r.Body, &y.Cohorts[len(y.Cohorts)-1])
		case "peers":
			err = json.Unmarshal(r.Body, &y.Peers)
		default:
			y.Rounds = append(y.Rounds, Round{})
			err = json.Unmarshal(r.Body, &y.Rounds[len(y.Rounds)-1])
		}
		if err != nil {
			return nil, fmt.Errorf("reading what is published of %s: %w", r.Code, err)
		}
	}
	return years, nil
}
