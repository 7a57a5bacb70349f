// Package assessor is what a member of a panel sees: what they have to read, one application at a time without
// names, the sentences to choose from beside each text, and three ways out that need no reason: they know the
// person, they hand it back, they pause.
//
// What always holds: what is shown came through the database role that can reach nothing but masked copies which
// are ready; an application that is not somebody's to read does not exist, in the same words as one that never did;
// whatever button is pressed, what was written is saved first; no browser keeps a page.
package assessor

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB    *db.DB                                     // in the role db.Assessor
	Box   *secret.Box                                // opens copies and seals reasons
	Staff func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type desk struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	d := desk{o}
	g := r.Group(home, o.Staff(people.Assessor), keepNothing)
	g.GET("", page.Handle(d.queue))
	g.POST("/resume", page.Handle(d.resume))
	g.GET("/peer", page.Handle(d.peer))
	g.POST("/peer", page.Handle(d.savePeer))
	one := g.Group("/:code")
	one.GET("", page.Handle(d.read))
	one.POST("", page.Handle(d.save))
	one.GET("/know", page.Handle(d.knowing))
	one.POST("/know", page.Handle(d.know))
	one.GET("/hand-back", page.Handle(d.handing))
	one.POST("/hand-back", page.Handle(d.handBack))
}

const home = "/assess"

// keepNothing asks browsers to forget a page, so that going back shows nothing that was closed meanwhile.
func keepNothing(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex, nofollow")
}

// as does something in the name of whoever is asking.
func (d desk) as(c *gin.Context, do func(tx *db.Tx, person id.Person) error) error {
	person := page.ViewerOf(c).Person
	return d.DB.WriteAs(c.Request.Context(), db.Who{Person: person}, func(tx *db.Tx) error { return do(tx, person) })
}

// at is the address of an application.
func at(code string) string { return home + "/" + code }
