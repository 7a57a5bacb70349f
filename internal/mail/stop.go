package mail

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/db"
)

// stopPath is where the page is that ends mails nobody must have; a mail's own key follows.
const stopPath = "/emails/stop/"

// stopKey is what a mail's key looks like: see send.
var stopKey = regexp.MustCompile(`^[a-z2-7]{26}$`)

// stopAt is the address at which whoever was sent m gets no more such mails; "" for a mail that they need.
func (s Site) stopAt(m *Mail) string {
	if m.StopKey == "" {
		return ""
	}
	return s.URL + stopPath + m.StopKey
}

// ByStopKey is the address to which the mail with a key went. It returns ErrNotFound for any other key.
func ByStopKey(ctx context.Context, d bun.IDB, key string) (string, error) {
	if !stopKey.MatchString(key) {
		return "", ErrNotFound
	}
	var to string
	err := d.NewRaw("SELECT recipient FROM mails WHERE stop_key = ?", key).Scan(ctx, &to)
	if db.NoRows(err) {
		return "", ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("finding a mail by its key: %w", err)
	}
	return to, nil
}

// Stopped reports whether an address gets only the mails that its reader needs.
func Stopped(ctx context.Context, d bun.IDB, address string) (bool, error) {
	var yes bool
	if err := d.NewRaw("SELECT EXISTS (SELECT FROM mail_stops WHERE address = ?)", strings.ToLower(address)).Scan(ctx, &yes); err != nil {
		return false, fmt.Errorf("looking what somebody wants to be sent: %w", err)
	}
	return yes, nil
}

// Stop has an address get only the mails that its reader needs. Doing it again changes nothing.
func Stop(ctx context.Context, tx *db.Tx, address string) error {
	_, err := tx.NewRaw("INSERT INTO mail_stops (address, at) VALUES (?, ?) ON CONFLICT DO NOTHING", strings.ToLower(address), tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("stopping mails: %w", err)
	}
	return nil
}

// Resume has an address get all mails again. Doing it again changes nothing.
func Resume(ctx context.Context, tx *db.Tx, address string) error {
	if _, err := tx.NewRaw("DELETE FROM mail_stops WHERE address = ?", strings.ToLower(address)).Exec(ctx); err != nil {
		return fmt.Errorf("resuming mails: %w", err)
	}
	return nil
}
