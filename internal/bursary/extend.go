package bursary

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// ErrNotExtendable means that a round is not published yet, or has closed.
var ErrNotExtendable = failure.New(failure.Conflict, "round_not_extendable",
	"Only a round that is published and has not closed can be extended. You can still give one person more time, in their application.")

// Extend moves the closing day of a round to a later one before the panel's. Everybody who has begun or sent an
// application is told, by jobs. The reason is kept for the office. It returns ErrNotExtendable, or Invalid with
// a sentence for the field until or reason.
func Extend(ctx context.Context, tx *db.Tx, by id.Person, code string, until london.Date, reason string) (*Round, error) {
	r, err := lockRound(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if r.Status != RoundPublished {
		return nil, ErrNotExtendable
	}
	reason = strings.TrimSpace(reason)
	if err := r.checkExtension(until, reason, tx.Now); err != nil {
		return nil, err
	}
	was := r.ClosesOn
	r.ClosesOn = until
	if err := saveRound(ctx, tx, r); err != nil {
		return nil, err
	}
	_, err = tx.NewRaw("INSERT INTO round_extensions (round_id, was_on, until_on, reason, by_id, at) VALUES (?, ?, ?, ?, ?, ?)",
		r.ID, was, until, reason, by, tx.Now).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("noting why round %s was extended: %w", r.Code, err)
	}
	if err := recordRound(ctx, tx, by, "round extended", r, map[string]any{"from": was, "until": until}); err != nil {
		return nil, err
	}
	return r, tellLater(ctx, tx, r.ID)
}

func (r *Round) checkExtension(until london.Date, reason string, now time.Time) error {
	fields := map[string]string{}
	switch {
	case !until.After(r.ClosesOn):
		fields["until"] = "Enter a day after " + r.ClosesOn.Medium() + ", when the round closes now."
	case !until.Before(r.PanelOn):
		fields["until"] = "Enter a day before the panel meets on " + r.PanelOn.Medium() + "."
	case until.Before(london.DateOf(now)):
		fields["until"] = "Enter a day that has not passed."
	}
	if reason == "" || utf8.RuneCountInString(reason) > 500 {
		fields["reason"] = "Say why in up to 500 characters."
	}
	if len(fields) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "extension_invalid", Message: "Look at the day and the reason again.", Fields: fields}
}

// Extension is that the closing day of a round was moved.
type Extension struct {
	WasOn   london.Date
	UntilOn london.Date
	Reason  string
	At      time.Time
}

// ExtensionsOf lists how often a round was extended, the latest first. It is for the office.
func ExtensionsOf(ctx context.Context, d bun.IDB, round id.Round) ([]Extension, error) {
	var all []Extension
	err := d.NewRaw("SELECT was_on, until_on, reason, at FROM round_extensions WHERE round_id = ? ORDER BY at DESC LIMIT 100", round).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing the extensions of a round: %w", err)
	}
	return all, nil
}

// tellAtOnce is how many people one job tells.
const tellAtOnce = 100

// DeadlineMoved is the job of telling the owners of some applications to a round that they have more time.
type DeadlineMoved struct {
	Round id.Round       `json:"round"`
	First id.Application `json:"first"`
	Last  id.Application `json:"last"`
}

// Kind names the job.
func (DeadlineMoved) Kind() string { return "deadline_moved" }

// tellLater enqueues the telling of everybody who has begun by now: whoever begins later sees the new day.
func tellLater(ctx context.Context, tx *db.Tx, round id.Round) error {
	var jobs []DeadlineMoved
	err := tx.NewRaw(`
		SELECT ?0 AS round, min(id) AS first, max(id) AS last
		FROM   (SELECT id, (row_number() OVER (ORDER BY id) - 1) / ?1 AS batch
		        FROM sensitive.applications WHERE round_id = ?0 AND status IN ('draft', 'submitted')) numbered
		GROUP  BY batch ORDER BY batch`, round, tellAtOnce).Scan(ctx, &jobs)
	if err != nil {
		return fmt.Errorf("listing who must be told that a deadline moved: %w", err)
	}
	for _, job := range jobs {
		if err := tx.Enqueue(ctx, job); err != nil {
			return err
		}
	}
	return nil
}

// TellMoved tells the people of a job about the closing day of their round as it is now, each once. Whoever has
// even more time of their own is not troubled. It is for the worker's role and may be repeated.
func TellMoved(ctx context.Context, tx *db.Tx, job DeadlineMoved) error {
	r, err := RoundByID(ctx, tx, job.Round)
	if err != nil || tx.Now.After(r.Deadline()) {
		return err
	}
	var told []addressee
	err = tx.NewRaw(`
		WITH told AS (
			INSERT INTO sensitive.notices (application_id, about, until_on, at)
			SELECT id, 'moved', ?0, ?1 FROM sensitive.applications
			WHERE  round_id = ?2 AND id BETWEEN ?3 AND ?4 AND status IN ('draft', 'submitted') AND coalesce(extended_until < ?0, true)
			ON CONFLICT DO NOTHING RETURNING application_id, until_on)
		`+addressees, r.ClosesOn, tx.Now, r.ID, job.First, job.Last).Scan(ctx, &told)
	if err != nil {
		return fmt.Errorf("finding whom to tell that a deadline moved: %w", err)
	}
	return notify(ctx, tx, "more-time", told)
}
