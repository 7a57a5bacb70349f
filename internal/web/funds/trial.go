package funds

import (
	"context"
	"fmt"
	"slices"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

// trial is what rules that were typed would do for the applicants of a round. Applications go by their codes.
type trial struct {
	Round  string
	Would  []tried
	Cannot []tried
}

// tried is one application.
type tried struct {
	Code, Href string
	Pays       []string // what it would pay for: "the course fee"
	Reasons    []string // why it would pay for nothing, each a sentence
}

// rounds are those on whose applicants rules can be tried: somebody has sent an application.
func (d desk) rounds(ctx context.Context) ([]page.Choice, error) {
	var items []page.Choice
	err := d.Office.Write(ctx, func(tx *db.Tx) error {
		items = []page.Choice{{Label: "Choose a round"}}
		all, err := bursary.Desk(ctx, tx)
		for _, r := range all {
			if r.Sent() > 0 {
				items = append(items, page.Choice{Value: r.Code, Label: r.Name + ", " + count(r.Sent(), "application", "applications")})
			}
		}
		return err
	})
	if len(items) == 1 {
		return nil, err
	}
	return items, err
}

// try says which applicants of a round the fund could pay for under the rules that were typed. Nothing is written but
// that somebody looked.
func (d desk) try(c *gin.Context, f *fund.Fund, typed fundForm, who *builder) (*trial, error) {
	if !d.applicants {
		return nil, page.ErrNotFound
	}
	if err := who.add(everyGroup); err != nil {
		return nil, err
	}
	who.close()
	wrong := page.Mistakes{}
	h := fund.Holding{Terms: typed.terms(who, wrong)}
	if h.Fund = f; f == nil {
		made := typed.details(wrong)
		h.Fund = &made
	}
	if typed.Round == "" {
		wrong["round"] = "Choose a round."
	}
	if err := wrong.Refusal(h.Terms.Check()); err != nil {
		return nil, err
	}
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	var t *trial
	err := d.Office.WriteAs(ctx, db.Who{Person: me}, func(tx *db.Tx) (err error) {
		t, err = d.tryAs(ctx, tx, me, h, typed.Round)
		return err
	})
	return t, err
}

func (d desk) tryAs(ctx context.Context, tx *db.Tx, me id.Person, h fund.Holding, round string) (*trial, error) {
	r, err := bursary.FindRound(ctx, tx, round)
	if err != nil {
		return nil, failure.Field("round", "Choose a round from the list.").Because(err)
	}
	list, err := sent(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	applicants, err := award.FactsOf(ctx, tx, d.Box, me, r, list)
	if err != nil {
		return nil, err
	}
	runs, err := bursary.RunsOf(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	t := &trial{Round: r.Name}
	for _, a := range applicants {
		one := outcome(h, a, runs)
		if len(one.Pays) > 0 {
			t.Would = append(t.Would, one)
		} else {
			t.Cannot = append(t.Cannot, one)
		}
	}
	return t, nil
}

// sent are the applications of a round that were sent and that can still be helped, the first in the order before those
// without a place in it.
func sent(ctx context.Context, tx *db.Tx, round id.Round) ([]*bursary.Application, error) {
	var list []*bursary.Application
	err := tx.NewSelect().Model(&list).Where("round_id = ? AND submitted_at IS NOT NULL AND status NOT IN (?)", round,
		bun.List([]bursary.Status{bursary.Draft, bursary.Withdrawn, bursary.Ineligible})).
		Order("position", "submitted_at", "id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the applications of a round: %w", err)
	}
	return list, nil
}

// outcome says what of all that somebody asks for a fund could pay, on any of their dates, and otherwise why not on the
// first of them. Whether money is left is another question.
func outcome(h fund.Holding, a award.Applicant, runs []*course.Offering) tried {
	one := tried{Code: a.Application.Code, Href: "/admin/applications/" + a.Application.Code}
	for _, p := range wanted(a) {
		closed := closedFor(h, a, runs, p)
		switch {
		case closed == nil:
			one.Pays = append(one.Pays, p.Title())
		default:
			for _, c := range closed {
				if !slices.Contains(one.Reasons, c.Sentence) {
					one.Reasons = append(one.Reasons, c.Sentence)
				}
			}
		}
	}
	return one
}

// wanted is what somebody asks for.
func wanted(a award.Applicant) []fund.Purpose {
	var all []fund.Purpose
	for _, p := range fund.Purposes() {
		if p == fund.Fee && a.FeePercent > 0 || a.Asked[p] > 0 {
			all = append(all, p)
		}
	}
	return all
}

// closedFor is nil where a fund may pay for a purpose on one of somebody's dates, and else why not on the first.
func closedFor(h fund.Holding, a award.Applicant, runs []*course.Offering, p fund.Purpose) []fund.Closed {
	reasons := []fund.Closed{{Key: "dates", Sentence: "They chose no dates that this round still has."}}
	first := true
	for _, code := range a.Runs {
		i := slices.IndexFunc(runs, func(o *course.Offering) bool { return o.Code == code })
		if i < 0 {
			continue
		}
		facts := a.Facts
		facts.Run, facts.Course = code, runs[i].Course.Slug
		closed := h.Open(facts, p, runs[i].StartsOn())
		if len(closed) == 0 {
			return nil
		}
		if first {
			reasons, first = closed, false
		}
	}
	return reasons
}
