package panel

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// ErrMinutesChanged means that somebody else has changed the minutes since the page was opened.
var ErrMinutesChanged = failure.New(failure.Conflict, "minutes_changed",
	"Somebody else has changed the minutes since you opened this page. Your words are kept below: put them together with theirs.")

// Minutes are what people write about the panel's meeting. All else in the document comes from what was done.
type Minutes struct {
	Present string `json:"present"` // who was there, and who led
	Left    string `json:"left"`    // who left the room for which application
	Notes   string `json:"notes"`   // what was said

	Version int `json:"-"` // 0 until first written
}

const minutesTable = "sensitive.minutes"

// MinutesOf reads what was written about a round's panel; nothing yet gives the zero value.
func MinutesOf(ctx context.Context, d bun.IDB, box *secret.Box, round id.Round) (Minutes, error) {
	var row struct {
		Body    []byte
		Version int
	}
	err := d.NewRaw("SELECT body, version FROM sensitive.minutes WHERE round_id = ?", round).Scan(ctx, &row)
	if db.NoRows(err) {
		return Minutes{}, nil
	}
	if err != nil {
		return Minutes{}, fmt.Errorf("reading the minutes: %w", err)
	}
	text, err := box.Open(row.Body, minutesTable, "body", int64(round))
	if err != nil {
		return Minutes{}, err
	}
	m := Minutes{Version: row.Version}
	if err := json.Unmarshal(text, &m); err != nil {
		return Minutes{}, fmt.Errorf("reading the minutes: %w", err)
	}
	return m, nil
}

// WriteMinutes keeps what was written, if nobody has changed it since version m.Version: ErrMinutesChanged.
func WriteMinutes(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, round id.Round, m Minutes) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	sealed, err := box.Seal(text, minutesTable, "body", int64(round))
	if err != nil {
		return err
	}
	done, err := tx.NewRaw(`
		INSERT INTO sensitive.minutes AS m (round_id, body, version, updated_at) VALUES (?, ?, 1, ?)
		ON CONFLICT (round_id) DO UPDATE SET body = excluded.body, version = m.version + 1, updated_at = excluded.updated_at
		WHERE m.version = ?`, round, sealed, tx.Now, m.Version).Exec(ctx)
	if err != nil {
		return fmt.Errorf("writing the minutes: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return ErrMinutesChanged
	}
	return recordRound(ctx, tx, by, "minutes written", round)
}
