package award

import (
	"context"
	"fmt"
	"unicode/utf8"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// ApproveClaim says that a claim is paid, in full or less with a reason, and tells the person that there is something to
// read. The same again changes nothing. It returns ErrUnknownClaim, ErrNotClaimable, ErrPlaceOpen, ErrLineUsed,
// state.ErrMovedOn, or an Invalid failure about "amount" or "reason".
func ApproveClaim(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string, amount money.Amount, reason string) error {
	c, a, err := lockClaim(ctx, tx, code)
	if err != nil {
		return err
	}
	if c.Status == ClaimApproved && c.Approved == amount {
		return nil
	}
	if err := a.claimable(ctx, tx); err != nil {
		return err
	}
	if err := c.approvable(amount, reason); err != nil {
		return err
	}
	if err := a.covers(ctx, tx, c, amount); err != nil {
		return err
	}
	c.Approved = amount
	return decideClaim(ctx, tx, box, by, ClaimApproved, a, c, reason)
}

// approvable checks what a decision was typed with.
func (c *Claim) approvable(amount money.Amount, reason string) error {
	bad := mistakes{}
	switch {
	case amount <= 0:
		bad["amount"] = "Enter an amount, like 24.50."
	case amount > c.Asked:
		bad["amount"] = fmt.Sprintf("They asked for %s. Enter that or less.", c.Asked)
	case amount < c.Asked && aboutOf(reason) == "":
		bad["reason"] = "Say why it is less. The person reads it."
	}
	if utf8.RuneCountInString(aboutOf(reason)) > longestAbout {
		bad["reason"] = fmt.Sprintf("Use %d characters or fewer.", longestAbout)
	}
	return bad.failure()
}

// covers returns ErrLineUsed when a claim's line has less than an amount that is neither paid nor approved otherwise.
func (a *Award) covers(ctx context.Context, tx *db.Tx, c *Claim, amount money.Amount) error {
	claims, err := ClaimsOf(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, r := range a.Rooms(claims) {
		if r.Line.ID == c.LineID && r.Line.committed()-r.Approved >= amount {
			return nil
		}
	}
	return ErrLineUsed
}

// committed is what is still promised of a line.
func (l *Line) committed() (sum money.Amount) {
	for _, p := range l.Parts {
		sum += p.Committed()
	}
	return sum
}

// RefuseClaim says that a claim is not paid, and why, and tells the person that there is something to read. It returns
// ErrUnknownClaim, state.ErrMovedOn, or an Invalid failure about "reason".
func RefuseClaim(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code, reason string) error {
	c, a, err := lockClaim(ctx, tx, code)
	if err != nil {
		return err
	}
	switch reason = aboutOf(reason); {
	case c.Status == ClaimRefused:
		return nil
	case reason == "":
		return failure.Field("reason", "Say why. The person reads it.")
	case utf8.RuneCountInString(reason) > longestAbout:
		return failure.Field("reason", fmt.Sprintf("Use %d characters or fewer.", longestAbout))
	}
	return decideClaim(ctx, tx, box, by, ClaimRefused, a, c, reason)
}

// decideClaim writes a decision down and tells the person.
func decideClaim(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, to ClaimStatus, a *Award, c *Claim, reason string) error {
	if err := c.move(to); err != nil {
		return err
	}
	c.DecidedBy, c.DecidedAt = by, tx.Now
	if words := aboutOf(reason); words != "" {
		var err error
		if c.SealedAnswer, err = box.Seal([]byte(words), claimsTable, "answer", int64(c.ID)); err != nil {
			return err
		}
	}
	if err := saveClaim(ctx, tx, c); err != nil {
		return err
	}
	if err := recordClaim(ctx, tx, audit.Person(by), "claim "+string(to), a, c); err != nil {
		return err
	}
	return tellClaim(ctx, tx, a, "claim-decided", c)
}

// findClaim reads a claim by its code, with the application that it belongs to, or returns ErrUnknownClaim.
func findClaim(ctx context.Context, tx *db.Tx, code string) (*Claim, id.Application, error) {
	c := new(Claim)
	if err := tx.NewSelect().Model(c).Where("code = ?", id.NormaliseCode(code)).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, 0, ErrUnknownClaim
		}
		return nil, 0, fmt.Errorf("reading a claim: %w", err)
	}
	var application id.Application
	err := tx.NewRaw(`
		SELECT a.application_id FROM sensitive.award_lines l JOIN sensitive.awards a ON a.id = l.award_id WHERE l.id = ?`,
		c.LineID).Scan(ctx, &application)
	if err != nil {
		return nil, 0, fmt.Errorf("reading whose a claim is: %w", err)
	}
	return c, application, nil
}

// lockClaim loads a claim and its award for staff to change, once nobody else changes anything about the application.
func lockClaim(ctx context.Context, tx *db.Tx, code string) (*Claim, *Award, error) {
	_, application, err := findClaim(ctx, tx, code)
	if err != nil {
		return nil, nil, err
	}
	if _, err := bursary.Lock(ctx, tx, application); err != nil {
		return nil, nil, err
	}
	c, _, err := findClaim(ctx, tx, code) // as it is now
	if err != nil {
		return nil, nil, err
	}
	a, err := lockAwardOf(ctx, tx, c.LineID)
	return c, a, err
}

func lockAwardOf(ctx context.Context, tx *db.Tx, line id.AwardLine) (*Award, error) {
	var which id.Award
	if err := tx.NewRaw("SELECT award_id FROM sensitive.award_lines WHERE id = ?", line).Scan(ctx, &which); err != nil {
		return nil, fmt.Errorf("reading whose a line is: %w", err)
	}
	return Lock(ctx, tx, which)
}

// aboutClaim is what mails about a claim are given. They name no purpose: others see screens.
type aboutClaim struct {
	Code      string // of the application
	Amount    money.Amount
	Reference string
}

// tellClaim owes the person a mail, which only bursary staff can see besides.
func tellClaim(ctx context.Context, tx *db.Tx, a *Award, template string, c *Claim) error {
	app, err := bursary.Get(ctx, tx, a.ApplicationID)
	if err != nil {
		return err
	}
	p, err := people.ByID(ctx, tx, a.PersonID)
	if err != nil {
		return err
	}
	return mail.Send(ctx, tx, mail.Message{
		To: p.Email, Person: p.ID, Template: template, Data: aboutClaim{app.Code, c.Approved, c.Reference}, Private: true,
	})
}
