package learner

import (
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// elsewhere is what somebody can do about the dates of their place: change them themselves, or choose, where we cancelled them.
type elsewhere struct {
	Move      bool                    // they can change the dates themselves
	Cancelled *enrolment.Cancellation // they have to choose between other dates and their money; nil: they have not
}

// Choose reports whether they have to choose.
func (e elsewhere) Choose() bool { return e.Cancelled != nil }

func (e *elsewhere) find(c *gin.Context, tx *db.Tx, p *place) (err error) {
	ctx := c.Request.Context()
	e.Move = !p.Funded() && admissions.MayMoveOwn(ctx, tx, p.Enrolment, p.Run, tx.Now) == nil
	if p.Run.Status != course.Cancelled || p.Status != enrolment.Confirmed || p.TeamID != 0 {
		return nil
	}
	asked, err := enrolment.CancelledPlaceOf(ctx, tx, p.Enrolment)
	if err != nil || asked == nil || asked.Answer != "" {
		return err
	}
	e.Cancelled, err = enrolment.CancellationOf(ctx, tx, p.RunID)
	e.Move = true // whoever pays
	return err
}

type moveForm struct {
	To string `form:"to" binding:"required" error:"Choose the new dates"`
}

type movePage struct {
	page.Base
	*place
	elsewhere
	Runs []*course.Offering // where the place can go
	Form moveForm
}

// Choices are the runs as the form offers them.
func (p *movePage) Choices() []page.Choice {
	list := make([]page.Choice, len(p.Runs))
	for i, o := range p.Runs {
		list[i] = page.Choice{Value: o.Code, Label: london.Days(o.StartsOn(), o.EndsOn()), Hint: o.Where()}
	}
	return list
}

func (l *Learner) movePage(c *gin.Context) (*movePage, error) {
	shown := &movePage{}
	p, err := l.mineAnd(c, func(tx *db.Tx, p *place) (err error) {
		if err = shown.find(c, tx, p); err != nil {
			return err
		}
		shown.Runs, err = admissions.Elsewhere(c.Request.Context(), tx, p.Enrolment, p.Run, tx.Now)
		shown.Runs = slices.DeleteFunc(shown.Runs, func(o *course.Offering) bool { return !admissions.MayChoose(p.Run, o, shown.Choose()) })
		return err
	})
	if err != nil {
		return nil, err
	}
	shown.place = p
	shown.Back = p.path("")
	return shown, nil
}

// move asks to which dates the place goes.
func (l *Learner) move(c *gin.Context) error {
	shown, err := l.movePage(c)
	if err != nil {
		return err
	}
	if !shown.Move {
		return page.Redirect(c, shown.path(""))
	}
	return page.Render(c, "learner/move", shown)
}

// moveTo takes the place there. Pressed twice it is done once.
func (l *Learner) moveTo(c *gin.Context) error {
	var form moveForm
	err := page.Bind(c, &form)
	if err == nil {
		err = l.Machine.Write(c.Request.Context(), func(tx *db.Tx) error {
			return admissions.MoveOwn(c.Request.Context(), tx, page.ViewerOf(c).Person, c.Param("code"), form.To)
		})
	}
	if err == nil {
		page.Flash(c, page.DatesChanged)
		return page.Redirect(c, "/my/places/"+c.Param("code"))
	}
	shown, unread := l.movePage(c)
	if unread != nil {
		return unread
	}
	shown.Form = form
	return page.Again(c, err, "learner/move", shown)
}

// takeMoney gives all the money for a place on cancelled dates back. Pressed twice it is done once.
func (l *Learner) takeMoney(c *gin.Context) error {
	err := l.Machine.Write(c.Request.Context(), func(tx *db.Tx) error {
		return admissions.ChooseMoney(c.Request.Context(), tx, page.ViewerOf(c).Person, c.Param("code"))
	})
	if err != nil {
		return err
	}
	return page.Redirect(c, "/my/places/"+c.Param("code"))
}
