package account_test

import (
	"net/http"
	"testing"
)

func TestSomebodySeesAndChangesTheirDetails(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser()
	b.redirected(b.get("/my/account"), "/sign-in?next=%2Fmy%2Faccount")
	b.signIn("sam@tidewell.example")
	b.shows(b.get("/my/account"), 200, "Not given yet")
	got := b.post("/my/account/details", "name", "", "phone", "ring me")
	b.shows(got, 422, "Enter your full name")
	b.shows(got, 422, "Enter a telephone number")
	if got.doc.Find("#phone").AttrOr("value", "") != "ring me" {
		t.Error("what was typed is gone")
	}
	b.redirected(b.post("/my/account/details", "name", "Sam O'Neill", "phone", "020 7946 0000"), "/my/account")
	got = b.get("/my/account")
	b.shows(got, 200, "Your changes have been saved.")
	b.shows(got, 200, "Sam O'Neill")
	b.shows(got, 200, "020 7946 0000")
	if name := b.get("/my/account/details").doc.Find("#name").AttrOr("value", ""); name != "Sam O'Neill" {
		t.Errorf("the form begins with %q", name)
	}
}

func TestSomebodySeesWhereTheyAreSignedInAndSignsOutEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	phone, laptop := s.browser(), s.browser()
	phone.signIn("sam@tidewell.example")
	laptop.signIn("sam@tidewell.example")
	got := laptop.get("/my/account")
	laptop.shows(got, 200, "Firefox on Android")
	laptop.shows(got, 200, "Now: this device")
	if rows := got.doc.Find("tbody tr").Length(); rows != 2 {
		t.Errorf("%d devices are listed", rows)
	}
	laptop.redirected(laptop.post("/my/account/sign-out-everywhere"), "/")
	for _, b := range []*browser{phone, laptop} {
		b.redirected(b.get("/my"), "/sign-in?next=%2Fmy")
	}
	if laptop.cookie("session") != "" {
		t.Error("the browser keeps its cookie")
	}
}

func TestSomebodyChoosesWhichEmailsTheyGet(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser()
	b.redirected(b.get("/my/account/emails"), "/sign-in?next=%2Fmy%2Faccount%2Femails")
	b.signIn("sam@tidewell.example")
	b.shows(b.get("/my/account"), 200, "All of them")
	b.shows(b.post("/my/account/emails"), 422, "Choose which emails we send you")
	b.redirected(b.post("/my/account/emails", "emails", "needed"), "/my/account")
	b.shows(b.get("/my/account"), 200, "Only those that you need for your place")
	if value := b.get("/my/account/emails").doc.Find("input[checked]").AttrOr("value", ""); value != "needed" {
		t.Errorf("the form begins with %q", value)
	}
	b.redirected(b.post("/my/account/emails", "emails", "all"), "/my/account")
	b.shows(b.get("/my/account"), 200, "All of them")
}

func TestOnesOwnPagesAreKeptByNobody(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser()
	b.signIn("sam@tidewell.example")
	for _, path := range []string{"/my/account", "/my/account/details", "/my/account/emails", "/sign-out"} {
		if got := b.get(path); got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
	}
}
