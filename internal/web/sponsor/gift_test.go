package sponsor_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/fund"
)

func TestAGiftWaitsForItsPaymentPageAndThenLeadsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	code := w.gives(w.fund("LANTERN"))
	a := w.get("/sponsor/" + code + "/pay")
	says(t, a.page(http.StatusOK), "£50.00", code)
	if a.Header().Get("Refresh") != "2" || strings.Contains(a.Body.String(), "longer than usual") {
		t.Errorf("Refresh %q", a.Header().Get("Refresh"))
	}
	w.clock.Advance(time.Minute)
	says(t, w.get("/sponsor/"+code+"/pay").page(http.StatusOK), "This takes longer than usual")
	w.settle(code, pageOpen)
	a = w.get("/sponsor/" + code + "/pay")
	if got := a.Header().Get("Location"); a.Code != http.StatusSeeOther || got != w.payment(code).SessionURL || got == "" {
		t.Errorf("%d to %q", a.Code, got)
	}
	other := w.gives(w.fund("NORTH"))
	w.settle(other, func(s *billing.Standing) { s.URL = "https://evil.example/pay" })
	if a := w.get("/sponsor/" + other + "/pay"); a.Code != http.StatusInternalServerError {
		t.Errorf("a page that is not the processor's: %d to %q", a.Code, a.Header().Get("Location"))
	}
}

func TestEveryStandingOfAGiftIsSaidTrulyAndNothingOfTheDonor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	f := w.fund("LANTERN")
	for name, c := range map[string]struct {
		say   func(*billing.Standing)
		end   string
		words string
		asks  bool
	}{
		"not paid yet":         {pageOpen, "", "Your gift is not paid yet", false},
		"back from the page":   {pageOpen, "/thanks", "We are checking your payment", true},
		"received":             {paid, "", "Thank you for your gift", false},
		"received, and back":   {paid, "/thanks", "Thank you for your gift", false},
		"at the bank":          {atTheBank, "/thanks", "Your bank is confirming your payment", false},
		"the page has closed":  {expired, "", "This gift was not paid", false},
		"closed, and back":     {expired, "/thanks", "This gift was not paid", false},
		"refused by the bank":  {func(s *billing.Standing) { atTheBank(s); s.Failed = true }, "", "This gift was not paid", false},
		"paid, with a mistake": {func(s *billing.Standing) { paid(s); s.Captured-- }, "/thanks", "We are checking your payment", true},
	} {
		code := w.gives(f, "gift_aid", "yes", "first_name", "Dorothea", "last_name", "Ray", "house", "14", "postcode", "M1 4BT")
		w.settle(code, c.say)
		a := w.get("/sponsor/" + strings.ToLower(code) + c.end)
		doc := a.page(http.StatusOK)
		says(t, doc, c.words, "£50.00", f.Name, code)
		for _, trace := range []string{"Dee", "Dorothea", "Ray", "donors.example", "M1 4BT"} {
			if strings.Contains(a.Body.String(), trace) {
				t.Errorf("%s: the page gives away %q", name, trace)
			}
		}
		if asks := a.Header().Get("Refresh") != ""; asks != c.asks {
			t.Errorf("%s: asks again %v", name, asks)
		}
		if a.Header().Get("X-Robots-Tag") != "noindex" || a.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: it may be kept", name)
		}
	}
}

func TestAGiftThatWasNotPaidCanBeGivenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	code := w.gives(w.fund("LANTERN"))
	w.settle(code, expired)
	again := w.get("/sponsor/"+code).page(http.StatusOK).Find("a.govuk-button").AttrOr("href", "")
	doc := w.get(again).page(http.StatusOK)
	if doc.Find("#other").AttrOr("value", "") != "£50.00" || doc.Find("[name=fund][value=LANTERN][checked]").Length() != 1 {
		t.Errorf("%s does not choose the same", again)
	}
	if a := w.get("/sponsor/" + code + "/pay"); a.Code != http.StatusSeeOther || a.Header().Get("Location") != "/sponsor/"+code {
		t.Errorf("paying again: %d to %q", a.Code, a.Header().Get("Location"))
	}
}

func TestMoneyForAFundThatHasClosedIsSaidToGoBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	f := w.fund("LANTERN")
	code := w.gives(f)
	w.settle(code, pageOpen)
	w.write(func(tx *db.Tx) error { return fund.Close(t.Context(), tx, w.staff, f.ID) })
	w.settle(code, paid)
	says(t, w.get("/sponsor/"+code).page(http.StatusOK), "Your gift is going back to you", "All of it goes back to the card")
}

func TestOnlyAGiftByCardHasAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	f := w.fund("LANTERN")
	var byBank *fund.Gift
	w.write(func(tx *db.Tx) (err error) {
		byBank, err = fund.RecordGift(t.Context(), tx, w.staff, f.ID, 100, "A trust", "BACS 1")
		return err
	})
	for _, code := range []string{byBank.Code, "K7Q2-9M", "nothing", "%00"} {
		for _, end := range []string{"", "/thanks", "/pay"} {
			w.get("/sponsor/" + code + end).page(http.StatusNotFound)
		}
	}
}
