package bursary

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// Withdraw takes a person's application back, at any stage until an award is decided. Consent ends with it; what
// was written is kept as long as the form says and read by nobody any more. Doing it again changes nothing.
func Withdraw(ctx context.Context, tx *db.Tx, person id.Person, code string) (*Application, error) {
	a, _, err := lockOwn(ctx, tx, person, code)
	if err != nil || a.Status == Withdrawn {
		return a, err
	}
	wasSent := a.Sent()
	if err := a.withdraw(tx.Now); err != nil {
		return nil, err
	}
	if err := saveStanding(ctx, tx, a); err != nil {
		return nil, err
	}
	if err := stopAsking(ctx, tx, a); err != nil {
		return nil, err
	}
	_, err = tx.NewRaw("UPDATE sensitive.consents SET withdrawn_at = ? WHERE application_id = ? AND withdrawn_at IS NULL", tx.Now, a.ID).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("ending consent: %w", err)
	}
	if err := record(ctx, tx, audit.Person(person), "application withdrawn", a, nil); err != nil || !wasSent {
		return a, err
	}
	return a, tell(ctx, tx, a, "application-withdrawn", withdrawn{Code: a.Code})
}

// withdrawn is what the mail about an application that was taken back is given.
type withdrawn struct{ Code string }
