// Package hook takes in what the card processor sends. It has no session, no cookie and no page: whoever can
// sign with the endpoint's secret is the processor, and nobody else is answered with more than a status.
//
// What always holds: nothing is stored before the signature was checked; an event is stored, with the job to
// look into it, before it is acknowledged; what cannot be stored now is answered so that it is sent again.
package hook

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/stripepay"
)

// Path is the address to give to the card processor.
const Path = "/hooks/stripe"

// bodyLimit is far above any event that we ask for.
const bodyLimit = 64 << 10

// Options is what the endpoint needs.
type Options struct {
	DB       *db.DB
	Secrets  []string         // signing secrets of the endpoint; several while one is being replaced
	Expected billing.Expected // what an endpoint that is set up rightly sends
	Clock    func() time.Time // the real time, as the processor's signatures have it
	Metrics  prometheus.Registerer
}

type hook struct {
	Options
	events *prometheus.CounterVec // by what became of them
}

// Mount adds the endpoint to an engine.
func Mount(r gin.IRouter, o Options) {
	h := hook{o, prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bursar_processor_events_total", Help: "Messages to the card processor's endpoint, by what became of them.",
	}, []string{"outcome"})}
	o.Metrics.MustRegister(h.events)
	r.POST(Path, h.receive)
}

func (h hook) receive(c *gin.Context) {
	status, outcome := h.take(c)
	h.events.WithLabelValues(outcome).Inc()
	c.String(status, "%s\n", outcome)
}

// take stores an event and says what became of it.
func (h hook) take(c *gin.Context) (status int, outcome string) {
	if c.ContentType() != gin.MIMEJSON {
		return http.StatusUnsupportedMediaType, "not JSON"
	}
	payload, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, bodyLimit))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return http.StatusRequestEntityTooLarge, "too large"
	}
	if err != nil {
		return http.StatusBadRequest, "cut short"
	}
	event, err := stripepay.ReadEvent(payload, c.GetHeader("Stripe-Signature"), h.Secrets, h.Clock())
	if err != nil {
		slog.WarnContext(c, "processor event refused", "error", err)
		return http.StatusBadRequest, "refused"
	}
	err = h.DB.Write(c.Request.Context(), func(tx *db.Tx) error { return billing.RecordEvent(c.Request.Context(), tx, event, h.Expected) })
	if err != nil {
		slog.ErrorContext(c, "processor event not stored", "event", event.ID, "error", err)
		if f := failure.Of(err); f != nil && f.Kind == failure.Unavailable {
			return http.StatusServiceUnavailable, "not now"
		}
		return http.StatusInternalServerError, "not stored"
	}
	return http.StatusOK, "stored"
}
