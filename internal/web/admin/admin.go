// Package admin is the office's view of what goes on: what needs attention, who has which place, and
// everything that happened to one place. Its pages only read, but for what administrators agree with somebody about
// instalments. They are for administrators and auditors who have given their second factor; to everybody else they do
// not exist.
package admin

import (
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
	g.GET("", page.Handle(f.desk))
	g.GET("/runs/:run", page.Handle(f.run))
	g.GET("/places/:code", page.Handle(f.place))
	g.GET("/places/:code/plan", page.Handle(f.plan))
	g.POST("/places/:code/plan", o.Staff(people.Admin), page.Handle(f.changePlan))
	g.GET("/people", o.Staff(people.Admin), page.Handle(f.people)) // an auditor need not know who has applied for help
	g.GET("/people/:person", o.Staff(people.Admin), page.Handle(f.person))
	g.GET("/outbox", page.Handle(f.outbox))
	g.GET("/outbox/:mail", page.Handle(f.mail))
}

// portion is how many rows of a long list are shown at a time.
const portion = 50

var home = page.Link{Text: "Office", Href: "/admin"}
