package offer_test

import (
	"net/http"
	"testing"
	"time"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/certificate"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/london"
)

func TestAnOfferSaysEverythingThatSomebodyMustKnow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ana), w.at(ana)
	says(t, b.get(at).page(http.StatusOK), "We have a place for you", "until the end of Tuesday 2 February 2027", "Read the offer and answer")
	doc := b.get(at + "/offer").page(http.StatusOK)
	says(t, doc, "Open Dialogue foundation", "You have until the end of Tuesday 2 February 2027 to answer. You have 14 days left.",
		"The course £3,250.00We pay it straight to the course.", "Travel to the course Up to £180.00We book it", "8 to 12 March 2027", "6 to 10 December 2027",
		"Nothing. A fund pays the whole £3,250.00", "change your mind within 14 days at no cost", "until the end of Tuesday 2 February 2027",
		"Give me more time", "until the end of Tuesday 9 February 2027", "Ask us a question")
	lacks(t, doc, "by card")

	says(t, w.of(ben).get(w.at(ben)+"/offer").page(http.StatusOK), "The place costs £3,250.00. A fund pays £1,625.00 of it",
		"pay £1,625.00.", "by card after you say yes", "at least five working days", "Yes, I take the place and pay £1,625", "within 14 days at no cost")
	w.of(cleo).get(w.at(cleo) + "/offer").page(http.StatusNotFound)

	lacks(t, doc, "cannot hold these dates")
	dbtest.Force(t, w.house.App, "UPDATE runs SET status = 'cancelled'")
	says(t, b.get(at+"/offer").page(http.StatusOK), "We are sorry: we cannot hold these dates.", "you can choose other dates on the page of your place")
}

func TestAFullyPaidPlaceIsConfirmedByOnePressHoweverOftenItComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ana), w.at(ana)
	place := "/my/places/" + w.place(ana).Code
	for range 2 {
		b.post(at + "/offer/accept").to(place + "/confirmation")
	}
	if a, e := w.award(ana), w.place(ana); a.Status != award.Accepted || e.Status != enrolment.Confirmed {
		t.Fatalf("the award is %s, the place %s", a.Status, e.Status)
	}
	doc := b.get(place + "/confirmation").page(http.StatusOK)
	says(t, doc, "Your place is confirmed", "A fund pays £3,250.00", "Funds help with other costs too")
	lacks(t, doc, "receipt")
	says(t, b.get(at+"/offer").page(http.StatusOK), "You said yes, and your place is confirmed", "Ask for your costs", "Give the place up")
	says(t, b.get(at).page(http.StatusOK), "You said yes on Tuesday 19 January 2027")
	b.get(place + "/receipt").page(http.StatusNotFound)

	b.post(at + "/offer/decline").to(at + "/offer") // an old tab
	says(t, b.get(at+"/offer").page(http.StatusOK), "This has been answered already. Nothing has changed.")
	if a := w.award(ana); a.Status != award.Accepted {
		t.Errorf("an old tab has made it %s", a.Status)
	}
}

func TestTheNameThatSomebodyGaveForTheirCertificateGoesWithThePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	named := func(n int) string {
		name, err := certificate.Named(t.Context(), w.house.App, w.all[n].PersonID, w.place(n).ID)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	account := named(ana)
	for _, n := range []int{ana, ben} {
		if a := w.of(n).post(w.at(n) + "/offer/accept"); a.Code != http.StatusSeeOther {
			t.Fatalf("answered %d", a.Code)
		}
	}
	if account == "Ana María Reyes" || named(ana) != "Ana María Reyes" {
		t.Errorf("named %q, and %q before", named(ana), account)
	}
	if name := named(ben); name == "" || name == "Ana María Reyes" {
		t.Errorf("whoever gave none is named %q", name)
	}
}

func TestAnOwnPartIsPaidByCardAndALeftPageEndsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ben), w.at(ben)
	place := "/my/places/" + w.place(ben).Code
	for range 2 {
		b.post(at + "/offer/accept").to(place + "/pay")
	}
	if n := len(w.payments(ben)); n != 1 {
		t.Fatalf("two presses have made %d payments", n)
	}
	w.settle(ben, pageOpen)
	b.get(place + "/pay").to(payAt + "/c/pay/cs_" + w.payments(ben)[0].Code)
	says(t, b.get(place).page(http.StatusOK), "A fund pays £1,625.00", "Your part £1,625.00, to be paid by the end of Tuesday 2 February 2027", "Pay £1,625 by card")

	w.clock.Advance(time.Hour)
	says(t, b.get(place).page(http.StatusOK), "We are asking our card payment service", "Your place is kept until the end of Tuesday 2 February 2027")
	w.settle(ben, expired)
	says(t, b.get(place).page(http.StatusOK), "Pay £1,625 by card")
	b.get(place + "/pay").to(place) // opening an address begins nothing
	for range 2 {
		b.post(place + "/pay").to(place + "/pay")
	}
	if n := len(w.payments(ben)); n != 2 {
		t.Fatalf("there are %d payments", n)
	}
	w.settle(ben, paid)
	says(t, b.get(place+"/confirmation").page(http.StatusOK), "Your place is confirmed", "£1,625.00 by card", "with your receipt")
	receipt := b.get(place + "/receipt").page(http.StatusOK)
	says(t, receipt, "Your part £1,625.00", "Paid in full: £1,625.00")
	lacks(t, receipt, "fund", "3,250") // it may be handed on
	b.post(place + "/pay").to(place)
	b.post(at + "/offer/accept").to(place + "/confirmation")
}

func TestAnEmployerPaysAPartOfWhatFundsDoNotPay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	kim := fixture.Person(t, w.house.App, "kim@kestrel.example").ID
	kestrel := w.employer(kim, "kim@kestrel.example")
	b, at := w.of(ben), w.at(ben)
	place := "/my/places/" + w.place(ben).Code
	b.post(at + "/offer/accept").to(place + "/pay")
	says(t, b.get(at+"/offer").page(http.StatusOK), "Could an employer pay some of it?")
	w.settle(ben, expired)
	b.post(place+"/employer", "employer", "Kestrel House", "employer_contact", "Kim Lowe", "employer_email", "kim@kestrel.example",
		"employer_amount", "500", "message", "").to(place)
	says(t, b.get(place).page(http.StatusOK), "A fund pays £1,625.00", "Your employer is asked for £500.00", "Your part £1,125.00, to be paid by the end of Tuesday 2 February 2027", "Pay £1,125 by card")
	says(t, b.get(at+"/offer").page(http.StatusOK), "You have asked an employer to pay a part", "See your place")
	b.post(place + "/pay").to(place + "/pay")
	w.settle(ben, paid)
	says(t, b.get(place).page(http.StatusOK), "You have paid your part", "held until the end of Tuesday 2 February 2027")
	receipt := b.get(place + "/receipt").page(http.StatusOK)
	says(t, receipt, "Your part £1,125.00", "Paid in full: £1,125.00")
	lacks(t, receipt, "fund", "mployer", "1,625", "3,250")

	w.agree(ben, kim, kestrel)
	says(t, b.get(place).page(http.StatusOK), "Your place is confirmed", "A fund pays £1,625.00", "Your employer pays £500.00")
	quote := b.get(place + "/cancel").page(http.StatusOK)
	says(t, quote, "you get back £1,125.00 of the £1,125.00 you paid", "goes back to the fund", "Your employer pays nothing either")
	b.post(place+"/cancel", "back", "112500").to(place)
}

func TestAPlaceThatIsOfferedCanOnlyBeAnsweredOnItsOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ben), w.at(ben)
	place := "/my/places/" + w.place(ben).Code
	doc := b.get(place).page(http.StatusOK)
	says(t, doc, "kept for you until the end of Tuesday 2 February 2027", "Price £3,250.00")
	if got := doc.Find(`main a[href="` + at + `/offer"]`).Length(); got != 1 || doc.Find("main form").Length() != 0 {
		t.Errorf("%d links lead to the offer, and there are %d forms", got, doc.Find("main form").Length())
	}
	lacks(t, doc, "Cancel this place", "Pay ")
	b.get(place + "/cancel").to(at + "/offer")
	b.get(place + "/pay").to(place)
	b.post(place + "/pay").to(place)
	b.post(place+"/cancel", "back", "0").to(at + "/offer")
	if a := w.award(ben); a.Status != award.Offered {
		t.Errorf("the offer is %s", a.Status)
	}
}

func TestMoreTimeIsGivenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ana), w.at(ana)
	for range 2 {
		b.post(at + "/offer/time").to(at + "/offer")
	}
	doc := b.get(at + "/offer").page(http.StatusOK)
	says(t, doc, "You have more time.", "until the end of Tuesday 9 February 2027 to answer", "Do you need more time than that? Please call us")
	lacks(t, doc, "Give me more time")
	if until := w.award(ana).UntilOn; until != london.On(2027, 2, 9) {
		t.Errorf("the last day is %s", until)
	}
}

func TestDecliningAsksOnceAndPassesTheOfferOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ana), w.at(ana)
	sure := b.get(at + "/offer/decline").page(http.StatusOK)
	says(t, sure, "Are you sure", "You do not have to say why")
	if sure.Find("main textarea, main input").Length() != 0 {
		t.Error("a reason is asked for")
	}
	for range 2 {
		b.post(at + "/offer/decline").to(at + "/offer")
	}
	says(t, b.get(at+"/offer").page(http.StatusOK), "You said no on Tuesday 19 January 2027", "does not count against you")
	says(t, b.get(at).page(http.StatusOK), "You said no on Tuesday 19 January 2027")
	says(t, b.get("/my/places/"+w.place(ana).Code).page(http.StatusOK), "you do not want this place")
	b.get(at + "/offer/decline").to(at + "/offer")
	b.post(at + "/offer/accept").to(at + "/offer")
	b.post(at + "/offer/time").to(at + "/offer")
	says(t, b.get(at+"/offer").page(http.StatusOK), "This has been answered already")
	says(t, w.of(cleo).get(w.at(cleo)+"/offer").page(http.StatusOK), "We offer you a place")
	b.get(at + "/benefits").page(http.StatusNotFound)
}

func TestTheLastSecondIsInTimeAndAfterItThePageIsKindAndTrue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := london.On(2027, 2, 2).End()
	w.clock.Set(last)
	says(t, w.of(ana).get(w.at(ana)+"/offer").page(http.StatusOK), "Today is the last day.")
	w.of(ana).post(w.at(ana) + "/offer/accept").to("/my/places/" + w.place(ana).Code + "/confirmation")
	w.clock.Set(last.Add(time.Second))
	b, at := w.of(ben), w.at(ben)
	for _, press := range []string{"accept", "decline", "time"} {
		says(t, b.post(at+"/offer/"+press).page(http.StatusConflict), "come to its end", "We kept a place for you until the end of Tuesday 2 February 2027", "0113 496 0123")
	}
	b.get(at + "/offer/decline").to(at + "/offer")
	w.lapse()
	says(t, b.get(at+"/offer").page(http.StatusOK), "We did not hear from you", "You owe nothing", "We will look at what can be done")
	says(t, b.get(at).page(http.StatusOK), "The time to answer ended on Tuesday 2 February 2027")
	says(t, b.get("/my/places/"+w.place(ben).Code).page(http.StatusOK), "kept for you until Tuesday 2 February 2027", "You owe nothing")
}

func TestAnOwnPartThatIsNotPaidInTimeEndsThePlaceKindly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ben), w.at(ben)
	place := "/my/places/" + w.place(ben).Code
	b.post(at + "/offer/accept").to(place + "/pay")
	w.settle(ben, expired)
	w.clock.Set(london.On(2027, 2, 3).At(9, 0))
	w.lapse()
	for path, words := range map[string]string{
		at + "/offer": "Your part was not paid by Tuesday 2 February 2027", place: "Your part was not paid by Tuesday 2 February 2027",
		at: "You said yes, and the place ended on Wednesday 3 February 2027",
	} {
		says(t, b.get(path).page(http.StatusOK), words)
	}
	b.post(place + "/pay").to(place)
}

func TestACourseThatBeginsSoonAsksForAWordAboutThe14Days(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.soon()
	b, at := w.of(ben), w.at(ben)
	doc := b.get(at + "/offer").page(http.StatusOK)
	box := doc.Find(`main input[type="checkbox"]`)
	if _, ticked := box.Attr("checked"); box.Length() != 1 || ticked {
		t.Fatal("there is no box, or it is ticked")
	}
	says(t, doc, "The one exception: the course may begin in that time", "until the end of Wednesday 3 February 2027")
	says(t, b.post(at+"/offer/accept").page(http.StatusUnprocessableEntity), "Tick the box if the course may begin")
	if a := w.award(ben); a.Status != award.Offered {
		t.Fatalf("it is %s without that word", a.Status)
	}
	b.post(at+"/offer/accept", "early", "yes").to("/my/places/" + w.place(ben).Code + "/pay")
	if !w.place(ben).ExpressStart {
		t.Error("the word is not kept")
	}
	if _, boxes := w.of(ana), w.of(ana).get(w.at(ana)+"/offer").page(http.StatusOK).Find(`main input[type="checkbox"]`); boxes.Length() != 1 {
		t.Error("whoever pays nothing is not asked")
	}
}

func TestAMixtureIsGivenUpWithItsWholeWorking(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ben), w.at(ben)
	place := "/my/places/" + w.place(ben).Code
	b.post(at + "/offer/accept").to(place + "/pay")
	w.settle(ben, paid)
	says(t, b.get(place+"/cancel").page(http.StatusOK), "you get back £1,625.00 of the £1,625.00 you paid", "goes back to the fund, never to you", "Goes back to the fund £1,625.00")

	w.clock.Set(london.On(2027, 2, 8).At(9, 0)) // 28 days before: half the price, half of it from each
	quote := b.get(place + "/cancel").page(http.StatusOK)
	says(t, quote, "We keep of the price £1,625.00", "Of that, the fund pays £812.50", "Goes back to the fund £812.50", "We keep £812.50", "You get back £812.50")
	b.post(place+"/cancel", "back", "162500").page(http.StatusConflict)
	for range 2 {
		b.post(place+"/cancel", "back", quote.Find("[name=back]").AttrOr("value", "")).to(place)
	}
	says(t, b.get(place).page(http.StatusOK), "You cancelled this place on 8 February 2027", "−£812.50")
	says(t, b.get(at+"/offer").page(http.StatusOK), "later gave the place up on Monday 8 February 2027")
	if a := w.award(ben); a.Status != award.Released {
		t.Errorf("the award is %s", a.Status)
	}
}

func TestAFullyPaidPlaceIsGivenUpForNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ana), w.at(ana)
	place := "/my/places/" + w.place(ana).Code
	b.post(at + "/offer/accept").to(place + "/confirmation")
	w.clock.Set(london.On(2027, 2, 8).At(9, 0))
	quote := b.get(place + "/cancel").page(http.StatusOK)
	says(t, quote, "If you cancel today, you pay nothing", "Help with other costs, such as travel, ends too", "Goes back to the fund £1,625.00")
	b.post(place+"/cancel", "back", quote.Find("[name=back]").AttrOr("value", "")).to(place)
	if e := w.place(ana); e.Status != enrolment.Withdrawn {
		t.Errorf("the place is %s", e.Status)
	}
}

func TestToAnybodyElseThereIsNoOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := w.browser(0)
	for _, other := range []*browser{w.of(ben), w.browser(w.house.Admin)} {
		for _, path := range pages {
			other.get(w.at(ana) + path).page(http.StatusNotFound)
		}
		for _, path := range forms {
			other.post(w.at(ana)+path, "ground", "fact", "words", "Words").page(http.StatusNotFound)
		}
		other.post("/my/places/" + w.place(ana).Code + "/pay").page(http.StatusNotFound)
	}
	for _, path := range pages {
		visitor.get(w.at(ana) + path).to("/sign-in")
	}
	for _, path := range forms {
		visitor.post(w.at(ana) + path).to("/sign-in")
	}
	if a := w.award(ana); a.Status != award.Offered || a.Extended {
		t.Errorf("the offer is %s", a.Status)
	}
	if now, err := bursary.Get(t.Context(), w.house.Machine, w.all[ana].ID); err != nil || now.Status != bursary.Allocated {
		t.Errorf("the application is %v, %v", now, err)
	}
}

// pages are the addresses below an application, and the forms that are sent to them.
var (
	pages = []string{"/offer", "/offer/decline", "/benefits", "/benefits/letter", "/benefits/letter.pdf", "/letter", "/letter.pdf", "/review"}
	forms = []string{"/offer/accept", "/offer/time", "/offer/decline", "/keep", "/keep/stop", "/review"}
)
