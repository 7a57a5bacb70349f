package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/id"
)

func record(t testing.TB, d *db.DB, e audit.Event) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *db.Tx) error { return audit.Record(t.Context(), tx, e) })
}

// held is an event about enrolment n.
func held(n int64) audit.Event {
	return audit.Event{Actor: audit.System, Action: "place held", Subject: "enrolment", SubjectID: n, Detail: map[string]any{"pence": 325000}}
}

func mustRecord(t testing.TB, d *db.DB, e audit.Event) {
	t.Helper()
	if err := record(t, d, e); err != nil {
		t.Fatal(err)
	}
}

func seal(t testing.TB, d *db.DB) int {
	t.Helper()
	var n int
	err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		n, err = audit.Seal(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func verify(t testing.TB, d *db.DB) audit.Report {
	t.Helper()
	report, err := audit.Verify(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func person(t testing.TB, d *db.DB) id.Person {
	t.Helper()
	var p id.Person
	err := dbtest.Owner(t, d).NewRaw("INSERT INTO people (email, created_at) VALUES ('ana@x.example', now()) RETURNING id").Scan(t.Context(), &p)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatIsRecordedIsReadBackNewestFirst(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ana := person(t, d)
	mustRecord(t, d, audit.Event{Actor: audit.Person(ana), Action: "place held", Subject: "enrolment", SubjectID: 12, Detail: struct {
		Run  id.Run `json:"run"`
		From string `json:"from"`
	}{3, "waiting"}})
	mustRecord(t, d, held(13))
	mustRecord(t, d, audit.Event{Actor: audit.CardProcessor, Action: "place confirmed", Subject: "enrolment", SubjectID: 12})
	mustRecord(t, d, audit.Event{Actor: audit.System, Action: "paid", Subject: "share", SubjectID: 12})

	history, err := audit.History(t.Context(), d, "enrolment", 12, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(history) != 2 || history[0].Action != "place confirmed" || string(history[0].Detail) != "{}" || !history[0].At.Equal(d.Now()) {
		t.Fatalf("got %+v", history)
	}
	if p, ok := history[1].Actor.Person(); !ok || p != ana || string(history[1].Detail) != `{"run": 3, "from": "waiting"}` {
		t.Errorf("got %+v", history[1])
	}
	if _, ok := audit.CardProcessor.Person(); ok {
		t.Error("the card processor is a person")
	}
	page, err := audit.History(t.Context(), d, "enrolment", 12, history[0].ID, 1)
	if err != nil || len(page) != 1 || page[0].ID != history[1].ID {
		t.Errorf("the next page is %+v, %v", page, err)
	}
}

func TestARolledBackUnitOfWorkLeavesNoRecord(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	stop := errors.New("stop")
	err := d.Write(t.Context(), func(tx *db.Tx) error { return errors.Join(audit.Record(t.Context(), tx, held(1)), stop) })
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if n := seal(t, d); n != 0 {
		t.Errorf("sealed %d rows", n)
	}
}

func TestAnEventOutOfShapeIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for constraint, change := range map[string]func(*audit.Event){
		"audit_actor":   func(e *audit.Event) { e.Actor = "" },
		"audit_person":  func(e *audit.Event) { e.Actor = audit.Person(404) },
		"audit_action":  func(e *audit.Event) { e.Action = "" },
		"audit_subject": func(e *audit.Event) { e.Subject = "Enrolment" },
		"audit_detail":  func(e *audit.Event) { e.Detail = []int{1} },
	} {
		e := held(1)
		change(&e)
		if err := record(t, d, e); !db.Violates(err, constraint) {
			t.Errorf("got %v, want a refusal by %s", err, constraint)
		}
	}
	e := held(1)
	e.Detail = func() {}
	if err := record(t, d, e); err == nil {
		t.Error("a detail that is no JSON is recorded")
	}
}

func TestRecordsAndChainCannotBeChangedEvenByTheirOwner(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	mustRecord(t, d, held(1))
	seal(t, d)
	owner := dbtest.Owner(t, d)
	for sql, constraint := range map[string]string{
		"UPDATE audit SET action = 'other'":            "audit_append_only",
		"DELETE FROM audit":                            "audit_append_only",
		"TRUNCATE audit CASCADE":                       "audit_append_only",
		"UPDATE audit_chain SET hash = hash":           "audit_chain_append_only",
		"DELETE FROM audit_chain":                      "audit_chain_append_only",
		"TRUNCATE audit_chain":                         "audit_chain_append_only",
		"INSERT INTO audit_chain VALUES (2,1,'\\x00')": "audit_chain_hash",
	} {
		if _, err := owner.ExecContext(t.Context(), sql); !db.Violates(err, constraint) {
			t.Errorf("%s: got %v, want a refusal by %s", sql, err, constraint)
		}
		_, err := d.ExecContext(t.Context(), sql)
		if !strings.HasPrefix(sql, "INSERT") && (err == nil || !strings.Contains(err.Error(), "42501")) {
			t.Errorf("the application: %s: got %v, want permission denied", sql, err)
		}
	}
	if _, err := d.ExecContext(t.Context(), "INSERT INTO audit (at, recorded_at, actor, action, subject, subject_id, detail) VALUES (now(), '2001-01-01', 'system', 'a', 'b', 1, '{}')"); err == nil {
		t.Error("the application may say when a row was recorded")
	}
	if r := verify(t, d); !r.Sound() || r.Sealed != 1 {
		t.Errorf("got %+v", r)
	}
}

func TestManyWritersAndTwoSealersMakeOneChainWithoutGaps(t *testing.T) {
	t.Parallel()
	const writers, each = 16, 63
	d := dbtest.New(t)
	var writing, sealing sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		sealing.Go(func() {
			for finished := false; ; {
				n := seal(t, d)
				if n == 0 && finished {
					return
				}
				select {
				case <-done:
					finished = true
				default:
				}
			}
		})
	}
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				if err := record(t, d, held(int64(w*each+i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	close(done)
	sealing.Wait()
	if r := verify(t, d); !r.Sound() || r.Sealed != writers*each {
		t.Errorf("got %+v, want %d sealed", r, writers*each)
	}
}

func TestARowThatCommitsLateIsSealedLate(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := audit.Record(t.Context(), tx, held(1)); err != nil {
			return err
		}
		mustRecord(t, d, held(2))
		if n := seal(t, d); n != 1 {
			t.Errorf("sealed %d rows before the late commit, want 1", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := seal(t, d); n != 1 {
		t.Errorf("sealed %d rows after it, want 1", n)
	}
	var order []int64
	err = d.NewRaw("SELECT a.subject_id FROM audit_chain c JOIN audit a ON a.id = c.audit_id ORDER BY c.seq").Scan(t.Context(), &order)
	if err != nil || fmt.Sprint(order) != "[2 1]" {
		t.Errorf("the chain holds %v, %v; want the late row last", order, err)
	}
	if r := verify(t, d); !r.Sound() {
		t.Errorf("got %+v", r)
	}
}

func TestSealDoesAtMostAThousandAtOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	_, err := dbtest.Owner(t, d).ExecContext(t.Context(),
		"INSERT INTO audit (at, actor, action, subject, subject_id, detail) SELECT now(), 'system', 'a', 'b', n, '{}' FROM generate_series(1, 2300) n")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(seal(t, d), seal(t, d), seal(t, d), seal(t, d)); got != "1000 1000 300 0" {
		t.Errorf("sealed %s", got)
	}
	if r := verify(t, d); !r.Sound() || r.Sealed != 2300 {
		t.Errorf("got %+v", r)
	}
}
