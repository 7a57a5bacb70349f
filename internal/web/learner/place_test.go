package learner_test

import (
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/db/dbtest"
	"bursar/internal/london"
)

func TestAPaidPlaceIsConfirmedHasAReceiptAndCanBeGivenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana Ruiz", "ana@people.example")
	at := "/my/places/" + code
	w.settle(code, pageOpen)
	w.settle(code, paid)

	done := b.get(at + "/confirmation").page(200)
	says(t, done, "Your place is confirmed", code, "£3,250.00 by card on 23 November 2026", "8 to 12 March 2027", "Monday 7 December 2026")
	if done.Find("[data-print]").Length() != 1 {
		t.Error("the confirmation cannot be printed")
	}
	says(t, b.get(at).page(200), "Your place is confirmed", w.payment(code).Code, "Cancel this place")
	says(t, b.get(at+"/receipt").page(200), "Threshold Dialogue Training CIC", "Ana Ruiz", "£3,250.00", w.payment(code).Code, "Paid in full")
	says(t, b.get("/my").page(200), "Foundation", "Confirmed")
	b.get(at + "/pay").to(at)
	cal := b.get(at + "/dates.ics")
	if cal.Code != 200 || strings.Count(cal.Body.String(), "BEGIN:VEVENT") != 10 || !strings.Contains(cal.Header().Get("Content-Disposition"), "FND-M27.ics") {
		t.Errorf("calendar: %d %s", cal.Code, cal.Header())
	}

	quote := b.get(at + "/cancel").page(200)
	says(t, quote, "you get back £3,250.00 of the £3,250.00 you paid", "within the 14 days", "5 to 10 working days", "We keep £0.00")
	b.post(at+"/cancel", "back", quote.Find("[name=back]").AttrOr("value", "")).to(at)
	says(t, b.get(at).page(200), "Your place has been cancelled", "You cancelled this place on 23 November 2026", "is being sent to your card", "−£3,250.00")
	says(t, b.get(at+"/receipt").page(200), "Paid, less refunds: £0.00")
	b.post(at+"/cancel", "back", "325000").to(at)
	b.get(at + "/cancel").to(at)
	b.get(at + "/dates.ics").page(404)
	says(t, b.get("/my").page(200), "Earlier", "Cancelled by you")
}

func TestPayingLeadsToTheCardProcessorOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana", "ana@people.example")
	at := "/my/places/" + code + "/pay"

	wait := b.get(at)
	says(t, wait.page(200), "We are preparing your payment page", "9:35am on Monday 23 November")
	if wait.Header().Get("Refresh") != "2" || wait.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", wait.Header())
	}
	w.clock.Advance(time.Minute)
	late := b.get(at)
	says(t, late.page(200), "This takes longer than usual")
	if late.Header().Get("Refresh") != "10" {
		t.Error("a slow page is asked for as often as a quick one")
	}
	w.settle(code, pageOpen)
	b.get(at).to("https://checkout.stripe.com/c/pay/cs_" + w.payment(code).Code)
	for _, foreign := range []string{"https://evil.example/pay", "http://checkout.stripe.com/pay", "https://checkout.stripe.com.evil.example/", "https://x@evil.example/checkout.stripe.com", "javascript:alert(1)"} {
		if _, err := dbtest.Owner(t, w.db).NewUpdate().Model((*billing.Payment)(nil)).Set("session_url = ?", foreign).Where("true").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.get(at).page(500)
	}
	w.clock.Advance(time.Hour)
	b.get(at).to("/my/places/" + code)
	says(t, b.get("/my/places/"+code).page(200), "The time to pay is over")
}

func TestComingBackFromThePaymentPageProvesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		say       []func(*billing.Standing)
		refresh   bool // the page after paying asks again by itself
		words     []string
		neverSays string
	}{
		"nothing heard yet": {nil, true, []string{"held for you until"}, "confirmed"},
		"still at the bank": {[]func(*billing.Standing){atTheBank}, false, []string{"Your bank is confirming your payment", "9am on Thursday 3 December", "Please do not pay again"}, "Continue to payment"},
		"closed unpaid":     {[]func(*billing.Standing){expired}, false, []string{"not paid for in time", "You have not been charged", "Book again"}, "confirmed"},
		"refused":           {[]func(*billing.Standing){atTheBank, atTheBankRefused}, false, []string{"Your bank did not make the payment", "Book again"}, "confirmed"},
		"late, place free":  {[]func(*billing.Standing){expired, paid}, false, []string{"Your place is confirmed"}, "lapsed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.schedule("FND-M27", march, 24)
			b := w.browser()
			code := w.book(b, "FND-M27", "Ana", "ana@people.example")
			for _, say := range c.say {
				w.settle(code, say)
			}
			back := b.get("/my/places/" + code + "/confirmation")
			if got := back.Header().Get("Refresh") != ""; got != c.refresh {
				t.Errorf("refreshes: %t", got)
			}
			if c.refresh {
				says(t, back.page(200), "We are checking your payment", "do not pay again")
			}
			doc := b.get("/my/places/" + code).page(200)
			says(t, doc, c.words...)
			if strings.Contains(doc.Find("main").Text(), c.neverSays) {
				t.Errorf("says %q", c.neverSays)
			}
			if a := b.get("/my/places/" + code + "/receipt"); (a.Code == 200) != (name == "late, place free") {
				t.Errorf("receipt answered %d", a.Code)
			}
		})
	}
}

func TestMoneyThatCameTooLateIsOnItsWayBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 1)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana", "ana@people.example")
	w.settle(code, expired)
	w.book(w.browser(), "FND-M27", "Bo", "bo@people.example")
	w.settle(code, paid)
	says(t, b.get("/my/places/"+code).page(200), "You are on the waiting list", "is being sent to your card", "5 to 10 working days")
	b.get("/my/places/" + code + "/confirmation").to("/my/places/" + code)
	says(t, b.get("/my/places/"+code+"/cancel").page(200), "Leave the waiting list")
}

func TestTheWorkingOfEachRuleIsShown(t *testing.T) {
	t.Parallel()
	soon := london.On(2026, time.December, 1)
	for name, c := range map[string]struct {
		first london.Date
		after time.Duration // since paying
		back  string        // in pence
		words []string
	}{
		"the law":             {march, 14 * day, "325000", []string{"which end on Monday 7 December 2026", "We keep nothing"}},
		"the law, begun":      {soon, 10 * day, "260000", []string{"as you asked", "2 of 10", "2/10 of £3,250.00 = £650.00"}},
		"scale, with a fee":   {march, 20 * day, "317500", []string{"our own scale decides", "85 days", "60 days or more before: we keep £75", "We keep £75.00"}},
		"scale, half":         {march, 60 * day, "162500", []string{"28 days or more before: we keep half the price", "50% of £3,250.00 = £1,625.00"}},
		"scale, begun":        {march, 110 * day, "0", []string{"it began 5 days ago", "Once the course has begun: we keep the whole price", "You get back £0.00"}},
		"scale, the last day": {march, 105 * day, "0", []string{"0 days or more before: we keep the whole price"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.schedule("FND-M27", c.first, 24)
			b := w.browser().signIn(w.person("ana@people.example"))
			at := "/runs/FND-M27/book/"
			b.post(at+"learner", "learner", "myself")
			b.post(at+"payer", "payer", "myself")
			b.post(at+"details", "name", "Ana", "phone", "")
			b.post(at+"start", "start", "yes")
			code := b.order("FND-M27", "325000")
			w.settle(code, paid)
			w.clock.Advance(c.after)
			doc := b.get("/my/places/" + code + "/cancel").page(200)
			says(t, doc, c.words...)
			if got := doc.Find("[name=back]").AttrOr("value", ""); got != c.back {
				t.Errorf("%s pence go back, want %s", got, c.back)
			}
		})
	}
}

const day = 24 * time.Hour

func TestAnAmountThatChangedOvernightIsShownBeforeCancelling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana", "ana@people.example")
	w.settle(code, paid)
	w.clock.Advance(15 * day)
	for _, sent := range []string{"325000", "", "all of it", "99999999999999999999"} {
		says(t, b.post("/my/places/"+code+"/cancel", "back", sent).page(409), "you get back £3,175.00", "Nothing has been cancelled")
	}
	says(t, b.post("/my/places/"+code+"/cancel", "back", "317500", "kept", "0").page(409), "Nothing has been cancelled") // a fund may pay what is kept
	says(t, b.get("/my/places/"+code).page(200), "Your place is confirmed")
	b.post("/my/places/"+code+"/cancel", "back", "317500", "kept", "7500").to("/my/places/" + code)
}

func TestAHeldPlaceIsGivenUpForNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 1)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana", "ana@people.example")
	w.settle(code, atTheBank)
	doc := b.get("/my/places/" + code + "/cancel").page(200)
	says(t, doc, "you owe nothing", "all of it goes back")
	b.post("/my/places/"+code+"/cancel", "back", "0").to("/my/places/" + code)
	w.book(w.browser(), "FND-M27", "Bo", "bo@people.example")
}

func TestAnotherPersonsPlaceIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana", "ana@people.example")
	w.settle(code, paid)
	other, visitor := w.browser().signIn(w.person("bo@people.example")), w.browser()
	for _, end := range []string{"", "/pay", "/confirmation", "/receipt", "/dates.ics", "/cancel"} {
		other.get("/my/places/" + code + end).page(404)
		visitor.get("/my/places/" + code + end).to("/sign-in")
	}
	other.post("/my/places/"+code+"/cancel", "back", "325000").page(404)
	visitor.post("/my/places/"+code+"/cancel", "back", "325000").to("/sign-in")
	visitor.post("/runs/FND-M27/book/check", "price", "325000").to("/sign-in")
	says(t, other.get("/my").page(200), "You have no place")
	says(t, b.get("/my/places/"+code).page(200), "Your place is confirmed")
}
