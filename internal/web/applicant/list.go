package applicant

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

// listed is one application of the list.
type listed struct {
	*bursary.Application
	Round *bursary.Round
	Tag   page.Tag
}

type listPage struct {
	page.Base
	All []listed
}

// list shows somebody what they have begun and sent.
func (a *Applicant) list(c *gin.Context) error {
	ctx, person := c.Request.Context(), page.ViewerOf(c).Person
	p := &listPage{Base: page.Base{Crumbs: []page.Link{{Text: "Your places", Href: "/my"}}}}
	err := a.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) error {
		mine, err := bursary.ListOf(ctx, tx, person)
		if err != nil {
			return err
		}
		rounds, err := bursary.Rounds(ctx, tx)
		if err != nil {
			return err
		}
		p.All = lines(mine, rounds)
		return nil
	})
	if err != nil {
		return err
	}
	return page.Render(c, "applicant/list", p)
}

func lines(mine []*bursary.Application, rounds []*bursary.Round) []listed {
	known := map[id.Round]*bursary.Round{}
	for _, r := range rounds {
		known[r.ID] = r
	}
	var all []listed
	for _, application := range mine {
		if r := known[application.RoundID]; r != nil {
			all = append(all, listed{application, r, tag(application.Status)})
		}
	}
	return all
}

type beginForm struct {
	Round string `form:"round" binding:"required,max=20" error:"Choose what to apply for."`
}

// begin makes the draft and leads to its tasks.
func (a *Applicant) begin(c *gin.Context) error {
	var form beginForm
	if err := page.Bind(c, &form); err != nil {
		return err
	}
	ctx, person := c.Request.Context(), page.ViewerOf(c).Person
	var begun *bursary.Application
	err := a.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) (err error) {
		if begun, err = bursary.Begin(ctx, tx, person, form.Round); err != nil {
			return err
		}
		_, err = bursary.CarryOver(ctx, tx, a.Box, person, begun.Code)
		return err
	})
	if err != nil {
		return err
	}
	return page.Redirect(c, at(begun.Code))
}
