package page_test

import (
	"strings"
	"testing"
	"time"

	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/static"

	"github.com/gin-gonic/gin"
)

func TestATemplateThatFailsSendsNothingOfItself(t *testing.T) {
	t.Parallel()
	e := engine(t, map[string]string{"public/bad.html": `{{define "title"}}Bad{{end}}{{define "main"}}<h1>Half a page</h1>{{input "Colour" "red"}}{{end}}`})
	e.GET("/", page.Handle(func(c *gin.Context) error { return page.Render(c, "public/bad", &struct{ page.Base }{}) }))
	w := do(e, "GET", "/", "")
	if w.Code != 500 || strings.Contains(w.Body.String(), "Half a page") {
		t.Errorf("status %d, %s", w.Code, w.Body)
	}
}

func TestATemplateWithoutItsBlocksIsRefusedAtStart(t *testing.T) {
	t.Parallel()
	files, err := static.Load(static.Brand{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{`{{define "title"}}No main{{end}}`, `{{define "main"}}No title{{end}}`, `{{define "title"}}{{`, `{{define "title"}}{{end}}{{define "main"}}{{unknown}}{{end}}`} {
		_, err := page.NewRenderer(with(t, map[string]string{"admin/wrong.html": text}), pagetest.Site, files, time.Now)
		if err == nil || !strings.Contains(err.Error(), "admin/wrong.html") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestANoticeIsShownOnceAfterARedirect(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	e.POST("/", page.Handle(func(c *gin.Context) error {
		page.Flash(c, page.Saved)
		return page.Redirect(c, "/")
	}))
	e.GET("/", page.Handle(func(c *gin.Context) error {
		page.Share(c)
		return page.Render(c, "public/failure", &struct {
			page.Base
			Heading, Message string
			Ours             bool
			Kept             *page.Kept
		}{Heading: "Hello"})
	}))
	w := do(e, "POST", "/", "")
	cookie := w.Result().Cookies()[0]
	if w.Code != 303 || !cookie.HttpOnly || cookie.Value != "saved" {
		t.Fatalf("%d %v", w.Code, cookie)
	}
	w = do(e, "GET", "/", "", "Cookie", cookie.String())
	if !strings.Contains(w.Body.String(), "Your changes have been saved.") {
		t.Error("the notice is not shown")
	}
	if w.Header().Get("Cache-Control") != "private, no-cache" {
		t.Errorf("a page with a notice may be shared: %q", w.Header().Get("Cache-Control"))
	}
	if gone := w.Result().Cookies()[0]; gone.MaxAge >= 0 {
		t.Errorf("the notice stays: %v", gone)
	}
	if w = do(e, "GET", "/", "", "Cookie", "notice=<b>made up</b>"); strings.Contains(w.Body.String(), "made up") {
		t.Error("words from a cookie were shown")
	}
}

func TestASharedPageIsKeptByCachesOnlyWhenItIsEverybodys(t *testing.T) {
	t.Parallel()
	for name, viewer := range map[string]page.Viewer{"visitor": {}, "person": {Person: 7, Name: "Ana"}} {
		e := pagetest.Engine(t, viewer)
		e.GET("/", page.Handle(func(c *gin.Context) error {
			page.Share(c)
			return page.Render(c, "public/employers", &struct{ page.Base }{})
		}))
		w := do(e, "GET", "/", "")
		tag, cache := w.Header().Get("ETag"), w.Header().Get("Cache-Control")
		if viewer.SignedIn() {
			if tag != "" || cache != "private, no-cache" {
				t.Errorf("%s: ETag %q, Cache-Control %q", name, tag, cache)
			}
			continue
		}
		if tag == "" || cache != "public, max-age=60" || w.Header().Get("Vary") != "Cookie" {
			t.Errorf("%s: ETag %q, Cache-Control %q", name, tag, cache)
		}
		if w = do(e, "GET", "/", "", "If-None-Match", "W/"+tag); w.Code != 304 || w.Body.Len() != 0 {
			t.Errorf("%s: known page answered %d with %d bytes", name, w.Code, w.Body.Len())
		}
	}
}

func TestARedirectStaysWithUs(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]int{"/my": 303, "//evil.example": 500, "https://evil.example": 500, `/\evil.example`: 500, "": 500} {
		e := engine(t, nil)
		e.POST("/", page.Handle(func(c *gin.Context) error { return page.Redirect(c, target) }))
		if w := do(e, "POST", "/", ""); w.Code != want {
			t.Errorf("%q: %d, want %d", target, w.Code, want)
		}
	}
}

func TestTheMenuIsTheViewers(t *testing.T) {
	t.Parallel()
	visitor := pagetest.Render(t, "public/employers", &struct{ page.Base }{})
	if got := words(visitor.Find(".app-nav")); !strings.Contains(got, "Sign in") || strings.Contains(got, "Your places") {
		t.Errorf("a visitor sees %q", got)
	}
	staff := pagetest.RenderFor(t, page.Viewer{Person: 1, Roles: []string{"admin"}}, "public/employers", &struct{ page.Base }{})
	if got := words(staff.Find(".app-nav")); !strings.Contains(got, "Office") || strings.Contains(got, "Sign in") {
		t.Errorf("staff see %q", got)
	}
	trainer := pagetest.RenderFor(t, page.Viewer{Person: 1, Roles: []string{"trainer"}}, "public/employers", &struct{ page.Base }{})
	if got := words(trainer.Find(".app-nav")); strings.Contains(got, "Office") {
		t.Errorf("somebody whom the office does not let in sees %q", got)
	}
}
