package public

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// nextOnHome is how many dates the home page shows.
const nextOnHome = 4

type homePage struct {
	page.Base
	Next []cohort
}

func (p *Public) home(c *gin.Context) error {
	listings, err := course.Catalogue(c.Request.Context(), p.DB)
	if err != nil {
		return err
	}
	page.Share(c)
	return page.Render(c, "public/home", &homePage{Next: soonest(listings, p.DB.Now())})
}

// soonest are the next dates on which somebody can still get a place, of whatever course.
func soonest(listings []course.Listing, now time.Time) []cohort {
	var open []*course.Offering
	for _, l := range listings {
		for _, o := range l.Offerings {
			if s := standingOf(o, now); s == bookable || s == forPeers {
				open = append(open, o)
			}
		}
	}
	slices.SortStableFunc(open, func(a, b *course.Offering) int { return b.StartsOn().DaysUntil(a.StartsOn()) })
	list := cohorts(open[:min(len(open), nextOnHome)], now)
	for i := range list {
		list[i].Course = open[i].Course.Title
	}
	return list
}

type coursesPage struct {
	page.Base
	Courses []subject
}

// subject is a course in the catalogue with the dates to choose from.
type subject struct {
	course.Course
	Cohorts []cohort
}

func (p *Public) courses(c *gin.Context) error {
	listings, err := course.Catalogue(c.Request.Context(), p.DB)
	if err != nil {
		return err
	}
	view := &coursesPage{}
	for _, l := range listings {
		view.Courses = append(view.Courses, subject{l.Course, cohorts(ahead(l.Offerings, p.DB.Now()), p.DB.Now())})
	}
	page.Share(c)
	return page.Render(c, "public/courses", view)
}

// ahead leaves out what has begun: nobody can join it.
func ahead(offerings []*course.Offering, now time.Time) []*course.Offering {
	return slices.DeleteFunc(slices.Clone(offerings), func(o *course.Offering) bool {
		s := standingOf(o, now)
		return s == underWay || s == finished
	})
}

type coursePage struct {
	page.Base
	Course  course.Course
	Cohorts []cohort
}

// Paragraphs are those of the course's description.
func (p *coursePage) Paragraphs() []string { return strings.Split(p.Course.Description, "\n\n") }

// slug and code are how names in addresses are written; nothing else is looked up.
var (
	slug = regexp.MustCompile(`^[a-z0-9-]{1,80}$`)
	code = regexp.MustCompile(`^[A-Z0-9]{2,4}-[A-Z0-9]{2,5}$`)
)

func (p *Public) course(c *gin.Context) error {
	if !slug.MatchString(c.Param("course")) {
		return course.ErrUnknown
	}
	l, err := course.Find(c.Request.Context(), p.DB, c.Param("course"))
	if err != nil {
		return err
	}
	view := &coursePage{Course: l.Course, Cohorts: cohorts(ahead(l.Offerings, p.DB.Now()), p.DB.Now())}
	view.Crumbs = []page.Link{{Text: "Courses", Href: "/courses"}}
	page.Share(c)
	return page.Render(c, "public/course", view)
}

// cohort is one line in a list of dates. Course is empty where the list belongs to one course.
type cohort struct {
	Href, Course, Place string
	Starts              london.Date
	Days, Length, Price string
	Places              places
}

func cohorts(offerings []*course.Offering, now time.Time) []cohort {
	list := make([]cohort, len(offerings))
	for i, o := range offerings {
		list[i] = cohort{
			Href: "/runs/" + o.Code, Place: o.City, Starts: o.StartsOn(),
			Days: unbroken(london.Days(o.StartsOn(), o.EndsOn())), Length: length(o), Price: priceFrom(o), Places: placesOf(o, now),
		}
		if o.Entry == course.Apply { // its dates and its price are only known in part: its own page explains
			list[i].Days, list[i].Length, list[i].Price = "from "+o.StartsOn().Medium(), "", ""
		}
	}
	return list
}
