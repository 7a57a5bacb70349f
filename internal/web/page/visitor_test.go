package page_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bursar/internal/web/page"

	"github.com/gin-gonic/gin"
)

func TestABrowserIsMetOnceAndFoundAgain(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	var met, seen []byte
	e.POST("/", func(c *gin.Context) { met = page.MeetVisitor(c) })
	e.GET("/", func(c *gin.Context) { seen = page.Visitor(c) })
	e.POST("/out", page.ForgetVisitor)

	first := do(e, "POST", "/", "")
	cookie := first.Result().Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.MaxAge != 30*24*60*60 || len(cookie.Value) != 43 {
		t.Errorf("cookie %v", cookie)
	}
	again := do(e, "POST", "/", "", "Cookie", "visitor="+cookie.Value)
	if len(again.Result().Cookies()) != 0 {
		t.Error("a known browser got another key")
	}
	if do(e, "GET", "/", "", "Cookie", "visitor="+cookie.Value); len(seen) != 32 || !bytes.Equal(met, seen) {
		t.Errorf("met as %x, seen as %x", met, seen)
	}
	if do(e, "GET", "/", "", "Cookie", "visitor=short"); seen != nil {
		t.Error("a key that is none was taken for one")
	}
	if gone := do(e, "POST", "/out", "").Result().Cookies()[0]; gone.MaxAge >= 0 || gone.Value != "" {
		t.Errorf("after leaving: %v", gone)
	}
}

func TestTwoBrowsersAreNotTakenForEachOther(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	var keys [][]byte
	e.POST("/", func(c *gin.Context) { keys = append(keys, page.MeetVisitor(c)) })
	for range 2 {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("")))
	}
	if bytes.Equal(keys[0], keys[1]) {
		t.Error("both got the same key")
	}
}
