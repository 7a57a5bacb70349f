// Package funds is where the office keeps the money that was given for a purpose: what each fund holds, its rules in
// plain words, gifts, documents, moves of money, the books, a statement for each year, and the report to its funder.
// The same pages are there for administrators, who can also try rules on the applicants of a round, and for the
// bookkeeper, to whom nothing here says anything about anybody who applied.
//
// What always holds: every word that was typed is shown again after a mistake; the rules of a fund in use change only
// when a second person agrees; no count of people under five is shown; what is a formula to a spreadsheet is text in
// a file from here.
package funds

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB     *db.DB // in the role of the application
	Office *db.DB // in the office's role: applicants, for administrators only
	Box    *secret.Box
	Staff  func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
	Site   page.Site                                  // who gives the statements and reports
}

const (
	adminDesk   = "/admin"
	financeDesk = "/finance"
	under       = "/funds" // either desk
)

// Uploads are the patterns of the addresses that take files, for whoever limits what a request may send.
func Uploads() []string {
	return []string{adminDesk + under + "/:code/documents", financeDesk + under + "/:code/documents"}
}

// UploadBody is how many bytes a request to one of Uploads may have: a document at its limit fits.
const UploadBody = fund.DocumentLimit + 64<<10

// desk is the pages as one of the two sorts of staff has them.
type desk struct {
	Options
	home page.Link
	at   string // the address of the list
	// applicants says that this desk may count and list them: rules can be tried on them.
	applicants bool
}

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	admin := desk{o, page.Link{Text: "Office", Href: adminDesk}, adminDesk + under, true}
	admin.mount(r.Group(admin.at, o.Staff(people.Admin)))
	books := desk{o, page.Link{Text: "Books", Href: financeDesk}, financeDesk + under, false}
	g := r.Group(books.at, o.Staff(people.Finance))
	g.GET("/today", page.Handle(books.desk))
	books.mount(g)
}

func (d desk) mount(g *gin.RouterGroup) {
	g.GET("", page.Handle(d.list))
	g.GET("/new", page.Handle(d.blank))
	g.POST("/new", page.Handle(d.create))
	g.GET("/save/:file", page.Handle(d.saveList))
	one := g.Group("/:code")
	one.GET("", page.Handle(d.show))
	one.GET("/edit", page.Handle(d.details))
	one.POST("/edit", page.Handle(d.saveDetails))
	one.GET("/rules", page.Handle(d.rules))
	one.POST("/rules", page.Handle(d.propose))
	one.GET("/rules/:version", page.Handle(d.version))
	one.POST("/rules/:version/agree", page.Handle(d.agree))
	one.POST("/rules/:version/refuse", page.Handle(d.refuse))
	one.GET("/gifts", page.Handle(d.gifts))
	one.POST("/gifts", page.Handle(d.recordGift))
	one.POST("/gifts/:gift/receive", page.Handle(d.receive))
	one.POST("/gifts/:gift/cancel", page.Handle(d.cancel))
	one.GET("/documents", page.Handle(d.documents))
	one.POST("/documents", page.Handle(d.upload))
	one.GET("/documents/:document", page.Handle(d.document))
	one.GET("/move", page.Handle(d.moving))
	one.POST("/move", page.Handle(d.move))
	one.GET("/books", page.Handle(d.books))
	one.GET("/statement", page.Handle(d.statement))
	one.GET("/statement.csv", page.Handle(d.statementCSV))
	one.GET("/statement.pdf", page.Handle(d.statementPDF))
	if d.applicants { // who was helped is counted from what applicants said
		one.GET("/report", page.Handle(d.report))
		one.GET("/report.csv", page.Handle(d.reportCSV))
		one.GET("/report.pdf", page.Handle(d.reportPDF))
	}
	one.GET("/close", page.Handle(d.closing))
	one.POST("/close", page.Handle(d.close))
}

func (d desk) href(f *fund.Fund) string { return d.at + "/" + f.Code }

func (d desk) all() page.Link { return page.Link{Text: "Funds", Href: d.at} }

// within leads down to a page about a fund.
func (d desk) within(f *fund.Fund) page.Base {
	return page.Base{Crumbs: []page.Link{d.home, d.all(), {Text: f.Code, Href: d.href(f)}}}
}

// fund is the one that the address names.
func (d desk) fund(c *gin.Context) (*fund.Fund, error) {
	return fund.Find(c.Request.Context(), d.DB, c.Param("code"))
}

// work is one unit of work.
func (d desk) work(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return d.DB.Write(ctx, func(tx *db.Tx) error { return do(ctx, tx) })
}
