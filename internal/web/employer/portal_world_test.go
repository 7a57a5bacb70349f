package employer_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/employer"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

const payAt = "https://checkout.stripe.com"

// side is an organisation and who acts for it.
type side struct {
	who people.Person
	of  *organisation.Organisation
}

// at is an address of the organisation's own pages.
func (s side) at(rest string) string { return "/employer/" + s.of.Code + rest }

// pair are two organisations that know nothing of each other, with a course, a member of staff and the pages.
type pair struct {
	*testing.T
	clock        *dbtest.Clock
	app, machine *db.DB
	box          *secret.Box
	engine       *gin.Engine
	run          *course.Offering
	staff        id.Person
	mine, twin   side
}

func newPair(t *testing.T) *pair {
	t.Helper()
	return newPairOf(t, 20)
}

// newPairOf is a pair with a course that has so many places.
func newPairOf(t *testing.T, places int) *pair {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	return newPairIn(t, app, clock, box, fixture.Run(t, app, "FND-T27", places))
}

// newPairIn is a pair in a database with more in it.
func newPairIn(t *testing.T, app *db.DB, clock *dbtest.Clock, box *secret.Box, run *course.Offering) *pair {
	t.Helper()
	p := &pair{T: t, clock: clock, app: app, machine: dbtest.As(t, app, db.Worker), box: box, run: run,
		staff: fixture.Person(t, app, "office@threshold.example", people.Admin, people.Finance).ID}
	p.do(func(ctx context.Context, tx *db.Tx) error {
		return invoice.SaveProvider(ctx, tx, p.staff, provider(), nil)
	})
	p.mine = p.side("Westermoor & Tarn NHS Foundation Trust", "dinah@westermoor.example")
	p.twin = p.side("Eastmarsh Borough Council", "sol@eastmarsh.example")
	p.engine = pagetest.EngineAt(t, page.Viewer{}, clock.Now)
	p.engine.Use(func(c *gin.Context) {
		who, _ := strconv.ParseInt(c.GetHeader("X-Person"), 10, 64) // nobody without one
		page.SetViewer(c, page.Viewer{Person: id.Person(who), Name: "somebody"})
	})
	employer.Mount(p.engine, employer.Options{DB: app, Own: dbtest.As(t, app, db.Employer), Machine: p.machine, Box: box, SignedIn: onlySignedIn, PayAt: []string{payAt}})
	return p
}

func onlySignedIn(c *gin.Context) {
	if !page.ViewerOf(c).SignedIn() {
		c.Redirect(http.StatusSeeOther, "/sign-in")
		c.Abort()
	}
}

func provider() invoice.Provider {
	return invoice.Provider{Name: "Threshold Dialogue Training CIC", CompanyNumber: "12345678", Address: "14 Lantern Yard", City: "London", Postcode: "E8 1AA",
		Email: "accounts@threshold.example", VAT: invoice.Exempt, VATWording: "Exempt from VAT: education by an eligible body.", BankName: "Lantern Bank",
		SortCode: "08-99-99", AccountNumber: "12345678", AccountName: "Threshold Dialogue Training CIC", BaseRateBP: 375}
}

// side signs an organisation up, and staff approve it.
func (p *pair) side(name, email string) side {
	p.Helper()
	s := side{who: fixture.Person(p, p.app, email)}
	p.do(func(ctx context.Context, tx *db.Tx) (err error) {
		s.of, err = organisation.SignUp(ctx, tx, s.who.ID, organisation.Details{Name: name, Kind: string(organisation.NHSTrust),
			Address: "1 Moor Lane", City: "Westermoor", Postcode: "LS11 1HP", InvoiceEmail: email, PORule: string(organisation.PORequired), TermsDays: 30})
		if err != nil {
			return err
		}
		return admissions.ApproveOrganisation(ctx, tx, p.staff, s.of.Code, false)
	})
	p.do(func(ctx context.Context, tx *db.Tx) (err error) {
		s.of, err = organisation.ByCode(ctx, tx, s.of.Code)
		return err
	})
	return s
}

// do does something as the program that has to go well.
func (p *pair) do(f func(context.Context, *db.Tx) error) {
	p.Helper()
	if err := p.machine.Write(p.Context(), func(tx *db.Tx) error { return f(p.Context(), tx) }); err != nil {
		p.Fatal(err)
	}
}

// book books places for an organisation and returns their codes in order.
func (p *pair) book(s side, order admissions.TeamOrder) []string {
	p.Helper()
	var codes []string
	p.do(func(ctx context.Context, tx *db.Tx) error {
		draft, err := enrolment.DraftOf(ctx, tx, s.who.ID, s.of.ID, p.run.ID)
		if err != nil {
			return err
		}
		q, err := admissions.QuoteTeam(p.run, order, tx.Now)
		if err != nil {
			return err
		}
		if order.Agreed = q.Own; order.HoldUntil.IsZero() {
			order.HoldUntil = london.DateOf(tx.Now).AddDays(14)
		}
		team, err := admissions.BookTeam(ctx, tx, s.who.ID, draft.Code, order)
		if err != nil {
			return err
		}
		places, err := enrolment.TeamEnrolments(ctx, tx, team.ID)
		for _, e := range places {
			codes = append(codes, e.Code)
		}
		return err
	})
	return codes
}

// invoiced issues every invoice of an organisation that is ready and returns their numbers.
func (p *pair) invoiced(s side) []string {
	p.Helper()
	var numbers []string
	p.do(func(ctx context.Context, tx *db.Tx) error {
		ready, err := invoice.ListReady(ctx, tx, london.DateOf(tx.Now), invoice.ReadyFilter{Organisation: s.of.ID})
		if err != nil {
			return err
		}
		for _, r := range ready {
			if r.Waits != "" {
				continue
			}
			in, err := invoice.Issue(ctx, tx, audit.Person(p.staff), r.Key)
			if err != nil {
				return err
			}
			numbers = append(numbers, in.Number)
		}
		return nil
	})
	return numbers
}

func (p *pair) get(s side, address string) *httptest.ResponseRecorder {
	return p.ask(s, http.MethodGet, address, nil)
}

// post sends a form of names and values in turn.
func (p *pair) post(s side, address string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return p.ask(s, http.MethodPost, address, form)
}

func (p *pair) ask(s side, method, address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	}
	r.Header.Set("X-Person", strconv.FormatInt(int64(s.who.ID), 10))
	w := httptest.NewRecorder()
	p.engine.ServeHTTP(w, r)
	return w
}

// open shows a page and checks it.
func (p *pair) open(s side, address string) *goquery.Document {
	p.Helper()
	return p.page(http.StatusOK, p.get(s, address), address)
}

func (p *pair) page(status int, w *httptest.ResponseRecorder, address string) *goquery.Document {
	p.Helper()
	if w.Code != status {
		p.Fatalf("%s: status %d to %q, want %d\n%s", address, w.Code, w.Header().Get("Location"), status, words(pagetest.Check(p, w.Body.String())))
	}
	return pagetest.Check(p, w.Body.String())
}

// led expects to be led to an address.
func (p *pair) led(w *httptest.ResponseRecorder, to string) {
	p.Helper()
	if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != to {
		p.Fatalf("status %d to %q, want 303 to %q\n%s", w.Code, got, to, w.Body)
	}
}

// words are what a page says, whatever the white space.
func words(doc *goquery.Document) string {
	return strings.Join(strings.Fields(doc.Find("main").Text()), " ")
}

// says expects words on a page.
func says(t *testing.T, doc *goquery.Document, expected ...string) {
	t.Helper()
	text := words(doc)
	for _, w := range expected {
		if !strings.Contains(text, w) {
			t.Errorf("the page does not say %q:\n%s", w, text)
		}
	}
}
