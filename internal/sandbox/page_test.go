package sandbox_test

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/billing"
	"bursar/internal/sandbox"
)

// page opens an address below the hosted page and reads it.
func (s *shop) page(t *testing.T, method, address string, form url.Values) (*http.Response, *goquery.Document) {
	t.Helper()
	answer, body := s.raw(t, method, strings.TrimPrefix(address, s.url), form)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return answer, doc
}

func TestTheHostedPageSaysPlainlyWhatItIs(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.opened(t, "K7Q2-9M")
	answer, doc := s.page(t, http.MethodGet, page.URL, nil)
	text := strings.Join(strings.Fields(doc.Text()), " ")
	for _, want := range []string{"Test payment: no money moves.", "Pay £3,250.00", "Larkfield College", "Foundation course"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q: %s", want, text)
		}
	}
	if doc.Find("script, style, [style], [onclick]").Length() != 0 {
		t.Error("the page has script or inline style")
	}
	doc.Find("input:not([type=hidden])").Each(func(_ int, input *goquery.Selection) {
		if id, _ := input.Attr("id"); doc.Find("label[for='"+id+"']").Length() != 1 {
			t.Errorf("input %q has no label", id)
		}
	})
	if n := doc.Find("input[type=radio]").Length(); n != 10 || doc.Find("input[checked]").AttrOr("value", "") != sandbox.CardPays {
		t.Errorf("%d choices, %s chosen", n, doc.Find("input[checked]").AttrOr("value", "none"))
	}
	if back := doc.Find("a[href='https://bursar.example/book']").Text(); back != "Go back without paying" {
		t.Errorf("back says %q", back)
	}
	csp := answer.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none'; style-src 'self';") || !strings.HasSuffix(csp, "form-action 'self' https://bursar.example") {
		t.Errorf("policy %q", csp)
	}
	sheet, ok := doc.Find("link[rel=stylesheet]").Attr("href")
	if css, _ := s.raw(t, http.MethodGet, strings.TrimPrefix(sheet, s.url), nil); !ok || css.StatusCode != http.StatusOK ||
		!strings.HasPrefix(css.Header.Get("Content-Type"), "text/css") {
		t.Errorf("stylesheet %q: %s", sheet, css.Status)
	}
}

func TestAMistakeIsNamedAndARealCardsNumberIsNotShownAgain(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.opened(t, "K7Q2-9M")
	const real = "4929 1234 5678 9012"
	for name, c := range map[string]struct {
		form  url.Values
		field string
		says  string
	}{
		"nothing chosen": {url.Values{}, "method-0", "Choose how to pay."},
		"unknown choice": {url.Values{"method": {"cash"}}, "method-0", "Choose how to pay."},
		"a real card":    {url.Values{"method": {sandbox.CardPays}, "number": {real}}, "number", "Never type a real card's number here."},
		"a decline":      {url.Values{"method": {sandbox.CardDeclined}}, "method-0", "The card was declined."},
		"no money":       {url.Values{"number": {"4000-0000 0000 9995"}}, "method-0", "There is not enough money on the card."},
	} {
		answer, doc := s.page(t, http.MethodPost, page.URL, c.form)
		summary := doc.Find("[role=alert] a")
		if answer.StatusCode != http.StatusUnprocessableEntity || summary.AttrOr("href", "") != "#"+c.field ||
			!strings.Contains(summary.Text(), c.says) || doc.Find("#"+c.field).Length() != 1 ||
			doc.Find(".inline-problem").Length() != 1 || !strings.HasPrefix(doc.Find("title").Text(), "Error: ") {
			html, _ := doc.Html()
			t.Errorf("%s: %s %s", name, answer.Status, html)
		}
		if html, _ := doc.Html(); strings.Contains(html, "4929") {
			t.Errorf("%s: the number is shown again", name)
		}
	}
	if got := s.look(t, page.Session); got.State != billing.PageOpen || got.Captured != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestATypedTestCardPays(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.opened(t, "K7Q2-9M")
	answer, _ := s.page(t, http.MethodPost, page.URL, url.Values{"number": {"4242 4242 4242 4242"}, "method": {sandbox.CardDeclined}})
	if to := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || to != "https://bursar.example/pay/K7Q2-9M" {
		t.Errorf("%s to %q", answer.Status, to)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		answer, doc := s.page(t, method, page.URL, url.Values{"method": {sandbox.CardPays}})
		if answer.StatusCode >= 500 || doc.Find("h1").Text() != "This has been paid" || doc.Find("form").Length() != 0 {
			t.Errorf("%s afterwards: %s %s", method, answer.Status, doc.Text())
		}
	}
}

func TestTheBankAsksWhetherItIsYou(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.opened(t, "K7Q2-9M")
	authenticate := page.URL + "/authenticate"
	if answer, _ := s.page(t, http.MethodGet, authenticate, nil); answer.Header.Get("Location") != page.URL {
		t.Errorf("without a question: %s", answer.Status)
	}
	choose := url.Values{"method": {sandbox.CardAuthenticate}}
	if answer, _ := s.page(t, http.MethodPost, page.URL, choose); answer.Header.Get("Location") != authenticate {
		t.Errorf("choosing led to %q", answer.Header.Get("Location"))
	}
	if _, doc := s.page(t, http.MethodGet, authenticate, nil); doc.Find("h1").Text() != "Your bank asks: is it you?" || doc.Find("button").Length() != 2 {
		t.Errorf("the bank asks %q", doc.Text())
	}
	if answer, _ := s.page(t, http.MethodPost, authenticate, url.Values{"answer": {"fail"}}); answer.Header.Get("Location") != page.URL {
		t.Errorf("refusing led to %q", answer.Header.Get("Location"))
	}
	if _, doc := s.page(t, http.MethodGet, page.URL, nil); !strings.Contains(doc.Find("[role=alert]").Text(), "could not confirm that it is you") {
		t.Errorf("the page says %q", doc.Text())
	}
	// An answer to a question that is not asked any more pays nothing.
	if answer, _ := s.page(t, http.MethodPost, authenticate, url.Values{"answer": {"approve"}}); answer.Header.Get("Location") != page.URL {
		t.Errorf("approving late led to %q", answer.Header.Get("Location"))
	}
	if got := s.look(t, page.Session); got.Paid || got.State != billing.PageOpen {
		t.Errorf("got %+v", got)
	}
	s.page(t, http.MethodPost, page.URL, choose)
	if answer, _ := s.page(t, http.MethodPost, authenticate, url.Values{"answer": {"approve"}}); answer.Header.Get("Location") != "https://bursar.example/pay/K7Q2-9M" {
		t.Errorf("approving led to %q", answer.Header.Get("Location"))
	}
	if got := s.look(t, page.Session); !got.Paid {
		t.Errorf("got %+v", got)
	}
}

func TestAPersonMayAnswerForTheBank(t *testing.T) {
	t.Parallel()
	s := open(t)
	for answer, title := range map[string]string{"confirm": "This has been paid", "refuse": "Your bank did not make the payment"} {
		page := s.opened(t, answer)
		if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, page.URL, sandbox.BankPays); err != nil {
			t.Fatal(err)
		}
		if _, doc := s.page(t, http.MethodGet, page.URL, nil); doc.Find("h1").Text() != "Your bank is confirming the payment" {
			t.Errorf("waiting: %q", doc.Text())
		}
		for range 2 { // the second press changes nothing
			s.page(t, http.MethodPost, page.URL+"/bank", url.Values{"answer": {answer}})
		}
		if _, doc := s.page(t, http.MethodGet, page.URL, nil); doc.Find("h1").Text() != title {
			t.Errorf("%s: %q", answer, doc.Text())
		}
	}
}

func TestClosedAndUnknownPagesSaySo(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.opened(t, "K7Q2-9M")
	if err := s.Expire(t.Context(), page.Session); err != nil {
		t.Fatal(err)
	}
	if _, doc := s.page(t, http.MethodGet, page.URL, nil); doc.Find("h1").Text() != "This payment page has closed" || doc.Find("form").Length() != 0 {
		t.Errorf("closed: %q", doc.Text())
	}
	for method, paths := range map[string][]string{
		http.MethodGet:  {"", "/authenticate"},
		http.MethodPost: {"", "/authenticate", "/bank"},
	} {
		for _, path := range paths {
			answer, doc := s.page(t, method, s.url+"/pay/cs_test_none"+path, url.Values{"method": {sandbox.CardPays}})
			if answer.StatusCode != http.StatusNotFound || doc.Find("h1").Text() != "We do not know this payment page" {
				t.Errorf("%s %s: %s %q", method, path, answer.Status, doc.Text())
			}
		}
	}
}

func TestOfManyPressesAtOnceOnePays(t *testing.T) {
	t.Parallel()
	s := open(t)
	person := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	press := func(address string, form url.Values) {
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() {
				answer, err := person.PostForm(address, form)
				if err != nil {
					t.Error(err)
					return
				}
				_ = answer.Body.Close()
			})
		}
		wg.Wait()
	}
	for range 10 {
		page := s.opened(t, rand.Text())
		press(page.URL, url.Values{"method": {sandbox.CardPays}})
		equal(t, "events of presses on the page", s.flush(t), paidEvents)

		page = s.opened(t, rand.Text())
		s.page(t, http.MethodPost, page.URL, url.Values{"method": {sandbox.CardAuthenticate}})
		press(page.URL+"/authenticate", url.Values{"answer": {"approve"}})
		equal(t, "events of answers to the bank", s.flush(t), paidEvents)
	}
}
