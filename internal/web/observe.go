package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"bursar/internal/web/page"
	"bursar/internal/web/static"
)

// number gives each request an id, which the log, the apology and the answer's head share. One that the caller
// claims is not taken: it would end up in our log.
func number(c *gin.Context) {
	id := strings.ToLower(rand.Text()[:13]) // 65 bits
	page.SetRequestID(c, id)
	c.Header("X-Request-Id", id)
}

// observe counts and logs each request by the pattern of its address.
func observe(r prometheus.Registerer) gin.HandlerFunc {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "bursar_http_request_seconds", Help: "How long requests took to answer.", Buckets: prometheus.DefBuckets,
	}, []string{"method", "route", "status"})
	r.MustRegister(seconds)
	return func(c *gin.Context) {
		timer := prometheus.NewTimer(nil)
		c.Next()
		took := timer.ObserveDuration()
		method, route, status := c.Request.Method, c.FullPath(), c.Writer.Status()
		if route == "" {
			method, route = "any", "none" // whatever anybody cares to try counts as one
		}
		seconds.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
		if !strings.HasPrefix(route, static.Prefix) {
			slog.InfoContext(c, "request", "request", page.RequestID(c), "method", method, "route", route,
				"status", status, "milliseconds", took.Milliseconds())
		}
	}
}

// survive answers with an apology when a handler panics.
func survive(c *gin.Context) {
	defer func() {
		v := recover()
		if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(v) // the server's own way to break off an answer
		}
		if v != nil {
			page.Fail(c, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}
	}()
	c.Next()
}
