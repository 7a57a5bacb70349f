package award

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/secret"
)

// PayClaim notes that an approved claim was paid by bank on a day, under the bank's reference, and takes the money from
// the funds of its line. Of an award that was given up meanwhile, what was approved is paid all the same. The same again
// changes nothing. It returns ErrUnknownClaim, ErrLineUsed, state.ErrMovedOn, or an Invalid failure about "reference" or
// "paid".
func PayClaim(ctx context.Context, tx *db.Tx, by id.Person, code, reference string, on london.Date) error {
	c, a, err := lockClaim(ctx, tx, code)
	if err != nil {
		return err
	}
	reference = strings.Join(strings.Fields(reference), " ")
	if c.Status == ClaimPaid && c.Reference == reference {
		return nil
	}
	bad := checkReference(reference, "Enter the bank’s reference.")
	switch today := london.DateOf(tx.Now); {
	case on.IsZero():
		bad["paid"] = "Enter the day on which it was paid."
	case on.After(today):
		bad["paid"] = "The day on which it was paid cannot be after today."
	case c.Status == ClaimApproved && on.Before(london.DateOf(c.DecidedAt)):
		bad["paid"] = "It was approved on " + london.DateOf(c.DecidedAt).Medium() + ". Enter that day or a later one."
	}
	if err := bad.failure(); err != nil {
		return err
	}
	if err := c.move(ClaimPaid); err != nil {
		return err
	}
	c.Reference, c.PaidBy, c.PaidAt = reference, by, paidAt(on, tx.Now)
	if err := saveClaim(ctx, tx, c); err != nil {
		return err
	}
	return a.payOut(ctx, tx, by, c, "claim paid", "claim-paid")
}

// paidAt is a moment of the day on which something was paid; of today, now.
func paidAt(on london.Date, now time.Time) time.Time {
	if on == london.DateOf(now) {
		return now
	}
	return on.At(12, 0)
}

func checkReference(reference, empty string) mistakes {
	bad := mistakes{}
	switch {
	case reference == "":
		bad["reference"] = empty
	case utf8.RuneCountInString(reference) > 100:
		bad["reference"] = "Use 100 characters or fewer."
	}
	return bad
}

// Booking is something that we book and pay for somebody.
type Booking struct {
	Code      string // of the form: the same form sent twice is one booking
	Purpose   fund.Purpose
	Amount    money.Amount // pence
	About     string       // what the person reads
	Reference string       // of the booking, or of our payment for it
}

// BookClaim notes what we booked and paid for somebody on a line of their award, and tells them that there is something to
// read. The same form again changes nothing. It returns bursary.ErrUnknown, ErrUnknown, ErrNotClaimable, ErrPlaceOpen,
// ErrClaimChanged, ErrLineUsed, or an Invalid failure about "purpose", "amount", "about" or "reference".
func BookClaim(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, application string, b Booking) (*Claim, error) {
	a, err := lockForStaff(ctx, tx, application)
	if err != nil {
		return nil, err
	}
	claims, err := ClaimsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	if c, err := sentBefore(box, claims, b.Code, a.Line(b.Purpose), b.Amount, b.About); c != nil || err != nil {
		return c, err
	}
	if err := a.claimable(ctx, tx); err != nil {
		return nil, err
	}
	b.Reference = strings.Join(strings.Fields(b.Reference), " ")
	line, err := b.check(a, claims)
	if err != nil {
		return nil, err
	}
	c := &Claim{
		Code: id.NormaliseCode(b.Code), LineID: line.ID, Status: ClaimPaid, Booked: true, Asked: b.Amount, Approved: b.Amount, Reference: b.Reference,
		AskedAt: tx.Now, DecidedBy: by, DecidedAt: tx.Now, PaidBy: by, PaidAt: tx.Now,
	}
	if err := insertClaim(ctx, tx, box, c, b.About); err != nil {
		return nil, err
	}
	return c, a.payOut(ctx, tx, by, c, "claim booked", "claim-booked")
}

func (b Booking) check(a *Award, claims []*Claim) (*Line, error) {
	line, err := a.payable(b.Purpose)
	bad := mistakesOf(err)
	if line != nil {
		bad.add("amount", checkAmount(b.Amount, line.room(claims)))
	}
	bad.add("about", checkAbout(b.About))
	bad.merge(checkReference(b.Reference, "Enter the reference of the booking or of our payment."))
	return line, bad.failure()
}

// lockForStaff loads the latest award of an application for change, once nobody else changes anything about the
// application.
func lockForStaff(ctx context.Context, tx *db.Tx, application string) (*Award, error) {
	app, err := bursary.ByCode(ctx, tx, application)
	if err != nil {
		return nil, err
	}
	if _, err := bursary.Lock(ctx, tx, app.ID); err != nil {
		return nil, err
	}
	a, err := OfApplication(ctx, tx, app.ID)
	if err != nil {
		return nil, err
	}
	return Lock(ctx, tx, a.ID)
}

// payOut takes a claim's money from the parts of its line, in their order, writes it down and tells the person.
func (a *Award) payOut(ctx context.Context, tx *db.Tx, by id.Person, c *Claim, action, template string) error {
	line := a.lineOf(c)
	if line.committed() < c.Approved {
		return ErrLineUsed
	}
	parts, touched := take(line.Parts, c.Approved)
	if err := fund.Spend(ctx, tx, fmt.Sprintf("claim/%d/paid", c.ID), fund.Bank, parts); err != nil {
		return err
	}
	if err := SaveParts(ctx, tx, touched); err != nil {
		return err
	}
	if err := recordClaim(ctx, tx, audit.Person(by), action, a, c); err != nil {
		return err
	}
	return tellClaim(ctx, tx, a, template, c)
}

// take spends an amount of parts from the first on, and says what of each fund, and which parts changed.
func take(parts []*Part, amount money.Amount) (paid []fund.Part, touched []*Part) {
	for _, p := range parts {
		if n := min(amount, p.Committed()); n > 0 {
			p.Spent += n
			amount -= n
			paid, touched = append(paid, fund.Part{Fund: p.FundID, Amount: n}), append(touched, p)
		}
	}
	return paid, touched
}
