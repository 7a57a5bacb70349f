package page

import (
	"slices"

	"bursar/internal/id"
	"bursar/internal/people"

	"github.com/gin-gonic/gin"
)

// Viewer is who looks at the page. The zero value is a visitor who has not signed in.
type Viewer struct {
	Person id.Person
	Name   string   // as shown in the header; an email address when no name is known yet
	Roles  []string // of staff; empty for everybody else
}

// SignedIn reports whether the viewer is a known person.
func (v Viewer) SignedIn() bool { return v.Person != 0 }

// Has reports whether the viewer holds the role.
func (v Viewer) Has(role string) bool { return slices.Contains(v.Roles, role) }

// Office reports whether the office's pages are open to the viewer.
func (v Viewer) Office() bool { return v.Has(string(people.Admin)) || v.Has(string(people.Auditor)) }

// What the middleware leaves in the request for the pages.
const (
	viewerKey    = "page.viewer"
	requestKey   = "page.request"
	rendererKey  = "page.renderer"
	arrivedKey   = "page.arrived"
	formOrderKey = "page.form_order"
	sharedKey    = "page.shared"
	formReadKey  = "page.form_read"
	secretKey    = "page.secret"
)

// SetViewer is called by the session middleware once it knows who is asking.
func SetViewer(c *gin.Context, v Viewer) { c.Set(viewerKey, v) }

// ViewerOf is who is asking.
func ViewerOf(c *gin.Context) Viewer {
	v, _ := c.Value(viewerKey).(Viewer)
	return v
}

// SetRequestID is called by the middleware that numbers requests.
func SetRequestID(c *gin.Context, requestID string) { c.Set(requestKey, requestID) }

// RequestID names this request in the log and on the page that apologises.
func RequestID(c *gin.Context) string { return c.GetString(requestKey) }
