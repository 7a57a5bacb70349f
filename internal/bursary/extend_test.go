package bursary_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/london"
)

func (w *world) extend(until london.Date, reason string) error {
	w.t.Helper()
	return w.office(func(tx *db.Tx) error {
		_, err := bursary.Extend(w.t.Context(), tx, w.admin.ID, w.round.Code, until, reason)
		return err
	})
}

// owed are the jobs of telling people, as they were enqueued.
func (w *world) owed() []bursary.DeadlineMoved {
	w.t.Helper()
	var args []string
	err := dbtest.Owner(w.t, w.app).NewRaw("SELECT args::text FROM river.river_job WHERE kind = 'deadline_moved' ORDER BY id").Scan(w.t.Context(), &args)
	if err != nil {
		w.t.Fatal(err)
	}
	jobs := make([]bursary.DeadlineMoved, len(args))
	for i, text := range args {
		if err := json.Unmarshal([]byte(text), &jobs[i]); err != nil {
			w.t.Fatal(err)
		}
	}
	return jobs
}

// tellTwice works every job twice, both times at once.
func (w *world) tellTwice() {
	w.t.Helper()
	machine := w.workers()
	var all sync.WaitGroup
	for _, job := range w.owed() {
		for range 2 {
			all.Go(func() {
				err := machine.Write(context.WithoutCancel(w.t.Context()), func(tx *db.Tx) error { return bursary.TellMoved(w.t.Context(), tx, job) })
				if err != nil {
					w.t.Error(err)
				}
			})
		}
	}
	all.Wait()
}

func TestExtendingTellsEverybodyWhoHasBegunOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	draft, sent, withdrawn, patient := w.begun(), w.beginner("ben@post.example"), w.beginner("cas@post.example"), w.beginner("dov@post.example")
	w.markSent(sent)
	w.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = created_at WHERE id = ?", withdrawn.ID)
	w.plant("UPDATE sensitive.applications SET extended_until = '2027-01-05' WHERE id = ?", patient.ID)
	until := london.On(2026, 12, 20)
	if err := w.extend(until, "The post was late."); err != nil {
		t.Fatal(err)
	}
	w.tellTwice()
	told := func(a *bursary.Application, words string) int {
		return w.count(`SELECT count(*) FROM mails WHERE template = 'more-time' AND private AND person_id = ? AND text_body LIKE '%Sunday 20 December 2026, 11:59pm%' AND text_body LIKE ?`,
			a.PersonID, "%"+words+"%")
	}
	if n := w.count("SELECT count(*) FROM mails"); n != 2 || told(draft, "is saved") != 1 || told(sent, "is with us") != 1 {
		t.Errorf("%d mails, to the draft %d, to the one that was sent %d", n, told(draft, "is saved"), told(sent, "is with us"))
	}
	if n := w.count("SELECT count(*) FROM mails WHERE subject || text_body ~* 'bursary|peer|mental|application '"); n != 0 {
		t.Errorf("%d mails say what they are about", n)
	}
	if got := w.open(draft).Deadline(); !got.Equal(until.End()) {
		t.Errorf("the draft can be sent until %s", got)
	}
	var why []bursary.Extension
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		why, err = bursary.ExtensionsOf(t.Context(), tx, w.round.ID)
		return err
	})
	if len(why) != 1 || why[0].Reason != "The post was late." || why[0].WasOn != london.On(2026, 12, 13) || why[0].UntilOn != until {
		t.Errorf("kept %+v", why)
	}
	if n := w.count("SELECT count(*) FROM audit WHERE action = 'round extended' AND detail->>'until' = '2026-12-20'"); n != 1 {
		t.Errorf("it is on the record %d times", n)
	}
}

func TestASecondExtensionIsToldAgainAndAJobThatComesTooLateTellsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begun()
	for i, day := range []int{16, 20} {
		if err := w.extend(london.On(2026, 12, day), "The post was late."); err != nil {
			t.Fatal(err)
		}
		w.tellTwice()
		if n := w.count("SELECT count(*) FROM mails"); n != i+1 {
			t.Errorf("after extension %d there are %d mails", i+1, n)
		}
	}
	if err := w.extend(london.On(2026, 12, 22), "The post was late."); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(30 * 24 * time.Hour)
	w.tellTwice()
	if n := w.count("SELECT count(*) FROM mails"); n != 2 {
		t.Errorf("there are %d mails", n)
	}
}

func TestManyPeopleAreToldByJobsOfAHundred(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plant(`
		WITH made AS (INSERT INTO people (name, email, created_at) SELECT 'Ana', 'p' || n || '@post.example', now() FROM generate_series(1, 250) n RETURNING id)
		INSERT INTO sensitive.applications (code, ticket, round_id, person_id, status, created_at, updated_at)
		SELECT 'C' || id, 'T' || id, ?, id, 'draft', now(), now() FROM made`, w.round.ID)
	if err := w.extend(london.On(2026, 12, 20), "The post was late."); err != nil {
		t.Fatal(err)
	}
	if n := len(w.owed()); n != 3 {
		t.Errorf("%d jobs", n)
	}
	w.tellTwice()
	if n := w.count("SELECT count(DISTINCT person_id) FROM mails"); n != 250 || w.count("SELECT count(*) FROM mails") != 250 {
		t.Errorf("%d people were told", n)
	}
}

func TestAnExtensionIsRefusedWithASentence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, k := range map[string]struct {
		until  london.Date
		reason string
		field  string
	}{
		"the same day":          {london.On(2026, 12, 13), "why", "until"},
		"an earlier day":        {london.On(2026, 12, 1), "why", "until"},
		"the day of the panel":  {london.On(2027, 1, 14), "why", "until"},
		"no day":                {london.Date{}, "why", "until"},
		"no reason":             {london.On(2026, 12, 20), "  ", "reason"},
		"a reason without end":  {london.On(2026, 12, 20), strings.Repeat("x", 501), "reason"},
		"neither day nor words": {london.Date{}, "", "until"},
	} {
		if f := failure.Of(w.extend(k.until, k.reason)); f == nil || f.Kind != failure.Invalid || f.Fields[k.field] == "" {
			t.Errorf("%s: %v", name, fmt.Sprint(f))
		}
	}
	w.clock.Advance(london.On(2026, 12, 15).At(9, 0).Sub(w.clock.Now()))
	if f := failure.Of(w.extend(london.On(2026, 12, 14), "why")); f == nil || f.Fields["until"] == "" {
		t.Errorf("a day that has passed: %v", f)
	}
	if err := w.close(w.admin.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.extend(london.On(2026, 12, 20), "why"); !errors.Is(err, bursary.ErrNotExtendable) {
		t.Errorf("a closed round: %v", err)
	}
}
