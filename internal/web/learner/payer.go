package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/enrolment"
	"bursar/internal/web/page"
)

type payerForm struct {
	Payer string `form:"payer" binding:"required,oneof=myself employer help mixture shared" error:"Choose who is paying"`
}

// mixture is the answer that leads to the page on which an employer can be asked for a part.
const mixture = "mixture"

// asChosen is an answer as the question offers it.
func asChosen(payer string) string {
	if payer == enrolment.PayerShared {
		return mixture
	}
	return payer
}

type payerPage struct {
	questionPage
	Form payerForm
}

func (l *Learner) payer(c *gin.Context, v *visit) error {
	return page.Render(c, "learner/payer", &payerPage{v.question(enrolment.StepPayer), payerForm{asChosen(v.Booking.Payer)}})
}

func (l *Learner) savePayer(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	var form payerForm
	if err := page.Bind(c, &form); err != nil {
		return page.Again(c, err, "learner/payer", &payerPage{v.question(enrolment.StepPayer), form})
	}
	return l.keep(c, v, func(b *enrolment.Booking) { b.Payer = form.Payer })
}
