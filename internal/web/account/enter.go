package account

import (
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// entry is a session that has just begun and where it goes first.
type entry struct {
	session people.Session
	token   string
	next    string
}

// begin starts a session in place of the one this browser had, so that a token somebody planted in it opens
// nothing afterwards.
func (a *Account) begin(c *gin.Context, tx *db.Tx, arrival people.Arrival) (entry, error) {
	in := entry{next: arrival.Next}
	if old := a.cookie(c, sessionCookie); old != "" {
		if err := people.SignOut(c.Request.Context(), tx, old); err != nil {
			return in, err
		}
	}
	var err error
	if in.token, err = people.StartSession(c.Request.Context(), tx, arrival.Person.ID, people.Device(c.Request.UserAgent())); err != nil {
		return in, err
	}
	in.session, err = people.SessionOf(c.Request.Context(), tx, in.token, tx.Now)
	return in, err
}

func (a *Account) enter(c *gin.Context, in entry) error {
	a.Admit(c, in.token)
	return a.goOn(c, in.session, in.next)
}

// goOn leads to next, or home; staff give the second factor first.
func (a *Account) goOn(c *gin.Context, s people.Session, next string) error {
	next = people.SafeNext(next)
	switch {
	case s.NeedsFactor():
		return page.Redirect(c, withNext("/sign-in/second-factor", next))
	case next == "":
		return page.Redirect(c, home(s))
	}
	return page.Redirect(c, next)
}

type leavingPage struct{ page.Base }

func (a *Account) leaving(c *gin.Context) error {
	return page.Render(c, "account/sign-out", &leavingPage{})
}

func (a *Account) signOut(c *gin.Context) error {
	token := a.cookie(c, sessionCookie)
	if err := a.DB.Write(c.Request.Context(), func(tx *db.Tx) error { return people.SignOut(c.Request.Context(), tx, token) }); err != nil {
		return err
	}
	a.forget(c)
	page.Flash(c, page.SignedOut)
	return page.Redirect(c, "/")
}

// forget makes the browser drop the cookie, the key to what it typed, and every page it kept of this visit.
func (a *Account) forget(c *gin.Context) {
	page.ForgetVisitor(c)
	a.setCookie(c, sessionCookie, "", -time.Second)
	c.Header("Clear-Site-Data", `"cache"`)
}
