package audit

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
)

// sealLock is held by the one sealer until its unit of work ends.
const sealLock = 7_202_613

// sealBatch bounds one unit of work of the sealer.
const sealBatch = 1000

// link is one place in the chain.
type link struct {
	bun.BaseModel `bun:"table:audit_chain"`
	Seq           int64    `bun:"seq,pk"`
	AuditID       id.Audit `bun:"audit_id"`
	Hash          []byte   `bun:"hash"`
}

// row is all that was recorded of an event, as text exactly as PostgreSQL prints it.
type row struct {
	ID         id.Audit
	At         time.Time
	RecordedAt time.Time
	Actor      string
	Action     string
	Subject    string
	SubjectID  int64
	Detail     string
}

// Seal chains the rows that have been committed and are not in the chain yet, in the order of their ids, at
// most 1,000 of them, and returns how many it did: 0 means that none is left. A row that commits late is
// sealed late, after rows of higher ids. Two sealers take turns.
func Seal(ctx context.Context, tx *db.Tx) (int, error) {
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(?)", sealLock).Exec(ctx); err != nil {
		return 0, fmt.Errorf("waiting for another sealer: %w", err)
	}
	rows, err := unsealed(ctx, tx)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	var head link
	err = tx.NewSelect().Model(&head).Order("seq DESC").Limit(1).Scan(ctx)
	if err != nil && !db.NoRows(err) {
		return 0, fmt.Errorf("reading the head of the chain: %w", err)
	}
	links, ids := make([]link, len(rows)), make([]id.Audit, len(rows))
	for i, r := range rows {
		head = link{Seq: head.Seq + 1, AuditID: r.ID, Hash: r.hash(head.Hash, head.Seq+1)}
		links[i], ids[i] = head, r.ID
	}
	if _, err := tx.NewInsert().Model(&links).Returning("NULL").Exec(ctx); err != nil {
		return 0, fmt.Errorf("sealing: %w", err)
	}
	if _, err := tx.NewRaw("DELETE FROM audit_unsealed WHERE audit_id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return 0, fmt.Errorf("sealing: %w", err)
	}
	return len(rows), nil
}

func unsealed(ctx context.Context, tx *db.Tx) ([]row, error) {
	var rows []row
	err := tx.NewRaw(`
		SELECT a.id, a.at, a.recorded_at, a.actor, a.action, a.subject, a.subject_id, a.detail::text AS detail
		FROM   audit_unsealed u JOIN audit a ON a.id = u.audit_id
		ORDER  BY a.id LIMIT ?`, sealBatch).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading what is unsealed: %w", err)
	}
	return rows, nil
}

// hash is SHA-256 over the hash before (nothing for the first), seq, and the row's fields in the order of its
// columns. Numbers are 8 bytes, big-endian; times are microseconds since 1970, which is PostgreSQL's precision;
// texts are UTF-8 after their length in bytes, so that no two rows are written alike.
func (r row) hash(before []byte, seq int64) []byte {
	h := sha256.New()
	h.Write(before)
	number := func(n int64) { h.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	text := func(s string) {
		number(int64(len(s)))
		h.Write([]byte(s))
	}
	number(seq)
	number(int64(r.ID))
	number(r.At.UnixMicro())
	number(r.RecordedAt.UnixMicro())
	text(r.Actor)
	text(r.Action)
	text(r.Subject)
	number(r.SubjectID)
	text(r.Detail)
	return h.Sum(nil)
}
