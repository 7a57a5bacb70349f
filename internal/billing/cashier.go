package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bursar/internal/db"
	"bursar/internal/id"
)

// Cashier carries orders to the card processor and its answers back. It is the only code that does both: what
// is to be asked is committed first, the processor is asked outside any transaction, and the answer is written
// in another. Each of its verbs may be repeated until it succeeds.
type Cashier struct {
	DB      *db.DB
	Gateway Gateway
	BaseURL string // of our own pages, without a trailing slash
	Bacs    bool   // the account takes Bacs Direct Debits
}

// doubtKeyAfter is how long the same idempotency key is tried before a new one is. The processor replays an
// error under its key for a day, so one that keeps failing must be given up; a page that nobody has the
// address of can never be paid, so giving it up is safe.
const doubtKeyAfter = 5 * time.Minute

// Prepare makes the page on which a payment is made and notes its address; it does nothing for a payment that
// has one or is not open any more. An earlier try may have made the page and lost the answer: the same key then
// returns the same page.
func (c *Cashier) Prepare(ctx context.Context, which id.Payment) (*Payment, error) {
	p, err := getPayment(ctx, c.DB, which)
	if err != nil || p.Saved || p.Session != "" || p.Status != Created {
		return p, err
	}
	s, err := c.open(ctx, p)
	if err != nil && c.keyIsSpent(p, err) {
		if p, err = c.renew(ctx, which); err != nil {
			return nil, err
		}
		s, err = c.open(ctx, p)
	}
	if err != nil {
		return nil, fmt.Errorf("preparing payment %s: %w", p.Code, err)
	}
	return p, c.notePage(ctx, p, s)
}

// keyIsSpent reports whether a failed order will never succeed as it is: its page would have to close sooner
// than the processor allows, or its key has been failing for too long.
func (c *Cashier) keyIsSpent(p *Payment, err error) bool {
	return c.age(p) > doubtKeyAfter && (errors.Is(err, ErrGatewayRefused) || errors.Is(err, ErrGatewayDown))
}

// age is how long the current key of a payment has been tried.
func (c *Cashier) age(p *Payment) time.Duration { return PageLife - p.ExpiresAt.Sub(c.DB.Now()) }

// renew gives a payment a new key and a new end.
func (c *Cashier) renew(ctx context.Context, which id.Payment) (p *Payment, err error) {
	err = c.DB.Write(ctx, func(tx *db.Tx) error {
		if p, err = lockPayment(ctx, tx, which); err != nil {
			return err
		}
		p.nextAttempt(tx.Now)
		return savePayment(ctx, tx, p)
	})
	return p, err
}

// open orders the page of a payment.
func (c *Cashier) open(ctx context.Context, p *Payment) (Standing, error) {
	describe := c.place
	switch {
	case p.PlanID != 0:
		describe = c.parts
	case p.GiftID != 0:
		describe = c.gift
	case p.InvoiceID != 0:
		describe = c.invoice
	}
	o, err := describe(ctx, p)
	if err != nil {
		return Standing{}, fmt.Errorf("reading what payment %s is for: %w", p.Code, err)
	}
	o.Key, o.Reference, o.Amount, o.ExpiresAt = p.Key, p.Code, p.Amount, p.ExpiresAt
	return c.Gateway.Open(ctx, o)
}

// place says on a page which run it is about. It leads back to the place.
func (c *Cashier) place(ctx context.Context, p *Payment) (Checkout, error) {
	var w struct{ Title, Run, Enrolment, Email string }
	err := c.DB.NewRaw(`
		SELECT c.title, r.code, e.code, person.email
		FROM shares s
		JOIN enrolments e ON e.id = s.enrolment_id
		JOIN runs r ON r.id = e.run_id
		JOIN courses c ON c.id = r.course_id
		JOIN people person ON person.id = e.person_id
		WHERE s.id = ?`, p.ShareID).Scan(ctx, &w.Title, &w.Run, &w.Enrolment, &w.Email)
	place := c.BaseURL + "/my/places/" + w.Enrolment
	return Checkout{
		Email: w.Email, Description: fmt.Sprintf("%s (%s)", w.Title, w.Run), ReturnURL: place + "/confirmation", CancelURL: place,
	}, err
}

// gift says on a page to which fund it goes. It leads back to the gift, which has a short code and no owner who signs
// in: so the page does not know the donor's address, which whoever guesses the code could read there.
func (c *Cashier) gift(ctx context.Context, p *Payment) (Checkout, error) {
	var w struct{ Fund, Gift string }
	err := c.DB.NewRaw(`SELECT f.name, g.code FROM gifts g JOIN funds f ON f.id = g.fund_id WHERE g.id = ?`, p.GiftID).Scan(ctx, &w.Fund, &w.Gift)
	gift := c.BaseURL + "/sponsor/" + w.Gift
	return Checkout{Description: "A gift to " + w.Fund, ReturnURL: gift + "/thanks", CancelURL: gift}, err
}

// invoice says on a page which invoice is paid. It leads back to the invoice. Whoever pays for an organisation enters
// their own address.
func (c *Cashier) invoice(ctx context.Context, p *Payment) (Checkout, error) {
	var w struct{ Number, Organisation string }
	err := c.DB.NewRaw(`SELECT i.number, o.code AS organisation FROM invoices i JOIN organisations o ON o.id = i.organisation_id WHERE i.id = ?`,
		p.InvoiceID).Scan(ctx, &w.Number, &w.Organisation)
	invoice := c.BaseURL + "/employer/" + w.Organisation + "/invoices/" + w.Number
	return Checkout{Description: "Invoice " + w.Number, ReturnURL: invoice + "/paid", CancelURL: invoice}, err
}

// notePage writes down the address of a payment's page.
func (c *Cashier) notePage(ctx context.Context, p *Payment, s Standing) error {
	return c.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := lockPayment(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if now.Session == "" {
			now.Session, now.SessionURL = s.Session, s.URL
			err = savePayment(ctx, tx, now)
		}
		*p = *now
		return err
	})
}

// Look asks the processor how a payment stands.
func (c *Cashier) Look(ctx context.Context, which id.Payment) (Standing, error) {
	p, err := c.Prepare(ctx, which)
	switch {
	case err != nil:
		return Standing{}, err
	case p.Saved:
		return c.charged(ctx, p)
	case p.Session == "":
		return Standing{}, ErrPageUnknown
	}
	return c.Gateway.Look(ctx, p.Session)
}

// Close closes a payment's page for good and asks how the payment stands. Somebody may have paid just before:
// then it says so.
func (c *Cashier) Close(ctx context.Context, which id.Payment) (Standing, error) {
	p, err := c.Prepare(ctx, which)
	if err != nil {
		return Standing{}, err
	}
	switch {
	case p.Saved:
		return c.charged(ctx, p) // it is on its way, and nobody can stop it
	case p.Session == "":
		return Standing{}, ErrPageUnknown
	}
	if err := c.Gateway.Expire(ctx, p.Session); err != nil && !errors.Is(err, ErrPageNotOpen) {
		return Standing{}, fmt.Errorf("closing the page of payment %s: %w", p.Code, err)
	}
	return c.Gateway.Look(ctx, p.Session)
}

// Conclude finds out what became of a payment whose time is up: it closes the page and asks. A payment whose
// page could not be made in time, because the processor was away, gets a new one and its full time instead.
func (c *Cashier) Conclude(ctx context.Context, which id.Payment) (Standing, error) {
	p, err := c.Prepare(ctx, which)
	if err != nil {
		return Standing{}, err
	}
	if p.ExpiresAt.After(c.DB.Now()) {
		return c.Look(ctx, which)
	}
	return c.Close(ctx, which)
}

// SendRefund asks the processor for a refund that was requested and notes the answer. A try whose answer was
// lost is recognised by the refund's own code among those that the processor knows.
func (c *Cashier) SendRefund(ctx context.Context, which id.Refund) error {
	r, err := GetRefund(ctx, c.DB, which)
	if err != nil {
		return err
	}
	if r.Status != RefundRequested {
		return nil
	}
	p, err := getPayment(ctx, c.DB, r.PaymentID)
	if err != nil {
		return err
	}
	s, err := c.refund(ctx, p, r)
	if err != nil {
		return fmt.Errorf("sending refund %s: %w", r.Code, err)
	}
	return c.DB.Write(ctx, func(tx *db.Tx) error { return RecordRefund(ctx, tx, which, s) })
}

func (c *Cashier) refund(ctx context.Context, p *Payment, r *Refund) (RefundStanding, error) {
	known, err := c.standing(ctx, p)
	if err != nil {
		return RefundStanding{}, err
	}
	for _, s := range known.Refunds {
		if s.Reference == r.Code {
			return s, nil
		}
	}
	s, err := c.Gateway.Refund(ctx, RefundOrder{Key: r.key(c.DB.Now()), Intent: p.Intent, Reference: r.Code, Amount: r.Amount})
	if errors.Is(err, ErrGatewayRefused) {
		return RefundStanding{Reference: r.Code, Amount: r.Amount, State: RefundFailed}, nil
	}
	return s, err
}
