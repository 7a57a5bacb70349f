package journey_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"bursar/internal/app/apptest"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

// lantern makes a fund to which anybody can give.
func (w *world) lantern() *fund.Fund {
	w.t.Helper()
	f := &fund.Fund{Code: "LANTERN", Name: "Lantern Fund", Purpose: "Training.", Kind: fund.Restricted, YearStarts: 4, Sponsored: true}
	staff := fixture.Person(w.t, w.DB, "fay@office.example", people.Finance)
	w.write(func(tx *db.Tx) error {
		return fund.Create(w.t.Context(), tx, staff.ID, f, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}})
	})
	return f
}

// has expects so much in a fund.
func (w *world) has(f *fund.Fund, want money.Amount) {
	w.t.Helper()
	for which, sign := range map[string]money.Amount{"available": 1, "income": -1} {
		got, err := ledger.Balance(w.t.Context(), w.DB, fmt.Sprintf("fund/%d/%s", f.ID, which))
		if err != nil || got != sign*want {
			w.t.Errorf("%s of the fund stands at %s, want %s, %v", which, got, sign*want, err)
		}
	}
}

// gives begins a gift of so many pounds, without an account, and gives its code.
func (v *visitor) gives(pounds string, more ...string) string {
	v.w.t.Helper()
	a := v.submit(v.Get("/sponsor"), append([]string{"amount", "other", "other", pounds, "name", v.name, "email", v.email}, more...)...)
	for i := 0; a.Status == http.StatusUnprocessableEntity && i == 0; i++ { // it asks for what Gift Aid needs
		a = v.submit(a, "first_name", "Dorothea", "last_name", "Ray", "house", "14", "postcode", "M1 4BT")
	}
	code, ok := strings.CutSuffix(strings.TrimPrefix(a.URL.Path, "/sponsor/"), "/pay")
	if a.Status != http.StatusOK || !ok {
		v.w.t.Fatalf("giving answered %d at %s", a.Status, a.URL)
	}
	v.reads(a, http.StatusOK, "We are preparing your payment page")
	return code
}

// giftPage is the processor's page of a gift, once it has been made.
func (v *visitor) giftPage(code string) string {
	v.w.t.Helper()
	v.w.drain()
	a := v.Get("/sponsor/" + code + "/pay")
	if a.Status != http.StatusSeeOther {
		v.w.t.Fatalf("paying answered %d at %s", a.Status, a.URL)
	}
	return a.Header.Get("Location")
}

// paysGift pays on the processor's page and comes back.
func (v *visitor) paysGift(code, method string) apptest.Answer {
	v.w.t.Helper()
	back, err := v.try(v.giftPage(code), method)
	if err != nil || back != "/sponsor/"+code+"/thanks" {
		v.w.t.Fatalf("paying led to %q, %v", back, err)
	}
	return v.Get(back)
}

func TestADonorGivesAndTheFundHasItOnceHoweverOftenTheEventComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	f := w.lantern()
	w.processor.SetFaults(sandbox.Faults{Duplicate: 2, Reverse: true})
	dee := w.visitor("Dee Ray")
	code := dee.gives("1,750.00", "gift_aid", "yes")
	w.has(f, 0)
	dee.reads(dee.paysGift(code, sandbox.CardPays), http.StatusOK, "We are checking your payment", "Please do not pay again")
	w.drain()
	w.has(f, 175_000)
	dee.reads(dee.Get("/sponsor/"+code+"/thanks"), http.StatusOK, "Thank you for your gift", "£1,750.00", "Lantern Fund", "23 November 2026")
	dee.told("gift-received", "£1,750.00 by card", "Lantern Fund", code, "Gift Aid: yes")
	for _, event := range w.processor.events(0) {
		body := w.processor.body(event)
		if status := w.hook(body, signed(body, webhookSecret, time.Now())); status != http.StatusOK {
			t.Errorf("%s again: %d", event, status)
		}
	}
	w.drain()
	w.has(f, 175_000)
	if n := len(w.mails(dee.email)); n != 1 {
		t.Errorf("%d receipts", n)
	}
	if n := w.Count("SELECT count(*) FROM people WHERE email = ?", dee.email); n != 0 {
		t.Error("giving made an account")
	}
}

func TestADonorSeesWhatTheNextPoundsUnlockAndTheGiftCountsTowardsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	f := w.lantern()
	dee := w.visitor("Dee Ray")
	dee.reads(dee.Get("/sponsor"), http.StatusOK, "At the moment a gift here waits for the next round.")
	round := fixture.SomeRound(t, w.Doors.Office, w.Box)
	err := w.Machine.Write(t.Context(), func(tx *db.Tx) error {
		return fund.SetUnlocks(t.Context(), tx, round.ID, map[id.Fund]money.Amount{f.ID: 175_000})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(time.Minute)
	dee.reads(dee.Get("/sponsor"), http.StatusOK, "£1,750 more here pays for one more person.")
	dee.paysGift(dee.gives("1000"), sandbox.CardPays)
	w.drain()
	dee.reads(dee.Get("/sponsor"), http.StatusOK, "£750 more here pays for one more person.")
}

func TestAGiftThatIsNotPaidInTimeLapsesAndCanBeGivenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	f := w.lantern()
	dee := w.visitor("Dee Ray")
	code := dee.gives("50")
	if _, err := dee.try(dee.giftPage(code), sandbox.CardDeclined); err == nil {
		t.Error("a declined card paid")
	}
	dee.reads(dee.Get("/sponsor/"+code), http.StatusOK, "Your gift is not paid yet")
	w.later(40 * time.Minute)
	a := dee.Get("/sponsor/" + code)
	dee.reads(a, http.StatusOK, "This gift was not paid", "You have not been charged")
	w.has(f, 0)
	if n := len(w.mails(dee.email)); n != 0 {
		t.Errorf("an address that nobody has shown to be theirs got %d mails", n)
	}
	a = dee.submit(dee.follow(a, "Try again"), "name", dee.name, "email", dee.email)
	again, _ := strings.CutSuffix(strings.TrimPrefix(a.URL.Path, "/sponsor/"), "/pay")
	dee.paysGift(again, sandbox.CardPays)
	w.drain()
	w.has(f, 5_000)
}

func TestAGiftWhoseMoneyDiffersWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	f := w.lantern()
	dee := w.visitor("Dee Ray")
	w.processor.SetFaults(sandbox.Faults{Capture: 4_999})
	code := dee.gives("50")
	dee.paysGift(code, sandbox.CardPays)
	w.drain()
	w.has(f, 0)
	w.doubts = []billing.DoubtKind{billing.WrongAmount}
	dee.reads(dee.Get("/sponsor/"+code+"/thanks"), http.StatusOK, "We are checking your payment")
	w.later(day)
}

func TestAGiftToAFundThatHasClosedMeanwhileGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	f := w.lantern()
	fixture.Person(t, w.DB, "grace@office.example", people.Admin)
	dee := w.visitor("Dee Ray")
	code := dee.gives("50")
	page := dee.giftPage(code)
	w.write(func(tx *db.Tx) error {
		staff, err := people.Find(t.Context(), tx, "fay@office.example")
		if err != nil {
			return err
		}
		return fund.Close(t.Context(), tx, staff.ID, f.ID)
	})
	if _, err := dee.try(page, sandbox.CardPays); err != nil {
		t.Fatal(err)
	}
	w.drain()
	w.has(f, 0)
	dee.reads(dee.Get("/sponsor/"+code+"/thanks"), http.StatusOK, "Your gift is going back to you")
	dee.told("gift-returned", "£50.00", "All of it goes back")
	if n := w.Count("SELECT count(*) FROM refunds WHERE status = 'succeeded' AND amount = 5000"); n != 1 {
		t.Errorf("%d refunds arrived", n)
	}
	if a := ask(w.house(), http.MethodGet, "/admin", w.session("grace@office.example")); !strings.Contains(a.Body.String(), "A gift came too late and went back") {
		t.Errorf("the office is not told: %d", a.Code)
	}
}

func TestAGiftWhoseEventsAreAllLostIsFoundByTheComparison(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	f := w.lantern()
	dee := w.visitor("Dee Ray")
	w.processor.SetFaults(sandbox.Faults{Drop: true})
	code := dee.gives("50")
	dee.paysGift(code, sandbox.CardPays)
	w.processor.SetFaults(sandbox.Faults{})
	w.drain()
	w.has(f, 0)
	report, err := w.Reconcile(t.Context(), w.Clock.Now().Add(-day))
	if err != nil || report.Payments != 1 || report.Pages != 1 {
		t.Errorf("compared %+v, %v", report, err)
	}
	w.has(f, 5_000)
	dee.reads(dee.Get("/sponsor/"+code), http.StatusOK, "Thank you for your gift")
}

func TestAGiftWaitsWhileTheProcessorIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	f := w.lantern()
	dee := w.visitor("Dee Ray")
	w.processor.away.Store(true)
	code := dee.gives("50")
	w.fails()
	w.Clock.Advance(time.Hour)
	w.fails()
	w.processor.away.Store(false)
	w.drain()
	dee.paysGift(code, sandbox.CardPays)
	w.drain()
	w.has(f, 5_000)
}

func TestTheCardServiceLearnsTheFundAndNothingOfTheDonor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	w.lantern()
	dee := w.visitor("Dee Ray")
	code := dee.gives("50", "gift_aid", "yes")
	answer, err := dee.Client.Get(dee.giftPage(code))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	shown, err := io.ReadAll(answer.Body)
	if err != nil || !strings.Contains(string(shown), "A gift to Lantern Fund") {
		t.Errorf("the payment page says %v:\n%s", err, shown)
	}
	for _, trace := range []string{dee.email, "Dee", "Dorothea", "M1 4BT"} {
		if strings.Contains(string(shown), trace) {
			t.Errorf("the payment page knows %q", trace)
		}
	}
	dee.paysGift(code, sandbox.CardPays)
}

func TestOnlyFinanceFetchesGiftAid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	w.lantern()
	dee := w.visitor("Dee Ray")
	dee.paysGift(dee.gives("50", "gift_aid", "yes"), sandbox.CardPays)
	w.drain()
	fixture.Person(t, w.DB, "grace@office.example", people.Admin)
	house := w.house()
	const file = "/finance/gift-aid/2026-11-1.csv"
	if a := ask(house, http.MethodGet, file, w.session("fay@office.example")); !strings.Contains(a.Body.String(), ",Dorothea,Ray,14,M1 4BT,,,23/11/26,50.00") {
		t.Errorf("finance gets %d:\n%s", a.Code, a.Body)
	}
	for _, cookie := range []string{"", w.session("grace@office.example")} {
		if a := ask(house, http.MethodGet, file, cookie); a.Code == http.StatusOK || strings.Contains(a.Body.String(), "Dorothea") {
			t.Errorf("somebody else gets %d", a.Code)
		}
	}
	for _, role := range []string{db.Supporter, db.Assessor} {
		if _, err := dbtest.As(t, w.DB, role).NewRaw("SELECT * FROM gift_aid").Exec(t.Context()); err == nil {
			t.Errorf("%s reads who gave", role)
		}
	}
}
