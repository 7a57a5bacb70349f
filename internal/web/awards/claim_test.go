package awards_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/awards"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// payer is the office's pages about claims behind their real wall, and somebody whose award pays £180 of travel.
type payer struct {
	t        *testing.T
	app      *db.DB
	learners *db.DB
	officers *db.DB
	box      *secret.Box
	admin    people.Person
	ana      people.Person
	code     string // of the application
	engine   *gin.Engine
	grace    *http.Cookie // of the administrator
}

func newPayer(t *testing.T) *payer {
	t.Helper()
	app, _ := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &payer{t: t, app: app, box: box, learners: dbtest.As(t, app, db.Learner), officers: dbtest.As(t, app, db.Office)}
	w.admin, w.ana = fixture.Person(t, app, "grace@threshold.example", people.Admin), fixture.Person(t, app, "ana@post.example")
	w.promised(18_000)
	wall := account.New(account.Options{DB: app, Box: box, Issuer: "Threshold"})
	w.engine = pagetest.Engine(t, page.Viewer{})
	w.engine.Use(wall.Sessions())
	awards.Mount(w.engine, awards.Options{DB: w.officers, Box: box, Staff: wall.Staff})
	w.grace = w.session(w.admin.ID, people.StartVerifiedSession)
	return w
}

func (w *payer) must(d *db.DB, person id.Person, f func(*db.Tx) error) {
	w.t.Helper()
	if err := d.WriteAs(w.t.Context(), db.Who{Person: person}, f); err != nil {
		w.t.Fatal(err)
	}
}

// promised gives Ana an accepted award of travel, with a place that is confirmed.
func (w *payer) promised(amount money.Amount) {
	w.t.Helper()
	ctx := w.t.Context()
	run := fixture.Run(w.t, w.app, "FND-T27", 20)
	round := fixture.Round(w.t, w.officers, w.box, w.admin.ID, "SPRING-27", run.Code)
	f := &fund.Fund{Code: "NORTH-26", Name: "North", Purpose: "Places.", Kind: fund.Restricted, YearStarts: 4}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		if err := fund.Create(ctx, tx, w.admin.ID, f, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Travel}}}); err != nil {
			return err
		}
		_, err := fund.RecordGift(ctx, tx, w.admin.ID, f.ID, 100_000, "A foundation", "BACS 1")
		return err
	})
	var app *bursary.Application
	w.must(w.learners, w.ana.ID, func(tx *db.Tx) (err error) {
		if app, err = bursary.Begin(ctx, tx, w.ana.ID, round.Code); err != nil {
			return err
		}
		if _, err = bursary.Save(ctx, tx, w.box, w.ana.ID, app.Code, form.Current().Questions(), fixture.GoodAnswers(run.Code), nil, tx.Now); err != nil {
			return err
		}
		app, err = bursary.Submit(ctx, tx, w.box, w.ana.ID, app.Code, tx.Now)
		return err
	})
	w.code = app.Code
	w.must(dbtest.As(w.t, w.app, db.Worker), 0, func(tx *db.Tx) error {
		e, err := enrolment.Offer(ctx, tx, run, enrolment.Claim{Person: w.ana.ID, Peer: true, Band: course.Peer, Until: tx.Now.AddDate(0, 0, 14)})
		if err != nil {
			return err
		}
		g := award.Grant{Applicant: award.Applicant{Application: app}, Choice: award.Choice{Run: run},
			Paid: []award.Paid{{Cost: award.Cost{Purpose: fund.Travel, Amount: amount}, By: []fund.Part{{Fund: f.ID, Amount: amount}}}}}
		a, err := award.Make(ctx, tx, g, round.ID, e.ID, false)
		if err != nil {
			return err
		}
		if err := a.Move(award.Accepted, tx.Now); err != nil {
			return err
		}
		if err := award.Save(ctx, tx, a); err != nil {
			return err
		}
		return enrolment.Confirm(ctx, tx, e)
	})
}

// session signs somebody in.
func (w *payer) session(person id.Person, start func(context.Context, *db.Tx, id.Person, string) (string, error)) *http.Cookie {
	w.t.Helper()
	var token string
	w.must(w.app, 0, func(tx *db.Tx) (err error) {
		token, err = start(w.t.Context(), tx, person, "a test")
		return err
	})
	return &http.Cookie{Name: "session", Value: token}
}

// asked is a claim of Ana's.
func (w *payer) asked(amount money.Amount) *award.Claim {
	w.t.Helper()
	var one *award.Claim
	w.must(w.learners, w.ana.ID, func(tx *db.Tx) (err error) {
		one, err = award.AskClaim(w.t.Context(), tx, w.box, w.ana.ID, w.code, award.Asking{
			Purpose: fund.Travel, Amount: amount, About: "Train from Carlisle", Receipts: []award.Upload{{Body: []byte("%PDF-1.7 ticket")}},
			Bank: &award.Bank{Name: "Ana Reyes", Sort: "123456", Account: "12345678"},
		}, tx.Now)
		return err
	})
	return one
}

func (w *payer) get(address string, cookie *http.Cookie) *httptest.ResponseRecorder {
	return w.send(httptest.NewRequest(http.MethodGet, address, nil), cookie)
}

func (w *payer) send(r *http.Request, cookie *http.Cookie) *httptest.ResponseRecorder {
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

// open shows a page to the administrator and checks it.
func (w *payer) open(address string) *goquery.Document {
	w.t.Helper()
	answer := w.get(address, w.grace)
	if answer.Code != http.StatusOK || answer.Header().Get("Cache-Control") != "no-store" {
		w.t.Fatalf("%s: status %d, %v", address, answer.Code, answer.Header())
	}
	return pagetest.Check(w.t, answer.Body.String())
}

// post sends fields, in pairs, as the administrator.
func (w *payer) post(address string, fields ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	typed := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		typed.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(typed.Encode()))
	r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	return w.send(r, w.grace)
}

// done wants a post to go well and to lead somewhere.
func (w *payer) done(answer *httptest.ResponseRecorder, to string) {
	w.t.Helper()
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != to {
		w.t.Fatalf("status %d to %q, want %q: %s", answer.Code, answer.Header().Get("Location"), to, answer.Body)
	}
}

// refused wants the same page again with a sentence.
func (w *payer) refused(answer *httptest.ResponseRecorder, status int, sentence string) *goquery.Document {
	w.t.Helper()
	doc := pagetest.Check(w.t, answer.Body.String())
	if answer.Code != status || !strings.Contains(claimWords(doc), sentence) {
		w.t.Fatalf("status %d, want %d and %q: %s", answer.Code, status, sentence, claimWords(doc))
	}
	return doc
}

func claimWords(doc *goquery.Document) string {
	return strings.Join(strings.Fields(doc.Find("main").Text()), " ")
}

func (w *payer) says(doc *goquery.Document, all ...string) {
	w.t.Helper()
	for _, words := range all {
		if text := claimWords(doc); !strings.Contains(text, words) {
			w.t.Errorf("%q is not on the page: %s", words, text)
		}
	}
}

func TestAClaimIsDecidedAndPaidOnItsPage(t *testing.T) {
	t.Parallel()
	w := newPayer(t)
	one := w.asked(12_000)
	list := w.open("/admin/claims")
	w.says(list, one.Code, "Travel", "£120.00", "To decide")
	if strings.Contains(list.Text(), "Carlisle") {
		t.Error("the list shows words")
	}
	if file := w.get("/admin/claims/save/claims.csv", w.grace).Body.String(); !strings.Contains(file, one.Code) || !strings.Contains(file, ",Travel,To decide,120.00,") || strings.Contains(file, "Carlisle") {
		t.Errorf("saved: %s", file)
	}
	at := "/admin/claims/" + one.Code
	doc := w.open(at)
	w.says(doc, "Train from Carlisle", "£180.00, of which £60.00", "written down")
	if strings.Contains(doc.Text(), "12345678") || doc.Find("#amount").AttrOr("value", "") != "120.00" {
		t.Error("the account is shown before it is to be paid, or the amount is not filled in")
	}
	again := w.refused(w.post(at+"/decide", "decision", "approve", "amount", "100", "reason", ""), http.StatusUnprocessableEntity, "Say why it is less.")
	if again.Find("#amount").AttrOr("value", "") != "100" {
		t.Error("what was typed is lost")
	}
	w.refused(w.post(at+"/decide", "amount", "100", "reason", ""), http.StatusUnprocessableEntity, "Choose whether it is paid")
	w.refused(w.post(at+"/decide", "decision", "refuse", "amount", "120.00", "reason", ""), http.StatusUnprocessableEntity, "Say why.")
	w.done(w.post(at+"/decide", "decision", "approve", "amount", "100", "reason", "One ticket was not for the course."), at)
	w.says(w.open(at), "To pay", "£100.00", "12-34-56", "12345678", "Ana Reyes", "One ticket was not for the course.")
	w.refused(w.post(at+"/pay", "reference", "REF 1", "paid-day", "x", "paid-month", "11", "paid-year", "2026"), http.StatusUnprocessableEntity, "Enter the day on which it was paid.")
	w.done(w.post(at+"/pay", "reference", "REF 1", "paid-day", "23", "paid-month", "11", "paid-year", "2026"), at)
	paid := w.open(at)
	w.says(paid, "23 November 2026, reference REF 1")
	if strings.Contains(paid.Text(), "12345678") {
		t.Error("the account is shown after it was paid")
	}
	w.says(w.open("/admin/claims"), "Nothing waits")
	w.refused(w.post(at+"/decide", "decision", "refuse", "amount", "", "reason", "No."), http.StatusConflict, "has changed")
}

func TestAReceiptIsAFileToKeepAndNeverAPage(t *testing.T) {
	t.Parallel()
	w := newPayer(t)
	one := w.asked(12_000)
	href := w.open("/admin/claims/"+one.Code).Find("a:contains('Receipt 1')").AttrOr("href", "")
	answer := w.get(href, w.grace)
	head := answer.Header()
	if answer.Body.String() != "%PDF-1.7 ticket" || !strings.HasPrefix(head.Get("Content-Disposition"), "attachment;") || head.Get("X-Content-Type-Options") != "nosniff" ||
		head.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || head.Get("Cache-Control") != "no-store" {
		t.Errorf("%d: %v", answer.Code, head)
	}
	for _, nth := range []string{"0", "2", "x"} {
		if code := w.get("/admin/claims/"+one.Code+"/receipts/"+nth, w.grace).Code; code != http.StatusNotFound {
			t.Errorf("receipt %s: %d", nth, code)
		}
	}
}

func TestSomethingIsBookedForSomebodyOnce(t *testing.T) {
	t.Parallel()
	w := newPayer(t)
	at := "/admin/applications/" + w.code + "/claims"
	form := w.open(at).Find("input[name=claim]").AttrOr("value", "")
	w.refused(w.post(at, "claim", form, "purpose", "travel", "amount", "200", "about", "Train", "reference", ""), http.StatusUnprocessableEntity, "There is £180.00 left for travel.")
	fields := []string{"claim", form, "purpose", "travel", "amount", "99.50", "about", "Train on 8 March, seat 4A", "reference", "RAIL-7"}
	w.done(w.post(at, fields...), at)
	w.done(w.post(at, fields...), at)
	doc := w.open(at)
	w.says(doc, "Booked, RAIL-7", "£80.50", "seat 4A")
	if n := doc.Find("a[href^='/admin/claims/']").Length(); n != 1 {
		t.Errorf("%d bookings", n)
	}
	w.says(w.open("/admin/claims/"+form), "What we booked", "Paid")
}

func TestALongListOfClaimsGoesOnByKey(t *testing.T) {
	t.Parallel()
	w := newPayer(t)
	first := w.asked(100)
	dbtest.Force(t, w.app, `INSERT INTO sensitive.claims (code, line_id, status, booked, asked, about, asked_at)
		SELECT 'Z' || lpad(n::text, 3, '0') || '-ZZ', line_id, status, booked, 1, about, asked_at FROM sensitive.claims, generate_series(1, 60) n WHERE id = ?`, first.ID)
	doc := w.open("/admin/claims")
	if n := doc.Find("tbody tr").Length(); n != 50 {
		t.Errorf("%d rows", n)
	}
	next := w.open(doc.Find("a[rel=next]").AttrOr("href", ""))
	if n := next.Find("tbody tr").Length(); n != 11 {
		t.Errorf("%d rows on the next page", n)
	}
}

func TestClaimsAreThereForBursaryStaffAlone(t *testing.T) {
	t.Parallel()
	w := newPayer(t)
	one := w.asked(12_000)
	trainer := w.session(fixture.Person(t, w.app, "tess@threshold.example", people.Trainer).ID, people.StartVerifiedSession)
	half := w.session(fixture.Person(t, w.app, "hugh@threshold.example", people.Admin).ID, people.StartSession)
	for _, address := range []string{
		"/admin/claims", "/admin/claims/save/claims.csv", "/admin/claims/save/reviews.csv", "/admin/claims/" + one.Code, "/admin/claims/" + one.Code + "/receipts/1", "/admin/applications/" + w.code + "/claims",
	} {
		for who, cookie := range map[string]*http.Cookie{"nobody": nil, "a trainer": trainer, "without a second factor": half} {
			if code := w.get(address, cookie).Code; code == http.StatusOK {
				t.Errorf("%s sees %s", who, address)
			}
		}
	}
}
