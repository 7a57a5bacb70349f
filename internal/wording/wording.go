// Package wording is what staff make of the program's mails: other words for them, with who wrote them and when, and back to the
// original; and the addresses at which mails did not arrive. What words may say is package mail's to check.
//
// What always holds: nothing that was written is lost; two people who change the same words at once do not overwrite each other.
package wording

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/mail"
)

// ErrOverwrites means that somebody else has changed the words meanwhile.
var ErrOverwrites = failure.New(failure.Conflict, "words_changed", "Somebody else has changed this email meanwhile. What you typed is still here. Open the page again in another tab to see theirs.")

// Edition is the words of a mail as somebody left them.
type Edition struct {
	ID       id.Wording
	Template string
	Subject  string // both are empty when they went back to the original
	Body     string
	By       string // the person's name
	At       time.Time
}

// Original reports whether the edition goes back to the built-in words.
func (e Edition) Original() bool { return e.Body == "" }

// Text is the edition's words.
func (e Edition) Text() mail.Text { return mail.Text{Subject: e.Subject, Body: e.Body} }

// Latest is the edition that holds; the zero value when nobody has changed the words.
func Latest(ctx context.Context, d bun.IDB, template string) (Edition, error) {
	list, err := History(ctx, d, template, 0, 1)
	if err != nil || len(list) == 0 {
		return Edition{}, err
	}
	return list[0], nil
}

// History lists the editions of a mail's words, the newest first, before one of them; zero begins with the newest.
func History(ctx context.Context, d bun.IDB, template string, before id.Wording, limit int) ([]Edition, error) {
	var list []Edition
	err := d.NewRaw(`
		SELECT t.id, t.template, t.subject, t.body, p.name AS by, t.at FROM mail_texts t JOIN people p ON p.id = t.by_id
		WHERE  t.template = ?0 AND (?1 = 0 OR t.id < ?1) ORDER BY t.id DESC LIMIT ?2`, template, before, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading who changed mail %s: %w", template, err)
	}
	return list, nil
}

// Save gives a mail other words from now on. seen is the edition from which they were made. Words that hold already change nothing,
// so that a second press of the button is no quarrel.
// It returns what mail.Check returns, or ErrOverwrites.
func Save(ctx context.Context, tx *db.Tx, by id.Person, template string, t mail.Text, seen id.Wording) error {
	t = mail.Text{Subject: strings.TrimSpace(t.Subject), Body: strings.TrimSpace(strings.ReplaceAll(t.Body, "\r\n", "\n"))}
	if err := mail.Check(template, t); err != nil {
		return err
	}
	original, _, err := mail.Original(template)
	if err != nil {
		return err
	}
	if t == original {
		t = mail.Text{}
	}
	return replace(ctx, tx, by, template, t, seen)
}

// Restore gives a mail its built-in words again. seen is the edition that whoever does it has seen.
func Restore(ctx context.Context, tx *db.Tx, by id.Person, template string, seen id.Wording) error {
	if _, _, err := mail.Original(template); err != nil {
		return err
	}
	return replace(ctx, tx, by, template, mail.Text{}, seen)
}

// replace has other words hold, or the built-in ones, unless somebody else has changed them since they were seen. No words are the
// built-in ones.
func replace(ctx context.Context, tx *db.Tx, by id.Person, template string, t mail.Text, seen id.Wording) error {
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended('mail_texts/' || ?, 0))", template).Exec(ctx); err != nil {
		return fmt.Errorf("locking the words of mail %s: %w", template, err)
	}
	now, err := Latest(ctx, tx, template)
	switch {
	case err != nil:
		return err
	case now.Text() == t:
		return nil
	case now.ID != seen:
		return ErrOverwrites
	}
	return write(ctx, tx, by, template, t)
}

func write(ctx context.Context, tx *db.Tx, by id.Person, template string, t mail.Text) error {
	var which id.Wording
	err := tx.NewRaw("INSERT INTO mail_texts (template, subject, body, by_id, at) VALUES (?, ?, ?, ?, ?) RETURNING id",
		template, t.Subject, t.Body, by, tx.Now).Scan(ctx, &which)
	if err != nil {
		return fmt.Errorf("changing mail %s: %w", template, err)
	}
	action := "email changed"
	if t.Body == "" {
		action = "email back to the original"
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "mail_text", SubjectID: int64(which), Detail: map[string]any{"template": template}})
}

// Listed is a mail in the list of all.
type Listed struct {
	Template string
	Purpose  string
	Subject  string // as it holds now
	Edited   bool
	Fits     bool // false: the words of staff have something that the program does not know any more, so the original is sent
	At       time.Time
}

// List lists all mails that the program sends.
func List(ctx context.Context, d bun.IDB) ([]Listed, error) {
	var now []Edition
	err := d.NewRaw(`SELECT DISTINCT ON (template) id, template, subject, body, at FROM mail_texts ORDER BY template, id DESC`).Scan(ctx, &now)
	if err != nil {
		return nil, fmt.Errorf("listing the words of mails: %w", err)
	}
	var list []Listed
	for _, template := range mail.Templates() {
		original, _, err := mail.Original(template)
		if err != nil {
			return nil, err
		}
		l := Listed{Template: template, Purpose: Purpose(template), Subject: original.Subject, Fits: true}
		for _, e := range now {
			if e.Template == template && !e.Original() {
				l.Subject, l.Edited, l.At = e.Subject, true, e.At
				l.Fits = mail.Check(template, e.Text()) == nil
			}
		}
		list = append(list, l)
	}
	return list, nil
}

// Clear says that an address at which mails did not arrive is right now. Doing it again changes nothing.
func Clear(ctx context.Context, tx *db.Tx, by id.Person, which id.Bounce) error {
	var b struct{ Address string }
	err := tx.NewRaw("SELECT address FROM mail_bounces WHERE id = ?", which).Scan(ctx, &b)
	if db.NoRows(err) {
		return mail.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("finding an address: %w", err)
	}
	cleared, err := mail.ClearBounces(ctx, tx, by, b.Address)
	if err != nil || cleared == 0 {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "address cleared", Subject: "mail_bounce", SubjectID: int64(which)})
}
