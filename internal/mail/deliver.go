package mail

import (
	"context"
	"errors"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// ErrNotSent means that a mail could not be sent now and is to be tried again later.
var ErrNotSent = failure.New(failure.Unavailable, "mail_not_sent", "We could not send the email just now. We will keep trying.")

// Deliver sends a mail that is still owed and notes what became of it; one that is not owed any more is left
// alone. A mail that cannot be sent now gives ErrNotSent, so that the job is tried again; one that was refused
// for good, or could not be sent for 72 hours, stays as failed for staff to see; either is listed as not arrived. If the program dies between
// sending and noting, the mail is sent once more under the same Message-ID.
func Deliver(ctx context.Context, d *db.DB, s *Sender, which id.Mail) error {
	m, err := read(ctx, d, which)
	if err != nil || m.Status != Queued {
		return err
	}
	if s.server == nil {
		return note(ctx, d, which, func(m *Mail, tx *db.Tx) error { return m.shown(tx.Now) })
	}
	failed := s.transmit(ctx, m)
	ctx = context.WithoutCancel(ctx) // what happened is noted even when the program is being stopped
	switch {
	case failed == nil:
		return note(ctx, d, which, func(m *Mail, tx *db.Tx) error { return m.sent(tx.Now) })
	case forGood(failed):
		return note(ctx, d, which, func(m *Mail, tx *db.Tx) error {
			return errors.Join(m.refused(inFull(failed)), bounced(ctx, tx, m, true, m.LastError))
		})
	}
	again := false
	err = note(ctx, d, which, func(m *Mail, tx *db.Tx) error {
		err := m.deferred(tx.Now, inFull(failed))
		if again = m.Status == Queued; again || err != nil {
			return err
		}
		return bounced(ctx, tx, m, false, m.LastError)
	})
	if err == nil && again {
		err = ErrNotSent.Because(fmt.Errorf("mail %d: %w", which, inShort(failed)))
	}
	return err
}

// note changes a mail under its lock, unless somebody else has delivered it meanwhile.
func note(ctx context.Context, d *db.DB, which id.Mail, change func(*Mail, *db.Tx) error) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		var m Mail
		if err := tx.NewSelect().Model(&m).Where("id = ?", which).For("NO KEY UPDATE").Scan(ctx); err != nil {
			return fmt.Errorf("locking mail %d: %w", which, err)
		}
		if m.Status != Queued {
			return nil
		}
		if err := change(&m, tx); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model(&m).
			Column("status", "attempts", "last_error", "sent_at", "text_body", "html_body").WherePK().Exec(ctx)
		if err != nil {
			return fmt.Errorf("noting what became of mail %d: %w", which, err)
		}
		return nil
	})
}
