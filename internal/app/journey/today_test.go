package journey_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
)

// What the desk of the demonstration counts is what the pages behind it list, one by one, to the end of each list; and every list
// can be saved.
func TestEveryNumberOfTheDeskLeadsToExactlySoMany(t *testing.T) {
	t.Parallel()
	w := apptest.Run(t, apptest.Settings(t), app.Options{Manual: true})
	grace := w.Browser()
	var enter string
	grace.Get("/demo").Page.Find("form").Each(func(_ int, form *goquery.Selection) {
		if strings.Contains(form.Text(), "Be Grace") {
			enter = form.AttrOr("action", "")
		}
	})
	grace.Post(enter, nil)
	cards := grace.Get("/admin").Page.Find(".app-today .app-matter")
	if cards.Length() < 8 {
		t.Fatalf("%d things need somebody", cards.Length())
	}
	cards.Each(func(_ int, card *goquery.Selection) {
		count, _, _ := strings.Cut(strings.TrimSpace(card.Find("h3").Text()), " ")
		at := card.Find("a").First().AttrOr("href", "")
		listed := 0
		for address := at; address != ""; {
			a := grace.Get(address)
			if a.Status != http.StatusOK {
				t.Fatalf("%s: %d", address, a.Status)
			}
			if listed += a.Page.Find("main tbody tr").Length(); a.Page.Find("main tbody").Length() == 0 {
				listed += a.Page.Find("main .app-matter").Length() // doubts are no table
			}
			if row := a.Page.Find("main tbody tr a").First().AttrOr("href", ""); row != "" {
				if one := grace.Get(row); one.Status != http.StatusOK {
					t.Errorf("%s leads to %s: %d", address, row, one.Status)
				}
			}
			address = a.Page.Find("a[rel=next]").AttrOr("href", "")
		}
		if count != strconv.Itoa(listed) {
			t.Errorf("%q, and %s lists %d", strings.TrimSpace(card.Find("h3").Text()), at, listed)
		}
		card.Find("a").Each(func(_ int, link *goquery.Selection) {
			if a := grace.Get(link.AttrOr("href", "")); a.Status != http.StatusOK {
				t.Errorf("%s: %d", link.AttrOr("href", ""), a.Status)
			}
		})
	})
	for _, page := range []string{"/admin/places", "/admin/places?needs=name", "/admin/people", "/admin/runs", "/admin/payments", "/admin/runs/FND-O27/waiting", "/finance/organisations",
		"/finance/orders", "/finance/invoices", "/finance/bank/lines?status=matched", "/finance/aged", "/admin/claims", "/admin/reviews", "/admin/trainers", "/admin/courses", "/admin/queue", "/admin/queue?kind=waiting",
		"/admin/plans", "/admin/outbox", "/admin/offers", "/admin/funds", "/admin/rounds/WINTER-26/applications", "/admin/runs/FND-L26/certificates", "/admin/runs/FND-L26/attendance"} {
		saved := grace.Get(page).Page.Find(".app-saving a")
		if saved.Length() != 2 {
			t.Errorf("%s can be saved in %d ways", page, saved.Length())
		}
		saved.Each(func(_ int, link *goquery.Selection) {
			if a := grace.Get(link.AttrOr("href", "")); a.Status != http.StatusOK || len(a.Body) < 60 {
				t.Errorf("%s: %d, %d bytes", link.AttrOr("href", ""), a.Status, len(a.Body))
			}
		})
	}
}
