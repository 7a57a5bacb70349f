package mail

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
)

// Bounce is that a mail did not arrive, because a server refused it for good, and nobody has said yet that the address is right now.
type Bounce struct {
	ID      id.Bounce
	MailID  id.Mail
	Address string
	Hard    bool // the address is wrong, or refuses us; false: nothing arrived this once
	Reason  string
	At      time.Time
	Person  string // code of whose address it is; may be empty
	Name    string // of that person
	Subject string // of the mail; empty for one that whoever asks may not see
}

// bounced marks an address, because of a mail that was refused for good. A mail does so once.
func bounced(ctx context.Context, tx *db.Tx, m *Mail, hard bool, reason string) error {
	if len(reason) > 900 {
		reason = strings.ToValidUTF8(reason[:900], "")
	}
	_, err := tx.NewRaw("INSERT INTO mail_bounces (mail_id, address, hard, reason, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		m.ID, strings.ToLower(m.To), hard, reason, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("marking the address of mail %d: %w", m.ID, err)
	}
	return nil
}

// Returned notes what a mail server says became of a mail after another took it, and returns the mail. Of one that was delivered
// or is only late nothing is noted; the same report again changes nothing. It returns ErrNotFound for a report about none of our
// mails.
func Returned(ctx context.Context, tx *db.Tx, r Report) (*Mail, error) {
	var m Mail
	err := tx.NewSelect().Model(&m).Where("key = ?", r.Key).For("NO KEY UPDATE").Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("finding the mail of a report: %w", err)
	}
	switch {
	case r.Failed && m.Status == Queued: // sent, and the program died before it noted so
		return &m, bounced(ctx, tx, &m, r.Hard, r.Reason)
	case !r.Failed || m.Status != Sent:
		return &m, nil
	}
	if err := m.move(Bounced); err != nil {
		return nil, err
	}
	m.LastError = r.Reason
	if _, err := tx.NewUpdate().Model(&m).Column("status", "last_error", "text_body", "html_body").WherePK().Exec(ctx); err != nil {
		return nil, fmt.Errorf("noting that mail %d came back: %w", m.ID, err)
	}
	return &m, bounced(ctx, tx, &m, r.Hard, r.Reason)
}

// Bounces lists addresses at which mails did not arrive, each with the latest, the newest first, before one of them; zero begins
// with the newest.
func Bounces(ctx context.Context, d bun.IDB, before id.Bounce, limit int) ([]Bounce, error) {
	return bounces(ctx, d, "(?0 = 0 OR b.id < ?0) AND NOT EXISTS (SELECT FROM mail_bounces l WHERE l.address = b.address AND l.cleared_at IS NULL AND l.id > b.id)", limit, before)
}

// BouncesOf lists what did not arrive at one address, the newest first: ten at most.
func BouncesOf(ctx context.Context, d bun.IDB, address string) ([]Bounce, error) {
	return bounces(ctx, d, "b.address = ?0", 10, strings.ToLower(address))
}

func bounces(ctx context.Context, d bun.IDB, where string, limit int, arg any) ([]Bounce, error) {
	var list []Bounce
	err := d.NewRaw(`
		SELECT b.id, b.mail_id, b.address, b.hard, b.reason, b.at, coalesce(w.code, '') AS person, coalesce(w.name, '') AS name, coalesce(m.subject, '') AS subject
		FROM   mail_bounces b LEFT JOIN mails m ON m.id = b.mail_id AND NOT m.secret LEFT JOIN people w ON w.email = b.address
		WHERE  b.cleared_at IS NULL AND `+where+` ORDER BY b.id DESC LIMIT ?1`, arg, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing mails that did not arrive: %w", err)
	}
	return list, nil
}

// ClearBounces takes the marks off an address, because staff have looked after it, and returns how many there were.
func ClearBounces(ctx context.Context, tx *db.Tx, by id.Person, address string) (int, error) {
	done, err := tx.NewRaw("UPDATE mail_bounces SET cleared_at = ?, cleared_by = ? WHERE address = ? AND cleared_at IS NULL",
		tx.Now, by, strings.ToLower(address)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("clearing an address: %w", err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}
