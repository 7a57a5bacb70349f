package organisation

import (
	"errors"
	"slices"
	"testing"
	"time"

	"bursar/internal/id"
	"bursar/internal/state"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestAnOrganisationMovesOnlyAsItsVerbsSay(t *testing.T) {
	t.Parallel()
	verbs := map[string]func(*Organisation) error{
		"complete": (*Organisation).complete,
		"approve":  func(o *Organisation) error { return o.approve(7, now) },
		"refuse":   func(o *Organisation) error { return o.refuse(7, "why", now) },
		"close":    (*Organisation).close,
	}
	want := map[Status]map[string]Status{
		Invited:  {"complete": Pending, "close": Closed},
		Pending:  {"approve": Approved, "refuse": Refused, "close": Closed},
		Approved: {"close": Closed},
		Refused:  {"approve": Approved},
		Closed:   {},
	}
	for _, from := range Statuses() {
		for name, verb := range verbs {
			o := &Organisation{Status: from}
			err := verb(o)
			to, allowed := want[from][name]
			switch {
			case allowed && (err != nil || o.Status != to):
				t.Errorf("%s, %s: %s, %v", from, name, o.Status, err)
			case !allowed && (err == nil || o.Status != from || o.DecidedBy != 0):
				t.Errorf("%s, %s was not refused: %s, %v", from, name, o.Status, err)
			case !allowed && from == Invited && !errors.Is(err, ErrNotReviewable):
				t.Errorf("%s, %s: %v", from, name, err)
			}
		}
	}
}

func TestAnApprovalTakesARefusalBack(t *testing.T) {
	t.Parallel()
	o := &Organisation{Status: Pending}
	if err := o.refuse(7, "why", now); err != nil || o.RefusedFor != "why" || o.DecidedBy != 7 || o.DecidedAt != now {
		t.Fatalf("refused: %+v, %v", o, err)
	}
	later := now.Add(time.Hour)
	if err := o.approve(8, later); err != nil || o.RefusedFor != "" || o.DecidedBy != 8 || o.DecidedAt != later {
		t.Errorf("approved: %+v, %v", o, err)
	}
}

func TestAChangeOfAddressEndsOnce(t *testing.T) {
	t.Parallel()
	ends := []Outcome{AddressAgreed, AddressRefused, AddressTakenBack}
	for _, from := range Outcomes() {
		for _, to := range Outcomes() {
			c := &AddressChange{Outcome: from, AskedBy: 1, CheckedBy: 2}
			err := c.decide(to, 3, now)
			if allowed := from == AddressOpen && slices.Contains(ends, to); allowed != (err == nil) {
				t.Errorf("%q → %q: %v", from, to, err)
			}
			if err != nil && (c.Outcome != from || c.DecidedBy != 0) {
				t.Errorf("%q → %q was refused and still happened", from, to)
			}
		}
	}
}

func TestAChangeOfAddressIsAgreedByAThirdPerson(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		checked, by id.Person
		want        error
	}{
		"another one":     {2, 3, nil},
		"nobody checked":  {0, 3, ErrUnchecked},
		"who checked":     {2, 2, ErrSecondPerson},
		"who asked":       {2, 1, ErrSecondPerson},
		"asked, no check": {0, 1, ErrUnchecked},
	} {
		change := &AddressChange{AskedBy: 1, CheckedBy: c.checked}
		if err := change.decide(AddressAgreed, c.by, now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		change AddressChange
		want   error
	}{
		"open":           {AddressChange{AskedBy: 1}, nil},
		"own":            {AddressChange{AskedBy: 2}, ErrSecondPerson},
		"checked before": {AddressChange{AskedBy: 1, CheckedBy: 3}, state.ErrMovedOn},
		"decided":        {AddressChange{AskedBy: 1, Outcome: AddressRefused}, state.ErrMovedOn},
	} {
		if err := c.change.check(2, "rang", now); !errors.Is(err, c.want) {
			t.Errorf("checking, %s: %v", name, err)
		}
	}
}
