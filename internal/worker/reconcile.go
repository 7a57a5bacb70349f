package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/id"
)

const (
	// lookBack is how far the daily comparison goes back: the processor tries to deliver an event for three
	// days (https://docs.stripe.com/webhooks#retries), and money from a bank may take longer than that.
	lookBack = 14 * 24 * time.Hour
	// clocksDiffer is more than the processor's clock and ours ever do.
	clocksDiffer = time.Hour
	// compareAtOnce bounds one read of the books.
	compareAtOnce = 500
)

// Comparison is what Reconcile did.
type Comparison struct {
	Events   int             `json:"events"`   // in the processor's journal
	Pages    int             `json:"pages"`    // in the processor's journal
	Payments int             `json:"payments"` // in the books
	Doubts   []billing.Doubt `json:"doubts"`   // all that wait for a person now
}

// Reconcile compares the card processor's own journal with the books from a time on. What the books missed is
// applied through the same verbs as when it arrives in time; what does not agree is put before a person, and
// nothing is posted for it. The processor keeps events for 30 days. It may be repeated, and run beside
// everything else.
func Reconcile(ctx context.Context, d *db.DB, journal billing.Journal, since time.Time) (Comparison, error) {
	c := comparison{db: d, unseen: map[string]id.Payment{}}
	// The books are read first: a page that is made meanwhile is then missing on neither side.
	if err := c.books(ctx, since); err != nil {
		return c.Comparison, fmt.Errorf("reading the books: %w", err)
	}
	if err := journal.Events(ctx, since, func(e billing.Event) error { return c.event(ctx, e) }); err != nil {
		return c.Comparison, fmt.Errorf("reading the card processor's events: %w", err)
	}
	if err := journal.Standings(ctx, since.Add(-clocksDiffer), func(s billing.Standing) error { return c.page(ctx, s) }); err != nil {
		return c.Comparison, fmt.Errorf("reading the card processor's payments: %w", err)
	}
	if err := c.doubtUnseen(ctx); err != nil {
		return c.Comparison, err
	}
	var err error
	c.Doubts, err = billing.Doubts(ctx, d)
	return c.Comparison, err
}

// reconcile is the daily comparison.
func (w *Worker) reconcile(ctx context.Context) error {
	_, err := Reconcile(ctx, w.DB, w.Journal, w.DB.Now().Add(-lookBack))
	return err
}

type comparison struct {
	Comparison
	db     *db.DB
	unseen map[string]id.Payment // pages in the books that the processor has not shown yet
}

// event stores an event that was missed. A listed event says the version and mode of the account it is read
// from, not those that the webhook endpoint would have sent, so neither is doubted.
func (c *comparison) event(ctx context.Context, e billing.Event) error {
	c.Events++
	return c.db.Write(ctx, func(tx *db.Tx) error {
		return billing.RecordEvent(ctx, tx, e, billing.Expected{APIVersion: e.APIVersion, Live: e.Live})
	})
}

// page applies what the processor says of one page. A page that is not ours matters once it was paid.
func (c *comparison) page(ctx context.Context, s billing.Standing) error {
	c.Pages++
	delete(c.unseen, cmp.Or(s.Session, s.Intent))
	payment, err := billing.PaymentOf(ctx, c.db, s)
	if errors.Is(err, billing.ErrPaymentUnknown) && !s.Paid {
		return nil
	}
	if err != nil && !errors.Is(err, billing.ErrPaymentUnknown) {
		return err
	}
	return c.db.Write(ctx, func(tx *db.Tx) error {
		if err == nil {
			return admissions.Settle(ctx, tx, payment, s)
		}
		return billing.Quarantine(ctx, tx, billing.Doubt{
			Kind: billing.UnknownPayment, Object: cmp.Or(s.Session, s.Intent),
			Detail: fmt.Sprintf("%s was paid to the card processor (%s), which is not a payment of ours.", s.Captured, cmp.Or(s.Session, s.Intent)),
		})
	})
}

// books reads the pages of payments.
func (c *comparison) books(ctx context.Context, since time.Time) error {
	for last := id.Payment(0); ; {
		payments, err := billing.WithPage(ctx, c.db, since, last, compareAtOnce)
		if err != nil || len(payments) == 0 {
			return err
		}
		for _, p := range payments {
			c.Payments++
			c.unseen[cmp.Or(p.Session, p.Intent)] = p.ID
			last = p.ID
		}
	}
}

// doubtUnseen puts payments before a person whose page the processor did not show.
func (c *comparison) doubtUnseen(ctx context.Context) error {
	for _, payment := range slices.Sorted(maps.Values(c.unseen)) {
		if err := c.db.Write(ctx, func(tx *db.Tx) error { return doubtMissing(ctx, tx, payment) }); err != nil {
			return err
		}
	}
	return nil
}
