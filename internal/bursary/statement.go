package bursary

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
	"bursar/internal/state"
)

// StatementStatus says how far a supporter's statement has come. The applicant sees it, never the text.
type StatementStatus string

// The statuses of a statement.
const (
	StatementAsked     StatementStatus = "asked"
	StatementOpened    StatementStatus = "opened" // the supporter pressed Start: a mail scanner does not
	StatementReceived  StatementStatus = "received"
	StatementCancelled StatementStatus = "cancelled" // by the applicant; the link is dead
	StatementDeclined  StatementStatus = "declined"  // by the supporter
)

var statementMoves = state.Moves[StatementStatus]{
	StatementAsked:     {StatementOpened, StatementCancelled, StatementDeclined},
	StatementOpened:    {StatementReceived, StatementCancelled, StatementDeclined},
	StatementReceived:  nil,
	StatementCancelled: nil,
	StatementDeclined:  nil,
}

// StatementStatuses lists every status in alphabetical order, for whoever must have words for all of them.
func StatementStatuses() []StatementStatus { return statementMoves.Statuses() }

// ErrLinkDead means that a supporter's link was never made, has expired, was replaced or was taken back.
var ErrLinkDead = failure.New(failure.NotFound, "supporter_link_dead",
	"This link does not work any more. If somebody asked you for a few words, please ask them to send you a new link. You have done nothing wrong.")

// Statement is what an applicant asked somebody to say about them.
type Statement struct {
	ID            id.Statement
	ApplicationID id.Application
	Status        StatementStatus
	Name, Email   string // the supporter's, as the applicant gave them
	About         string // the applicant, by the name that the supporter is told
	ExpiresAt     time.Time
	AskedAt       time.Time
	SentAgainAt   time.Time // zero when it was sent once
	OpenedAt      time.Time // zero until then
	ReceivedAt    time.Time // zero until then
	Words         Words     // for the supporter and the office; empty for the applicant
	Version       int       // counts how often the words were saved
}

// Words are what a supporter says.
type Words struct {
	Writer    string // who wrote in the end: a link can be passed on
	Known     string // how they know the applicant
	Strengths string // what the applicant would bring
	Support   string // what would help the applicant on the course
}

// Live reports whether it is waited for or has come.
func (s *Statement) Live() bool { return s.Awaited() || s.Status == StatementReceived }

// Awaited reports whether it was asked for and has not come.
func (s *Statement) Awaited() bool {
	return s.Status == StatementAsked || s.Status == StatementOpened
}

// Expired reports whether its link has ended at a moment.
func (s *Statement) Expired(at time.Time) bool { return !at.Before(s.ExpiresAt) }

// statement is a Statement as stored.
type statement struct {
	bun.BaseModel `bun:"table:sensitive.statements,alias:statement"`

	ID            id.Statement    `bun:"id,pk"`
	ApplicationID id.Application  `bun:"application_id"`
	Status        StatementStatus `bun:"status"`
	Name          []byte          `bun:"name"`
	Email         []byte          `bun:"email"`
	About         []byte          `bun:"about"`
	LinkHash      []byte          `bun:"link_hash"`
	ExpiresAt     time.Time       `bun:"expires_at"`
	Writer        []byte          `bun:"writer"`
	Known         []byte          `bun:"known"`
	Strengths     []byte          `bun:"strengths"`
	Support       []byte          `bun:"support"`
	Version       int             `bun:"version"`
	AskedAt       time.Time       `bun:"asked_at"`
	SentAgainAt   time.Time       `bun:"sent_again_at,nullzero"`
	OpenedAt      time.Time       `bun:"opened_at,nullzero"`
	ReceivedAt    time.Time       `bun:"received_at,nullzero"`
}

const statementsTable = "sensitive.statements"

// toApplicant are the columns that the applicant may read.
var toApplicant = []string{"id", "application_id", "status", "name", "email", "about", "expires_at", "asked_at", "sent_again_at", "opened_at", "received_at"}

// Statements lists whom an applicant has asked, the latest first, without what was said. It is for the applicant.
func Statements(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Application) ([]*Statement, error) {
	return statements(ctx, box, tx.NewSelect().Column(toApplicant...).Where("application_id = ?", which))
}

// ReadStatements lists them with what was said, for the office: in the unit of work that noted the reading.
func ReadStatements(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Application) ([]*Statement, error) {
	return statements(ctx, box, tx.NewSelect().Where("application_id = ?", which))
}

func statements(ctx context.Context, box *secret.Box, q *bun.SelectQuery) ([]*Statement, error) {
	var rows []*statement
	if err := q.Model(&rows).Order("id DESC").Limit(maxStatements + 1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing statements: %w", err)
	}
	all := make([]*Statement, len(rows))
	for i, row := range rows {
		var err error
		if all[i], err = row.open(box); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (row *statement) open(box *secret.Box) (*Statement, error) {
	s := &Statement{
		ID: row.ID, ApplicationID: row.ApplicationID, Status: row.Status, ExpiresAt: row.ExpiresAt, AskedAt: row.AskedAt,
		SentAgainAt: row.SentAgainAt, OpenedAt: row.OpenedAt, ReceivedAt: row.ReceivedAt, Version: row.Version,
	}
	for _, c := range []struct {
		column string
		sealed []byte
		plain  *string
	}{
		{"name", row.Name, &s.Name}, {"email", row.Email, &s.Email}, {"about", row.About, &s.About}, {"writer", row.Writer, &s.Words.Writer},
		{"known", row.Known, &s.Words.Known}, {"strengths", row.Strengths, &s.Words.Strengths}, {"support", row.Support, &s.Words.Support},
	} {
		if c.sealed == nil {
			continue // not written yet, or not for whoever reads
		}
		text, err := box.Open(c.sealed, statementsTable, c.column, int64(row.ID))
		if err != nil {
			return nil, err
		}
		*c.plain = string(text)
	}
	return s, nil
}

func (row *statement) seal(box *secret.Box, column, text string) ([]byte, error) {
	return box.Seal([]byte(text), statementsTable, column, int64(row.ID))
}

func (row *statement) move(to StatementStatus) error {
	if err := statementMoves.Allow(row.Status, to); err != nil {
		return fmt.Errorf("statement %d: %w", row.ID, err)
	}
	row.Status = to
	return nil
}

// newLink is 256 random bits as 43 characters that are safe in an address.
func newLink() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read aborts the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// LinkHash is what is stored of a supporter's link, and in whose name db.WriteAs works for whoever holds it.
// SHA-256 without salt is enough: nobody can guess 256 random bits.
func LinkHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
