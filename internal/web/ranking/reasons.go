package ranking

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type reasonsPage struct {
	page.Base
	Round   *bursary.Round
	Code    string
	Readers []said
}

// said is what one reader wrote of one application.
type said struct {
	Name    string
	Reasons []panel.Reason
}

// reasons is what the readers of one application wrote. Opening it is noted, and the applicant can see that.
func (f office) reasons(c *gin.Context) error {
	p := &reasonsPage{Code: id.NormaliseCode(c.Param("application"))}
	var all []panel.Reason
	err := f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Round, err = bursary.FindRound(ctx, tx, code(c)); err != nil {
			return err
		}
		all, err = panel.Reasons(ctx, tx, f.Box, me(c), p.Round, p.Code)
		return err
	})
	if err != nil {
		return err
	}
	for i, r := range all {
		if i == 0 || r.Member != all[i-1].Member {
			p.Readers = append(p.Readers, said{Name: r.Name})
		}
		last := &p.Readers[len(p.Readers)-1]
		last.Reasons = append(last.Reasons, r)
	}
	p.Base = below(p.Round)
	return page.Render(c, "ranking/reasons", p)
}
