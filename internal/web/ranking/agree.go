package ranking

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type agreePage struct {
	page.Base
	Ranking *panel.Ranking
	Cards   []card
	Agreed  []panel.Agreement
	Hinders string // why nobody can agree now, or empty
}

// agreeing is the bands as they stand, and who agrees to them.
func (f office) agreeing(c *gin.Context) error {
	p, err := f.readAgreements(c)
	if err != nil {
		return err
	}
	return page.Render(c, "ranking/agree", p)
}

func (f office) readAgreements(c *gin.Context) (*agreePage, error) {
	p := new(agreePage)
	err := f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Ranking, err = rank(ctx, tx, code(c)); err != nil {
			return err
		}
		if p.Agreed, err = panel.Agreements(ctx, tx, p.Ranking.Round.ID); err != nil {
			return err
		}
		err = p.Ranking.Agreeable(ctx, tx)
		if f := failure.Of(err); f != nil {
			p.Hinders = f.Message
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Base, p.Cards = below(p.Ranking.Round), cards(p.Ranking)
	return p, nil
}

type agreeForm struct {
	Seen string `form:"seen" binding:"required,len=64,hexadecimal" error:"Reload this page and try again"`
}

// agree says that who is signed in agrees to the bands that the page showed.
func (f office) agree(c *gin.Context) error {
	var form agreeForm
	err := page.Bind(c, &form)
	var status bursary.RoundStatus
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			if err := panel.Agree(ctx, tx, me(c), code(c), form.Seen); err != nil {
				return err
			}
			r, err := bursary.FindRound(ctx, tx, code(c))
			if err == nil {
				status = r.Status
			}
			return err
		})
	}
	if err != nil {
		return f.agreeAgain(c, err)
	}
	notice := page.BandsAgreed
	if status == bursary.RoundFrozen {
		notice = page.BandsFrozen
	}
	page.Flash(c, notice)
	return page.Redirect(c, "/admin/rounds/"+code(c)+"/ranking/agree")
}

// takeBack ends the agreement of who is signed in.
func (f office) takeBack(c *gin.Context) error {
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error { return panel.TakeBack(ctx, tx, me(c), code(c)) })
	if err != nil {
		return f.agreeAgain(c, err)
	}
	page.Flash(c, page.AgreementTakenBack)
	return page.Redirect(c, "/admin/rounds/"+code(c)+"/ranking/agree")
}

func (f office) agreeAgain(c *gin.Context, refused error) error {
	p, err := f.readAgreements(c)
	if err != nil {
		return err
	}
	return page.Again(c, refused, "ranking/agree", p)
}

// Open reports whether the bands can be changed and agreed to.
func (p *agreePage) Open() bool { return p.Ranking.Round.Status == bursary.RoundClosed }

// Early reports whether the round still takes applications.
func (p *agreePage) Early() bool { return p.Ranking.Round.Status == bursary.RoundPublished }

// Href is what the addresses of these pages begin with.
func (p *agreePage) Href() string { return rankingHref(p.Ranking.Round) }

// Columns are the bands with their applications.
func (p *agreePage) Columns() []column {
	all := columns(p.Cards)
	if len(all[0].Cards) == 0 {
		return all[1:]
	}
	return all
}

// Mine reports whether who looks has agreed to what stands here.
func (p *agreePage) Mine() bool {
	for _, a := range p.Agreed {
		if a.PersonID == p.Viewer.Person {
			return p.Stands(a)
		}
	}
	return false
}

// Stands reports whether an agreement is to what stands here: once the bands are frozen, always.
func (p *agreePage) Stands(a panel.Agreement) bool { return !p.Open() || a.Seen == p.Ranking.Seen() }
