// Package questions is where the office reads and answers what people ask about their places.
//
// What always holds: the words are shown to administrators alone, and no list, log or mail has any of them; no browser keeps
// a page; what was typed is kept whatever goes wrong.
package questions

import (
	"context"

	"github.com/gin-gonic/gin"

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
	g := r.Group(home, o.Staff(people.Admin), keepNothing)
	g.GET("", page.Handle(f.list))
	g.GET("/:code", page.Handle(f.thread))
	g.POST("/:code", page.Handle(f.answer))
	g.POST("/:code/close", page.Handle(f.close))
}

const (
	home = "/admin/questions"
	// portion is how many rows of a list are shown at a time.
	portion = 50
)

// keepNothing has no browser, cache or search engine keep a page.
func keepNothing(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex, nofollow")
}

// as does something in the name of whoever is asking.
func (f office) as(c *gin.Context, do func(ctx context.Context, tx *db.Tx, me id.Person) error) error {
	me := page.ViewerOf(c).Person
	return f.DB.WriteAs(c.Request.Context(), db.Who{Person: me}, func(tx *db.Tx) error { return do(c.Request.Context(), tx, me) })
}
