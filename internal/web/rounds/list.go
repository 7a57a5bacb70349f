package rounds

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

type listPage struct {
	page.Base
	Cards []card
}

// list is every round with what needs doing.
func (f office) list(c *gin.Context) error {
	p := &listPage{Base: page.Base{Crumbs: []page.Link{home}}}
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		found, err := bursary.Desk(ctx, tx)
		p.Cards = make([]card, len(found))
		for i, s := range found {
			p.Cards[i] = card{s, tx.Now}
		}
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "rounds/list", p)
}
