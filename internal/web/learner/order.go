package learner

import (
	"errors"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type orderForm struct {
	Price string `form:"price"`
}

// agreed is the price on the page that was sent, in pence. What is no amount is no price of ours either.
func (f orderForm) agreed() money.Amount {
	pence, err := strconv.ParseInt(f.Price, 10, 64)
	if err != nil {
		return 0
	}
	return money.Amount(pence)
}

// order is the button that obliges to pay (Consumer Contracts Regulations 2013, regulation 14). Pressed twice
// it leads to the one place.
func (l *Learner) order(c *gin.Context) error {
	var form orderForm
	var e *enrolment.Enrolment
	err := page.Bind(c, &form)
	if err == nil {
		err = l.DB.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
			e, err = admissions.Book(c.Request.Context(), tx, owner(c), c.Param("run"), form.agreed())
			return err
		})
	}
	switch {
	case err != nil:
		return l.refused(c, err)
	case e.Status == enrolment.Held:
		return page.Redirect(c, "/my/places/"+e.Code+"/pay")
	}
	return already(c, e)
}

// refused explains why nothing was booked, as things stand now.
func (l *Learner) refused(c *gin.Context, err error) error {
	v, unread := l.visit(c)
	if unread != nil {
		return unread
	}
	switch {
	case errors.Is(err, course.ErrFull), errors.Is(err, course.ErrClosed):
		return l.tooLate(c, v, err)
	case errors.Is(err, admissions.ErrIncomplete):
		page.Flash(c, page.StillToAnswer)
		return page.Redirect(c, v.path(string(v.next())))
	case errors.Is(err, enrolment.ErrAlreadyThere):
		return page.Redirect(c, v.path(""))
	case v.next() != enrolment.StepCheck:
		return page.Redirect(c, v.path(string(v.next())))
	}
	return page.Again(c, err, "learner/check", v.checkPage())
}
