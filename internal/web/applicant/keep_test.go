package applicant_test

import (
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
)

func TestTheNextApplicationBeginsWithTheAnswersThatWereKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	if _, err := dbtest.Owner(t, w.app).NewRaw("UPDATE sensitive.applications SET status = 'not_funded', band = 'C'").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := w.learners.WriteAs(t.Context(), db.Who{Person: w.applicant.ID}, func(tx *db.Tx) error {
		return bursary.KeepAnswers(t.Context(), tx, w.applicant.ID, codeOf(at))
	})
	if err != nil {
		t.Fatal(err)
	}
	fixture.Round(t, w.officers, w.box, w.admin.ID, "SUMMER-27", "FND-U27")
	next := b.begin("SUMMER-27")
	said := w.file(codeOf(next)).Answers
	if said["practice"] != w.file(codeOf(at)).Answers["practice"] || said["practice"] == "" || said["consent"] != "" {
		t.Errorf("it begins with %v", said)
	}
	if again := b.begin("SUMMER-27"); again != next {
		t.Errorf("beginning again leads to %s", again)
	}
}
