package panel

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
)

const assessmentsTable = "sensitive.assessments"

var errScore = failure.New(failure.Invalid, "score_unknown", "Choose one of the sentences.")

// opinionRow is an opinion as stored.
type opinionRow struct {
	bun.BaseModel `bun:"table:sensitive.assessments"`

	ID           int64         `bun:"id,pk"`
	AssignmentID id.Assignment `bun:"assignment_id"`
	Criterion    string        `bun:"criterion"`
	Score        *int          `bun:"score"`
	Reason       []byte        `bun:"reason"` // sealed
	Version      int           `bun:"version"`
	UpdatedAt    time.Time     `bun:"updated_at"`

	text string // unsealed
}

// Kept is what became of the opinions of a page.
type Kept struct {
	Marks   map[string]string // by criterion, of all of them, for saving the page again
	Clashes []string          // criteria that were changed elsewhere meanwhile: both texts are kept, one below the other
}

// Keep saves what was typed, finished or not. seen are the marks of what the page had shown. Where another page
// changed the same reason meanwhile, both texts are kept in it, one below the other, and the score that was chosen
// now. It returns bursary.ErrUnknown, ErrReadingOver, or ErrHandedIn when the scores stand already.
func Keep(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string, typed map[string]Opinion, seen map[string]string) (Kept, error) {
	h, r, err := holdOpen(ctx, tx, person, code)
	if err != nil {
		return Kept{}, err
	}
	if h.Status == Done {
		return Kept{}, ErrHandedIn
	}
	rubric, err := rubricOf(r)
	if err != nil {
		return Kept{}, err
	}
	rows, err := loadOpinions(ctx, tx, box, h.ID)
	if err != nil {
		return Kept{}, err
	}
	kept := Kept{Marks: map[string]string{}}
	for _, c := range rubric.Criteria {
		o, given := typed[c.Key]
		if !given {
			continue
		}
		row, clash, err := keep(ctx, tx, box, h.ID, c.Key, rows[c.Key], o.tidy(), seen[c.Key])
		if err != nil {
			return Kept{}, err
		}
		kept.Marks[c.Key] = row.stored().Mark
		if clash {
			kept.Clashes = append(kept.Clashes, c.Key)
		}
	}
	return kept, nil
}

// keep saves one opinion; row is nil when there was none.
func keep(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Assignment, criterion string, row *opinionRow, typed Opinion, seen string) (*opinionRow, bool, error) {
	now := row.stored()
	switch {
	case now.Opinion == typed, typed.mark(seen) == seen && row != nil:
		return row, false, nil // said already, or not touched on this page
	case row == nil:
		row, err := insertOpinion(ctx, tx, box, which, criterion, typed)
		return row, false, err
	case now.Mark == seen:
		return row, false, row.update(ctx, tx, box, typed)
	}
	if typed.Score == "" {
		typed.Score = now.Score
	}
	clash := now.Reason != typed.Reason && typed.Reason != ""
	typed.Reason = both(now.Reason, typed.Reason)
	if typed == now.Opinion {
		return row, clash, nil
	}
	return row, clash, row.update(ctx, tx, box, typed)
}

// both puts two texts below each other, unless one holds the other.
func both(there, here string) string {
	switch {
	case strings.Contains(there, here):
		return there
	case strings.Contains(here, there):
		return here
	}
	return there + "\n\n" + here
}

// tidy takes away what browsers add.
func (o Opinion) tidy() Opinion {
	reason := strings.ToValidUTF8(strings.ReplaceAll(strings.ReplaceAll(o.Reason, "\r\n", "\n"), "\x00", ""), "\uFFFD")
	return Opinion{strings.TrimSpace(o.Score), strings.TrimSpace(reason)}
}

// stored is what a row says; no row says nothing.
func (row *opinionRow) stored() Stored {
	if row == nil {
		return Stored{Mark: Opinion{}.mark("0.")}
	}
	o := Opinion{Reason: row.text}
	if row.Score != nil {
		o.Score = strconv.Itoa(*row.Score)
	}
	return Stored{o, o.mark(strconv.Itoa(row.Version) + ".")}
}

// mark is the mark of an opinion in the version that another mark names.
func (o Opinion) mark(like string) string {
	version, _, _ := strings.Cut(like, ".")
	return version + "." + fingerprint(o.Score, o.Reason)
}

// number is the score, or nil while none is chosen.
func (o Opinion) number() (*int, error) {
	if o.Score == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(o.Score)
	if err != nil || n < 0 || n > highestScore {
		return nil, errScore
	}
	return &n, nil
}

func loadOpinions(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Assignment) (map[string]*opinionRow, error) {
	var rows []*opinionRow
	if err := tx.NewSelect().Model(&rows).Where("assignment_id = ?", which).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading an assessment: %w", err)
	}
	all := make(map[string]*opinionRow, len(rows))
	for _, row := range rows {
		text, err := box.Open(row.Reason, assessmentsTable, "reason", row.ID)
		if err != nil {
			return nil, err
		}
		row.text = string(text)
		all[row.Criterion] = row
	}
	return all, nil
}

func insertOpinion(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Assignment, criterion string, o Opinion) (*opinionRow, error) {
	n, err := tx.NextID(ctx, assessmentsTable)
	if err != nil {
		return nil, err
	}
	row := &opinionRow{ID: n, AssignmentID: which, Criterion: criterion, Version: 1, UpdatedAt: tx.Now, text: o.Reason}
	if row.Score, err = o.number(); err != nil {
		return nil, err
	}
	if row.Reason, err = box.Seal([]byte(o.Reason), assessmentsTable, "reason", n); err != nil {
		return nil, err
	}
	if _, err := tx.NewInsert().Model(row).Returning("NULL").Exec(ctx); err != nil {
		return nil, fmt.Errorf("saving an assessment: %w", err)
	}
	return row, nil
}

func (row *opinionRow) update(ctx context.Context, tx *db.Tx, box *secret.Box, o Opinion) (err error) {
	if row.Score, err = o.number(); err != nil {
		return err
	}
	if row.Reason, err = box.Seal([]byte(o.Reason), assessmentsTable, "reason", row.ID); err != nil {
		return err
	}
	row.text, row.Version, row.UpdatedAt = o.Reason, row.Version+1, tx.Now
	if _, err = tx.NewUpdate().Model(row).Column("score", "reason", "version", "updated_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving an assessment: %w", err)
	}
	return nil
}
