package account

import (
	"net/netip"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"bursar/internal/failure"
)

// How often one network address may ask for mails and try links and codes: so many at once, then one after
// each pause. A whole hospital may share one address; one mailbox has a limit of its own (people.AskSignIn).
const (
	asksAtOnce  = 30
	asksEvery   = time.Minute
	triesAtOnce = 60
	triesEvery  = 15 * time.Second
)

// errTooMany is said to everybody behind a network address that has asked too often.
var errTooMany = failure.New(failure.Unavailable, "too_many_tries",
	"There have been too many sign-in attempts from your network. Wait a few minutes and try again.")

// remembered bounds each of the two generations of addresses, so that nobody can fill the memory.
const remembered = 10_000

// limiter counts by network address. When a generation is full it becomes the previous one and the one before
// that is forgotten; an address that keeps asking is carried along.
type limiter struct {
	mu               sync.Mutex
	current, earlier map[netip.Prefix]*rate.Limiter
	burst            int
	every            time.Duration
}

func newLimiter(burst int, every time.Duration) *limiter {
	return &limiter{current: map[netip.Prefix]*rate.Limiter{}, burst: burst, every: every}
}

// allow reports whether an address may go on at a time, and counts that it did.
func (l *limiter) allow(address string, at time.Time) bool {
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

func (a *Account) limit(c *gin.Context, l *limiter) error {
	if !l.allow(c.ClientIP(), a.DB.Now()) {
		return errTooMany
	}
	return nil
}
