package billing

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

var (
	// ErrOrderUnknown means that there is no such purchase order, or that it is another organisation's.
	ErrOrderUnknown = failure.New(failure.NotFound, "order_unknown", "We cannot find that purchase order.")
	// ErrOrderPays means that a purchase order pays for places that are not invoiced yet, so that it cannot be closed.
	ErrOrderPays = failure.New(failure.Conflict, "order_pays",
		"This purchase order pays for places that are not invoiced yet, so it cannot be closed. Take them off it first, or wait for the invoice.")
	// ErrOrderExceeded means that more would be charged to a purchase order than it is worth.
	ErrOrderExceeded = failure.New(failure.Conflict, "order_exceeded",
		"This purchase order is not worth enough for these places. Choose fewer places, or ask whoever raised it for a larger one.")
)

// PurchaseOrder is an organisation's promise in writing to pay up to an amount. What is charged to it never exceeds that,
// but for what staff allow with a reason.
type PurchaseOrder struct {
	bun.BaseModel `bun:"table:purchase_orders"`

	ID             id.PurchaseOrder `bun:"id,pk,autoincrement"`
	Code           string           `bun:"code"`
	OrganisationID id.Organisation  `bun:"organisation_id"`
	Number         string           `bun:"number"`
	Amount         money.Amount     `bun:"amount"` // pence
	Name           string           `bun:"name"`   // of the buyer as the order has it, where that differs
	Line           string           `bun:"line"`
	ValidUntil     london.Date      `bun:"valid_until"`
	Over           money.Amount     `bun:"over"` // allowed by staff beyond the amount
	OverFor        string           `bun:"over_for"`
	Used           money.Amount     `bun:"used"` // counted by a trigger
	ClosedAt       time.Time        `bun:"closed_at,nullzero"`
	CreatedBy      id.Person        `bun:"created_by"`
	CreatedAt      time.Time        `bun:"created_at"`
}

// Left is what can still be charged to the order, in pence.
func (o *PurchaseOrder) Left() money.Amount { return o.Amount + o.Over - o.Used }

// Open reports whether places can be charged to the order on a day.
func (o *PurchaseOrder) Open(on london.Date) bool {
	return o.ClosedAt.IsZero() && (o.ValidUntil.IsZero() || !on.After(o.ValidUntil))
}

// orderColumns are those that an organisation's people may see.
const orderColumns = "id, code, organisation_id, number, amount, name, line, valid_until, over, used, closed_at, created_at"

// OrdersOf lists an organisation's purchase orders, latest first.
func OrdersOf(ctx context.Context, d bun.IDB, of id.Organisation) ([]PurchaseOrder, error) {
	var list []PurchaseOrder
	err := d.NewRaw("SELECT "+orderColumns+" FROM purchase_orders WHERE organisation_id = ? ORDER BY id DESC LIMIT 500", of).Scan(ctx, &list)
	return list, err
}

// OrderByCode reads an organisation's purchase order, or returns ErrOrderUnknown.
func OrderByCode(ctx context.Context, d bun.IDB, of id.Organisation, code string) (*PurchaseOrder, error) {
	return scanOrder(ctx, d.NewRaw("SELECT "+orderColumns+" FROM purchase_orders WHERE organisation_id = ? AND code = ?", of, id.NormaliseCode(code)))
}

// OrderOf reads a purchase order by its id, or returns ErrOrderUnknown.
func OrderOf(ctx context.Context, d bun.IDB, which id.PurchaseOrder) (*PurchaseOrder, error) {
	return scanOrder(ctx, d.NewRaw("SELECT "+orderColumns+" FROM purchase_orders WHERE id = ?", which))
}

func lockOrder(ctx context.Context, tx *db.Tx, which id.PurchaseOrder) (*PurchaseOrder, error) {
	return scanOrder(ctx, tx.NewRaw("SELECT "+orderColumns+" FROM purchase_orders WHERE id = ? FOR UPDATE", which))
}

func scanOrder(ctx context.Context, q *bun.RawQuery) (*PurchaseOrder, error) {
	o := new(PurchaseOrder)
	if err := q.Scan(ctx, o); err != nil {
		if db.NoRows(err) {
			return nil, ErrOrderUnknown
		}
		return nil, fmt.Errorf("reading a purchase order: %w", err)
	}
	return o, nil
}

// NewOrder is a purchase order as somebody gives it.
type NewOrder struct {
	Number     string
	Amount     money.Amount // pence
	Name       string       // of the buyer as the order has it; empty: the organisation's
	Line       string
	ValidUntil london.Date // zero: no end
}

// RecordOrder writes down a purchase order. It returns an Invalid failure about "number", "amount" or
// "valid_until".
func RecordOrder(ctx context.Context, tx *db.Tx, by id.Person, of id.Organisation, n NewOrder) (*PurchaseOrder, error) {
	n.Number = strings.Join(strings.Fields(n.Number), " ")
	if err := n.Check(london.DateOf(tx.Now)); err != nil {
		return nil, err
	}
	o := &PurchaseOrder{Code: id.Code(), OrganisationID: of, Number: n.Number, Amount: n.Amount, Name: strings.TrimSpace(n.Name),
		Line: strings.TrimSpace(n.Line), ValidUntil: n.ValidUntil, CreatedBy: by, CreatedAt: tx.Now}
	_, err := tx.NewInsert().Model(o).Exec(ctx)
	if db.Violates(err, "purchase_orders_number_once") {
		return nil, failure.Field("number", "You have given us a purchase order with this number before").Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("recording a purchase order: %w", err)
	}
	return o, recordOrder(ctx, tx, by, o, "purchase order given", map[string]any{"amount": o.Amount})
}

const mostOnAnOrder = 100_000_000 // pence: a million pounds, as the schema has it

// Check returns an Invalid failure about "number", "amount" or "valid_until" when the order cannot be written down on a day.
func (n NewOrder) Check(today london.Date) error {
	wrong := map[string]string{}
	switch {
	case n.Number == "":
		wrong["number"] = "Enter the number of the purchase order"
	case utf8.RuneCountInString(n.Number) > 40:
		wrong["number"] = "The number of a purchase order must be 40 characters or fewer"
	}
	if n.Amount <= 0 || n.Amount > mostOnAnOrder {
		wrong["amount"] = "Enter what the purchase order is worth, between £0.01 and £1,000,000"
	}
	if !n.ValidUntil.IsZero() && n.ValidUntil.Before(today) {
		wrong["valid_until"] = "This purchase order has ended. Ask whoever raised it for a new one"
	}
	if len(wrong) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "order_invalid", Message: "Check the purchase order.", Fields: wrong}
}

// Bind charges shares of its own organisation to a purchase order. It returns ErrOrderExceeded, or ErrOrderUnknown for one
// that is closed or has ended.
func Bind(ctx context.Context, tx *db.Tx, by id.Person, which id.PurchaseOrder, shares ...*Share) error {
	o, err := lockOrder(ctx, tx, which)
	if err != nil {
		return err
	}
	if !o.Open(london.DateOf(tx.Now)) {
		return ErrOrderUnknown
	}
	for _, s := range shares {
		s.PurchaseOrderID, s.Ordered = o.ID, s.Owed()
	}
	if err := saveOrdered(ctx, tx, shares); err != nil {
		return err
	}
	return recordOrder(ctx, tx, by, o, "purchase order used", map[string]any{"shares": idsOf(shares)})
}

// Unbind takes shares off their purchase orders. What was invoiced of them stays as it is.
func Unbind(ctx context.Context, tx *db.Tx, shares ...*Share) error {
	for _, s := range shares {
		s.PurchaseOrderID, s.Ordered = 0, 0
	}
	return saveOrdered(ctx, tx, shares)
}

func saveOrdered(ctx context.Context, tx *db.Tx, shares []*Share) error {
	if len(shares) == 0 {
		return nil
	}
	_, err := tx.NewUpdate().Model(&shares).Column("purchase_order_id", "ordered").Bulk().Exec(ctx)
	return orderError(err)
}

// orderError says why PostgreSQL refused to charge a purchase order.
func orderError(err error) error {
	switch {
	case err == nil:
		return nil
	case db.Violates(err, "purchase_orders_not_exceeded"):
		return ErrOrderExceeded.Because(err)
	case db.Violates(err, "shares_own_order"):
		return ErrOrderUnknown.Because(err)
	}
	return fmt.Errorf("charging a purchase order: %w", err)
}

// AllowOver lets a purchase order be exceeded by an amount in all, in pence, with the reason of the member of staff who
// allows it; zero takes that back. It returns ErrOrderUnknown, ErrOrderExceeded when more is charged already, or an Invalid
// failure about "over_for".
func AllowOver(ctx context.Context, tx *db.Tx, by id.Person, code string, over money.Amount, reason string) error {
	reason = strings.TrimSpace(reason)
	if over < 0 || over > mostOnAnOrder {
		return failure.Field("over", "Enter an amount between £0 and £1,000,000")
	}
	if over > 0 && reason == "" {
		return failure.Field("over_for", "Say why this order may be exceeded, and who agreed to it")
	}
	if over == 0 {
		reason = ""
	}
	o := new(PurchaseOrder)
	err := tx.NewRaw("UPDATE purchase_orders SET over = ?, over_for = ?, over_by = ? WHERE code = ? AND closed_at IS NULL RETURNING id, code, organisation_id",
		over, reason, by, id.NormaliseCode(code)).Scan(ctx, o)
	switch {
	case db.NoRows(err):
		return ErrOrderUnknown
	case db.Violates(err, "purchase_orders_not_exceeded"):
		return ErrOrderExceeded.Because(err)
	case err != nil:
		return fmt.Errorf("allowing more on a purchase order: %w", err)
	}
	return recordOrder(ctx, tx, by, o, "purchase order may be exceeded", map[string]any{"over": over})
}

// CloseOrder ends a purchase order: nothing more is charged to it, and its number may be given again. It returns
// ErrOrderUnknown, or ErrOrderPays while something that it pays has still to be invoiced.
func CloseOrder(ctx context.Context, tx *db.Tx, by id.Person, of id.Organisation, code string) error {
	o, err := OrderByCode(ctx, tx, of, code)
	if err != nil {
		return err
	}
	if o, err = lockOrder(ctx, tx, o.ID); err != nil {
		return err
	}
	if !o.ClosedAt.IsZero() {
		return ErrOrderUnknown
	}
	waits, err := tx.NewSelect().Model((*Share)(nil)).Where("purchase_order_id = ? AND coalesce(kept, amount) > invoiced + let_off", o.ID).Exists(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("reading what a purchase order pays: %w", err)
	case waits:
		return ErrOrderPays
	}
	if _, err := tx.NewRaw("UPDATE purchase_orders SET closed_at = ? WHERE id = ?", tx.Now, o.ID).Exec(ctx); err != nil {
		return fmt.Errorf("closing a purchase order: %w", err)
	}
	return recordOrder(ctx, tx, by, o, "purchase order closed", nil)
}

func recordOrder(ctx context.Context, tx *db.Tx, by id.Person, o *PurchaseOrder, action string, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "purchase order", SubjectID: int64(o.ID), Detail: detail})
}

func idsOf(shares []*Share) []id.Share {
	ids := make([]id.Share, len(shares))
	for i, s := range shares {
		ids[i] = s.ID
	}
	return ids
}
