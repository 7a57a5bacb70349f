package award

import (
	"context"
	"fmt"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/secret"
)

// Claims is what an award pays besides the fee: what its lines have left, until when, and what was asked for so far.
type Claims struct {
	Award       *Award
	Application *bursary.Application
	Offering    *course.Offering
	Until       london.Date // last day to ask
	Rooms       []Room
	All         []*Claim // opened, the latest first, with the list of their receipts
	Bank        *Bank    // nil: not known, or not any more, or not for who looks
	Open        error    // why nothing can be asked for; nil when it can
}

// Purpose is what a claim is for.
func (k *Claims) Purpose(c *Claim) fund.Purpose { return k.Award.purposeOf(c) }

// OwnClaims is what a person's award pays out. It returns bursary.ErrUnknown or ErrUnknown.
func OwnClaims(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, application string) (*Claims, error) {
	app, err := bursary.OfPerson(ctx, tx, person, application)
	if err != nil {
		return nil, err
	}
	k, err := claimsOf(ctx, tx, box, app)
	if err == nil {
		k.Bank, err = BankOf(ctx, tx, box, k.Award.ID)
	}
	return k, err
}

// ReadClaims is what an application's award pays out, for staff, without where it is paid, and notes the reading. It returns
// bursary.ErrUnknown or ErrUnknown.
func ReadClaims(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, application string) (*Claims, error) {
	app, err := bursary.ByCode(ctx, tx, application)
	if err != nil {
		return nil, err
	}
	if err := bursary.Note(ctx, tx, app.ID, reader, form.Office); err != nil {
		return nil, err
	}
	return claimsOf(ctx, tx, box, app)
}

func claimsOf(ctx context.Context, tx *db.Tx, box *secret.Box, app *bursary.Application) (*Claims, error) {
	a, err := OfApplication(ctx, tx, app.ID)
	if err != nil {
		return nil, err
	}
	k := &Claims{Award: a, Application: app}
	if k.Offering, err = course.OfferingOf(ctx, tx, a.RunID); err != nil {
		return nil, err
	}
	all, err := ClaimsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for i := range all {
		c := all[len(all)-1-i]
		if err := c.openWords(box); err != nil {
			return nil, err
		}
		k.All = append(k.All, c)
	}
	if err := withReceipts(ctx, tx, all...); err != nil {
		return nil, err
	}
	k.Until, k.Rooms = ClaimsUntil(k.Offering), a.Rooms(all)
	if k.Open = a.claimable(ctx, tx); k.Open == nil && london.DateOf(tx.Now).After(k.Until) {
		k.Open = ErrTooLate
	}
	return k, nil
}

// ReadClaim is one claim with all that its award pays out, for staff, and notes the reading. Where it is paid is opened
// only while it is to be paid. It returns ErrUnknownClaim.
func ReadClaim(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, code string) (*Claim, *Claims, error) {
	c, application, err := findClaim(ctx, tx, code)
	if err != nil {
		return nil, nil, err
	}
	app, err := bursary.Get(ctx, tx, application)
	if err != nil {
		return nil, nil, err
	}
	k, err := ReadClaims(ctx, tx, box, reader, app.Code)
	if err != nil {
		return nil, nil, err
	}
	for _, one := range k.All {
		if one.ID != c.ID {
			continue
		}
		if one.Status == ClaimApproved {
			k.Bank, err = BankOf(ctx, tx, box, k.Award.ID)
		}
		return one, k, err
	}
	return nil, nil, ErrUnknownClaim // of an award before the latest
}

// ListedClaim is one claim as a list shows it, without its words.
type ListedClaim struct {
	ID          id.Claim
	Code        string
	Application string // code
	Name        string // of the person, or their address
	Purpose     fund.Purpose
	Status      ClaimStatus
	Booked      bool
	Asked       money.Amount
	Approved    money.Amount
	AskedAt     time.Time
	Late        bool // what else the award has left waits for this, to go back to its funds
}

// WaitingClaims lists the claims that wait for a decision, or to be paid, oldest first, after the last one shown before.
// It opens nothing, and is for the office's role.
func WaitingClaims(ctx context.Context, tx *db.Tx, after id.Claim, limit int) ([]ListedClaim, error) {
	var rows []ListedClaim
	err := tx.NewRaw(`
		SELECT c.id, c.code, p.code AS application, coalesce(nullif(who.name, ''), who.email) AS name, l.purpose, c.status, c.booked,
		       c.asked, coalesce(c.approved, 0) AS approved, c.asked_at,
		       (SELECT max(b.ends_on) FROM blocks b WHERE b.run_id = a.run_id) < ? AS late
		FROM   sensitive.claims c
		JOIN   sensitive.award_lines l ON l.id = c.line_id
		JOIN   sensitive.awards a ON a.id = l.award_id
		JOIN   sensitive.applications p ON p.id = a.application_id
		JOIN   people who ON who.id = a.person_id
		WHERE  c.status IN ('asked', 'approved') AND c.id > ?
		ORDER  BY c.id LIMIT ?`, london.DateOf(tx.Now).AddDays(-ReturnDays), after, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("listing claims: %w", err)
	}
	return rows, nil
}

// CountWaiting is how many claims wait for a decision, and how many to be paid, for the office's role.
func CountWaiting(ctx context.Context, tx *db.Tx) (asked, approved int, err error) {
	err = tx.NewRaw(`
		SELECT count(*) FILTER (WHERE status = 'asked'), count(*) FILTER (WHERE status = 'approved')
		FROM sensitive.claims WHERE status IN ('asked', 'approved')`).Scan(ctx, &asked, &approved)
	if err != nil {
		return 0, 0, fmt.Errorf("counting claims: %w", err)
	}
	return asked, approved, nil
}
