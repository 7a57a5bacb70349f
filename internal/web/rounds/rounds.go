// Package rounds is the desk on which staff make a call for applications and run it: its dates, money, tariff and
// wording, a preview of what applicants will read, publishing, more time for everybody, and closing. It opens no
// application; it counts them.
//
// What always holds: the pages are for administrators who have given their second factor, and do not exist for
// anybody else; every word that was typed is shown again after a mistake; what people rely on once a round is
// published cannot be changed here, as package bursary decides.
package rounds

import (
	"context"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB      *db.DB                                     // in the office's role
	Box     *secret.Box                                // seals the seeds of lotteries
	Staff   func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
	Site    page.Site                                  // whom applicants can ask, where nothing else was said yet
	Preview Preview
}

// Preview is a round's public page, as template public/round shows it.
type Preview func(context.Context, bun.IDB, *bursary.Round) (page.Page, error)

type office struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	f := office{o}
	g := r.Group("/admin/rounds", o.Staff(people.Admin))
	g.GET("", page.Handle(f.list))
	g.GET("/new", page.Handle(f.blank))
	g.POST("/new", page.Handle(f.create))
	g.GET("/questions", page.Handle(f.currentQuestions))
	one := g.Group("/:code")
	one.GET("", page.Handle(f.desk))
	one.GET("/edit", page.Handle(f.edit))
	one.POST("/edit", page.Handle(f.save))
	one.GET("/questions", page.Handle(f.questions))
	one.GET("/preview", page.Handle(f.preview))
	one.GET("/publish", page.Handle(f.confirm))
	one.POST("/publish", page.Handle(f.publish))
	one.GET("/extend", page.Handle(f.extension))
	one.POST("/extend", page.Handle(f.extend))
	one.POST("/close", page.Handle(f.close))
}

const listHref = "/admin/rounds"

var (
	home = page.Link{Text: "Office", Href: "/admin"}
	all  = page.Link{Text: "Rounds", Href: listHref}
)

func href(r *bursary.Round) string { return listHref + "/" + r.Code }

// within leads down to a page about a round.
func within(r *bursary.Round) page.Base {
	return page.Base{Crumbs: []page.Link{home, all, {Text: r.Code, Href: href(r)}}}
}

// work is one unit of work in the name of who is signed in.
func (f office) work(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return f.DB.WriteAs(ctx, db.Who{Person: page.ViewerOf(c).Person}, func(tx *db.Tx) error { return do(ctx, tx) })
}

// round is the one that the address names.
func (f office) round(c *gin.Context) (*bursary.Round, error) {
	return bursary.FindRound(c.Request.Context(), f.DB, c.Param("code"))
}
