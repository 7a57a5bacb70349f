package fund

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// ErrConsent means that money of a restricted fund can be moved only with its donor's written consent: it is held on the
// trust on which it was given (Charities SORP (FRS 102), module 2).
var ErrConsent = failure.Field("document", "This fund is restricted. Choose the document in which its donor agrees.")

// MoveKind says which way money leaves a fund other than by paying for somebody.
type MoveKind string

// The kinds of move.
const (
	MoveTransfer MoveKind = "transfer"
	MoveReturn   MoveKind = "return"
)

// Move is money that leaves a fund for another one, or back to its donor.
type Move struct {
	bun.BaseModel `bun:"table:fund_moves"`

	ID         id.FundMove  `bun:"id,pk,autoincrement"`
	Kind       MoveKind     `bun:"kind"`
	FundID     id.Fund      `bun:"fund_id"`
	ToID       id.Fund      `bun:"to_id,nullzero"` // of a transfer
	Amount     money.Amount `bun:"amount"`         // pence
	Reason     string       `bun:"reason"`
	DocumentID id.Document  `bun:"document_id,nullzero"` // of FundID: the donor's consent
	ByID       id.Person    `bun:"by_id"`
	At         time.Time    `bun:"at"`
}

// Transfer moves what is available in a fund to another that is open. The caller says FundID, ToID, Amount, Reason, ByID
// and, when the first fund is restricted, the DocumentID of its donor's consent. It returns ErrUnknown, ErrClosed,
// ErrConsent, ErrNotEnough, ErrUnknownDocument, or an Invalid failure about "amount", "reason" or "to".
func Transfer(ctx context.Context, tx *db.Tx, m *Move) error {
	if m.Kind = MoveTransfer; m.ToID == m.FundID {
		return failure.Field("to", "Choose another fund.")
	}
	funds, err := lock(ctx, tx, m.FundID, m.ToID)
	if err != nil {
		return err
	}
	if funds[m.ToID].Closed() {
		return ErrClosed
	}
	if funds[m.FundID].Kind == Restricted && m.DocumentID == 0 {
		return ErrConsent
	}
	if err := m.insert(ctx, tx); err != nil {
		return err
	}
	lines := append(m.lines(available, budget, transfers), ledger.Line{Account: account(m.ToID, available), Amount: m.Amount},
		ledger.Line{Account: account(m.ToID, budget), Amount: -m.Amount}, ledger.Line{Account: account(m.ToID, transfers), Amount: -m.Amount})
	if err := post(ctx, tx, m.entry(), lines); err != nil {
		return err
	}
	detail := map[string]any{"to": m.ToID, "amount": m.Amount, "document": m.DocumentID}
	if err := record(ctx, tx, m.ByID, "fund money moved out", m.FundID, detail); err != nil {
		return err
	}
	return record(ctx, tx, m.ByID, "fund money moved in", m.ToID, map[string]any{"from": m.FundID, "amount": m.Amount})
}

// Return gives what is available in a fund back to its donor, by bank. The caller says FundID, Amount, Reason, ByID and
// perhaps DocumentID. It returns what Transfer returns.
func Return(ctx context.Context, tx *db.Tx, m *Move) error {
	m.Kind, m.ToID = MoveReturn, 0
	if err := m.insert(ctx, tx); err != nil {
		return err
	}
	lines := append(m.lines(available, budget, returned), ledger.Line{Account: Bank, Amount: -m.Amount})
	if err := post(ctx, tx, m.entry(), lines); err != nil {
		return err
	}
	return record(ctx, tx, m.ByID, "fund money returned", m.FundID, map[string]any{"amount": m.Amount})
}

// MovesOf lists the moves out of a fund and into it, newest first: at most the latest two hundred.
func MovesOf(ctx context.Context, d bun.IDB, fund id.Fund) ([]Move, error) {
	var moves []Move
	err := d.NewSelect().Model(&moves).Where("fund_id = ? OR to_id = ?", fund, fund).Order("id DESC").Limit(200).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing moves of money: %w", err)
	}
	return moves, nil
}

// insert writes a move of money that the fund has.
func (m *Move) insert(ctx context.Context, tx *db.Tx) error {
	m.Reason, m.At = strings.TrimSpace(m.Reason), tx.Now
	switch n := utf8.RuneCountInString(m.Reason); {
	case m.Amount < 1 || m.Amount > money.Max:
		return failure.Field("amount", fmt.Sprintf("Enter an amount from £0.01 to %s.", money.Max.Short()))
	case n == 0 || n > 500:
		return failure.Field("reason", "Say why, in 500 characters or fewer.")
	}
	if m.DocumentID != 0 {
		if _, err := OpenDocument(ctx, tx, m.FundID, m.DocumentID); err != nil {
			return err
		}
	}
	if err := m.received(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(m).Exec(ctx); err != nil {
		return fmt.Errorf("writing down a move of money: %w", err)
	}
	return nil
}

// received refuses to move what a fund has promised, and what was only pledged to it and has not come.
func (m *Move) received(ctx context.Context, tx *db.Tx) error {
	owed, err := ledger.Balance(ctx, tx, account(m.FundID, pledged))
	if err != nil {
		return err
	}
	return enough(ctx, tx, map[id.Fund]money.Amount{m.FundID: m.Amount + max(0, owed)}, true)
}

// lines take the amount from one account of the fund and put it on the two others.
func (m *Move) lines(from string, to ...string) []ledger.Line {
	lines := []ledger.Line{{Account: account(m.FundID, from), Amount: -m.Amount}}
	for _, which := range to {
		lines = append(lines, ledger.Line{Account: account(m.FundID, which), Amount: m.Amount})
	}
	return lines
}

func (m *Move) entry() string { return fmt.Sprintf("fund-move/%d", m.ID) }
