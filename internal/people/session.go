package people

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// How long a session lasts without being used, and how long staff's lasts at most.
const (
	StaffIdle   = 30 * time.Minute
	StaffMost   = 12 * time.Hour
	LearnerIdle = 24 * time.Hour
)

// touchAfter is how stale seen_at may be: most requests then only read.
const touchAfter = time.Minute

// ErrSignedOut means that a session has ended or never was.
var ErrSignedOut = failure.New(failure.Forbidden, "signed_out", "You are signed out. Sign in to go on.")

// Session is one browser of a person that is signed in.
type Session struct {
	Person     Person `bun:"embed:person_"`
	Roles      []Role `bun:",array"` // granted; they count only once the session is verified: ask May
	Device     string // "Firefox on Android"
	StartedAt  time.Time
	SeenAt     time.Time // at most a minute old while in use
	ExpiresAt  time.Time
	VerifiedAt *time.Time // when the second factor was given
	TokenHash  []byte     // names the session without opening it
}

// Staff reports whether this session is that of a member of staff who has given the second factor.
func (s Session) Staff() bool { return len(s.Roles) > 0 && s.VerifiedAt != nil }

// NeedsFactor reports whether this session would be staff's if the second factor were given.
func (s Session) NeedsFactor() bool { return len(s.Roles) > 0 && s.VerifiedAt == nil }

// May reports whether this session may do what a role is for.
func (s Session) May(role Role) bool { return s.Staff() && slices.Contains(s.Roles, role) }

// Stale reports whether the session should be touched, which slides its end.
func (s Session) Stale(now time.Time) bool { return now.Sub(s.SeenAt) >= touchAfter }

// ends is when a session ends that is used now. Somebody with a role has staff's shorter time before the
// second factor too, so that giving it never lengthens anything.
func ends(staff bool, started, now time.Time) time.Time {
	if !staff {
		return now.Add(LearnerIdle)
	}
	if idle, most := now.Add(StaffIdle), started.Add(StaffMost); idle.Before(most) {
		return idle
	}
	return started.Add(StaffMost)
}

// StartSession signs a person in on a device and returns the token for the cookie. Staff must still give the
// second factor: see Verify.
func StartSession(ctx context.Context, tx *db.Tx, person id.Person, device string) (token string, err error) {
	return startSession(ctx, tx, person, device, nil)
}

// StartVerifiedSession is StartSession with the second factor taken as given. Only the demonstration's list of
// people uses it, and tests.
func StartVerifiedSession(ctx context.Context, tx *db.Tx, person id.Person, device string) (token string, err error) {
	return startSession(ctx, tx, person, device, &tx.Now)
}

func startSession(ctx context.Context, tx *db.Tx, person id.Person, device string, verified *time.Time) (string, error) {
	roles, err := RolesOf(ctx, tx, person)
	if err != nil {
		return "", err
	}
	token := newToken()
	_, err = tx.NewRaw(`
		INSERT INTO sessions (token_hash, person_id, device, started_at, seen_at, expires_at, verified_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		hashToken(token), person, device, tx.Now, tx.Now, ends(len(roles) > 0, tx.Now, tx.Now), verified).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("starting a session: %w", err)
	}
	return token, record(ctx, tx, audit.Person(person), "signed_in", person, nil)
}

const selectSessions = `
	SELECT s.token_hash, s.device, s.started_at, s.seen_at, s.expires_at, s.verified_at,
	       p.id AS person_id, p.email AS person_email, p.name AS person_name, p.phone AS person_phone,
	       p.created_at AS person_created_at,
	       ARRAY(SELECT r.role FROM person_roles r WHERE r.person_id = p.id ORDER BY r.role) AS roles
	FROM sessions s JOIN people p ON p.id = s.person_id`

// SessionOf returns the session that a token opens at a time, or ErrSignedOut.
func SessionOf(ctx context.Context, idb bun.IDB, token string, now time.Time) (Session, error) {
	var s Session
	err := idb.NewRaw(selectSessions+` WHERE s.token_hash = ? AND s.expires_at > ?`, hashToken(token), now).Scan(ctx, &s)
	if db.NoRows(err) {
		return Session{}, ErrSignedOut
	}
	if err != nil {
		return Session{}, fmt.Errorf("finding a session: %w", err)
	}
	return s, nil
}

// SessionsOf lists where a person is signed in at a time, the latest used first, at most fifty.
func SessionsOf(ctx context.Context, idb bun.IDB, person id.Person, now time.Time) ([]Session, error) {
	var all []Session
	err := idb.NewRaw(selectSessions+`
		WHERE s.person_id = ? AND s.expires_at > ?
		ORDER BY s.seen_at DESC, s.token_hash LIMIT 50`, person, now).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing sessions: %w", err)
	}
	return all, nil
}

// Touch says that a session is in use, which slides its end. It is for a session that is Stale; one that has
// ended meanwhile stays ended.
func Touch(ctx context.Context, tx *db.Tx, s Session) error {
	_, err := tx.NewRaw(`
		UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token_hash = ? AND expires_at > ? AND seen_at < ?`,
		tx.Now, ends(len(s.Roles) > 0, s.StartedAt, tx.Now), s.TokenHash, tx.Now, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("touching a session: %w", err)
	}
	return nil
}

// RotateSession gives a session a new token and kills the old one, so that a token somebody planted or saw
// before is worth nothing after. It returns ErrSignedOut when the session has ended.
func RotateSession(ctx context.Context, tx *db.Tx, token string) (fresh string, err error) {
	return rotate(ctx, tx, token, nil)
}

// verifySession rotates a session and makes it one in which the second factor was given.
func verifySession(ctx context.Context, tx *db.Tx, token string) (fresh string, err error) {
	return rotate(ctx, tx, token, &tx.Now)
}

func rotate(ctx context.Context, tx *db.Tx, token string, verified *time.Time) (fresh string, err error) {
	fresh = newToken()
	done, err := tx.NewRaw(`
		UPDATE sessions SET token_hash = ?, verified_at = COALESCE(?, verified_at) WHERE token_hash = ? AND expires_at > ?`,
		hashToken(fresh), verified, hashToken(token), tx.Now).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("rotating a session: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return "", ErrSignedOut
	}
	return fresh, nil
}

// SignOut ends the session of a token at once, if there is one.
func SignOut(ctx context.Context, tx *db.Tx, token string) error {
	if _, err := tx.NewRaw(`DELETE FROM sessions WHERE token_hash = ?`, hashToken(token)).Exec(ctx); err != nil {
		return fmt.Errorf("signing out: %w", err)
	}
	return nil
}

// SignOutEverywhere ends every session of a person at once.
func SignOutEverywhere(ctx context.Context, tx *db.Tx, person id.Person) error {
	if err := endSessions(ctx, tx, person); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(person), "signed_out_everywhere", person, nil)
}

func endSessions(ctx context.Context, tx *db.Tx, person id.Person) error {
	if _, err := tx.NewRaw(`DELETE FROM sessions WHERE person_id = ?`, person).Exec(ctx); err != nil {
		return fmt.Errorf("ending the sessions of a person: %w", err)
	}
	return nil
}
