// Package mails is where staff say what the program’s emails say and when they go out, and see what became of them; and where
// whoever was sent one that they need not have stops such emails. Staff’s pages are for administrators who have given their second
// factor. Opening the link in an email changes nothing: only its button does, or a mail program’s one click (RFC 8058).
package mails

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB    *db.DB
	Mail  mail.Site                                  // lays mails out as they are sent
	Staff func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type desk struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	d := desk{o}
	r.GET("/admin/mails", o.Staff(people.Admin, people.Auditor), page.Handle(func(c *gin.Context) error { return page.Redirect(c, outbox.Href) }))
	g := r.Group("/admin", o.Staff(people.Admin))
	g.GET("/mails/texts", page.Handle(d.texts))
	g.GET("/mails/texts/:template", page.Handle(d.text))
	g.POST("/mails/texts/:template", page.Handle(d.saveText))
	g.GET("/mails/texts/:template/original", page.Handle(d.askOriginal))
	g.POST("/mails/texts/:template/original", page.Handle(d.restore))
	g.GET("/mails/returned", page.Handle(d.returned))
	g.POST("/mails/returned/:bounce", page.Handle(d.clear))
	g.GET("/runs/:run/mails", page.Handle(d.schedule))
	g.POST("/runs/:run/mails", page.Handle(d.saveSchedule))
	g.GET("/people/:person/mails", page.Handle(d.ofPerson))
	g.GET("/places/:code/mails", page.Handle(d.ofPlace))

	stop := r.Group("/emails/stop/:key", private, page.Secret)
	stop.GET("", page.Handle(d.stopping))
	stop.POST("", page.Handle(d.stop))
	stop.POST("/undo", page.Handle(d.resume))
}

// portion is how many rows of a list are shown at a time.
const portion = 50

var (
	home   = page.Link{Text: "Office", Href: "/admin"}
	outbox = page.Link{Text: "Emails", Href: "/admin/outbox"}
	texts  = page.Link{Text: "What our emails say", Href: "/admin/mails/texts"}
)

// private keeps these pages, and the keys in their addresses, out of every store, log and search.
func private(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("X-Robots-Tag", "noindex")
}
