package learner

import (
	"errors"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/web/page"
)

// slow is after how long somebody is told that the payment page takes longer than usual.
const slow = 20 * time.Second

// payForm is what is asked before somebody pays their part.
type payForm struct {
	Express string `form:"express_start"`
}

type waitPage struct {
	page.Base
	*place
	Slow  bool   // it takes longer than usual
	Again string // the page that asks again, where it is not the usual one
}

// payOwn begins to pay a person's part of a place that others help to pay for. Pressed twice it leads to the one page.
func (l *Learner) payOwn(c *gin.Context) error {
	ctx, code := c.Request.Context(), c.Param("code")
	var form payForm
	err := page.Bind(c, &form)
	if err == nil {
		err = l.Machine.Write(ctx, func(tx *db.Tx) error {
			_, err := admissions.TakeOffered(ctx, tx, page.ViewerOf(c).Person, code, form.Express == enrolment.Yes)
			return err
		})
	}
	if errors.Is(err, admissions.ErrNothingToPay) {
		return page.Redirect(c, "/my/places/"+code)
	}
	if failure.KindOf(err) == failure.Invalid {
		return l.showAgain(c, err)
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, "/my/places/"+code+"/pay")
}

// pay leads to the card processor's page as soon as there is one. Until then it asks again by itself.
func (l *Learner) pay(c *gin.Context) error {
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	if now := l.DB.Now(); p.stage(now) != toPay && p.owes(now) != toPay && !p.payingPart(now) {
		return page.Redirect(c, p.path(""))
	}
	payment := p.Payment()
	if payment.SessionURL != "" && !p.replaced(payment) {
		if err := page.Leave(c, payment.SessionURL, l.PayAt); err != nil {
			return fmt.Errorf("payment %s: %w", payment.Code, err)
		}
		return nil
	}
	wait := &waitPage{place: p, Slow: l.DB.Now().Sub(payment.CreatedAt) > slow}
	page.AskAgain(c, wait.Slow)
	return page.Render(c, "learner/preparing", wait)
}
