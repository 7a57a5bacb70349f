package people

import (
	"context"
	"fmt"
	"time"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/mail"
)

// ask is one request to sign in, with its secrets, which are never stored.
type ask struct {
	email, next             string
	token, requestKey, code string
	at                      time.Time
}

func newAsk(email, next string, now time.Time) ask {
	return ask{email: email, next: SafeNext(next), token: newToken(), requestKey: newToken(), code: newCode(), at: now}
}

// mail is the letter. It does not say whether anybody is known at the address.
func (a ask) mail() mail.Message {
	return mail.Message{
		To: a.email, Template: "sign-in", Secret: true,
		Data: struct{ Path, Code string }{LinkPath(a.token), a.code},
	}
}

// LinkPath is where a link leads: a page whose button uses it.
func LinkPath(token string) string { return "/sign-in/" + token }

func (a ask) save(ctx context.Context, tx *db.Tx) (made id.SignIn, err error) {
	byLink, err := sealOnward(a.token, a.next)
	if err != nil {
		return 0, err
	}
	byCode, err := sealOnward(a.requestKey, a.next)
	if err != nil {
		return 0, err
	}
	err = tx.NewRaw(`
		INSERT INTO sign_ins (email, token_hash, request_hash, code_hash, onward_by_link, onward_by_code, asked_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		RETURNING id`,
		a.email, hashToken(a.token), hashToken(a.requestKey), hashCode(a.requestKey, a.code), byLink, byCode, a.at, a.at.Add(linkLife)).Scan(ctx, &made)
	if err != nil {
		return 0, fmt.Errorf("saving a sign-in request: %w", err)
	}
	return made, nil
}

// mayAsk counts under a lock on the address, so that asking many times at once sends no more mails.
func mayAsk(ctx context.Context, tx *db.Tx, email string) (bool, error) {
	if _, err := tx.NewRaw(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, "sign_ins:"+email).Exec(ctx); err != nil {
		return false, fmt.Errorf("locking an address: %w", err)
	}
	n, err := tx.NewSelect().Table("sign_ins").Where("email = ? AND asked_at > ?", email, tx.Now.Add(-time.Hour)).Count(ctx)
	if err != nil {
		return false, fmt.Errorf("counting sign-in requests: %w", err)
	}
	return n < asksAnHour, nil
}
