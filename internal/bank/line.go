package bank

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

var (
	// ErrUnknownLine means that there is no such line.
	ErrUnknownLine = failure.New(failure.NotFound, "bank_line_unknown", "We cannot find that payment.")
	// ErrTaken means that a line is not open any more.
	ErrTaken = failure.New(failure.Conflict, "bank_line_taken", "Somebody else has matched this payment in the meantime.")
	// ErrOpen means that a line is open: there is nothing to take back.
	ErrOpen = failure.New(failure.Conflict, "bank_line_open", "This payment is open already. Somebody may have taken it back in the meantime.")
)

// LineStatus says what became of a line.
type LineStatus string

// The statuses of a line.
const (
	Open    LineStatus = "open"
	Matched LineStatus = "matched"
	Aside   LineStatus = "set_aside"
	Out     LineStatus = "out" // money that went out, of which the books say nothing here
)

// Line is one movement of money on an account.
type Line struct {
	bun.BaseModel `bun:"table:bank_lines"`

	ID          id.BankLine     `bun:"id,pk,autoincrement"`
	FileID      id.BankFile     `bun:"file_id"`
	AccountID   id.BankAccount  `bun:"account_id"`
	On          london.Date     `bun:"on_day"`
	Amount      money.Amount    `bun:"amount"` // pence; in positive, out negative
	Payer       string          `bun:"payer"`  // as the bank wrote it, like the next two
	Reference   string          `bun:"reference"`
	Text        string          `bun:"text"`
	Fingerprint []byte          `bun:"fingerprint"`
	Status      LineStatus      `bun:"status"`
	AsideFor    Reason          `bun:"aside_for"`
	Note        string          `bun:"note"`
	CreditedTo  id.Organisation `bun:"credited_to,nullzero"` // to whose credit the rest went
	Credited    money.Amount    `bun:"credited"`
	SettledBy   id.Person       `bun:"settled_by,nullzero"`
	SettledAt   time.Time       `bun:"settled_at,nullzero"`
	Turn        int             `bun:"turn"` // how often it was opened again
}

// Code names a line among those of its account: the beginning of its fingerprint.
func (l *Line) Code() string { return hex.EncodeToString(l.Fingerprint[:codeBytes]) }

const codeBytes = 6

// reference names a ledger entry about this turn of a line.
func (l *Line) reference(what string) string {
	return fmt.Sprintf("bank-line/%d/%d/%s", l.ID, l.Turn, what)
}

const lineColumns = `id, file_id, account_id, on_day, amount, payer, reference, text, fingerprint, status, aside_for, note, credited_to, credited,
	settled_by, settled_at, turn`

// Filter chooses lines; the zero value is those that are open.
type Filter struct {
	Status LineStatus // "": Open
	Query  string     // in what the bank wrote
}

// Lines lists lines: open ones the oldest first, others the latest first. At most limit of those that come after one; nil
// begins at the start.
func Lines(ctx context.Context, d bun.IDB, f Filter, after *Line, limit int) ([]Line, error) {
	var list []Line
	if f.Status == "" {
		f.Status = Open
	}
	order, beyond := "on_day, id", ">"
	if f.Status != Open {
		order, beyond = "on_day DESC, id DESC", "<"
	}
	q := d.NewSelect().Model(&list).ColumnExpr(lineColumns).Where("status = ?", f.Status).OrderExpr(order).Limit(int64(limit))
	if after != nil {
		q = q.Where("(on_day, id) "+beyond+" (?, ?)", after.On, after.ID)
	}
	if f.Query != "" {
		q = q.Where("payer || ' ' || reference || ' ' || text ILIKE ?", containing(f.Query))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing lines of the bank: %w", err)
	}
	return list, nil
}

// Waiting is how many lines are open, and what they come to.
func Waiting(ctx context.Context, d bun.IDB) (n int, sum money.Amount, err error) {
	err = d.NewRaw("SELECT count(*), coalesce(sum(amount), 0) FROM bank_lines WHERE status = 'open'").Scan(ctx, &n, &sum)
	return n, sum, err
}

// LineByCode reads a line of an account, or returns ErrUnknownLine.
func LineByCode(ctx context.Context, d bun.IDB, account, code string) (*Line, error) {
	from, err := hex.DecodeString(code)
	if err != nil || len(from) != codeBytes {
		return nil, ErrUnknownLine
	}
	last := make([]byte, 32)
	for i := copy(last, from); i < len(last); i++ {
		last[i] = 0xff
	}
	return scanLine(ctx, d.NewSelect().Where("account_id = (SELECT id FROM bank_accounts WHERE code = ?)", account).
		Where("fingerprint BETWEEN ? AND ?", from, last).Order("id").Limit(1))
}

func lineByID(ctx context.Context, d bun.IDB, which id.BankLine) (*Line, error) {
	return scanLine(ctx, d.NewSelect().Where("id = ?", which))
}

func lockLine(ctx context.Context, tx *db.Tx, which id.BankLine) (*Line, error) {
	return scanLine(ctx, tx.NewSelect().Where("id = ?", which).For("UPDATE"))
}

func scanLine(ctx context.Context, q *bun.SelectQuery) (*Line, error) {
	l := new(Line)
	if err := q.Model(l).ColumnExpr(lineColumns).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknownLine
		}
		return nil, fmt.Errorf("reading a line of the bank: %w", err)
	}
	return l, nil
}

// settle notes what became of a locked line.
func (l *Line) settle(ctx context.Context, tx *db.Tx) error {
	_, err := tx.NewUpdate().Model(l).Column("status", "aside_for", "note", "credited_to", "credited", "settled_by", "settled_at", "turn").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting what became of a line of the bank: %w", err)
	}
	return nil
}

// open makes a locked line open again, for another turn.
func (l *Line) open(ctx context.Context, tx *db.Tx) error {
	l.Status, l.AsideFor, l.Note, l.CreditedTo, l.Credited, l.SettledBy, l.SettledAt = Open, "", "", 0, 0, 0, time.Time{}
	l.Turn++
	return l.settle(ctx, tx)
}

func containing(words string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.TrimSpace(words)) + "%"
}
