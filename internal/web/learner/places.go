package learner

import (
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// listed is one line of the list: a place, or a booking that was begun.
type listed struct {
	Title, Dates, Where string
	Href                string
	Tag                 page.Tag
	Until               string // how long a place is still held; empty for others
}

type placesPage struct {
	page.Base
	Active, Unfinished, Earlier []listed
	Applied                     []listed // for courses, and not answered yet
	Begun                       []listed // course applications that are not sent
}

// places lists what somebody has, what they have begun to book, and what has ended.
func (l *Learner) places(c *gin.Context) error {
	person := page.ViewerOf(c).Person
	mine, err := enrolment.ListOf(c.Request.Context(), l.DB, person)
	if err != nil {
		return err
	}
	runs := make([]id.Run, len(mine))
	for i, e := range mine {
		runs[i] = e.RunID
	}
	offerings, err := course.OfferingsOf(c.Request.Context(), l.DB, runs)
	if err != nil {
		return err
	}
	p := &placesPage{}
	for _, e := range mine {
		line := line(offerings[e.RunID], "/my/places/"+e.Code, tagOf(e))
		line.Until = heldUntil(e, l.DB.Now())
		if e.Active() {
			p.Active = append(p.Active, line)
		} else {
			p.Earlier = append(p.Earlier, line)
		}
	}
	if p.Unfinished, err = l.unfinished(c, mine); err != nil {
		return err
	}
	if p.Applied, p.Begun, err = l.applied(c, person); err != nil {
		return err
	}
	return page.Render(c, "learner/places", p)
}

// applied lists the course applications that wait for an answer, and those that were turned down: a place that was offered is
// among the places. begun are those that can still be sent.
func (l *Learner) applied(c *gin.Context, person id.Person) (sent, begun []listed, err error) {
	var mine []courseapplication.Application
	var drafts []id.Run
	err = l.Own.WriteAs(c.Request.Context(), db.Who{Person: person}, func(tx *db.Tx) (err error) {
		if mine, err = courseapplication.Of(c.Request.Context(), tx, person); err == nil {
			drafts, err = courseapplication.Begun(c.Request.Context(), tx, person, 0)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	runs := slices.Clone(drafts)
	for _, a := range mine {
		runs = append(runs, a.RunID)
	}
	offerings, err := course.OfferingsOf(c.Request.Context(), l.DB, runs)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range mine {
		if t, shown := appliedTags[a.Status]; shown {
			sent = append(sent, line(offerings[a.RunID], "/my/course-applications/"+a.Code, t))
		}
	}
	for _, run := range drafts {
		if o := offerings[run]; o.TakesApplications(l.DB.Now()) {
			begun = append(begun, line(o, "/runs/"+o.Code+"/apply", page.Tag{}))
		}
	}
	return sent, begun, nil
}

var appliedTags = map[courseapplication.Status]page.Tag{
	courseapplication.Submitted: {Text: "We are reading it", Colour: "blue"}, courseapplication.TurnedDown: {Text: "Answered", Colour: "grey"},
}

// unfinished lists bookings that can still be gone on with, of runs on which they have no place.
func (l *Learner) unfinished(c *gin.Context, mine []*enrolment.Enrolment) ([]listed, error) {
	begun, err := enrolment.OpenBookings(c.Request.Context(), l.DB, owner(c))
	if err != nil || len(begun) == 0 {
		return nil, err
	}
	courses, err := course.Catalogue(c.Request.Context(), l.DB)
	if err != nil {
		return nil, err
	}
	var lines []listed
	for _, listing := range courses {
		for _, o := range listing.Offerings {
			isBegun := slices.ContainsFunc(begun, func(b *enrolment.Booking) bool { return b.RunID == o.ID })
			hasPlace := slices.ContainsFunc(mine, func(e *enrolment.Enrolment) bool { return e.RunID == o.ID && e.Active() })
			if isBegun && !hasPlace && o.TakesBookings(l.DB.Now()) {
				lines = append(lines, line(o, "/runs/"+o.Code+"/book", page.Tag{}))
			}
		}
	}
	return lines, nil
}

func line(o *course.Offering, href string, t page.Tag) listed {
	return listed{Title: o.Course.Title, Dates: london.Days(o.StartsOn(), o.EndsOn()), Where: o.Where(), Href: href, Tag: t}
}

// heldUntil says how long a place is still held: to the end of a day, or to a moment. It is empty when it is not held any more.
func heldUntil(e *enrolment.Enrolment, now time.Time) string {
	last := london.DateOf(e.HeldUntil)
	switch {
	case e.Status != enrolment.Held || !e.HeldUntil.After(now):
		return ""
	case e.HeldUntil.Equal(last.End()):
		return "the end of " + last.Long()
	}
	return london.Moment(e.HeldUntil)
}
