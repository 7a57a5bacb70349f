package rounds

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/state"
	"bursar/internal/web/page"
)

type publishPage struct {
	page.Base
	Round   *bursary.Round
	Missing []string // what stands in the way
}

// Fixed is what cannot be changed any more afterwards.
func (p *publishPage) Fixed() page.Summary {
	r := p.Round
	return page.Summary{Rows: []page.Row{
		{Key: "Questions", Value: "Version " + r.FormVersion, Href: href(r) + "/questions", Action: "Show"},
		{Key: "How answers are scored", Value: "Version " + r.RubricVersion, Href: href(r) + "/questions#rubric", Action: "Show"},
		{Key: "What is paid", Value: "The tariff, the cohorts and the number of readers", Href: href(r) + "/preview", Action: "Show"},
		{Key: "Closing day", Value: r.ClosesOn.Long() + ". It can only be extended, and everybody who has begun is then told."},
		{Key: "Seal of the lottery", Value: r.Commitment},
		{Key: "Public draw", Lines: []string{r.Beacon, "On " + r.BeaconOn.Long() + ". The panel has to agree before that day, and the order is drawn after it."}},
	}}
}

// confirm asks whether a draft is to be published, and says what that fixes.
func (f office) confirm(c *gin.Context) error {
	p, err := f.publishing(c)
	if err != nil {
		return err
	}
	if p.Round.Public() {
		return state.ErrMovedOn
	}
	return page.Render(c, "rounds/publish", p)
}

func (f office) publishing(c *gin.Context) (*publishPage, error) {
	r, err := f.round(c)
	if err != nil {
		return nil, err
	}
	missing, err := bursary.Unready(c.Request.Context(), f.DB, r, f.DB.Now())
	return &publishPage{Base: within(r), Round: r, Missing: missing}, err
}

// publish shows the round to everybody.
func (f office) publish(c *gin.Context) error {
	p, err := f.publishing(c)
	if err != nil {
		return err
	}
	err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
		_, err := bursary.Publish(ctx, tx, page.ViewerOf(c).Person, p.Round.Code)
		return err
	})
	if err != nil {
		return page.Again(c, err, "rounds/publish", p)
	}
	page.Flash(c, page.RoundPublished)
	return page.Redirect(c, href(p.Round))
}
