package invoice

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// ErrNowhere means that an organisation has not said where its invoices go.
var ErrNowhere = failure.New(failure.Conflict, "invoices_nowhere", "This organisation has not said where its invoices go.")

// SendAgain mails an invoice once more, as it was issued, to where its organisation wants its invoices now. It returns
// ErrUnknown or ErrNowhere.
func SendAgain(ctx context.Context, tx *db.Tx, by id.Person, number string) error {
	in, err := ByNumber(ctx, tx, number)
	if err != nil {
		return err
	}
	s, err := SnapshotOf(in)
	if err != nil {
		return err
	}
	var to string
	if err := tx.NewRaw("SELECT invoice_email FROM organisations WHERE id = ?", in.OrganisationID).Scan(ctx, &to); err != nil {
		return fmt.Errorf("reading an organisation: %w", err)
	}
	if to == "" {
		return ErrNowhere
	}
	err = audit.Record(ctx, tx, audit.Event{Actor: actor(by), Action: "invoice sent again", Subject: "invoice", SubjectID: int64(in.ID)})
	if err != nil {
		return err
	}
	return s.send(ctx, tx, "invoice", to)
}
