package learner

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// errPartsChanged means that who pays how much is not what the page said.
var errPartsChanged = failure.New(failure.Conflict, "parts_changed",
	"Who pays how much has changed since you opened this page. Nothing has been booked. Please check it below.")

type orderForm struct {
	Price    string `form:"price"`
	Employer string `form:"employer"` // its part
}

// part is the employer's part on the page, in pence; without one the person pays alone.
func (f orderForm) part() money.Amount {
	if f.Employer == "" {
		return 0
	}
	return agreed(f.Employer)
}

// order is the button that obliges to pay (Consumer Contracts Regulations 2013, regulation 14). Pressed twice
// it leads to the one place.
func (l *Learner) order(c *gin.Context) error {
	var form orderForm
	var e *enrolment.Enrolment
	err := page.Bind(c, &form)
	if err == nil {
		e, err = l.book(c, form)
	}
	switch {
	case err != nil:
		return l.refused(c, err)
	case e.Status == enrolment.Held && form.Employer != "":
		return page.Redirect(c, "/my/places/"+e.Code)
	case e.Status == enrolment.Held:
		return page.Redirect(c, "/my/places/"+e.Code+"/"+l.howToPay(c, e))
	}
	return already(c, e)
}

// book books as the page said: alone, or with an employer's part.
func (l *Learner) book(c *gin.Context, form orderForm) (e *enrolment.Enrolment, err error) {
	ctx, run := c.Request.Context(), c.Param("run")
	d, verb := l.DB, admissions.Book
	if form.part() != 0 {
		d, verb = l.Machine, admissions.BookShared
	}
	err = d.Write(ctx, func(tx *db.Tx) (err error) {
		if err = stillAgreed(ctx, tx, owner(c), run, form.part()); err == nil {
			e, err = verb(ctx, tx, owner(c), run, agreed(form.Price))
		}
		return err
	})
	return e, err
}

// stillAgreed compares the employer's part on the page, in pence, with the booking, which another tab may have changed. A
// booking that is finished is left to the verb.
func stillAgreed(ctx context.Context, tx *db.Tx, who enrolment.Owner, run string, part money.Amount) error {
	o, err := course.FindOffering(ctx, tx, run)
	if err != nil {
		return err
	}
	b, err := enrolment.LockBooking(ctx, tx, who, o.ID)
	if err == nil && b.ID != 0 && b.EmployerPays(o) != part {
		return errPartsChanged
	}
	return err
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
