package panel

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// SetPeer is somebody's own word that they read as a peer, or that they do not say so, for all rounds that they read now and
// those to come. Nobody says it for them, and what they said before is kept nowhere. Whoever is on no panel changes nothing. It
// runs as db.Assessor, in their name.
func SetPeer(ctx context.Context, tx *db.Tx, person id.Person, peer bool) error {
	done, err := tx.NewRaw(`
		UPDATE sensitive.panel_members SET peer = ?
		WHERE  person_id = ? AND status = ? AND peer <> ? AND round_id IN (SELECT id FROM rounds WHERE status IN (?))`,
		peer, person, MemberActive, peer, bun.List(beforeFrozen)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping whether somebody is a peer: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(person), Action: "panel member introduced themselves", Subject: "person", SubjectID: int64(person)})
}

// saidBefore is what somebody said of themselves for the last panel that they were on; nobody is a peer who has not said so.
func saidBefore(ctx context.Context, tx *db.Tx, person id.Person) (peer bool, err error) {
	err = tx.NewRaw("SELECT coalesce((SELECT peer FROM sensitive.panel_members WHERE person_id = ? ORDER BY id DESC LIMIT 1), false)", person).Scan(ctx, &peer)
	if err != nil {
		return false, fmt.Errorf("reading what somebody said of themselves: %w", err)
	}
	return peer, nil
}
