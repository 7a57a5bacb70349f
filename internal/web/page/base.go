package page

import (
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/people"
)

// Base is embedded by every page's struct. Render fills it in; a handler sets at most Crumbs, Back and Form.
type Base struct {
	Site   Site
	Viewer Viewer
	Notice Sentence // carried over a redirect; shown once
	Errors Errors   // what needs correcting in the form
	Now    time.Time
	Path   string // of this request, for marking where one is
	// Request is this request's id, quoted when something went wrong.
	Request string
	// Crumbs lead down to this page from the home page; the page itself is not among them.
	Crumbs []Link
	// Back is where the "Back" link goes, on the steps of a form.
	Back string
}

// Link is words that lead somewhere.
type Link struct {
	Text, Href string
}

// Page is a struct that embeds Base.
type Page interface{ base() *Base }

func (b *Base) base() *Base { return b }

// Menu is the navigation: what everybody may see, then what this viewer may.
func (b *Base) Menu() []Link {
	menu := []Link{{"Courses", "/courses"}, {"Help with the cost", "/bursaries"}, {"For employers", "/employers"}}
	if b.Viewer.Office() {
		menu = append(menu, Link{"Office", "/admin"})
	}
	if b.Viewer.Office() || b.Viewer.Has(string(people.Finance)) {
		menu = append(menu, Link{"Books", "/finance"})
	}
	if b.Viewer.Has(string(people.Assessor)) {
		menu = append(menu, Link{"Reading", "/assess"})
	}
	if b.Viewer.Has(string(people.Trainer)) {
		menu = append(menu, Link{"Teaching", "/teach"})
	}
	if b.Viewer.Has(string(people.Access)) {
		menu = append(menu, Link{"Support needs", "/admin/support"})
	}
	if b.Viewer.SignedIn() {
		return append(menu, Link{"Your places", "/my"})
	}
	return append(menu, Link{"Sign in", "/sign-in"})
}

// At reports whether this page lies at or below an address of the menu.
func (b *Base) At(href string) bool {
	return b.Path == href || len(b.Path) > len(href) && b.Path[:len(href)+1] == href+"/"
}

func (r *Renderer) fill(c *gin.Context, b *Base) {
	b.Site, b.Now = r.site, r.now()
	b.Viewer, b.Request, b.Path = ViewerOf(c), RequestID(c), c.Request.URL.Path
	b.Notice = takeNotice(c)
}
