// Package trainer is where registers are kept: by those who teach, tapping on a telephone whose connection comes and goes; by the
// office, which sees what the registers say of everybody, changes what is over with a second person, arranges what is made up and
// completes a cohort; and by the access officer, who says what helps somebody on one day.
//
// What always holds: somebody who teaches sees the registers of what they teach, and others do not exist for them; what helps
// somebody is read on a page of its own, on that day, and every reading is kept; no page is kept by a browser.
package trainer

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB     *db.DB
	Own    *db.DB // in the role db.Trainer: the names on the registers of what somebody teaches
	Access *db.DB // in the access officer's role
	Box    *secret.Box
	Staff  func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type desk struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	d := desk{o}
	teach := r.Group("/teach", o.Staff(people.Trainer), keepNothing)
	teach.GET("", page.Handle(d.teaching))
	teach.GET("/next", page.Handle(d.next))
	teach.GET("/past", page.Handle(d.past))
	teach.GET("/:run/:day/sheet", page.Handle(d.sheet))
	teach.GET("/:run/:day/notes", page.Handle(d.notes))
	teach.GET("/:run/:day/:half", page.Handle(d.register))
	teach.POST("/:run/:day/:half", page.Handle(d.mark))

	d.mountOffice(r.Group("/admin/runs/:run/attendance", o.Staff(people.Admin), keepNothing))

	notes := r.Group("/admin/support/days", o.Staff(people.Access), keepNothing)
	notes.GET("", page.Handle(d.dayNotes))
	notes.GET("/new", page.Handle(d.blankNote))
	notes.POST("/new", page.Handle(d.writeNote))
	notes.GET("/:code/:day", page.Handle(d.dayNote))
	notes.POST("/:code/:day/take-back", page.Handle(d.takeBackNote))
}

func (d desk) mountOffice(g gin.IRouter) {
	g.GET("", page.Handle(d.overview))
	g.GET("/save/:file", page.Handle(d.saveOverview))
	g.GET("/registers", page.Handle(d.registers))
	g.GET("/registers/:day/:half", page.Handle(d.officeRegister))
	g.POST("/registers/:day/:half", page.Handle(d.officeMark))
	g.GET("/requests", page.Handle(d.requests))
	g.POST("/requests", page.Handle(d.decide))
	g.GET("/places/:code", page.Handle(d.person))
	g.POST("/places/:code/make-up", page.Handle(d.arrange))
	g.POST("/places/:code/drop", page.Handle(d.drop))
	g.POST("/places/:code/completes", page.Handle(d.askCompletion))
	g.GET("/complete", page.Handle(d.askComplete))
	g.POST("/complete", page.Handle(d.complete))
}

// portion is how many rows of a list are shown at a time.
const portion = 50

var home = page.Link{Text: "Office", Href: "/admin"}

// keepNothing has no browser, cache or search engine keep a page.
func keepNothing(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex, nofollow")
}

// mine is one unit of work in the name of whoever teaches, who sees the names on their registers and no others.
func (d desk) mine(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return d.Own.WriteAs(ctx, db.Who{Person: page.ViewerOf(c).Person}, func(tx *db.Tx) error { return do(ctx, tx) })
}

// act is one unit of work that changes something.
func (d desk) act(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return d.DB.Write(ctx, func(tx *db.Tx) error { return do(ctx, tx) })
}

// runOf is the run that the address names.
func (d desk) runOf(c *gin.Context) (*course.Offering, error) {
	run, err := course.RunByCode(c.Request.Context(), d.DB, c.Param("run"))
	if err != nil {
		return nil, err
	}
	return course.OfferingOf(c.Request.Context(), d.DB, run)
}

// above leads down to a page about the attendance of a run.
func above(o *course.Offering, more ...page.Link) []page.Link {
	return append([]page.Link{home, {Text: o.Code, Href: "/admin/runs/" + o.Code}, {Text: "Attendance", Href: at(o, "")}}, more...)
}

// at is an address below a run's attendance.
func at(o *course.Offering, rest string) string {
	return "/admin/runs/" + o.Code + "/attendance" + rest
}
