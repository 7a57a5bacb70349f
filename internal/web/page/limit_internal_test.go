package page

import (
	"fmt"
	"testing"
	"time"
)

var morning = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

func TestANetworkWaitsOnceItHasUsedItsTries(t *testing.T) {
	t.Parallel()
	l := NewLimiter(2, time.Minute)
	for i, want := range []bool{true, true, false} {
		if got := l.Allow("203.0.113.7", morning); got != want {
			t.Errorf("try %d: %v", i, got)
		}
	}
	if !l.Allow("203.0.113.8", morning) {
		t.Error("another address waits too")
	}
	if l.Allow("203.0.113.7", morning.Add(59*time.Second)) || !l.Allow("203.0.113.7", morning.Add(2*time.Minute)) {
		t.Error("the pause is not a minute")
	}
}

func TestOneCustomersAddressesCountAsOne(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"203.0.113.7":           "203.0.113.7/32",
		"::ffff:203.0.113.7":    "203.0.113.7/32",
		"2001:db8:1:2:3:4:5:6":  "2001:db8:1:2::/64",
		"2001:db8:1:2::ffff":    "2001:db8:1:2::/64",
		"fe80::1%eth0":          "fe80::/64",
		"":                      "invalid Prefix",
		"not an address at all": "invalid Prefix",
	} {
		if got := network(address).String(); got != want {
			t.Errorf("%q counts as %s", address, got)
		}
	}
}

func TestTheLimiterForgetsRatherThanGrow(t *testing.T) {
	t.Parallel()
	l := NewLimiter(1, time.Hour)
	l.Allow("203.0.113.7", morning)
	for i := range 3 * remembered {
		l.Allow(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), morning)
		if i%1000 == 0 && l.Allow("203.0.113.7", morning) {
			t.Fatalf("an address that keeps asking was forgotten after %d others", i)
		}
	}
	if n := len(l.current) + len(l.earlier); n > 2*remembered {
		t.Errorf("%d addresses are remembered", n)
	}
}
