// Package billing is who owes what for a place, and how the money comes and goes: shares, payments by card,
// refunds, and what the card processor says. Every penny is counted in the ledger and nowhere else. What the
// processor says is asked again before it is believed, applied once, and never guessed: what does not agree
// goes to quarantine for a person. It knows nothing of places.
package billing

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// Payer is what kind of payer owes a share.
type Payer string

// The kinds of payer.
const (
	Learner      Payer = "learner"
	Organisation Payer = "organisation"
	Award        Payer = "award"
)

// Share is the part of an enrolment's price that one payer owes. The shares of an enrolment add up to its
// price at every commit.
type Share struct {
	bun.BaseModel `bun:"table:shares"`

	ID          id.Share     `bun:"id,pk,autoincrement"`
	EnrolmentID id.Enrolment `bun:"enrolment_id"`
	Number      int          `bun:"number"` // from 1
	Payer       Payer        `bun:"payer"`
	Amount      money.Amount `bun:"amount"` // pence
	SecuredAt   time.Time    `bun:"secured_at,nullzero"`
	VAT         money.Amount `bun:"vat"`         // in what was invoiced of it or, of other payers, paid
	Outstanding money.Amount `bun:"outstanding"` // of a learner's charge for a place that was given up: what is not paid yet

	// Of an organisation's share:
	OrganisationID  id.Organisation  `bun:"organisation_id,nullzero"`
	AgreedAt        time.Time        `bun:"agreed_at,nullzero"` // when it said that it pays
	PurchaseOrderID id.PurchaseOrder `bun:"purchase_order_id,nullzero"`
	Ordered         money.Amount     `bun:"ordered"` // what it takes of its purchase order
	CostCode        string           `bun:"cost_code"`
	Kept            *money.Amount    `bun:"kept"`     // what is owed of it in all, once its place was given up
	Invoiced        money.Amount     `bun:"invoiced"` // counted by a trigger
	LetOff          money.Amount     `bun:"let_off"`  // what of all that is owed no more, out of goodwill
	PayRequestID    id.PayRequest    `bun:"pay_request_id,nullzero"`
}

// Secured reports whether it is certain that the share will be or was paid.
func (s Share) Secured() bool { return !s.SecuredAt.IsZero() }

// SharesOf reads the shares of an enrolment in order.
func SharesOf(ctx context.Context, d bun.IDB, enrolment id.Enrolment) ([]Share, error) {
	var shares []Share
	err := d.NewSelect().Model(&shares).Where("enrolment_id = ?", enrolment).Order("number").Limit(50).Scan(ctx)
	return shares, err
}

// PlaceOf is the enrolment that a share is of.
func PlaceOf(ctx context.Context, d bun.IDB, share id.Share) (id.Enrolment, error) {
	var e id.Enrolment
	err := d.NewRaw("SELECT enrolment_id FROM shares WHERE id = ?", share).Scan(ctx, &e)
	if err != nil {
		return 0, fmt.Errorf("reading the place of a share: %w", err)
	}
	return e, nil
}

// Charge divides a price among payers and charges each for a place on a run.
func Charge(ctx context.Context, tx *db.Tx, enrolment id.Enrolment, run id.Run, parts ...Share) ([]Share, error) {
	for i := range parts {
		parts[i].EnrolmentID, parts[i].Number = enrolment, i+1
	}
	if _, err := tx.NewInsert().Model(&parts).Exec(ctx); err != nil {
		return nil, fmt.Errorf("sharing the price: %w", err)
	}
	for _, s := range parts {
		if err := ledger.Post(ctx, tx, charged(s, run, "charged")); err != nil {
			return nil, fmt.Errorf("charging: %w", err)
		}
	}
	return parts, nil
}

// ChargeAgain charges a share that was released when its place lapsed, because its money came after all or because the place
// is offered again.
func ChargeAgain(ctx context.Context, tx *db.Tx, s Share, run id.Run) error {
	return ledger.Post(ctx, tx, charged(s, run, again(tx, "charged-again")))
}

// Release takes back what was charged for a place that was given up or lapsed before anything was paid.
func Release(ctx context.Context, tx *db.Tx, s Share, run id.Run) error {
	due, err := ledger.Balance(ctx, tx, Due(s.ID))
	if err != nil || due == 0 {
		return err
	}
	return ledger.Post(ctx, tx, entry(fmt.Sprintf("share/%d/%s", s.ID, again(tx, "released")), due, Due(s.ID), Deferred(run)))
}

// again names what may happen to a share more than once, because its holder waited for another place after it lapsed.
func again(tx *db.Tx, what string) string { return fmt.Sprintf("%s/%d", what, tx.Now.UnixMicro()) }

func charged(s Share, run id.Run, what string) ledger.Entry {
	return entry(fmt.Sprintf("share/%d/%s", s.ID, what), s.Amount, Deferred(run), Due(s.ID))
}

// PayFromAward puts money of a fund that stands in Clearing towards a share that an award pays.
func PayFromAward(ctx context.Context, tx *db.Tx, s Share, amount money.Amount) error {
	paid := entry(fmt.Sprintf("share/%d/paid", s.ID), amount, Due(s.ID), Clearing)
	if err := ledger.Post(ctx, tx, paid); err != nil {
		return err
	}
	return taxPaid(ctx, tx, paid.Reference, s.ID, amount, Deferred)
}

// Owed is what the payer owes of the share in all: the charge alone once its place was given up, and less what was let off.
func (s Share) Owed() money.Amount {
	if s.Kept != nil {
		return *s.Kept - s.LetOff
	}
	return s.Amount - s.LetOff
}

// Billable is what of an organisation's share is still to be invoiced, in pence; below zero when too much was.
func (s Share) Billable() money.Amount { return s.Owed() - s.Invoiced }

// Secure notes that it is certain that the share will be paid.
func Secure(ctx context.Context, tx *db.Tx, s *Share) error { return secure(ctx, tx, s) }

// secure notes that nothing is owed on a share any more.
func secure(ctx context.Context, tx *db.Tx, s *Share) error {
	s.SecuredAt = tx.Now
	_, err := tx.NewUpdate().Model(s).Column("secured_at").WherePK().Exec(ctx)
	return err
}
