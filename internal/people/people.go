// Package people knows who somebody is: people by their email address, what staff may do, signing in without
// a password, sessions, and the second factor of staff.
//
// What always holds: an address is stored in one normalised form and belongs to one person; a person comes
// into being only when the address is confirmed; a link or code signs in at most once and for at most an hour;
// of every token and code only a hash is stored; asking to sign in does the same for known and unknown
// addresses; staff count as staff only in a session that a second factor has confirmed.
package people

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// Person is somebody with a confirmed email address. Name and Phone are empty until given.
type Person struct {
	bun.BaseModel `bun:"table:people,alias:person"`

	ID        id.Person `bun:",pk,autoincrement"`
	Code      string    // stands in addresses of the office; PostgreSQL makes it
	Email     string    // as NormaliseEmail makes it
	Name      string
	Phone     string
	CreatedAt time.Time
}

// ErrUnknownPerson means that nobody has this identity or address.
var ErrUnknownPerson = failure.New(failure.NotFound, "unknown_person", "We do not know anybody with that email address.")

// Find returns the person with an address, however it was typed, or ErrUnknownPerson.
func Find(ctx context.Context, idb bun.IDB, email string) (Person, error) {
	email, err := NormaliseEmail(email)
	if err != nil {
		return Person{}, err
	}
	return one(ctx, idb, "email = ?", email)
}

// ByID returns a person, or ErrUnknownPerson.
func ByID(ctx context.Context, idb bun.IDB, person id.Person) (Person, error) {
	return one(ctx, idb, "id = ?", person)
}

func one(ctx context.Context, idb bun.IDB, where string, value any) (Person, error) {
	var p Person
	err := idb.NewSelect().Model(&p).Where(where, value).Scan(ctx)
	if db.NoRows(err) {
		return Person{}, ErrUnknownPerson
	}
	if err != nil {
		return Person{}, fmt.Errorf("finding a person: %w", err)
	}
	return p, nil
}

// Ensure returns the person with an address and makes one if there is none. Call it only for an address that
// was confirmed, or when staff vouch for it.
func Ensure(ctx context.Context, tx *db.Tx, email string) (Person, error) {
	email, err := NormaliseEmail(email)
	if err != nil {
		return Person{}, err
	}
	made := Person{Email: email, CreatedAt: tx.Now}
	_, err = tx.NewInsert().Model(&made).Column("email", "created_at").
		On("CONFLICT ON CONSTRAINT people_email_unique DO NOTHING").Returning("id, code").Exec(ctx)
	if err != nil && !db.NoRows(err) {
		return Person{}, fmt.Errorf("adding a person: %w", err)
	}
	if made.ID == 0 {
		return one(ctx, tx, "email = ?", email)
	}
	return made, record(ctx, tx, audit.System, "added", made.ID, nil)
}
