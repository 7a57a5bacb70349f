package ranking

import (
	"context"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/lottery"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type drawPage struct {
	page.Base
	Ranking *panel.Ranking
	Cards   []card
	Form    drawForm
	Mixed   string // exactly what will be mixed in, on the page that asks once more
	Over    bool   // the day of the public draw
}

// drawForm is the result of the public draw. Package lottery says what is wrong with it.
type drawForm struct {
	Result string `form:"result" binding:"max=5000" error:"Enter the result of the public draw as plain text of up to 500 characters."`
}

// drawing explains the draw, asks for what the public draw gave, and shows the order once it is drawn.
func (f office) drawing(c *gin.Context) error {
	p, err := f.readDraw(c)
	if err != nil {
		return err
	}
	return page.Render(c, "ranking/draw", p)
}

func (f office) readDraw(c *gin.Context) (*drawPage, error) {
	r, err := f.read(c)
	if err != nil {
		return nil, err
	}
	return &drawPage{Base: below(r.Round), Ranking: r, Cards: cards(r), Over: r.Round.PublicDrawOver(f.DB.Now())}, nil
}

// checkDraw shows exactly what will be mixed in, and asks once more. It draws nothing.
func (f office) checkDraw(c *gin.Context) error {
	p, err := f.readDraw(c)
	if err != nil {
		return err
	}
	if !p.Frozen() || !p.Over {
		return page.Redirect(c, p.Href()+"/draw")
	}
	err = page.Query(c, &p.Form)
	if err == nil {
		p.Mixed, err = lottery.Normalise(p.Form.Result)
	}
	if err != nil {
		return page.Again(c, beside(err), "ranking/draw", p)
	}
	p.Crumbs = append(p.Crumbs, page.Link{Text: "The draw", Href: p.Href() + "/draw"})
	return page.Render(c, "ranking/draw-check", p)
}

// draw draws.
func (f office) draw(c *gin.Context) error {
	var form drawForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return panel.Draw(ctx, tx, f.Box, me(c), code(c), form.Result)
		})
	}
	if err == nil {
		page.Flash(c, page.Drawn)
		return page.Redirect(c, "/admin/rounds/"+code(c)+"/ranking/draw")
	}
	p, again := f.readDraw(c)
	if again != nil {
		return again
	}
	p.Form = form
	return page.Again(c, beside(err), "ranking/draw", p)
}

// beside puts what is wrong with the result beside its field.
func beside(err error) error {
	f := failure.Of(err)
	if f == nil || f.Kind != failure.Invalid || len(f.Fields) > 0 {
		return err
	}
	return failure.Field("result", f.Message)
}

// Frozen reports whether the draw can take place once the public draw is over.
func (p *drawPage) Frozen() bool { return p.Ranking.Round.Status == bursary.RoundFrozen }

// Drawn reports whether it has.
func (p *drawPage) Drawn() bool { return p.Ranking.Round.Status == bursary.RoundDrawn }

// Href is what the addresses of these pages begin with.
func (p *drawPage) Href() string { return rankingHref(p.Ranking.Round) }

// Public is the page on which everybody sees the draw.
func (p *drawPage) Public() string { return "/bursaries/" + p.Ranking.Round.Code + "/lottery" }

// Ordered are the applications in the order for allocation.
func (p *drawPage) Ordered() []card { return ordered(p.Cards) }

func ordered(all []card) []card {
	list := slices.DeleteFunc(slices.Clone(all), func(c card) bool { return c.Position == 0 })
	slices.SortFunc(list, func(a, b card) int { return a.Position - b.Position })
	return list
}
