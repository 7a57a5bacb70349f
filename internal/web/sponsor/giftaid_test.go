package sponsor_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestFinanceFetchesWhatIsNeededToClaimGiftAid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	f := w.fund("LANTERN")
	says(t, w.get("/finance/gift-aid").page(http.StatusOK), "No gift with Gift Aid has been received yet.")
	aid := []string{"gift_aid", "yes", "first_name", "Dee", "last_name", "House-Martin", "house", "=1+1", "postcode", "m1 4bt"}
	w.settle(w.gives(f, aid...), paid)
	w.settle(w.gives(f), paid)            // without Gift Aid
	w.settle(w.gives(f, aid...), expired) // never paid
	w.clock.Advance(10 * 24 * time.Hour)
	w.settle(w.gives(f, append(aid, "amount", "other", "other", "1,234.50")...), paid)

	doc := w.get("/finance/gift-aid").page(http.StatusOK)
	says(t, doc, "November 2026", "£50.00", "December 2026", "£1,234.50")
	if doc.Find(`a[href="/finance/gift-aid/2026-12-1.csv"]`).Length() != 1 {
		t.Error("there is no file of December")
	}
	a := w.get("/finance/gift-aid/2026-11-1.csv")
	const want = `Title,First name,Last name,House name or number,Postcode,Aggregated donations,Sponsored event,Donation date (DD/MM/YY),Amount
,Dee,House Martin,'=1+1,M1 4BT,,,23/11/26,50.00
`
	if a.Code != http.StatusOK || a.Body.String() != want {
		t.Errorf("%d:\n%s", a.Code, a.Body)
	}
	if got := a.Header().Get("Content-Disposition"); !strings.Contains(got, "attachment") || a.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("kept as %q", got)
	}
	if a := w.get("/finance/gift-aid/2026-12-1.csv"); !strings.HasSuffix(a.Body.String(), ",03/12/26,1234.50\n") {
		t.Errorf("December:\n%s", a.Body)
	}
	for _, file := range []string{"2026-11-2.csv", "2026-10-1.csv", "2026-13-1.csv", "2026-11-0.csv", "2026-11.csv", "x", "2026-11-9999.csv"} {
		w.get("/finance/gift-aid/" + file).page(http.StatusNotFound)
	}
}
