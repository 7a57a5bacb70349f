// Package moves is where the office takes a place to other dates, gives one up for whoever told it so, cancels dates that it cannot hold, and sees who waits for a
// place. What changes something shows first whom it concerns and what it means for the money. The pages are for administrators who have given their second factor.
package moves

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB      *db.DB
	Office  *db.DB                                     // in the office's role: who pays for a place, funds among them
	Machine *db.DB                                     // in the role db.Worker: what concerns everybody who pays
	Box     *secret.Box                                // opens what decides who is next on a reserve list
	Staff   func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type desk struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	d := desk{o}
	g := r.Group("/admin", o.Staff(people.Admin))
	g.GET("/places/:code/move", page.Handle(d.ask))
	g.POST("/places/:code/move", page.Handle(d.move))
	g.GET("/places/:code/give-up", page.Handle(d.askGiveUp))
	g.POST("/places/:code/give-up", page.Handle(d.giveUp))
	g.GET("/runs/:run/cancel", page.Handle(d.askCancel))
	g.POST("/runs/:run/cancel", page.Handle(d.cancel))
	g.GET("/runs/:run/cancelled", page.Handle(d.cancelled))
	g.GET("/runs/:run/waiting", page.Handle(d.waiting))
}

var home = page.Link{Text: "Office", Href: "/admin"}

// act does something that concerns everybody who pays.
func (d desk) act(ctx context.Context, do func(*db.Tx) error) error { return d.Machine.Write(ctx, do) }
