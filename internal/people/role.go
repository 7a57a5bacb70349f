package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// Role is what a member of staff is trusted with.
type Role string

// The roles, as the constraint person_roles_role lists them.
const (
	Access   Role = "access"   // arranging support: sees support needs, which nobody else does
	Admin    Role = "admin"    // cohorts, people, rounds, allocation
	Finance  Role = "finance"  // invoices, refunds, funds
	Trainer  Role = "trainer"  // registers
	Assessor Role = "assessor" // reading applications blind
	Auditor  Role = "auditor"  // reading books and audit trail
)

// Roles lists every role.
func Roles() []Role { return []Role{Access, Admin, Assessor, Auditor, Finance, Trainer} }

// ErrNoSuchRole means that a role was misspelt.
var ErrNoSuchRole = failure.New(failure.Invalid, "no_such_role", "The roles are access, admin, assessor, auditor, finance and trainer.")

// RolesOf lists what a person was granted, in alphabetical order. What counts in a request is Session.May.
func RolesOf(ctx context.Context, idb bun.IDB, person id.Person) ([]Role, error) {
	var roles []Role
	err := idb.NewRaw(`SELECT role FROM person_roles WHERE person_id = ? ORDER BY role`, person).Scan(ctx, &roles)
	if err != nil {
		return nil, fmt.Errorf("listing roles: %w", err)
	}
	return roles, nil
}

// WithRole lists who was granted a role, the longest known first. An office has a handful of people.
func WithRole(ctx context.Context, idb bun.IDB, role Role) ([]Person, error) {
	var holders []Person
	err := idb.NewSelect().Model(&holders).
		Where("id IN (SELECT person_id FROM person_roles WHERE role = ?)", role).Order("id").Limit(100).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the people with a role: %w", err)
	}
	return holders, nil
}

// Grant gives a person a role. Their sessions end: what a session may do never changes under it. Granting a
// role that the person has does nothing.
func Grant(ctx context.Context, tx *db.Tx, by audit.Actor, person id.Person, role Role) error {
	if !slices.Contains(Roles(), role) {
		return ErrNoSuchRole
	}
	done, err := tx.NewRaw(`
		INSERT INTO person_roles (person_id, role, granted_at) VALUES (?, ?, ?)
		ON CONFLICT ON CONSTRAINT person_roles_pkey DO NOTHING`, person, role, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("granting a role: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return nil
	}
	if err := endSessions(ctx, tx, person); err != nil {
		return err
	}
	return record(ctx, tx, by, "role_granted", person, map[string]any{"role": role})
}

// Revoke takes a role away from a person and ends their sessions. A role that they do not have changes nothing.
func Revoke(ctx context.Context, tx *db.Tx, by audit.Actor, person id.Person, role Role) error {
	done, err := tx.NewRaw(`DELETE FROM person_roles WHERE person_id = ? AND role = ?`, person, role).Exec(ctx)
	if err != nil {
		return fmt.Errorf("revoking a role: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return nil
	}
	if err := endSessions(ctx, tx, person); err != nil {
		return err
	}
	return record(ctx, tx, by, "role_revoked", person, map[string]any{"role": role})
}

// record writes down what was done to a person.
func record(ctx context.Context, tx *db.Tx, by audit.Actor, action string, person id.Person, detail any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "person", SubjectID: int64(person), Detail: detail})
}
