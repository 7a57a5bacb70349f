package organisation

import (
	"context"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
)

// The most mails a day to addresses that people of one organisation typed: whom they name for places, ask to agree to a
// cost, or ask to pay.
const (
	lettersADay    = 200 // as many as a booking can have places
	newLettersADay = 20  // until staff have approved the organisation: else anybody could write in anybody's name
)

// ErrTooManyLetters means that an organisation has had us write to as many people as it can in a day.
var ErrTooManyLetters = failure.New(failure.Unavailable, "too_many_letters",
	"We have written to many people for your organisation today. Please go on tomorrow, or write to us. Nothing has changed now.")

// CountLetters counts mails that go out for an organisation today to addresses that its people typed. The caller writes
// them in the same unit of work. It returns ErrTooManyLetters.
func CountLetters(ctx context.Context, tx *db.Tx, o *Organisation, letters int) error {
	if letters == 0 {
		return nil
	}
	most, sent := newLettersADay, 0
	if o.Status == Approved {
		most = lettersADay
	}
	err := tx.NewRaw(`
		INSERT INTO organisation_letters AS l (organisation_id, day, sent) VALUES (?, ?, ?)
		ON CONFLICT (organisation_id, day) DO UPDATE SET sent = l.sent + excluded.sent RETURNING sent`,
		o.ID, london.DateOf(tx.Now), letters).Scan(ctx, &sent)
	switch {
	case err != nil:
		return fmt.Errorf("counting the mails of organisation %d: %w", o.ID, err)
	case sent > most:
		return ErrTooManyLetters
	}
	return nil
}
