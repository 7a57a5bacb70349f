package panel

import (
	"context"
	"fmt"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// Reason is what one reader gave one application by one criterion, and why.
type Reason struct {
	Member    id.Member
	Name      string
	Criterion form.Criterion
	Score     int // 0 to 4
	Text      string
}

// Reasons reads the finished assessments of one application for the office, by reader and in the order of the
// rubric. Reading them is reading the file: it is noted. It returns bursary.ErrUnknown.
func Reasons(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, r *bursary.Round, code string) ([]Reason, error) {
	a, err := bursary.ByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if a.RoundID != r.ID {
		return nil, bursary.ErrUnknown
	}
	rubric, ok := form.FindRubric(r.RubricVersion)
	if !ok {
		return nil, fmt.Errorf("round %s is pinned to rubric %q, which this program does not know", r.Code, r.RubricVersion)
	}
	if err := bursary.Note(ctx, tx, a.ID, reader, form.Office); err != nil {
		return nil, err
	}
	var rows []sealedReason
	err = tx.NewRaw(`
		SELECT e.id, s.member_id, m.name, e.criterion, e.score, e.reason
		FROM   sensitive.assignments s
		JOIN   sensitive.panel_members m ON m.id = s.member_id
		JOIN   sensitive.assessments e ON e.assignment_id = s.id
		WHERE  s.application_id = ? AND s.status = 'done' AND e.score IS NOT NULL
		ORDER  BY m.name, s.member_id`, a.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading why readers scored so: %w", err)
	}
	return openReasons(box, rubric, rows)
}

type sealedReason struct {
	ID        int64
	MemberID  id.Member
	Name      string
	Criterion string
	Score     int
	Reason    []byte
}

// openReasons puts the rows, which are by reader, in the order of the rubric too.
func openReasons(box *secret.Box, rubric form.Rubric, rows []sealedReason) ([]Reason, error) {
	var all []Reason
	for from := 0; from < len(rows); {
		to := from
		for to < len(rows) && rows[to].MemberID == rows[from].MemberID {
			to++
		}
		for _, criterion := range rubric.Criteria {
			for _, row := range rows[from:to] {
				if row.Criterion != criterion.Key {
					continue
				}
				text, err := box.Open(row.Reason, "sensitive.assessments", "reason", row.ID)
				if err != nil {
					return nil, err
				}
				all = append(all, Reason{row.MemberID, row.Name, criterion, row.Score, string(text)})
			}
		}
		from = to
	}
	return all, nil
}
