package account

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/people"
)

const (
	sessionCookie = "session"
	askingCookie  = "sign-in"
)

// sessionAge is how long a browser keeps the cookie; how long it opens anything is the database's to say.
const sessionAge = 30 * 24 * time.Hour

// asking is what this browser remembers between asking for a code and typing it. It is the browser's own to
// change: the key is checked with the code, the rest like anything typed.
type asking struct {
	Key   string `json:"key"`
	Email string `json:"email"`
	Next  string `json:"next"`
}

// setCookie sets a cookie for the whole site. The prefix __Host- makes browsers refuse one that a neighbouring
// host, or a page without TLS, tries to plant (https://datatracker.ietf.org/doc/html/rfc6265bis §4.1.3.2).
func (a *Account) setCookie(c *gin.Context, name, value string, age time.Duration) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: a.cookieName(name), Value: value, Path: "/", MaxAge: int(age.Seconds()),
		HttpOnly: true, Secure: a.Secure, SameSite: http.SameSiteLaxMode,
	})
}

func (a *Account) cookieName(name string) string {
	if a.Secure {
		return "__Host-" + name
	}
	return name
}

func (a *Account) cookie(c *gin.Context, name string) string {
	value, err := c.Cookie(a.cookieName(name))
	if err != nil {
		return ""
	}
	return value
}

// Admit gives the browser the token of a session that was started for it.
func (a *Account) Admit(c *gin.Context, token string) {
	a.setCookie(c, sessionCookie, token, sessionAge)
	a.setCookie(c, askingCookie, "", -time.Second)
}

func (a *Account) remember(c *gin.Context, asked asking) error {
	text, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	a.setCookie(c, askingCookie, base64.RawURLEncoding.EncodeToString(text), time.Hour)
	return nil
}

// asked is what this browser remembers, or false when it has not asked within the hour.
func (a *Account) asked(c *gin.Context) (asking, bool) {
	text, err := base64.RawURLEncoding.DecodeString(a.cookie(c, askingCookie))
	if err != nil || len(text) == 0 {
		return asking{}, false
	}
	var asked asking
	if json.Unmarshal(text, &asked) != nil || asked.Key == "" {
		return asking{}, false
	}
	if asked.Email, err = people.NormaliseEmail(asked.Email); err != nil {
		return asking{}, false
	}
	asked.Next = people.SafeNext(asked.Next)
	return asked, true
}
