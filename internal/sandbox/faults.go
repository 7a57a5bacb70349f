package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"bursar/internal/money"
)

// Faults are what goes wrong from now on with events and payments. The zero value is a good day.
type Faults struct {
	Duplicate  int          // every event is sent this many times more
	Hold       bool         // nothing is sent until this is false again
	Drop       bool         // events made meanwhile are never sent, only listed
	Reverse    bool         // of several events that wait, the newest is sent first
	APIVersion string       // what events made meanwhile say instead of 2023-10-16
	Capture    money.Amount // what payments made meanwhile capture instead of the price
	Currency   string       // the currency of payments made meanwhile
	Refuse     string       // why charges of saved methods are refused meanwhile: NoFunds, AsksHolder or another code
}

// SetFaults replaces the faults by these. Events that were held are sent when Hold ends.
func (s *Sandbox) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
	s.rouse()
}

// Failure is a way in which a call to the API can go wrong.
type Failure int

// The failures. None is a call that works.
const (
	None        Failure = iota
	CutBefore           // nothing is done and the connection breaks
	CutAfter            // everything is done and the connection breaks within the answer
	ErrorBefore         // nothing is done; 500, which is kept under the idempotency key
	ErrorAfter          // everything is done; 500, which is kept under the idempotency key
	RateLimited         // 429 before anything is looked at
	Locked              // 409, as when another request works on the same thing
	Stalled             // no answer until Resume or until the caller gives up; then it is done all the same
)

// planned is a Failure that waits for the calls it is meant for.
type planned struct {
	left int
	call string
	how  Failure
}

// FailNext makes the next n calls fail whose method and path begin with call, such as "POST /v1/refunds"; empty
// means all calls.
func (s *Sandbox) FailNext(n int, call string, how Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = append(s.failures, planned{left: n, call: call, how: how})
}

// Resume lets the calls go on that are stalled at this moment.
func (s *Sandbox) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.stalled)
	s.stalled = make(chan struct{})
}

func (s *Sandbox) nextFailure(call string) Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.failures {
		if !strings.HasPrefix(call, f.call) {
			continue
		}
		if s.failures[i].left--; f.left <= 1 {
			s.failures = slices.Delete(s.failures, i, i+1)
		}
		return f.how
	}
	return None
}

// Waiting is how many calls are stalled at this moment.
func (s *Sandbox) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting
}

func (s *Sandbox) stall(ctx context.Context) {
	s.mu.Lock()
	stalled := s.stalled
	s.waiting++
	s.mu.Unlock()
	select {
	case <-stalled:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
}

var (
	broken = &refusal{
		status: http.StatusInternalServerError, kept: true, Type: "api_error", Message: "An unknown error occurred.",
	}
	limited = &refusal{
		status: http.StatusTooManyRequests, Type: "invalid_request_error", Code: "rate_limit",
		Message: "Request rate limit exceeded.",
	}
	locked = &refusal{
		status: http.StatusConflict, Type: "invalid_request_error", Code: "lock_timeout",
		Message: "This object cannot be accessed right now because another request is accessing it.",
	}
	inUse = &refusal{
		status: http.StatusConflict, Type: "idempotency_error", Code: "idempotency_key_in_use",
		Message: "There is currently another in-progress request using this idempotency key.",
	}
	otherParameters = &refusal{
		status: http.StatusBadRequest, Type: "idempotency_error",
		Message: "Keys for idempotent requests can only be used with the same parameters they were first used with.",
	}
)
