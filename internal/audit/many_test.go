package audit_test

import (
	"testing"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
)

func TestSeveralEventsAreRecordedAtOnceAndSealedAsOthers(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	plain := held(2)
	plain.Detail = nil
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := audit.RecordAll(t.Context(), tx, nil); err != nil {
			return err
		}
		return audit.RecordAll(t.Context(), tx, []audit.Event{held(1), plain, held(3)})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := seal(t, d); n != 3 {
		t.Errorf("%d sealed", n)
	}
	verify(t, d)
	for n, want := range map[int64]string{1: `{"pence": 325000}`, 2: "{}", 3: `{"pence": 325000}`} {
		list, err := audit.History(t.Context(), d, "enrolment", n, 0, 10)
		if err != nil || len(list) != 1 || list[0].Action != "place held" || string(list[0].Detail) != want {
			t.Errorf("%d: %+v, %v", n, list, err)
		}
	}
}
