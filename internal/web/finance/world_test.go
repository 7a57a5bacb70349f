package finance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/web/account"
	"bursar/internal/web/finance"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// house is the pages behind their real wall, with two bookkeepers and an auditor at their desks, and a coordinator.
type house struct {
	*testing.T
	app, machine            *db.DB
	clock                   *dbtest.Clock
	engine                  *gin.Engine
	run                     *course.Offering
	sheila, martin, auditor desk
	coordinator             people.Person
	orders                  int
}

// desk is somebody who has given their second factor.
type desk struct {
	people.Person
	cookie *http.Cookie
}

// sample is where there is a statement to try out.
const sample = "/demo/demo-bank.csv"

func newHouse(t *testing.T) *house {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	h := &house{T: t, app: app, machine: dbtest.As(t, app, db.Worker), clock: clock, engine: pagetest.EngineAt(t, page.Viewer{}, app.Now)}
	wall := account.New(account.Options{DB: app, Issuer: "Threshold"})
	h.engine.Use(wall.Sessions())
	finance.Mount(h.engine, finance.Options{DB: app, Machine: h.machine, Staff: wall.Staff, Site: pagetest.Site, Sample: sample})
	h.sheila = h.session("sheila@threshold.example", "Sheila Marsh", people.Finance)
	h.martin = h.session("martin@threshold.example", "Martin Lowe", people.Finance)
	h.auditor = h.session("avery@threshold.example", "Avery Stone", people.Auditor)
	h.coordinator = fixture.Person(h, app, "jo@westermoor.example")
	h.run = fixture.Run(t, app, "FND-T27", 40)
	return h
}

// session signs somebody in.
func (h *house) session(email, name string, roles ...people.Role) desk {
	h.Helper()
	p := fixture.Person(h, h.app, email, roles...)
	var token string
	h.write(func(tx *db.Tx) (err error) {
		if err = people.SetDetails(h.Context(), tx, p.ID, people.Details{Name: name}); err != nil {
			return err
		}
		token, err = people.StartVerifiedSession(h.Context(), tx, p.ID, "a test")
		return err
	})
	return desk{p, &http.Cookie{Name: "session", Value: token}}
}

func (h *house) write(do func(tx *db.Tx) error) {
	h.Helper()
	if err := h.machine.Write(h.Context(), do); err != nil {
		h.Fatal(err)
	}
}

// signedUp is an organisation that waits for staff.
func (h *house) signedUp(name string) *organisation.Organisation {
	h.Helper()
	var o *organisation.Organisation
	h.write(func(tx *db.Tx) (err error) {
		o, err = organisation.SignUp(h.Context(), tx, h.coordinator.ID, organisation.Details{
			Name: name, Kind: "nhs_trust", OrgCode: "QX1", PayablesCode: "X101", Address: "PO Box 312", City: "Leeds", Postcode: "LS11 1HP",
			Contact: "Accounts payable", InvoiceEmail: "invoices@westermoor.example", PORule: "required", TermsDays: 30,
		})
		return err
	})
	return o
}

// approved is one that staff let order.
func (h *house) approved(name string) *organisation.Organisation {
	h.Helper()
	o := h.signedUp(name)
	h.write(func(tx *db.Tx) error {
		return admissions.ApproveOrganisation(h.Context(), tx, h.martin.ID, o.Code, false)
	})
	return o
}

// booked is so many places for an organisation, on a purchase order of a worth in pence; zero: none yet.
func (h *house) booked(o *organisation.Organisation, places int, worth money.Amount) *enrolment.TeamBooking {
	h.Helper()
	var t *enrolment.TeamBooking
	h.write(func(tx *db.Tx) error {
		draft, err := enrolment.DraftOf(h.Context(), tx, h.coordinator.ID, o.ID, h.run.ID)
		if err != nil {
			return err
		}
		order := admissions.TeamOrder{Places: places, HoldUntil: london.On(2026, time.December, 7)}
		if worth > 0 {
			h.orders++
			order.Orders = []billing.NewOrder{{Number: fmt.Sprintf("RPCN%09d", h.orders), Amount: worth}}
		}
		q, err := admissions.QuoteTeam(h.run, order, tx.Now)
		if err != nil {
			return err
		}
		order.Agreed = q.Own
		t, err = admissions.BookTeam(h.Context(), tx, h.coordinator.ID, draft.Code, order)
		return err
	})
	return t
}

// provided says how the provider stands on invoices.
func (h *house) provided() {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		return invoice.SaveProvider(h.Context(), tx, h.martin.ID, invoice.Provider{
			Name: "Threshold Dialogue Training CIC", CompanyNumber: "09520001", Address: "12 Lantern Yard", City: "London", Postcode: "N1 7QX", Email: "office@threshold.example",
			VAT: invoice.NotRegistered, VATWording: "We are not registered for VAT.", BankName: "Fen Bank", SortCode: "08-99-99",
			AccountNumber: "12345678", AccountName: "Threshold Dialogue Training CIC", BaseRateBP: 375,
		}, nil)
	})
}

// invoiced is an invoice for so many places, at the price of fixture.Fee each.
func (h *house) invoiced(o *organisation.Organisation, places int) *invoice.Invoice {
	h.Helper()
	h.booked(o, places, fixture.Fee*money.Amount(places))
	var i *invoice.Invoice
	h.write(func(tx *db.Tx) error {
		ready, err := invoice.ListReady(h.Context(), tx, london.DateOf(tx.Now), invoice.ReadyFilter{Organisation: o.ID})
		if err != nil {
			return err
		}
		i, err = invoice.Issue(h.Context(), tx, "system", ready[len(ready)-1].Key)
		return err
	})
	return i
}

// onCredit puts money that came by bank to an organisation's credit.
func (h *house) onCredit(o *organisation.Organisation, amount money.Amount) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		err := ledger.Post(h.Context(), tx, ledger.Entry{Reference: "test/bank", Lines: []ledger.Line{
			{Account: "bank", Amount: amount}, {Account: billing.Clearing, Amount: -amount}}})
		if err != nil {
			return err
		}
		return invoice.PutOnCredit(h.Context(), tx, o.ID, invoice.Source{Kind: invoice.ByBank}, "test/credit", amount)
	})
}

func (h *house) ask(who desk, r *http.Request) *httptest.ResponseRecorder {
	if who.cookie != nil {
		r.AddCookie(who.cookie)
	}
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

func (h *house) get(who desk, address string) *httptest.ResponseRecorder {
	return h.ask(who, httptest.NewRequest(http.MethodGet, address, nil))
}

func (h *house) post(who desk, address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	return h.ask(who, r)
}

// open shows a page and checks it.
func (h *house) open(who desk, address string) *goquery.Document {
	h.Helper()
	return h.page(http.StatusOK, h.get(who, address), address)
}

// pressed posts a form that is answered with a page and not with another address.
func (h *house) pressed(status int, who desk, address string, form url.Values) *goquery.Document {
	h.Helper()
	return h.page(status, h.post(who, address, form), address)
}

func (h *house) page(status int, w *httptest.ResponseRecorder, address string) *goquery.Document {
	h.Helper()
	doc := pagetest.Check(h, w.Body.String())
	if w.Code != status {
		h.Fatalf("%s: status %d, want %d: %s", address, w.Code, status, words(doc.Find("main")))
	}
	return doc
}

// seen is a form with what its page shows at the moment, as a browser carries it.
func (h *house) seen(who desk, address string, form url.Values) url.Values {
	h.Helper()
	if value, there := h.open(who, address).Find("input[name=seen]").Attr("value"); there {
		form.Set("seen", value)
	}
	return form
}

// send posts a form and returns where it leads.
func (h *house) send(who desk, address string, form url.Values) string {
	h.Helper()
	w := h.post(who, address, form)
	if w.Code != http.StatusSeeOther {
		h.Fatalf("%s: status %d: %s", address, w.Code, words(pagetest.Check(h, w.Body.String()).Find("main")))
	}
	return w.Header().Get("Location")
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// says checks that a page says all of this.
func (h *house) says(s *goquery.Selection, want ...string) {
	h.Helper()
	text := words(s)
	for _, w := range want {
		if !strings.Contains(text, w) {
			h.Errorf("%q is not said: %s", w, text)
		}
	}
}

// silent checks that a page says none of this.
func (h *house) silent(s *goquery.Selection, never ...string) {
	h.Helper()
	text := words(s)
	for _, w := range never {
		if strings.Contains(text, w) {
			h.Errorf("%q is said: %s", w, text)
		}
	}
}

func typed(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

// again signs a desk in anew, when the clock has moved past its session.
func (h *house) again(d *desk) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		token, err := people.StartVerifiedSession(h.Context(), tx, d.ID, "a test")
		d.cookie = &http.Cookie{Name: "session", Value: token}
		return err
	})
}

// insertOrganisation adds an approved one of many.
func insertOrganisation(h *house, n int) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.NewRaw("INSERT INTO organisations (code, status, name, kind, created_at) VALUES (?, 'approved', ?, 'nhs_trust', ?)",
			id.Code(), fmt.Sprintf("Trust %02d", n), tx.Now).Exec(h.Context())
		return err
	}
}

// many plants invoices of an organisation, to be listed.
func (h *house) many(o *organisation.Organisation, n int) {
	h.Helper()
	owner := dbtest.Owner(h, h.app)
	for _, statement := range []string{
		"ALTER TABLE invoices DISABLE TRIGGER USER",
		"INSERT INTO invoices (seq, number, organisation_id, run_id, total, issued_on, due_on, issued_at, snapshot, hash) " +
			"SELECT 100 + n, 'INV-' || lpad((100 + n)::text, 5, '0'), ?0, ?1, 100, '2026-11-23', '2026-12-23', now(), '', sha256('') FROM generate_series(1, ?2) n",
	} {
		if _, err := owner.NewRaw(statement, o.ID, h.run.ID, n).Exec(h.Context()); err != nil {
			h.Fatal(err)
		}
	}
}

// mails is how many were ever sent.
func (h *house) mails() (n int) {
	h.Helper()
	if err := dbtest.Owner(h, h.app).NewRaw("SELECT count(*) FROM mails").Scan(h.Context(), &n); err != nil {
		h.Fatal(err)
	}
	return n
}
