// Package panel is the office's desk for the panel of a round: who is on it, whom they know, who reads what, and how
// far they are. It opens no application and shows no score.
//
// What always holds: the pages are for administrators who have given their second factor, and do not exist for
// anybody else; readers are assigned exactly as the page showed it, or not at all.
package panel

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB    *db.DB                                     // in the office's role
	Staff func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type office struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	f := office{o}
	g := r.Group("/admin/rounds/:code/panel", o.Staff(people.Admin))
	g.GET("", page.Handle(f.desk))
	g.GET("/members/new", page.Handle(f.blank))
	g.POST("/members/new", page.Handle(f.add))
	g.GET("/members/:member", page.Handle(f.member))
	g.POST("/members/:member", page.Handle(f.change))
	g.POST("/members/:member/leave", page.Handle(f.leave))
	g.GET("/conflicts", page.Handle(f.conflicts))
	g.POST("/conflicts", page.Handle(f.setApart))
	g.GET("/assign", page.Handle(f.proposal))
	g.POST("/assign", page.Handle(f.assign))
}

// portion is how many rows of a long list are shown at a time.
const portion = 50

// at is the address of a round's panel.
func at(round string) string { return "/admin/rounds/" + round + "/panel" }

// as does something in the name of whoever is asking.
func (f office) as(c *gin.Context, do func(ctx context.Context, tx *db.Tx, by id.Person) error) error {
	ctx, by := c.Request.Context(), page.ViewerOf(c).Person
	return f.DB.WriteAs(ctx, db.Who{Person: by}, func(tx *db.Tx) error { return do(ctx, tx, by) })
}

// base is a page below a round's panel.
func base(r *bursary.Round, below bool) page.Base {
	crumbs := []page.Link{{Text: "Office", Href: "/admin"}, {Text: "Rounds", Href: "/admin/rounds"}, {Text: r.Code, Href: "/admin/rounds/" + r.Code}}
	if below {
		crumbs = append(crumbs, page.Link{Text: "Panel", Href: at(r.Code)})
	}
	return page.Base{Crumbs: crumbs}
}
