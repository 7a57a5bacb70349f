package people

import (
	"context"
	"fmt"

	"github.com/pquerna/otp"
	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
)

var (
	// ErrFactorSet means that a person has a second factor already: it is not shown again nor replaced.
	ErrFactorSet = failure.New(failure.Conflict, "factor_set", "You have set up your authenticator app already.")
	// ErrNoFactor means that a person has no second factor set up, nor begun to.
	ErrNoFactor = failure.New(failure.NotFound, "no_factor", "Set up your authenticator app first.")
	// ErrTooManyCodes means that five codes in a row were wrong: the next is looked at fifteen minutes later.
	ErrTooManyCodes = failure.New(failure.Unavailable, "too_many_codes",
		"That code was wrong too many times. Wait 15 minutes and try again.")
)

// EnrolTOTP makes a new secret for a person's authenticator app. It counts once Verify has seen a right code;
// until then enrolling again replaces it. After that it returns ErrFactorSet.
func EnrolTOTP(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person) error {
	seed := newSeed()
	sealed, err := box.Seal(seed, "person_totps", "secret", int64(person))
	if err != nil {
		return err
	}
	done, err := tx.NewRaw(`
		INSERT INTO person_totps AS f (person_id, secret) VALUES (?, ?)
		ON CONFLICT (person_id) DO UPDATE SET secret = excluded.secret WHERE f.confirmed_at IS NULL`,
		person, sealed).Exec(ctx)
	if err != nil {
		return fmt.Errorf("enrolling a second factor: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return ErrFactorSet
	}
	return record(ctx, tx, audit.Person(person), "second_factor_enrolled", person, nil)
}

// PendingTOTP returns the key that an authenticator app needs, as a picture or typed, while it is being set
// up. Once confirmed it is never shown again: ErrFactorSet. issuer is the provider's name as the app shows it.
func PendingTOTP(ctx context.Context, idb bun.IDB, box *secret.Box, person Person, issuer string) (*otp.Key, error) {
	f, err := loadFactor(ctx, idb, person.ID, "")
	if err != nil {
		return nil, err
	}
	if f.ConfirmedAt != nil {
		return nil, ErrFactorSet
	}
	seed, err := box.Open(f.Secret, "person_totps", "secret", int64(person.ID))
	if err != nil {
		return nil, err
	}
	return keyOf(seed, issuer, person.Email)
}

// Verify tries a code of the authenticator app for a session that NeedsFactor. When it is right the session
// becomes staff's under a new token, which is returned, and the old token is dead; the first right code also
// confirms the app. A wrong code gives "" and no error, so that the miss is counted when the unit of work
// commits. Codes of one step before or after are taken, none twice; after five misses it returns
// ErrTooManyCodes for fifteen minutes.
func Verify(ctx context.Context, tx *db.Tx, box *secret.Box, token, code string) (fresh string, err error) {
	s, err := SessionOf(ctx, tx, token, tx.Now)
	if err != nil {
		return "", err
	}
	f, err := loadFactor(ctx, tx, s.Person.ID, "FOR NO KEY UPDATE")
	if err != nil {
		return "", err
	}
	if f.shut(tx.Now) {
		return "", ErrTooManyCodes
	}
	seed, err := box.Open(f.Secret, "person_totps", "secret", int64(s.Person.ID))
	if err != nil {
		return "", err
	}
	right, err := f.accept(seed, onlyDigits(code), tx.Now)
	if err != nil {
		return "", err
	}
	if !right {
		f.miss(tx.Now)
	}
	if err := f.save(ctx, tx, s.Person.ID); err != nil || !right {
		return "", err
	}
	if err := record(ctx, tx, audit.Person(s.Person.ID), "second_factor_given", s.Person.ID, nil); err != nil {
		return "", err
	}
	return verifySession(ctx, tx, token)
}

// ForgetTOTP takes a person's second factor away, for somebody who has lost it and has shown in another way who
// they are. Their sessions end, and they set up a new app at the next sign-in.
func ForgetTOTP(ctx context.Context, tx *db.Tx, by audit.Actor, person id.Person) error {
	done, err := tx.NewRaw(`DELETE FROM person_totps WHERE person_id = ?`, person).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forgetting a second factor: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return ErrNoFactor
	}
	if err := endSessions(ctx, tx, person); err != nil {
		return err
	}
	return record(ctx, tx, by, "second_factor_forgotten", person, nil)
}

// loadFactor reads the factor of a person, locked for a change when lock says so.
func loadFactor(ctx context.Context, idb bun.IDB, person id.Person, lock string) (factor, error) {
	var f factor
	err := idb.NewRaw(`
		SELECT secret, confirmed_at, last_step, misses, missed_at FROM person_totps WHERE person_id = ? `+lock, person).Scan(ctx, &f)
	if db.NoRows(err) {
		return factor{}, ErrNoFactor
	}
	if err != nil {
		return factor{}, fmt.Errorf("loading a second factor: %w", err)
	}
	return f, nil
}

func (f factor) save(ctx context.Context, tx *db.Tx, person id.Person) error {
	_, err := tx.NewRaw(`
		UPDATE person_totps SET confirmed_at = ?, last_step = ?, misses = ?, missed_at = ? WHERE person_id = ?`,
		f.ConfirmedAt, f.LastStep, f.Misses, f.MissedAt, person).Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving a second factor: %w", err)
	}
	return nil
}
