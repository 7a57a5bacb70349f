package award

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
)

// ReviewEntry is a review in the list of the office: nothing of what was said is in it.
type ReviewEntry struct {
	ApplicationID id.Application
	Code          string // of the application
	Round         string // code
	Ground        Ground
	AskedAt       time.Time
	AnswerBy      london.Date
	Outcome       Outcome
}

// ReviewCursor is where a list of reviews goes on.
type ReviewCursor struct {
	Decided     bool
	AnswerBy    london.Date
	Application id.Application
}

// Reviews lists reviews for the office: those that wait first, the most urgent first. It opens nobody's words.
func Reviews(ctx context.Context, tx *db.Tx, after ReviewCursor, limit int) ([]ReviewEntry, error) {
	var all []ReviewEntry
	err := tx.NewRaw(`
		SELECT v.application_id, a.code, r.code AS round, v.ground, v.asked_at, v.answer_by, coalesce(v.outcome, '') AS outcome
		FROM   sensitive.reviews_asked v
		JOIN   sensitive.applications a ON a.id = v.application_id
		JOIN   rounds r ON r.id = a.round_id
		WHERE  ?0 = 0 OR (v.outcome IS NOT NULL, v.answer_by, v.application_id) > (?1, ?2::date, ?0)
		ORDER  BY v.outcome IS NOT NULL, v.answer_by, v.application_id LIMIT ?3`,
		after.Application, after.Decided, after.AnswerBy, limit).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing reviews: %w", err)
	}
	return all, nil
}

// ReadReview reads a review for the office, with the application it is about, and notes the reading. It returns
// bursary.ErrUnknown or ErrReviewUnknown.
func ReadReview(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, code string) (*bursary.Application, *Review, error) {
	a, err := bursary.ByCode(ctx, tx, code)
	if err != nil {
		return nil, nil, err
	}
	if err := bursary.Note(ctx, tx, a.ID, reader, form.Office); err != nil {
		return nil, nil, err
	}
	r, err := reviewOf(ctx, tx, box, a.ID)
	return a, r, err
}

// OfPanel reports whether somebody is or was on the panel that an application's round has, and so decides no review of it.
func OfPanel(ctx context.Context, d bun.IDB, person id.Person, round id.Round) (bool, error) {
	var of bool
	err := d.NewRaw("SELECT EXISTS (SELECT FROM sensitive.panel_members WHERE round_id = ? AND person_id = ?)", round, person).Scan(ctx, &of)
	if err != nil {
		return false, fmt.Errorf("asking who is on a panel: %w", err)
	}
	return of, nil
}
