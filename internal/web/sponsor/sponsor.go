// Package sponsor is where anybody gives by card to a fund that takes gifts, without an account, and where finance
// fetches what is needed to claim Gift Aid.
//
// What always holds: a page says of a gift what the books say, never what the address claims; a gift's address is
// short, so its pages show the amount, the fund and how it stands, and nothing about the donor; what a gift unlocks is
// said in pounds alone, never about somebody.
package sponsor

import (
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB      *db.DB                                     // in the role db.App
	Staff   func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
	PayAt   []string                                   // origins of the card processor's pages
	Site    page.Site                                  // to whom Gift Aid is declared
	GiftAid bool                                       // the provider may claim it
}

// How often one network may begin to give: so many at once, then one after each pause.
const (
	giftsAtOnce = 20
	giftsEvery  = time.Minute
)

// errTooMany is said to everybody behind a network address from which too many gifts were begun.
var errTooMany = failure.New(failure.Unavailable, "too_many_gifts",
	"Too many gifts were begun from your network. Nothing has been paid. Wait a few minutes and try again.")

type desk struct {
	Options
	begins *page.Limiter
}

// Mount adds the pages to an engine that knows who is asking.
func Mount(r gin.IRouter, o Options) {
	d := &desk{o, page.NewLimiter(giftsAtOnce, giftsEvery)}
	r.GET("/sponsor", page.Handle(d.choose))
	r.POST("/sponsor", page.Handle(d.give))
	one := r.Group("/sponsor/:code", unlisted)
	one.GET("", page.Handle(d.show))
	one.GET("/thanks", page.Handle(d.thanks))
	one.GET("/pay", page.Handle(d.pay))

	aid := r.Group("/finance/gift-aid", o.Staff(people.Finance))
	aid.GET("", page.Handle(d.months))
	aid.GET("/:file", page.Handle(d.schedule))
}

// unlisted keeps the pages of one gift out of every store and search.
func unlisted(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex")
}
