package journey_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
	"bursar/internal/web/page/pagetest"
)

// confusing is what other programs would take for their own.
const confusing = `=HYPERLINK("http://x")<script>alert(1)</script> x' OR '1'='1?0 ?1 ?? %s {{.}}` + "\u202e\U0001F600\r\nBcc: b@c.example"

// nasty is what nobody expects in a field.
var nasty = []string{"", strings.Repeat("9", 40), "-1", "2027-02-30", confusing, strings.Repeat("ż", 20_000)}

// Everybody in the demonstration sends every form that they find with nonsense in it, first in what is typed, then in all of it.
// Whatever it says, the program knows what to answer, and none of it gets onto a page as anything but words.
func TestNoFormBreaksWhateverIsTypedIntoIt(t *testing.T) {
	t.Parallel()
	w := apptest.Run(t, apptest.Settings(t), app.Options{Manual: true})
	n := &nuisance{T: t, world: w, done: map[string]bool{}}
	n.visits(w.Browser(), "/", "/demo")
	w.Browser().Get("/demo").Page.Find(`form[action^="/demo/people/"]`).Each(func(_ int, form *goquery.Selection) {
		b := w.Browser()
		n.visits(b, b.Post(form.AttrOr("action", ""), nil).URL.Path, "/", "/my", "/admin", "/finance", "/teach")
	})
	if n.forms < 250 || n.sent < 2_000 {
		t.Errorf("%d forms were sent %d times: this proves little", n.forms, n.sent)
	}
}

// nuisance sends forms that nobody would.
type nuisance struct {
	*testing.T
	world *apptest.World
	done  map[string]bool // kinds of forms
	forms int
	sent  int
}

// code is a part of an address that names one of many.
var code = regexp.MustCompile(`/[^/]*[0-9A-Z][^/]*`)

// kind is an address without what it names.
func kind(address string) string {
	path, _, asks := strings.Cut(address, "?")
	if asks {
		path += "?"
	}
	return code.ReplaceAllString(path, "/*")
}

// visits opens one or two pages of each kind that somebody finds, and then tries their forms: what is sent may change what is found.
func (n *nuisance) visits(b *apptest.Browser, from ...string) {
	n.Helper()
	var found []sheet // and not the pages, which are large
	seen, kinds := map[string]bool{}, map[string]int{}
	for queue := from; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if seen[at] || kinds[kind(at)] == 2 || foreign(at) {
			continue
		}
		seen[at] = true
		kinds[kind(at)]++
		a := b.Get(at)
		if a.Status >= http.StatusInternalServerError {
			n.Errorf("%s: %d", at, a.Status)
		}
		if a.Page != nil {
			queue = append(queue, leads(a)...)
			a.Page.Find("form").Each(func(_ int, form *goquery.Selection) { found = append(found, n.reads(a, form)...) })
		}
	}
	for _, f := range found {
		for _, words := range nasty {
			n.sends(b, f, f.typed, words, true)
		}
		n.sends(b, f, f.all, "", false)
		n.sends(b, f, f.all, confusing, false)
	}
}

// sheet is a form as it stands on its page.
type sheet struct {
	method     string
	to         *url.URL
	as         url.Values
	typed, all []string // names of fields: those in which people type, and all
}

// foreign reports whether an address is none of the product's own pages, or ends the visit.
func foreign(at string) bool {
	return slices.ContainsFunc([]string{"/demo/", "/sandbox/", "/static/", "/sign-out"}, func(begins string) bool { return strings.HasPrefix(at, begins) })
}

// reads is a form of a kind that nobody has tried yet, or nothing.
func (n *nuisance) reads(a apptest.Answer, form *goquery.Selection) []sheet {
	n.Helper()
	to, err := a.URL.Parse(form.AttrOr("action", a.URL.RequestURI()))
	if err != nil || foreign(to.Path) || strings.HasPrefix(form.AttrOr("enctype", ""), "multipart/") {
		return nil // files are another test's
	}
	f := sheet{method: strings.ToUpper(form.AttrOr("method", "get")), to: to, as: standing(form)}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, field *goquery.Selection) {
		name := field.AttrOr("name", "")
		f.all = append(f.all, name)
		if !slices.Contains([]string{"hidden", "radio", "checkbox"}, field.AttrOr("type", "text")) {
			f.typed = append(f.typed, name)
		}
	})
	slices.Sort(f.all)
	key := kind(to.RequestURI()) + " " + strings.Join(slices.Compact(f.all), " ")
	if n.done[key] {
		return nil
	}
	n.done[key] = true
	n.forms++
	if button := form.Find("button[name]").First(); button.Length() > 0 {
		f.as.Set(button.AttrOr("name", ""), button.AttrOr("value", ""))
	}
	return []sheet{f}
}

// sends fills some fields of a form with the same words. What people type is never refused as if the page had not asked for it.
func (n *nuisance) sends(b *apptest.Browser, f sheet, fields []string, words string, byHand bool) {
	n.Helper()
	values := url.Values{}
	for name, list := range f.as {
		values[name] = slices.Clone(list)
	}
	for _, name := range fields {
		values.Set(name, words)
	}
	status, body := n.asks(b, f.method, f.to, values)
	n.sent++
	tried := fmt.Sprintf("%s with %.30q in %q", f.to.RequestURI(), words, fields)
	if status >= http.StatusInternalServerError {
		n.Errorf("%s: %d", tried, status)
	}
	if strings.Contains(body, "<script>alert") {
		n.Errorf("%s gets onto the page as it is", tried)
	}
	if !byHand || status != http.StatusUnprocessableEntity {
		return
	}
	if strings.Contains(body, "This form has changed since you opened it") {
		n.Errorf("%s: nobody is told what is wrong", tried)
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		n.Fatal(err)
	}
	for _, problem := range pagetest.Problems(page) {
		n.Errorf("%s: %s", tried, problem)
	}
}

// asks sends a form, and returns what is answered at last.
func (n *nuisance) asks(b *apptest.Browser, method string, to *url.URL, values url.Values) (status int, body string) {
	n.Helper()
	at := *to
	var sent io.Reader
	if method == http.MethodGet {
		at.RawQuery = values.Encode()
	} else {
		sent = strings.NewReader(values.Encode())
	}
	r, err := http.NewRequestWithContext(n.Context(), method, at.String(), sent)
	if err != nil {
		n.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	a, err := b.Do(r)
	if err != nil {
		n.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	said, err := io.ReadAll(a.Body)
	if err != nil {
		n.Fatal(err)
	}
	return a.StatusCode, string(said)
}
