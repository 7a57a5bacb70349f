package bursary_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/id"
)

func (w *world) asksOffice(person id.Person, code, text string) error {
	w.t.Helper()
	return w.as(w.learners, person, func(tx *db.Tx) error {
		return bursary.Ask(w.t.Context(), tx, w.box, person, code, text)
	})
}

func (w *world) answers(code, text string) error {
	w.t.Helper()
	return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return bursary.Answer(w.t.Context(), tx, w.box, w.admin.ID, code, text)
	})
}

// waiting is how many questions stand on the office's list.
func (w *world) waiting() (n int) {
	w.t.Helper()
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return tx.NewRaw("SELECT coalesce(sum(messages), 0) FROM sensitive.waiting").Scan(w.t.Context(), &n)
	})
	return n
}

func (w *world) thread(a *bursary.Application, see bool) (all []bursary.Message) {
	w.t.Helper()
	w.must(w.learners, a.PersonID, func(tx *db.Tx) (err error) {
		if all, err = bursary.Messages(w.t.Context(), tx, w.box, a.ID); err != nil || !see {
			return err
		}
		return bursary.SeeAnswers(w.t.Context(), tx, a.ID)
	})
	return all
}

func TestAQuestionIsAnsweredAndTheApplicantIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	if err := w.asksOffice(a.PersonID, a.Code, "Can I bring\r\nmy dog?"); err != nil {
		t.Fatal(err)
	}
	if n := w.waiting(); n != 1 {
		t.Errorf("%d questions wait", n)
	}
	if err := w.answers(a.Code, "Yes, please do."); err != nil {
		t.Fatal(err)
	}
	if n := w.waiting(); n != 0 {
		t.Errorf("%d questions wait after the answer", n)
	}
	m := w.latest("question-answered")
	if m.To != w.applicant.Email || !m.Private || strings.Contains(m.Text+m.HTML, "please do") {
		t.Errorf("mail %+v", m)
	}
	all := w.thread(a, true)
	if len(all) != 2 || all[0].Text != "Can I bring\nmy dog?" || all[0].SeenAt.IsZero() || !all[1].FromOffice || !all[1].SeenAt.IsZero() {
		t.Fatalf("the thread is %+v", all)
	}
	if all = w.thread(a, false); all[1].SeenAt.IsZero() {
		t.Error("the answer is not noted as seen")
	}
}

func TestAQuestionCanBeSettledWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	if err := w.asksOffice(a.PersonID, a.Code, "Thank you!"); err != nil {
		t.Fatal(err)
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error { return bursary.Settle(t.Context(), tx, w.admin.ID, a.Code) })
	if n := w.waiting(); n != 0 {
		t.Errorf("%d questions wait", n)
	}
}

func TestAThreadIsBetweenTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	if err := w.asksOffice(a.PersonID, a.Code, "Can I bring my dog?"); err != nil {
		t.Fatal(err)
	}
	other := fixture.Person(t, w.app, "ben@post.example")
	if err := w.asksOffice(other.ID, a.Code, "And me?"); !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("asking in somebody else's thread gives %v", err)
	}
	w.must(w.learners, other.ID, func(tx *db.Tx) error {
		if all, err := bursary.Messages(t.Context(), tx, w.box, a.ID); len(all) != 0 || err != nil {
			t.Errorf("somebody else reads %v, %v", all, err)
		}
		return nil
	})
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		if all, err := bursary.Messages(t.Context(), tx, w.box, a.ID); len(all) != 0 || err != nil {
			t.Errorf("without a note the office reads %v, %v", all, err)
		}
		return nil
	})
	for _, role := range []string{db.App, db.Assessor, db.Access, db.Supporter} {
		err := w.as(dbtest.As(t, w.app, role), w.admin.ID, func(tx *db.Tx) error {
			_, err := tx.NewRaw("SELECT body FROM sensitive.messages").Exec(t.Context())
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s reading gives %v", role, err)
		}
	}
	err := w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := tx.NewRaw("INSERT INTO sensitive.messages (application_id, author_id, from_office, body, at) VALUES (?, ?, true, '', now())",
			a.ID, w.admin.ID).Exec(t.Context())
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "row-level security") {
		t.Errorf("writing in the office's name gives %v", err)
	}
}

func TestAMessageHasWordsAndNotTooMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	for _, text := range []string{" \n", strings.Repeat("x", 5001)} {
		if wrong := failure.Of(w.asksOffice(a.PersonID, a.Code, text)); wrong == nil || wrong.Fields["text"] == "" {
			t.Errorf("%d letters give %v", len(text), wrong)
		}
	}
}

func TestAQuestionPressedTwiceIsAskedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	var presses sync.WaitGroup
	for range 3 {
		presses.Go(func() {
			if err := w.asksOffice(a.PersonID, a.Code, "Can I bring\r\nmy dog? "); err != nil {
				t.Error(err)
			}
		})
	}
	presses.Wait()
	if err := w.asksOffice(a.PersonID, a.Code, "And my cat?"); err != nil {
		t.Fatal(err)
	}
	if all := w.thread(a, false); len(all) != 2 || w.waiting() != 2 {
		t.Errorf("the thread holds %+v, and %d wait", all, w.waiting())
	}
	w.clock.Advance(time.Minute)
	if err := w.asksOffice(a.PersonID, a.Code, "Can I bring\nmy dog?"); err != nil {
		t.Fatal(err)
	}
	if all := w.thread(a, false); len(all) != 3 {
		t.Errorf("asking again after a minute leaves %+v", all)
	}
}
