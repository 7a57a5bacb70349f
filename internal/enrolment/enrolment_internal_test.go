package enrolment

import (
	"testing"
	"time"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// verbs are all guarded ways to change a status, with the status each leads to.
var verbs = map[string]struct {
	do func(*Enrolment) error
	to Status
}{
	"confirm":  {func(e *Enrolment) error { return e.confirm(now) }, Confirmed},
	"lapse":    {func(e *Enrolment) error { return e.end(Lapsed, now) }, Lapsed},
	"withdraw": {func(e *Enrolment) error { return e.end(Withdrawn, now) }, Withdrawn},
	"cancel":   {func(e *Enrolment) error { return e.end(Cancelled, now) }, Cancelled},
	"complete": {func(e *Enrolment) error { return e.end(Completed, now) }, Completed},
	"wait":     {func(e *Enrolment) error { return e.wait(-1) }, Waiting},
}

func TestEachVerbIsAllowedFromExactlyTheseStatuses(t *testing.T) {
	t.Parallel()
	allowed := map[string][]Status{
		"confirm":  {Held, Lapsed},
		"lapse":    {Held},
		"withdraw": {Waiting, Held, Confirmed},
		"cancel":   {Waiting, Held, Confirmed},
		"complete": {Confirmed},
		"wait":     {Lapsed},
	}
	for name, verb := range verbs {
		for _, from := range moves.Statuses() {
			want := false
			for _, s := range allowed[name] {
				want = want || s == from
			}
			e := &Enrolment{Status: from, HeldUntil: now}
			err := verb.do(e)
			if (err == nil) != want {
				t.Errorf("%s from %s: %v", name, from, err)
			}
			if err == nil && (e.Status != verb.to || !e.HeldUntil.IsZero()) {
				t.Errorf("%s from %s leads to %s, held until %s", name, from, e.Status, e.HeldUntil)
			}
			if err != nil && e.Status != from {
				t.Errorf("%s from %s was refused and still led to %s", name, from, e.Status)
			}
		}
	}
}
