package certificate

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/document"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/people"
)

// tidy is a name as it can stand on a certificate, or an Invalid failure about "name".
func tidy(name string) (string, error) {
	d, err := people.Details{Name: name}.Tidy()
	if f := failure.Of(err); f != nil {
		return "", failure.Field("name", f.Fields["name"])
	}
	if err == nil && !people.PlainName(d.Name) {
		return "", failure.Field("name", "Enter a name without web or email addresses or hidden characters")
	}
	if !printable(d.Name) {
		return "", failure.Field("name", "We can print Latin, Greek and Cyrillic letters, and no others yet. Write the name in those")
	}
	return d.Name, err
}

// printable reports whether all letters of a name can be put on paper.
func printable(name string) bool { return document.Shown(name) == name }

// Named is the name that would stand on somebody's certificate for a place.
func Named(ctx context.Context, d bun.IDB, person id.Person, place id.Enrolment) (string, error) {
	var name string
	err := d.NewRaw(`
		SELECT coalesce(w.name, p.name) FROM people p LEFT JOIN certificate_names w ON w.person_id = p.id AND w.enrolment_id = ? WHERE p.id = ?`, place, person).Scan(ctx, &name)
	if err != nil {
		return "", fmt.Errorf("reading a name for a certificate: %w", err)
	}
	return name, nil
}

// Name is somebody's own word of how they want to be named on the certificate of their place, before there is one. Their other
// papers and pages keep their name. It returns enrolment.ErrUnknown for a place that is not theirs or that they do not have,
// ErrIssued, or an Invalid failure about "name".
func Name(ctx context.Context, tx *db.Tx, person id.Person, place, name string) error {
	e, err := holds(ctx, tx, person, place)
	if err != nil {
		return err
	}
	switch _, err = Of(ctx, tx, person, e.ID); {
	case err == nil:
		return ErrIssued
	case !errors.Is(err, ErrNone):
		return err
	}
	if name, err = tidy(name); err != nil {
		return err
	}
	if err := remember(ctx, tx, e.ID, person, name); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(person), Action: "certificate name chosen", Subject: "enrolment", SubjectID: int64(e.ID)})
}

// Prefer is how somebody wanted to be named when they applied for help with a place, as long as they have not chosen since. What
// cannot be printed is left for them to choose.
func Prefer(ctx context.Context, tx *db.Tx, person id.Person, place id.Enrolment, name string) error {
	name, err := tidy(name)
	if err != nil {
		return nil // nothing, or no name: the page of the place asks them
	}
	_, err = tx.NewRaw("INSERT INTO certificate_names (enrolment_id, person_id, name, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", place, person, name, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping a name for a certificate: %w", err)
	}
	return nil
}

// holds locks a place that is somebody's own, after its run's places as whoever issues certificates does.
func holds(ctx context.Context, tx *db.Tx, person id.Person, place string) (*enrolment.Enrolment, error) {
	e, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return nil, err
	}
	if e, err = enrolment.Lock(ctx, tx, e.ID); err != nil {
		return nil, err
	}
	if e.PersonID != person || e.Status != enrolment.Confirmed && e.Status != enrolment.Completed {
		return nil, enrolment.ErrUnknown
	}
	return e, nil
}

// remember keeps the name, for this certificate and for one that may replace it.
func remember(ctx context.Context, tx *db.Tx, place id.Enrolment, person id.Person, name string) error {
	_, err := tx.NewRaw(`
		INSERT INTO certificate_names (enrolment_id, person_id, name, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (enrolment_id, person_id) DO UPDATE SET name = excluded.name, at = excluded.at`, place, person, name, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping a name for a certificate: %w", err)
	}
	return nil
}
