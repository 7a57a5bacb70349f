package apptest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/web/page/pagetest"
)

// Browser keeps cookies and follows redirects, as far as they stay on our pages.
type Browser struct {
	*http.Client
	world *World
}

// Browser is a new one that nobody has used.
func (w *World) Browser() *Browser {
	w.T.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.T.Fatal(err)
	}
	return &Browser{world: w, Client: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) == 10 {
			return errStuck
		}
		if strings.HasPrefix(r.URL.Path, "/sandbox/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// SignedIn is a browser in which the person with an address is signed in.
func (w *World) SignedIn(email string) *Browser {
	w.T.Helper()
	b := w.Browser()
	b.SignIn(email)
	return b
}

// SignIn signs in whoever has an address, by a link.
func (b *Browser) SignIn(email string) {
	t := b.world.T
	t.Helper()
	var link string
	err := b.world.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		link, err = people.NewLink(t.Context(), tx, email)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if a := b.Post(link, nil); a.Status != http.StatusOK {
		t.Fatalf("signing in ended at %s with %d", a.URL, a.Status)
	}
}

// Answer is what came back, after redirects.
type Answer struct {
	Status int
	URL    *url.URL // where one ended up
	Header http.Header
	Body   string
	Page   *goquery.Document // nil for what is not a page; a page's own rules are checked
}

// Get opens an address of ours.
func (b *Browser) Get(path string) Answer {
	b.world.T.Helper()
	return b.do(http.MethodGet, path, nil)
}

// Post sends a form to an address of ours.
func (b *Browser) Post(path string, form url.Values) Answer {
	b.world.T.Helper()
	return b.do(http.MethodPost, path, form)
}

func (b *Browser) do(method, path string, form url.Values) Answer {
	t := b.world.T
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, b.world.Config.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := Answer{Status: answer.StatusCode, URL: answer.Request.URL, Header: answer.Header, Body: string(body)}
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") && answer.StatusCode/100 != 3 {
		a.Page = pagetest.Check(t, a.Body)
	}
	return a
}
