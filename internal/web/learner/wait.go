package learner

import (
	"errors"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type waitForm struct {
	Name  string `form:"name"`
	Phone string `form:"phone"`
	Peer  string `form:"peer"`
}

type joinPage struct {
	page.Base
	queue
	Run         *course.Offering
	Dates       []string
	Form        waitForm
	Price, Self money.Amount // what a peer supporter pays, and what others pay
	AskPeer     bool
	Email       string
}

// join says what the waiting list is, and asks who waits.
func (l *Learner) join(c *gin.Context) error {
	p, v, err := l.joinPage(c)
	if err != nil {
		return err
	}
	if v.place != nil {
		return already(c, v.place)
	}
	if v.obstacle(enrolment.StepLearner) != full && v.obstacle(enrolment.StepCheck) != kept {
		return page.Redirect(c, "/runs/"+v.Run.Code)
	}
	return page.Render(c, "learner/join", p)
}

func (l *Learner) joinPage(c *gin.Context) (*joinPage, *visit, error) {
	v, err := l.visit(c)
	if err != nil {
		return nil, nil, err
	}
	p := &joinPage{
		Base: page.Base{Back: "/runs/" + v.Run.Code}, Run: v.Run, Dates: dates(v.Run), Email: v.Person.Email,
		Form:  waitForm{Name: v.Person.Name, Phone: v.Person.Phone, Peer: v.Booking.Peer},
		Price: v.Run.Price(course.Peer), Self: v.Run.Price(course.Self), AskPeer: v.Run.AsksForPeers(),
	}
	if v.Booking.Name != "" {
		p.Form.Name, p.Form.Phone = v.Booking.Name, v.Booking.Phone
	}
	p.Ahead, err = enrolment.Ahead(c.Request.Context(), l.DB, v.Run.ID, 1<<62)
	return p, v, err
}

// wait puts whoever is signed in on the list. Pressed twice it is done once.
func (l *Learner) wait(c *gin.Context) error {
	p, v, err := l.joinPage(c)
	if err != nil {
		return err
	}
	var e *enrolment.Enrolment
	if err = page.Bind(c, &p.Form); err == nil && p.AskPeer && p.Form.Peer != enrolment.Yes && p.Form.Peer != enrolment.No {
		err = failure.Field("peer", "Choose yes or no")
	}
	if err == nil {
		err = l.Machine.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
			e, err = admissions.JoinWaiting(c.Request.Context(), tx, v.owner.Person, v.Run.Code, p.Form.Peer == enrolment.Yes,
				people.Details{Name: p.Form.Name, Phone: p.Form.Phone})
			return err
		})
	}
	if errors.Is(err, admissions.ErrNotFull) {
		page.Flash(c, page.PlaceFree)
		return page.Redirect(c, "/runs/"+v.Run.Code+"/book")
	}
	if err != nil {
		return page.Again(c, err, "learner/join", p)
	}
	return page.Redirect(c, "/my/places/"+e.Code)
}

// queue is where somebody stands who waits for a place, or to whom one was offered.
type queue struct {
	Ahead   int  // how many are in front of them
	Express bool // they have to say whether the course may begin within their 14 days
}

// Front says how many are in front of them.
func (q queue) Front() string {
	switch q.Ahead {
	case 0:
		return "Nobody is in front of you."
	case 1:
		return "One person or group is in front of you."
	}
	return fmt.Sprintf("%d people or groups are in front of you.", q.Ahead)
}

func (q *queue) find(c *gin.Context, tx *db.Tx, p *place) (err error) {
	if p.Status == enrolment.Waiting && p.Queue != nil {
		q.Ahead, err = enrolment.Ahead(c.Request.Context(), tx, p.RunID, *p.Queue)
	}
	q.Express = p.WasOffered() && enrolment.NeedsExpressStart(p.Run, tx.Now) && !p.ExpressStart
	return err
}

// Applied reports whether they had applied for the place that they were offered; else they had waited for it.
func (p *place) Applied() bool { return p.Run.Entry == course.Apply }

// Passed reports whether it was offered to them alone, and is not kept any more because they did not take it.
func (p *place) Passed() bool {
	return p.Status == enrolment.Lapsed && !p.OfferedAt.IsZero() && p.TeamID == 0
}

// WasOffered reports whether the place is held because it was offered to them.
func (p *place) WasOffered() bool {
	return p.Status == enrolment.Held && !p.OfferedAt.IsZero() && p.TeamID == 0
}
