package offer_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

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
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/offer"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// costs is somebody whose award pays £180 of travel, and their browser.
type costs struct {
	t        *testing.T
	clock    *dbtest.Clock
	app      *db.DB
	learners *db.DB
	officers *db.DB
	workers  *db.DB
	box      *secret.Box
	admin    people.Person
	ana      people.Person
	code     string // of the application
	engine   *gin.Engine
	viewer   page.Viewer
}

func newCosts(t *testing.T) *costs {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &costs{t: t, clock: clock, app: app, box: box, learners: dbtest.As(t, app, db.Learner), officers: dbtest.As(t, app, db.Office),
		workers: dbtest.As(t, app, db.Worker)}
	w.admin, w.ana = fixture.Person(t, app, "grace@threshold.example", people.Admin), fixture.Person(t, app, "ana@post.example")
	w.promised(fund.Travel, 18_000)
	w.engine = pagetest.EngineAt(t, page.Viewer{}, clock.Now)
	w.viewer = page.Viewer{Person: w.ana.ID, Name: "Ana"}
	w.engine.Use(func(c *gin.Context) { page.SetViewer(c, w.viewer) })
	offer.Mount(w.engine, offer.Options{DB: w.learners, Machine: w.workers, Box: box, SignedIn: func(*gin.Context) {}, Site: pagetest.Site})
	return w
}

func (w *costs) must(d *db.DB, person id.Person, f func(*db.Tx) error) {
	w.t.Helper()
	if err := d.WriteAs(w.t.Context(), db.Who{Person: person}, f); err != nil {
		w.t.Fatal(err)
	}
}

// promised gives Ana an accepted award of one line, with a place that is confirmed.
func (w *costs) promised(purpose fund.Purpose, amount money.Amount) {
	w.t.Helper()
	ctx := w.t.Context()
	run := fixture.Run(w.t, w.app, "FND-T27", 20)
	round := fixture.Round(w.t, w.officers, w.box, w.admin.ID, "SPRING-27", run.Code)
	f := &fund.Fund{Code: "NORTH-26", Name: "North", Purpose: "Places.", Kind: fund.Restricted, YearStarts: 4}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		if err := fund.Create(ctx, tx, w.admin.ID, f, fund.Terms{Pays: []fund.Pay{{Purpose: purpose}}}); err != nil {
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
	w.must(w.workers, 0, func(tx *db.Tx) error {
		e, err := enrolment.Offer(ctx, tx, run, enrolment.Claim{Person: w.ana.ID, Peer: true, Band: course.Peer, Until: tx.Now.AddDate(0, 0, 14)})
		if err != nil {
			return err
		}
		g := award.Grant{Applicant: award.Applicant{Application: app}, Choice: award.Choice{Run: run},
			Paid: []award.Paid{{Cost: award.Cost{Purpose: purpose, Amount: amount}, By: []fund.Part{{Fund: f.ID, Amount: amount}}}}}
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

func (w *costs) at(path string) string { return "/my/applications/" + w.code + "/claims" + path }

func (w *costs) send(r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

// open shows a page, checks it, and that it tells nobody who looks on what it is about.
func (w *costs) open(path string) *goquery.Document {
	w.t.Helper()
	answer := w.send(httptest.NewRequest(http.MethodGet, w.at(path), nil))
	if answer.Code != http.StatusOK {
		w.t.Fatalf("%s: status %d", path, answer.Code)
	}
	return w.checked(answer)
}

func (w *costs) checked(answer *httptest.ResponseRecorder) *goquery.Document {
	w.t.Helper()
	doc := pagetest.Check(w.t, answer.Body.String())
	for _, telling := range []string{"bursar", "peer", "mental", "health"} {
		if title := strings.ToLower(doc.Find("title").Text()); strings.Contains(title, telling) {
			w.t.Errorf("the title %q says %q", title, telling)
		}
	}
	pagetest.Easy(w.t, doc, ".app-text")
	return doc
}

func wordsOn(doc *goquery.Document) string {
	return strings.Join(strings.Fields(doc.Find("main").Text()), " ")
}

func (w *costs) says(doc *goquery.Document, all ...string) {
	w.t.Helper()
	for _, words := range all {
		if text := wordsOn(doc); !strings.Contains(text, words) {
			w.t.Errorf("the page does not say %q: %s", words, text)
		}
	}
}

// ticket is what is typed to ask for an amount of travel.
func ticket(amount string) url.Values {
	return url.Values{"claim": {id.Code()}, "purpose": {"travel"}, "amount": {amount}, "about": {"Train from Carlisle"},
		"bank_name": {"Ana Reyes"}, "sort_code": {"12-34-56"}, "account": {"12345678"}}
}

// upload sends the form with files, as a browser does.
func (w *costs) upload(typed url.Values, files ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, values := range typed {
		if err := parts.WriteField(name, values[0]); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, content := range files {
		name := "my diagnosis.pdf"
		if content == "" {
			name = ""
		}
		file, err := parts.CreateFormFile("receipts", name)
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := file.Write([]byte(content)); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := parts.Close(); err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, w.at("/new"), &body)
	r.Header.Set("Content-Type", parts.FormDataContentType())
	r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, offer.ClaimBody)
	return w.send(r)
}

const pdf = "%PDF-1.7 a ticket"

func TestMoneyIsAskedForWithReceiptsAndTheyCanBeHadBack(t *testing.T) {
	t.Parallel()
	w := newCosts(t)
	w.says(w.open(""), "Travel to the course", "£180.00", "Ask for money back")
	blank := w.open("/new")
	if blank.Find("input[name=purpose][checked]").AttrOr("value", "") != "travel" {
		t.Error("the only line is not chosen")
	}
	answer := w.upload(ticket("24.50"), pdf, "\x89PNG\r\n\x1a\n")
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != w.at("") {
		t.Fatalf("status %d: %s", answer.Code, answer.Body)
	}
	doc := w.open("")
	w.says(doc, "£24.50", "£155.50", "Sent", "We have it.", "Train from Carlisle", "ending 5678")
	if strings.Contains(doc.Text(), "diagnosis") || strings.Contains(doc.Text(), "12-34-56") {
		t.Error("the page shows the name of a file, or a sort code")
	}
	href := doc.Find("a:contains('Receipt 1')").AttrOr("href", "")
	got := w.send(httptest.NewRequest(http.MethodGet, href, nil))
	head := got.Header()
	if got.Body.String() != pdf || head.Get("Content-Disposition") != `attachment; filename="receipt-1.pdf"` || head.Get("X-Content-Type-Options") != "nosniff" || head.Get("Content-Type") != "application/pdf" {
		t.Errorf("the receipt: %v", head)
	}
	w.viewer = page.Viewer{Person: w.admin.ID}
	for _, path := range []string{href, w.at(""), w.at("/new"), w.at("/account")} {
		if code := w.send(httptest.NewRequest(http.MethodGet, path, nil)).Code; code != http.StatusNotFound {
			t.Errorf("%s is there for somebody else: %d", path, code)
		}
	}
}

func TestAPressTwiceAsksOnce(t *testing.T) {
	t.Parallel()
	w := newCosts(t)
	typed := ticket("24.50")
	for range 2 {
		if answer := w.upload(typed, pdf); answer.Code != http.StatusSeeOther {
			t.Fatalf("status %d: %s", answer.Code, answer.Body)
		}
	}
	if n := w.open("").Find(".app-thread__item").Length(); n != 1 {
		t.Errorf("%d were asked for", n)
	}
}

func TestWhatIsWrongIsSaidAndWhatWasTypedIsStillThere(t *testing.T) {
	t.Parallel()
	w := newCosts(t)
	typed := ticket("a lot")
	typed.Set("account", "1")
	answer := w.upload(typed, "")
	doc := w.checked(answer)
	if answer.Code != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", answer.Code)
	}
	w.says(doc, "Enter an amount, like 24.50.", "Add a receipt", "An account number has 6 to 8 digits.")
	if doc.Find("#about").Text() != "Train from Carlisle" || doc.Find("#amount").AttrOr("value", "") != "a lot" ||
		doc.Find("input[name=claim]").AttrOr("value", "") != typed.Get("claim") {
		t.Error("what was typed is lost")
	}
	var order []string
	doc.Find(".govuk-error-summary a").Each(func(_ int, s *goquery.Selection) { order = append(order, s.AttrOr("href", "")) })
	if want := []string{"#amount", "#receipts", "#account"}; !slices.Equal(order, want) {
		t.Errorf("the mistakes are in the order %v", order)
	}
}

func TestFilesThatAreTooManyOrTooLargeAreRefusedInWords(t *testing.T) {
	t.Parallel()
	w := newCosts(t)
	large := pdf + strings.Repeat("x", award.ReceiptLimit)
	for want, files := range map[string][]string{
		"You can add up to 5 files":         {pdf, pdf, pdf, pdf, pdf, pdf},
		"must be 5 MB or smaller":           {large},
		"The files are too large together.": slices.Repeat([]string{large + strings.Repeat("x", 1<<20)}, 5),
		"must be a PDF, a JPEG or a PNG":    {"<script>alert(1)</script>"},
	} {
		answer := w.upload(ticket("24.50"), files...)
		if answer.Code != http.StatusUnprocessableEntity || !strings.Contains(wordsOn(w.checked(answer)), want) {
			t.Errorf("%q: status %d, %s", want, answer.Code, answer.Body)
		}
	}
}

func TestWhatIsNoFormOrNoTextIsRefused(t *testing.T) {
	t.Parallel()
	w := newCosts(t)
	plain := httptest.NewRequest(http.MethodPost, w.at("/new"), strings.NewReader("purpose=travel"))
	plain.Header.Set("Content-Type", gin.MIMEPOSTForm)
	binary := ticket("24.50")
	binary.Set("about", "\xff\xfe")
	for what, answer := range map[string]*httptest.ResponseRecorder{"no files": w.send(plain), "no text": w.upload(binary, pdf)} {
		if answer.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", what, answer.Code)
		}
	}
}

func TestTheAccountIsChangedAndNotShown(t *testing.T) {
	t.Parallel()
	w := newCosts(t)
	w.upload(ticket("24.50"), pdf)
	w.says(w.open("/new"), "ending 5678")
	change := func(account string) *httptest.ResponseRecorder {
		typed := url.Values{"bank_name": {"Ana Reyes"}, "sort_code": {"654321"}, "account": {account}}
		r := httptest.NewRequest(http.MethodPost, w.at("/account"), strings.NewReader(typed.Encode()))
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
		return w.send(r)
	}
	if answer := change("12"); answer.Code != http.StatusUnprocessableEntity || !strings.Contains(wordsOn(w.checked(answer)), "6 to 8 digits") {
		t.Errorf("two digits: %d", answer.Code)
	}
	if answer := change("87654321"); answer.Code != http.StatusSeeOther {
		t.Fatalf("status %d", answer.Code)
	}
	w.says(w.open(""), "ending 4321")
	if source := w.open("/account").Find("main").Text(); strings.Contains(source, "87654321") {
		t.Error("the account is shown")
	}
}

func TestEveryStateOfAClaimIsSaidInWords(t *testing.T) {
	t.Parallel()
	w := newCosts(t)
	var codes []string
	for range 3 {
		typed := ticket("10.00")
		codes = append(codes, typed.Get("claim"))
		w.upload(typed, pdf)
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		ctx, by := t.Context(), w.admin.ID
		if err := award.ApproveClaim(ctx, tx, w.box, by, codes[0], 1_000, ""); err != nil {
			return err
		}
		if err := award.PayClaim(ctx, tx, by, codes[0], "REF 1", london.DateOf(tx.Now)); err != nil {
			return err
		}
		if err := award.ApproveClaim(ctx, tx, w.box, by, codes[1], 900, "The seat is not in the tariff."); err != nil {
			return err
		}
		if err := award.RefuseClaim(ctx, tx, w.box, by, codes[2], "The receipt cannot be read."); err != nil {
			return err
		}
		_, err := award.BookClaim(ctx, tx, w.box, by, w.code, award.Booking{Purpose: fund.Travel, Amount: 2_000, About: "Train home", Reference: "RAIL-7"})
		return err
	})
	w.says(w.open(""), "We paid you £10.00 on 23 November 2026. The reference is REF 1.", "We will pay you £9.00.", "The seat is not in the tariff.",
		"We cannot pay this.", "The receipt cannot be read.", "We booked and paid for this on 23 November 2026. The reference is RAIL-7.")
}

func TestAfterTheLastDayThePageSaysSo(t *testing.T) {
	t.Parallel()
	w := newCosts(t)
	w.clock.Advance(500 * 24 * time.Hour)
	w.says(w.open(""), "The last day to ask for this money has passed.")
	if answer := w.send(httptest.NewRequest(http.MethodGet, w.at("/new"), nil)); answer.Header().Get("Location") != w.at("") {
		t.Errorf("the form is there: %d", answer.Code)
	}
	if answer := w.upload(ticket("24.50"), pdf); answer.Code != http.StatusConflict {
		t.Errorf("status %d", answer.Code)
	}
}
