package course

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Details are how a run is told of and by which rules it goes, apart from its dates, prices and places.
type Details struct {
	Schedule     string // what the dates alone do not say; may be empty
	Entry        Entry
	Listed       bool
	ClosesOn     london.Date // last day to book; zero: until the first day
	AppliesFrom  london.Date // from when people apply for it; zero: at once
	Minimum      int         // places with which it goes ahead
	DecideBy     london.Date // zero: six weeks before the first day
	AttendanceBP int64       // of the half days, in basis points
	MayMissBlock bool
}

// Details are the run's as they stand.
func (r *Run) Details() Details {
	return Details{Schedule: r.Schedule, Entry: r.Entry, Listed: r.Listed, ClosesOn: r.ClosesOn, AppliesFrom: r.AppliesFrom, Minimum: r.Minimum,
		DecideBy: r.DecideBy, AttendanceBP: r.AttendanceBP, MayMissBlock: r.MayMissBlock}
}

func (d Details) wrong(o *Offering) map[string]string {
	wrong := map[string]string{}
	if len([]rune(d.Schedule)) > 600 {
		wrong["schedule"] = "Use 600 characters or fewer"
	}
	if d.Entry != Book && d.Entry != Apply {
		wrong["entry"] = "Choose how people get a place"
	}
	if !d.ClosesOn.IsZero() && d.ClosesOn.After(o.StartsOn()) {
		wrong["closes_on"] = "The last day to book cannot be after the first day, " + o.StartsOn().Medium()
	}
	if d.AppliesFrom.After(o.StartsOn()) || !d.ClosesOn.IsZero() && d.AppliesFrom.After(d.ClosesOn) {
		wrong["applies_from"] = "People must be able to apply before the last day to do so"
	}
	if d.Minimum < 0 || d.Minimum > o.Places.Capacity {
		wrong["minimum"] = fmt.Sprintf("Enter a number from 0 to %d, which is how many places there are", o.Places.Capacity)
	}
	if !d.DecideBy.IsZero() && !d.DecideBy.Before(o.StartsOn()) {
		wrong["decide_by"] = "Decide before the first day, " + o.StartsOn().Medium()
	}
	switch {
	case d.AttendanceBP < 1 || d.AttendanceBP > 10_000:
		wrong["attendance"] = "Enter a per cent from 1 to 100"
	case o.Places.Taken() > 0 && (d.AttendanceBP > o.AttendanceBP || o.MayMissBlock && !d.MayMissBlock):
		wrong["attendance"] = "People have a place and go by the rule as it is. It can become easier for them, not harder"
	}
	return wrong
}

// SetDetails changes how a run is told of and by which rules it goes. It returns an Invalid failure by field; what completing
// it takes becomes no harder while somebody has a place.
func SetDetails(ctx context.Context, tx *db.Tx, by audit.Actor, run id.Run, d Details) error {
	o, err := LockOffering(ctx, tx, run)
	if err != nil {
		return err
	}
	if err := refused(d.wrong(o)); err != nil {
		return err
	}
	o.Schedule, o.Entry, o.Listed, o.ClosesOn, o.Minimum = d.Schedule, d.Entry, d.Listed, d.ClosesOn, d.Minimum
	o.AppliesFrom, o.DecideBy, o.AttendanceBP, o.MayMissBlock = d.AppliesFrom, d.DecideBy, d.AttendanceBP, d.MayMissBlock
	_, err = tx.NewUpdate().Model(&o.Run).
		Column("schedule", "entry", "listed", "closes_on", "applies_from", "minimum", "decide_by", "attendance_bp", "may_miss_block").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("changing run %s: %w", o.Code, err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run changed", Subject: "run", SubjectID: int64(run), Detail: map[string]any{
		"entry": d.Entry, "listed": d.Listed, "minimum": d.Minimum, "attendance_bp": d.AttendanceBP}})
}

// LockOffering locks the places of a run and reads the run after that: nobody books meanwhile.
func LockOffering(ctx context.Context, tx *db.Tx, run id.Run) (*Offering, error) {
	if err := LockPlaces(ctx, tx, run); err != nil {
		return nil, err
	}
	return OfferingOf(ctx, tx, run)
}
