package audit

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
)

// RecordAll is Record of several events in one statement, in their order.
func RecordAll(ctx context.Context, tx *db.Tx, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	rows := make([]bun.TupleValues, len(events))
	for i, e := range events {
		detail, err := json.Marshal(e.Detail)
		if err != nil {
			return fmt.Errorf("recording %s: %w", e.Action, err)
		}
		if string(detail) == "null" {
			detail = []byte("{}")
		}
		rows[i] = bun.Tuple([]any{tx.Now, string(e.Actor), e.Action, e.Subject, e.SubjectID, string(detail)})
	}
	_, err := tx.NewRaw("INSERT INTO audit (at, actor, action, subject, subject_id, detail) VALUES ?", bun.List(rows)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("recording %d events: %w", len(events), err)
	}
	return nil
}
