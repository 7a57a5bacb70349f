package rounds_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
)

func TestARoundIsMadeLookedAtPublishedExtendedAndClosed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.says(h.open("/admin/rounds").Find("main"), "There is no round yet.")
	if to := h.send("/admin/rounds/new", typedSummer(h.open("/admin/rounds/new"))); to != "/admin/rounds/SUMMER-27" {
		t.Fatalf("led to %s", to)
	}
	_, p := h.round("SUMMER-27")
	if l, ok := p.Tariff.Line(bursary.Travel); p.Money != money.Pounds(20_000) || p.ClosesOn != london.On(2027, 1, 10) || p.Readers != 3 ||
		!ok || l.Cap != 25_050 || l.Note != "Trains and buses." || len(p.Tariff.Lines) != 2 || len(p.Tariff.Circumstances) != 2 || p.Contact.Phone != "020 7946 0123" {
		t.Errorf("made %+v", p)
	}
	h.says(h.open("/admin/rounds/SUMMER-27").Find("main"), "Draft", "Only the office can see this round.", "Look at the preview, and publish it")
	h.says(h.open("/admin/rounds/SUMMER-27/preview").Find("main"), "This is a preview.", "The fee, or a part of it.", "Up to £250.50")

	confirm := h.open("/admin/rounds/SUMMER-27/publish")
	r, _ := h.round("SUMMER-27")
	h.says(confirm.Find("main"), "Version "+r.FormVersion, "Seal of the lottery "+r.Commitment, "The National Lottery draw on 23 January 2027", "Closing day Sunday 10 January 2027")
	h.send("/admin/rounds/SUMMER-27/publish", filled(confirm, nil))
	h.says(h.open("/admin/rounds/SUMMER-27").Find("main"), "Published", "People can apply from Tuesday 1 December 2026.", "Nobody is on the panel yet")
	if to := h.ask(http.MethodGet, "/admin/rounds/SUMMER-27/preview", nil, h.cookie).Header().Get("Location"); to != "/bursaries/SUMMER-27" {
		t.Errorf("the preview of a published round leads to %q", to)
	}

	h.send("/admin/rounds/SUMMER-27/extend", url.Values{"until-day": {"12"}, "until-month": {"1"}, "until-year": {"2027"}, "reason": {"The post was late."}})
	h.says(h.open("/admin/rounds/SUMMER-27").Find("main"), "Until Tuesday 12 January 2027, 11:59pm", "From 10 January 2027 to 12 January 2027", "The post was late.")

	h.clock.Advance(london.On(2027, 1, 13).At(0, 1).Sub(h.clock.Now()))
	_, h.cookie = h.session("martin@threshold.example", true, people.Admin) // Grace's session has ended
	h.says(h.refused(http.StatusConflict, "/admin/rounds/SUMMER-27/close", nil).Find("main"), "two minutes after its deadline")
	h.clock.Advance(2 * time.Minute)
	desk := h.open("/admin/rounds/SUMMER-27")
	h.says(desk.Find("main"), "Closing", "The deadline has passed.")
	h.send(desk.Find(`form[action$="/close"]`).AttrOr("action", ""), nil)
	h.says(h.open("/admin/rounds/SUMMER-27").Find("main"), "Being read", "The panel meets on Wednesday 20 January 2027.", "Ranking and bands", "Equality counts")
	h.says(h.open("/admin/rounds").Find(".app-rounds"), "Summer 2027", "Nobody has begun an application.")
}

func TestOnlyVerifiedAdministratorsPassTheWall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fixture.Round(t, h.officers, h.box, h.grace.ID, "SPRING-27", "FND-T27")
	cookie := func(email string, verified bool, roles ...people.Role) *http.Cookie {
		_, c := h.session(email, verified, roles...)
		return c
	}
	for who, k := range map[string]struct {
		cookie *http.Cookie
		get    int
	}{
		"a visitor":                           {nil, http.StatusSeeOther},
		"an applicant":                        {cookie("ana@post.example", true), http.StatusNotFound},
		"a trainer":                           {cookie("cas@post.example", true, people.Trainer), http.StatusNotFound},
		"a bookkeeper":                        {cookie("dov@post.example", true, people.Finance), http.StatusNotFound},
		"an auditor":                          {cookie("gus@post.example", true, people.Auditor), http.StatusNotFound},
		"an assessor":                         {cookie("hal@post.example", true, people.Assessor), http.StatusNotFound},
		"the access officer":                  {cookie("ida@post.example", true, people.Access), http.StatusNotFound},
		"an administrator without the factor": {cookie("eva@post.example", false, people.Admin), http.StatusSeeOther},
	} {
		for _, route := range h.engine.Routes() {
			address := strings.Replace(route.Path, ":code", "SPRING-27", 1)
			w := h.ask(route.Method, address, url.Values{"reason": {"mine"}}, k.cookie)
			turned := w.Code == k.get || k.get == http.StatusSeeOther && route.Method == http.MethodPost && w.Code == http.StatusConflict // words are given back
			if !turned || strings.Contains(w.Body.String(), "Spring 2027") || strings.HasPrefix(w.Header().Get("Location"), "/admin") {
				t.Errorf("%s at %s %s: %d", who, route.Method, address, w.Code)
			}
		}
	}
	if r, _ := h.round("SPRING-27"); r.Status != bursary.RoundPublished || r.ClosesOn != london.On(2026, 12, 13) {
		t.Errorf("the round is %s until %s", r.Status, r.ClosesOn)
	}
	if n := len(h.engine.Routes()); n != 14 {
		t.Errorf("%d routes: is each of them tried above?", n)
	}
}

func TestEveryTypedWordIsShownAgainAfterAMistake(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := typedSummer(h.open("/admin/rounds/new"))
	form.Set("closes_on-month", "13")
	form.Set("money", "a lot")
	form.Set("places", "some")
	form["tariff-cap"][1] = "£"
	doc := h.refused(http.StatusUnprocessableEntity, "/admin/rounds/new", form)
	if got, want := mistakes(doc), []string{
		"Enter a real date, like 27 3 2027.", "Enter how many places you announce.", "Enter an amount in pounds, like 250 or 1,250.50.",
		"For “Travel to the course”, enter the most that is paid in pounds, like 250, or nothing.",
	}; !slices.Equal(got, want) {
		t.Errorf("the mistakes: %q", got)
	}
	again := filled(doc, nil)
	for name, typed := range form {
		typed, kept := slices.Clone(typed), again[name]
		if strings.HasPrefix(name, "tariff-") && name != "tariff-line" { // rows close up
			typed, kept = slices.DeleteFunc(typed, empty), slices.DeleteFunc(slices.Clone(kept), empty)
		}
		if !slices.Equal(typed, kept) {
			t.Errorf("%s: typed %q, shown again %q", name, typed, kept)
		}
	}
	empties := url.Values{}
	if n := len(mistakes(h.refused(http.StatusUnprocessableEntity, "/admin/rounds/new", empties))); n < 10 {
		t.Errorf("an empty form has %d mistakes", n)
	}
	if doc := h.refused(http.StatusUnprocessableEntity, "/admin/rounds/new", url.Values{"status": {"published"}}); len(mistakes(doc)) != 1 {
		t.Errorf("a field that the form does not have: %q", mistakes(doc))
	}
}

func empty(s string) bool { return s == "" }

func TestACodeIsTakenOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := typedSummer(h.open("/admin/rounds/new"))
	h.send("/admin/rounds/new", form)
	if got := mistakes(h.refused(http.StatusUnprocessableEntity, "/admin/rounds/new", form)); !slices.Equal(got, []string{"There is a round with this code already."}) {
		t.Errorf("got %q", got)
	}
}

func TestANewRoundBeginsAsACopyOfAnEarlierOneWithoutItsDates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fixture.Round(t, h.officers, h.box, h.grace.ID, "SPRING-27", "FND-T27")
	link := h.open("/admin/rounds/new").Find("details a").AttrOr("href", "")
	form := filled(h.open(link), nil)
	want := fixture.SpringPlan("SPRING-27")
	if form.Get("code")+form.Get("opens_on-day")+form.Get("closes_on-year")+form.Get("beacon") != "" || len(form["runs"]) != 0 {
		t.Errorf("copied too much: %v", form)
	}
	if form.Get("summary") != want.Summary || form.Get("money") != "65,000" || len(form["tariff-line"]) != 6 || form["tariff-percent"][2] != "75" {
		t.Errorf("copied too little: %v", form)
	}
	if w := h.ask(http.MethodGet, "/admin/rounds/new?copy=NEVER-27", nil, h.cookie); w.Code != http.StatusNotFound {
		t.Errorf("a round that is not there: %d", w.Code)
	}
}

func TestADraftIsChangedAndRowsAreAddedAndTakenOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.send("/admin/rounds/new", typedSummer(h.open("/admin/rounds/new")))
	form := filled(h.open("/admin/rounds/SUMMER-27/edit"), map[string]string{"name": "Summer"})
	form["tariff-line"] = []string{"fee"}
	form["tariff-label"][0], form["tariff-percent"][0] = "", ""                 // taken out
	form["tariff-label"][3], form["tariff-percent"][3] = "A carer's wage", "75" // added
	h.send("/admin/rounds/SUMMER-27/edit", form)
	_, p := h.round("SUMMER-27")
	if p.Name != "Summer" || len(p.Tariff.Lines) != 1 || !slices.Equal(keys(p), []string{"c2", "c3"}) || p.Tariff.Circumstances[1].Label != "A carer's wage" {
		t.Errorf("kept %+v", p)
	}
}

func TestAPublishedRoundsFormHasOnlyWhatCanChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fixture.Round(t, h.officers, h.box, h.grace.ID, "SPRING-27", "FND-T27")
	doc := h.open("/admin/rounds/SPRING-27/edit")
	if n := doc.Find(`[name="name"], [name="closes_on-day"], [name="opens_on-day"], [name="runs"], [name="tariff-title"], [name="readers"]`).Length(); n != 0 {
		t.Errorf("%d controls are about what is fixed", n)
	}
	h.send("/admin/rounds/SPRING-27/edit", filled(doc, map[string]string{"who": "Everybody.", "places": "7"}))
	if _, p := h.round("SPRING-27"); p.Who != "Everybody." || p.Places != 7 || len(p.Tariff.Lines) != 6 || p.Name != "Spring 2027" {
		t.Errorf("kept %+v", p)
	}
	less := h.refused(http.StatusUnprocessableEntity, "/admin/rounds/SPRING-27/edit", filled(doc, map[string]string{"places": "1"}))
	if got := mistakes(less); !slices.Equal(got, []string{"This is published. It can become more, but not less."}) {
		t.Errorf("fewer places: %q", got)
	}
}

func TestAFormOfADraftThatWasPublishedMeanwhileIsRefusedWithEveryWord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.send("/admin/rounds/new", typedSummer(h.open("/admin/rounds/new")))
	form := filled(h.open("/admin/rounds/SUMMER-27/edit"), map[string]string{"name": "Another name", "readers": "2"})
	h.send("/admin/rounds/SUMMER-27/publish", nil)
	doc := h.refused(http.StatusUnprocessableEntity, "/admin/rounds/SUMMER-27/edit", form)
	if got := mistakes(doc); len(got) != 2 || doc.Find("#name").AttrOr("value", "") != "Another name" {
		t.Errorf("got %q", got)
	}
}

func TestPublishingSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := typedSummer(h.open("/admin/rounds/new"))
	form.Set("decides_on-month", "4")
	h.send("/admin/rounds/new", form)
	page := h.open("/admin/rounds/SUMMER-27/publish")
	h.says(page.Find("main"), "It cannot be published yet", "The run FND-T27 begins on 8 March 2027, before everybody has been told.")
	if page.Find("main form").Length() != 0 {
		t.Error("there is a button")
	}
	h.says(h.refused(http.StatusUnprocessableEntity, "/admin/rounds/SUMMER-27/publish", nil).Find("main"), "This round cannot be published yet.")
	if r, _ := h.round("SUMMER-27"); r.Public() {
		t.Error("it is published")
	}
}

func TestExtendingAsksForADayAndAReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fixture.Round(t, h.officers, h.box, h.grace.ID, "SPRING-27", "FND-T27")
	h.open("/admin/rounds/SPRING-27/extend")
	doc := h.refused(http.StatusUnprocessableEntity, "/admin/rounds/SPRING-27/extend", url.Values{"until-day": {"31"}, "until-month": {"2"}, "until-year": {"2027"}, "reason": {"The post."}})
	if got := mistakes(doc); !slices.Equal(got, []string{"Enter a real date, like 27 3 2027."}) || doc.Find("#reason").Text() != "The post." {
		t.Errorf("got %q", got)
	}
	doc = h.refused(http.StatusUnprocessableEntity, "/admin/rounds/SPRING-27/extend", url.Values{"until-day": {"1"}, "until-month": {"12"}, "until-year": {"2026"}})
	if got := mistakes(doc); len(got) != 2 {
		t.Errorf("got %q", got)
	}
	h.owner("UPDATE rounds SET status = 'closed'")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if w := h.ask(method, "/admin/rounds/SPRING-27/extend", nil, h.cookie); w.Code != http.StatusConflict {
			t.Errorf("%s of a closed round: %d", method, w.Code)
		}
	}
}

func TestTheListSaysWhatNeedsDoing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fixture.Round(t, h.officers, h.box, h.grace.ID, "SPRING-27", "FND-T27")
	ana := fixture.Person(t, h.app, "ana@post.example")
	var a *bursary.Application
	err := dbtest.As(t, h.app, db.Learner).WriteAs(t.Context(), db.Who{Person: ana.ID}, func(tx *db.Tx) (err error) {
		a, err = bursary.Begin(t.Context(), tx, ana.ID, "SPRING-27")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.owner("INSERT INTO sensitive.messages (application_id, author_id, from_office, body, at) VALUES (?, ?, false, '\\x00', now())", a.ID, ana.ID)
	text := h.open("/admin/rounds").Find(".app-rounds")
	h.says(text, "Open", "People can apply until Sunday 13 December 2026, 11:59pm.", "0 sent, 1 begun and not sent.", "1 question waits for an answer", "Nobody is on the panel yet")
	h.says(h.open("/admin/rounds/SPRING-27").Find("main"), "Begun, not sent 1")
	if strings.Contains(words(text), ana.Name) {
		t.Error("the list names an applicant")
	}
}

func TestTheQuestionsSayWhyForWhomAndHowLong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fixture.Round(t, h.officers, h.box, h.grace.ID, "SPRING-27", "FND-T27")
	for _, address := range []string{"/admin/rounds/questions", "/admin/rounds/SPRING-27/questions"} {
		doc := h.open(address)
		if n := doc.Find("dl.govuk-summary-list").Length(); n < 20 {
			t.Errorf("%s: %d questions", address, n)
		}
		h.says(doc.Find("main"), "Why we ask", "Who sees it", "How long it is kept", "I cannot tell from this what they do with people.")
	}
}

func TestARoundThatIsNotThereIsNotFoundAnywhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, route := range h.engine.Routes() {
		if !strings.Contains(route.Path, ":code") {
			continue
		}
		if w := h.ask(route.Method, strings.Replace(route.Path, ":code", "NEVER-27", 1), nil, h.cookie); w.Code != http.StatusNotFound {
			t.Errorf("%s %s: %d", route.Method, route.Path, w.Code)
		}
	}
}
