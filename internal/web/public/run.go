package public

import (
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type runPage struct {
	page.Base
	Run    *course.Offering
	Places places
	Today  london.Date
	// StatutoryEnd is the last day of the 14-day right of somebody who books and pays today.
	StatutoryEnd london.Date
	// BeginsEarly says that the course begins before that day, so that it must be asked for.
	BeginsEarly bool
}

func (p *Public) run(c *gin.Context) error {
	o, err := p.offering(c)
	if err != nil {
		return err
	}
	now := p.DB.Now()
	view := &runPage{
		Run: o, Places: placesOf(o, now), Today: london.DateOf(now),
		StatutoryEnd: enrolment.StatutoryEnd(now), BeginsEarly: enrolment.NeedsExpressStart(o, now),
	}
	view.Crumbs = []page.Link{{Text: "Courses", Href: "/courses"}, {Text: o.Course.Title, Href: "/courses/" + o.Course.Slug}}
	page.Share(c)
	return page.Render(c, "public/run", view)
}

// offering is the run that the address names; people who copy a code by hand may write it small.
func (p *Public) offering(c *gin.Context) (*course.Offering, error) {
	name := strings.ToUpper(c.Param("run"))
	if !code.MatchString(name) {
		return nil, course.ErrUnknown
	}
	return course.FindOffering(c.Request.Context(), p.DB, name)
}

// ByApplication reports whether the dates and the price say only the beginning; the schedule says the rest.
func (p *runPage) ByApplication() bool { return p.Run.Entry == course.Apply }

// Online reports whether people meet by video.
func (p *runPage) Online() bool { return p.Run.City == "Online" }

// Over reports whether nothing is left to decide: it is finished or cancelled.
func (p *runPage) Over() bool {
	return p.Run.Status == course.Cancelled || p.Run.Status == course.Finished || p.Today.After(p.Run.EndsOn())
}

// Fees are what each kind of payer pays, or nothing when everybody pays the same.
func (p *runPage) Fees() []fee { return feesOf(p.Run) }

// OnePrice is what everybody pays, or nothing when it depends on who pays.
func (p *runPage) OnePrice() string {
	if !p.Run.OnePrice() {
		return ""
	}
	return priceFrom(p.Run)
}

// Days are the first and the last.
func (p *runPage) Days() string { return unbroken(london.Days(p.Run.StartsOn(), p.Run.EndsOn())) }

// Length is how long it takes in all.
func (p *runPage) Length() string { return length(p.Run) }

// Hours are those of each day, in London.
func (p *runPage) Hours() string { return hours(p.Run.DayStarts, p.Run.DayEnds) }

// Meetings are the blocks in words.
func (p *runPage) Meetings() []meeting {
	list := make([]meeting, len(p.Run.Blocks))
	for i, b := range p.Run.Blocks {
		list[i] = meeting{b.Number, unbroken(weekdays(b.StartsOn, b.EndsOn)), plural(b.Days(), "day"), p.Today.After(b.EndsOn)}
	}
	return list
}

// meeting is one block: the days with their weekdays, how many they are, and whether it is over.
type meeting struct {
	Number       int
	Days, Length string
	Over         bool
}
