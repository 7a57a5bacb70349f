package sponsor_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/sponsor"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
)

const checkout = "https://checkout.stripe.com"

// world is a database, and the pages as a visitor and finance reach them.
type world struct {
	*gin.Engine
	t     *testing.T
	db    *db.DB
	clock *dbtest.Clock
	staff id.Person
}

func newWorld(t *testing.T, aid bool) *world {
	t.Helper()
	d, clock := dbtest.NewAt(t, pagetest.Now)
	w := &world{t: t, db: d, clock: clock, Engine: pagetest.EngineAt(t, page.Viewer{}, clock.Now)}
	w.write(func(tx *db.Tx) error {
		p, err := people.Ensure(t.Context(), tx, "finance@office.example")
		w.staff = p.ID
		return err
	})
	sponsor.Mount(w, sponsor.Options{DB: d, PayAt: []string{checkout}, Site: pagetest.Site, GiftAid: aid, Staff: onlyFinance})
	return w
}

// onlyFinance lets finance's own pages be seen here, and refuses those of any other role.
func onlyFinance(roles ...people.Role) gin.HandlerFunc {
	return func(c *gin.Context) {
		if len(roles) != 1 || roles[0] != people.Finance {
			page.Fail(c, page.ErrNotFound)
		}
	}
}

func (w *world) write(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// fund makes a fund for course fees and travel; change may alter it.
func (w *world) fund(code string, change ...func(*fund.Fund)) *fund.Fund {
	w.t.Helper()
	f := &fund.Fund{Code: code, Name: "Fund " + code, Purpose: "Training.", Kind: fund.Restricted, YearStarts: 4, Sponsored: true}
	for _, c := range change {
		c(f)
	}
	terms := fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}, {Purpose: fund.Travel}}}
	w.write(func(tx *db.Tx) error { return fund.Create(w.t.Context(), tx, w.staff, f, terms) })
	return f
}

// unlocks has an allocation find what the next pounds unlock.
func (w *world) unlocks(more map[id.Fund]money.Amount) {
	w.t.Helper()
	box, err := secret.Create(filepath.Join(w.t.TempDir(), "keyset.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	round := fixture.SomeRound(w.t, dbtest.As(w.t, w.db, db.Office), box)
	err = dbtest.As(w.t, w.db, db.Worker).Write(w.t.Context(), func(tx *db.Tx) error { return fund.SetUnlocks(w.t.Context(), tx, round.ID, more) })
	if err != nil {
		w.t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

func (w *world) get(path string) answer { return w.do(http.MethodGet, path, nil) }

// post sends a form of names and values in turn.
func (w *world) post(path string, fields ...string) answer {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return w.do(http.MethodPost, path, form)
}

func (w *world) do(method, path string, form url.Values) answer {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	}
	a := answer{httptest.NewRecorder(), w.t}
	w.ServeHTTP(a, r)
	return a
}

// page expects a page with a status and checks it.
func (a answer) page(status int) *goquery.Document {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("answered %d (%s), want %d\n%s", a.Code, a.Header().Get("Location"), status, a.Body)
	}
	return pagetest.Check(a.t, a.Body.String())
}

// says expects words on a page, whatever the white space.
func says(t *testing.T, doc *goquery.Document, words ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the page does not say %q:\n%s", w, text)
		}
	}
}

// gives begins a gift of £50 and returns its code. More fields are given as names and values.
func (w *world) gives(f *fund.Fund, more ...string) string {
	w.t.Helper()
	a := w.post("/sponsor", append([]string{"fund", f.Code, "amount", "50", "name", "Dee Ray", "email", "dee@donors.example"}, more...)...)
	code, ok := strings.CutSuffix(strings.TrimPrefix(a.Header().Get("Location"), "/sponsor/"), "/pay")
	if a.Code != http.StatusSeeOther || !ok {
		w.t.Fatalf("giving answered %d to %q\n%s", a.Code, a.Header().Get("Location"), a.Body)
	}
	return code
}

func (w *world) payment(code string) billing.Payment {
	w.t.Helper()
	g, err := fund.FindGift(w.t.Context(), w.db, code)
	if err != nil {
		w.t.Fatal(err)
	}
	payments, err := billing.PaymentsOfGift(w.t.Context(), w.db, g.ID)
	if err != nil || len(payments) != 1 {
		w.t.Fatalf("%d payments, %v", len(payments), err)
	}
	return payments[0]
}

// settle tells the books what the card processor says of a gift's payment.
func (w *world) settle(code string, say func(*billing.Standing)) {
	w.t.Helper()
	p := w.payment(code)
	s := billing.Standing{
		Session: "cs_" + p.Code, URL: checkout + "/c/pay/cs_" + p.Code, Reference: p.Code,
		State: billing.PageOpen, Amount: p.Amount, Currency: "gbp", ExpiresAt: p.ExpiresAt,
	}
	say(&s)
	w.write(func(tx *db.Tx) error { return admissions.Settle(w.t.Context(), tx, p.ID, s) })
}

func pageOpen(*billing.Standing) {}

func paid(s *billing.Standing) {
	s.State, s.Paid, s.Captured, s.Intent, s.URL = billing.PageComplete, true, s.Amount, "pi_"+s.Reference, ""
}

func atTheBank(s *billing.Standing) {
	s.State, s.Intent, s.URL = billing.PageComplete, "pi_"+s.Reference, ""
}

func expired(s *billing.Standing) { s.State, s.URL = billing.PageExpired, "" }
