// Package catalogue is the desk on which staff say what is taught, when and where, by whom, and what it costs: courses, their
// runs, and the people who teach. A change that concerns whoever has a place shows first whom it concerns. The pages are for
// administrators who have given their second factor; one is for trainers, who alone say how they are introduced.
package catalogue

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB      *db.DB
	Machine *db.DB                                     // in the role db.Worker: what everybody is told of
	Staff   func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type desk struct{ Options }

// routes is a group of addresses.
type routes struct{ *gin.RouterGroup }

// form adds an address with a form: what shows it and what takes it.
func (g routes) form(path string, show, take page.Handler) {
	g.GET(path, page.Handle(show))
	g.POST(path, page.Handle(take))
}

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	d := desk{o}
	g := routes{r.Group("/admin", o.Staff(people.Admin))}
	g.GET("/courses", page.Handle(d.courses))
	g.form("/courses/new", d.blankCourse, d.addCourse)
	g.form("/courses/:slug", d.editCourse, d.saveCourse)
	g.form("/runs/new", d.blankRun, d.planRun)
	g.form("/runs/:run/details", d.details, d.saveDetails)
	g.form("/runs/:run/dates", d.dates, d.saveDates)
	g.form("/runs/:run/prices", d.prices, d.savePrices)
	g.form("/runs/:run/places", d.places, d.savePlaces)
	g.form("/runs/:run/trainers", d.teaching, d.saveTeaching)
	g.form("/runs/:run/copy", d.copying, d.copy)
	g.form("/runs/:run/status", d.status, d.act)
	g.GET("/trainers/save/:file", page.Handle(d.saveTrainers))
	g.form("/trainers", d.trainers, d.addTrainer)
	g.POST("/trainers/:person/end", page.Handle(d.endTrainer))
	routes{r.Group("/teach", o.Staff(people.Trainer))}.form("/introduction", d.introduction, d.introduce)
}

var (
	home       = page.Link{Text: "Office", Href: "/admin"}
	allCourses = page.Link{Text: "Courses and dates", Href: "/admin/courses"}
)

func href(o *course.Offering) string { return "/admin/runs/" + o.Code }

// within leads down to a page about a run.
func within(o *course.Offering) page.Base {
	return page.Base{Crumbs: []page.Link{home, allCourses, {Text: o.Code, Href: href(o) + "/status"}}}
}

// runOf is the run that the address names.
func (d desk) runOf(c *gin.Context) (*course.Offering, error) {
	run, err := course.RunByCode(c.Request.Context(), d.DB, c.Param("run"))
	if err != nil {
		return nil, err
	}
	return course.OfferingOf(c.Request.Context(), d.DB, run)
}

// write is one unit of work in the name of who is signed in.
func (d desk) write(c *gin.Context, do func(ctx context.Context, tx *db.Tx, by audit.Actor) error) error {
	by := audit.Person(page.ViewerOf(c).Person)
	return d.DB.Write(c.Request.Context(), func(tx *db.Tx) error { return do(c.Request.Context(), tx, by) })
}

// saved says so and leads on.
func saved(c *gin.Context, to string) error {
	page.Flash(c, page.Saved)
	return page.Redirect(c, to)
}
