// Package finance is the bookkeeper's desk: what needs somebody today, the organisations that pay, what can be
// invoiced, invoices and credit notes, bookings of groups, and how the provider stands on its invoices. Bookkeepers and
// administrators act here; auditors read the same pages without a button on them; to everybody else they do not exist.
//
// What always holds: what was typed is shown again after a mistake; what takes two people names the one who asked, and
// refuses the same person as the second; what is owed by whom for a place is shown for organisations alone, never who
// else pays.
package finance

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB      *db.DB                                     // in the role of the application
	Machine *db.DB                                     // as the program itself: for what concerns places that others pay too
	Staff   func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
	Site    page.Site
	Sample  string // address of a statement of the bank to try out; empty: none
}

type finance struct{ Options }

// routes are the two ways in: to read, and to act.
type routes struct{ read, act *gin.RouterGroup }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	f := finance{o}
	g := routes{
		read: r.Group(home.Href, o.Staff(people.Finance, people.Admin, people.Auditor)),
		act:  r.Group(home.Href, o.Staff(people.Finance, people.Admin)),
	}
	f.mountDesk(g)
	f.mountOrganisations(g)
	f.mountReady(g)
	f.mountInvoices(g)
	f.mountBookings(g)
	f.mountPlaces(g)
	f.mountBank(g)
	f.mountReports(g)
	f.mountSettings(g)
}

// get and post add a page, and what it sends.
func (g routes) get(path string, h page.Handler)  { g.read.GET(path, page.Handle(h)) }
func (g routes) post(path string, h page.Handler) { g.act.POST(path, page.Handle(h)) }

// fill adds a page that is a form, with what it sends to its own address.
func (g routes) fill(path string, show, do page.Handler) {
	g.act.GET(path, page.Handle(show))
	g.post(path, do)
}

var home = page.Link{Text: "Books", Href: "/finance"}

// portion is how many rows of a long list are shown at a time.
const portion = 50

// base is what every page here has.
type base struct{ page.Base }

// Acts reports whether the viewer may do more than read.
func (b *base) Acts() bool { return actsHere(b.Viewer) }

func actsHere(v page.Viewer) bool {
	return v.Has(string(people.Finance)) || v.Has(string(people.Admin))
}

// below is a page that lies below others.
func below(crumbs ...page.Link) base {
	return base{page.Base{Crumbs: append([]page.Link{home}, crumbs...)}}
}

// work is one unit of work, by whoever is signed in.
func (f finance) work(c *gin.Context, do func(ctx context.Context, tx *db.Tx, by id.Person) error) error {
	return unit(c, f.DB, do)
}

// wider is one unit of work that may touch what others pay of the same places.
func (f finance) wider(c *gin.Context, do func(ctx context.Context, tx *db.Tx, by id.Person) error) error {
	return unit(c, f.Machine, do)
}

func unit(c *gin.Context, d *db.DB, do func(ctx context.Context, tx *db.Tx, by id.Person) error) error {
	ctx, by := c.Request.Context(), page.ViewerOf(c).Person
	return d.Write(ctx, func(tx *db.Tx) error { return do(ctx, tx, by) })
}

// names are what people are called.
func names(ctx context.Context, d bun.IDB, which ...id.Person) (map[id.Person]string, error) {
	var rows []struct {
		ID   id.Person
		Name string
	}
	called := map[id.Person]string{0: "The program"}
	if len(which) == 0 {
		return called, nil
	}
	err := d.NewRaw("SELECT id, coalesce(nullif(name, ''), email) AS name FROM people WHERE id IN (?)", bun.List(which)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading names: %w", err)
	}
	for _, r := range rows {
		called[r.ID] = r.Name
	}
	return called, nil
}
