package audit_test

import (
	"testing"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
)

// sealedTen is a database with ten sealed rows, and its owner with every trigger switched off.
func sealedTen(t *testing.T) (*db.DB, *bun.DB) {
	t.Helper()
	d := dbtest.New(t)
	for n := range 10 {
		mustRecord(t, d, held(int64(n)))
	}
	seal(t, d)
	owner := dbtest.Owner(t, d)
	tamper(t, owner, "ALTER TABLE audit DISABLE TRIGGER ALL")
	tamper(t, owner, "ALTER TABLE audit_chain DISABLE TRIGGER ALL")
	return d, owner
}

func tamper(t *testing.T, owner *bun.DB, sql string) {
	t.Helper()
	if _, err := owner.ExecContext(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyNamesTheFirstPlaceThatWasTamperedWith(t *testing.T) {
	t.Parallel()
	const altered = "audit row 7, or the link, is not what was sealed"
	for name, c := range map[string]struct {
		sql    string
		at     int64
		reason string
	}{
		"action":           {"UPDATE audit SET action = 'place freed' WHERE id = 7", 7, altered},
		"time":             {"UPDATE audit SET at = at + interval '1 microsecond' WHERE id = 7", 7, altered},
		"time of record":   {"UPDATE audit SET recorded_at = recorded_at - interval '1 day' WHERE id = 7", 7, altered},
		"actor":            {"UPDATE audit SET actor = 'card_processor' WHERE id = 7", 7, altered},
		"subject":          {"UPDATE audit SET subject = 'share' WHERE id = 7", 7, altered},
		"subject's number": {"UPDATE audit SET subject_id = 99 WHERE id = 7", 7, altered},
		"detail":           {"UPDATE audit SET detail = '{\"pence\": 325001}' WHERE id = 7", 7, altered},
		"two rows":         {"UPDATE audit SET action = 'b' WHERE id IN (7, 9)", 7, altered},
		"hash":             {"UPDATE audit_chain SET hash = sha256('') WHERE seq = 7", 7, altered},
		"row removed":      {"DELETE FROM audit WHERE id = 7", 7, "the audit row it seals is missing"},
		"link removed":     {"DELETE FROM audit_chain WHERE seq = 7", 7, "the link is missing: after 6 comes 8"},
		"both removed":     {"DELETE FROM audit WHERE id = 1; DELETE FROM audit_chain WHERE seq = 1", 1, "the link is missing: after 0 comes 2"},
		"two rows swapped": {"UPDATE audit_chain SET audit_id = CASE audit_id WHEN 7 THEN 108 ELSE 107 END WHERE audit_id IN (7, 8); UPDATE audit_chain SET audit_id = audit_id - 100 WHERE audit_id > 100", 7, "audit row 8, or the link, is not what was sealed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, owner := sealedTen(t)
			if r := verify(t, d); !r.Sound() || r.Sealed != 10 {
				t.Fatalf("before: %+v", r)
			}
			tamper(t, owner, c.sql)
			r := verify(t, d)
			if r.Sound() || r.BrokenAt != c.at || r.Reason != c.reason || r.Sealed != c.at-1 {
				t.Errorf("got %+v, want %d: %s", r, c.at, c.reason)
			}
		})
	}
}

// forge gives link 7 the hash it should have, computed by PostgreSQL from what package audit says of hashes.
const forge = `
	UPDATE audit_chain SET hash = (
		SELECT sha256(before.hash || int8send(7) || int8send(a.id) || micros(a.at) || micros(a.recorded_at) ||
		              counted(a.actor) || counted(a.action) || counted(a.subject) || int8send(a.subject_id) || counted(a.detail::text))
		FROM   audit a, audit_chain before
		WHERE  a.id = 7 AND before.seq = 6)
	WHERE seq = 7`

func TestAHashThatWasMadeToFitBreaksTheNext(t *testing.T) {
	t.Parallel()
	d, owner := sealedTen(t)
	tamper(t, owner, "CREATE FUNCTION micros(timestamptz) RETURNS bytea LANGUAGE sql AS 'SELECT int8send((extract(epoch FROM $1) * 1000000)::bigint)'")
	tamper(t, owner, "CREATE FUNCTION counted(text) RETURNS bytea LANGUAGE sql AS 'SELECT int8send(octet_length($1)) || convert_to($1, ''UTF8'')'")
	tamper(t, owner, forge)
	if r := verify(t, d); !r.Sound() {
		t.Fatalf("PostgreSQL computes another hash: %+v", r)
	}
	tamper(t, owner, "UPDATE audit SET detail = '{\"name\": \"Zoë\"}' WHERE id = 7")
	tamper(t, owner, forge)
	if r := verify(t, d); r.BrokenAt != 8 || r.Sealed != 7 {
		t.Errorf("got %+v, want link 8 broken", r)
	}
}

func TestVerifyCountsRowsThatWaitTooLongForTheSealer(t *testing.T) {
	t.Parallel()
	d, owner := sealedTen(t)
	tamper(t, owner, "INSERT INTO audit (at, recorded_at, actor, action, subject, subject_id, detail) SELECT now(), clock_timestamp() - age, 'system', 'a', 'b', 1, '{}' FROM (VALUES (interval '59 seconds'), ('61 seconds'), ('1 year')) waited (age)")
	if r := verify(t, d); r.Sound() || r.Overdue != 2 || r.BrokenAt != 0 {
		t.Errorf("got %+v, want two rows overdue", r)
	}
}

func TestTheHeadChangesWhenTheChainIsCutShort(t *testing.T) {
	t.Parallel()
	d, owner := sealedTen(t)
	before := verify(t, d)
	tamper(t, owner, "DELETE FROM audit_chain WHERE seq = 10; DELETE FROM audit WHERE id = 10")
	after := verify(t, d)
	if !after.Sound() || after.Sealed != 9 || after.Head == before.Head || len(after.Head) != 64 {
		t.Errorf("got %+v after %+v", after, before)
	}
}

func TestAnEmptyChainIsSound(t *testing.T) {
	t.Parallel()
	if r := verify(t, dbtest.New(t)); !r.Sound() || r != (audit.Report{}) {
		t.Errorf("got %+v", r)
	}
}
