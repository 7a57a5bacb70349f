package organisation

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/people"
)

var (
	// ErrLastCoordinator means that nobody would act for an organisation any more.
	ErrLastCoordinator = failure.New(failure.Conflict, "last_coordinator",
		"You are the only person who acts for this organisation. Hand over to a colleague first.")
	// ErrNotMember means that the person whom somebody removes does not act for the organisation.
	ErrNotMember = failure.New(failure.NotFound, "not_member", "This person does not act for your organisation any more.")
	// ErrYourself means that somebody removes themselves: that is Leave.
	ErrYourself = failure.New(failure.Conflict, "remove_yourself", "To stop acting for your organisation yourself, leave it or hand over.")
)

// Member is a coordinator: somebody who acts for an organisation.
type Member struct {
	Person id.Person `bun:"person_id"`
	Name   string    `bun:"name"` // empty until given
	Email  string    `bun:"email"`
	Since  time.Time `bun:"since"`
}

// Members lists who acts for an organisation, the longest first.
func Members(ctx context.Context, d bun.IDB, o id.Organisation) ([]Member, error) {
	var list []Member
	err := d.NewRaw(`
		SELECT m.person_id, p.name, p.email, m.since
		FROM   organisation_members m JOIN people p ON p.id = m.person_id
		WHERE  m.organisation_id = ? AND m.until IS NULL
		ORDER  BY m.id LIMIT 500`, o).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing who acts for an organisation: %w", err)
	}
	return list, nil
}

// Leave ends a person's acting for an organisation. It returns ErrUnknown or ErrLastCoordinator.
func Leave(ctx context.Context, tx *db.Tx, person id.Person, o *Organisation) error {
	if _, err := lockOwn(ctx, tx, person, o.ID); err != nil {
		return err
	}
	others, err := tx.NewSelect().Table("organisation_members").
		Where("organisation_id = ? AND person_id <> ? AND until IS NULL", o.ID, person).Exists(ctx)
	if err != nil {
		return fmt.Errorf("looking for other coordinators: %w", err)
	}
	if !others {
		return ErrLastCoordinator
	}
	if _, err := endMember(ctx, tx, o.ID, person); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(person), "coordinator left", o.ID, nil)
}

// Remove ends a colleague's acting for an organisation, and takes back the invitations they sent. They are told. It
// returns ErrUnknown for somebody who does not act for it, ErrYourself, or ErrNotMember.
func Remove(ctx context.Context, tx *db.Tx, by id.Person, o *Organisation, person id.Person) error {
	if by == person {
		return ErrYourself
	}
	fresh, err := lockOwn(ctx, tx, by, o.ID)
	if err != nil {
		return err
	}
	ended, err := endMember(ctx, tx, o.ID, person)
	if err != nil {
		return err
	}
	if !ended {
		return ErrNotMember
	}
	_, err = tx.NewRaw(`
		UPDATE organisation_invitations SET withdrawn_at = ?
		WHERE organisation_id = ? AND invited_by = ? AND used_at IS NULL AND withdrawn_at IS NULL`, tx.Now, o.ID, person).Exec(ctx)
	if err != nil {
		return fmt.Errorf("taking back the invitations of somebody removed: %w", err)
	}
	if err := record(ctx, tx, audit.Person(by), "coordinator removed", o.ID, map[string]any{"person": person}); err != nil {
		return err
	}
	p, err := people.ByID(ctx, tx, person)
	if err != nil {
		return err
	}
	return mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: "organisation-removed", Data: fresh.letter()})
}

func isMember(ctx context.Context, d bun.IDB, o id.Organisation, person id.Person) (bool, error) {
	there, err := d.NewSelect().Table("organisation_members").Where("organisation_id = ? AND person_id = ? AND until IS NULL", o, person).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("looking for a coordinator: %w", err)
	}
	return there, nil
}

// addMember makes a person act for an organisation, and reports whether they did not do so before.
func addMember(ctx context.Context, tx *db.Tx, o id.Organisation, person id.Person) (bool, error) {
	done, err := tx.NewRaw(`
		INSERT INTO organisation_members (organisation_id, person_id, since) VALUES (?, ?, ?)
		ON CONFLICT (organisation_id, person_id) WHERE until IS NULL DO NOTHING`, o, person, tx.Now).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("adding a coordinator: %w", err)
	}
	n, _ := done.RowsAffected()
	return n > 0, nil
}

// endMember reports whether the person acted for the organisation until now.
func endMember(ctx context.Context, tx *db.Tx, o id.Organisation, person id.Person) (bool, error) {
	done, err := tx.NewRaw("UPDATE organisation_members SET until = ? WHERE organisation_id = ? AND person_id = ? AND until IS NULL",
		tx.Now, o, person).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("ending a coordinator: %w", err)
	}
	n, _ := done.RowsAffected()
	return n > 0, nil
}
