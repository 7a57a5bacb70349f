package attendance_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/id"
)

// trainersSee are the columns that the role of those who teach may select, by table. A new one is nobody's until it is written
// down here.
var trainersSee = map[string]string{
	"courses": "id slug title", "runs": "city code course_id day_ends day_starts id status venue", "blocks": "ends_on id number run_id starts_on venue",
	"registers": "block_id day half id", "attendance_marks": "enrolment_id mark register_id",
	"make_ups": "attended block_id day dropped_at enrolment_id half id", "enrolments": "code id person_id run_id status", "people": "id name",
	"seat_names": "enrolment_id name until", "day_notes": "*",
}

func TestTheRoleOfTrainersSeesNamesAndRegistersAndWritesOnlyWhatItRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var columns []struct{ Table, Column string }
	err := h.owner.NewRaw(`
		SELECT c.relname AS table, a.attname AS column
		FROM   pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE  n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'v', 'm', 'p')
		       AND has_column_privilege('bursar_trainer', c.oid, a.attnum, 'SELECT')`).Scan(t.Context(), &columns)
	if err != nil || len(columns) < 30 {
		t.Fatalf("%d columns, %v", len(columns), err)
	}
	for _, c := range columns {
		if may := trainersSee[c.Table]; may != "*" && !slices.Contains(strings.Fields(may), c.Column) {
			t.Errorf("trainers may select %s.%s", c.Table, c.Column)
		}
	}
	var written []string
	err = h.owner.NewRaw(`
		SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE  n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'v', 'm', 'p')
		       AND (has_any_column_privilege('bursar_trainer', c.oid, 'INSERT') OR has_any_column_privilege('bursar_trainer', c.oid, 'UPDATE')
		            OR has_table_privilege('bursar_trainer', c.oid, 'DELETE'))`).Scan(t.Context(), &written)
	if err != nil || !slices.Equal(written, []string{"day_note_reads"}) {
		t.Errorf("trainers may write %v, %v", written, err)
	}
}

func TestATrainerSeesTheNamesOfWhatTheyTeachAndNobodyElses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.other("FND-U27", begins.AddDays(14))
	stranger := h.teaches("stranger@threshold.example")
	h.assign(other, stranger)
	half := h.half("FND-T27", begins, attendance.Morning)
	h.at(begins.At(12, 0))
	h.saved(h.kofi, half, h.stroke(0, attendance.Unmarked, attendance.Present))
	for who, want := range map[id.Person]int{h.kofi: 3, stranger: 0, h.grace: 0, 0: 0} {
		err := h.trainer.WriteAs(t.Context(), db.Who{Person: who}, func(tx *db.Tx) error {
			sheet, err := attendance.Sheet(t.Context(), tx, half)
			if err != nil || len(sheet) != want {
				t.Errorf("person %d sees %+v, %v", who, sheet, err)
			}
			return seen(t.Context(), t, tx, who, want)
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// seen counts what row security leaves of the tables that say who is there.
func seen(ctx context.Context, t *testing.T, tx *db.Tx, who id.Person, want int) error {
	t.Helper()
	var people, places, marks int
	err := tx.NewRaw("SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM enrolments), (SELECT count(*) FROM attendance_marks)").Scan(ctx, &people, &places, &marks)
	if people != want || places != want || marks != min(want, 1) {
		t.Errorf("person %d sees %d people, %d places and %d marks", who, people, places, marks)
	}
	return err
}
