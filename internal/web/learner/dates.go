package learner

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// obstacle is why a place on the run cannot be booked now. The names are those of datesPage.Why.
type obstacle string

const (
	full   obstacle = "full"
	kept   obstacle = "kept" // what is free is kept for peer supporters
	closed obstacle = "closed"
	apply  obstacle = "apply" // places on the course are applied for
	later  obstacle = "later" // wanted: dates after the 14 days
)

type datesPage struct {
	page.Base
	Run    *course.Offering
	Why    obstacle
	Typed  bool        // something was typed, and is kept
	Until  london.Date // the last day on which places are kept for peer supporters
	Others []otherDates
}

// otherDates is another run of the course that has a place.
type otherDates struct {
	Run   *course.Offering
	Dates string
	Price money.Amount
}

// obstacle says whether something stands in the way at a step, or "".
func (v *visit) obstacle(step enrolment.Step) obstacle {
	switch {
	case v.Run.Entry == course.Apply:
		return apply
	case !v.Run.TakesBookings(v.now):
		return closed
	case v.Run.Places.Left(v.peer(step)) > 0:
		return ""
	case v.Run.Places.Left(true) > 0:
		return kept
	}
	return full
}

// elsewhere offers other dates instead of the ones that cannot be had.
func (l *Learner) elsewhere(c *gin.Context, v *visit, why obstacle) error {
	p, err := l.datesPage(c, v, why)
	if err != nil {
		return err
	}
	return page.Render(c, "learner/dates", p)
}

// tooLate does so when the button was pressed and somebody else had been quicker.
func (l *Learner) tooLate(c *gin.Context, v *visit, refusal error) error {
	why := closed
	if errors.Is(refusal, course.ErrFull) {
		why = full
		if now, err := course.PlacesOf(c.Request.Context(), l.DB, v.Run.ID); err == nil && now.Left(true) > 0 && v.Booking.Peer == enrolment.No {
			why = kept
		}
	}
	p, err := l.datesPage(c, v, why)
	if err != nil {
		return err
	}
	return page.Again(c, refusal, "learner/dates", p)
}

// later is for somebody who does not want the course to start within the 14 days.
func (l *Learner) later(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	return l.elsewhere(c, v, later)
}

func (l *Learner) datesPage(c *gin.Context, v *visit, why obstacle) (*datesPage, error) {
	p := &datesPage{Run: v.Run, Why: why, Typed: v.Booking.ID != 0, Until: v.Run.Places.ReleaseOn}
	p.Back = "/runs/" + v.Run.Code
	if why == later {
		p.Back = v.path("start")
	}
	all, err := course.Find(c.Request.Context(), l.DB, v.Run.Course.Slug)
	if err != nil {
		return nil, err
	}
	for _, o := range all.Offerings {
		if v.suits(o, why) {
			p.Others = append(p.Others, otherDates{o, london.Days(o.StartsOn(), o.EndsOn()), o.Price(v.Booking.Band())})
		}
	}
	return p, nil
}

// suits reports whether a run can be booked instead. The run itself never does: what stands in its way is one of
// the reasons.
func (v *visit) suits(o *course.Offering, why obstacle) bool {
	if !o.TakesBookings(v.now) || why == later && v.Booking.NeedsExpressStart(o, v.now) {
		return false
	}
	return o.Places.Left(v.Booking.Peer == enrolment.Yes) > 0
}

type carryForm struct {
	To string `form:"to" binding:"required,max=40" error:"Choose one of the dates"`
}

// carry takes what was typed to other dates of the same course.
func (l *Learner) carry(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	var form carryForm
	if err := page.Bind(c, &form); err != nil {
		return err
	}
	to, err := l.sameCourse(c, v, form.To)
	if err != nil {
		return err
	}
	if v.Booking.ID != 0 {
		err = l.DB.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
			v.Booking, err = enrolment.CopyBooking(c.Request.Context(), tx, v.owner, v.Run.ID, to.ID)
			return err
		})
		if err != nil {
			return err
		}
		page.Flash(c, page.CarriedOver)
	}
	v.Run = to
	return page.Redirect(c, v.onward())
}

// sameCourse is a run of the course that this booking is of, or course.ErrUnknown.
func (l *Learner) sameCourse(ctx context.Context, v *visit, code string) (*course.Offering, error) {
	o, err := course.FindOffering(ctx, l.DB, code)
	if err == nil && o.CourseID != v.Run.CourseID {
		return nil, course.ErrUnknown
	}
	return o, err
}
