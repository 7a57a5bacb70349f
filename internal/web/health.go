package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/gin-gonic/gin"
)

// readyWithin is how soon a balancer gets an answer.
const readyWithin = 3 * time.Second

// ready says whether requests should be sent here. Why not is for the log.
func ready(check func(context.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), readyWithin)
		defer cancel()
		c.Header("Cache-Control", "no-store")
		if err := check(ctx); err != nil {
			slog.InfoContext(c, "not ready", "error", err)
			c.String(http.StatusServiceUnavailable, "not ready\n")
			return
		}
		c.String(http.StatusOK, "ready\n")
	}
}

// onlyHere lets only programs on this machine pass that come without a proxy between: everybody else is told
// that there is nothing here. What a request says of itself can only make it refused.
func onlyHere(c *gin.Context) {
	from, err := netip.ParseAddrPort(c.Request.RemoteAddr)
	forwarded := c.GetHeader("X-Forwarded-For") + c.GetHeader("Forwarded") + c.GetHeader("X-Real-Ip") + c.GetHeader("Via")
	if err != nil || !from.Addr().Unmap().IsLoopback() || forwarded != "" {
		c.AbortWithStatus(http.StatusNotFound)
	}
}
