package learner

import (
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/web/page"
)

type keepForm struct {
	Rest string `form:"rest"`
}

type keepPage struct {
	page.Base
	*place
	Question *admissions.Departure
	Pence    int64 // what keeping the place costs, as the form carries it
}

// leaving asks somebody whose employer no longer pays whether they keep their place, and says what that means.
func (l *Learner) leaving(c *gin.Context) error {
	shown, err := l.keepPage(c)
	if errors.Is(err, enrolment.ErrNotLeft) {
		return page.Redirect(c, "/my/places/"+c.Param("code"))
	}
	if err != nil {
		return err
	}
	return page.Render(c, "learner/keep", shown)
}

func (l *Learner) keepPage(c *gin.Context) (*keepPage, error) {
	var question *admissions.Departure
	p, err := l.mineAnd(c, func(tx *db.Tx, p *place) (err error) {
		question, err = admissions.DepartureOf(c.Request.Context(), tx, p.PersonID, p.Code, tx.Now)
		return err
	})
	if err != nil {
		return nil, err
	}
	shown := &keepPage{place: p, Question: question, Pence: int64(question.Rest)}
	shown.Back = p.path("")
	return shown, nil
}

// keepPlace keeps the place at the rest that was agreed to. Pressed twice it is done once.
func (l *Learner) keepPlace(c *gin.Context) error {
	var form keepForm
	err := page.Bind(c, &form)
	if err == nil {
		err = l.Machine.Write(c.Request.Context(), func(tx *db.Tx) error {
			return admissions.KeepSeat(c.Request.Context(), tx, page.ViewerOf(c).Person, c.Param("code"), agreed(form.Rest))
		})
	}
	return l.answered(c, err, page.PlaceKept)
}

// leavePlace gives the place up. Pressed twice it is done once.
func (l *Learner) leavePlace(c *gin.Context) error {
	err := l.Machine.Write(c.Request.Context(), func(tx *db.Tx) error {
		return admissions.GiveUpSeat(c.Request.Context(), tx, page.ViewerOf(c).Person, c.Param("code"))
	})
	return l.answered(c, err, page.PlaceGivenUp)
}

// answered leads to the place once the question is answered, now or before, and else shows it again as it stands now.
func (l *Learner) answered(c *gin.Context, err error, done page.Notice) error {
	if err == nil {
		page.Flash(c, done)
	}
	if err == nil || errors.Is(err, enrolment.ErrNotLeft) {
		return page.Redirect(c, "/my/places/"+c.Param("code"))
	}
	shown, unread := l.keepPage(c)
	if errors.Is(unread, enrolment.ErrNotLeft) {
		return page.Redirect(c, "/my/places/"+c.Param("code"))
	}
	if unread != nil {
		return unread
	}
	return page.Again(c, err, "learner/keep", shown)
}
