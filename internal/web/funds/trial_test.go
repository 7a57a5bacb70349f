package funds_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
)

// sent is an application that somebody has sent, with some answers of their own.
func (h *house) sent(round, email string, differs form.Answers) string {
	h.Helper()
	p := fixture.Person(h, h.app, email)
	code := ""
	err := dbtest.As(h.T, h.app, db.Learner).WriteAs(h.Context(), db.Who{Person: p.ID}, func(tx *db.Tx) error {
		a, err := bursary.Begin(h.Context(), tx, p.ID, round)
		if err != nil {
			return err
		}
		answers := fixture.GoodAnswers("FND-T27")
		maps.Copy(answers, differs)
		if _, err := bursary.Save(h.Context(), tx, h.box, p.ID, a.Code, form.Current().Questions(), answers, nil, tx.Now); err != nil {
			return err
		}
		code = a.Code
		_, err = bursary.Submit(h.Context(), tx, h.box, p.ID, a.Code, tx.Now)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return code
}

func TestRulesAreTriedOnApplicantsBeforeTheyAreSaved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.north()
	if doc := h.open(h.grace, north+"/rules"); doc.Find("#round").Length() != 0 {
		t.Error("rules can be tried on nobody")
	}
	fixture.Round(t, h.officers, h.box, h.grace.ID, "SPRING-27", "FND-T27")
	leeds := h.sent("SPRING-27", "leeds@post.example", form.Answers{"region": "yorkshire", "name": "Zebedee"})
	york := h.sent("SPRING-27", "york@post.example", form.Answers{"region": "wales", "work_region": "yorkshire", "help": "lodging", "lodging_amount": "200", "lodging_what": "A room"})
	wales := h.sent("SPRING-27", "wales@post.example", form.Answers{"region": "wales"})
	page := h.open(h.grace, north+"/rules")
	typed := filled(page, map[string]string{"do": "people", "cap": "7"})
	if got := wrong(h.pressed(http.StatusUnprocessableEntity, h.grace, north+"/rules", typed)); strings.Join(got, "") != "Choose a round." {
		t.Errorf("without a round: %q", got)
	}
	typed.Set("round", "SPRING-27")
	doc := h.pressed(http.StatusOK, h.grace, north+"/rules", typed)
	halves := doc.Find(".app-fund-tried__halves > div")
	h.says(doc.Find(".app-fund-tried"), "Spring 2027: it could pay for 1, and not for 2")
	h.says(halves.Eq(0), leeds+": the course fee, travel.")
	h.says(halves.Eq(1), york+": It does not pay for a place to stay.", wales+": It is only for people who live or work in")
	if strings.Contains(words(doc.Find("main")), "Zebedee") {
		t.Error("an applicant is named")
	}
	if doc.Find("#cap").AttrOr("value", "") != "7" {
		t.Error("what was typed is lost")
	}
	typed["row_value"] = []string{"0:wales"}
	h.says(h.pressed(http.StatusOK, h.grace, north+"/rules", typed).Find(".app-fund-tried__halves > div").Eq(0), wales)
	var reads int
	if err := dbtest.Owner(t, h.app).NewRaw("SELECT count(*) FROM sensitive.reads WHERE reader_id = ?", h.grace.ID).Scan(t.Context(), &reads); err != nil || reads < 3 {
		t.Errorf("%d readings are noted, %v", reads, err)
	}
	h.says(h.open(h.grace, north).Find("main"), "It pays at most £1,500 for each person.")
}

func TestTheBookkeeperSeesNothingOfAnybodyWhoApplied(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.north()
	fixture.Round(t, h.officers, h.box, h.grace.ID, "SPRING-27", "FND-T27")
	code := h.sent("SPRING-27", "leeds@post.example", form.Answers{"region": "yorkshire", "name": "Zebedee"})
	const rules = "/finance/funds/NORTH-26/rules"
	doc := h.open(h.sheila, rules)
	if doc.Find("#round").Length() != 0 {
		t.Error("the bookkeeper is offered the applicants of a round")
	}
	forged := filled(doc, map[string]string{"do": "people", "round": "SPRING-27"})
	if w := h.post(h.sheila, rules, forged); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), code) {
		t.Errorf("the bookkeeper asks all the same: %d", w.Code)
	}
	for _, route := range h.engine.Routes() {
		if !strings.HasPrefix(route.Path, "/finance") || route.Method != http.MethodGet {
			continue
		}
		address := strings.NewReplacer(":code", "NORTH-26", ":version", "1", ":document", "1").Replace(route.Path)
		body := h.get(h.sheila, address).Body.String()
		for _, canary := range []string{code, "Zebedee", "leeds@post.example", "SPRING-27"} {
			if strings.Contains(body, canary) {
				t.Errorf("%s shows %s", address, canary)
			}
		}
	}
}
