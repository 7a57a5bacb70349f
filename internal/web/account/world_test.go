package account_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// site is the account's pages on a server, with two places behind guards: /my for everybody who is signed in
// and /admin for administrators and auditors.
type site struct {
	*db.DB
	t     *testing.T
	clock *dbtest.Clock
	box   *secret.Box
	url   string
}

func newSite(t *testing.T) *site {
	t.Helper()
	d, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := &site{DB: d, t: t, clock: clock, box: box}
	a := account.New(account.Options{DB: d, Box: box, Issuer: "Threshold"})
	e := pagetest.Engine(t, page.Viewer{})
	e.Use(a.Sessions())
	a.Mount(e)
	whoami := func(c *gin.Context) {
		c.String(http.StatusOK, "%s %s", page.ViewerOf(c).Name, strings.Join(page.ViewerOf(c).Roles, " "))
	}
	e.GET("/", whoami)
	e.GET("/my", a.SignedIn(), whoami)
	e.POST("/my/words", a.SignedIn(), func(c *gin.Context) { c.String(http.StatusOK, "kept %s", c.PostForm("words")) })
	e.GET("/admin", a.Staff(people.Admin, people.Auditor), whoami)
	e.POST("/admin/words", a.Staff(people.Admin), func(c *gin.Context) { c.String(http.StatusOK, "kept %s", c.PostForm("words")) })
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *site) write(f func(tx *db.Tx) error) {
	s.t.Helper()
	if err := s.Write(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) staff(email string, role people.Role) {
	s.t.Helper()
	s.write(func(tx *db.Tx) error {
		p, err := people.Ensure(s.t.Context(), tx, email)
		if err != nil {
			return err
		}
		return people.Grant(s.t.Context(), tx, audit.System, p.ID, role)
	})
}

// letter is the latest mail's link, as a path, and code.
func (s *site) letter() (path, code string) {
	s.t.Helper()
	all, err := mail.DemoOutbox(s.t.Context(), s, 0, 1)
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%d mails, %v", len(all), err)
	}
	m, err := mail.DemoOpen(s.t.Context(), s, all[0].ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return regexp.MustCompile(`/sign-in/[A-Za-z0-9_-]{43}`).FindString(m.Text), regexp.MustCompile(`(?m)^\d{6}$`).FindString(m.Text)
}

// browser keeps cookies and follows no redirects.
type browser struct {
	*site
	client *http.Client
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// reply is what came back; doc is checked when it is a page.
type reply struct {
	status int
	header http.Header
	body   string
	doc    *goquery.Document
	to     string // where a redirect leads
}

func (b *browser) do(method, path string, form url.Values) reply {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0")
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	got := reply{status: resp.StatusCode, header: resp.Header, body: string(data), to: resp.Header.Get("Location")}
	if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") && got.status != http.StatusSeeOther {
		got.doc = pagetest.Check(b.t, got.body)
	}
	return got
}

func (b *browser) get(path string) reply { b.t.Helper(); return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, pairs ...string) reply {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

// cookie is the value of a cookie that the browser holds, or "".
func (b *browser) cookie(name string) string {
	b.t.Helper()
	u, err := url.Parse(b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// signIn comes in by the link and returns where that leads.
func (b *browser) signIn(email string) (to string) {
	b.t.Helper()
	b.redirected(b.post("/sign-in", "email", email), "/sign-in/check")
	path, _ := b.letter()
	got := b.post(path)
	if got.status != http.StatusSeeOther {
		b.t.Fatalf("the link gave %d: %s", got.status, got.body)
	}
	return got.to
}

func (b *browser) redirected(got reply, to string) {
	b.t.Helper()
	if got.status != http.StatusSeeOther || got.to != to {
		b.t.Fatalf("status %d to %q, want a redirect to %q\n%s", got.status, got.to, to, got.body)
	}
}

func (b *browser) shows(got reply, status int, words string) {
	b.t.Helper()
	text := got.body
	if got.doc != nil {
		text = strings.Join(strings.Fields(got.doc.Find("#main-content").Text()), " ")
	}
	if got.status != status || !strings.Contains(text, words) {
		b.t.Errorf("status %d, want %d with %q in:\n%s", got.status, status, words, text)
	}
}
