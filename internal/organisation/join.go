package organisation

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
)

func invite(ctx context.Context, tx *db.Tx, by id.Person, o *Organisation, email, name string, handsOver bool) error {
	email, name, err := tidyInvitee(email, name)
	if err != nil {
		return err
	}
	fresh, err := lockOwn(ctx, tx, by, o.ID)
	if err != nil {
		return err
	}
	inviter, err := people.ByID(ctx, tx, by)
	if err != nil {
		return err
	}
	return fresh.ask(ctx, tx, by, invitee{email: email, name: name, by: cmp.Or(inviter.Name, "A colleague"), handsOver: handsOver})
}

// invitee is whom somebody asks to act for an organisation.
type invitee struct {
	email, name string
	by          string // what whoever asks is called; empty: the office
	handsOver   bool
}

// ask sends an invitation to act for a locked organisation.
func (o *Organisation) ask(ctx context.Context, tx *db.Tx, by id.Person, i invitee) error {
	if err := mayInvite(ctx, tx, o.ID, i.email); err != nil {
		return err
	}
	if _, err := withdraw(ctx, tx, o.ID, i.email); err != nil {
		return err
	}
	token, err := insertInvitation(ctx, tx, o.ID, by, i.email, i.name, i.handsOver)
	if err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), "coordinator invited", o.ID, map[string]any{"hands_over": i.handsOver}); err != nil {
		return err
	}
	return mail.Send(ctx, tx, mail.Message{To: i.email, Template: "organisation-invitation", Secret: true, Data: invitationLetter{
		Name: i.name, Organisation: o.Name, Inviter: i.by, Path: JoinPath(token), Until: london.DateOf(tx.Now.AddDate(0, 0, invitationDays)),
	}})
}

// invitationLetter is what the mail with the link is given.
type invitationLetter struct {
	Name, Organisation, Inviter, Path string
	Until                             london.Date
}

func mayInvite(ctx context.Context, tx *db.Tx, o id.Organisation, email string) error {
	var known struct{ Member, Lately int }
	err := tx.NewRaw(`
		SELECT (SELECT count(*) FROM organisation_members m JOIN people p ON p.id = m.person_id
		        WHERE m.organisation_id = ? AND m.until IS NULL AND p.email = ?) AS member,
		       (SELECT count(*) FROM organisation_invitations WHERE organisation_id = ? AND created_at > ?) AS lately`,
		o, email, o, tx.Now.Add(-24*time.Hour)).Scan(ctx, &known)
	switch {
	case err != nil:
		return fmt.Errorf("looking at invitations: %w", err)
	case known.Member > 0:
		return ErrMember
	case known.Lately >= invitesADay:
		return ErrTooManyInvitations
	}
	return nil
}

// Join makes a person act for the organisation that invited them by a link, and tells its other coordinators. Pressing
// the button again is joining once. It returns ErrInvitationDead or ErrOtherAddress.
func Join(ctx context.Context, tx *db.Tx, person id.Person, token string) (*Organisation, error) {
	o, i, err := lockInvitation(ctx, tx, token)
	if err != nil {
		return nil, err
	}
	p, err := people.ByID(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	if p.Email != i.Email {
		return nil, ErrOtherAddress
	}
	there, err := isMember(ctx, tx, o.ID, person)
	switch {
	case err != nil:
		return nil, err
	case there && !i.UsedAt.IsZero():
		return o, nil
	case !i.usable(tx.Now):
		return nil, ErrInvitationDead
	}
	return o, o.admit(ctx, tx, p, i)
}

// admit adds the person whom an invitation is for, and ends the acting of who hands over.
func (o *Organisation) admit(ctx context.Context, tx *db.Tx, p people.Person, i *invitation) error {
	if _, err := tx.NewRaw("UPDATE organisation_invitations SET used_at = ? WHERE id = ?", tx.Now, i.ID).Exec(ctx); err != nil {
		return fmt.Errorf("using an invitation: %w", err)
	}
	if _, err := withdraw(ctx, tx, o.ID, i.Email); err != nil {
		return err
	}
	added, err := addMember(ctx, tx, o.ID, p.ID)
	if err != nil || !added {
		return err
	}
	if err := recordBy(ctx, tx, p.ID, "coordinator joined", o.ID); err != nil {
		return err
	}
	if err := o.tellCoordinators(ctx, tx, "organisation-joined", p.ID); err != nil {
		return err
	}
	if !i.HandsOver {
		return nil
	}
	if ended, err := endMember(ctx, tx, o.ID, i.InvitedBy); err != nil || !ended {
		return err
	}
	return recordBy(ctx, tx, i.InvitedBy, "coordinator handed over", o.ID)
}

// invitation is an Invitation as Join needs it.
type invitation struct {
	ID             int64
	OrganisationID id.Organisation
	Email          string
	InvitedBy      id.Person
	HandsOver      bool
	ExpiresAt      time.Time
	UsedAt         time.Time `bun:",nullzero"`
	WithdrawnAt    time.Time `bun:",nullzero"`
}

func (i *invitation) usable(now time.Time) bool {
	return i.UsedAt.IsZero() && i.WithdrawnAt.IsZero() && now.Before(i.ExpiresAt)
}

// lockInvitation locks the organisation of a link and reads the invitation, which changes only under that lock.
func lockInvitation(ctx context.Context, tx *db.Tx, token string) (*Organisation, *invitation, error) {
	var of id.Organisation
	err := tx.NewRaw("SELECT organisation_id FROM organisation_invitations WHERE token_hash = ?", hashToken(token)).Scan(ctx, &of)
	if db.NoRows(err) {
		return nil, nil, ErrInvitationDead
	}
	if err != nil {
		return nil, nil, fmt.Errorf("finding an invitation: %w", err)
	}
	o, err := Lock(ctx, tx, of)
	if err != nil {
		return nil, nil, err
	}
	if !o.Status.alive() {
		return nil, nil, ErrInvitationDead
	}
	i := new(invitation)
	err = tx.NewRaw(`
		SELECT id, organisation_id, email, coalesce(invited_by, 0) AS invited_by, hands_over, expires_at, used_at, withdrawn_at
		FROM   organisation_invitations WHERE token_hash = ?`, hashToken(token)).Scan(ctx, i)
	if err != nil {
		return nil, nil, fmt.Errorf("reading an invitation: %w", err)
	}
	return o, i, nil
}
