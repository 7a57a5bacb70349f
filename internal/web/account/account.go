// Package account is how people come in and leave: signing in by a link or a code, the second factor of staff,
// signing out, and the page about oneself. It also has the middleware that says who is asking, and the guards
// that the other audiences stand behind.
//
// What always holds: opening a link never uses it, only its button does; every way in gives a new session and
// ends the one before; the page after asking is the same for every address; what somebody had typed when
// their session ended is given back to them.
package account

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB     *db.DB
	Box    *secret.Box // seals the secrets of authenticator apps
	Issuer string      // the provider's name as an authenticator app shows it
	Secure bool        // the public address is https: cookies get the __Host- prefix
}

// Account serves the pages, the middleware and the guards.
type Account struct {
	Options
	asks  *page.Limiter // requests for mails
	tries *page.Limiter // links and codes used, right or wrong
}

// New makes the account's pages.
func New(o Options) *Account {
	return &Account{Options: o, asks: page.NewLimiter(asksAtOnce, asksEvery), tries: page.NewLimiter(triesAtOnce, triesEvery)}
}

// Mount adds the pages to an engine that uses page.Use and Sessions.
func (a *Account) Mount(r gin.IRouter) {
	ways := r.Group("", private, page.Secret)
	ways.GET("/sign-in", page.Handle(a.signIn))
	ways.POST("/sign-in", page.Handle(a.ask))
	ways.GET("/sign-in/check", page.Handle(a.check))
	ways.POST("/sign-in/check", page.Handle(a.useCode))
	ways.GET("/sign-in/:token", page.Handle(a.link))
	ways.POST("/sign-in/:token", page.Handle(a.useLink))
	ways.GET("/sign-out", page.Handle(a.leaving))
	ways.POST("/sign-out", page.Handle(a.signOut))

	factor := r.Group("/sign-in/second-factor", private, page.Secret, a.SignedIn())
	factor.GET("", page.Handle(a.factor))
	factor.POST("", page.Handle(a.giveFactor))
	factor.POST("/set-up", page.Handle(a.enrol))
	factor.GET("/qr.png", page.Handle(a.picture))

	mine := r.Group("/my/account", private, a.SignedIn())
	mine.GET("", page.Handle(a.mine))
	mine.GET("/details", page.Handle(a.details))
	mine.POST("/details", page.Handle(a.saveDetails))
	mine.GET("/emails", page.Handle(a.emails))
	mine.POST("/emails", page.Handle(a.saveEmails))
	mine.POST("/sign-out-everywhere", page.Handle(a.signOutEverywhere))
}

// private keeps these pages, and the secrets in their addresses, out of every store, log and search.
func private(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("X-Robots-Tag", "noindex")
}

// home is where somebody belongs who has just signed in and was going nowhere in particular.
func home(s people.Session) string {
	switch {
	case s.May(people.Admin):
		return "/admin"
	case s.May(people.Assessor):
		return "/assess"
	case s.May(people.Access):
		return "/admin/support"
	case s.May(people.Trainer):
		return "/teach"
	}
	return "/my"
}
