package page

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// remembered bounds each of the two generations of addresses, so that nobody can fill the memory.
const remembered = 10_000

// Limiter counts by network address: so many tries at once, then one after each pause. When a generation of addresses
// is full it becomes the previous one and the one before that is forgotten; an address that keeps asking is carried
// along.
type Limiter struct {
	mu               sync.Mutex
	current, earlier map[netip.Prefix]*rate.Limiter
	burst            int
	every            time.Duration
}

// NewLimiter allows each network so many tries at once, and then one after each pause.
func NewLimiter(burst int, every time.Duration) *Limiter {
	return &Limiter{current: map[netip.Prefix]*rate.Limiter{}, burst: burst, every: every}
}

// Allow reports whether an address may go on at a time, and counts that it did.
func (l *Limiter) Allow(address string, at time.Time) bool {
	key := network(address)
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.current[key]
	if one == nil {
		if one = l.earlier[key]; one == nil {
			one = rate.NewLimiter(rate.Every(l.every), l.burst)
		}
		if len(l.current) >= remembered {
			l.earlier, l.current = l.current, map[netip.Prefix]*rate.Limiter{}
		}
		l.current[key] = one
	}
	return one.AllowN(at, 1)
}

// network is what one customer of a network has: an IPv4 address or an IPv6 /64.
func network(address string) netip.Prefix {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	ip = ip.Unmap().WithZone("")
	bits := ip.BitLen()
	if ip.Is6() {
		bits = 64
	}
	prefix, err := ip.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
