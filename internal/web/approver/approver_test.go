package approver_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/web/approver"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// asked is somebody's link to agree to the cost of two places.
type asked struct {
	*testing.T
	app, machine *db.DB
	engine       *gin.Engine
	team         string
	link         string
	of           *organisation.Organisation
	by           id.Person // who books
}

func newAsked(t *testing.T) *asked {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	a := &asked{T: t, app: app, machine: dbtest.As(t, app, db.Worker), engine: pagetest.EngineAt(t, page.Viewer{}, clock.Now)}
	approver.Mount(a.engine, approver.Options{DB: app, Machine: a.machine})
	run := fixture.Run(t, app, "FND-T27", 20)
	by, staff := fixture.Person(t, app, "dinah@westermoor.example").ID, fixture.Person(t, app, "office@threshold.example", people.Admin).ID
	f := fixture.Fund(t, app, staff, "LANTERN", 0, fixture.Paying(fund.Rule{}, fund.Fee))
	dbtest.Force(t, app, "UPDATE funds SET sponsored = true WHERE id = ?", f.ID)
	a.write(func(tx *db.Tx) error {
		of, err := organisation.SignUp(t.Context(), tx, by, organisation.Details{Name: "Westermoor & Tarn", Kind: string(organisation.NHSTrust), Address: "1 Moor Lane",
			City: "Westermoor", Postcode: "LS11 1HP", InvoiceEmail: "dinah@westermoor.example", PORule: string(organisation.PONotUsed), TermsDays: 30})
		if err != nil {
			return err
		}
		if err := admissions.ApproveOrganisation(t.Context(), tx, staff, of.Code, false); err != nil {
			return err
		}
		a.of, a.by = of, by
		return a.book(tx, by, of, run)
	})
	var text string
	if err := dbtest.Owner(t, app).NewSelect().Table("mails").Column("text_body").Where("recipient = 'una@westermoor.example'").Scan(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(text, "/approve/")
	a.link = "/approve/" + strings.Fields(token)[0]
	return a
}

// book books two places, of which another organisation pays 40 per cent, and a gift.
func (a *asked) book(tx *db.Tx, by id.Person, of *organisation.Organisation, run *course.Offering) error {
	draft, err := enrolment.DraftOf(a.Context(), tx, by, of.ID, run.ID)
	if err != nil {
		return err
	}
	order := admissions.TeamOrder{Places: 2, Seats: []admissions.NewSeat{{Name: "Noor Haddad", Email: "noor@westermoor.example"}},
		Parts:     []admissions.PricePart{{Payer: billing.Organisation, Name: "Canary Vale", Email: "rae@canary.example", BP: 4_000}, {Payer: billing.Organisation, Rest: true}},
		HoldUntil: london.On(2026, 12, 7), ApproverName: "Una Boye", ApproverEmail: "una@westermoor.example", Reference: "CPD-7", Agreed: 415_000, Gift: 25_000, GiftFund: "LANTERN"}
	a.team = draft.Code
	_, err = admissions.BookTeam(a.Context(), tx, by, draft.Code, order)
	return err
}

func (a *asked) write(do func(tx *db.Tx) error) {
	a.Helper()
	if err := a.machine.Write(a.Context(), do); err != nil {
		a.Fatal(err)
	}
}

// ask sends a request without any session and checks the page that comes, if one does.
func (a *asked) ask(status int, method, address string, fields ...string) *goquery.Document {
	a.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	}
	w := httptest.NewRecorder()
	a.engine.ServeHTTP(w, r)
	if w.Code != status {
		a.Fatalf("%s %s: status %d, want %d\n%s", method, address, w.Code, status, w.Body)
	}
	if status == http.StatusSeeOther {
		if to := w.Header().Get("Location"); to != a.link {
			a.Errorf("led to %q", to)
		}
		return nil
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		a.Error("the page of a link is kept")
	}
	return pagetest.Check(a, w.Body.String())
}

func (a *asked) approval() (t *enrolment.TeamBooking) {
	a.Helper()
	t, err := enrolment.TeamByCode(a.Context(), a.app, a.team)
	if err != nil {
		a.Fatal(err)
	}
	return t
}

func says(t *testing.T, doc *goquery.Document, expected ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	for _, words := range expected {
		if !strings.Contains(text, words) {
			t.Errorf("the page does not say %q:\n%s", words, text)
		}
	}
}

func TestOneClickAgreesToTheCost(t *testing.T) {
	t.Parallel()
	a := newAsked(t)
	doc := a.ask(200, http.MethodGet, a.link)
	if got := doc.Find("input[name=agreed]").AttrOr("value", ""); got != "415000" {
		t.Errorf("the press carries %q", got)
	}
	says(t, doc, "Do you agree to £4,150.00?", "a gift towards a place for a peer £250.00", "Ana Reyes has booked 2 places for Westermoor & Tarn", "Noor Haddad", "1 place to be named later", "CPD-7", "Monday 7 December 2026")
	if text := doc.Text(); strings.Contains(text, "Canary") || strings.Contains(text, "6,500") || strings.Contains(text, "3,250") {
		t.Error("the page tells what others pay")
	}
	if title := doc.Find("title").Text(); !strings.HasPrefix(title, "Please answer") {
		t.Errorf("the title is %q", title)
	}
	a.ask(http.StatusSeeOther, http.MethodPost, a.link, "agreed", "415000")
	says(t, a.ask(200, http.MethodGet, a.link), "You have agreed", "We have told Ana Reyes", "£4,150.00")
	a.ask(http.StatusSeeOther, http.MethodPost, a.link, "agreed", "415000")
	says(t, a.ask(http.StatusConflict, http.MethodPost, a.link+"/no", "words", "No."), "This has been answered", "You have agreed")
	if got := a.approval().Approval; got != enrolment.ApprovalGiven {
		t.Errorf("the answer is %q", got)
	}
}

func TestWhatHasChangedSinceThePageWasOpenedIsNotAgreedTo(t *testing.T) {
	t.Parallel()
	a := newAsked(t)
	first, second := a.place(1), a.place(2)
	a.write(func(tx *db.Tx) error { // the other organisation does not pay for the first place
		return admissions.Reshare(t.Context(), tx, a.by, a.of, first, nil)
	})
	for _, agreed := range []string{"415000", "", "all"} {
		says(t, a.ask(http.StatusConflict, http.MethodPost, a.link, "agreed", agreed), "has changed since you opened this page", "Do you agree to £5,450.00?")
	}
	if got := a.approval().Approval; got != enrolment.ApprovalAsked {
		t.Fatalf("the answer is %q", got)
	}
	a.write(func(tx *db.Tx) error {
		return admissions.WithdrawSeat(t.Context(), tx, a.by, a.of, second, 0)
	})
	doc := a.ask(200, http.MethodGet, a.link)
	says(t, doc, "Do you agree to £3,500.00?", "Ana Reyes has booked 1 place for", "Noor Haddad")
	if strings.Contains(doc.Text(), "named later") {
		t.Error("a place that was given up is counted")
	}
	a.ask(http.StatusSeeOther, http.MethodPost, a.link, "agreed", "350000")
}

// place is the code of one of the two places.
func (a *asked) place(seat int) (code string) {
	a.Helper()
	if err := a.app.NewRaw("SELECT code FROM enrolments WHERE seat = ?", seat).Scan(a.Context(), &code); err != nil {
		a.Fatal(err)
	}
	return code
}

func TestSomebodySaysNoWithTheirWords(t *testing.T) {
	t.Parallel()
	a := newAsked(t)
	long := strings.Repeat("a", 1001)
	if doc := a.ask(http.StatusUnprocessableEntity, http.MethodPost, a.link+"/no", "words", long); doc.Find("#words").Text() != long {
		t.Error("what was typed is lost")
	}
	a.ask(http.StatusSeeOther, http.MethodPost, a.link+"/no", "words", "Ask me in April.")
	says(t, a.ask(200, http.MethodGet, a.link), "You have not agreed", "You wrote: Ask me in April.", "Ana Reyes, who will talk to you")
	if got := a.approval(); got.Approval != enrolment.ApprovalRefused || got.ApprovalWords != "Ask me in April." {
		t.Errorf("the answer is %q, %q", got.Approval, got.ApprovalWords)
	}
}

func TestAMailScannerAnswersNothing(t *testing.T) {
	t.Parallel()
	a := newAsked(t)
	for range 3 {
		a.ask(200, http.MethodGet, a.link)
	}
	if got := a.approval().Approval; got != enrolment.ApprovalAsked {
		t.Errorf("the answer is %q", got)
	}
	for _, link := range []string{"/approve/x", a.link + "x", "/approve/" + a.team} {
		a.ask(404, http.MethodGet, link)
		a.ask(404, http.MethodPost, link)
		a.ask(404, http.MethodPost, link+"/no")
	}
}

func TestNothingIsAskedOncePlacesAreNotHeldAnyMore(t *testing.T) {
	t.Parallel()
	a := newAsked(t)
	dbtest.Force(t, a.app, "UPDATE enrolments SET status = 'lapsed', held_until = NULL, ended_at = ?", pagetest.Now)
	says(t, a.ask(200, http.MethodGet, a.link), "You do not have to answer any more", "not held any more")
	says(t, a.ask(http.StatusConflict, http.MethodPost, a.link), "There is nothing left to do here.")
}
