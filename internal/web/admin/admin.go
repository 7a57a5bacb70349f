// Package admin is the office's view of what goes on: what needs somebody today, with the list behind every number; who has which
// place, and everything that happened to one; lists to look through, to keep a filter of and to save as a spreadsheet; and figures. Its
// pages only read, but for what administrators agree with somebody about instalments and charges, and write to many people at once. They are for
// administrators and auditors who have given their second factor; to everybody else they do not exist.
package admin

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB     *db.DB
	Office *db.DB                                     // in the office’s role: what waits there, in numbers
	Mail   mail.Site                                  // lays mails out as they are sent
	Staff  func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type office struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	f := office{o}
	g := r.Group("/admin", o.Staff(people.Admin, people.Auditor))
	act := r.Group("/admin", o.Staff(people.Admin))
	g.GET("", page.Handle(f.desk))
	g.GET("/figures", page.Handle(f.figures))
	g.GET("/runs", page.Handle(f.cohorts))
	g.GET("/runs/:run", page.Handle(f.run))
	g.GET("/places", page.Handle(f.places))
	g.GET("/places/:code", page.Handle(f.place))
	g.GET("/places/:code/plan", page.Handle(f.plan))
	act.POST("/places/:code/plan", page.Handle(f.changePlan))
	g.GET("/plans", page.Handle(f.plans))
	g.GET("/charges", page.Handle(f.charges))
	g.GET("/places/:code/charge", page.Handle(f.charge))
	act.POST("/places/:code/charge", page.Handle(f.letOff))
	g.GET("/payments", page.Handle(f.payments))
	g.GET("/outbox", page.Handle(f.outbox))
	g.GET("/outbox/failed", page.Handle(f.unsent))
	g.GET("/outbox/:mail", page.Handle(f.mail))
	g.GET("/export/:file", page.Handle(f.export))
	own := r.Group(page.FiltersAt, o.Staff(people.Admin, people.Auditor, people.Finance))
	own.POST("", page.Handle(f.keepFilter))
	own.POST("/:filter/drop", page.Handle(f.dropFilter))
	act.GET("/people", page.Handle(f.people)) // an auditor need not know who has applied for help
	act.GET("/people/:person", page.Handle(f.person))
	act.GET("/offers", page.Handle(f.offers))
	act.GET("/registers", page.Handle(f.registers))
	act.GET("/places/write", page.Handle(f.writing))
	act.POST("/places/write", page.Handle(f.write))
	act.GET("/places/names", page.Handle(f.askNames))
	act.POST("/places/names", page.Handle(f.remindNames))
}

// inOffice is a unit of work as db.Office, in the name of whoever looks.
func (f office) inOffice(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return f.Office.WriteAs(ctx, db.Who{Person: page.ViewerOf(c).Person}, func(tx *db.Tx) error { return do(ctx, tx) })
}

// portion is how many rows of a long list are shown at a time.
const portion = 50

var home = page.Link{Text: "Office", Href: "/admin"}
