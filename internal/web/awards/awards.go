// Package awards is where staff look after what was decided: the letters before and after they are sent, with what the
// readers said for each, the reviews that applicants ask for, and what awards pay out.
//
// What always holds: no letter is sent from here, because ratifying sends them all; opening somebody's words is noted, and
// they can see it; what was typed is given back whenever it is refused; to everybody without the role the pages do not
// exist.
package awards

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
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
	Site  page.Site
}

type handlers struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	h := &handlers{o}
	admin := r.Group("/admin", o.Staff(people.Admin), keepNothing)
	letters(admin, h)
	reviews(admin, h)
	claims(admin, h)
	saves(admin, h)
}

// keepNothing has no browser, cache or search engine keep a page.
func keepNothing(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex, nofollow")
}

// me is who is signed in.
func me(c *gin.Context) id.Person { return page.ViewerOf(c).Person }

// work is one unit of work in the name of who is signed in: reading too, because row security asks.
func (h *handlers) work(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return h.DB.WriteAs(ctx, db.Who{Person: me(c)}, func(tx *db.Tx) error { return do(ctx, tx) })
}

// sender is the head of printed letters.
func (h *handlers) sender() award.Sender {
	s := h.Site
	return award.Sender{Name: s.Name, Address: s.Address, Email: s.Email, Phone: s.Phone, URL: s.URL}
}

// shownLetter is a letter on a page.
type shownLetter struct{ award.Letter }

// Summary are the rows of a section.
func (shownLetter) Summary(s award.Section) (all page.Summary) {
	for _, row := range s.Rows {
		all.Rows = append(all.Rows, page.Row{Key: row.Key, Lines: strings.Split(row.Value, "\n")})
	}
	return all
}

// kinds are what letters are called.
var kinds = map[award.LetterKind]page.Tag{
	award.OfferLetter:        {Text: "Offer", Colour: "green"},
	award.ReserveLetter:      {Text: "Reserve list", Colour: "blue"},
	award.NotFundedLetter:    {Text: "Not funded", Colour: "grey"},
	award.ReserveEndedLetter: {Text: "Reserve list ended", Colour: "grey"},
	award.ReviewLetter:       {Text: "Answer to a review", Colour: "yellow"},
}
