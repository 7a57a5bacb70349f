// Package allocating is where two people decide who is funded: what the allocator is given, what it proposes and why,
// what would be if something were otherwise, where people depart from it by hand, and what was ratified.
//
// What always holds: nothing is decided by opening a page; "what if" writes nothing but the note of who read; whoever
// agrees or ratifies does it to the proposal that they saw, and is told what changed when it is another; the reason that
// somebody typed is given back whenever it is refused; applicants go by their codes until their names are asked for; to
// everybody without the role the pages do not exist.
package allocating

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB    *db.DB                                     // in the office's role
	Box   *secret.Box                                // opens and seals words
	Staff func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type office struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	f := office{o}
	g := r.Group("/admin/rounds/:code/allocation", o.Staff(people.Admin), keepNothing)
	g.GET("", page.Handle(f.allocation))
	g.POST("", page.Handle(f.propose))
	g.GET("/inputs", page.Handle(f.inputs))
	g.POST("/depart", page.Handle(f.depart))
	g.POST("/take-back", page.Handle(f.takeBack))
	g.GET("/what-if", page.Handle(f.whatIf))
	g.POST("/agree", page.Handle(f.agree))
	g.GET("/ratify", page.Handle(f.confirm))
	g.POST("/ratify", page.Handle(f.ratify))
	g.GET("/:proposal", page.Handle(f.earlier))
	g.GET("/:proposal/problem.json", page.Handle(f.problem))
	g.GET("/:proposal/plan.json", page.Handle(f.plan))
}

// keepNothing has no browser, cache or search engine keep a page.
func keepNothing(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex, nofollow")
}

// me is who is signed in.
func me(c *gin.Context) id.Person { return page.ViewerOf(c).Person }

// code is that of the round in the address.
func code(c *gin.Context) string { return strings.ToUpper(c.Param("code")) }

// work is one unit of work in the name of who is signed in: reading too, because row security asks.
func (f office) work(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return f.DB.WriteAs(ctx, db.Who{Person: me(c)}, func(tx *db.Tx) error { return do(ctx, tx) })
}

// about is what every page here has: the round, and a departure that was typed and not taken.
type about struct {
	page.Base
	Round *bursary.Round
	Form  departForm
	Names bool // somebody asked for the names of applicants
}

func aboutRound(c *gin.Context, r *bursary.Round, below ...page.Link) about {
	crumbs := []page.Link{
		{Text: "Office", Href: "/admin"}, {Text: "Rounds", Href: "/admin/rounds"}, {Text: r.Code, Href: roundHref(r)},
	}
	return about{Base: page.Base{Crumbs: append(crumbs, below...)}, Round: r, Names: c.Query("names") == "yes"}
}

func roundHref(r *bursary.Round) string { return "/admin/rounds/" + r.Code }

// toAllocation leads up to the round's allocation.
func toAllocation(r *bursary.Round) page.Link {
	return page.Link{Text: "Allocation", Href: roundHref(r) + "/allocation"}
}

// Href is what the addresses of these pages begin with.
func (a *about) Href() string { return roundHref(a.Round) + "/allocation" }

// RoundHref is where the round's own page is.
func (a *about) RoundHref() string { return roundHref(a.Round) }

func (a *about) typed(f departForm) { a.Form = f }

// screen is one of the states of the page.
type screen interface {
	page.Page
	typed(f departForm)
}

// findRound reads the round in the address, once it is published.
func findRound(ctx context.Context, tx *db.Tx, c *gin.Context) (*bursary.Round, error) {
	r, err := bursary.FindRound(ctx, tx, code(c))
	if err == nil && !r.Public() {
		return nil, bursary.ErrUnknownRound
	}
	return r, err
}
