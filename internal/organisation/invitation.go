package organisation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/people"
)

const (
	invitationDays = 14
	invitesADay    = 20 // of one organisation: each is a mail to an address that somebody typed
)

var (
	// ErrInvitationDead means that an invitation was used, taken back, is too old, or never was.
	ErrInvitationDead = failure.New(failure.NotFound, "invitation_dead",
		"This link does not work any more. Ask the person who invited you to send you a new one.")
	// ErrOtherAddress means that an invitation is for somebody else.
	ErrOtherAddress = failure.New(failure.Forbidden, "invitation_other_address",
		"This invitation was sent to another email address. Sign in with the address that the invitation came to.")
	// ErrMember means that the person who is invited acts for the organisation already.
	ErrMember = failure.Field("email", "This person acts for your organisation already")
	// ErrTooManyInvitations means that an organisation has sent as many invitations as it can in a day.
	ErrTooManyInvitations = failure.New(failure.Unavailable, "too_many_invitations",
		"Your organisation has sent many invitations today. Please try again tomorrow.")
)

// Invitation asks somebody to act for an organisation.
type Invitation struct {
	OrganisationID id.Organisation `bun:"organisation_id"`
	Organisation   string          `bun:"organisation"` // its name
	Email          string          `bun:"email"`
	Name           string          `bun:"name"`       // of the person, as the one who invites calls them; may be empty
	InvitedBy      id.Person       `bun:"invited_by"` // zero: somebody who asks the organisation to pay
	Inviter        string          `bun:"inviter"`    // their name, for the organisation's own people; may be empty
	HandsOver      bool            `bun:"hands_over"` // who invites stops acting when the other joins
	CreatedAt      time.Time       `bun:"created_at"`
	ExpiresAt      time.Time       `bun:"expires_at"`
}

// JoinPath is where the link of an invitation leads.
func JoinPath(token string) string { return "/employer/join/" + token }

// InvitationOf reads the invitation of a link, or returns ErrInvitationDead. at is the time now.
func InvitationOf(ctx context.Context, d bun.IDB, token string, at time.Time) (*Invitation, error) {
	i := new(Invitation)
	err := d.NewRaw(selectInvitations+" AND i.token_hash = ?", at, hashToken(token)).Scan(ctx, i)
	if db.NoRows(err) {
		return nil, ErrInvitationDead
	}
	if err != nil {
		return nil, fmt.Errorf("reading an invitation: %w", err)
	}
	return i, nil
}

// Invitations lists the invitations of an organisation that can still be used at a time, the latest first.
func Invitations(ctx context.Context, d bun.IDB, o id.Organisation, at time.Time) ([]Invitation, error) {
	var list []Invitation
	if err := d.NewRaw(selectInvitations+" AND i.organisation_id = ? ORDER BY i.id DESC LIMIT 500", at, o).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("listing invitations: %w", err)
	}
	return list, nil
}

// selectInvitations reads only what an organisation's people may see. Whoever does not act for it any more has no name.
const selectInvitations = `
	SELECT i.organisation_id, o.name AS organisation, i.email, i.name, coalesce(i.invited_by, 0) AS invited_by, coalesce(p.name, '') AS inviter,
	       i.hands_over, i.created_at, i.expires_at
	FROM   organisation_invitations i
	JOIN   organisations o ON o.id = i.organisation_id AND o.status IN ('invited', 'pending', 'approved')
	LEFT   JOIN organisation_members m ON m.organisation_id = i.organisation_id AND m.person_id = i.invited_by AND m.until IS NULL
	LEFT   JOIN people p ON p.id = m.person_id
	WHERE  i.used_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > ?`

// Invite asks somebody by mail to act for an organisation too. A link sent to the same address before is dead. It returns
// ErrUnknown for somebody who does not act for it, ErrMember, ErrTooManyInvitations, or a failure about the field "email"
// or "name".
func Invite(ctx context.Context, tx *db.Tx, by id.Person, o *Organisation, email, name string) error {
	return invite(ctx, tx, by, o, email, name, false)
}

// Appoint asks somebody as Invite does, by a member of staff: nobody may act for the organisation any more who could. It returns
// ErrUnknown for an organisation that is none any more.
func Appoint(ctx context.Context, tx *db.Tx, by id.Person, code, email, name string) error {
	email, name, err := tidyInvitee(email, name)
	if err != nil {
		return err
	}
	o, err := lockByCode(ctx, tx, code)
	if err != nil {
		return err
	}
	if !o.Status.alive() {
		return ErrUnknown
	}
	return o.ask(ctx, tx, by, invitee{email: email, name: name})
}

// HandOver asks somebody as Invite does, and ends the person's own acting for the organisation when the other joins.
func HandOver(ctx context.Context, tx *db.Tx, person id.Person, o *Organisation, email, name string) error {
	return invite(ctx, tx, person, o, email, name, true)
}

// WithdrawInvitation takes back every invitation to an address that was not used. It returns ErrUnknown for somebody who
// does not act for the organisation, or ErrInvitationDead when there is none.
func WithdrawInvitation(ctx context.Context, tx *db.Tx, by id.Person, o *Organisation, email string) error {
	if _, err := lockOwn(ctx, tx, by, o.ID); err != nil {
		return err
	}
	n, err := withdraw(ctx, tx, o.ID, strings.ToLower(strings.TrimSpace(email)))
	if err == nil && n == 0 {
		err = ErrInvitationDead
	}
	if err != nil {
		return err
	}
	return recordBy(ctx, tx, by, "invitation withdrawn", o.ID)
}

func withdraw(ctx context.Context, tx *db.Tx, o id.Organisation, email string) (int64, error) {
	done, err := tx.NewRaw(`
		UPDATE organisation_invitations SET withdrawn_at = ?
		WHERE organisation_id = ? AND email = ? AND used_at IS NULL AND withdrawn_at IS NULL`, tx.Now, o, email).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("withdrawing an invitation: %w", err)
	}
	n, _ := done.RowsAffected()
	return n, nil
}

// tidyInvitee puts whom somebody invites in the form that is stored.
func tidyInvitee(email, name string) (tidyEmail, tidyName string, err error) {
	if email, err = people.NormaliseEmail(email); err != nil {
		return "", "", err
	}
	w := wrong{}
	name = w.name("name", name, "")
	return email, name, w.failure()
}

// insertInvitation makes an invitation, by nobody when it goes to an organisation that is asked to pay, and returns the token of its link, of which only the hash is kept.
func insertInvitation(ctx context.Context, tx *db.Tx, o id.Organisation, by id.Person, email, name string, handsOver bool) (string, error) {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand.Read aborts the program instead
	token := base64.RawURLEncoding.EncodeToString(random[:])
	_, err := tx.NewRaw(`
		INSERT INTO organisation_invitations (organisation_id, email, name, token_hash, invited_by, hands_over, created_at, expires_at)
		VALUES (?, ?, ?, ?, nullif(?, 0), ?, ?, ?)`,
		o, email, name, hashToken(token), by, handsOver, tx.Now, tx.Now.AddDate(0, 0, invitationDays)).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("saving an invitation: %w", err)
	}
	return token, nil
}

// hashToken is what is stored of a token. SHA-256 without salt is enough: nobody can guess 256 random bits.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
