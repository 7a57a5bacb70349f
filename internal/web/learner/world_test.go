package learner_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/learner"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
)

// world is a database with a course, and the runs that a test schedules.
type world struct {
	t       *testing.T
	db      *db.DB
	own     *db.DB
	machine *db.DB
	box     *secret.Box
	clock   *dbtest.Clock
	course  *course.Course
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, db: d, own: dbtest.As(t, d, db.Learner), machine: dbtest.As(t, d, db.Worker), box: box, clock: clock,
		course: &course.Course{Slug: "foundation", Title: "Foundation", Summary: "s", Description: "d", Audience: "a"},
	}
	w.write(func(tx *db.Tx) error { return course.Add(t.Context(), tx, audit.System, w.course) })
	return w
}

func (w *world) write(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// schedule adds a run of two five-day blocks that begins on a day, with so many places; change may alter it.
func (w *world) schedule(code string, first london.Date, places int, change ...func(*course.Offering)) *course.Offering {
	w.t.Helper()
	o := &course.Offering{
		Run: course.Run{
			Code: code, CourseID: w.course.ID, City: "Manchester", Venue: "Friends' Meeting House",
			Status: course.Open, Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30",
		},
		Blocks: []course.Block{{StartsOn: first, EndsOn: first.AddDays(4)}, {StartsOn: first.AddDays(91), EndsOn: first.AddDays(95)}},
		Prices: []course.Price{{Band: course.Organisation, Amount: 325_000}, {Band: course.Self, Amount: 325_000}, {Band: course.Peer, Amount: 325_000}},
		Scale:  []course.Step{{DaysBefore: 60, Fee: 7_500}, {DaysBefore: 28, ChargeBP: 5_000}, {DaysBefore: 0, ChargeBP: 10_000}},
		Places: course.Places{Capacity: places},
	}
	for _, f := range change {
		f(o)
	}
	w.write(func(tx *db.Tx) error { return course.Schedule(w.t.Context(), tx, audit.System, o) })
	return o
}

// bands makes peers pay less.
func bands(o *course.Offering) { o.Prices[2].Amount = 195_000 }

var march = london.On(2027, time.March, 8)

func (w *world) person(email string) people.Person {
	w.t.Helper()
	var p people.Person
	w.write(func(tx *db.Tx) (err error) {
		p, err = people.Ensure(w.t.Context(), tx, email)
		return err
	})
	return p
}

// payment is the latest payment of a place.
func (w *world) payment(code string) billing.Payment {
	w.t.Helper()
	e, err := enrolment.ByCode(w.t.Context(), w.db, code)
	if err != nil {
		w.t.Fatal(err)
	}
	shares, err := billing.SharesOf(w.t.Context(), w.db, e.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	payments, err := billing.PaymentsOf(w.t.Context(), w.db, shares...)
	if err != nil {
		w.t.Fatal(err)
	}
	return payments[len(payments)-1]
}

// settle tells the books what the card processor says of a place's payment.
func (w *world) settle(code string, say func(*billing.Standing)) {
	w.t.Helper()
	p := w.payment(code)
	s := billing.Standing{
		Session: "cs_" + p.Code, URL: "https://checkout.stripe.com/c/pay/cs_" + p.Code, Reference: p.Code,
		State: billing.PageOpen, Amount: p.Amount, Currency: "gbp", ExpiresAt: p.ExpiresAt,
	}
	say(&s)
	if err := w.machine.Write(w.t.Context(), func(tx *db.Tx) error { return admissions.Settle(w.t.Context(), tx, p.ID, s) }); err != nil {
		w.t.Fatal(err)
	}
}

func pageOpen(*billing.Standing) {}

func paid(s *billing.Standing) {
	s.State, s.Paid, s.Captured, s.Intent, s.URL = billing.PageComplete, true, s.Amount, "pi_"+s.Reference, ""
}

func atTheBank(s *billing.Standing) {
	s.State, s.Intent, s.URL = billing.PageComplete, "pi_"+s.Reference, ""
}

func atTheBankRefused(s *billing.Standing) { atTheBank(s); s.Failed = true }

func expired(s *billing.Standing) { s.State, s.URL = billing.PageExpired, "" }

// browser is one browser: its cookies, and who is signed in with it.
type browser struct {
	t       *testing.T
	engine  *gin.Engine
	cookies map[string]string
	viewer  page.Viewer
}

func (w *world) browser() *browser {
	w.t.Helper()
	b := &browser{t: w.t, engine: pagetest.Engine(w.t, page.Viewer{}), cookies: map[string]string{}}
	b.engine.Use(func(c *gin.Context) { page.SetViewer(c, b.viewer) })
	signedIn := func(c *gin.Context) {
		if !page.ViewerOf(c).SignedIn() {
			c.Redirect(http.StatusSeeOther, "/sign-in")
			c.Abort()
		}
	}
	learner.New(learner.Options{
		DB: w.db, Own: w.own, Machine: w.machine, Box: w.box, Site: pagetest.Site, PayAt: []string{"https://checkout.stripe.com"}, SignedIn: signedIn,
	}).Mount(b.engine)
	return b
}

func (b *browser) signIn(p people.Person) *browser {
	b.viewer = page.Viewer{Person: p.ID, Name: p.Email}
	return b
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

func (b *browser) get(path string) answer { return b.do(http.MethodGet, path, nil) }

// post sends a form of names and values in turn.
func (b *browser) post(path string, fields ...string) answer {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.engine.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c.Value
	}
	return answer{w, b.t}
}

// to expects a redirect to an address.
func (a answer) to(address string) {
	a.t.Helper()
	if got := a.Header().Get("Location"); a.Code != http.StatusSeeOther || got != address {
		a.t.Fatalf("answered %d to %q, want 303 to %q\n%s", a.Code, got, address, a.Body)
	}
}

// page expects a page with a status and checks it.
func (a answer) page(status int) *goquery.Document {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("answered %d (%s), want %d", a.Code, a.Header().Get("Location"), status)
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

// fillIn answers everything up to the check page, signed out.
func (b *browser) fillIn(run, name, email string) {
	b.t.Helper()
	at := "/runs/" + run + "/book/"
	b.post(at+"learner", "learner", "myself").to(at + "payer")
	b.post(at+"payer", "payer", "myself").to(at + "details")
	b.post(at+"details", "name", name, "email", email, "phone", "").to(at + "check")
}

// book fills everything in, signs in and orders, and returns the code of the place.
func (w *world) book(b *browser, run, name, email string) string {
	w.t.Helper()
	b.fillIn(run, name, email)
	b.signIn(w.person(email))
	return b.order(run, "325000")
}

func (b *browser) order(run, price string) string {
	b.t.Helper()
	a := b.post("/runs/"+run+"/book/check", "price", price)
	code, ok := strings.CutSuffix(strings.TrimPrefix(a.Header().Get("Location"), "/my/places/"), "/pay")
	if a.Code != http.StatusSeeOther || !ok {
		b.t.Fatalf("ordering answered %d to %q\n%s", a.Code, a.Header().Get("Location"), a.Body)
	}
	return code
}

// force changes what no page can.
func (w *world) force(statement string, args ...any) {
	w.t.Helper()
	dbtest.Force(w.t, w.db, statement, args...)
}
