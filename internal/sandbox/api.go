package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// call is one request to the API.
type call struct {
	now  time.Time
	id   string // from the address
	form form
}

// endpoint decides about one request, under the lock: what changes and what is answered. On a refusal nothing
// changes, but for a payment that the bank refused.
type endpoint func(call) (change, map[string]any, *refusal)

const bodyLimit = 1 << 20

// reply is what goes back to the caller.
type reply struct {
	status   int
	body     []byte
	replayed bool
	cut      bool // the connection ends in the middle of the answer
}

func (s *Sandbox) api(run endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out := s.reply(w, r, run)
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Request-Id", newID("req_"))
		h.Set("Stripe-Version", apiVersion)
		if key := r.Header.Get("Idempotency-Key"); key != "" {
			h.Set("Idempotency-Key", key)
		}
		if out.replayed {
			h.Set("Idempotent-Replayed", "true")
		}
		h.Set("Content-Length", strconv.Itoa(len(out.body)))
		w.WriteHeader(out.status)
		if out.cut {
			// Fewer bytes than announced make the server drop the connection, with some of the answer sent: a client
			// that saw nothing at all might quietly ask again.
			out.body = out.body[:len(out.body)/2]
		}
		_, _ = w.Write(out.body) // the caller has gone: nothing to tell anybody
	}
}

func (s *Sandbox) reply(w http.ResponseWriter, r *http.Request, run endpoint) reply {
	if bad := authorise(r); bad != nil {
		return bad.reply()
	}
	r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
	if err := r.ParseForm(); err != nil {
		return invalid("", "The request could not be read.").reply()
	}
	how := s.nextFailure(r.Method + " " + r.URL.Path)
	switch how {
	case CutBefore:
		return reply{status: http.StatusOK, body: []byte(`{"object":"…"}`), cut: true}
	case RateLimited:
		return limited.reply()
	case Locked:
		return locked.reply()
	}
	asked := call{id: r.PathValue("id"), form: form(r.Form)}
	var kept *answer
	if key := r.Header.Get("Idempotency-Key"); key != "" && r.Method == http.MethodPost {
		kept = &answer{Key: key, Fingerprint: fingerprint(r)}
		if known, answered := s.begin(kept); answered {
			return known
		}
		defer s.end(key)
	}
	if how == Stalled {
		s.stall(r.Context())
	}
	return s.perform(asked, run, how, kept)
}

// perform runs the endpoint and keeps the answer under the key, where there is one.
func (s *Sandbox) perform(c call, run endpoint, how Failure, kept *answer) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	c.now = s.o.Now()
	made, object, bad := s.attempt(c, run, how)
	out := reply{status: http.StatusOK, cut: how == CutAfter}
	if bad != nil {
		out = bad.reply()
	} else {
		out.body = encode(object)
	}
	if kept != nil && (bad == nil || bad.kept) {
		kept.Status, kept.Body, kept.Created = out.status, out.body, c.now.Unix()
		made.Answers = append(made.Answers, *kept)
	}
	if made.empty() {
		return out
	}
	if err := s.commit(made); err != nil {
		return broken.reply()
	}
	return out
}

func (s *Sandbox) attempt(c call, run endpoint, how Failure) (change, map[string]any, *refusal) {
	if how == ErrorBefore {
		return change{}, nil, broken
	}
	made, object, bad := run(c)
	if bad == nil {
		bad = s.expand(object, c.form.all("expand"))
	}
	switch {
	case bad != nil && bad.PaymentIntent != nil:
		return made, nil, bad
	case bad != nil:
		return change{}, nil, bad
	case how == ErrorAfter:
		return made, nil, broken
	}
	return made, object, nil
}

// begin answers from the key, or reserves it for this request.
func (s *Sandbox) begin(asked *answer) (reply, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(asked.Key) > 255 {
		return invalid("", "Idempotency keys can have up to 255 characters.").reply(), true
	}
	known, ok := s.world.answers[asked.Key]
	switch {
	case ok && s.o.Now().Sub(time.Unix(known.Created, 0)) > 24*time.Hour: // forgotten, as Stripe may
	case ok && known.Fingerprint != asked.Fingerprint:
		return otherParameters.reply(), true
	case ok:
		return reply{status: known.Status, body: known.Body, replayed: true}, true
	}
	if s.inFlight[asked.Key] {
		return inUse.reply(), true
	}
	s.inFlight[asked.Key] = true
	return reply{}, false
}

func (s *Sandbox) end(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.inFlight, key)
}

func fingerprint(r *http.Request) string {
	sum := sha256.Sum256([]byte(r.Method + " " + r.URL.Path + "?" + url.Values(r.Form).Encode()))
	return hex.EncodeToString(sum[:])
}

func authorise(r *http.Request) *refusal {
	key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		key, _, ok = r.BasicAuth()
	}
	if !ok || !strings.HasPrefix(key, "sk_test_") {
		return &refusal{
			status: http.StatusUnauthorized, Type: "invalid_request_error",
			Message: "This is the sandbox: give a secret key that begins with sk_test_.",
		}
	}
	return nil
}

func unknownAddress(call) (change, map[string]any, *refusal) {
	return change{}, nil, &refusal{
		status: http.StatusNotFound, Type: "invalid_request_error", Message: "Unrecognized request URL.",
	}
}

func (r *refusal) reply() reply {
	return reply{status: r.status, body: encode(map[string]any{"error": r})}
}

func encode(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps, strings and numbers of our own: cannot fail
	}
	return body
}
