package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bursar/internal/app/apptest"
	"bursar/internal/billing"
	"bursar/internal/fixture"
	"bursar/internal/ledger"
	"bursar/internal/sandbox"
)

func TestAVisitorBooksPaysAndCancels(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	run := fixture.Run(t, w.DB, "FND-T27", 1)
	b := w.Browser()
	expect := func(a apptest.Answer, path string) apptest.Answer {
		t.Helper()
		if a.Status != http.StatusOK || !strings.HasPrefix(a.URL.Path, path) {
			t.Fatalf("answered %d at %s, want %s", a.Status, a.URL, path)
		}
		return a
	}
	book := "/runs/" + run.Code + "/book"
	expect(b.Get(book), book)
	expect(b.Post(book+"/learner", url.Values{"learner": {"myself"}}), book+"/payer")
	expect(b.Post(book+"/payer", url.Values{"payer": {"myself"}}), book+"/details")
	expect(b.Post(book+"/details", url.Values{"name": {"Ana Reyes"}, "email": {"ana@people.example"}, "phone": {""}}), book+"/check")
	b.SignIn("ana@people.example")
	price := expect(b.Get(book+"/check"), book+"/check").Page.Find("input[name=price]").AttrOr("value", "")
	paying := expect(b.Post(book+"/check", url.Values{"price": {price}}), "/my/places/")
	place := strings.TrimSuffix(paying.URL.Path, "/pay")
	w.Settle()

	page := b.Get(place + "/pay").Header.Get("Location")
	back, err := sandbox.PayPage(t.Context(), b.Client, page, sandbox.CardPays)
	if err != nil || back != w.Config.URL+place+"/confirmation" {
		t.Fatalf("the payer was sent from %q to %q, %v", page, back, err)
	}
	expect(b.Get(place+"/confirmation"), place+"/confirmation") // before the processor's word has come
	w.Settle()
	if a := expect(b.Get(place+"/confirmation"), place+"/confirmation"); !strings.Contains(a.Body, "£3,250") {
		t.Error("the confirmation does not say what was paid")
	}

	amount := expect(b.Get(place+"/cancel"), place+"/cancel").Page.Find("input[name=back]").AttrOr("value", "")
	expect(b.Post(place+"/cancel", url.Values{"back": {amount}}), place)
	w.Settle()
	truth := w.Sandbox.Truth()
	if len(truth) != 1 || len(truth[0].Refunds) != 1 || truth[0].Refunds[0].Amount != fixture.Fee {
		t.Errorf("within 14 days all goes back; got %+v", truth)
	}
	sound(t, w)
	if n := w.Count("SELECT held + confirmed FROM run_places"); n != 0 {
		t.Errorf("%d places are taken", n)
	}
}

// sound checks what holds at the end of every journey.
func sound(t *testing.T, w *apptest.World) {
	t.Helper()
	faults, err := ledger.Verify(t.Context(), w.DB)
	if err != nil || len(faults) > 0 {
		t.Errorf("the books: %v, %v", faults, err)
	}
	if b, err := ledger.Balance(t.Context(), w.DB, billing.Clearing); err != nil || b != 0 {
		t.Errorf("%s stands in clearing, %v", b, err)
	}
	if n := w.Count("SELECT count(*) FROM audit_unsealed"); n != 0 {
		t.Errorf("%d audit rows are not sealed", n)
	}
}
