package bursary

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Wait is something in an application that the office has yet to do.
type Wait string

// What can wait.
const (
	ForReply        Wait = "reply"        // a question that nobody has looked at
	ForTranscript   Wait = "transcript"   // a recording that nobody has written down
	ForConfirmation Wait = "confirmation" // staff entered it and the applicant has not said that it is theirs
	ForCheck        Wait = "check"        // nobody has decided who is eligible
	ForCopy         Wait = "copy"         // the panel cannot read it yet
)

// Waits lists what can wait, in the order in which the office does it.
func Waits() []Wait { return []Wait{ForReply, ForTranscript, ForConfirmation, ForCheck, ForCopy} }

// Filter says which applications of a round to list. The zero value lists all of them from the first.
type Filter struct {
	Status Status         // or empty for any
	Wait   Wait           // or empty
	Search string         // a code, or a part of the person's name or address; never words of an application
	After  id.Application // the last one of the portion before
	Limit  int
}

// Listed is an application in the office's list: where it stands and what waits, and none of its words.
type Listed struct {
	ID            id.Application
	Code          string
	Name          string // as the person's account has it; may be empty
	Email         string
	Status        Status
	SubmittedAt   time.Time
	ExtendedUntil london.Date
	Entered       bool // by staff
	Confirmed     bool
	Past          bool  // its deadline
	Eligible      *bool // nil until decided
	Messages      int   // from the applicant, not yet seen
	Recordings    int   // not yet written down
	Statement     string
	CopiesWanted  int // parts that the panel is to read
	CopiesReady   int
}

// statementParts is how many of a supporter's answers the panel reads.
const statementParts = 3

// List lists applications of a round by when they were begun. It is for the office's role and notes no reading,
// because nothing that was said is in it.
func List(ctx context.Context, tx *db.Tx, r *Round, f Filter) ([]Listed, error) {
	scored, err := scoredOf(r)
	if err != nil {
		return nil, err
	}
	q := tx.NewSelect().
		ColumnExpr("a.id, a.code, p.name, p.email, a.status, a.submitted_at, a.extended_until, a.eligible").
		ColumnExpr("a.entered_by IS NOT NULL AS entered, a.confirmed_at IS NOT NULL AS confirmed").
		ColumnExpr(past+" AS past", r.ClosesOn, london.DateOf(tx.Now)).
		ColumnExpr("w.messages, w.recordings, coalesce(w.statement, '') AS statement").
		ColumnExpr(wanted+" AS copies_wanted, coalesce(c.ready, 0) AS copies_ready", scored, statementParts).
		TableExpr("sensitive.applications AS a").
		Join("JOIN people AS p ON p.id = a.person_id").
		Join("JOIN sensitive.waiting AS w ON w.application_id = a.id").
		Join("LEFT JOIN sensitive.copied AS c ON c.application_id = a.id").
		Where("a.round_id = ? AND a.id > ?", r.ID, f.After).Order("a.id").Limit(int64(f.Limit))
	if f.Status != "" {
		q = q.Where("a.status = ?", f.Status)
	}
	if f.Search != "" {
		q = q.Where("(a.code = ? OR p.name ILIKE ? OR p.email ILIKE ?)", id.NormaliseCode(f.Search), part(f.Search), part(f.Search))
	}
	var rows []Listed
	if err := f.waiting(q, r, london.DateOf(tx.Now), scored).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("listing the applications of a round: %w", err)
	}
	return rows, nil
}

// waiting narrows the list to what waits.
func (f Filter) waiting(q *bun.SelectQuery, r *Round, today london.Date, scored int) *bun.SelectQuery {
	switch f.Wait {
	case ForReply:
		return q.Where("w.messages > 0")
	case ForTranscript:
		return q.Where("w.recordings > 0 AND a.status NOT IN ('draft', 'withdrawn')")
	case ForConfirmation:
		return q.Where("a.entered_by IS NOT NULL AND a.confirmed_at IS NULL AND a.status NOT IN ('draft', 'withdrawn')")
	case ForCheck:
		return q.Where("a.status = 'submitted' AND a.eligible IS NULL AND "+past, r.ClosesOn, today)
	case ForCopy:
		return q.Where("a.status IN ('submitted', 'in_review') AND a.eligible AND coalesce(c.ready, 0) < "+wanted, scored, statementParts)
	}
	return q
}

// wanted counts the parts that the panel is to read: the scored answers, and the statement if there is one.
const wanted = "? + CASE WHEN w.statement = 'received' THEN ? ELSE 0 END"

// past says whether nobody can change an application any more, given the round's closing day and today.
const past = "greatest(?::date, a.extended_until) < ?::date"

func scoredOf(r *Round) (int, error) {
	f, err := r.Form()
	if err != nil {
		return 0, err
	}
	n := 0
	for _, q := range f.Questions() {
		if q.Scored {
			n++
		}
	}
	return n, nil
}

// part is a pattern for ILIKE that matches a text anywhere and takes nothing in it for a pattern.
func part(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(text)) + "%"
}
