package account

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/failure"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// errSignInFirst is shown to somebody whose session ended while they were typing.
var errSignInFirst = failure.New(failure.Conflict, "sign_in_first", "You have been signed out, so we could not save what you sent.")

// typed is one field that was sent, to be sent again.
type typed struct{ Name, Value string }

type againPage struct {
	page.Base
	SignIn string // where to sign in, in another tab
	Action string // where the form was going
	Fields []typed
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
	script := c.NegotiateFormat(gin.MIMEHTML, gin.MIMEJSON) == gin.MIMEJSON // it keeps the words in its page itself
	if err := c.Request.ParseForm(); err != nil || script || c.ContentType() != gin.MIMEPOSTForm {
		page.Fail(c, people.ErrSignedOut)
		return
	}
	p := &againPage{SignIn: first, Action: c.Request.URL.RequestURI(), Fields: fields(c.Request.PostForm)}
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

// fields lists what was posted, by name; the values of one field stay in their order.
func fields(form url.Values) []typed {
	var all []typed
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			all = append(all, typed{name, value})
		}
	}
	return all
}
