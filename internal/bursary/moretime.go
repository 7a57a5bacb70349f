package bursary

import (
	"context"
	"fmt"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// ErrNoMoreTime means that the application has gone too far for anybody to change it.
var ErrNoMoreTime = failure.New(failure.Conflict, "no_more_time",
	"This application is being read or was taken back, so nobody can change it any more.")

// TimeReason is why one person gets more time than others. It is a word from a list, because the reason stands in
// the audit trail, where nothing about somebody's life belongs.
type TimeReason string

// The reasons.
const (
	AskedForTime TimeReason = "asked"   // they asked before the deadline
	SupportLate  TimeReason = "support" // what they needed to apply came late
	SiteFailed   TimeReason = "site"    // our pages did not work for them
	OurMistake   TimeReason = "mistake" // we told them something wrong
)

// TimeReasons lists every reason.
func TimeReasons() []TimeReason {
	return []TimeReason{AskedForTime, SupportLate, SiteFailed, OurMistake}
}

// GiveMoreTime lets one person change and send an application until the end of a day before the panel's, and tells
// them. What was decided about it before is open again. It returns ErrUnknown, ErrNoMoreTime, or an Invalid
// failure about the field "until" or "why".
func GiveMoreTime(ctx context.Context, tx *db.Tx, by id.Person, which id.Application, until london.Date, why TimeReason) error {
	a, r, err := lockWithRound(ctx, tx, which)
	if err != nil {
		return err
	}
	if err := mayHaveTime(a, r, london.DateOf(tx.Now), until, why); err != nil {
		return err
	}
	a.ExtendedUntil, a.Eligible, a.EligibleWhy, a.UpdatedAt = until, nil, nil, tx.Now
	_, err = tx.NewUpdate().Model(a).Column("extended_until", "eligible", "eligible_why", "updated_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("giving more time to application %s: %w", a.Code, err)
	}
	if err := record(ctx, tx, audit.Person(by), "more time given", a, map[string]any{"until": until, "why": why}); err != nil {
		return err
	}
	return tell(ctx, tx, a, "application-more-time", moreTime{Code: a.Code, Until: until})
}

// lockWithRound loads an application for change and keeps its round from being frozen meanwhile.
func lockWithRound(ctx context.Context, tx *db.Tx, which id.Application) (*Application, *Round, error) {
	a, err := Get(ctx, tx, which)
	if err != nil {
		return nil, nil, err
	}
	r, err := RoundByID(ctx, tx, a.RoundID)
	if err != nil {
		return nil, nil, err
	}
	if r, err = lockRound(ctx, tx, r.Code); err != nil {
		return nil, nil, err
	}
	a, err = Lock(ctx, tx, which)
	return a, r, err
}

func mayHaveTime(a *Application, r *Round, today, until london.Date, why TimeReason) error {
	switch {
	case a.Status != Draft && a.Status != Submitted, r.Status != RoundPublished && r.Status != RoundClosed:
		return ErrNoMoreTime
	case !slices.Contains(TimeReasons(), why):
		return failure.Field("why", "Choose why they get more time.")
	case until.Before(today):
		return failure.Field("until", "Enter today or a day to come.")
	case !until.After(london.DateOf(a.Deadline(r))):
		return failure.Field("until", "Enter a day after "+london.DateOf(a.Deadline(r)).Medium()+", which they have already.")
	case !until.Before(r.PanelOn):
		return failure.Field("until", "Enter a day before the panel meets on "+r.PanelOn.Medium()+".")
	}
	return nil
}

// moreTime is what the mail about more time is given.
type moreTime struct {
	Code  string
	Until london.Date
}
