package account

import (
	"errors"
	"log/slog"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// present is the session of this request and the token that opened it.
type present struct {
	people.Session
	token string
}

const presentKey = "account.session"

// Sessions finds out who is asking, once, and tells the pages by page.SetViewer. A browser without the cookie
// costs nothing, so that public pages stay cacheable. Staff's roles are told only after the second factor.
func (a *Account) Sessions() gin.HandlerFunc {
	return func(c *gin.Context) {
		token := a.cookie(c, sessionCookie)
		if token == "" {
			return
		}
		now := a.DB.Now()
		s, err := people.SessionOf(c.Request.Context(), a.DB, token, now)
		if errors.Is(err, people.ErrSignedOut) {
			return // the cookie stays: clearing it could undo a sign-in that is just being answered elsewhere
		}
		if err != nil {
			page.Fail(c, db.Classify(err))
			return
		}
		if s.Stale(now) {
			a.touch(c, s)
		}
		c.Set(presentKey, present{s, token})
		page.SetViewer(c, viewer(s))
	}
}

// touch slides the session's end. A page that only reads is shown also when that cannot be written.
func (a *Account) touch(c *gin.Context, s people.Session) {
	if err := a.DB.Write(c.Request.Context(), func(tx *db.Tx) error { return people.Touch(c.Request.Context(), tx, s) }); err != nil {
		slog.WarnContext(c, "session not touched", "request", page.RequestID(c), "error", err)
	}
}

func viewer(s people.Session) page.Viewer {
	v := page.Viewer{Person: s.Person.ID, Name: s.Person.Name}
	if v.Name == "" {
		v.Name = s.Person.Email
	}
	if s.Staff() {
		for _, role := range s.Roles {
			v.Roles = append(v.Roles, string(role))
		}
	}
	return v
}

func presentOf(c *gin.Context) (present, bool) {
	p, ok := c.Value(presentKey).(present)
	return p, ok
}

// SignedIn lets only people pass who are signed in. Others are asked to, and then come back to where they
// were going.
func (a *Account) SignedIn() gin.HandlerFunc {
	return func(c *gin.Context) {
		if _, ok := presentOf(c); !ok {
			stopFor(c, "/sign-in")
		}
	}
}

// Staff lets only people pass who hold one of the roles and have given the second factor. Somebody without
// any of them is not told that there is something here.
func (a *Account) Staff(roles ...people.Role) gin.HandlerFunc {
	return func(c *gin.Context) {
		p, ok := presentOf(c)
		switch {
		case !ok:
			stopFor(c, "/sign-in")
			return
		case p.NeedsFactor():
			stopFor(c, "/sign-in/second-factor")
			return
		}
		for _, role := range roles {
			if p.May(role) {
				return
			}
		}
		page.Fail(c, page.ErrNotFound)
	}
}
