package employer

import (
	"encoding/json"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// book mounts the booking of places, one question a page, and what became of it.
func (e *employer) book(own gin.IRouter) {
	own.GET("/book/:run", page.Handle(e.resume))
	for _, step := range []string{stepPlaces, stepPayer, stepShare, stepNames, stepOrders, stepApproval, stepGift} {
		own.GET("/book/:run/"+step, e.ask(step))
		own.POST("/book/:run/"+step, e.answer(step))
	}
	own.GET("/book/:run/"+stepCheck, e.ask(stepCheck))
	own.POST("/book/:run/"+stepCheck, page.Handle(e.bookNow))
	own.GET("/bookings/:code", page.Handle(e.booked))
	own.GET("/bookings/:code/agreement", page.Handle(e.agreement))
	own.POST("/bookings/:code/agreement", page.Handle(e.askAgain))
}

// The questions of a booking, as their addresses name them.
const (
	stepPlaces   = "places"
	stepPayer    = "payer"
	stepShare    = "share"
	stepNames    = "names"
	stepOrders   = "orders"
	stepApproval = "approval"
	stepGift     = "gift"
	stepCheck    = "check"
)

// resume leads to the first question without an answer.
func (e *employer) resume(c *gin.Context) error {
	v, err := e.visit(c)
	if err != nil {
		return err
	}
	return page.Redirect(c, v.path(v.next()))
}

// ask shows a question once its turn has come.
func (e *employer) ask(step string) gin.HandlerFunc {
	return page.Handle(func(c *gin.Context) error {
		v, err := e.visit(c)
		if err != nil {
			return err
		}
		if why := v.obstacle(); why != "" {
			return page.Render(c, "employer/book-no", &noPage{v.bookPage(""), why, v.full()})
		}
		q, reached := v.find(step)
		if !reached {
			return page.Redirect(c, v.path(v.next()))
		}
		return page.Render(c, template(q.step), q.show(v))
	})
}

func template(step string) string { return "employer/book-" + step }

// answer keeps what was typed, also what has to be corrected, and goes on.
func (e *employer) answer(step string) gin.HandlerFunc {
	return page.Handle(func(c *gin.Context) error {
		v, err := e.visit(c)
		if err != nil {
			return err
		}
		q, reached := v.find(step)
		if !reached {
			return page.Redirect(c, v.path(v.next()))
		}
		wrong := q.read(v, c)
		if f := failure.Of(wrong); wrong != nil && (f == nil || len(f.Fields) == 0) {
			return wrong // nothing could be read
		}
		return e.keepAnswer(c, v, q, wrong)
	})
}

// keepAnswer saves what was read of a question, and shows what is wrong with it or goes on.
func (e *employer) keepAnswer(c *gin.Context, v *visit, q question, wrong error) error {
	more := c.PostForm("then") == another
	if v.Draft.Done == nil {
		v.Draft.Done = map[string]bool{}
	}
	v.Draft.Done[q.step] = wrong == nil && !more
	if err := e.keep(c, v); err != nil {
		return err
	}
	switch {
	case wrong != nil:
		return page.Again(c, wrong, template(q.step), q.show(v))
	case more:
		return page.Redirect(c, fmt.Sprintf("%s#%s", v.path(q.step), orderField("number", len(v.Draft.Orders))))
	}
	return page.Redirect(c, v.path(v.next()))
}

// another, as the field "then", is the button that adds a purchase order.
const another = "another"

// keep saves the draft, for somebody who acts for the organisation.
func (e *employer) keep(c *gin.Context, v *visit) error {
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	typed, err := json.Marshal(v.Draft)
	if err != nil {
		return fmt.Errorf("writing a draft: %w", err)
	}
	return e.Machine.Write(ctx, func(tx *db.Tx) error {
		of, err := organisation.Acting(ctx, tx, me, v.Of.Code)
		if err != nil {
			return err
		}
		t, err := enrolment.DraftOf(ctx, tx, me, of.ID, v.Run.ID)
		if err != nil {
			return err
		}
		v.code = t.Code
		return enrolment.SaveDraft(ctx, tx, me, t.Code, typed)
	})
}
