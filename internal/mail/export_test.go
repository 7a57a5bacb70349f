package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"time"

	"bursar/internal/db"
	"bursar/templates"
)

// SendFrom is Send with other templates than the program's own.
func SendFrom(ctx context.Context, tx *db.Tx, files fs.FS, m Message) error {
	l, err := parse(files)
	if err != nil {
		return err
	}
	return send(ctx, tx, l, m)
}

// SendAllFrom is SendAll with other templates than the program's own.
func SendAllFrom(ctx context.Context, tx *db.Tx, files fs.FS, template string, to []Copy) error {
	l, err := parse(files)
	if err != nil {
		return err
	}
	return sendAll(ctx, tx, l, template, to)
}

// Impatient makes the sender give a server no more than d.
func (s *Sender) Impatient(d time.Duration) { s.timeout = d }

// Trust makes the sender accept a test's certificate.
func (s *Sender) Trust(c *tls.Config) { s.trust = c }

// Own parses the program's own templates, which must have the layout.
func Own() error {
	l, err := parse(templates.FS)
	if err == nil && l.texts["layout"] == nil {
		err = errors.New("mail/layout.txt is missing")
	}
	return err
}

// Parse parses templates.
func Parse(files fs.FS) error {
	_, err := parse(files)
	return err
}

// Moves is the machine of a mail's statuses.
var Moves = moves

// Link is what templates call.
var Link = link
