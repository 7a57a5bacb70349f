package page

import (
	"errors"
	"log/slog"
	"net/http"

	"bursar/internal/db"
	"bursar/internal/failure"

	"github.com/gin-gonic/gin"
)

// Handler answers one request or says why it cannot.
type Handler func(c *gin.Context) error

// ErrNotFound is for addresses that lead nowhere.
var ErrNotFound = failure.New(failure.NotFound, "page_not_found", "Check the address, or find what you were looking for from the home page.")

// internalMessage is all that a person is ever told about an error that nobody classified.
const internalMessage = "This is our fault, not yours, and we have been told. What you had saved is safe. Please try again in a few minutes."

// answer is how one kind of failure is shown.
type answer struct {
	status  int
	heading string
}

var answers = map[failure.Kind]answer{
	failure.Invalid:     {http.StatusUnprocessableEntity, "Something needs correcting"},
	failure.NotFound:    {http.StatusNotFound, "We cannot find that page"},
	failure.Forbidden:   {http.StatusForbidden, "You cannot open this page"},
	failure.Conflict:    {http.StatusConflict, "Something has changed"},
	failure.Unavailable: {http.StatusServiceUnavailable, "Please try again in a moment"},
	failure.Internal:    {http.StatusInternalServerError, "Sorry, something went wrong"},
}

// retryAfter is how many seconds a program should wait before it asks again for what is unavailable.
const retryAfter = "5"

// Handle turns a Handler into gin's form. An error that comes back is answered by Fail.
func Handle(h Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			Fail(c, err)
		}
	}
}

// Fail answers a request with what went wrong: a page for people, a problem document for programs. It is the
// one place where the kind of a failure becomes a status, and where an internal error is logged.
func Fail(c *gin.Context, err error) {
	c.Abort()
	err = db.Classify(err)
	f := failure.Of(err)
	if f == nil || f.Kind == failure.Internal {
		slog.ErrorContext(c, "request failed", "request", RequestID(c), "method", c.Request.Method, "route", c.FullPath(), "error", err)
		f = failure.New(failure.Internal, "internal", internalMessage)
	}
	if c.Writer.Written() {
		return // half an answer is out; the log has the rest
	}
	if f.Kind == failure.Unavailable {
		c.Header("Retry-After", retryAfter)
	}
	tell(c, answers[f.Kind], f)
}

// Instead answers a request with a page of its own for what went wrong, where the handler has more to say than
// Fail has. Programs are told as by Fail.
func Instead(c *gin.Context, err error, name string, p Page) error {
	f := failure.Of(err)
	if f == nil || wantsProblem(c) {
		return err
	}
	return render(c, answers[f.Kind].status, name, p)
}

// errNotTaken is for an address that takes forms, typed or kept as if it were a page.
var errNotTaken = failure.New(failure.NotFound, "method_not_taken", "This address only takes what a page sends to it. Go back to that page, or start again from the home page.")

// NotTaken answers a request in a way that its address does not take.
func NotTaken(c *gin.Context) {
	c.Abort()
	tell(c, answer{http.StatusMethodNotAllowed, "There is no page here"}, errNotTaken)
}

// tell writes an answer that is no page of its own.
func tell(c *gin.Context, a answer, f *failure.Error) {
	c.Header("Cache-Control", "no-store")
	if wantsProblem(c) {
		writeProblem(c, a, f)
		return
	}
	p := &failurePage{Heading: a.heading, Message: f.Message, Ours: f.Kind == failure.Internal}
	if p.Ours || f.Kind == failure.Unavailable {
		p.Kept = KeptOf(c)
	}
	if err := render(c, a.status, "public/failure", p); err != nil {
		slog.ErrorContext(c, "failure page", "request", RequestID(c), "error", errors.Join(err, f))
		c.String(a.status, "%s\n\n%s\n", a.heading, f.Message)
	}
}

type failurePage struct {
	Base
	Heading, Message string
	Ours             bool  // an internal error: the request's id is shown, to quote on the telephone
	Kept             *Kept // what was sent and could not be dealt with; nil where there is nothing to send again
}

// problem is a problem document (RFC 9457).
type problem struct {
	Type    string            `json:"type"`
	Title   string            `json:"title"`
	Status  int               `json:"status"`
	Detail  string            `json:"detail"`
	Code    string            `json:"code"`
	Request string            `json:"request,omitempty"`
	Fields  map[string]string `json:"fields,omitempty"`
}

// ForScript reports whether a page's own script is asking, not the person.
func ForScript(c *gin.Context) bool {
	return c.NegotiateFormat(gin.MIMEHTML, gin.MIMEJSON) == gin.MIMEJSON
}

func wantsProblem(c *gin.Context) bool {
	switch c.NegotiateFormat(gin.MIMEHTML, gin.MIMEJSON, problemType) {
	case gin.MIMEJSON, problemType:
		return true
	}
	return false
}

const problemType = "application/problem+json"

func writeProblem(c *gin.Context, a answer, f *failure.Error) {
	c.Header("Content-Type", problemType)
	c.JSON(a.status, problem{
		Type: "about:blank", Title: a.heading, Status: a.status, Detail: f.Message,
		Code: f.Code, Request: RequestID(c), Fields: f.Fields,
	})
}
