package catalogue_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/people"
)

func TestThereAreNoFewerPlacesThanAreTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, who := range []string{"ana@post.example", "ben@post.example"} {
		fixture.Confirmed(t, h.app, h.run, fixture.Person(t, h.app, who))
	}
	details := "/admin/runs/FND-T27/details"
	h.taken(details, filled(h.open(details), "minimum", "0")...)
	at := "/admin/runs/FND-T27/places"
	h.says(h.open(at), "2 places are taken: 2 confirmed and 0 held.")
	doc := h.page(h.send(h.grace, http.MethodPost, at, "capacity", "1", "reserved", "0"), http.StatusUnprocessableEntity)
	h.refused(doc, "capacity")
	if said := text(doc.Find("#capacity-error")); !strings.Contains(said, "2 places are taken: 2 confirmed and 0 held. There cannot be fewer") {
		t.Errorf("it says %q", said)
	}
	h.taken(at, "capacity", "2", "reserved", "0")
	if o := h.found("FND-T27"); o.Places.Capacity != 2 {
		t.Errorf("there are %d places", o.Places.Capacity)
	}
}

func TestNobodyTeachesInTwoPlacesAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := *h.run
	other.ID, other.Code, other.Blocks = 0, "FND-U27", []course.Block{{StartsOn: h.run.StartsOn().AddDays(4), EndsOn: h.run.StartsOn().AddDays(8)}}
	h.write(func(tx *db.Tx) error { return course.Schedule(t.Context(), tx, audit.System, &other) })
	kofi, err := people.Find(t.Context(), h.app, "kofi@threshold.example")
	if err != nil {
		t.Fatal(err)
	}
	h.says(h.open("/admin/runs/FND-T27/trainers"), "Block 1", "Ana Reyes", "Nobody is down to teach these dates yet")
	h.taken("/admin/runs/FND-T27/trainers", "block1", kofi.Code, "block2", kofi.Code)
	h.says(h.open("/admin/runs/FND-T27/status"), "1 person", "Nobody is down to teach block 3.", "There is no peer trainer")
	doc := h.page(h.send(h.grace, http.MethodPost, "/admin/runs/FND-U27/trainers", "block1", kofi.Code), http.StatusUnprocessableEntity)
	h.refused(doc, "block1")
	h.taken("/admin/runs/FND-T27/trainers", "block2", kofi.Code)
	h.taken("/admin/runs/FND-U27/trainers", "block1", kofi.Code)
	h.says(h.open("/admin/trainers"), "FND-U27, 12 to 16 March 2027", "Take them off those days first")
	if w := h.send(h.grace, http.MethodPost, "/admin/trainers/"+kofi.Code+"/end"); w.Code != http.StatusConflict {
		t.Errorf("leaving before the last day: status %d", w.Code)
	}
	h.taken("/admin/runs/FND-T27/trainers")
	h.taken("/admin/runs/FND-U27/trainers")
	h.taken("/admin/trainers/" + kofi.Code + "/end")
	h.says(h.open("/admin/trainers"), "Nobody yet.")
}

func TestATrainerIsWelcomedAndSaysAloneWhetherTheyAreAPeer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc := h.page(h.send(h.grace, http.MethodPost, "/admin/trainers", "name", "", "email", "tess at work"), http.StatusUnprocessableEntity)
	h.refused(doc, "name")
	h.taken("/admin/trainers", "name", "Tess Lund", "email", "tess@threshold.example")
	h.says(h.open("/admin/trainers"), "Tess Lund", "Nothing yet")
	var mail string
	if err := h.app.NewRaw("SELECT text_body FROM mails WHERE recipient = 'tess@threshold.example'").Scan(t.Context(), &mail); err != nil || !strings.Contains(mail, "/teach/introduction") {
		t.Errorf("the welcome says %q, %v", mail, err)
	}
	if w := h.send(h.kofi, http.MethodPost, "/teach/introduction", "introduction", "I work in Leeds.", "peer", "yes"); w.Code != http.StatusSeeOther {
		t.Errorf("saying so: status %d", w.Code)
	}
	h.says(h.page(h.send(h.kofi, http.MethodGet, "/teach/introduction"), http.StatusOK), "I work in Leeds.")
	h.says(h.open("/admin/trainers"), "Peer trainer", "I work in Leeds.")
	if file := h.send(h.grace, http.MethodGet, "/admin/trainers/save/trainers.csv").Body.String(); !strings.Contains(file, ",Yes,I work in Leeds.,") {
		t.Errorf("saved: %s", file)
	}
	if w := h.send(h.kofi, http.MethodPost, "/teach/introduction", "introduction", "I work in Leeds."); w.Code != http.StatusSeeOther {
		t.Errorf("taking it back: status %d", w.Code)
	}
	if said := text(h.open("/admin/trainers").Find("main")); strings.Contains(said, "Peer trainer") {
		t.Errorf("it is still said: %s", said)
	}
}

func TestAChangeOfDatesIsMadeOnceWhomItConcernsWasSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := "/admin/runs/FND-T27/dates"
	fixture.Confirmed(t, h.app, h.run, fixture.Person(t, h.app, "ana@post.example"))
	doc := h.page(h.send(h.grace, http.MethodPost, at, filled(h.open(at), "block1-day", "32")...), http.StatusUnprocessableEntity)
	h.refused(doc, "block1")
	if doc.Find("[name=block1-day]").AttrOr("value", "") != "32" {
		t.Error("what was typed is gone")
	}
	later := filled(h.open(at), "block1-day", "15", "block1_to-day", "19")
	ask := h.page(h.send(h.grace, http.MethodPost, at, later...), http.StatusOK)
	h.says(ask, "Nothing has changed yet. 1 place is taken on these dates. We tell 1 person", "8 to 12 March 2027", "15 to 19 March 2027")
	if h.found("FND-T27").StartsOn() != h.run.StartsOn() {
		t.Error("asking has changed it")
	}
	fixture.Confirmed(t, h.app, h.run, fixture.Person(t, h.app, "ben@post.example"))
	if w := h.send(h.grace, http.MethodPost, at, filled(ask, "why", "The hall is being mended.")...); w.Code != http.StatusConflict {
		t.Errorf("somebody has booked meanwhile: status %d", w.Code)
	}
	ask = h.page(h.send(h.grace, http.MethodPost, at, later...), http.StatusOK)
	h.refused(h.page(h.send(h.grace, http.MethodPost, at, filled(ask, "why", "")...), http.StatusUnprocessableEntity), "why")
	h.taken(at, filled(ask, "why", "The hall is being mended.")...)
	if got := h.found("FND-T27").StartsOn(); got != london.On(2027, 3, 15) {
		t.Errorf("it begins on %s", got)
	}
	told, err := h.app.NewSelect().Table("mails").Where("template = 'run-retimed' AND text_body LIKE '%being mended%'").Count(t.Context())
	if err != nil || told != 2 {
		t.Errorf("%d are told, %v", told, err)
	}
}

// Two people of the office have the same page open.
func TestWhatSomebodyElseChangedMeanwhileIsNotOverwrittenUnseen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	run := "/admin/runs/" + h.run.Code
	for _, c := range []struct{ at, field, mine, theirs string }{
		{run + "/places", "capacity", "27", "28"}, {run + "/prices", "peer", "3", "4"}, {run + "/details", "minimum", "3", "4"}, {"/admin/courses/" + h.run.Course.Slug, "position", "3", "4"},
	} {
		value := func(doc *goquery.Document) string { return doc.Find("[name="+c.field+"]").AttrOr("value", "") }
		mine, theirs := filled(h.open(c.at), c.field, c.mine), filled(h.open(c.at), c.field, c.theirs)
		h.taken(c.at, theirs...)
		refused := h.page(h.send(h.grace, http.MethodPost, c.at, mine...), http.StatusConflict)
		h.says(refused, "Somebody else has changed this since you opened the page")
		if value(refused) != c.mine || value(h.open(c.at)) != c.theirs {
			t.Errorf("%s: of what was typed %q is left, and %q stands", c.at, value(refused), value(h.open(c.at)))
		}
		h.taken(c.at, filled(refused)...) // who has been told
		if got := value(h.open(c.at)); got != c.mine {
			t.Errorf("%s: sent again it is %s", c.at, got)
		}
	}
}
