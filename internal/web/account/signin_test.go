package account_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/web/account"
)

func TestSomebodyComesInByTheLinkAndGoesOnWhereTheyWere(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser()
	b.redirected(b.get("/my"), "/sign-in?next=%2Fmy")
	asked := b.get("/sign-in?next=%2Fmy%3Fa%3Db")
	if next := asked.doc.Find("input[name=next]").AttrOr("value", ""); next != "/my?a=b" {
		t.Errorf("the form goes on to %q", next)
	}
	b.redirected(b.post("/sign-in", "email", "Sam@Tidewell.example", "next", "/my?a=b"), "/sign-in/check")
	b.shows(b.get("/sign-in/check"), 200, "We have sent an email to sam@tidewell.example")
	path, _ := b.letter()
	b.shows(b.get(path), 200, "You are signing in as sam@tidewell.example")
	b.redirected(b.post(path), "/my?a=b")
	b.shows(b.get("/my"), 200, "sam@tidewell.example")
	if b.cookie("sign-in") != "" {
		t.Error("the browser still remembers the request")
	}
}

func TestOpeningALinkNeverUsesIt(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser()
	b.post("/sign-in", "email", "sam@tidewell.example")
	path, _ := b.letter()
	for range 3 {
		got := b.get(path)
		b.shows(got, 200, "Sign in")
		if got.header.Get("Referrer-Policy") != "no-referrer" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("the page may leak its address: %v", got.header)
		}
	}
	if b.cookie("session") != "" {
		t.Error("opening the link signed somebody in")
	}
	b.redirected(b.post(path), "/my")
}

func TestADeadLinkOffersANewOneRightThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b, other := s.browser(), s.browser()
	b.signIn("sam@tidewell.example")
	path, _ := b.letter()
	const words = "This link has been used or is more than an hour old. Ask for a new one."
	for _, got := range []reply{other.get(path), other.post(path), other.get("/sign-in/invented"), other.post("/sign-in/invented")} {
		other.shows(got, http.StatusConflict, words)
		if got.doc.Find("form[action='/sign-in'] input[name=email]").Length() != 1 {
			t.Error("there is no form for a new link")
		}
	}
	b.redirected(b.get(path), "/my") // a double click is no mistake
	b.redirected(b.post(path), "/my")
	b.post("/sign-in", "email", "ana@kestrel.example")
	path, _ = b.letter()
	s.clock.Advance(time.Hour)
	other.shows(other.get(path), http.StatusConflict, words)
}

func TestSomebodyComesInByTheCode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b, other := s.browser(), s.browser()
	b.redirected(b.post("/sign-in", "email", "sam@tidewell.example", "next", "/my"), "/sign-in/check")
	_, code := b.letter()
	other.redirected(other.get("/sign-in/check"), "/sign-in")
	other.redirected(other.post("/sign-in/check", "code", code), "/sign-in")
	b.redirected(b.post("/sign-in/check", "code", code[:3]+" "+code[3:]), "/my")
	b.shows(b.get("/my"), 200, "sam@tidewell.example")
}

func TestAWrongCodeSaysHowManyTriesAreLeft(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser()
	b.post("/sign-in", "email", "sam@tidewell.example")
	_, code := b.letter()
	b.shows(b.post("/sign-in/check", "code", ""), 422, "Enter the six-digit code from the email")
	for _, words := range []string{"try 4 more times", "try 3 more times", "try 2 more times", "try once more", "cannot be used any more"} {
		got := b.post("/sign-in/check", "code", "12 34")
		b.shows(got, 422, words)
		if got.doc.Find("#code").AttrOr("value", "") != "12 34" {
			t.Error("what was typed is gone")
		}
	}
	b.shows(b.post("/sign-in/check", "code", code), 422, "cannot be used any more")
	if b.cookie("session") != "" {
		t.Error("a dead code signed somebody in")
	}
	b.redirected(b.post("/sign-in", "email", "sam@tidewell.example", "next", ""), "/sign-in/check")
	_, code = b.letter()
	b.redirected(b.post("/sign-in/check", "code", code), "/my")
}

func TestThePageAfterAskingIsTheSameForEveryAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.staff("ada@threshold.example", people.Admin)
	pages := map[string]bool{}
	for _, email := range []string{"ada@threshold.example", "nobody@kestrel.example"} {
		b := s.browser()
		asked := b.post("/sign-in", "email", email)
		got := b.get("/sign-in/check")
		pages[asked.to+strings.ReplaceAll(got.body, email, "…")] = true
	}
	b := s.browser()
	for range 6 { // over the limit too
		b.post("/sign-in", "email", "ada@threshold.example")
	}
	got := b.get("/sign-in/check")
	pages["/sign-in/check"+strings.ReplaceAll(got.body, "ada@threshold.example", "…")] = true
	if len(pages) != 1 {
		t.Errorf("there are %d different pages", len(pages))
	}
}

func TestWhatIsNoAddressIsShownAtItsField(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser()
	b.shows(b.post("/sign-in", "email", ""), 422, "Enter your email address")
	got := b.post("/sign-in", "email", "sam@tidewell", "next", "/my")
	b.shows(got, 422, "Enter an email address in the correct format")
	if got.doc.Find("#email").AttrOr("value", "") != "sam@tidewell" || got.doc.Find("input[name=next]").AttrOr("value", "") != "/my" {
		t.Error("what was typed is gone")
	}
}

func TestNobodyIsLedAwayAfterSigningIn(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser()
	got := b.get("/sign-in?next=//e.example")
	if next := got.doc.Find("input[name=next]").AttrOr("value", "?"); next != "" {
		t.Errorf("the form goes on to %q", next)
	}
	b.post("/sign-in", "email", "sam@tidewell.example", "next", "https://e.example/")
	_, code := b.letter()
	b.redirected(b.post("/sign-in/check", "code", code), "/my")
	b.redirected(b.get("/sign-in?next=//e.example"), "/my")
	b.redirected(b.get("/sign-in?next=/courses"), "/courses")
}

func TestASessionPlantedInABrowserOpensNothingAfterwards(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	thief, victim := s.browser(), s.browser()
	thief.signIn("thief@kestrel.example")
	planted := thief.cookie("session")
	victim.client.Jar = thief.client.Jar
	victim.signIn("sam@tidewell.example")
	if victim.cookie("session") == planted {
		t.Fatal("the planted token was kept")
	}
	if _, err := people.SessionOf(t.Context(), s, planted, s.Now()); err == nil {
		t.Error("the planted token still opens a session")
	}
}

func TestTooManyRequestsFromOneNetworkAreTurnedAway(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	for range 30 {
		b.redirected(b.post("/sign-in", "email", "sam@tidewell.example"), "/sign-in/check")
	}
	b.shows(b.post("/sign-in", "email", "ana@kestrel.example"), http.StatusServiceUnavailable, "too many sign-in attempts from your network")
	s.clock.Advance(time.Minute)
	b.redirected(b.post("/sign-in", "email", "ana@kestrel.example"), "/sign-in/check")
	for range 60 {
		b.post("/sign-in/invented")
	}
	path, code := b.letter()
	b.shows(b.post(path), http.StatusServiceUnavailable, "too many")
	b.shows(b.post("/sign-in/check", "code", code), http.StatusServiceUnavailable, "too many")
}

func TestASessionThatIsUsedSlides(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.signIn("sam@tidewell.example")
	for range 3 {
		s.clock.Advance(people.LearnerIdle - time.Second)
		b.shows(b.get("/my"), 200, "sam@")
	}
	s.clock.Advance(people.LearnerIdle)
	b.redirected(b.get("/my"), "/sign-in?next=%2Fmy")
	if got := b.get("/"); got.status != 200 || strings.Contains(got.body, "sam@") {
		t.Errorf("a public page after the session's end: %d %s", got.status, got.body)
	}
}

func TestWordsSentAfterTheSessionEndedAreGivenBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.signIn("sam@tidewell.example")
	s.clock.Advance(people.LearnerIdle)
	got := b.post("/my/words", "words", "a \"long\" <answer>\nin two lines", "tick", "1", "tick", "2")
	b.shows(got, http.StatusConflict, "Nothing you typed is lost")
	form := got.doc.Find("form[action='/my/words']")
	if words := form.Find("input[name=words]").AttrOr("value", ""); words != "a \"long\" <answer>\nin two lines" {
		t.Errorf("kept %q", words)
	}
	if form.Find("input[name=tick]").Length() != 2 || got.doc.Find("a[href='/sign-in'][target=_blank]").Length() != 1 {
		t.Error("the form cannot be sent again as it was")
	}
	b.signIn("sam@tidewell.example")
	b.shows(b.post("/my/words", "words", "again"), 200, "kept again")
}

func TestTheCookieIsOutOfReachOfScriptsAndNeighbours(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.post("/sign-in", "email", "sam@tidewell.example")
	path, _ := b.letter()
	for _, cookie := range b.post(path).header.Values("Set-Cookie") {
		if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || !strings.Contains(cookie, "Path=/") || strings.Contains(cookie, "Domain") {
			t.Errorf("the cookie is %s", cookie)
		}
	}
}

func TestOverHTTPSOnlyThisHostCanSetTheCookie(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := account.New(account.Options{DB: s.DB, Box: s.box, Issuer: "Threshold", Secure: true})
	e := gin.New()
	e.GET("/", func(c *gin.Context) { a.Admit(c, "the-token") })
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if cookie := w.Header().Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-session=the-token;") || !strings.Contains(cookie, "; Secure") {
		t.Errorf("the cookie is %s", cookie)
	}
}

func TestSigningOutEndsTheSessionAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.shows(b.get("/sign-out"), 200, "You are signed out")
	b.signIn("sam@tidewell.example")
	token := b.cookie("session")
	b.shows(b.get("/sign-out"), 200, "Do you want to sign out?")
	b.shows(b.get("/my"), 200, "sam@")
	got := b.post("/sign-out")
	b.redirected(got, "/")
	if got.header.Get("Clear-Site-Data") != `"cache"` || b.cookie("session") != "" {
		t.Errorf("the browser keeps things: %v", got.header)
	}
	if _, err := people.SessionOf(t.Context(), s, token, s.Now()); err == nil {
		t.Error("the session lives on")
	}
	b.redirected(b.post("/sign-out"), "/")
}

func TestAnotherPersonsSignInEndsTheFirstOnes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.signIn("sam@tidewell.example")
	first := b.cookie("session")
	b.signIn("ana@kestrel.example")
	b.shows(b.get("/my"), 200, "ana@kestrel.example")
	s.write(func(tx *db.Tx) error {
		if _, err := people.SessionOf(t.Context(), tx, first, tx.Now); err == nil {
			t.Error("the first session lives on")
		}
		return nil
	})
}
