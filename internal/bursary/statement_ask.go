package bursary

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/secret"
)

const (
	// linkLife is how long a supporter's link works, at most: words are taken until the panel meets.
	linkLife = 60 * 24 * time.Hour
	// sendAgainAfter keeps a link from being sent over and over to somebody who does not want it.
	sendAgainAfter = time.Hour
	// maxStatements is how many people one applicant can ask, one after the other.
	maxStatements = 10
)

var (
	// ErrAskedAlready means that somebody was asked and may still answer, or has.
	ErrAskedAlready = failure.New(failure.Conflict, "supporter_asked_already", "You have asked someone. You can see below how it stands.")
	// ErrNobodyAsked means that nobody's words are waited for.
	ErrNobodyAsked = failure.New(failure.Conflict, "supporter_not_asked", "We are not waiting for anyone now. You can see below how it stands.")
	// ErrSentJustNow refuses another mail within the hour.
	ErrSentJustNow = failure.New(failure.Conflict, "supporter_sent_just_now", "We sent it less than an hour ago. Please wait an hour before you send it again.")
	// ErrAskedEnough ends asking one person after the other.
	ErrAskedEnough = failure.New(failure.Conflict, "supporter_asked_enough", "You have asked ten people. If you would like to ask someone else, please call us.")
	// ErrTooLateToAsk means that the panel has met, or that the application was taken back.
	ErrTooLateToAsk = failure.New(failure.Conflict, "supporter_too_late", "It is too late to ask someone now. What you sent us counts all the same.")
)

// TakesWords reports whether a supporter's words can still count: until the panel meets, also after the closing
// day.
func (a *Application) TakesWords(r *Round, now time.Time) bool {
	standing := a.Status == Draft || a.Status == Submitted || a.Status == InReview
	return standing && now.Before(r.PanelOn.At(0, 0))
}

// AskSupporter asks somebody for a few words about a person, by a link in a neutral mail. It returns ErrUnknown,
// ErrAskedAlready, ErrAskedEnough, ErrTooLateToAsk, or an Invalid failure for what was typed. Whatever becomes
// of it, the application can be sent.
func AskSupporter(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string, whom Supporter) (*Statement, error) {
	a, r, err := lockOwn(ctx, tx, person, code)
	if err != nil {
		return nil, err
	}
	whom, err = whom.tidy()
	if err != nil {
		return nil, err
	}
	all, err := Statements(ctx, tx, box, a.ID)
	switch {
	case err != nil:
		return nil, err
	case !a.TakesWords(r, tx.Now):
		return nil, ErrTooLateToAsk
	case len(all) > 0 && all[0].Live():
		return nil, ErrAskedAlready
	case len(all) >= maxStatements:
		return nil, ErrAskedEnough
	}
	token := newLink()
	row, err := insertStatement(ctx, tx, box, a, whom, token, linkEnd(r, tx.Now))
	if err != nil {
		return nil, err
	}
	if err := record(ctx, tx, audit.Person(person), "supporter asked", a, nil); err != nil {
		return nil, err
	}
	s, err := row.open(box)
	if err != nil {
		return nil, err
	}
	return s, sendLink(ctx, tx, a, r, s, token)
}

// SendAgain sends the supporter a new link, and the old one stops working. What they have saved stays. It returns
// ErrUnknown, ErrNobodyAsked, ErrSentJustNow or ErrTooLateToAsk.
func SendAgain(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string) (*Statement, error) {
	a, r, row, err := lockAwaited(ctx, tx, person, code)
	switch {
	case err != nil:
		return nil, err
	case !a.TakesWords(r, tx.Now):
		return nil, ErrTooLateToAsk
	case tx.Now.Before(row.AskedAt.Add(sendAgainAfter)), tx.Now.Before(row.SentAgainAt.Add(sendAgainAfter)):
		return nil, ErrSentJustNow
	}
	token := newLink()
	row.LinkHash, row.ExpiresAt, row.SentAgainAt = LinkHash(token), linkEnd(r, tx.Now), tx.Now
	if err := row.update(ctx, tx, "link_hash", "expires_at", "sent_again_at"); err != nil {
		return nil, err
	}
	if err := record(ctx, tx, audit.Person(person), "supporter asked again", a, nil); err != nil {
		return nil, err
	}
	s, err := row.open(box)
	if err != nil {
		return nil, err
	}
	return s, sendLink(ctx, tx, a, r, s, token)
}

// StopAsking takes the question back: the link stops working. It returns ErrUnknown or ErrNobodyAsked.
func StopAsking(ctx context.Context, tx *db.Tx, person id.Person, code string) error {
	a, _, row, err := lockAwaited(ctx, tx, person, code)
	if err != nil {
		return err
	}
	if err := row.move(StatementCancelled); err != nil {
		return err
	}
	if err := row.update(ctx, tx, "status"); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(person), "supporter not asked any more", a, nil)
}

// ChangeSupporter takes the question back and asks somebody else. It returns what StopAsking and AskSupporter do.
func ChangeSupporter(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string, whom Supporter) (*Statement, error) {
	if err := StopAsking(ctx, tx, person, code); err != nil {
		return nil, err
	}
	return AskSupporter(ctx, tx, box, person, code, whom)
}

// stopAsking ends the links of an application that is taken back.
func stopAsking(ctx context.Context, tx *db.Tx, a *Application) error {
	_, err := tx.NewRaw("UPDATE sensitive.statements SET status = ? WHERE application_id = ? AND status IN (?, ?)",
		StatementCancelled, a.ID, StatementAsked, StatementOpened).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ending a supporter's link: %w", err)
	}
	return nil
}

// linkEnd is when a link made now stops working.
func linkEnd(r *Round, now time.Time) time.Time {
	end, meets := now.Add(linkLife), r.PanelOn.At(0, 0)
	if meets.Before(end) {
		return meets
	}
	return end
}

func insertStatement(ctx context.Context, tx *db.Tx, box *secret.Box, a *Application, whom Supporter, token string, end time.Time) (*statement, error) {
	n, err := tx.NextID(ctx, statementsTable)
	if err != nil {
		return nil, err
	}
	row := &statement{
		ID: id.Statement(n), ApplicationID: a.ID, Status: StatementAsked, LinkHash: LinkHash(token), ExpiresAt: end, AskedAt: tx.Now,
	}
	var failed [3]error
	row.Name, failed[0] = row.seal(box, "name", whom.Name)
	row.Email, failed[1] = row.seal(box, "email", whom.Email)
	row.About, failed[2] = row.seal(box, "about", whom.About)
	if err := errors.Join(failed[:]...); err != nil {
		return nil, err
	}
	_, err = tx.NewInsert().Model(row).Column("id", "application_id", "status", "name", "email", "about", "link_hash", "expires_at", "asked_at").
		Returning("NULL").Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking a supporter: %w", err)
	}
	return row, nil
}

// lockAwaited loads the statement that a person waits for.
func lockAwaited(ctx context.Context, tx *db.Tx, person id.Person, code string) (*Application, *Round, *statement, error) {
	a, r, err := lockOwn(ctx, tx, person, code)
	if err != nil {
		return nil, nil, nil, err
	}
	row := new(statement)
	err = tx.NewSelect().Model(row).Column(toApplicant...).Where("application_id = ? AND status IN (?, ?)", a.ID, StatementAsked, StatementOpened).
		For("NO KEY UPDATE").Scan(ctx)
	if db.NoRows(err) {
		return nil, nil, nil, ErrNobodyAsked
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("locking a statement: %w", err)
	}
	return a, r, row, nil
}

func (row *statement) update(ctx context.Context, tx *db.Tx, columns ...string) error {
	if _, err := tx.NewUpdate().Model(row).Column(columns...).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving a statement: %w", err)
	}
	return nil
}

// asked is what the mail to a supporter is given. It says nothing of money, of health or of who else applies.
type asked struct {
	Name, About, Path string
	HelpsBy           london.Date // the last day on which it helps most
	Until             london.Date // the last day of the link
}

// SupporterPath is where a supporter's link leads: a page whose button starts it.
func SupporterPath(token string) string { return "/supporter/" + token }

func sendLink(ctx context.Context, tx *db.Tx, a *Application, r *Round, s *Statement, token string) error {
	until := london.DateOf(s.ExpiresAt.Add(-time.Second))
	helps := london.DateOf(a.Deadline(r))
	if !tx.Now.Before(a.Deadline(r)) || helps.After(until) {
		helps = until
	}
	return mail.Send(ctx, tx, mail.Message{
		To: s.Email, Template: "supporter-asked", Secret: true, Private: true,
		Data: asked{Name: s.Name, About: s.About, Path: SupporterPath(token), HelpsBy: helps, Until: until},
	})
}
