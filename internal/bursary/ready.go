package bursary

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/failure"
	"bursar/internal/london"
)

// Unready lists, in sentences for staff, what stands in the way of publishing a round at a time. A round may be
// published after its opening day, and before anybody is on its panel.
func Unready(ctx context.Context, d bun.IDB, r *Round, now time.Time) ([]string, error) {
	var missing []string
	if london.DateOf(now).After(r.ClosesOn) {
		missing = append(missing, "The closing day, "+r.ClosesOn.Medium()+", has passed. Choose a later one.")
	}
	if r.Beacon == "" || r.BeaconOn.IsZero() {
		missing = append(missing, "Name the public draw that the lottery uses, and the day on which it takes place.")
	}
	runs, err := RunsOf(ctx, d, r.ID)
	if err != nil {
		return nil, err
	}
	for _, o := range runs {
		switch {
		case o.Status == course.Cancelled || o.Status == course.Finished:
			missing = append(missing, "The run "+o.Code+" does not take place any more. Leave it out.")
		case !r.DecidesOn.Before(o.StartsOn()):
			missing = append(missing, "The run "+o.Code+" begins on "+o.StartsOn().Medium()+", before everybody has been told. Leave it out, or tell people earlier.")
		}
	}
	return missing, nil
}

// ready is Invalid with what Unready finds, or nil.
func ready(ctx context.Context, d bun.IDB, r *Round, now time.Time) error {
	missing, err := Unready(ctx, d, r, now)
	if err != nil || len(missing) == 0 {
		return err
	}
	return failure.New(failure.Invalid, "round_unready", "This round cannot be published yet. "+strings.Join(missing, " "))
}
