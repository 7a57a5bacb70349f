// Package applicant is what somebody sees who applies for help with the cost of a course: the list of tasks, each
// page of the form, the check before sending, and after that where the application stands.
//
// What always holds: what was typed is saved before it is judged, and a page that refuses an answer still shows
// it; the moment that counts for the deadline is that of pressing; an application belongs to one signed-in
// person, and to everybody else it does not exist; no title, address or notice says what the application is for.
package applicant

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB       *db.DB          // in the role db.Learner
	Box      *secret.Box     // opens the applicant's words
	SignedIn gin.HandlerFunc // lets only signed-in people pass, and brings the others back with what they posted
	Site     page.Site
}

// Applicant serves the pages.
type Applicant struct{ Options }

// New makes the applicant's pages.
func New(o Options) *Applicant { return &Applicant{o} }

// Mount adds the pages to an engine that knows who is asking.
func Mount(r gin.IRouter, o Options) {
	a := New(o)
	my := r.Group("/my/applications", a.SignedIn)
	my.GET("", page.Handle(a.list))
	my.POST("", page.Handle(a.begin))

	of := my.Group("/:code")
	of.GET("", page.Handle(a.home))
	of.GET("/q/:page", page.Handle(a.question))
	of.POST("/q/:page", page.Handle(a.answer))
	of.GET("/choose/:key", page.Handle(a.choice))
	of.POST("/choose/:key", page.Handle(a.choose))
	of.GET("/check", page.Handle(a.check))
	of.POST("/send", page.Handle(a.send))
	of.GET("/sent", page.Handle(a.sent))
	of.GET("/withdraw", page.Handle(a.leaving))
	of.POST("/withdraw", page.Handle(a.withdraw))
	of.POST("/confirm", page.Handle(a.confirm))
	a.mountMore(of)
}

// own is the applicant's own file, as the pages of the area show it.
type own struct {
	page.Base
	*bursary.File
	Own string // the address of the application, below which its pages lie
}

// open reads the file that the address names, or returns bursary.ErrUnknown.
func (a *Applicant) open(c *gin.Context) (*own, error) {
	person := page.ViewerOf(c).Person
	var f *bursary.File
	err := a.DB.WriteAs(c.Request.Context(), db.Who{Person: person}, func(tx *db.Tx) (err error) {
		f, err = bursary.Open(c.Request.Context(), tx, a.Box, person, c.Param("code"))
		return err
	})
	if err != nil {
		return nil, err
	}
	return &own{File: f, Own: at(f.Code)}, nil
}

// at is the address of an application.
func at(code string) string { return "/my/applications/" + code }

// back is the page with a link up to the application.
func (o *own) back() *own {
	o.Back = o.Own
	return o
}

// Phone is the number that helps with this round.
func (o *own) Phone() string { return o.Round.ContactPhone }

// Last is the last day to change and send it.
func (o *own) Last() london.Date { return london.DateOf(o.Deadline()) }

// Draft reports whether the application was not sent yet.
func (o *own) Draft() bool { return o.Status == bursary.Draft }

// Entered reports whether staff typed it and wait for the applicant's word that it is right.
func (o *own) Entered() bool { return o.Sent() && o.AwaitsConfirmation() }
