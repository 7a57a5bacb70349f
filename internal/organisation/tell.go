package organisation

import (
	"context"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/people"
)

// letter is what mails about an organisation are given.
type letter struct {
	Code, Name string
	Asked      string // the name that it asks for
	Reason     string // why it was refused
	Like       bool   // for staff: another one looks the same
	Who        string // who joined: their name, or their address until they have given one
}

func (o *Organisation) letter() letter {
	return letter{Code: o.Code, Name: o.Name, Asked: o.AskedName, Reason: o.RefusedFor, Like: o.LikeID != 0}
}

// tellStaff writes to everybody who looks after organisations.
func tellStaff(ctx context.Context, tx *db.Tx, template string, o *Organisation) error {
	told := map[id.Person]bool{}
	for _, role := range []people.Role{people.Finance, people.Admin} {
		staff, err := people.WithRole(ctx, tx, role)
		if err != nil {
			return err
		}
		for _, p := range staff {
			if told[p.ID] {
				continue
			}
			told[p.ID] = true
			if err := mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: template, Data: o.letter()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellCoordinators writes to everybody who acts for an organisation. joined is who has just joined, if the mail is about
// that: they know.
func (o *Organisation) tellCoordinators(ctx context.Context, tx *db.Tx, template string, joined id.Person) error {
	members, err := Members(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	data := o.letter()
	for _, m := range members {
		if m.Person == joined {
			data.Who = m.Email
			if m.Name != "" {
				data.Who = m.Name
			}
		}
	}
	for _, m := range members {
		if m.Person == joined {
			continue
		}
		if err := mail.Send(ctx, tx, mail.Message{To: m.Email, Person: m.Person, Template: template, Data: data}); err != nil {
			return err
		}
	}
	return nil
}
