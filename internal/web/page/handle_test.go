package page_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"bursar/internal/failure"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"

	"github.com/gin-gonic/gin"
)

func TestTheKindOfAFailureIsItsStatus(t *testing.T) {
	t.Parallel()
	for kind, want := range map[failure.Kind]int{
		failure.Invalid: 422, failure.NotFound: 404, failure.Forbidden: 403,
		failure.Conflict: 409, failure.Unavailable: 503, failure.Internal: 500,
	} {
		e := engine(t, nil)
		e.GET("/", page.Handle(func(*gin.Context) error { return failure.New(kind, "some_code", "The words of it.") }))
		w := do(e, "GET", "/", "")
		doc := pagetest.Check(t, w.Body.String())
		if w.Code != want {
			t.Errorf("%v: status %d, want %d", kind, w.Code, want)
		}
		if shown := strings.Contains(doc.Text(), "The words of it."); shown == (kind == failure.Internal) {
			t.Errorf("%v: its words shown: %v", kind, shown)
		}
		if again := w.Header().Get("Retry-After"); (again != "") != (kind == failure.Unavailable) {
			t.Errorf("%v: Retry-After %q", kind, again)
		}
	}
}

//nolint:paralleltest // it looks at the program's log, which the other tests write to
func TestAnUnclassifiedErrorIsLoggedAndNeverShown(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })

	e := engine(t, nil)
	e.GET("/", page.Handle(func(*gin.Context) error { return errors.New("password=hunter2 on 10.0.0.3") }))
	w := do(e, "GET", "/", "")
	if strings.Contains(w.Body.String(), "hunter2") {
		t.Error("the page shows the error")
	}
	if !strings.Contains(w.Body.String(), "r-17") {
		t.Error("the page does not say the request's id")
	}
	if !strings.Contains(log.String(), "hunter2") || !strings.Contains(log.String(), "request=r-17") {
		t.Errorf("the log has %q", log.String())
	}
}

func TestAProgramGetsAProblemDocument(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	e.GET("/", page.Handle(func(*gin.Context) error { return failure.Field("email", "Enter an email address.") }))
	for _, accept := range []string{"application/json", "application/problem+json"} {
		w := do(e, "GET", "/", "", "Accept", accept)
		var got struct {
			Status       int
			Code, Detail string
			Fields       map[string]string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v in %q", accept, err, w.Body)
		}
		if w.Header().Get("Content-Type") != "application/problem+json" || w.Code != 422 || got.Status != 422 ||
			got.Code != "invalid_email" || got.Fields["email"] == "" {
			t.Errorf("%s: %d %q %+v", accept, w.Code, w.Header().Get("Content-Type"), got)
		}
	}
	browser := "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	if w := do(e, "GET", "/", "", "Accept", browser); !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Errorf("a browser got %s", w.Header().Get("Content-Type"))
	}
}
