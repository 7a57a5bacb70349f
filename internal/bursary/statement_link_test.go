package bursary_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/london"
)

func TestALinkOpensOneStatementAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	w.fill(a)
	token := w.asks(a, leila)
	other := fixture.Person(t, w.app, "ben@post.example")
	var b *bursary.Application
	w.must(w.learners, other.ID, func(tx *db.Tx) (err error) {
		b, err = bursary.Begin(t.Context(), tx, other.ID, w.round.Code)
		return err
	})
	theirs := w.asks(b, bursary.Supporter{Name: "Cleo", Email: "cleo@post.example", About: "Ben"})
	for _, table := range []string{"applications", "answers", "messages", "recordings", "reads", "consents", "panel_members", "copies", "waiting"} {
		err := w.byLink(token, func(tx *db.Tx) error {
			_, err := tx.NewRaw("SELECT * FROM sensitive.?", bunIdent(table)).Exec(t.Context())
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("reading %s by link gives %v", table, err)
		}
	}
	for _, table := range []string{"people", "mails", "enrolments", "audit"} {
		err := w.byLink(token, func(tx *db.Tx) error {
			_, err := tx.NewRaw("SELECT * FROM ?", bunIdent(table)).Exec(t.Context())
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("reading %s by link gives %v", table, err)
		}
	}
	err := w.byLink(token, func(tx *db.Tx) error {
		var n int
		if err := tx.NewRaw("SELECT count(*) FROM sensitive.statements").Scan(t.Context(), &n); err != nil || n != 1 {
			t.Errorf("a link shows %d statements, %v", n, err)
		}
		_, err := bursary.OpenLink(t.Context(), tx, w.box, theirs, tx.Now)
		return err
	})
	if !errors.Is(err, bursary.ErrLinkDead) {
		t.Errorf("somebody else's link gives %v", err)
	}
	if all := w.statements(b); len(all) != 1 || all[0].About != "Ben" {
		t.Errorf("Ben sees %+v", all)
	}
	w.must(w.learners, other.ID, func(tx *db.Tx) error {
		if s, err := bursary.Statements(t.Context(), tx, w.box, a.ID); len(s) != 0 || err != nil {
			t.Errorf("Ben sees of Ana's %v, %v", s, err)
		}
		_, err := bursary.SendAgain(t.Context(), tx, w.box, other.ID, a.Code)
		if !errors.Is(err, bursary.ErrUnknown) {
			t.Errorf("sending Ana's again gives %v", err)
		}
		return nil
	})
}

func TestALinkDiesWithTimeWithAnotherAndWithTheApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	first := w.asks(a, leila)
	again := func() error {
		return w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
			_, err := bursary.SendAgain(t.Context(), tx, w.box, a.PersonID, a.Code)
			return err
		})
	}
	if err := again(); !errors.Is(err, bursary.ErrSentJustNow) {
		t.Errorf("sending again at once gives %v", err)
	}
	w.clock.Advance(time.Hour)
	if err := again(); err != nil {
		t.Fatal(err)
	}
	if err := again(); !errors.Is(err, bursary.ErrSentJustNow) {
		t.Errorf("sending it a third time at once gives %v", err)
	}
	second := w.link()
	if err := w.start(first); !errors.Is(err, bursary.ErrLinkDead) {
		t.Errorf("the old link gives %v", err)
	}
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.ChangeSupporter(t.Context(), tx, w.box, a.PersonID, a.Code, bursary.Supporter{Name: "Cleo", Email: "cleo@post.example", About: "Ana"})
		return err
	})
	third := w.link()
	if err := w.start(second); !errors.Is(err, bursary.ErrLinkDead) {
		t.Errorf("the link of somebody who is not asked any more gives %v", err)
	}
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Withdraw(t.Context(), tx, a.PersonID, a.Code)
		return err
	})
	if err := w.start(third); !errors.Is(err, bursary.ErrLinkDead) {
		t.Errorf("the link of an application that was taken back gives %v", err)
	}
	if err := w.start("nonsense"); !errors.Is(err, bursary.ErrLinkDead) {
		t.Errorf("nonsense gives %v", err)
	}
}

func TestWordsAreTakenUntilThePanelMeetsAndStopNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	w.fill(a)
	token := w.asks(a, leila)
	if err := w.send(a, w.clock.Now()); err != nil {
		t.Fatalf("sending without the words gives %v", err)
	}
	w.clock.Set(w.round.PanelOn.At(0, 0).Add(-time.Second))
	if err := w.start(token); err != nil {
		t.Errorf("in the last second before the panel's day: %v", err)
	}
	w.clock.Set(w.round.PanelOn.At(0, 0))
	if _, err := w.says(token, kindWords, 0); !errors.Is(err, bursary.ErrLinkDead) {
		t.Errorf("on the panel's day: %v", err)
	}
	for what, ask := range map[string]func(tx *db.Tx) (*bursary.Statement, error){
		"again": func(tx *db.Tx) (*bursary.Statement, error) {
			return bursary.SendAgain(t.Context(), tx, w.box, a.PersonID, a.Code)
		},
		"somebody else": func(tx *db.Tx) (*bursary.Statement, error) {
			return bursary.ChangeSupporter(t.Context(), tx, w.box, a.PersonID, a.Code, leila)
		},
	} {
		err := w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
			_, err := ask(tx)
			return err
		})
		if !errors.Is(err, bursary.ErrTooLateToAsk) {
			t.Errorf("asking %s on the panel's day gives %v", what, err)
		}
	}
}

func TestALinkLastsSixtyDaysAtMost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := dbtest.Owner(t, w.app).NewRaw("UPDATE rounds SET panel_on = ?, decides_on = ?", london.On(2027, 6, 1), london.On(2027, 7, 1)).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := w.begun()
	w.asks(a, leila)
	if got := w.statements(a)[0].ExpiresAt.Sub(w.clock.Now()); got != 60*24*time.Hour {
		t.Errorf("it lasts %v", got)
	}
}

func TestWhoHasTakenTheirApplicationBackIsNotTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	token := w.asks(a, leila)
	if err := w.start(token); err != nil {
		t.Fatal(err)
	}
	if _, err := w.says(token, kindWords, 0); err != nil {
		t.Fatal(err)
	}
	if err := w.sends(token); err != nil {
		t.Fatal(err)
	}
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Withdraw(t.Context(), tx, a.PersonID, a.Code)
		return err
	})
	err := w.workers().Write(t.Context(), func(tx *db.Tx) error { return bursary.TellAnswered(t.Context(), tx, w.statements(a)[0].ID) })
	if err != nil {
		t.Fatal(err)
	}
	var told int
	if err := dbtest.Owner(t, w.app).NewRaw("SELECT count(*) FROM mails WHERE template = 'words-received'").Scan(t.Context(), &told); err != nil || told != 0 {
		t.Errorf("%d mails, %v", told, err)
	}
}
