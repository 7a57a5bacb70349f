package offer_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/applicant"
	"bursar/internal/web/learner"
	"bursar/internal/web/offer"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// The people of a world, in the order of its round. The fund pays for the first two; the third waits, the fourth is
// outside the order.
const (
	ana  = iota // everything is paid: the fee, and travel
	ben         // half of the fee is paid
	cleo        // is on the reserve list
	dan         // was placed in band C
)

// world is a round that two people have ratified on the morning of 19 January 2027.
type world struct {
	t     *testing.T
	clock *dbtest.Clock
	house fixture.House
	owner *bun.DB
	all   []*bursary.Application
}

const run = "FND-M27"

func newWorld(t *testing.T) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: clock, owner: dbtest.Owner(t, app)}
	grace := fixture.Person(t, app, "grace@threshold.example", people.Admin).ID
	hugh := fixture.Person(t, app, "hugh@threshold.example", people.Admin).ID
	w.house = fixture.House{Clock: clock, App: app, Learners: dbtest.As(t, app, db.Learner), Officers: dbtest.As(t, app, db.Office),
		Machine: dbtest.As(t, app, db.Worker), Box: box, Admin: grace}
	fixture.Run(t, app, run, 20)
	fixture.Fund(t, app, grace, "GENERAL", money.Pounds(3_250+1_625+180), fixture.Paying(fund.Rule{}, fund.Purposes()...))
	w.all = w.house.Drawn(t, w.owner, "SPRING-27", []string{run},
		fixture.Ranked{Answers: form.Answers{"legal_name": "Ana María Reyes"}},
		fixture.Ranked{Answers: form.Answers{"help": "fee", "circumstances": "other"}},
		fixture.Ranked{Answers: form.Answers{"help": "fee"}},
		fixture.Ranked{Answers: form.Answers{"help": "fee"}, Band: bursary.BandC}).Applications
	var p *award.Proposal
	w.do(w.house.Officers, grace, func(tx *db.Tx) (err error) {
		p, err = award.Propose(t.Context(), tx, box, grace, "SPRING-27", nil)
		return err
	})
	w.do(w.house.Officers, grace, func(tx *db.Tx) error {
		_, err := award.Agree(t.Context(), tx, box, grace, "SPRING-27", p.Digest)
		return err
	})
	w.do(w.house.Officers, hugh, func(tx *db.Tx) error {
		return admissions.Ratify(t.Context(), tx, box, hugh, "SPRING-27", p.Digest)
	})
	return w
}

// do runs something in somebody's name that has to go well.
func (w *world) do(d *db.DB, who id.Person, f func(*db.Tx) error) {
	w.t.Helper()
	if err := d.WriteAs(w.t.Context(), db.Who{Person: who}, f); err != nil {
		w.t.Fatal(err)
	}
}

// at is the address of somebody's application.
func (w *world) at(n int) string { return "/my/applications/" + w.all[n].Code }

// award is the latest award of somebody.
func (w *world) award(n int) *award.Award {
	w.t.Helper()
	a, err := award.OfApplication(w.t.Context(), w.house.Machine, w.all[n].ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// place is the place that somebody's award holds.
func (w *world) place(n int) *enrolment.Enrolment {
	w.t.Helper()
	e, err := enrolment.Get(w.t.Context(), w.house.Machine, w.award(n).EnrolmentID)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// payments are those of somebody's place, oldest first.
func (w *world) payments(n int) []billing.Payment {
	w.t.Helper()
	shares, err := billing.SharesOf(w.t.Context(), w.house.Machine, w.place(n).ID)
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := billing.PaymentsOf(w.t.Context(), w.house.Machine, shares...)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// employer signs an organisation up for which somebody acts, and approves it.
func (w *world) employer(by id.Person, email string) *organisation.Organisation {
	w.t.Helper()
	var of *organisation.Organisation
	w.do(w.house.Machine, 0, func(tx *db.Tx) (err error) {
		of, err = organisation.SignUp(w.t.Context(), tx, by, organisation.Details{
			Name: "Kestrel House", Kind: string(organisation.Charity), Address: "1 Mill Lane", City: "Leeds", Postcode: "LS11 1HP",
			InvoiceEmail: email, PORule: string(organisation.PONotUsed), TermsDays: 30,
		})
		if err != nil {
			return err
		}
		return admissions.ApproveOrganisation(w.t.Context(), tx, w.house.Admin, of.Code, false)
	})
	return of
}

// agree lets an organisation say that it pays what somebody asked it for.
func (w *world) agree(n int, by id.Person, of *organisation.Organisation) {
	w.t.Helper()
	w.do(w.house.Machine, 0, func(tx *db.Tx) error {
		asked, err := billing.RequestsFor(w.t.Context(), tx, w.place(n).ID)
		if err != nil {
			return err
		}
		return admissions.AgreeToPay(w.t.Context(), tx, by, of, asked[0].Code, billing.NewOrder{})
	})
}

// settle tells the books what the card processor says of somebody's latest payment.
func (w *world) settle(n int, say func(*billing.Standing)) {
	w.t.Helper()
	all := w.payments(n)
	p := all[len(all)-1]
	s := billing.Standing{
		Session: "cs_" + p.Code, URL: payAt + "/c/pay/cs_" + p.Code, Reference: p.Code,
		State: billing.PageOpen, Amount: p.Amount, Currency: "gbp", ExpiresAt: p.ExpiresAt,
	}
	say(&s)
	w.do(w.house.Machine, 0, func(tx *db.Tx) error { return admissions.Settle(w.t.Context(), tx, p.ID, s) })
}

const payAt = "https://checkout.stripe.com"

func pageOpen(*billing.Standing) {}

func paid(s *billing.Standing) {
	s.State, s.Paid, s.Captured, s.Intent, s.URL = billing.PageComplete, true, s.Amount, "pi_"+s.Reference, ""
}

func expired(s *billing.Standing) { s.State, s.URL = billing.PageExpired, "" }

// lapse does what the timetable does to offers and places whose day has passed.
func (w *world) lapse() {
	w.t.Helper()
	for _, n := range []int{ana, ben} {
		a := w.award(n).ID
		w.do(w.house.Machine, 0, func(tx *db.Tx) error { return admissions.LapseOffer(w.t.Context(), tx, w.house.Box, a) })
		w.do(w.house.Machine, 0, func(tx *db.Tx) error { return admissions.LapseUnpaid(w.t.Context(), tx, w.house.Box, a) })
	}
}

// soon moves the first day of the course to ten days after the offers.
func (w *world) soon() {
	w.t.Helper()
	dbtest.Force(w.t, w.house.App, "UPDATE blocks SET starts_on = '2027-02-04', ends_on = '2027-02-08' WHERE number = ?", 1)
}

// browser is one browser in which somebody is signed in.
type browser struct {
	t       *testing.T
	engine  *gin.Engine
	cookies map[string]string
}

func (w *world) browser(who id.Person) *browser {
	w.t.Helper()
	b := &browser{t: w.t, engine: pagetest.EngineAt(w.t, page.Viewer{}, w.clock.Now), cookies: map[string]string{}}
	b.engine.Use(func(c *gin.Context) { page.SetViewer(c, page.Viewer{Person: who, Name: "somebody"}) })
	signedIn := func(c *gin.Context) {
		if who == 0 {
			c.Redirect(http.StatusSeeOther, "/sign-in")
			c.Abort()
		}
	}
	h := w.house
	offer.Mount(b.engine, offer.Options{DB: h.Learners, Machine: h.Machine, Box: h.Box, SignedIn: signedIn, Site: pagetest.Site})
	applicant.Mount(b.engine, applicant.Options{DB: h.Learners, Box: h.Box, SignedIn: signedIn, Site: pagetest.Site})
	learner.New(learner.Options{DB: h.App, Own: h.Learners, Machine: h.Machine, Box: h.Box, SignedIn: signedIn, PayAt: []string{payAt}}).Mount(b.engine)
	return b
}

// of is the browser of one of the world's people.
func (w *world) of(n int) *browser { return w.browser(w.all[n].PersonID) }

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

func (b *browser) get(path string) answer { b.t.Helper(); return b.do(http.MethodGet, path, nil) }

// post sends a form of names and values in turn.
func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	sent := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		sent.Add(fields[i], fields[i+1])
	}
	return b.do(http.MethodPost, path, sent)
}

func (b *browser) do(method, path string, sent url.Values) answer {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(sent.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.engine.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c.Value
		maps.DeleteFunc(b.cookies, func(name, _ string) bool { return name == c.Name && c.MaxAge < 0 })
	}
	return answer{w, b.t}
}

func wordsOf(doc *goquery.Document) string {
	return strings.Join(strings.Fields(doc.Find("main").Text()), " ")
}

// words are what the page says.
func (a answer) words() string {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body.String()))
	if err != nil {
		return a.Body.String()
	}
	return wordsOf(doc)
}

// to expects a redirect to an address.
func (a answer) to(address string) {
	a.t.Helper()
	if got := a.Header().Get("Location"); a.Code != http.StatusSeeOther || got != address {
		a.t.Fatalf("answered %d to %q, want 303 to %q\n%s", a.Code, got, address, a.words())
	}
}

// page expects a page with a status, checks it, and that it is neutral and promises nothing about benefits.
func (a answer) page(status int) *goquery.Document {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("answered %d (%s), want %d\n%s", a.Code, a.Header().Get("Location"), status, a.words())
	}
	doc := pagetest.Check(a.t, a.Body.String())
	neutral(a.t, doc.Find("title").Text())
	neutral(a.t, doc.Find(".govuk-notification-banner").Text())
	if words := strings.ToLower(wordsOf(doc)); strings.Contains(words, "affect your benefits") || strings.Contains(words, "affect benefits") {
		a.t.Errorf("the page says what money does to benefits: %s", words)
	}
	return doc
}

// neutral expects words that say nothing to somebody who looks over a shoulder.
func neutral(t *testing.T, words string) {
	t.Helper()
	for _, telling := range []string{"bursar", "peer", "mental", "health", "fund", "grant"} {
		if strings.Contains(strings.ToLower(words), telling) {
			t.Errorf("%q says %q", words, telling)
		}
	}
}

// says expects words on a page, whatever the white space.
func says(t *testing.T, doc *goquery.Document, words ...string) {
	t.Helper()
	text := wordsOf(doc)
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the page does not say %q:\n%s", w, text)
		}
	}
}

// lacks expects words not to be on a page.
func lacks(t *testing.T, doc *goquery.Document, words ...string) {
	t.Helper()
	text := wordsOf(doc)
	for _, w := range words {
		if strings.Contains(text, w) {
			t.Errorf("the page says %q:\n%s", w, text)
		}
	}
}
