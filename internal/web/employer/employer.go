// Package employer is what somebody sees who acts for an organisation that pays for places: signing up, booking for its
// staff, and everything that it pays for.
//
// What always holds: row security shows an organisation's people their own rows and nobody else's; of who else pays for a
// place, how much and why, no page, file or mail says anything.
package employer

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB       *db.DB          // in the role db.App
	Own      *db.DB          // in the role db.Employer: what is the organisation's own
	Machine  *db.DB          // in the role db.Worker: what changes for others too
	Box      *secret.Box     // seals what is written to the office
	SignedIn gin.HandlerFunc // lets only signed-in people pass
	PayAt    []string        // origins of the card processor's pages
	Site     page.Site
}

type employer struct{ Options }

// Mount adds the pages to an engine that knows who is asking.
func Mount(r gin.IRouter, o Options) {
	e := &employer{o}
	e.doors(r)
	own := r.Group("/employer/:org", o.SignedIn)
	e.portal(own)
	e.people(own)
	e.book(own)
	e.waits(own)
	e.applies(own)
}
