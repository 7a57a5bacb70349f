package bursary

import (
	"context"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// Confirm notes that a person says, on their own page to which a mail led them, that what staff entered and sent
// for them is theirs. Doing it again changes nothing. It returns ErrUnknown, or ErrNotEntered when nothing was
// sent yet.
func Confirm(ctx context.Context, tx *db.Tx, person id.Person, code string) (*Application, error) {
	a, _, err := lockOwn(ctx, tx, person, code)
	if err != nil || !a.AwaitsConfirmation() {
		return a, err
	}
	if !a.Sent() {
		return nil, ErrNotEntered
	}
	a.ConfirmedHow, a.ConfirmedAt = ConfirmedByMail, tx.Now
	if err := saveStanding(ctx, tx, a); err != nil {
		return nil, err
	}
	return a, record(ctx, tx, audit.Person(person), "application confirmed", a, map[string]any{"how": ConfirmedByMail})
}
