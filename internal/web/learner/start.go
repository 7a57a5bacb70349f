package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type startForm struct {
	Start string `form:"start" binding:"required,oneof=yes no" error:"Choose whether the course may start for you before the 14 days are over"`
}

type startPage struct {
	questionPage
	Form    startForm
	LastDay london.Date // of the 14-day right, for a place paid for today
	Days    int         // of the course
	Within  int         // of them, those taught by the last day
	Shared  bool        // an employer is asked, so that the 14 days may begin later
}

func (v *visit) startPage(form startForm) *startPage {
	last := enrolment.StatutoryEnd(v.now)
	return &startPage{v.question(enrolment.StepStart), form, last, v.Run.Days(), v.Run.DaysTaughtBy(last), v.Booking.Shared()}
}

// start asks for the express request without which nothing may be charged for what is taught within the 14 days
// (Consumer Contracts Regulations 2013, regulation 36).
func (l *Learner) start(c *gin.Context, v *visit) error {
	return page.Render(c, "learner/start", v.startPage(startForm{v.Booking.ExpressStart}))
}

func (l *Learner) saveStart(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	var form startForm
	if err := page.Bind(c, &form); err != nil {
		return page.Again(c, err, "learner/start", v.startPage(form))
	}
	return l.keep(c, v, func(b *enrolment.Booking) { b.ExpressStart = form.Start })
}
