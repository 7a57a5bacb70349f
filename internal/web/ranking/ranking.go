// Package ranking is where the office ranks what the panel has read: the means with each reader's leaning, the bands,
// the agreement of two people, the draw, and the minutes.
//
// What always holds: nothing is placed, agreed to or drawn by reading a page; whoever agrees agrees to what they saw;
// no word that was typed is lost when something is refused; the reasons of readers are shown only with the note that
// they were read; no page is kept by a browser; to everybody without the role the pages do not exist.
package ranking

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB    *db.DB                                     // in the office's role
	Box   *secret.Box                                // opens and seals words
	Staff func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
	Site  page.Site
}

type office struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	f := office{o}
	g := r.Group("/admin/rounds/:code", o.Staff(people.Admin), keepNothing)
	g.GET("/ranking", page.Handle(f.ranking))
	g.POST("/ranking", page.Handle(f.place))
	g.GET("/ranking/applications/:application", page.Handle(f.reasons))
	g.GET("/ranking/agree", page.Handle(f.agreeing))
	g.POST("/ranking/agree", page.Handle(f.agree))
	g.POST("/ranking/take-back", page.Handle(f.takeBack))
	g.GET("/ranking/draw", page.Handle(f.drawing))
	g.GET("/ranking/draw/check", page.Handle(f.checkDraw))
	g.POST("/ranking/draw", page.Handle(f.draw))
	g.GET("/minutes", page.Handle(f.minutes))
	g.POST("/minutes", page.Handle(f.writeMinutes))
	g.GET("/minutes/document", page.Handle(f.document))
	g.GET("/minutes/document.pdf", page.Handle(f.pdf))
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

// read is the ranking of the round in the address, once it is published.
func (f office) read(c *gin.Context) (r *panel.Ranking, err error) {
	err = f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = rank(ctx, tx, code(c))
		return err
	})
	return r, err
}

func rank(ctx context.Context, tx *db.Tx, round string) (*panel.Ranking, error) {
	r, err := panel.Rank(ctx, tx, round)
	if err == nil && !r.Round.Public() {
		return nil, bursary.ErrUnknownRound
	}
	return r, err
}

func roundHref(r *bursary.Round) string { return "/admin/rounds/" + r.Code }

func rankingHref(r *bursary.Round) string { return roundHref(r) + "/ranking" }

// within leads down to a page about a round.
func within(r *bursary.Round) page.Base {
	return page.Base{Crumbs: []page.Link{{Text: "Office", Href: "/admin"}, {Text: "Rounds", Href: "/admin/rounds"}, {Text: r.Code, Href: roundHref(r)}}}
}

// below leads down to a page about a round's ranking.
func below(r *bursary.Round) page.Base {
	b := within(r)
	b.Crumbs = append(b.Crumbs, page.Link{Text: "Ranking", Href: rankingHref(r)})
	return b
}
