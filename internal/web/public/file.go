package public

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/london"
)

// dates is the run's days as a file for any calendar.
func (p *Public) dates(c *gin.Context) error {
	o, err := p.offering(c)
	if err != nil {
		return err
	}
	// The file carries the day it was made on and not the minute, so that it is the same file all day.
	made := london.DateOf(p.DB.Now()).At(0, 0)
	c.Header("Content-Disposition", fmt.Sprintf("attachment; filename=%q", o.Code+".ics"))
	send(c, "text/calendar; charset=utf-8; method=PUBLISH", o.Calendar(made, o.Blocks...))
	return nil
}

// robots keeps search engines out of what is somebody's own, and out of demonstrations.
func (p *Public) robots(c *gin.Context) error {
	text := "User-agent: *\nDisallow: /my\nDisallow: /admin\nDisallow: /sign-in\nDisallow: /sign-out\nDisallow: /runs/*/book\nDisallow: /hooks\n"
	if p.Site.Demo {
		text = "User-agent: *\nDisallow: /\n"
	}
	send(c, "text/plain; charset=utf-8", []byte(text))
	return nil
}

// favicon is for browsers that ask for it without reading the page, which names it.
func (p *Public) favicon(c *gin.Context) error {
	c.Redirect(http.StatusFound, p.Files.Path("mark.svg"))
	return nil
}

// reportsWelcomeFor is how long the address for reports of weaknesses is promised to be read.
const reportsWelcomeFor = 180 // days

// security says where to report a weakness (RFC 9116).
func (p *Public) security(c *gin.Context) error {
	until := london.DateOf(p.DB.Now()).AddDays(reportsWelcomeFor).End().UTC().Format(time.RFC3339)
	send(c, "text/plain; charset=utf-8", fmt.Appendf(nil,
		"Contact: mailto:%s\nExpires: %s\nPreferred-Languages: en\nCanonical: %s/.well-known/security.txt\n", p.Site.Email, until, p.Site.URL))
	return nil
}

// send answers with a small file that caches may keep for a minute, or with 304 when the browser has it.
func send(c *gin.Context, kind string, body []byte) {
	digest := sha256.Sum256(body)
	c.Header("Content-Type", kind)
	c.Header("Cache-Control", "public, max-age=60")
	c.Header("ETag", `"`+hex.EncodeToString(digest[:12])+`"`)
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, bytes.NewReader(body))
}
