package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"

	"github.com/uptrace/bun"
)

// overdueAfter is how long a row may wait for the sealer; PostgreSQL's clock tells, not the business's.
const overdueAfter = "1 minute"

// Report is what Verify found.
type Report struct {
	Sealed   int64  // links that are as they should be, counted from the first
	Head     string // the hash of the last of them in hex: written down elsewhere, it shows a chain cut short
	BrokenAt int64  // the first sequence number that is not as it should be; 0 for none
	Reason   string // what is wrong there
	Overdue  int    // rows that have been waiting for more than a minute to be sealed
}

// Sound reports whether nothing is wrong.
func (r Report) Sound() bool { return r.BrokenAt == 0 && r.Overdue == 0 }

// sealedRow is a link with the row it seals; the row's id is 0 where the row is gone.
type sealedRow struct {
	Seq  int64
	Hash []byte
	row
}

// Verify computes the whole chain afresh from the rows and stops at the first link that differs.
func Verify(ctx context.Context, idb bun.IDB) (Report, error) {
	var report Report
	var head []byte
	for {
		links, err := sealedAfter(ctx, idb, report.Sealed)
		if err != nil {
			return report, err
		}
		if len(links) == 0 {
			report.Overdue, err = overdue(ctx, idb)
			return report, err
		}
		for _, l := range links {
			want := report.Sealed + 1
			if reason := l.fault(head, want); reason != "" {
				report.BrokenAt, report.Reason = want, reason
				report.Overdue, err = overdue(ctx, idb)
				return report, err
			}
			report.Sealed, head = want, l.Hash
			report.Head = hex.EncodeToString(head)
		}
	}
}

// fault says what is wrong with a link that should follow head as number want.
func (l sealedRow) fault(head []byte, want int64) string {
	switch {
	case l.Seq != want:
		return fmt.Sprintf("the link is missing: after %d comes %d", want-1, l.Seq)
	case l.ID == 0:
		return "the audit row it seals is missing"
	case !bytes.Equal(l.Hash, l.hash(head, want)):
		return fmt.Sprintf("audit row %d, or the link, is not what was sealed", l.ID)
	}
	return ""
}

func sealedAfter(ctx context.Context, idb bun.IDB, seq int64) ([]sealedRow, error) {
	var links []sealedRow
	err := idb.NewRaw(`
		SELECT c.seq, c.hash, coalesce(a.id, 0) AS id, coalesce(a.at, 'epoch') AS at, coalesce(a.recorded_at, 'epoch') AS recorded_at,
		       coalesce(a.actor, '') AS actor, coalesce(a.action, '') AS action, coalesce(a.subject, '') AS subject,
		       coalesce(a.subject_id, 0) AS subject_id, coalesce(a.detail::text, '') AS detail
		FROM   audit_chain c LEFT JOIN audit a ON a.id = c.audit_id
		WHERE  c.seq > ?
		ORDER  BY c.seq LIMIT ?`, seq, sealBatch).Scan(ctx, &links)
	if err != nil {
		return nil, fmt.Errorf("reading the chain: %w", err)
	}
	return links, nil
}

func overdue(ctx context.Context, idb bun.IDB) (int, error) {
	var n int
	err := idb.NewRaw(`
		SELECT count(*) FROM audit a
		WHERE  a.recorded_at < clock_timestamp() - ?::interval
		  AND  NOT EXISTS (SELECT FROM audit_chain c WHERE c.audit_id = a.id)`, overdueAfter).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("counting unsealed rows: %w", err)
	}
	return n, nil
}
