// Package certificates is where the office issues certificates: for a whole cohort, once it is seen who gets what and who gets
// nothing and why, and for one person, with another name or none at all any more. The pages are for administrators who have given
// their second factor.
package certificates

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/certificate"
	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB    *db.DB
	Staff func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
	Site  page.Site
}

type desk struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	d := desk{o}
	g := r.Group("/admin", o.Staff(people.Admin), keepNothing)
	g.GET("/runs/:run/certificates", page.Handle(d.run))
	g.POST("/runs/:run/certificates", page.Handle(d.issueRun))
	g.GET("/runs/:run/certificates/save/:file", page.Handle(d.saveRun))
	g.GET("/places/:code/certificate", page.Handle(d.place))
	g.POST("/places/:code/certificate", page.Handle(d.issue))
	g.POST("/places/:code/certificate/name", page.Handle(d.reissue))
	g.POST("/places/:code/certificate/withdraw", page.Handle(d.withdraw))
	g.GET("/places/:code/certificate.pdf", page.Handle(d.paper))
}

// portion is how many rows of a list are shown at a time.
const portion = 50

var home = page.Link{Text: "Office", Href: "/admin"}

// keepNothing has no browser, cache or search engine keep a page.
func keepNothing(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex, nofollow")
}

// act does something in the name of whoever is asking, and of the provider.
func (d desk) act(c *gin.Context, do func(ctx context.Context, tx *db.Tx, by certificate.Office) error) error {
	ctx, by := c.Request.Context(), certificate.Office{Person: page.ViewerOf(c).Person, Provider: d.Site.Name}
	return d.DB.Write(ctx, func(tx *db.Tx) error { return do(ctx, tx, by) })
}
