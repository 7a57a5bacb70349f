package learner

import (
	"errors"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// visit is one request to a booking: of which run it is, whose, and what was typed so far.
type visit struct {
	Run     *course.Offering
	Booking *enrolment.Booking
	Person  people.Person // the zero Person when signed out
	place   *enrolment.Enrolment
	owner   enrolment.Owner
	now     time.Time
}

// owner is whose bookings a request may see and change.
func owner(c *gin.Context) enrolment.Owner {
	return enrolment.Owner{VisitorHash: page.Visitor(c), Person: page.ViewerOf(c).Person}
}

func (l *Learner) visit(c *gin.Context) (*visit, error) {
	o, err := course.FindOffering(c.Request.Context(), l.DB, c.Param("run"))
	if err != nil {
		return nil, err
	}
	v := &visit{Run: o, now: l.DB.Now(), owner: owner(c)}
	if v.Booking, err = enrolment.OpenBooking(c.Request.Context(), l.DB, v.owner, o.ID); err != nil {
		return nil, err
	}
	if v.owner.Person == 0 {
		return v, nil
	}
	if v.Person, err = people.ByID(c.Request.Context(), l.DB, v.owner.Person); err != nil {
		return nil, err
	}
	v.place, err = enrolment.ActiveOf(c.Request.Context(), l.DB, v.owner.Person, o.ID)
	if err != nil && !errors.Is(err, enrolment.ErrUnknown) {
		return nil, err
	}
	return v, l.adopt(c, v)
}

// adopt makes what this browser typed the booking of whoever has signed in with it, so that signing out, which
// takes the browser's key away, loses nothing.
func (l *Learner) adopt(c *gin.Context, v *visit) error {
	if v.Booking.ID == 0 || v.Booking.PersonID != 0 {
		return nil
	}
	return l.DB.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
		v.Booking, err = enrolment.SaveBooking(c.Request.Context(), tx, v.owner, v.Run.ID, func(*enrolment.Booking) {})
		return err
	})
}

// ask shows a question once its turn has come. Before that, and when there is nothing to book, it leads
// elsewhere.
func (l *Learner) ask(step enrolment.Step, show func(*gin.Context, *visit) error) gin.HandlerFunc {
	return page.Handle(func(c *gin.Context) error {
		v, err := l.visit(c)
		if err != nil {
			return err
		}
		if v.place != nil {
			return already(c, v.place)
		}
		if why := v.obstacle(step); why != "" {
			return l.elsewhere(c, v, why)
		}
		if !v.reached(step) {
			return page.Redirect(c, v.path(string(v.next())))
		}
		return show(c, v)
	})
}

// keep saves an answer and goes on. It is kept also when the run has filled up meanwhile.
func (l *Learner) keep(c *gin.Context, v *visit, answer func(*enrolment.Booking)) error {
	if err := l.save(c, v, answer); err != nil {
		return err
	}
	return page.Redirect(c, v.onward())
}

func (l *Learner) save(c *gin.Context, v *visit, answer func(*enrolment.Booking)) error {
	if v.owner.Person == 0 {
		v.owner.VisitorHash = page.MeetVisitor(c)
	}
	return l.DB.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
		v.Booking, err = enrolment.SaveBooking(c.Request.Context(), tx, v.owner, v.Run.ID, answer)
		return err
	})
}

// already leads somebody to the place that they have.
func already(c *gin.Context, e *enrolment.Enrolment) error {
	page.Flash(c, page.AlreadyThere)
	return page.Redirect(c, "/my/places/"+e.Code)
}

func (v *visit) path(end string) string {
	if end == "" {
		return "/runs/" + v.Run.Code + "/book"
	}
	return "/runs/" + v.Run.Code + "/book/" + end
}

func (v *visit) steps() []enrolment.Step { return v.Booking.Steps(v.Run, v.now) }

func (v *visit) next() enrolment.Step { return v.Booking.Next(v.Run, v.now) }

// reached reports whether every question before a step is answered.
func (v *visit) reached(step enrolment.Step) bool {
	at := slices.Index(v.steps(), step)
	return at >= 0 && at <= slices.Index(v.steps(), v.next())
}

// onward is the page after an answer: the next question, or what to do instead of booking.
func (v *visit) onward() string {
	next := v.next()
	switch {
	case next == enrolment.StepLearner && v.Booking.Learner != "":
		return v.path("office?why=" + v.Booking.Learner)
	case next == enrolment.StepPayer && v.Booking.Payer != "":
		return v.path("office?why=" + asChosen(v.Booking.Payer))
	case next == enrolment.StepStart && v.Booking.ExpressStart == enrolment.No:
		return v.path("later")
	}
	return v.path(string(next))
}

// peer reports whether the places kept for peers are open to this booking, as far as is known at a step.
func (v *visit) peer(step enrolment.Step) bool {
	steps := v.steps()
	asked := slices.Index(steps, enrolment.StepPeer)
	return asked >= 0 && (v.Booking.Peer != enrolment.No || slices.Index(steps, step) <= asked)
}
