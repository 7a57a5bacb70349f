package sponsor_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/web/page/pagetest"
)

func TestThePageSaysWhatAFundIsForAndWhatTheNextPoundsUnlock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	a, b, c := w.fund("LANTERN"), w.fund("NORTH"), w.fund("SOUTH")
	w.fund("PRIVATE", func(f *fund.Fund) { f.Sponsored = false })
	w.unlocks(map[id.Fund]money.Amount{a.ID: 175_000, b.ID: 5_000})
	w.clock.Advance(time.Minute)
	w.settle(w.gives(b), paid)
	first := w.get("/sponsor")
	doc := first.page(http.StatusOK)
	says(t, doc, a.Name, "Training.", "It pays for the course fee and travel.", "£1,750 more here pays for one more person.",
		"What was missing here for one more person has just been given.", "At the moment a gift here waits for the next round.", c.Name)
	if got := doc.Text(); strings.Contains(got, "PRIVATE") {
		t.Error("a fund is shown that does not take gifts")
	}
	if got := first.Header().Get("Cache-Control"); got != "public, max-age=60" {
		t.Errorf("Cache-Control %q", got)
	}
	pagetest.Easy(t, doc, "label[for=gift_aid]") // the declaration's words are the law's
}

func TestALinkMayChooseTheFundAndTheAmount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	w.fund("LANTERN")
	w.fund("NORTH")
	doc := w.get("/sponsor?fund=NORTH&amount=1750.00").page(http.StatusOK)
	if got := doc.Find("[name=fund][checked]").AttrOr("value", ""); got != "NORTH" {
		t.Errorf("chosen: %q", got)
	}
	if got := doc.Find("#other").AttrOr("value", ""); got != "£1,750.00" || doc.Find("[name=amount][value=other][checked]").Length() != 1 {
		t.Errorf("amount %q", got)
	}
	doc = w.get("/sponsor?fund=NOTHING&amount=much").page(http.StatusOK)
	if doc.Find("[checked]").Length() != 0 || doc.Find("#other").AttrOr("value", "") != "" {
		t.Error("a wrong link chose something")
	}
}

func TestWithoutAFundThatTakesGiftsTheOfficeIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	shut := w.fund("SHUT")
	w.write(func(tx *db.Tx) error { return fund.Close(t.Context(), tx, w.staff, shut.ID) })
	doc := w.get("/sponsor").page(http.StatusOK)
	says(t, doc, "You cannot give online at the moment", pagetest.Site.Phone)
	if doc.Find("form[action='/sponsor']").Length() != 0 {
		t.Error("there is a form")
	}
	says(t, w.post("/sponsor", "fund", "SHUT", "amount", "50", "email", "dee@donors.example").page(http.StatusConflict), "does not take gifts any more")
}

func TestEachMistakeIsSaidBesideItsFieldWithEveryWordKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	w.fund("LANTERN")
	w.fund("NORTH")
	good := map[string]string{"fund": "LANTERN", "amount": "other", "other": "75", "name": "Dee Ray", "email": "dee@donors.example"}
	for name, c := range map[string]struct {
		set   map[string]string
		field string
	}{
		"no fund":               {map[string]string{"fund": ""}, "fund"},
		"no amount":             {map[string]string{"amount": "", "other": ""}, "amount"},
		"another, and none":     {map[string]string{"other": ""}, "other"},
		"two amounts":           {map[string]string{"amount": "25"}, "other"},
		"no number":             {map[string]string{"other": "lots"}, "other"},
		"too little":            {map[string]string{"other": "0.99"}, "other"},
		"too much":              {map[string]string{"other": "20000.01"}, "other"},
		"no address":            {map[string]string{"email": "dee"}, "email"},
		"one that cannot be":    {map[string]string{"email": "dee@localhost"}, "email"},
		"a name like a book":    {map[string]string{"name": strings.Repeat("x", 101)}, "name"},
		"Gift Aid and no house": {map[string]string{"gift_aid": "yes", "first_name": "Dee", "last_name": "Ray", "postcode": "M1 4BT"}, "house"},
	} {
		var fields []string
		for k, v := range good {
			if c.set[k] == "" && k != "" {
				if _, changed := c.set[k]; !changed {
					fields = append(fields, k, v)
				}
			}
		}
		for k, v := range c.set {
			fields = append(fields, k, v)
		}
		doc := w.post("/sponsor", fields...).page(http.StatusUnprocessableEntity)
		if doc.Find("#"+c.field+"-error").Length() != 1 {
			t.Errorf("%s: nothing is said of %s", name, c.field)
		}
		for i := 0; i < len(fields); i += 2 {
			typed := doc.Find(`input[name="` + fields[i] + `"][value="` + fields[i+1] + `"]`)
			if fields[i+1] != "" && typed.Length() != 1 {
				t.Errorf("%s: %s is lost", name, fields[i])
			}
		}
	}
}

func TestGiftAidAsksForNameAndHouseOnlyOfThoseWhoWantIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	f := w.fund("LANTERN")
	doc := w.get("/sponsor").page(http.StatusOK)
	says(t, doc, "I want to Gift Aid my donation to Threshold Dialogue Training CIC", "I am a UK taxpayer")
	if doc.Find("#first_name").Length() != 0 {
		t.Error("a name is asked for before anybody wants Gift Aid")
	}
	doc = w.post("/sponsor", "fund", f.Code, "amount", "50", "email", "dee@donors.example", "name", "", "other", "", "gift_aid", "yes").page(http.StatusUnprocessableEntity)
	for _, field := range []string{"first_name", "last_name", "house", "postcode"} {
		if doc.Find("#"+field+"-error").Length() != 1 {
			t.Errorf("%s is not asked for", field)
		}
	}
	if doc.Find("#gift_aid[checked]").Length() != 1 || doc.Find("#email").AttrOr("value", "") != "dee@donors.example" {
		t.Error("words were lost")
	}
	code := w.gives(f, "gift_aid", "yes", "first_name", "Dee", "last_name", "Ray", "house", "14", "postcode", "m14bt")
	g, err := fund.FindGift(t.Context(), w.db, code)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := fund.Aided(t.Context(), w.db, g.ID); err != nil || !ok {
		t.Errorf("declared: %v, %v", ok, err)
	}
}

func TestGiftAidIsNotOfferedByWhoCannotClaimIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	f := w.fund("LANTERN")
	if doc := w.get("/sponsor").page(http.StatusOK); strings.Contains(doc.Text(), "Gift Aid") {
		t.Error("it is offered")
	}
	g, err := fund.FindGift(t.Context(), w.db, w.gives(f, "gift_aid", "yes", "first_name", "Dee", "last_name", "Ray", "house", "14", "postcode", "M1 4BT"))
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := fund.Aided(t.Context(), w.db, g.ID); err != nil || ok {
		t.Errorf("declared: %v, %v", ok, err)
	}
}

func TestANetworkCannotBeginGiftsWithoutEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	f := w.fund("LANTERN")
	for range 20 {
		w.gives(f)
	}
	doc := w.post("/sponsor", "fund", f.Code, "amount", "50", "email", "dee@donors.example").page(http.StatusServiceUnavailable)
	says(t, doc, "Too many gifts were begun from your network")
	w.clock.Advance(2 * time.Minute)
	w.gives(f)
}

func TestAnAmountThatNobodyCouldChooseIsRefusedWithEverythingElseThatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.fund("LANTERN")
	for _, amount := range []string{"abc", "0.001", ""} {
		a := w.post("/sponsor", "fund", "LANTERN", "amount", amount, "email", "nobody")
		if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body.String(), "Enter an email address") {
			t.Errorf("%q: %d", amount, a.Code)
		}
	}
}
