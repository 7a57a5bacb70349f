package worker_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/people"
	boxes "bursar/internal/secret"
)

func TestAnApplicantIsToldThatTheirSupportersWordsHaveCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20)
	box, err := boxes.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	admin, ana := fixture.Person(t, w.db, "grace@threshold.example", people.Admin), fixture.Person(t, w.db, "ana@post.example")
	round := fixture.Round(t, dbtest.As(t, w.db, db.Office), box, admin.ID, "SPRING-27", w.run.Code)
	err = dbtest.As(t, w.db, db.Learner).WriteAs(t.Context(), db.Who{Person: ana.ID}, func(tx *db.Tx) error {
		a, err := bursary.Begin(t.Context(), tx, ana.ID, round.Code)
		if err != nil {
			return err
		}
		_, err = bursary.AskSupporter(t.Context(), tx, box, ana.ID, a.Code, bursary.Supporter{Name: "Leila", Email: "leila@post.example", About: "Ana"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	owner := dbtest.Owner(t, w.db)
	var text string
	if err := owner.NewRaw("SELECT text_body FROM mails WHERE recipient = 'leila@post.example'").Scan(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	w.drain()
	if err := w.says(box, regexp.MustCompile(`[A-Za-z0-9_-]{43}`).FindString(text)); err != nil {
		t.Fatal(err)
	}
	w.drain()
	var told []string
	err = owner.NewRaw("SELECT subject || ': ' || text_body FROM mails WHERE person_id = ? AND private AND status = 'shown'", ana.ID).Scan(t.Context(), &told)
	if err != nil || len(told) != 1 || !strings.HasPrefix(told[0], "The words you asked for have come:") || strings.Contains(told[0], "Leila") {
		t.Errorf("the applicant is told %q, %v", told, err)
	}
}

// says sends a supporter's words.
func (w *world) says(box *boxes.Box, token string) error {
	w.Helper()
	return dbtest.As(w, w.db, db.Supporter).WriteAs(w.Context(), db.Who{Link: bursary.LinkHash(token)}, func(tx *db.Tx) error {
		if err := bursary.StartStatement(w.Context(), tx, token, tx.Now); err != nil {
			return err
		}
		words := bursary.Words{Writer: "Leila", Known: "We run a group.", Strengths: "She listens."}
		if _, err := bursary.SaveWords(w.Context(), tx, box, token, words, 0, tx.Now); err != nil {
			return err
		}
		return bursary.SendWords(w.Context(), tx, box, token, tx.Now)
	})
}
