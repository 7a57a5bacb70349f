package account_test

import (
	"bytes"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"bursar/internal/people"
)

const factorPath = "/sign-in/second-factor"

// key is what an authenticator app reads off the set-up page.
func (b *browser) key() string {
	b.t.Helper()
	got := b.get(factorPath)
	b.shows(got, 200, "Set up your authenticator app")
	return strings.ReplaceAll(strings.TrimSpace(got.doc.Find("#main-content p > strong").Text()), " ", "")
}

func (b *browser) code(key string) string {
	b.t.Helper()
	code, err := totp.GenerateCode(key, b.clock.Now())
	if err != nil {
		b.t.Fatal(err)
	}
	return code
}

// enrolled is a browser of an administrator who has just set up the app, and the app's key.
func enrolled(t *testing.T) (*browser, string) {
	t.Helper()
	s := newSite(t)
	s.staff("ada@threshold.example", people.Admin)
	b := s.browser()
	b.redirected(reply{status: http.StatusSeeOther, to: b.signIn("ada@threshold.example")}, factorPath)
	b.shows(b.get(factorPath), 200, "Set it up")
	b.redirected(b.post(factorPath+"/set-up"), factorPath)
	key := b.key()
	b.redirected(b.post(factorPath, "code", b.code(key), "next", ""), "/admin")
	return b, key
}

func TestStaffSetUpAnAppAtTheirFirstSignIn(t *testing.T) {
	t.Parallel()
	b, _ := enrolled(t)
	b.shows(b.get("/admin"), 200, "ada@threshold.example admin")
	b.redirected(b.get(factorPath), "/admin")
	b.redirected(b.post(factorPath+"/set-up"), "/admin")
	b.redirected(b.post(factorPath, "code", "123456"), "/admin")
	b.redirected(b.get("/sign-in"), "/admin")
}

func TestStaffAreNobodySpecialBeforeTheSecondFactor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.staff("ada@threshold.example", people.Admin)
	b := s.browser()
	b.signIn("ada@threshold.example")
	b.redirected(b.get("/admin"), factorPath+"?next=%2Fadmin")
	got := b.post("/admin/words", "words", "kept for later")
	b.shows(got, http.StatusConflict, "Nothing you typed is lost")
	if got.doc.Find("a[href='"+factorPath+"']").Length() != 1 {
		t.Error("the page does not lead to the second factor")
	}
	if got := b.get("/my"); strings.Contains(got.body, "admin") {
		t.Errorf("the pages are told a role: %s", got.body)
	}
}

func TestStaffSignInAgainWithTheirApp(t *testing.T) {
	t.Parallel()
	b, key := enrolled(t)
	b.clock.Advance(people.StaffIdle)
	b.redirected(b.get("/admin"), "/sign-in?next=%2Fadmin")
	b.post("/sign-in", "email", "ada@threshold.example", "next", "/admin")
	path, _ := b.letter()
	b.redirected(b.post(path), factorPath+"?next=%2Fadmin")
	before := b.cookie("session")
	got := b.get(factorPath + "?next=/admin")
	b.shows(got, 200, "Enter the code from your app")
	if strings.Contains(got.body, key) || got.doc.Find("img[src='"+factorPath+"/qr.png']").Length() != 0 {
		t.Error("the key is shown a second time")
	}
	if got := b.get(factorPath + "/qr.png"); got.status != http.StatusConflict {
		t.Errorf("the picture of a confirmed key: %d", got.status)
	}
	b.shows(b.post(factorPath, "code", "", "next", "/admin"), 422, "Enter the six-digit code from your authenticator app")
	got = b.post(factorPath, "code", "000000", "next", "/admin")
	b.shows(got, 422, "That code is not right")
	if got.doc.Find("input[name=next]").AttrOr("value", "") != "/admin" {
		t.Error("a wrong code forgets where to go")
	}
	b.redirected(b.post(factorPath, "code", b.code(key), "next", "/admin"), "/admin")
	if b.cookie("session") == before {
		t.Error("the token was not rotated")
	}
	b.shows(b.get("/admin"), 200, "ada@threshold.example admin")
}

func TestGuessingTheAppsCodeStops(t *testing.T) {
	t.Parallel()
	b, key := enrolled(t)
	b.clock.Advance(time.Minute)
	b.signIn("ada@threshold.example")
	for range 5 {
		b.shows(b.post(factorPath, "code", "12"), 422, "That code is not right")
	}
	b.shows(b.post(factorPath, "code", b.code(key)), 422, "Wait 15 minutes")
	b.redirected(b.get("/admin"), factorPath+"?next=%2Fadmin")
	b.clock.Advance(15 * time.Minute)
	b.redirected(b.post(factorPath, "code", b.code(key)), "/admin")
}

func TestThePictureIsAQRCodeForThisPersonAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.staff("ada@threshold.example", people.Admin)
	b := s.browser()
	b.signIn("ada@threshold.example")
	if got := b.get(factorPath + "/qr.png"); got.status != http.StatusNotFound {
		t.Errorf("before setting up: %d", got.status)
	}
	b.post(factorPath + "/set-up")
	got := b.get(factorPath + "/qr.png")
	if got.header.Get("Cache-Control") != "no-store" || got.header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture may be kept: %v", got.header)
	}
	picture, err := png.Decode(bytes.NewReader([]byte(got.body)))
	if err != nil || picture.Bounds().Dx() != 288 {
		t.Fatalf("the picture is no picture: %v", err)
	}
	if r, _, _, _ := picture.At(3, 3).RGBA(); r != 0xffff {
		t.Error("the picture has no white margin")
	}
	visitor := s.browser()
	visitor.redirected(visitor.get(factorPath+"/qr.png"), "/sign-in?next=%2Fsign-in%2Fsecond-factor%2Fqr.png")
	visitor.signIn("sam@tidewell.example")
	if got := visitor.get(factorPath + "/qr.png"); got.status != http.StatusNotFound {
		t.Errorf("a learner's picture: %d", got.status)
	}
	visitor.redirected(visitor.post(factorPath+"/set-up"), "/my")
}

func TestAStaffAreaIsHiddenFromEverybodyElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	visitor := s.browser()
	visitor.redirected(visitor.get("/admin"), "/sign-in?next=%2Fadmin")
	visitor.signIn("sam@tidewell.example")
	if got := visitor.get("/admin"); got.status != http.StatusNotFound {
		t.Errorf("a learner: %d", got.status)
	}
	b, _ := enrolled(t)
	b.staff("ada@threshold.example", people.Trainer) // ends her session
	b.redirected(b.get("/admin"), "/sign-in?next=%2Fadmin")
}

func TestARoleOpensItsOwnAreaOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.staff("tom@threshold.example", people.Trainer)
	b := s.browser()
	b.signIn("tom@threshold.example")
	b.post(factorPath + "/set-up")
	b.redirected(b.post(factorPath, "code", b.code(b.key())), "/teach")
	if got := b.get("/admin"); got.status != http.StatusNotFound {
		t.Errorf("a trainer in the office: %d", got.status)
	}
}
