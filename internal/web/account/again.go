package account

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"bursar/internal/failure"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// errSignInFirst is shown to somebody whose session ended while they were typing.
var errSignInFirst = failure.New(failure.Conflict, "sign_in_first", "You have been signed out, so we could not save what you sent.")

type againPage struct {
	page.Base
	SignIn string // where to sign in, in another tab
	Kept   *page.Kept
}

// stopFor ends the request and sends the person somewhere first. Words that were posted are given back in a
// form that sends them again.
func stopFor(c *gin.Context, first string) {
	c.Abort()
	if c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead {
		c.Header("Cache-Control", "no-store")
		_ = page.Redirect(c, withNext(first, c.Request.URL.RequestURI())) // ours: it cannot be refused
		return
	}
	script := page.ForScript(c) // it keeps the words in its page itself
	p := &againPage{SignIn: first, Kept: page.KeptOf(c)}
	if script || p.Kept == nil {
		page.Fail(c, people.ErrSignedOut)
		return
	}
	c.Header("Cache-Control", "no-store")
	if err := page.Again(c, errSignInFirst, "account/again", p); err != nil {
		page.Fail(c, err)
	}
}

func withNext(address, next string) string {
	if next = people.SafeNext(next); next == "" {
		return address
	}
	return address + "?next=" + url.QueryEscape(next)
}
