package allocating

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// seenForm says which proposal somebody looked at.
type seenForm struct {
	Seen string `form:"seen" binding:"required,len=71,startswith=sha256:" error:"Reload this page and try again"`
}

// agree is the first of two people saying that the proposal that they saw shall stand.
func (f office) agree(c *gin.Context) error {
	var form seenForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			_, err := award.Agree(ctx, tx, f.Box, me(c), code(c), form.Seen)
			return err
		})
	}
	if err != nil {
		return f.again(c, err, departForm{})
	}
	page.Flash(c, page.AllocationAgreed)
	return page.Redirect(c, "/admin/rounds/"+code(c)+"/allocation")
}

// confirmPage says what ratifying does, before it is done.
type confirmPage struct {
	*proposalPage
	Outside int // how many the panel placed in band C
}

// confirm asks the second person once more. It decides nothing.
func (f office) confirm(c *gin.Context) error {
	name, shown, err := "", screen(nil), error(nil)
	outside := 0
	err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
		var err error
		if name, shown, err = f.stands(ctx, tx, c); err != nil {
			return err
		}
		r, err := findRound(ctx, tx, c)
		if err != nil {
			return err
		}
		list, err := bursary.Unranked(ctx, tx, r.ID)
		outside = len(list)
		return err
	})
	if err != nil {
		return err
	}
	p, open := shown.(*proposalPage)
	switch {
	case !open:
		return page.Redirect(c, "/admin/rounds/"+code(c)+"/allocation")
	case !p.Agreed():
		return page.Again(c, award.ErrNotAgreed, name, p)
	case p.Proposal.AgreedBy == me(c):
		return page.Again(c, award.ErrSamePerson, name, p)
	case !p.Stands():
		return page.Again(c, award.ErrInputsChanged, name, p)
	}
	p.Crumbs = append(p.Crumbs, toAllocation(p.Round))
	return page.Render(c, "allocating/ratify", &confirmPage{p, outside})
}

// ratify is the second person letting it stand: money is promised, places are held, and everybody gets their answer.
func (f office) ratify(c *gin.Context) error {
	var form seenForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return admissions.Ratify(ctx, tx, f.Box, me(c), code(c), form.Seen)
		})
	}
	if err != nil {
		return f.again(c, err, departForm{})
	}
	page.Flash(c, page.AllocationRatified)
	return page.Redirect(c, "/admin/rounds/"+code(c)+"/allocation")
}

// Offers is how many people are offered a place.
func (p *confirmPage) Offers() int { return p.Plan.Count }

// Waiting is how many are put on the reserve list.
func (p *confirmPage) Waiting() int { return len(p.Plan.Unfunded) }

// Refused is how many are told that they are not funded: left out by hand, or placed in band C.
func (p *confirmPage) Refused() int {
	refused := p.Outside
	for _, d := range p.Proposal.Departures {
		if d.Kind == award.LeftOut {
			refused++
		}
	}
	return refused
}

// Letters is how many people get an answer.
func (p *confirmPage) Letters() int { return p.Offers() + p.Waiting() + p.Refused() }

// Pledged is the money that is promised.
func (p *confirmPage) Pledged() money.Amount { return side{Plan: p.Plan}.Used() }

// Until is the last day to answer an offer that is made today.
func (p *confirmPage) Until() london.Date {
	return p.Inputs.On.AddWorking(award.AnswerDays)
}
