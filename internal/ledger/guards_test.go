package ledger_test

import (
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

func TestPostgreSQLRefusesWhatIsNoEntry(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	huge := money.Amount(1 << 62)
	for name, c := range map[string]struct {
		lines      []ledger.Line
		constraint string
	}{
		"no lines":            {nil, "entries_balanced"},
		"one line":            {[]ledger.Line{{"a", 1}}, "entries_balanced"},
		"a penny lost":        {[]ledger.Line{{"a", 100}, {"b", -99}}, "entries_balanced"},
		"a zero line":         {[]ledger.Line{{"a", 0}, {"b", 0}}, "entry_lines_not_zero"},
		"an account twice":    {[]ledger.Line{{"a", 1}, {"a", -1}}, "entry_lines_pkey"},
		"a name out of shape": {[]ledger.Line{{"A b", 1}, {"b", -1}}, "accounts_name"},
		"sums out of range":   {[]ledger.Line{{"a", huge}, {"b", huge}, {"c", huge}, {"d", huge}}, "entries_balanced"},
	} {
		err := post(t, d, ledger.Entry{Reference: "try/1", Lines: c.lines})
		if !db.Violates(err, c.constraint) {
			t.Errorf("%s: got %v, want a refusal by %s", name, err, c.constraint)
		}
	}
	if err := post(t, d, entry("with space", "a", "b", 1)); !db.Violates(err, "entries_reference") {
		t.Errorf("a reference out of shape: got %v", err)
	}
	mustPost(t, d, entry("try/1", "a", "b", 1))
	wantInOrder(t, d)
}

// books is a database with one entry in it, and its owner.
func books(t *testing.T) (*db.DB, *bun.DB) {
	t.Helper()
	d := dbtest.New(t)
	mustPost(t, d, entry("a/1", "x", "y", 5))
	return d, dbtest.Owner(t, d)
}

// tampering is what nobody may do to the books, and the constraint that says so to the owner of the tables.
var tampering = map[string]struct{ sql, constraint string }{
	"changing an entry":    {"UPDATE entries SET reference = 'a/2'", "entries_append_only"},
	"removing an entry":    {"DELETE FROM entries", "entries_append_only"},
	"emptying the entries": {"TRUNCATE entries CASCADE", "entries_append_only"},
	"changing a line":      {"UPDATE entry_lines SET amount = -amount", "entry_lines_append_only"},
	"removing a line":      {"DELETE FROM entry_lines WHERE amount > 0", "entry_lines_append_only"},
	"emptying the lines":   {"TRUNCATE entry_lines", "entry_lines_append_only"},
	"removing an account":  {"DELETE FROM accounts WHERE name = 'x'", "entry_lines_account_fkey"},
	"emptying everything":  {"TRUNCATE accounts, entries, entry_lines", "entries_append_only"},
	"adding a pair of lines later": {
		"INSERT INTO accounts (name) VALUES ('p'), ('q'); INSERT INTO entry_lines SELECT id, 'p', 3 FROM entries UNION SELECT id, 'q', -3 FROM entries",
		"entry_lines_together"},
	"overwriting a line": {
		"INSERT INTO entry_lines SELECT id, 'x', 9 FROM entries ON CONFLICT (entry_id, account) DO UPDATE SET amount = 9",
		"entry_lines_append_only"},
}

func TestTheBooksCannotBeChangedEvenByTheirOwner(t *testing.T) {
	t.Parallel()
	d, owner := books(t)
	for name, c := range tampering {
		if _, err := owner.ExecContext(t.Context(), c.sql); !db.Violates(err, c.constraint) {
			t.Errorf("%s: got %v, want a refusal by %s", name, err, c.constraint)
		}
	}
	wantInOrder(t, d)
}

func TestTheApplicationMayOnlyPost(t *testing.T) {
	t.Parallel()
	d, _ := books(t)
	attempts := []string{
		"UPDATE accounts SET balance = 1000000",
		"UPDATE accounts SET floor = NULL",
		"INSERT INTO accounts (name, balance) VALUES ('mine', 5)",
		"INSERT INTO entries (reference, posted_at) VALUES ('a/2', now())",
		"INSERT INTO entry_lines SELECT id, 'x', 3 FROM entries",
		"ALTER TABLE entries DISABLE TRIGGER ALL",
		"SET session_replication_role = replica",
	}
	for _, c := range tampering {
		attempts = append(attempts, c.sql)
	}
	for _, sql := range attempts {
		_, err := d.ExecContext(t.Context(), sql)
		if err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: got %v, want permission denied", sql, err)
		}
	}
	wantInOrder(t, d)
}

func TestALineLeftOutIsNotCounted(t *testing.T) {
	t.Parallel()
	d, owner := books(t)
	if _, err := owner.ExecContext(t.Context(), "INSERT INTO entry_lines SELECT id, 'x', 9 FROM entries ON CONFLICT DO NOTHING"); err != nil {
		t.Fatal(err)
	}
	wantInOrder(t, d)
}

func TestVerifyFindsWhatTheOwnerDidWithTheTriggersOff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sql, fault string }{
		"a line changed":   {"UPDATE entry_lines SET amount = 6 WHERE account = 'y'", "entry 1 (a/1) has 2 lines that add up to 1 pence"},
		"a line removed":   {"DELETE FROM entry_lines WHERE account = 'y'", "entry 1 (a/1) has 1 lines that add up to -5 pence"},
		"an entry removed": {"DELETE FROM entries", "a line of -5 pence of entry 1 on x has lost its entry or account"},
		"an account gone":  {"DELETE FROM accounts WHERE name = 'x'", "a line of -5 pence of entry 1 on x has lost its entry or account"},
		"a balance set":    {"UPDATE accounts SET balance = 7 WHERE name = 'y'", "account y says 7 pence and its lines add up to 5"},
		"a floor ignored":  {"ALTER TABLE accounts DROP CONSTRAINT accounts_above_floor; UPDATE accounts SET floor = 0 WHERE name = 'x'", "account x stands at -5 pence, under its floor of 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, owner := books(t)
			wantInOrder(t, d)
			for _, sql := range []string{"ALTER TABLE entries DISABLE TRIGGER ALL", "ALTER TABLE entry_lines DISABLE TRIGGER ALL", "ALTER TABLE accounts DISABLE TRIGGER ALL", c.sql} {
				if _, err := owner.ExecContext(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			faults, err := ledger.Verify(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(faults, "\n"), c.fault) {
				t.Errorf("got %q, want %q", faults, c.fault)
			}
		})
	}
}
