package bank

import (
	"context"
	"strings"
	"unicode/utf8"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/ledger"
)

// Reason says why a line is for no invoice.
type Reason string

// The reasons to set a line aside.
const (
	CardPayout Reason = "card_payout" // the card processor paid out what it held for us
	InBooks    Reason = "in_books"    // somebody wrote it down by hand already, like a gift to a fund
	Other      Reason = "other"       // income of another kind
)

// longestNote is how many letters may be said about a line.
const longestNote = 500

// account is where the money of a line that is set aside for a reason goes.
func (r Reason) account() (string, bool) {
	switch r {
	case CardPayout:
		return billing.Processor, true
	case InBooks:
		return fund.Bank, true
	case Other:
		return OtherIncome, true
	}
	return "", false
}

// SetAside says that an open line is for no invoice, and why; for Other a note says what it is. The refusals are
// ErrUnknownLine, ErrTaken, and failures of the fields why and note.
func SetAside(ctx context.Context, tx *db.Tx, by id.Person, which id.BankLine, why Reason, note string) error {
	onto, known := why.account()
	wrong := map[string]string{}
	if !known {
		wrong["why"] = "Choose what this payment is"
	}
	if note = strings.TrimSpace(note); why == Other && note == "" {
		wrong["note"] = "Say what this payment is"
	} else if utf8.RuneCountInString(note) > longestNote {
		wrong["note"] = "Use 500 letters or fewer"
	}
	if len(wrong) > 0 {
		return &failure.Error{Kind: failure.Invalid, Code: "bank_aside", Message: "Some of this needs another look.", Fields: wrong}
	}
	l, err := lockLine(ctx, tx, which)
	if err != nil {
		return err
	}
	if l.Status != Open {
		return ErrTaken
	}
	if err := ledger.Post(ctx, tx, moves(l.reference("aside"), Unmatched, onto, l.Amount)); err != nil {
		return err
	}
	l.Status, l.AsideFor, l.Note, l.SettledBy, l.SettledAt = Aside, why, note, by, tx.Now
	if err := l.settle(ctx, tx); err != nil {
		return err
	}
	return record(ctx, tx, by, "bank line set aside", "bank line", int64(l.ID), map[string]any{"why": why, "turn": l.Turn})
}

// Reopen makes a line that was set aside open again. The refusals are ErrUnknownLine and ErrOpen.
func Reopen(ctx context.Context, tx *db.Tx, by id.Person, which id.BankLine) error {
	l, err := lockLine(ctx, tx, which)
	if err != nil {
		return err
	}
	if l.Status != Aside {
		return ErrOpen
	}
	from, _ := l.AsideFor.account()
	if err := ledger.Post(ctx, tx, moves(l.reference("reopened"), from, Unmatched, l.Amount)); err != nil {
		return err
	}
	if err := l.open(ctx, tx); err != nil {
		return err
	}
	return record(ctx, tx, by, "bank line reopened", "bank line", int64(l.ID), map[string]any{"turn": l.Turn})
}
