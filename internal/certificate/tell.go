package certificate

import (
	"context"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/people"
)

// letter is what the mails about certificates may say (templates/mail/certificate*).
type letter struct {
	to     string
	person id.Person

	Name   string // as their other letters have it
	Place  string // code of the enrolment
	Course string
	Kind   Kind
	Number string
	Again  bool // they had one before
}

// tell writes to everybody whose certificate was made.
func tell(ctx context.Context, tx *db.Tx, made []*Certificate, letters []letter) error {
	copies := make([]mail.Copy, len(made))
	for i, l := range letters {
		l.Number = made[i].Number
		copies[i] = mail.Copy{To: l.to, Person: l.person, Data: l}
	}
	return mail.SendAll(ctx, tx, "certificate", copies)
}

// write writes to one person about their certificate.
func write(ctx context.Context, tx *db.Tx, template string, k *Certificate, l letter) error {
	p, err := people.ByID(ctx, tx, k.PersonID)
	if err != nil {
		return err
	}
	l.Name, l.Number = p.Name, k.Number
	return mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: template, Data: l})
}
