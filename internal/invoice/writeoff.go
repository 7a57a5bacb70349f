package invoice

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
)

var (
	// ErrWriteOffUnknown means that no write-off of an invoice waits for a second person.
	ErrWriteOffUnknown = failure.New(failure.NotFound, "write_off_unknown", "Nothing waits for a second person here. Somebody may have decided about it already.")
	// ErrWriteOffWaits means that a write-off of the invoice waits for a second person already.
	ErrWriteOffWaits = failure.New(failure.Conflict, "write_off_waits", "A write-off of this invoice waits for a second person already. Decide about that first.")
)

// WriteOffAlone is what one person may write off an invoice, in pence; more takes two.
const WriteOffAlone money.Amount = 100

// WaitingWriteOff is a write-off that somebody asked for and that waits for a second person.
type WaitingWriteOff struct {
	ID        int64
	InvoiceID id.Invoice
	Number    string // of the invoice
	Amount    money.Amount
	Reason    string
	AskedBy   id.Person
	AskedAt   time.Time
}

// WriteOff does without so much of an invoice. Up to WriteOffAlone in all of one invoice that is done at once; more waits for a
// second person, and waits is true. It returns ErrUnknown, ErrTooMuch, ErrWriteOffWaits or an Invalid failure about "amount" or
// "reason".
func WriteOff(ctx context.Context, tx *db.Tx, by id.Person, number string, amount money.Amount, reason string) (waits bool, err error) {
	wrong := map[string]string{}
	if amount <= 0 {
		wrong["amount"] = "Enter an amount above £0"
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		wrong["reason"] = "Say why this is written off"
	}
	if len(wrong) > 0 {
		return false, &failure.Error{Kind: failure.Invalid, Code: "write_off_invalid", Message: "Check the write-off.", Fields: wrong}
	}
	in, err := Lock(ctx, tx, number)
	if err != nil {
		return false, err
	}
	if amount > in.Outstanding() {
		return false, ErrTooMuch
	}
	if in.WrittenOff+amount <= WriteOffAlone {
		return false, in.writeOff(ctx, tx, Source{Kind: ByWriteOff, By: by, reason: reason}, amount)
	}
	_, err = tx.NewRaw("INSERT INTO write_offs (invoice_id, amount, reason, asked_by, asked_at) VALUES (?, ?, ?, ?, ?)",
		in.ID, amount, reason, by, tx.Now).Exec(ctx)
	if db.Violates(err, "write_offs_one_open") {
		return false, ErrWriteOffWaits.Because(err)
	}
	if err != nil {
		return false, fmt.Errorf("asking for a write-off: %w", err)
	}
	return true, audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "write off asked", Subject: "invoice", SubjectID: int64(in.ID),
		Detail: map[string]any{"amount": amount}})
}

func (i *Invoice) writeOff(ctx context.Context, tx *db.Tx, s Source, amount money.Amount) error {
	used, err := Settle(ctx, tx, i, s, amount)
	if err == nil && used != amount {
		return ErrTooMuch
	}
	return err
}

// AgreeWriteOff does what somebody else asked for. It returns ErrUnknown, ErrWriteOffUnknown, ErrOtherPerson or ErrTooMuch.
func AgreeWriteOff(ctx context.Context, tx *db.Tx, by id.Person, number string) error {
	in, w, err := lockWriteOff(ctx, tx, number)
	if err != nil {
		return err
	}
	if w.AskedBy == by {
		return ErrOtherPerson
	}
	if w.Amount > in.Outstanding() {
		return ErrTooMuch
	}
	if err := w.decide(ctx, tx, by, "agreed"); err != nil {
		return err
	}
	return in.writeOff(ctx, tx, Source{Kind: ByWriteOff, By: w.AskedBy, agreedBy: by, reason: w.Reason}, w.Amount)
}

// RefuseWriteOff ends a write-off that waits for a second person, who may be whoever asked. It returns ErrUnknown or
// ErrWriteOffUnknown.
func RefuseWriteOff(ctx context.Context, tx *db.Tx, by id.Person, number string) error {
	_, w, err := lockWriteOff(ctx, tx, number)
	if err != nil {
		return err
	}
	return w.decide(ctx, tx, by, "refused")
}

// WaitingWriteOffs lists the write-offs that wait for a second person, oldest first.
func WaitingWriteOffs(ctx context.Context, d bun.IDB) ([]WaitingWriteOff, error) {
	var list []WaitingWriteOff
	err := d.NewRaw(writeOffRow+" ORDER BY w.id LIMIT 200").Scan(ctx, &list)
	return list, err
}

const writeOffRow = `SELECT w.id, w.invoice_id, i.number, w.amount, w.reason, w.asked_by, w.asked_at
	FROM write_offs w JOIN invoices i ON i.id = w.invoice_id WHERE w.outcome IS NULL`

func lockWriteOff(ctx context.Context, tx *db.Tx, number string) (*Invoice, *WaitingWriteOff, error) {
	in, err := Lock(ctx, tx, number)
	if err != nil {
		return nil, nil, err
	}
	w := new(WaitingWriteOff)
	if err := tx.NewRaw(writeOffRow+" AND i.id = ?", in.ID).Scan(ctx, w); err != nil {
		if db.NoRows(err) {
			return nil, nil, ErrWriteOffUnknown
		}
		return nil, nil, fmt.Errorf("reading a write-off: %w", err)
	}
	return in, w, nil
}

func (w *WaitingWriteOff) decide(ctx context.Context, tx *db.Tx, by id.Person, outcome string) error {
	_, err := tx.NewRaw("UPDATE write_offs SET outcome = ?, decided_by = ?, decided_at = ? WHERE id = ?", outcome, by, tx.Now, w.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("deciding about a write-off: %w", err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "write off " + outcome, Subject: "invoice", SubjectID: int64(w.InvoiceID),
		Detail: map[string]any{"amount": w.Amount}})
}
