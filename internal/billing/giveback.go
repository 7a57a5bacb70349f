package billing

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// Paid is what was paid on a share so far and not given back, or let off, in pence, as the ledger has it.
func Paid(ctx context.Context, d bun.IDB, s Share) (money.Amount, error) {
	due, err := ledger.Balance(ctx, d, Due(s.ID))
	return s.Amount - due, err
}

// GiveBack settles a confirmed share when its place is given up: charge (pence, at most the share) is kept as
// far as it was paid, the rest of what was paid goes back to where it came from, and is returned. A charge that
// was not paid yet stays outstanding: see PayOutstanding and LetOffOutstanding.
func GiveBack(ctx context.Context, tx *db.Tx, s Share, run id.Run, charge money.Amount) (money.Amount, error) {
	paid, err := Paid(ctx, tx, s)
	if err != nil {
		return 0, err
	}
	back := max(0, paid-charge)
	orders, err := refundable(ctx, tx, s, back)
	if err != nil {
		return 0, err
	}
	e := givenBack(s, run, charge, back, orders)
	if len(e.Lines) == 0 {
		return 0, nil // the place costs nothing any more
	}
	if err := ledger.Post(ctx, tx, e); err != nil {
		return 0, fmt.Errorf("giving back: %w", err)
	}
	if err := taxKept(ctx, tx, e.Reference, s.ID, run, paid-back, back); err != nil {
		return 0, err
	}
	for _, o := range orders {
		if err := requestRefund(ctx, tx, o.payment, o.amount, ForWithdrawal); err != nil {
			return 0, err
		}
	}
	return back, setOutstanding(ctx, tx, &s, charge+back-paid)
}

// givenBack undoes what was charged for the place, keeps the charge and owes the rest of what was paid.
func givenBack(s Share, run id.Run, charge, back money.Amount, orders []order) ledger.Entry {
	e := ledger.Entry{Reference: fmt.Sprintf("share/%d/given-back", s.ID)}
	add := func(account string, amount money.Amount) {
		if amount != 0 {
			e.Lines = append(e.Lines, ledger.Line{Account: account, Amount: amount})
		}
	}
	add(Deferred(run), s.Amount)
	add(Kept(run), -charge)
	add(Due(s.ID), charge+back-s.Amount)
	for _, o := range orders {
		add(Owed(o.payment.ID), -o.amount)
	}
	return e
}

// GiveBackToAward settles a share that an award pays when its place is given up: charge (pence, at most the share) is
// kept as far as it was paid, and what was paid beyond it goes to Clearing and is returned, for the caller to give back to
// the funds in the same unit of work.
func GiveBackToAward(ctx context.Context, tx *db.Tx, s Share, run id.Run, charge money.Amount) (money.Amount, error) {
	paid, err := Paid(ctx, tx, s)
	if err != nil {
		return 0, err
	}
	back := max(0, paid-charge)
	e := givenBack(s, run, charge, back, nil)
	if back > 0 {
		e.Lines = append(e.Lines, ledger.Line{Account: Clearing, Amount: -back})
	}
	if err := ledger.Post(ctx, tx, e); err != nil {
		return 0, fmt.Errorf("giving back: %w", err)
	}
	return back, taxKept(ctx, tx, e.Reference, s.ID, run, paid-back, back)
}

// Reduce leaves of an organisation's share only a charge to be paid, in pence, because its place was given up: the rest is
// owed no more, also of its purchase order. It is never more than was owed of the share. What was paid beyond the charge then
// stands above what is due, for the caller to make good; the VAT of what was invoiced is that of the charge from now on.
func Reduce(ctx context.Context, tx *db.Tx, s *Share, run id.Run, charge money.Amount) error {
	owed := s.Amount - s.LetOff
	charge = min(charge, owed)
	e := ledger.Entry{Reference: fmt.Sprintf("share/%d/reduced", s.ID), Lines: []ledger.Line{
		{Account: Deferred(run), Amount: owed}, {Account: Kept(run), Amount: -charge}, {Account: Due(s.ID), Amount: charge - owed},
	}}
	e.Lines = slices.DeleteFunc(e.Lines, func(l ledger.Line) bool { return l.Amount == 0 })
	if len(e.Lines) > 0 {
		if err := ledger.Post(ctx, tx, e); err != nil {
			return fmt.Errorf("reducing a share: %w", err)
		}
	}
	s.Kept, s.Ordered, s.LetOff = &charge, min(s.Ordered, charge), 0
	_, err := tx.NewUpdate().Model(s).Column("kept", "ordered", "let_off").Returning("vat").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("reducing a share: %w", err)
	}
	return moveVAT(ctx, tx, e.Reference, run, s.VAT, s.VAT)
}

// order is a part of one payment that goes back.
type order struct {
	payment *Payment
	amount  money.Amount
}

// refundable finds an amount among the payments of a share, the latest first, and locks them.
func refundable(ctx context.Context, tx *db.Tx, s Share, amount money.Amount) ([]order, error) {
	var payments []*Payment
	err := tx.NewSelect().Model(&payments).Where("share_id = ? AND status = ?", s.ID, Succeeded).
		Order("id DESC").For("UPDATE").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("locking payments: %w", err)
	}
	var orders []order
	for _, p := range payments {
		if part := min(amount, p.Captured-p.Refunded); part > 0 {
			orders = append(orders, order{p, part})
			amount -= part
		}
	}
	if amount > 0 {
		return nil, failure.New(failure.Internal, "paid_without_payment", "").
			Because(fmt.Errorf("share %d has %s more paid on it than its payments hold", s.ID, amount))
	}
	return orders, nil
}
