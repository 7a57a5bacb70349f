// Package pagetest renders pages in tests and checks what must hold on every one of them. It renders through
// the real templates, styles and renderer.
package pagetest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bursar/internal/web/page"
	"bursar/internal/web/static"
	"bursar/templates"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
)

// Now is the time on every page rendered here.
var Now = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// Site is the provider of the demonstration.
var Site = page.Site{
	Name: "Threshold Dialogue Training CIC", Short: "Threshold",
	Email: "office@threshold.example", Phone: "020 7946 0123", Hours: "Monday to Friday, 9am to 5pm",
	Address: "12 Lantern Yard, London N1 7QX", URL: "http://127.0.0.1:8080", Demo: true,
}

// Renderer is made from the project's own templates. It is always Now.
func Renderer(t testing.TB) *page.Renderer {
	t.Helper()
	return renderer(t, func() time.Time { return Now })
}

func renderer(t testing.TB, now func() time.Time) *page.Renderer {
	t.Helper()
	files, err := static.Load(static.Brand{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := page.NewRenderer(templates.FS, Site, files, now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Engine is a gin engine that renders pages, for a viewer, at the time Now.
func Engine(t testing.TB, viewer page.Viewer) *gin.Engine {
	t.Helper()
	return EngineAt(t, viewer, func() time.Time { return Now })
}

// EngineAt is an Engine on a clock of the test's choice, for pages that go by when a request arrived.
func EngineAt(t testing.TB, viewer page.Viewer, now func() time.Time) *gin.Engine {
	t.Helper()
	gin.SetMode(gin.TestMode)
	e := gin.New()
	e.Use(page.Use(renderer(t, now)), func(c *gin.Context) {
		page.SetRequestID(c, "test-request")
		page.SetViewer(c, viewer)
	})
	return e
}

// Render renders one page from a sample for a visitor, checks what must hold on every page, and returns its
// elements. The sample's Errors, if any, are shown as after a mistake.
func Render(t testing.TB, name string, sample page.Page) *goquery.Document {
	t.Helper()
	return RenderFor(t, page.Viewer{}, name, sample)
}

// RenderFor does as Render, for a viewer.
func RenderFor(t testing.TB, viewer page.Viewer, name string, sample page.Page) *goquery.Document {
	t.Helper()
	e := Engine(t, viewer)
	e.GET("/*path", page.Handle(func(c *gin.Context) error { return page.Render(c, name, sample) }))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+strings.TrimPrefix(name, "public/"), nil))
	if w.Code != http.StatusOK {
		t.Fatalf("page %s: status %d (the log says why)", name, w.Code)
	}
	return Check(t, w.Body.String())
}

// Check parses a page and reports everything that breaks a rule of every page.
func Check(t testing.TB, html string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range Problems(doc) {
		t.Error(problem)
	}
	return doc
}
