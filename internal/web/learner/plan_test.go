package learner_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/money"
)

// parts lets a run be paid in parts.
func parts(o *course.Offering) {
	o.Plans = course.Plans{Deposit: money.Pounds(400), ByBlock: true, Months: 8}
}

// months lets it be paid in parts of months that end before the course does.
func inMonths(o *course.Offering) { o.Plans = course.Plans{Deposit: money.Pounds(400), Months: 4} }

// chooses books and comes to the page on which one chooses how to pay.
func (w *world) chooses(b *browser, email string) (code string, doc *goquery.Document) {
	w.t.Helper()
	b.fillIn("FND-M27", "Ana Ruiz", email)
	b.signIn(w.person(email))
	a := b.post("/runs/FND-M27/book/check", "price", "325000")
	code = strings.TrimSuffix(strings.TrimPrefix(a.Header().Get("Location"), "/my/places/"), "/plan")
	a.to("/my/places/" + code + "/plan")
	return code, b.get("/my/places/" + code + "/plan").page(http.StatusOK)
}

func terms(doc *goquery.Document, kind string) string {
	return doc.Find("input[type=hidden][name="+kind+"]").AttrOr("value", "")
}

func saved(s *billing.Standing) {
	paid(s)
	s.Saved = billing.SavedMethod{Customer: "cus_1", Method: "pm_1", Kind: billing.Card, Ends: "4242"}
}

func TestWhoBooksChoosesHowToPayWithTheExactDaysAndAmounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5, parts)
	b := w.browser()
	code, doc := w.chooses(b, "ana@people.example")
	says(t, doc, "£3,250.00", "Everything today", "Today, the deposit", "£400.00", "Monday 22 February 2027", "£1,425.00",
		"Your place stays yours", "Nobody loses a place before we have talked", "7 days before")
	if doc.Find("input[name=pay]").Length() != 2 {
		t.Error("eight months would end after a course of two blocks, and are offered")
	}
	place := "/my/places/" + code
	says(t, b.post(place+"/plan", "pay", "blocks", "blocks", terms(doc, "blocks")).page(http.StatusUnprocessableEntity), "Tick the box if you agree")
	says(t, b.post(place+"/plan", "blocks", terms(doc, "blocks")).page(http.StatusUnprocessableEntity), "Choose how you want to pay")
	says(t, b.post(place+"/plan", "pay", "blocks", "consent", "yes", "blocks", "2027-02-22 1").page(http.StatusConflict), "have changed")
	b.post(place+"/plan", "pay", "blocks", "consent", "yes", "blocks", terms(doc, "blocks")).to(place + "/pay")
	says(t, b.get(place+"/pay").page(http.StatusOK), "payment page") // the page of everything is being closed
	w.settle(code, expired)
	if p := w.payment(code); p.Amount != money.Pounds(400) || p.PlanID == 0 || p.Saved {
		t.Fatalf("begun was %+v", p)
	}
	w.settle(code, pageOpen)
	if to := b.get(place + "/pay").Header().Get("Location"); !strings.HasPrefix(to, "https://checkout.stripe.com/") {
		t.Errorf("paying leads to %q", to)
	}
	says(t, b.get(place).page(http.StatusOK), "It is yours when you have paid £400.00")
	w.settle(code, saved)
	says(t, b.get(place).page(http.StatusOK), "Your place is confirmed", "You pay by instalments. The next is £1,425.00 on Monday 22 February 2027")
	sent := w.letters()["place-confirmed"]
	for _, body := range []string{sent.Text, sent.HTML} {
		if !strings.Contains(body, "Monday 22 February 2027") || !strings.Contains(body, "£1,425.00") {
			t.Errorf("the confirmation does not say the other payments:\n%s", body)
		}
	}
}

func TestThePlanIsShownAndCanBePaidEarlier(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5, inMonths)
	b := w.browser()
	code, doc := w.chooses(b, "ana@people.example")
	place := "/my/places/" + code
	b.post(place+"/plan", "pay", "monthly", "consent", "yes", "monthly", terms(doc, "monthly")).to(place + "/pay")
	w.settle(code, expired)
	w.settle(code, saved)
	shown := b.get(place + "/plan").page(http.StatusOK)
	says(t, shown, "The next payment is £712.50 on Wednesday 23 December 2026", "the card ending in 4242", "Paid on 23 November 2026", "23 March 2027",
		"Pay the next £712.50 now", "Pay all that is left, £2,850", "If it is hard to pay")
	b.post(place + "/plan/pay").to(place + "/pay")
	b.post(place + "/plan/settle").to(place + "/pay") // the one page
	w.settle(code, pageOpen)
	says(t, b.get(place+"/plan").page(http.StatusOK), "You have begun a payment")
	says(t, b.get(place+"/plan/paid").page(http.StatusOK), "We are asking the bank")
	w.settle(code, saved)
	b.get(place + "/plan/paid").to(place + "/plan")
	b.post(place + "/plan/settle").to(place + "/pay")
	w.settle(code, atTheBank)
	says(t, b.get(place+"/plan").page(http.StatusOK), "We are checking with the bank", "up to 7 working days", "do not pay again")
	w.settle(code, paid)
	says(t, b.get(place+"/plan").page(http.StatusOK), "Everything is paid")
	b.post(place + "/plan/pay").to(place)
	if other := w.browser().signIn(w.person("ben@people.example")).get(place + "/plan"); other.Code != http.StatusNotFound {
		t.Errorf("somebody else is answered %d", other.Code)
	}
}

func TestEverythingCanBePaidAtOnceInsteadUntilTheDepositIsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5, parts)
	b := w.browser()
	code, doc := w.chooses(b, "ana@people.example")
	place := "/my/places/" + code
	b.post(place+"/plan", "pay", "blocks", "consent", "yes", "blocks", terms(doc, "blocks")).to(place + "/pay")
	w.settle(code, expired)
	b.post(place+"/plan", "pay", "whole").to(place + "/pay")
	w.settle(code, expired)
	if p := w.payment(code); p.Amount != 325_000 || p.PlanID != 0 {
		t.Fatalf("begun was %+v", p)
	}
	w.settle(code, paid)
	says(t, b.get(place).page(http.StatusOK), "Your place is confirmed")
	b.get(place + "/plan").to(place)
}

func TestAPausedAndAStoppedPlanSayThatThePlaceStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5, parts)
	b := w.browser()
	code, doc := w.chooses(b, "ana@people.example")
	place := "/my/places/" + code
	b.post(place+"/plan", "pay", "blocks", "consent", "yes", "blocks", terms(doc, "blocks")).to(place + "/pay")
	w.settle(code, expired)
	w.settle(code, saved)
	w.clock.Advance(91 * 24 * time.Hour)
	for status, words := range map[string]string{"paused": "Your payments are paused", "failed": "Payments did not go through"} {
		w.force("UPDATE plans SET status = ?", status)
		says(t, b.get(place+"/plan").page(http.StatusOK), words, "Your place stays yours")
	}
}

// Whoever saves another card after a payment did not go through has not paid it: the page says so, and where to.
func TestAStoppedPlanSaysWhatIsStillToBePaidNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5, parts)
	b := w.browser()
	code, doc := w.chooses(b, "ana@people.example")
	plan := "/my/places/" + code + "/plan"
	b.post(plan, "pay", "blocks", "consent", "yes", "blocks", terms(doc, "blocks")).to("/my/places/" + code + "/pay")
	w.settle(code, expired)
	w.settle(code, saved)
	says(t, b.get(plan).page(http.StatusOK), "Pay earlier", "Pay the next £1,425 now")
	w.force("UPDATE instalments SET status = 'failed' WHERE due_on = '2027-02-22'")
	w.force("UPDATE plans SET status = 'failed'")
	says(t, b.get(plan).page(http.StatusOK), "Pay now", "Pay the £1,425 that did not go through",
		"You can also pay the £1,425.00 of 22 February 2027 now", "Saving a card does not pay what did not go through")
}

// Who could not pay the whole price at once learns before the order that they need not.
func TestEveryPageBeforeTheOrderSaysThatOneCanPayInParts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5, parts)
	w.schedule("FND-L27", march, 5)
	b := w.browser().signIn(w.person("ana@people.example"))
	says(t, b.get("/runs/FND-M27/book").page(http.StatusOK), "for the whole price, or for a deposit of £400 if you pay in instalments")
	says(t, b.get("/runs/FND-L27/book").page(http.StatusOK), "a debit or credit card for the whole price")
	for run, words := range map[string][2]string{
		"FND-M27": {"By card: the whole price now, or a deposit of £400 and instalments.", "Hold my place and agree to pay £3,250"},
		"FND-L27": {"By card, now.", "Hold my place and pay £3,250"},
	} {
		b.fillIn(run, "Ana Ruiz", "ana@people.example")
		says(t, b.get("/runs/"+run+"/book/payer").page(http.StatusOK), words[0])
		says(t, b.get("/runs/"+run+"/book/check").page(http.StatusOK), words[1])
	}
	says(t, b.get("/runs/FND-M27/book/check").page(http.StatusOK), "First you choose how to pay: everything today, or a deposit of £400.00")
}

func TestTheListOfPlacesSaysUntilWhenOneIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana Ruiz", "ana@people.example")
	says(t, b.get("/my").page(http.StatusOK), "Until 9:35am on Monday 23 November.")
	w.force("UPDATE enrolments SET held_until = '2026-11-30 23:59:59+00' WHERE code = ?", code)
	says(t, b.get("/my").page(http.StatusOK), "Until the end of Monday 30 November 2026.")
	w.settle(code, paid)
	if body := b.get("/my").page(http.StatusOK).Find("main").Text(); strings.Contains(body, "Until") {
		t.Errorf("a place that is paid is still held for a time: %s", body)
	}
}

// Somebody who pays in parts gives the place up when half of the price is kept and the deposit alone is paid.
func TestWhatIsNotPaidOfAChargeIsPaidAfterwards(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5, parts)
	b := w.browser()
	code, doc := w.chooses(b, "ana@people.example")
	place := "/my/places/" + code
	b.post(place+"/plan", "pay", "blocks", "consent", "yes", "blocks", terms(doc, "blocks")).to(place + "/pay")
	w.settle(code, expired)
	w.settle(code, saved)
	says(t, b.get(place+"/receipt").page(http.StatusOK), "Paid so far: £400.00")
	w.clock.Set(march.AddDays(-40).At(9, 0))
	before := b.get(place + "/cancel").page(http.StatusOK)
	says(t, before, "£1,225.00 of what we keep is not paid yet")
	kept := before.Find("[name=kept]").AttrOr("value", "")
	b.post(place+"/cancel", "back", "0", "kept", kept).to(place)
	says(t, b.get(place).page(http.StatusOK), "You cancelled this place", "£1,225.00 of what we keep is not paid yet", "Pay £1,225 by card")
	b.post(place + "/pay").to(place + "/pay")
	b.post(place + "/pay").to(place + "/pay") // the one page
	w.settle(code, pageOpen)
	b.get(place + "/pay").to(w.payment(code).SessionURL)
	w.settle(code, paid)
	b.get(place + "/confirmation").to(place)
	after := b.get(place).page(http.StatusOK)
	if text := after.Find("main").Text(); strings.Contains(text, "not paid yet") || strings.Contains(text, "Pay £") {
		t.Errorf("when it is paid: %s", text)
	}
	b.post(place + "/pay").to(place)
	var told int
	if err := w.db.NewRaw("SELECT count(*) FROM mails WHERE template = 'charge-paid'").Scan(t.Context(), &told); err != nil || told != 1 {
		t.Errorf("they were told %d times, %v", told, err)
	}
}
