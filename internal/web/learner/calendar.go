package learner

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"bursar/internal/web/page"
)

// calendar is the dates of a place as a file for a calendar program.
func (l *Learner) calendar(c *gin.Context) error {
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	if !p.HasPlace() {
		return page.ErrNotFound
	}
	c.Header("Content-Disposition", `attachment; filename="`+p.Run.Code+`.ics"`)
	c.Header("Cache-Control", "private, no-cache")
	c.Data(http.StatusOK, "text/calendar; charset=utf-8; method=PUBLISH", p.Run.Calendar(l.DB.Now(), p.Run.Blocks...))
	return nil
}
