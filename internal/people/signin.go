package people

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/mail"
)

const (
	linkLife   = time.Hour
	asksAnHour = 5 // mails to one address
	codeTries  = 5 // of one request
)

// ErrLinkDead means that a sign-in link was used already, is more than an hour old, or never was.
var ErrLinkDead = failure.New(failure.Conflict, "link_dead",
	"This link has been used or is more than an hour old. Ask for a new one.")

// Arrival is somebody who has just shown that an email address is theirs. The caller starts the session.
type Arrival struct {
	Person Person
	Next   string // where they were going: a path of ours, or empty
}

// AskSignIn sends a link and a code to an address and returns the key that the asking browser must keep for
// the code to work. For every address that can be written to it does and says the same, whether or not a
// person has it. After five mails in an hour to one address no more are sent, and nothing tells the asker so.
// next is where to go afterwards; what SafeNext refuses is forgotten.
func AskSignIn(ctx context.Context, tx *db.Tx, email, next string) (requestKey string, err error) {
	email, err = NormaliseEmail(email)
	if err != nil {
		return "", err
	}
	allowed, err := mayAsk(ctx, tx, email)
	if err != nil {
		return "", err
	}
	ask := newAsk(email, next, tx.Now)
	if !allowed {
		return ask.requestKey, nil
	}
	if _, err := ask.save(ctx, tx); err != nil {
		return "", err
	}
	return ask.requestKey, mail.Send(ctx, tx, ask.mail())
}

// NewLink makes a sign-in link for an operator to hand over and returns its path. Nothing is sent, and
// the audit trail says that it was made.
func NewLink(ctx context.Context, tx *db.Tx, email string) (path string, err error) {
	email, err = NormaliseEmail(email)
	if err != nil {
		return "", err
	}
	ask := newAsk(email, "", tx.Now)
	made, err := ask.save(ctx, tx)
	if err != nil {
		return "", err
	}
	return LinkPath(ask.token), audit.Record(ctx, tx, audit.Event{
		Actor: audit.System, Action: "link_made", Subject: "sign_in", SubjectID: int64(made),
	})
}

// LinkAddress returns the address that a link signs in, without using the link, or ErrLinkDead.
func LinkAddress(ctx context.Context, idb bun.IDB, token string, now time.Time) (email string, err error) {
	err = idb.NewRaw(`SELECT email FROM sign_ins WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?`,
		hashToken(token), now).Scan(ctx, &email)
	if db.NoRows(err) {
		return "", ErrLinkDead
	}
	if err != nil {
		return "", fmt.Errorf("finding a link: %w", err)
	}
	return email, nil
}

// UseLink uses a link up. Of many at once one succeeds; the others get ErrLinkDead.
func UseLink(ctx context.Context, tx *db.Tx, token string) (Arrival, error) {
	var used struct {
		Email  string
		Onward []byte
	}
	err := tx.NewRaw(`
		UPDATE sign_ins SET used_at = ?
		WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?
		RETURNING email, onward_by_link AS onward`, tx.Now, hashToken(token), tx.Now).Scan(ctx, &used)
	if db.NoRows(err) {
		return Arrival{}, ErrLinkDead
	}
	if err != nil {
		return Arrival{}, fmt.Errorf("using a link: %w", err)
	}
	return arrive(ctx, tx, used.Email, token, used.Onward)
}

// CodeAnswer says what came of a code that was typed.
type CodeAnswer struct {
	Right     bool
	Arrival   Arrival // when right
	TriesLeft int     // when wrong; with none left a new code is needed
}

// UseCode tries the code of a request. A wrong code is an answer and not an error, so that the try is counted
// when the unit of work commits; after five, also at once, the code is dead and the link in the mail still
// works. The request key is the one that AskSignIn gave the asking browser.
func UseCode(ctx context.Context, tx *db.Tx, requestKey, code string) (CodeAnswer, error) {
	var tried struct {
		Email    string
		Onward   []byte
		Right    bool
		Attempts int
	}
	err := tx.NewRaw(`
		UPDATE sign_ins
		SET attempts = attempts + 1,
		    used_at  = CASE WHEN code_hash = ? THEN ?::timestamptz END
		WHERE request_hash = ? AND used_at IS NULL AND expires_at > ? AND attempts < ?
		RETURNING email, onward_by_code AS onward, used_at IS NOT NULL AS "right", attempts`,
		hashCode(requestKey, onlyDigits(code)), tx.Now, hashToken(requestKey), tx.Now, codeTries).Scan(ctx, &tried)
	if db.NoRows(err) {
		return CodeAnswer{}, nil
	}
	if err != nil {
		return CodeAnswer{}, fmt.Errorf("trying a code: %w", err)
	}
	if !tried.Right {
		return CodeAnswer{TriesLeft: codeTries - tried.Attempts}, nil
	}
	arrival, err := arrive(ctx, tx, tried.Email, requestKey, tried.Onward)
	return CodeAnswer{Right: true, Arrival: arrival}, err
}

// arrive is for somebody who held what their way onward is sealed with.
func arrive(ctx context.Context, tx *db.Tx, email, held string, onward []byte) (Arrival, error) {
	next, err := openOnward(held, onward)
	if err != nil {
		return Arrival{}, err
	}
	person, err := Ensure(ctx, tx, email)
	if err != nil {
		return Arrival{}, err
	}
	return Arrival{Person: person, Next: next}, nil
}
