package bursary_test

import (
	"slices"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
)

// doors says which tables of schema sensitive each role may select from at all; row security narrows that down
// further. A new table is nobody's until it is written down here.
var doors = map[string]string{
	db.App:       "",
	db.Trainer:   "day_notes",
	db.Supporter: "statements",
	db.Access:    "answers applications day_note_reads day_notes needed",
	db.Assessor:  "applications assessments assignments conflicts copies panel_members",
	db.Learner: "answers applications award_lines award_parts awards bank_details claims consents course_application_drafts course_applications day_note_reads day_notes letters messages panel_members question_messages question_threads reads receipts " +
		"recordings reviews rivals statements",
	db.Office: "agreements answers applications assessments assignments award_lines award_notices award_parts awards bandings bank_details claims " +
		"compared conflicts consents copied copies course_applications departures facts feedback letters letters_sent messages minutes panel_members proposals question_messages question_threads " +
		"reads receipts recordings reviews reviews_asked rivals round_seeds statements waiting",
}

func TestEachRoleGetsAtItsOwnTablesAndPostgreSQLRefusesTheRest(t *testing.T) {
	t.Parallel()
	app := dbtest.New(t)
	var tables []string
	err := dbtest.Owner(t, app).NewRaw(`
		SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'sensitive' AND c.relkind IN ('r', 'v', 'm', 'p') ORDER BY 1`).Scan(t.Context(), &tables)
	if err != nil || len(tables) < 18 {
		t.Fatalf("the tables are %v, %v", tables, err)
	}
	for _, role := range db.Roles() {
		if role == db.Worker {
			continue // the program itself, without anybody's request in its hands
		}
		d := dbtest.As(t, app, role)
		for _, table := range tables {
			open := slices.Contains(strings.Fields(doors[role]), table)
			// count(*) of nothing in particular needs the right to some column, and no more.
			_, err := d.NewRaw("SELECT count(*) FROM sensitive." + table).Exec(t.Context())
			refused := err != nil && strings.Contains(err.Error(), "42501")
			if open && err != nil || !open && !refused {
				t.Errorf("%s selects from %s: %v", role, table, err)
			}
		}
	}
}

func TestEveryTableOfWhatPeopleSayHasRowSecurity(t *testing.T) {
	t.Parallel()
	var open []string
	err := dbtest.Owner(t, dbtest.New(t)).NewRaw(`
		SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'sensitive' AND c.relkind = 'r' AND NOT c.relrowsecurity`).Scan(t.Context(), &open)
	if err != nil || len(open) > 0 {
		t.Errorf("without row security: %v, %v", open, err)
	}
}

func TestNobodyInParticularSeesNoRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	w.fill(a)
	for role, tables := range doors {
		d := dbtest.As(t, w.app, role)
		for _, table := range strings.Fields(tables) {
			if role == db.Office && slices.Contains([]string{"applications", "consents", "copied", "panel_members", "reads", "round_seeds", "waiting"}, table) ||
				role == db.Access && slices.Contains([]string{"applications", "needed"}, table) {
				continue // whose and where it stands, which staff see as a list
			}
			var rows int
			if err := d.NewRaw("SELECT count(*) FROM sensitive."+table).Scan(t.Context(), &rows); err != nil || rows != 0 {
				t.Errorf("%s sees %d rows of %s without a name, %v", role, rows, table, err)
			}
		}
	}
}

// Whose award or claim a number belongs to is for the office alone to ask.
func TestOnlyTheOfficeCanAskWhoseAwardItIs(t *testing.T) {
	t.Parallel()
	app := dbtest.New(t)
	for _, role := range db.Roles() {
		for _, function := range []string{"application_of_award", "application_of_claim"} {
			var may bool
			err := dbtest.Owner(t, app).NewRaw("SELECT has_function_privilege(?, ?, 'EXECUTE')", role, "sensitive."+function+"(bigint)").Scan(t.Context(), &may)
			if err != nil || may != (role == db.Office) {
				t.Errorf("%s may ask %s: %v, %v", role, function, may, err)
			}
		}
	}
}
