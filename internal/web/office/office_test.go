package office_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/people"
)

func TestToEverybodyWithoutTheRoleThePagesDoNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", form.Answers{"practice": "I sit by the riverbank."})
	before := w.readings(a)
	own := strings.NewReplacer(":code", a.Code, ":key", "practice", ":section", "you", ":file", "applications.csv")
	owner := fixture.Person(t, w.app, "ana@post.example")
	access := w.staff("noor@threshold.example", people.Access)
	for who, k := range map[string]struct {
		cookie *http.Cookie
		status int
	}{
		"a visitor":                           {nil, http.StatusSeeOther},
		"the applicant":                       {w.session(owner.ID, false), http.StatusNotFound},
		"another learner":                     {w.session(fixture.Person(t, w.app, "ben@post.example").ID, false), http.StatusNotFound},
		"an auditor":                          {w.staff("aud@threshold.example", people.Auditor), http.StatusNotFound},
		"a bookkeeper":                        {w.staff("fin@threshold.example", people.Finance), http.StatusNotFound},
		"a trainer":                           {w.staff("tra@threshold.example", people.Trainer), http.StatusNotFound},
		"an assessor":                         {w.staff("ass@threshold.example", people.Assessor), http.StatusNotFound},
		"an administrator without the factor": {w.session(w.admin.ID, false), http.StatusSeeOther},
		"the access officer":                  {access, http.StatusNotFound},
		"the administrator":                   {w.grace, http.StatusNotFound},
	} {
		for _, route := range w.engine.Routes() {
			support := strings.HasPrefix(route.Path, "/admin/support")
			if who == "the access officer" && support || who == "the administrator" && !support {
				continue
			}
			address := own.Replace(strings.Replace(route.Path, "rounds/:code", "rounds/SPRING-27", 1))
			r, _ := http.NewRequest(route.Method, address, nil)
			answer := w.send(r, k.cookie)
			status := k.status
			if status == http.StatusSeeOther && route.Method == http.MethodPost {
				status = http.StatusForbidden // a form, of which a redirect would keep nothing
			}
			if answer.Code != status {
				t.Errorf("%s at %s %s: %d", who, route.Method, address, answer.Code)
			}
			w.hides(answer.Body.String(), "riverbank", "Ana Reyes", "ana@post.example<")
		}
	}
	if w.readings(a) != before {
		t.Error("somebody was noted as a reader who could not read")
	}
}

func TestTheListShowsWhatWaitsAndNoWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", form.Answers{"practice": "I sit by the riverbank."})
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		return bursary.Ask(t.Context(), tx, w.box, a.PersonID, a.Code, "Is the kettle on?")
	})
	doc := w.open(desk + "/applications")
	w.says(doc, a.Code, "Ana Reyes", "Sent", "Question to answer")
	w.hides(words(doc.Find("main")), "riverbank", "kettle")
	w.says(w.open(desk+"/applications?wait=reply&search=ana%40post"), a.Code)
	w.says(w.open(desk+"/applications?status=draft"), "There is none like that.")
	for _, word := range []string{"riverbank", "kettle", "Tidewell", "Carlisle", "north_west", "%25"} {
		w.says(w.open(desk+"/applications?search="+word), "There is none like that.")
	}
	if answer := w.get(desk+"/applications?search="+strings.Repeat("a", 300), w.grace); answer.Code != http.StatusUnprocessableEntity {
		t.Errorf("a long search: %d", answer.Code)
	}
	if n := w.readings(a); n != 0 {
		t.Errorf("%d readings from a list", n)
	}
}

func TestTheListIsSavedAsItIsFilteredWithoutWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", form.Answers{"practice": "I sit by the riverbank."})
	const at = desk + "/applications/save/applications"
	saved := w.get(at+".csv?search=ana", w.grace).Body.String()
	if strings.Count(saved, "\n") != 2 || !strings.Contains(saved, a.Code+",Ana Reyes,ana@post.example,Sent,") {
		t.Errorf("saved: %s", saved)
	}
	w.hides(saved, "riverbank")
	if none := w.get(at+".csv?status=draft", w.grace).Body.String(); strings.Count(none, "\n") != 1 {
		t.Errorf("of drafts: %s", none)
	}
	if book := w.get(at+".xlsx", w.grace); book.Code != http.StatusOK || !strings.HasPrefix(book.Body.String(), "PK") {
		t.Errorf("as a workbook: %d", book.Code)
	}
	var noted string
	err := w.app.NewRaw("SELECT string_agg(detail::text, ' ') FROM audit WHERE action = 'list saved' AND person_id = ?", w.admin.ID).Scan(t.Context(), &noted)
	if err != nil || strings.Count(noted, "applications.") != 3 || strings.Contains(noted, "ana") {
		t.Errorf("the trail of it: %s, %v", noted, err)
	}
	for _, other := range []string{at + ".pdf", desk + "/applications/save/words.csv"} {
		if answer := w.get(other, w.grace); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d", other, answer.Code)
		}
	}
	if n := w.readings(a); n != 0 {
		t.Errorf("%d readings from a list", n)
	}
}

func TestAnApplicationIsReadWithANoteAndAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", form.Answers{"practice": "I sit by the riverbank.", "support_training": "A seat near the door"})
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		return bursary.Ask(t.Context(), tx, w.box, a.PersonID, a.Code, "Is the kettle on?")
	})
	doc := w.open(files + a.Code)
	w.says(doc, "The applicant can see it", "I sit by the riverbank.", "Is the kettle on?", "Office: Ana Reyes", "Application sent round: SPRING-27", "Yes, I am paid")
	w.hides(words(doc.Find("main")), "seat near the door", "What would help you on the course")
	w.refused(w.post(files+a.Code+"/messages", "text", " "), http.StatusUnprocessableEntity, "Write your message first.")
	w.done(w.post(files+a.Code+"/messages", "text", "It is."), files+a.Code)
	doc = w.open(files + a.Code)
	w.says(doc, "It is.")
	if doc.Find(`form[action$="/settle"]`).Length() != 0 {
		t.Error("the question still waits")
	}
	if n := w.readings(a); n < 4 {
		t.Errorf("%d readings are noted", n)
	}
}

func TestWhatWasNotSentOrWasTakenBackIsReadByNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", form.Answers{"practice": "I sit by the riverbank."})
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Withdraw(t.Context(), tx, a.PersonID, a.Code)
		return err
	})
	doc := w.open(files + a.Code)
	w.says(doc, "Taken back", "Nobody reads what it says any more.")
	w.hides(words(doc.Find("main")), "riverbank")
	var draft *bursary.Application
	w.must(w.learners, a.PersonID, func(tx *db.Tx) (err error) {
		if draft, err = bursary.Begin(t.Context(), tx, a.PersonID, w.round.Code); err != nil {
			return err
		}
		q, _ := form.Current().Question("hope")
		_, err = bursary.Save(t.Context(), tx, w.box, a.PersonID, draft.Code, []form.Question{q}, form.Answers{"hope": "A riverbank."}, nil, tx.Now)
		return err
	})
	doc = w.open(files + draft.Code)
	w.says(doc, "Not sent yet", "Nobody reads what it says.")
	w.hides(words(doc.Find("main")), "riverbank")
	for _, at := range []string{"/enter", "/enter/why", "/copy", "/copy/hope", "/recordings/hope", "/recordings/hope/sound", "/eligibility"} {
		answer := w.get(files+draft.Code+at, w.grace)
		if answer.Code == http.StatusOK {
			t.Errorf("%s opens", at)
		}
		w.hides(answer.Body.String(), "riverbank")
	}
}

func TestARecordingIsHeardAndWrittenDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", nil)
	sealed, err := w.box.Seal([]byte("ID3 sound"), "sensitive.recordings", "body", 900)
	if err != nil {
		t.Fatal(err)
	}
	_, err = dbtest.Owner(t, w.app).NewRaw(`
		INSERT INTO sensitive.recordings (id, application_id, key, content_type, seconds, body, created_at)
		VALUES (900, ?, 'hope', 'audio/mpeg', 125, ?, now())`, a.ID, sealed).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.says(w.open(desk+"/applications?wait=transcript"), a.Code)
	w.says(w.open(files+a.Code), "Spoken, 2 minutes 5 seconds. Not written down yet.")
	here := files + a.Code + "/recordings/hope"
	w.open(here)
	before := w.readings(a)
	sound := w.get(here+"/sound", w.grace)
	if sound.Body.String() != "ID3 sound" || sound.Header().Get("Content-Type") != "audio/mpeg" || sound.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the sound: %q %v", sound.Body, sound.Header())
	}
	if w.readings(a) != before+1 {
		t.Error("listening is not noted")
	}
	w.refused(w.post(here, "recording", "900", "text", ""), http.StatusUnprocessableEntity, "Write down what is said")
	w.refused(w.post(here, "recording", "x", "text", "Words."), http.StatusConflict, "removed or replaced")
	w.done(w.post(here, "recording", "900", "text", "I hope so."), files+a.Code)
	w.says(w.open(files+a.Code), "I hope so.")
	if answer := w.get(files+a.Code+"/recordings/practice", w.grace); answer.Code != http.StatusNotFound {
		t.Errorf("a recording that is not there: %d", answer.Code)
	}
}

func TestMoreTimeIsGivenOnThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", nil)
	here := files + a.Code + "/time"
	w.says(w.open(here), "They have until Sunday 13 December 2026")
	w.refused(w.post(here, "until-day", "31", "until-month", "2", "until-year", "2027", "why", "site"), http.StatusUnprocessableEntity, "Enter a day, like 20 12 2026.")
	w.refused(w.post(here, "until-day", "20", "until-month", "1", "until-year", "2027", "why", "site"), http.StatusUnprocessableEntity, "before the panel meets")
	w.refused(w.post(here, "until-day", "20", "until-month", "12", "until-year", "2026"), http.StatusUnprocessableEntity, "Choose why they get more time.")
	w.done(w.post(here, "until-day", "3", "until-month", "1", "until-year", "2027", "why", "support"), files+a.Code)
	w.says(w.open(files+a.Code), "Sunday 3 January 2027", "More time given until: 2027-01-03, why: support")
}
