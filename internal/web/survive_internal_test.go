package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"bursar/internal/web/page/pagetest"
)

func newEngine(t *testing.T) *gin.Engine {
	t.Helper()
	e, err := engine(Options{Metrics: prometheus.NewRegistry()}, pagetest.Renderer(t))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAPanicIsAnApologyAndTellsNothing(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	e.GET("/", func(*gin.Context) { panic("the secret is 42") })
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "42") {
		t.Errorf("answered %d: %s", w.Code, w.Body)
	}
	if !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
		t.Error("the apology does not name the request")
	}
	pagetest.Check(t, w.Body.String())
}

func TestAHandlerIsToldToEnd(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	var left time.Duration
	e.GET("/", func(c *gin.Context) {
		if end, ok := c.Request.Context().Deadline(); ok {
			left = time.Until(end)
		}
	})
	e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	if left <= 0 || left > answerWithin {
		t.Errorf("it had %s", left)
	}
}

func TestOnlyAProxyOnThisMachineMaySayWhoAsks(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	e.GET("/", func(c *gin.Context) { c.String(http.StatusOK, c.ClientIP()) })
	for from, want := range map[string]string{"127.0.0.1:9": "198.51.100.7", "192.0.2.1:9": "192.0.2.1"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = from
		r.Header.Set("X-Forwarded-For", "203.0.113.9, 198.51.100.7") // the first is what the caller claimed
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Body.String() != want {
			t.Errorf("from %s: %s, want %s", from, w.Body, want)
		}
	}
}
