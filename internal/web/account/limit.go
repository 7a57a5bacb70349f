package account

import (
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/failure"
	"bursar/internal/web/page"
)

// How often one network address may ask for mails and try links and codes: so many at once, then one after
// each pause. A whole hospital may share one address; one mailbox has a limit of its own (people.AskSignIn).
const (
	asksAtOnce  = 30
	asksEvery   = time.Minute
	triesAtOnce = 60
	triesEvery  = 15 * time.Second
)

// errTooMany is said to everybody behind a network address that has asked too often.
var errTooMany = failure.New(failure.Unavailable, "too_many_tries",
	"There have been too many sign-in attempts from your network. Wait a few minutes and try again.")

func (a *Account) limit(c *gin.Context, l *page.Limiter) error {
	if !l.Allow(c.ClientIP(), a.DB.Now()) {
		return errTooMany
	}
	return nil
}
