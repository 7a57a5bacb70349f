package learner_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
)

func TestABookingGoesFromTheStartToOnePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	says(t, b.get("/runs/FND-M27/book").page(200), "£3,250.00", "35 minutes", "Nothing is added later")
	b.fillIn("FND-M27", "Ana Ruiz", "Ana@people.example")

	confirm := b.get("/runs/FND-M27/book/check").page(200)
	form := confirm.Find(`form[action="/sign-in"]`)
	if form.Find("[name=email]").AttrOr("value", "") != "Ana@people.example" || form.Find("[name=next]").AttrOr("value", "") != "/runs/FND-M27/book/check" {
		t.Error("the address is not handed on to the sign-in")
	}
	b.signIn(w.person("ana@people.example"))
	check := b.get("/runs/FND-M27/book/check").page(200)
	says(t, check, "Total to pay: £3,250.00", "Ana Ruiz", "Monday 7 December 2026", "No fees are added later",
		"Until 7 January 2027: we keep £75", "8 January to 8 February 2027: we keep half the price",
		"From 9 February 2027: we keep the whole price", "35 minutes", "9:30am to 4:30pm each day")
	if got := strings.TrimSpace(check.Find("main button").Text()); got != "Hold my place and pay £3,250" {
		t.Errorf("the button says %q", got)
	}
	if n := check.Find("main form").Length(); n != 1 {
		t.Errorf("%d forms", n)
	}
	code := b.order("FND-M27", check.Find("[name=price]").AttrOr("value", ""))
	says(t, b.get("/my/places/"+code).page(200), "held for you until 9:35am on Monday 23 November", "Continue to payment")
}

func TestAQuestionComesWhenThoseBeforeItAreAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	for _, step := range []string{"payer", "peer", "details", "start", "check"} {
		b.get("/runs/FND-M27/book/" + step).to("/runs/FND-M27/book/learner")
	}
	b.fillIn("FND-M27", "Ana", "ana@people.example")
	b.get("/runs/FND-M27/book/peer").to("/runs/FND-M27/book/check")
	doc := b.get("/runs/FND-M27/book/details").page(200)
	if doc.Find("#name").AttrOr("value", "") != "Ana" || doc.Find(".govuk-back-link").AttrOr("href", "") != "/runs/FND-M27/book/payer" {
		t.Error("an answered question cannot be changed")
	}
}

func TestTheQuestionsAreThoseThatTheRunNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-P27", march, 24, bands)
	w.schedule("FND-S26", london.On(2026, time.December, 1), 24)
	w.schedule("FND-T26", london.On(2026, time.December, 7), 24)
	b := w.browser().signIn(w.person("ana@people.example"))

	b.post("/runs/FND-P27/book/learner", "learner", "myself").to("/runs/FND-P27/book/payer")
	b.post("/runs/FND-P27/book/payer", "payer", "myself").to("/runs/FND-P27/book/peer")
	says(t, b.get("/runs/FND-P27/book/peer").page(200), "Why we ask", "£1,950.00 instead of £3,250.00", "Who sees your answer")
	b.post("/runs/FND-P27/book/peer", "peer", "yes").to("/runs/FND-P27/book/details")
	says(t, b.get("/runs/FND-P27/book/details").page(200), "We will write to ana@people.example")
	b.post("/runs/FND-P27/book/details", "name", "Ana", "phone", "").to("/runs/FND-P27/book/check")
	says(t, b.get("/runs/FND-P27/book/check").page(200), "Total to pay: £1,950.00")

	b.post("/runs/FND-S26/book/learner", "learner", "myself")
	b.post("/runs/FND-S26/book/payer", "payer", "myself")
	b.post("/runs/FND-S26/book/details", "name", "Ana", "phone", "").to("/runs/FND-S26/book/start")
	says(t, b.get("/runs/FND-S26/book/start").page(200), "Monday 7 December 2026", "Tuesday 1 December 2026", "regulations 36 and 37")
	b.post("/runs/FND-S26/book/start", "start", "no").to("/runs/FND-S26/book/later")
	later := b.get("/runs/FND-S26/book/later").page(200)
	says(t, later, "8 March to 11 June 2027")
	if strings.Contains(later.Text(), "7 December 2026 to") || later.Find("main form").Length() != 1 {
		t.Error("dates are offered that begin within the 14 days too")
	}
	b.post("/runs/FND-S26/book/carry", "to", "FND-P27").to("/runs/FND-P27/book/peer")
	b.post("/runs/FND-S26/book/start", "start", "yes").to("/runs/FND-S26/book/check")
}

func TestEveryOtherWayOfBookingIsExplainedAndLeadsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	for _, c := range []struct{ step, answer string }{
		{"learner", "somebody"}, {"learner", "several"}, {"payer", "employer"}, {"payer", "help"}, {"payer", "mixture"},
	} {
		b := w.browser()
		b.post("/runs/FND-M27/book/learner", "learner", "myself")
		b.post("/runs/FND-M27/book/"+c.step, c.step, c.answer).to("/runs/FND-M27/book/office?why=" + c.answer)
		doc := b.get("/runs/FND-M27/book/office?why=" + c.answer).page(200)
		says(t, doc, "What to do now", "none is", "What you typed here is kept")
		if got := doc.Find(`main a[href^="mailto:office"]`).AttrOr("href", ""); got != "mailto:office@threshold.example?subject=FND-M27" {
			t.Errorf("%s: mail to %q", c.answer, got)
		}
		if c.answer != "help" && c.answer != "mixture" {
			says(t, doc, "An employer pays £3,250 for a place", "http://127.0.0.1:8080/employer/book/FND-M27")
			if doc.Find(`main a[href="/employer/book/FND-M27"]`).Length() != 1 || doc.Find(`main a[href^="mailto:?subject="]`).Length() != 1 {
				t.Errorf("%s: an employer cannot book, or be asked to", c.answer)
			}
		}
		back := doc.Find(".govuk-back-link").AttrOr("href", "")
		if b.get(back).page(200).Find(`input[checked]`).AttrOr("value", "") != c.answer {
			t.Errorf("%s: the answer is lost on the way back", c.answer)
		}
		b.get("/runs/FND-M27/book/check").to("/runs/FND-M27/book/" + c.step)
	}
	w.browser().get("/runs/FND-M27/book/office?why=else").page(404)
}

func TestNothingTypedIsLostOnAMistake(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24, bands)
	b := w.browser()
	at := "/runs/FND-M27/book/"
	for _, step := range []string{"learner", "payer", "peer", "start"} {
		if b.post(at+step).page(422).Find(".govuk-error-summary").Length() != 1 {
			t.Errorf("%s: no error summary", step)
		}
	}
	b.post(at+"learner", "learner", "myself")
	b.post(at+"payer", "payer", "myself")
	b.post(at+"peer", "peer", "no")
	doc := b.post(at+"details", "name", "Łukasz Ó Briain", "email", "not an address", "phone", "call me").page(422)
	for id, want := range map[string]string{"name": "Łukasz Ó Briain", "email": "not an address", "phone": "call me"} {
		if got := doc.Find("#"+id).AttrOr("value", ""); got != want {
			t.Errorf("%s is %q", id, got)
		}
	}
	if doc.Find("#email-error").Length() != 1 || doc.Find("#phone-error").Length() != 1 || doc.Find("#name-error").Length() != 0 {
		t.Error("the mistakes are not beside their fields")
	}
	if got := b.get(at+"details").page(200).Find("#name").AttrOr("value", ""); got != "Łukasz Ó Briain" {
		t.Errorf("what could be kept was not: %q", got)
	}
	b.get(at + "check").to(at + "details")
}

func TestSigningInKeepsWhatTheBrowserTypedAndItsAddressCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	b.fillIn("FND-M27", "Ana Ruiz", "typed@people.example")
	b.signIn(w.person("signed@people.example"))
	says(t, b.get("/runs/FND-M27/book/check").page(200), "You typed typed@people.example, and you are signed in as signed@people.example")

	elsewhere := w.browser().signIn(w.person("signed@people.example"))
	says(t, elsewhere.get("/my").page(200), "Begun and not booked", "Foundation")
	says(t, elsewhere.get("/runs/FND-M27/book/check").page(200), "Ana Ruiz")
	stranger := w.browser()
	stranger.get("/runs/FND-M27/book/check").to("/runs/FND-M27/book/learner")
}

func TestTwoTabsAndADoubleClickMakeOnePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	b.fillIn("FND-M27", "Ana", "ana@people.example")
	p := w.person("ana@people.example")
	tabs := make([]*browser, 6)
	for i := range tabs {
		tabs[i] = w.browser().signIn(p)
		tabs[i].cookies["visitor"] = b.cookies["visitor"]
	}
	places := make([]string, len(tabs))
	var wait sync.WaitGroup
	for i, tab := range tabs {
		wait.Go(func() { places[i] = tab.post("/runs/FND-M27/book/check", "price", "325000").Header().Get("Location") })
	}
	wait.Wait()
	for _, place := range places {
		if place == "" || place != places[0] {
			t.Fatalf("places %q", places)
		}
	}
	list, err := enrolment.ListOf(t.Context(), w.db, p.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d places, %v", len(list), err)
	}
	tabs[0].get("/runs/FND-M27/book/details").to("/my/places/" + list[0].Code)
	says(t, tabs[0].get("/my/places/"+list[0].Code).page(200), "You already have a place on these dates")
}

func TestAPriceThatChangedIsShownBeforeAnythingIsBooked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.schedule("FND-M27", march, 24)
	b := w.browser()
	b.fillIn("FND-M27", "Ana", "ana@people.example")
	b.signIn(w.person("ana@people.example"))
	if _, err := dbtest.Owner(t, w.db).NewUpdate().Model((*course.Price)(nil)).Set("amount = ?", money.Pounds(3300)).
		Where("run_id = ?", o.ID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	doc := b.post("/runs/FND-M27/book/check", "price", "325000").page(409)
	says(t, doc, "The price has changed", "Total to pay: £3,300.00")
	for _, tampered := range []string{"", "1", "325000.00", "99999999999999999999"} {
		says(t, b.post("/runs/FND-M27/book/check", "price", tampered).page(409), "Nothing has been booked")
	}
	b.order("FND-M27", doc.Find("[name=price]").AttrOr("value", ""))
}

func TestWhenTheLastPlaceIsGoneWordsAreKeptAndOtherDatesOffered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 1)
	w.schedule("FND-X27", london.On(2027, time.September, 6), 24)
	slow := w.browser()
	slow.fillIn("FND-M27", "Ana Ruiz", "ana@people.example")
	slow.signIn(w.person("ana@people.example"))
	w.book(w.browser(), "FND-M27", "Bo", "bo@people.example")

	doc := slow.post("/runs/FND-M27/book/check", "price", "325000").page(http.StatusConflict)
	says(t, doc, "The last place on these dates has just been taken", "What you typed is kept", "6 September to 10 December 2027", "You have not been charged")
	says(t, slow.get("/runs/FND-M27/book/check").page(200), "There are no places left on these dates")
	says(t, w.browser().get("/runs/FND-M27/book").page(200), "There are no places left on these dates")
	slow.post("/runs/FND-M27/book/carry", "to", doc.Find("[name=to]").AttrOr("value", "")).to("/runs/FND-X27/book/check")
	says(t, slow.get("/runs/FND-X27/book/check").page(200), "Ana Ruiz", "What you typed has been carried over")

	typing := w.browser()
	typing.post("/runs/FND-M27/book/learner", "learner", "myself").to("/runs/FND-M27/book/payer")
	says(t, typing.get("/runs/FND-M27/book/payer").page(200), "What you typed is kept")
}

func TestPlacesKeptForPeersAreTheirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 1, func(o *course.Offering) {
		o.Places.Reserved, o.Places.ReleaseOn = 1, london.On(2026, time.December, 31)
	})
	b := w.browser().signIn(w.person("ana@people.example"))
	at := "/runs/FND-M27/book/"
	b.post(at+"learner", "learner", "myself")
	b.post(at+"payer", "payer", "myself")
	b.post(at+"peer", "peer", "no").to(at + "details")
	says(t, b.get(at+"details").page(200), "The places left are kept for peer supporters", "Thursday 31 December 2026")
	b.post(at+"details", "name", "Ana", "phone", "").to(at + "check")
	says(t, b.post(at+"check", "price", "325000").page(409), "The places left are kept for peer supporters")
	b.get(at + "peer").page(200)
	b.post(at+"peer", "peer", "yes").to(at + "check")
	b.order("FND-M27", "325000")
}

func TestWhatCannotBeBookedSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-C27", march, 24, func(o *course.Offering) { o.Status = course.Closed })
	w.schedule("FND-A27", march, 24, func(o *course.Offering) { o.Entry = course.Apply })
	w.schedule("FND-D27", march, 24, func(o *course.Offering) { o.Status = course.Draft })
	b := w.browser()
	says(t, b.get("/runs/FND-C27/book").page(200), "Booking for these dates is closed")
	says(t, b.get("/runs/FND-A27/book/learner").page(200), "You apply for a place on this course")
	b.get("/runs/FND-D27/book").page(404)
	b.get("/runs/NONE/book").page(404)
	b.signIn(w.person("ana@people.example"))
	says(t, b.post("/runs/FND-C27/book/check", "price", "325000").page(409), "Booking for these dates is closed")
}

func TestAnAnswerTakenBackInAnotherTabStopsTheOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	b.fillIn("FND-M27", "Ana", "ana@people.example")
	b.signIn(w.person("ana@people.example"))
	b.post("/runs/FND-M27/book/payer", "payer", "employer")
	b.post("/runs/FND-M27/book/check", "price", "325000").to("/runs/FND-M27/book/payer")
	says(t, b.get("/runs/FND-M27/book/payer").page(200), "Nothing has been booked yet")
}

func TestWhatIsCarriedStaysWithTheCourse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	other := &course.Course{Slug: "intro", Title: "Introduction", Summary: "s", Description: "d", Audience: "a"}
	w.write(func(tx *db.Tx) error { return course.Add(t.Context(), tx, audit.System, other) })
	w.schedule("INT-0127", march, 24, func(o *course.Offering) { o.CourseID = other.ID })
	b := w.browser()
	b.fillIn("FND-M27", "Ana", "ana@people.example")
	b.post("/runs/FND-M27/book/carry", "to", "INT-0127").page(404)
	b.post("/runs/FND-M27/book/carry", "to", "NONE").page(404)
}
