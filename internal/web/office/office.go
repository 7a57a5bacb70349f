// Package office is where bursary staff work on applications: the list and what waits in it, one application with
// its thread and its recordings, who is eligible, what came by telephone or on paper, and the copies that the
// panel reads. Support needs are on pages of their own, for the access officer.
//
// What always holds: no page shows a word without the note that it was read, which the applicant sees; no list
// shows or searches words; drafts and what was taken back are read by nobody; no page is kept by a browser or
// found by a search engine; to everybody without the role the pages do not exist.
package office

import (
	"context"

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
	Needs *db.DB                                     // in the access officer's role
	Box   *secret.Box                                // opens and seals words
	Staff func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type office struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	f := office{o}
	round := r.Group("/admin/rounds/:code", o.Staff(people.Admin), keepNothing)
	round.GET("/applications", page.Handle(f.list))
	round.GET("/applications/save/:file", page.Handle(f.saveList))
	round.GET("/applications/new", page.Handle(f.blank))
	round.POST("/applications/new", page.Handle(f.begin))
	round.GET("/eligibility", page.Handle(f.verdicts))
	round.POST("/eligibility/preview", page.Handle(f.preview))
	round.POST("/eligibility", page.Handle(f.confirmFacts))
	round.GET("/copies", page.Handle(f.copies))
	f.mountApplication(r.Group("/admin/applications/:code", o.Staff(people.Admin), keepNothing))

	support := r.Group("/admin/support", o.Staff(people.Access), keepNothing)
	support.GET("", page.Handle(f.needings))
	support.GET("/:code", page.Handle(f.needs))
}

func (f office) mountApplication(one gin.IRouter) {
	one.GET("", page.Handle(f.file))
	one.POST("/messages", page.Handle(f.answer))
	one.POST("/settle", page.Handle(f.settle))
	one.GET("/recordings/:key", page.Handle(f.recording))
	one.POST("/recordings/:key", page.Handle(f.transcribe))
	one.GET("/recordings/:key/sound", page.Handle(f.sound))
	one.GET("/time", page.Handle(f.time))
	one.POST("/time", page.Handle(f.giveTime))
	one.GET("/eligibility", page.Handle(f.verdict))
	one.POST("/eligibility", page.Handle(f.decide))
	one.GET("/enter", page.Handle(f.entering))
	one.POST("/enter", page.Handle(f.takeUp))
	one.GET("/enter/:section", page.Handle(f.section))
	one.POST("/enter/:section", page.Handle(f.saveSection))
	one.POST("/send", page.Handle(f.send))
	one.POST("/confirm", page.Handle(f.confirm))
	one.GET("/copy", page.Handle(f.parts))
	one.POST("/copy", page.Handle(f.prepare))
	one.GET("/copy/:key", page.Handle(f.part))
	one.POST("/copy/:key", page.Handle(f.revise))
}

// keepNothing has no browser, cache or search engine keep a page.
func keepNothing(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex, nofollow")
}

// portion is how many rows of a list are shown at a time.
const portion = 50

var (
	home   = page.Link{Text: "Office", Href: "/admin"}
	rounds = page.Link{Text: "Rounds", Href: "/admin/rounds"}
)

func roundHref(r *bursary.Round) string { return "/admin/rounds/" + r.Code }

func fileHref(code string) string { return "/admin/applications/" + code }

// within leads down to a page about a round.
func within(r *bursary.Round) page.Base {
	return page.Base{Crumbs: []page.Link{home, rounds, {Text: r.Code, Href: roundHref(r)}}}
}

// withinList leads down to a page about one application.
func withinList(r *bursary.Round) page.Base {
	b := within(r)
	b.Crumbs = append(b.Crumbs, page.Link{Text: "Applications", Href: roundHref(r) + "/applications"})
	return b
}

// about leads down to a page about one matter of an application.
func about(r *bursary.Round, code string) page.Base {
	b := withinList(r)
	b.Crumbs = append(b.Crumbs, page.Link{Text: code, Href: fileHref(code)})
	return b
}

// me is who is signed in.
func me(c *gin.Context) id.Person { return page.ViewerOf(c).Person }

// work is one unit of work in the name of who is signed in: reading too, because it is noted.
func (f office) work(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return f.DB.WriteAs(ctx, db.Who{Person: me(c)}, func(tx *db.Tx) error { return do(ctx, tx) })
}

// round is the one that the address names, once it is published: before, nobody can apply to it.
func (f office) round(c *gin.Context) (*bursary.Round, error) {
	r, err := bursary.FindRound(c.Request.Context(), f.DB, c.Param("code"))
	if err == nil && !r.Public() {
		return nil, bursary.ErrUnknownRound
	}
	return r, err
}

// application is the one that the address names, with its round and none of its words.
func (f office) application(ctx context.Context, tx *db.Tx, c *gin.Context) (*bursary.Application, *bursary.Round, error) {
	a, err := bursary.ByCode(ctx, tx, c.Param("code"))
	if err != nil {
		return nil, nil, err
	}
	r, err := bursary.RoundByID(ctx, tx, a.RoundID)
	return a, r, err
}
