package page

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	visitorCookie = "visitor"
	visitorBytes  = 32 // 256 random bits: nobody can guess another browser's key
	visitorAge    = 30 * 24 * time.Hour
)

// Visitor is the SHA-256 of the random key by which this browser finds again what somebody typed in it before
// signing in, or nil when it has none. The key itself is never stored.
func Visitor(c *gin.Context) []byte {
	key, err := c.Cookie(visitorName(c))
	if err != nil || base64.RawURLEncoding.DecodedLen(len(key)) != visitorBytes {
		return nil
	}
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}

// MeetVisitor is Visitor, and gives a browser without a key one for 30 days.
func MeetVisitor(c *gin.Context) []byte {
	if known := Visitor(c); known != nil {
		return known
	}
	var b [visitorBytes]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read aborts the program instead
	key := base64.RawURLEncoding.EncodeToString(b[:])
	setVisitor(c, key, int(visitorAge.Seconds()))
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}

// ForgetVisitor takes the key from the browser, so that whoever uses it next finds nothing of the one before.
func ForgetVisitor(c *gin.Context) { setVisitor(c, "", -1) }

func setVisitor(c *gin.Context, key string, age int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: visitorName(c), Value: key, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: secure(c), SameSite: http.SameSiteLaxMode,
	})
}

// visitorName has the prefix that makes browsers refuse a cookie planted by a neighbouring host, where there is
// TLS (https://datatracker.ietf.org/doc/html/rfc6265bis §4.1.3.2).
func visitorName(c *gin.Context) string {
	if secure(c) {
		return "__Host-" + visitorCookie
	}
	return visitorCookie
}
