package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/web/page"
)

type officeQuery struct {
	Why string `form:"why" binding:"required,oneof=somebody several employer help mixture" error:"Go back and choose an answer"`
}

type officePage struct {
	page.Base
	Run *course.Offering
	Why string
}

// office says what to do for the ways of booking that people in the office look after.
func (l *Learner) office(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	var query officeQuery
	if page.Query(c, &query) != nil {
		return page.ErrNotFound
	}
	back := enrolment.StepPayer
	if query.Why == "somebody" || query.Why == "several" {
		back = enrolment.StepLearner
	}
	return page.Render(c, "learner/office", &officePage{Base: page.Base{Back: v.path(string(back))}, Run: v.Run, Why: query.Why})
}
