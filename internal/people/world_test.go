package people_test

import (
	"errors"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/people"
)

func write(t testing.TB, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func ensure(t testing.TB, d *db.DB, email string) people.Person {
	t.Helper()
	var p people.Person
	write(t, d, func(tx *db.Tx) (err error) {
		p, err = people.Ensure(t.Context(), tx, email)
		return err
	})
	return p
}

func start(t testing.TB, d *db.DB, p people.Person) (token string) {
	t.Helper()
	write(t, d, func(tx *db.Tx) (err error) {
		token, err = people.StartSession(t.Context(), tx, p.ID, "Firefox on Android")
		return err
	})
	return token
}

func grant(t testing.TB, d *db.DB, p people.Person, role people.Role) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error { return people.Grant(t.Context(), tx, audit.System, p.ID, role) })
}

func session(t testing.TB, d *db.DB, token string) people.Session {
	t.Helper()
	s, err := people.SessionOf(t.Context(), d, token, d.Now())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signedOut(t testing.TB, d *db.DB, token string) {
	t.Helper()
	if s, err := people.SessionOf(t.Context(), d, token, d.Now()); !errors.Is(err, people.ErrSignedOut) {
		t.Errorf("a dead token opened the session of %s, %v", s.Person.Email, err)
	}
}

func count(t testing.TB, d *db.DB, table string) int64 {
	t.Helper()
	n, err := d.NewSelect().Table(table).Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}
