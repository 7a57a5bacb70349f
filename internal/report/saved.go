package report

import (
	"context"
	"maps"
	"net/url"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// NoteSaved keeps that somebody saved a list as a file: which, how many rows of it, and by what it was filtered, without what they
// looked for: that may be a name.
func NoteSaved(ctx context.Context, tx *db.Tx, by id.Person, file string, rows int, filter url.Values) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "list saved", Subject: "person", SubjectID: int64(by),
		Detail: map[string]any{"file": file, "rows": rows, "filtered": slices.Sorted(maps.Keys(filter))}})
}
