package question_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/question"
	"bursar/internal/secret"
)

// world is a cohort, an office and two who have places, each with the database role of their audience.
type world struct {
	*testing.T
	clock                 *dbtest.Clock
	app, learners, office *db.DB
	box                   *secret.Box
	run                   *course.Offering
	grace, ana, ben       people.Person
	anasPlace, bensPlace  *enrolment.Enrolment
}

func newWorld(t *testing.T) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, clock: clock, app: app, box: box, learners: dbtest.As(t, app, db.Learner), office: dbtest.As(t, app, db.Office)}
	w.run = fixture.Run(t, app, "FND-T27", 5)
	w.grace = fixture.Person(t, app, "grace@threshold.example", people.Admin)
	w.ana, w.ben = fixture.Person(t, app, "ana@post.example"), fixture.Person(t, app, "ben@post.example")
	w.anasPlace, w.bensPlace = fixture.Confirmed(t, app, w.run, w.ana), fixture.Confirmed(t, app, w.run, w.ben)
	return w
}

func (w *world) ask(who people.Person, place *enrolment.Enrolment, text, form string) error {
	return w.learners.WriteAs(w.Context(), db.Who{Person: who.ID}, func(tx *db.Tx) error {
		return question.Ask(w.Context(), tx, w.box, who.ID, place.Code, question.Words{Text: text, Form: form})
	})
}

func (w *world) asks(text, form string) {
	w.Helper()
	if err := w.ask(w.ana, w.anasPlace, text, form); err != nil {
		w.Fatal(err)
	}
}

func (w *world) staff(f func(*db.Tx) error) error {
	return w.office.WriteAs(w.Context(), db.Who{Person: w.grace.ID}, f)
}

func (w *world) answer(code string, known int, text, form string) error {
	return w.staff(func(tx *db.Tx) error {
		return question.Answer(w.Context(), tx, w.box, w.grace.ID, code, known, question.Words{Text: text, Form: form})
	})
}

// list is what the office sees: "place status" of each thread.
func (w *world) list() (lines []string, rows []question.Listed) {
	w.Helper()
	rows, err := question.List(w.Context(), w.office, "", question.Key{}, 50)
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range rows {
		lines = append(lines, r.Place+" "+string(r.Status))
	}
	return lines, rows
}

// said is what somebody reads in Ana's thread, the office's words in brackets.
func (w *world) said(d *db.DB, who people.Person) (all []string) {
	w.Helper()
	err := d.WriteAs(w.Context(), db.Who{Person: who.ID}, func(tx *db.Tx) error {
		t, err := question.Of(w.Context(), tx, w.ana.ID, w.anasPlace.ID)
		if err != nil || t == nil {
			return err
		}
		messages, err := question.Read(w.Context(), tx, w.box, t, d == w.office)
		for _, m := range messages {
			if m.FromOffice {
				m.Text = "[" + m.Text + "]"
			}
			all = append(all, m.Text)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return all
}

func (w *world) mails(template string) (n int) {
	w.Helper()
	if err := w.office.NewRaw("SELECT count(*) FROM mails WHERE template = ?", template).Scan(w.Context(), &n); err != nil {
		w.Fatal(err)
	}
	return n
}

func TestAThreadGoesBackAndForthAndWaitsForTheOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asks("Is there a lift?", "f1")
	w.asks("And parking?", "f2")
	lines, rows := w.list()
	if got := strings.Join(lines, ", "); got != w.anasPlace.Code+" open" {
		t.Fatalf("listed: %s", got)
	}
	if n, err := question.Open(t.Context(), w.office); err != nil || n != 1 || w.mails("staff-question-asked") != 1 {
		t.Errorf("%d wait, %d mails to staff, %v", n, w.mails("staff-question-asked"), err)
	}
	code := rows[0].Code
	if err := w.answer(code, 1, "Yes.", "a"); !errors.Is(err, question.ErrWroteAgain) {
		t.Errorf("answered without having read all: %v", err)
	}
	for range 2 { // the same form twice
		if err := w.answer(code, 2, "Yes, both.", "a"); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(w.said(w.learners, w.ana), " "); got != "Is there a lift? And parking? [Yes, both.]" {
		t.Errorf("Ana reads %s", got)
	}
	if lines, _ := w.list(); lines[0] != w.anasPlace.Code+" answered" || w.mails("place-answered") != 1 {
		t.Errorf("listed: %v, %d told", lines, w.mails("place-answered"))
	}
	w.asks("Thank you", "f3")
	if n, _ := question.Open(t.Context(), w.office); n != 1 || w.mails("staff-question-asked") != 2 {
		t.Errorf("%d wait after another message", n)
	}
	for range 2 {
		if err := w.staff(func(tx *db.Tx) error { return question.Close(t.Context(), tx, w.grace.ID, code, 3) }); err != nil {
			t.Fatal(err)
		}
	}
	if lines, _ := w.list(); lines[0] != w.anasPlace.Code+" closed" || w.mails("place-answered") != 1 {
		t.Errorf("closed: %v, %d told", lines, w.mails("place-answered"))
	}
	if got := w.said(w.office, w.grace); len(got) != 4 {
		t.Errorf("the office reads %v", got)
	}
}

func TestTheSameFormSentTwiceAtOnceIsOneMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := w.ask(w.ana, w.anasPlace, "Is there a lift?", "f1"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := w.said(w.learners, w.ana); len(got) != 1 || w.mails("staff-question-asked") != 1 {
		t.Errorf("%v, %d mails", got, w.mails("staff-question-asked"))
	}
	w.asks("Is there a lift? I mean a big one.", "f1") // changed after going back
	w.asks("Is there a lift?", "f2")                   // asked anew
	if got := w.said(w.learners, w.ana); len(got) != 3 {
		t.Errorf("%v", got)
	}
}

func TestEmptyAndTooLongMessagesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, text := range []string{"", " \n", strings.Repeat("é", question.Longest+1)} {
		f := failure.Of(w.ask(w.ana, w.anasPlace, text, "f"))
		if f == nil || f.Fields["text"] == "" {
			t.Errorf("%d characters: %v", len(text), f)
		}
	}
	w.asks(strings.Repeat("é", question.Longest), "f")
}

func TestNobodyElseAsksInAThreadOrReadsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asks("Is there a lift?", "f1")
	if err := w.ask(w.ben, w.anasPlace, "Mine", "f"); !errors.Is(err, enrolment.ErrUnknown) {
		t.Errorf("Ben asked about Ana's place: %v", err)
	}
	if got := w.said(w.learners, w.ben); len(got) != 0 {
		t.Errorf("Ben reads %v", got)
	}
	for _, role := range []string{db.App, db.Employer, db.Trainer, db.Assessor, db.Supporter, db.Access} {
		for _, table := range []string{"question_threads", "question_messages"} {
			err := dbtest.As(t, w.app, role).WriteAs(t.Context(), db.Who{Person: w.ana.ID}, func(tx *db.Tx) error {
				_, err := tx.NewRaw("SELECT count(*) FROM sensitive." + table).Exec(t.Context())
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "42501") {
				t.Errorf("%s reads %s: %v", role, table, err)
			}
		}
	}
	// Nobody speaks in the other side's name, whatever the program does.
	err := w.learners.WriteAs(t.Context(), db.Who{Person: w.ana.ID}, func(tx *db.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO sensitive.question_messages (thread_id, author_id, from_office, body, once, at)
			SELECT id, person_id, true, '', sha256('x'), now() FROM sensitive.question_threads`).Exec(t.Context())
		return err
	})
	if err == nil {
		t.Error("a learner spoke for the office")
	}
}

// Whoever takes a place over begins a thread of their own, and the one who asked before is not answered where they cannot read.
func TestAPlaceThatPassesOnTakesNoThreadAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asks("I am not well. What if I miss a day?", "f1")
	_, rows := w.list()
	cas := fixture.Person(t, w.app, "cas@post.example")
	dbtest.Force(t, w.app, "UPDATE enrolments SET person_id = ? WHERE id = ?", cas.ID, w.anasPlace.ID)
	if got := w.said(w.learners, w.ana); len(got) != 0 {
		t.Errorf("Ana, who left, reads %v", got)
	}
	if got := w.said(w.learners, cas); len(got) != 0 {
		t.Errorf("whoever took the place reads %v", got)
	}
	if err := w.answer(rows[0].Code, 1, "You can make it up.", "a"); !errors.Is(err, question.ErrPassedOn) || w.mails("place-answered") != 0 {
		t.Errorf("answered: %v", err)
	}
	if err := w.ask(cas, w.anasPlace, "Is there a lift?", "f1"); err != nil {
		t.Fatal(err)
	}
	if lines, _ := w.list(); len(lines) != 2 {
		t.Errorf("listed: %v", lines)
	}
}

func TestTheListBeginsWithWhoWaitsLongestAndGoesOnByKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := fixture.Run(t, w.app, "FND-U27", 8)
	var want []string
	for n := range 5 {
		p := fixture.Person(t, w.app, fmt.Sprintf("person%d@post.example", n))
		e := fixture.Confirmed(t, w.app, run, p)
		w.clock.Advance(time.Hour)
		if err := w.ask(p, e, "A question", "f"); err != nil {
			t.Fatal(err)
		}
		want = append(want, e.Code)
	}
	w.asks("Of another cohort", "f")
	_, rows := w.list()
	for _, i := range []int{1, 3} {
		w.clock.Advance(time.Hour)
		if err := w.answer(rows[i].Code, 1, "An answer", "a"); err != nil {
			t.Fatal(err)
		}
	}
	want = []string{want[0], want[2], want[4], want[3], want[1]}
	var got []string
	var after question.Key
	for {
		rows, err := question.List(t.Context(), w.office, "FND-U27", after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			got = append(got, r.Place)
		}
		if len(rows) < 2 {
			break
		}
		after = rows[1].Key()
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("listed %v, want %v", got, want)
	}
	if runs, err := question.Runs(t.Context(), w.office); err != nil || strings.Join(runs, " ") != "FND-U27 FND-T27" {
		t.Errorf("runs %v, %v", runs, err)
	}
}

func TestAThreadIsDeletedAYearAfterTheCourseUnlessItWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asks("Is there a lift?", "f1")
	if err := w.ask(w.ben, w.bensPlace, "And for me?", "f"); err != nil {
		t.Fatal(err)
	}
	_, rows := w.list()
	if err := w.answer(rows[0].Code, 1, "Yes.", "a"); err != nil {
		t.Fatal(err)
	}
	machine := dbtest.As(t, w.app, db.Worker)
	forget := func() (n int) {
		err := machine.Write(t.Context(), func(tx *db.Tx) (err error) { n, err = question.Forget(t.Context(), tx); return err })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	last := w.run.EndsOn()
	w.clock.Set(london.On(last.Year+1, last.Month, last.Day).At(23, 59))
	if n := forget(); n != 0 {
		t.Errorf("%d deleted on the last day", n)
	}
	w.clock.Set(london.On(last.Year+1, last.Month, last.Day+1).At(0, 1))
	if n := forget(); n != 1 {
		t.Errorf("%d deleted the day after", n)
	}
	if lines, _ := w.list(); len(lines) != 1 || !strings.HasSuffix(lines[0], " open") {
		t.Errorf("left: %v", lines)
	}
	// What was said later has the term too.
	_, rows = w.list()
	if err := w.answer(rows[0].Code, 1, "Yes.", "a"); err != nil {
		t.Fatal(err)
	}
	if n := forget(); n != 0 {
		t.Errorf("%d deleted on the day of the answer", n)
	}
	w.clock.Set(w.clock.Now().AddDate(1, 0, 1))
	var messages int
	if n := forget(); n != 1 {
		t.Errorf("%d deleted a year later", n)
	}
	if err := machine.NewRaw("SELECT count(*) FROM sensitive.question_messages").Scan(t.Context(), &messages); err != nil || messages != 0 {
		t.Errorf("%d messages are left, %v", messages, err)
	}
}
