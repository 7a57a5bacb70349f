package enrolment

import (
	"context"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// Complete says that whoever has a confirmed place has completed the run. detail is what that goes by, as the audit trail keeps
// it. Doing it again changes nothing; it returns state.ErrMovedOn for a place that is not confirmed.
func Complete(ctx context.Context, tx *db.Tx, by audit.Actor, which id.Enrolment, detail map[string]any) error {
	e, err := Lock(ctx, tx, which)
	if err != nil || e.Status == Completed {
		return err
	}
	if err := e.end(Completed, tx.Now); err != nil {
		return err
	}
	if err := save(ctx, tx, e); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run completed", Subject: "enrolment", SubjectID: int64(e.ID), Detail: detail})
}
