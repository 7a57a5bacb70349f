package bursary_test

import (
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
)

// forget does what the timetable does, on a day.
func (w *world) forget(on london.Date) (n int) {
	w.t.Helper()
	w.clock.Set(on.At(9, 0))
	w.must(w.workers(), 0, func(tx *db.Tx) (err error) {
		n, err = bursary.ForgetDrafts(w.t.Context(), tx)
		return err
	})
	return n
}

// filled is an application of somebody else, with words of every sort in it.
func (w *world) filled(email string) *bursary.Application {
	w.t.Helper()
	p := fixture.Person(w.t, w.app, email)
	var a *bursary.Application
	w.must(w.learners, p.ID, func(tx *db.Tx) (err error) {
		if a, err = bursary.Begin(w.t.Context(), tx, p.ID, w.round.Code); err != nil {
			return err
		}
		if _, err = bursary.Save(w.t.Context(), tx, w.box, p.ID, a.Code, form.Current().Questions(), fixture.GoodAnswers("FND-T27"), nil, tx.Now); err != nil {
			return err
		}
		if _, err = bursary.AskSupporter(w.t.Context(), tx, w.box, p.ID, a.Code, bursary.Supporter{Name: "Dilys", Email: "dilys@kestrel.example", About: "Ana"}); err != nil {
			return err
		}
		return bursary.Ask(w.t.Context(), tx, w.box, p.ID, a.Code, "Can I send it by post?")
	})
	owner := dbtest.Owner(w.t, w.app)
	for _, statement := range []string{
		`INSERT INTO sensitive.recordings (application_id, key, content_type, seconds, body, created_at) VALUES (?, 'hope', 'audio/mpeg', 60, 'sealed', now())`,
		`INSERT INTO sensitive.rivals (answer_id, body, at) SELECT id, 'sealed', now() FROM sensitive.answers WHERE application_id = ? AND key = 'hope'`,
		`INSERT INTO sensitive.consents (application_id, purpose, text_version, given_at) VALUES (?, 'apply', '1', now())`,
	} {
		if _, err := owner.NewRaw(statement, a.ID).Exec(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
	return a
}

// left counts the tables in which an application has words.
func (w *world) left(which id.Application) (n int) {
	w.t.Helper()
	err := dbtest.Owner(w.t, w.app).NewRaw(`
		SELECT (EXISTS (SELECT FROM sensitive.answers WHERE application_id = ?0))::int + (EXISTS (SELECT FROM sensitive.recordings WHERE application_id = ?0))::int +
		       (EXISTS (SELECT FROM sensitive.statements WHERE application_id = ?0))::int + (EXISTS (SELECT FROM sensitive.messages WHERE application_id = ?0))::int +
		       (EXISTS (SELECT FROM sensitive.consents WHERE application_id = ?0))::int +
		       (EXISTS (SELECT FROM sensitive.rivals r JOIN sensitive.answers a ON a.id = r.answer_id WHERE a.application_id = ?0))::int`, which).
		Scan(w.t.Context(), &n)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) emptied(which id.Application) (n int) {
	w.t.Helper()
	err := dbtest.Owner(w.t, w.app).NewRaw("SELECT count(*) FROM audit WHERE action = 'application emptied' AND subject_id = ?", which).Scan(w.t.Context(), &n)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestWhatWasNeverSentIsDeletedWhenTheFormSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	draft, withdrawn, later := w.filled("a@post.example"), w.filled("b@post.example"), w.filled("c@post.example")
	sent, sentAndWithdrawn := w.filled("d@post.example"), w.filled("e@post.example")
	for _, a := range []*bursary.Application{sent, sentAndWithdrawn} {
		w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
			_, err := bursary.Submit(t.Context(), tx, w.box, a.PersonID, a.Code, tx.Now)
			return err
		})
	}
	for _, a := range []*bursary.Application{withdrawn, sentAndWithdrawn} {
		w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
			_, err := bursary.Withdraw(t.Context(), tx, a.PersonID, a.Code)
			return err
		})
	}
	closes := w.round.ClosesOn
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return bursary.GiveMoreTime(t.Context(), tx, w.admin.ID, later.ID, closes.AddDays(7), bursary.SiteFailed)
	})
	before := w.left(sent.ID)
	for _, day := range []struct{ after, emptied int }{{59, 0}, {60, 0}, {61, 2}, {61, 0}, {67, 0}, {68, 1}, {400, 0}} {
		if n := w.forget(closes.AddDays(day.after)); n != day.emptied {
			t.Errorf("on day %d %d were emptied, want %d", day.after, n, day.emptied)
		}
	}
	for _, a := range []*bursary.Application{draft, withdrawn, later} {
		if n := w.left(a.ID); n != 0 || w.emptied(a.ID) != 1 {
			t.Errorf("%s: words in %d tables, %d lines in the trail", a.Code, n, w.emptied(a.ID))
		}
	}
	for _, a := range []*bursary.Application{sent, sentAndWithdrawn} {
		if n := w.left(a.ID); n != before || w.emptied(a.ID) != 0 {
			t.Errorf("%s was sent: words in %d tables instead of %d", a.Code, n, before)
		}
	}
	if f := w.open(draft); f.Status != bursary.Draft || len(f.Answers) != 0 {
		t.Errorf("afterwards it is %s with %d answers", f.Status, len(f.Answers))
	}
}

func TestAQuestionAskedAfterwardsIsNotDeletedBeforeItWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.filled("a@post.example")
	w.clock.Set(w.round.ClosesOn.AddDays(50).At(9, 0))
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		return bursary.Ask(t.Context(), tx, w.box, a.PersonID, a.Code, "When is the next round?")
	})
	w.forget(w.round.ClosesOn.AddDays(61))
	if n := w.left(a.ID); n != 1 {
		t.Errorf("words are left in %d tables", n)
	}
	if n := w.forget(w.round.ClosesOn.AddDays(110)); n != 0 {
		t.Errorf("%d were emptied too early", n)
	}
	w.forget(w.round.ClosesOn.AddDays(111))
	if n := w.left(a.ID); n != 0 {
		t.Errorf("words are left in %d tables", n)
	}
}

func TestEveryQuestionPromisesTheSameOfWhatWasNeverSent(t *testing.T) {
	t.Parallel()
	want := form.Term{Days: 60, After: form.RoundCloses}
	for _, r := range []form.Retention{form.UntilReviewed, form.WithDecision, form.WithAward, form.UntilTrained} {
		if got := r.Rule().Draft; got != want {
			t.Errorf("%s: %v", r, got)
		}
	}
}
