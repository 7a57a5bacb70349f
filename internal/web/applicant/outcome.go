package applicant

import (
	"context"
	"errors"
	"time"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// outcome is where a decided application leads.
type outcome struct {
	Words    []string
	Button   string // to the offer; empty when there is nothing to answer or do
	Offer    bool   // there is or was one
	Letter   bool
	Review   bool // a decision that can be looked at again, or is
	WhatElse bool // other ways to a place
}

// awardOf is the latest award of an application, or nil.
func awardOf(ctx context.Context, tx *db.Tx, which id.Application) (*award.Award, error) {
	a, err := award.OfApplication(ctx, tx, which)
	if errors.Is(err, award.ErrUnknown) {
		return nil, nil
	}
	return a, err
}

// outcome says what became of an application; nil while it is not decided.
func (o *own) outcome(a *award.Award, now time.Time) *outcome {
	switch o.Status {
	case bursary.Allocated:
		if a == nil {
			return nil
		}
		return offered(a, now)
	case bursary.Reserve:
		return &outcome{Letter: true, Words: []string{
			"With our letter you can see where you are on the list today, and why. You do not have to do anything.",
		}}
	case bursary.NotFunded:
		return &outcome{Letter: true, Review: true, WhatElse: true, Words: []string{
			"Our letter says why, and what you can do now. It says nothing about your worth or your work.",
		}}
	case bursary.Ineligible:
		return &outcome{Review: true}
	case bursary.ReviewRequested, bursary.Dismissed:
		return &outcome{Letter: true, Review: true, WhatElse: o.Status == bursary.Dismissed}
	case bursary.Upheld:
		return &outcome{Letter: true, Review: true, Words: []string{"If a place comes free, we offer it to you before everybody else on the list."}}
	}
	return nil
}

// offered says where an offer stands.
func offered(a *award.Award, now time.Time) *outcome {
	out := &outcome{Offer: true, Letter: true}
	switch {
	case a.Answerable(now):
		out.Button = "Read the offer and answer"
		out.Words = []string{"You have until the end of " + a.UntilOn.Long() + " to answer. Until then the place is kept for you."}
	case a.Status == award.Offered, a.Status == award.Lapsed:
		out.Words = []string{"The time to answer ended on " + a.UntilOn.Long() + ". We did not hear from you, so the place goes to somebody else. If something kept you from answering, please call us."}
	case a.Status == award.Declined:
		out.Words = []string{"You said no on " + london.DateOf(a.AnsweredAt).Long() + ". Thank you for telling us. It does not count against you."}
	case a.Status == award.Accepted:
		out.Button = "See your place and what is paid"
		out.Words = []string{"You said yes on " + london.DateOf(a.AnsweredAt).Long() + "."}
	case a.Status == award.Released:
		out.Words = []string{"You said yes, and the place ended on " + london.DateOf(a.EndedAt).Long() + "."}
	default:
		out.Words = []string{"You said yes, and all that we promised for the course has been paid."}
	}
	return out
}
