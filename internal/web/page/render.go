package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/web/static"
)

// Use makes the renderer known to every page of the engine.
func Use(r *Renderer) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Set(rendererKey, r)
		c.Set(arrivedKey, r.now())
	}
}

// Arrived is when the request came in, before it waited for anything: the moment of pressing, as far as we can
// know it. What a deadline is held against is this, and not when the request got its turn. Of a form that had to be
// sent again because we could not deal with it, it is when those same words came in first, up to an hour earlier.
func Arrived(c *gin.Context) time.Time {
	rendererOf(c)   // panics where Use was forgotten
	_ = readForm(c) // whoever needs the form is told by Bind
	return c.GetTime(arrivedKey)
}

func rendererOf(c *gin.Context) *Renderer {
	r, ok := c.Value(rendererKey).(*Renderer)
	if !ok {
		panic("page: the engine does not use page.Use")
	}
	return r
}

// Render shows a page. It is kept by nobody else, and by this browser only to go back to, unless Share was
// called.
func Render(c *gin.Context, name string, p Page) error {
	return render(c, http.StatusOK, name, p)
}

func render(c *gin.Context, status int, name string, p Page) error {
	r := rendererOf(c)
	r.fill(c, p.base())
	body, err := r.execute(name, p)
	if err != nil {
		return err
	}
	if status == http.StatusOK && shared(c, p.base(), body) {
		return nil
	}
	if c.Writer.Header().Get("Cache-Control") == "" {
		c.Header("Cache-Control", "private, no-cache")
	}
	send(c, status, body)
	return nil
}

// send writes a page, packed where the browser takes that. No page carries a secret of ours beside what its reader typed
// (the session is a cookie, forms have no tokens), so that its packed length tells an eavesdropper nothing of one
// (https://www.breachattack.com).
func send(c *gin.Context, status int, body []byte) {
	c.Writer.Header().Add("Vary", "Accept-Encoding")
	if static.AcceptsGzip(c.GetHeader("Accept-Encoding")) {
		c.Header("Content-Encoding", "gzip")
		body = pack(body)
	}
	c.Data(status, "text/html; charset=utf-8", body)
}

func pack(body []byte) []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(body) // a bytes.Buffer takes every write
	_ = z.Close()
	return packed.Bytes()
}

// Share lets caches keep the page that follows for a minute, when it is the same for everybody: the viewer is
// not signed in and the answer sets no cookie.
func Share(c *gin.Context) { c.Set(sharedKey, true) }

// shareFor is how long a shared page may be shown before it is asked for again.
const shareFor = "public, max-age=60"

// shared sets the headers of a page that caches may keep, and reports whether the browser has it already.
func shared(c *gin.Context, b *Base, body []byte) bool {
	if !c.GetBool(sharedKey) || b.Viewer.SignedIn() || len(c.Writer.Header().Values("Set-Cookie")) > 0 {
		return false
	}
	digest := sha256.Sum256(body)
	tag := `W/"` + hex.EncodeToString(digest[:12]) + `"` // weak: packed or not it is the same page
	c.Header("Cache-Control", shareFor)
	c.Writer.Header().Add("Vary", "Cookie")
	c.Header("ETag", tag)
	if !strings.Contains(c.GetHeader("If-None-Match"), tag) {
		return false
	}
	c.Status(http.StatusNotModified)
	c.Writer.WriteHeaderNow()
	return true
}

var errNotLocal = errors.New("redirect to an address that is not ours")

// Redirect sends the browser to another of our pages after a POST (303), so that reloading does not repeat
// it. The target is a path; anything that could lead elsewhere is refused.
func Redirect(c *gin.Context, target string) error {
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || strings.ContainsAny(target, "\\\r\n") {
		return errNotLocal
	}
	c.Redirect(http.StatusSeeOther, target)
	return nil
}
