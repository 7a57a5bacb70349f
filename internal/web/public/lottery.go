package public

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/lottery"
	"bursar/internal/web/page"
)

type lotteryPage struct {
	page.Base
	Round   *bursary.Round
	Tickets []string      // none until they are fixed
	Draw    *bursary.Draw // nil until it was drawn
}

// lottery is how a round's draw works, and after it everything that anybody needs to do it again.
func (p *Public) lottery(c *gin.Context) error {
	r, err := p.published(c)
	if err != nil {
		return err
	}
	view := &lotteryPage{Round: r}
	if view.Tickets, err = bursary.Tickets(c.Request.Context(), p.DB, r.ID); err != nil {
		return err
	}
	if view.Draw, err = bursary.DrawOf(c.Request.Context(), p.DB, r); err != nil {
		return err
	}
	view.Crumbs = []page.Link{helpCrumb, {Text: r.Name, Href: roundHref(r)}}
	page.Share(c)
	return page.Render(c, "public/round-lottery", view)
}

// Href is what the addresses of the round's pages begin with.
func (p *lotteryPage) Href() string { return roundHref(p.Round) }

// Program is what recomputes the order.
func (p *lotteryPage) Program() string { return lottery.Program }

// program is the program that recomputes the order, as a file.
func (p *Public) program(c *gin.Context) error {
	if _, err := p.published(c); err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="verify.py"`)
	send(c, "text/x-python; charset=utf-8", []byte(lottery.Program))
	return nil
}

// facts are the facts of the draw, as the file that the program reads. Before the draw there are none.
func (p *Public) facts(c *gin.Context) error {
	r, err := p.published(c)
	if err != nil {
		return err
	}
	draw, err := bursary.DrawOf(c.Request.Context(), p.DB, r)
	if err != nil {
		return err
	}
	if draw == nil {
		return page.ErrNotFound
	}
	c.Header("Content-Disposition", `attachment; filename="facts.txt"`)
	send(c, "text/plain; charset=utf-8", []byte(draw.Facts.Text()))
	return nil
}
