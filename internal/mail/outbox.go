package mail

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// ErrNotFound means that there is no such mail, or that it is not for staff.
var ErrNotFound = failure.New(failure.NotFound, "mail_not_found", "There is no such email.")

// Outbox lists mails for staff, without their words, newest first, at most limit of those older than before; a
// zero before begins with the newest. Secret ones are left out.
func Outbox(ctx context.Context, idb bun.IDB, before id.Mail, limit int) ([]Mail, error) {
	return list(ctx, idb, before, limit, false)
}

// Open reads one mail for staff. A secret one is not found.
func Open(ctx context.Context, idb bun.IDB, which id.Mail) (*Mail, error) {
	m, err := read(ctx, idb, which)
	if err == nil && m.Secret {
		return nil, ErrNotFound
	}
	return m, err
}

// DemoOutbox is Outbox with the secret mails, for the demonstration, where the outbox is everybody's inbox.
func DemoOutbox(ctx context.Context, idb bun.IDB, before id.Mail, limit int) ([]Mail, error) {
	return list(ctx, idb, before, limit, true)
}

// DemoOpen reads any mail, for the demonstration.
func DemoOpen(ctx context.Context, idb bun.IDB, which id.Mail) (*Mail, error) {
	return read(ctx, idb, which)
}

func list(ctx context.Context, idb bun.IDB, before id.Mail, limit int, secrets bool) ([]Mail, error) {
	var mails []Mail
	q := idb.NewSelect().Model(&mails).ExcludeColumn("text_body", "html_body").Order("id DESC").Limit(int64(limit))
	if before != 0 {
		q = q.Where("id < ?", before)
	}
	if !secrets {
		q = q.Where("NOT secret")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing mails: %w", err)
	}
	return mails, nil
}

func read(ctx context.Context, idb bun.IDB, which id.Mail) (*Mail, error) {
	var m Mail
	if err := idb.NewSelect().Model(&m).Where("id = ?", which).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrNotFound
		}
		return nil, fmt.Errorf("reading mail %d: %w", which, err)
	}
	if err := idb.NewSelect().Model(&m.Attachments).Where("mail_id = ?", which).Order("position").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading the attachments of mail %d: %w", which, err)
	}
	return &m, nil
}

// OfPerson lists the mails to somebody for staff, as Outbox does.
func OfPerson(ctx context.Context, d bun.IDB, person id.Person, before id.Mail, limit int) ([]Mail, error) {
	return history(ctx, d, "person_id = ?0 AND (?1 = 0 OR id < ?1)", limit, person, before)
}

// Naming lists the mails to some people that name a place by its code, as Outbox does.
func Naming(ctx context.Context, d bun.IDB, code string, to []id.Person, before id.Mail, limit int) ([]Mail, error) {
	if len(to) == 0 {
		return nil, nil
	}
	return history(ctx, d, "?0 = ANY (names) AND (?1 = 0 OR id < ?1) AND person_id IN (?2)", limit, code, before, bun.List(to))
}

func history(ctx context.Context, d bun.IDB, where string, limit int, args ...any) ([]Mail, error) {
	var mails []Mail
	err := d.NewSelect().Model(&mails).ExcludeColumn("text_body", "html_body").Where("NOT secret").Where(where, args...).Order("id DESC").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing mails: %w", err)
	}
	return mails, nil
}
