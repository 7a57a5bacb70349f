package invoice

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

var (
	// ErrRefundUnknown means that there is no such refund of credit, or that it was decided.
	ErrRefundUnknown = failure.New(failure.NotFound, "credit_refund_unknown", "We cannot find that refund, or somebody has decided about it already.")
	// ErrOtherPerson means that whoever asked for something cannot also agree to it.
	ErrOtherPerson = failure.New(failure.Forbidden, "another_person", "You asked for this, so somebody else must agree to it.")
)

// AloneUpTo is what may be paid back of an organisation's credit within 30 days without a second person, in pence.
const AloneUpTo money.Amount = 10_000

// RefundWish says how credit of an organisation is paid back.
type RefundWish struct {
	Amount    money.Amount // pence
	Card      string       // code of the payment by card that it goes back to; empty: by bank
	Reference string       // of the bank's payment, where it was made already
	Reason    string
}

// CreditRefund is credit of an organisation that is paid back.
type CreditRefund struct {
	bun.BaseModel `bun:"table:credit_refunds"`

	ID             int64           `bun:"id,pk,autoincrement"`
	Code           string          `bun:"code"`
	OrganisationID id.Organisation `bun:"organisation_id"`
	Amount         money.Amount    `bun:"amount"`
	How            SettlementKind  `bun:"how"` // ByBank or ByCard
	PaymentID      id.Payment      `bun:"payment_id,nullzero"`
	Reference      string          `bun:"reference"`
	Reason         string          `bun:"reason"`
	AskedBy        id.Person       `bun:"asked_by"`
	AskedAt        time.Time       `bun:"asked_at"`
	DecidedBy      id.Person       `bun:"decided_by,nullzero"`
	DecidedAt      time.Time       `bun:"decided_at,nullzero"`
	Outcome        string          `bun:"outcome,nullzero"` // "agreed", "refused"; empty: waits for a second person
}

// AskRefund asks that credit of an organisation is paid back. Up to AloneUpTo that is done at once; above it waits for a
// second person. It returns ErrNotEnoughCredit, billing.ErrPaymentUnknown, billing.ErrRefundTooLarge or an Invalid failure
// about "amount" or "reason".
func AskRefund(ctx context.Context, tx *db.Tx, by id.Person, of id.Organisation, w RefundWish) (*CreditRefund, error) {
	r := &CreditRefund{Code: id.Code(), OrganisationID: of, Amount: w.Amount, How: ByBank, Reference: strings.TrimSpace(w.Reference),
		Reason: strings.TrimSpace(w.Reason), AskedBy: by, AskedAt: tx.Now}
	if r.Reason == "" {
		return nil, failure.Field("reason", "Say why this is paid back")
	}
	if err := lockCredit(ctx, tx, of, w.Amount); err != nil {
		return nil, err
	}
	if w.Card != "" {
		r.How = ByCard
		err := tx.NewRaw(`SELECT p.id FROM payments p JOIN invoices i ON i.id = p.invoice_id
			WHERE p.code = ? AND i.organisation_id = ?`, id.NormaliseCode(w.Card), of).Scan(ctx, &r.PaymentID)
		if db.NoRows(err) {
			return nil, billing.ErrPaymentUnknown
		}
		if err != nil {
			return nil, fmt.Errorf("reading a payment: %w", err)
		}
	}
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return nil, fmt.Errorf("asking for a refund: %w", err)
	}
	if err := r.record(ctx, tx, by, "credit refund asked"); err != nil {
		return nil, err
	}
	if alone, err := r.paidAlone(ctx, tx); err != nil || alone > AloneUpTo {
		return r, err
	}
	return r, r.pay(ctx, tx, by)
}

// paidAlone is what would have been paid back to the organisation by one person alone within 30 days, with this, in pence:
// a limit that counts each press for itself is none.
func (r *CreditRefund) paidAlone(ctx context.Context, tx *db.Tx) (sum money.Amount, err error) {
	err = tx.NewRaw(`
		SELECT coalesce(sum(amount), 0) FROM credit_refunds
		WHERE organisation_id = ? AND (id = ? OR outcome = 'agreed' AND decided_by = asked_by AND decided_at > ?)`,
		r.OrganisationID, r.ID, tx.Now.AddDate(0, 0, -30)).Scan(ctx, &sum)
	return sum, err
}

// AgreeRefund pays back what somebody else asked for, with the bank's reference where it goes by bank. It returns
// ErrRefundUnknown, ErrOtherPerson, ErrNotEnoughCredit or billing.ErrRefundTooLarge.
func AgreeRefund(ctx context.Context, tx *db.Tx, by id.Person, code, reference string) error {
	r, err := lockRefund(ctx, tx, code)
	if err != nil {
		return err
	}
	if r.AskedBy == by {
		return ErrOtherPerson
	}
	if reference = strings.TrimSpace(reference); reference != "" {
		r.Reference = reference
	}
	return r.pay(ctx, tx, by)
}

// RefuseRefund ends a refund that waits for a second person, who may be whoever asked. It returns ErrRefundUnknown.
func RefuseRefund(ctx context.Context, tx *db.Tx, by id.Person, code string) error {
	r, err := lockRefund(ctx, tx, code)
	if err != nil {
		return err
	}
	return r.decide(ctx, tx, by, "refused")
}

// RefundsOf lists refunds of credit, of one organisation or, without one, those that wait for a second person, latest first.
func RefundsOf(ctx context.Context, d bun.IDB, of id.Organisation) ([]CreditRefund, error) {
	var list []CreditRefund
	q := d.NewSelect().Model(&list).Order("id DESC").Limit(200)
	if of == 0 {
		q = q.Where("outcome IS NULL")
	} else {
		q = q.Where("organisation_id = ?", of)
	}
	return list, q.Scan(ctx)
}

// lockRefund locks the organisation of a refund that waits, and then the refund.
func lockRefund(ctx context.Context, tx *db.Tx, code string) (*CreditRefund, error) {
	r := new(CreditRefund)
	code = id.NormaliseCode(code)
	_, err := tx.NewRaw("SELECT FROM organisations WHERE id = (SELECT organisation_id FROM credit_refunds WHERE code = ?) FOR UPDATE", code).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("locking an organisation: %w", err)
	}
	err = tx.NewSelect().Model(r).Where("code = ? AND outcome IS NULL", code).For("UPDATE").Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrRefundUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("locking a refund: %w", err)
	}
	return r, nil
}

// pay takes the money off the credit and sends it.
func (r *CreditRefund) pay(ctx context.Context, tx *db.Tx, by id.Person) error {
	if err := lockCredit(ctx, tx, r.OrganisationID, r.Amount); err != nil {
		return err
	}
	to := fund.Bank
	if r.How == ByCard {
		to = billing.Owed(r.PaymentID)
	}
	err := ledger.Post(ctx, tx, ledger.Entry{Reference: fmt.Sprintf("credit-refund/%d", r.ID), Lines: []ledger.Line{
		{Account: CreditAccount(r.OrganisationID), Amount: r.Amount}, {Account: to, Amount: -r.Amount}}})
	if err != nil {
		return err
	}
	if r.How == ByCard {
		if err := billing.RefundInvoice(ctx, tx, r.PaymentID, r.Amount); err != nil {
			return err
		}
	}
	return r.decide(ctx, tx, by, "agreed")
}

func (r *CreditRefund) decide(ctx context.Context, tx *db.Tx, by id.Person, outcome string) error {
	r.DecidedBy, r.DecidedAt, r.Outcome = by, tx.Now, outcome
	_, err := tx.NewUpdate().Model(r).Column("decided_by", "decided_at", "outcome", "reference").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("deciding about a refund: %w", err)
	}
	return r.record(ctx, tx, by, "credit refund "+outcome)
}

func (r *CreditRefund) record(ctx context.Context, tx *db.Tx, by id.Person, action string) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "organisation", SubjectID: int64(r.OrganisationID),
		Detail: map[string]any{"code": r.Code, "amount": r.Amount, "how": r.How}})
}
