package bursary

import (
	"context"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// How an applicant confirmed what staff entered.
const (
	ConfirmedByMail = "mail"
	ConfirmedByCall = "call"
)

// ConfirmByCall writes down that the applicant said on the telephone, at a time, that what staff entered and sent
// is theirs. In a small office whoever entered it may note the call too: the minutes count how often. It returns ErrUnknown, ErrNotEntered, or an Invalid failure about the field "called".
func ConfirmByCall(ctx context.Context, tx *db.Tx, by id.Person, code string, called time.Time) error {
	a, err := scan(ctx, tx.NewSelect().Where("code = ?", id.NormaliseCode(code)).For("NO KEY UPDATE"))
	if err != nil {
		return err
	}
	switch {
	case !a.AwaitsConfirmation() || !a.Sent():
		return ErrNotEntered
	case called.After(tx.Now):
		return failure.Field("called", "Enter today or a day that has been.")
	case london.DateOf(called).Before(london.DateOf(a.SubmittedAt)):
		return failure.Field("called", "Enter a day on or after the one on which it was sent.")
	}
	a.ConfirmedHow, a.ConfirmedAt = ConfirmedByCall, called
	if err := saveStanding(ctx, tx, a); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(by), "application confirmed by telephone", a, map[string]any{"called": called})
}
