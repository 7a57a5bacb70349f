package public_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/money"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/public"
)

func says(t *testing.T, where string, s *goquery.Selection, wanted ...string) {
	t.Helper()
	got := words(s)
	for _, want := range wanted {
		if !strings.Contains(got, want) {
			t.Errorf("%s does not say %q:\n%s", where, want, got)
		}
	}
}

func TestTheRoundsAreListedByHowTheyStand(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	says(t, "no round", h.page("/bursaries").Find("main"), "You cannot apply just now", "Ask us to tell you when the next round opens")

	h.publishPast("SPRING-26", "Spring 2026")
	h.publishPast("WINTER-26", "Winter 2026")
	h.decided("SPRING-26", 41, 12)
	h.publish("SPRING-27", nil)
	h.publish("AUTUMN-27", coming)
	h.draft("SECRET-27", nil)
	doc := h.page("/bursaries")
	for section, wanted := range map[string]string{
		"open":    "Spring 2027",
		"coming":  "You can apply from 1 April 2027 until 16 May 2027.",
		"reading": "Winter 2026: everyone will know by 30 January 2026",
		"decided": "Spring 2026: 41 people applied, 12 got help.",
	} {
		says(t, section, doc.Find(`section[aria-labelledby="`+section+`"]`), wanted)
	}
	says(t, "open", doc.Find(`section[aria-labelledby="open"]`), "Apply by Sunday 13 December 2026.", "£65,000", "6 people")
	if doc.Find(`a[href="/bursaries/SECRET-27"]`).Length() > 0 {
		t.Error("a round is listed that is not published")
	}
}

func TestARoundThatIsNotPublishedDoesNotExist(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.draft("SPRING-27", nil)
	for _, round := range []string{"SPRING-27", "NO-SUCH", "%00", "%ff", "x'--", strings.Repeat("A", 21)} {
		for _, rest := range []string{"", "/questions", "/check", "/apply", "/lottery", "/lottery/verify.py", "/lottery/facts.txt"} {
			if got := h.get("/bursaries/" + round + rest); got.Code != http.StatusNotFound {
				t.Errorf("%s%s: status %d", round, rest, got.Code)
			}
		}
		if got := h.post("/bursaries/"+round+"/check", eligible()); got.Code != http.StatusNotFound {
			t.Errorf("%s: the check answers %d", round, got.Code)
		}
	}
}

func TestARoundsPageSaysAllThatMatters(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.publishPast("SPRING-26", "Spring 2026")
	h.decided("SPRING-26", 41, 12)
	r := h.publish("SPRING-27", nil)
	doc := h.page("/bursaries/spring-27")
	says(t, "the page", doc.Find("main"),
		"You are 18 or over, and live or work in the UK.", // who
		"Travel to the course", "Up to £250",              // what is paid, by line
		"another income-based benefit All of it", "£25,000 to £40,000 a year Three quarters", // and by circumstance
		"13 December 2026", "Thursday 14 January 2027", "Friday 29 January 2027", // dates
		"£65,000", "Last time (Spring 2026): 41 people applied, 12 got help.", // places, money, odds
		"About 40 minutes", "Three people read what you wrote. At least one is a peer.", "Two people look at it, and decide", // how
		r.Commitment, "You do not have to tell us about your health. Nobody scores it.",
		"By phone or on paper", "Grace Adeyemi",
	)
	for _, href := range []string{
		"/bursaries/SPRING-27/check", "/bursaries/SPRING-27/apply", "/bursaries/SPRING-27/questions", "/bursaries/SPRING-27/lottery",
		"/runs/FND-M27", "/runs/FND-L27", "tel:01134960123", "mailto:help@threshold.example",
	} {
		if doc.Find(`main a[href="`+href+`"]`).Length() == 0 {
			t.Errorf("nothing leads to %s", href)
		}
	}
	if title := doc.Find("title").Text(); title != "Help with the cost: Spring 2027 – Threshold Dialogue Training CIC" {
		t.Errorf("title = %q", title)
	}
}

func TestNoOddsTellAboutASinglePerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.publishPast("SPRING-26", "Spring 2026")
	for _, c := range []struct {
		applied, funded int
		want            string
	}{
		{41, 12, "41 people applied, 12 got help."},
		{41, 3, "41 people applied. We do not show numbers under 5"},
		{41, 38, "41 people applied. We do not show numbers under 5"},
		{4, 1, "Fewer than ten people applied."},
	} {
		h.decided("SPRING-26", c.applied, c.funded)
		got := words(h.page("/bursaries").Find(`section[aria-labelledby="decided"]`))
		if !strings.Contains(got, c.want) || c.want[0] != '4' && strings.ContainsAny(strings.ReplaceAll(got, "2026", ""), "0123456789") {
			t.Errorf("%d of %d: %q", c.funded, c.applied, got)
		}
	}
}

func TestApplyingBeginsWithSigningIn(t *testing.T) {
	t.Parallel()
	visitor := newHouse(t, page.Viewer{})
	visitor.publish("SPRING-27", nil)
	doc := visitor.page("/bursaries/SPRING-27/apply")
	if doc.Find(`main a[href="/sign-in?next=/bursaries/SPRING-27/apply"]`).Length() != 1 || doc.Find("main form").Length() != 0 {
		t.Errorf("a visitor is shown %q", words(doc.Find("main")))
	}
	if got := visitor.get("/bursaries/SPRING-27/apply").Header().Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("the page that depends on who is there may be kept: %q", got)
	}

	known := newHouse(t, page.Viewer{Person: 7, Name: "Ana"})
	known.publish("SPRING-27", nil)
	begin := known.page("/bursaries/SPRING-27/apply").Find(`form[method="post"][action="/my/applications"]`)
	if begin.Find(`input[name="round"]`).AttrOr("value", "") != "SPRING-27" {
		t.Error("somebody who is signed in cannot begin")
	}
}

func TestNobodyIsLedIntoARoundThatIsNotOpen(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.publishPast("SPRING-26", "Spring 2026")
	h.publish("AUTUMN-27", coming)
	for _, code := range []string{"SPRING-26", "AUTUMN-27"} {
		got := h.get("/bursaries/" + code + "/apply")
		if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/bursaries/"+code {
			t.Errorf("%s: %d, %q", code, got.Code, got.Header().Get("Location"))
		}
		if h.page("/bursaries/"+code).Find(`a[href$="/apply"]`).Length() > 0 {
			t.Errorf("the page of %s leads to applying", code)
		}
		answer := h.post("/bursaries/"+code+"/check", eligible())
		if pagetest.Check(t, answer.Body.String()).Find(`a[href$="/apply"]`).Length() > 0 {
			t.Errorf("the check of %s leads to applying", code)
		}
	}
	says(t, "a round to come", h.page("/bursaries/AUTUMN-27").Find("aside"), "You can apply from Thursday 1 April 2027.")
	says(t, "a round that is over", h.page("/bursaries/SPRING-26").Find("aside"), "This round takes no more applications.")
}

func TestStaffSeeARoundAsEverybodyWill(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	r := h.draft("SPRING-27", func(p *bursary.Plan) {
		p.Readers, p.Money = 1, money.Pounds(900)
		p.Tariff.Circumstances = append(p.Tariff.Circumstances, bursary.Circumstance{Key: "part", Label: "I can pay most of it", Percent: 33})
	})
	view, err := public.RoundPage(t.Context(), h.office, r)
	if err != nil {
		t.Fatal(err)
	}
	doc := pagetest.Render(t, "public/round", view)
	says(t, "the preview", doc.Find("main"), "Only staff can see this page", "Open now", "£900", "One person reads what you wrote.", "33%",
		"This is the first round that we count")
}

func TestEveryQuestionIsOnOnePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	r := h.publish("SPRING-27", nil)
	h.plant(`
		INSERT INTO sensitive.panel_members (round_id, person_id, name, peer, cap, status, created_at)
		VALUES (?, ?, 'Quentin Panellist', true, 8, 'active', now())`, r.ID, h.admin)
	doc := h.page("/bursaries/SPRING-27/questions")
	questions := form.Current().Questions()
	if got := doc.Find(".app-question").Length(); got != len(questions) {
		t.Fatalf("%d questions of %d", got, len(questions))
	}
	for i, q := range questions {
		shown := doc.Find(".app-question").Eq(i)
		wanted := []string{q.Label, q.Purpose, q.Kept.Sentence()}
		for _, a := range q.SeenBy {
			wanted = append(wanted, a.Sentence())
		}
		says(t, q.Key, shown, wanted...)
		if levels := shown.Find("ol[start] li").Length(); q.Scored != (levels == 5) {
			t.Errorf("%s: %d levels of the rubric", q.Key, levels)
		}
	}
	says(t, "the page", doc.Find("main"),
		"About 150 to 300 words are good.", "Open Dialogue foundation, Manchester", "None of these, and I cannot pay the whole fee", "The people on the panel, by name",
		"Only if you answer “How would you like to hear from us?” with one of these: Phone call Text message",
		"Only if you answer “The fee of the course” to “What do you need help with?”")
	if strings.Contains(doc.Text(), "Quentin") {
		t.Error("the page names the panel")
	}
}
