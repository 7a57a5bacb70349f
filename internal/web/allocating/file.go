package allocating

import (
	"context"
	"mime"
	"net/http"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
)

// problem gives what the allocator was asked as a file, byte for byte: anybody can run it again on their own machine.
func (f office) problem(c *gin.Context) error {
	return f.file(c, "problem", func(p *award.Proposal) []byte { return p.Problem })
}

// plan gives what it answered.
func (f office) plan(c *gin.Context) error {
	return f.file(c, "plan", func(p *award.Proposal) []byte { return p.Result })
}

func (f office) file(c *gin.Context, name string, of func(*award.Proposal) []byte) error {
	var p *award.Proposal
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		r, err := findRound(ctx, tx, c)
		if err != nil {
			return err
		}
		p, err = award.FindProposal(ctx, tx, f.Box, r.ID, c.Param("proposal"))
		return err
	})
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + "-" + code(c) + "-" + p.Code + ".json"}))
	c.Data(http.StatusOK, "application/json", of(p))
	return nil
}
