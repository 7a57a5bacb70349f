package bursary

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
)

// forgetAtOnce is how many applications are emptied in one unit of work.
const forgetAtOnce = 100

// unsent is how long what was never sent is kept. Every question promises the same.
func unsent() form.Term { return form.WithDecision.Rule().Draft }

// ForgetDrafts does what the form promises of applications that were never sent: once their term after the closing
// day, or after the applicant's own later one, is over, all that was said in them is deleted. That there was an
// application stays, with its status. A message to the office that was written later has the same term of its own,
// so that no question is gone before it was read. It empties at most a hundred and returns how many; there may be
// more as long as that is not 0. It is for the worker's role.
func ForgetDrafts(ctx context.Context, tx *db.Tx) (int, error) {
	kept := london.DateOf(tx.Now).AddDays(-unsent().Days) // whatever ended on this day or later is still there
	due, err := overdueDrafts(ctx, tx, kept)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	for _, words := range []string{"answers", "recordings", "statements", "consents"} { // rivals go with their answers
		if _, err := tx.NewRaw("DELETE FROM sensitive.? WHERE application_id IN (?)", bun.Ident(words), bun.List(due)).Exec(ctx); err != nil {
			return 0, fmt.Errorf("deleting %s that were never sent: %w", words, err)
		}
	}
	_, err = tx.NewRaw("DELETE FROM sensitive.messages WHERE application_id IN (?) AND at < ?", bun.List(due), kept.At(0, 0)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("deleting messages about what was never sent: %w", err)
	}
	for _, which := range due {
		err := audit.Record(ctx, tx, audit.Event{Actor: audit.System, Action: "application emptied", Subject: "application", SubjectID: int64(which)})
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// overdueDrafts locks applications that were never sent, that could be sent until a day before kept, and in which
// there is something left.
func overdueDrafts(ctx context.Context, tx *db.Tx, kept london.Date) ([]id.Application, error) {
	var due []id.Application
	err := tx.NewRaw(`
		SELECT a.id
		FROM   sensitive.applications a
		JOIN   rounds r ON r.id = a.round_id
		WHERE  a.status IN ('draft', 'withdrawn') AND a.submitted_at IS NULL AND greatest(r.closes_on, a.extended_until) < ?0
		       AND (EXISTS (SELECT FROM sensitive.answers    x WHERE x.application_id = a.id)
		         OR EXISTS (SELECT FROM sensitive.recordings x WHERE x.application_id = a.id)
		         OR EXISTS (SELECT FROM sensitive.statements x WHERE x.application_id = a.id)
		         OR EXISTS (SELECT FROM sensitive.messages   x WHERE x.application_id = a.id AND x.at < ?1)
		         OR EXISTS (SELECT FROM sensitive.consents   x WHERE x.application_id = a.id))
		ORDER  BY a.id LIMIT ?2 FOR NO KEY UPDATE OF a SKIP LOCKED`, kept, kept.At(0, 0), forgetAtOnce).Scan(ctx, &due)
	if err != nil {
		return nil, fmt.Errorf("listing applications that were never sent: %w", err)
	}
	return due, nil
}
