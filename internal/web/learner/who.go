package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/enrolment"
	"bursar/internal/web/page"
)

type learnerForm struct {
	Learner string `form:"learner" binding:"required,oneof=myself somebody several" error:"Choose who the place is for"`
}

type learnerPage struct {
	questionPage
	Form learnerForm
}

func (l *Learner) learner(c *gin.Context, v *visit) error {
	return page.Render(c, "learner/who", &learnerPage{v.question(enrolment.StepLearner), learnerForm{v.Booking.Learner}})
}

func (l *Learner) saveLearner(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	var form learnerForm
	if err := page.Bind(c, &form); err != nil {
		return page.Again(c, err, "learner/who", &learnerPage{v.question(enrolment.StepLearner), form})
	}
	return l.keep(c, v, func(b *enrolment.Booking) { b.Learner = form.Learner })
}
