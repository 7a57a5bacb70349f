package admissions_test

import (
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/people"
)

func TestANewTrainerIsAskedOnceToIntroduceThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	staff := w.person(8).Person
	for range 2 {
		w.write(func(tx *db.Tx) error {
			return admissions.WelcomeTrainer(t.Context(), tx, staff, people.Introduced{Name: " Kofi  Mensah ", Email: "Kofi@Threshold.example"})
		})
	}
	if got := w.mails("trainer-welcome"); got != 1 {
		t.Errorf("%d mails", got)
	}
	list, err := course.Trainers(t.Context(), w.db)
	if err != nil || len(list) != 1 || list[0].Name != "Kofi Mensah" || list[0].Peer {
		t.Errorf("%+v, %v", list, err)
	}
	var text string
	if err := w.db.NewRaw("SELECT text_body FROM mails WHERE template = 'trainer-welcome'").Scan(t.Context(), &text); err != nil || !strings.Contains(text, "/teach/introduction") {
		t.Errorf("%q, %v", text, err)
	}
	for field, who := range map[string]people.Introduced{"name": {Email: "maya@threshold.example"}, "email": {Name: "Maya Lind", Email: "maya"}} {
		err := w.db.Write(t.Context(), func(tx *db.Tx) error { return admissions.WelcomeTrainer(t.Context(), tx, staff, who) })
		if f := failure.Of(err); f == nil || f.Fields[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
}
