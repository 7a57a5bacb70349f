package employer_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/people"
)

// full is a pair whose twin has every place of the run, and the codes of those.
func full(t *testing.T, places int) (*pair, []string) {
	t.Helper()
	p := newPairOf(t, places)
	return p, p.book(p.twin, admissions.TeamOrder{Places: places})
}

// frees has the twin give places up, and the program offer them.
func (p *pair) frees(places ...string) {
	p.Helper()
	p.do(func(ctx context.Context, tx *db.Tx) error {
		for _, code := range places {
			if err := admissions.WithdrawSeat(ctx, tx, p.twin.who.ID, p.twin.of, code, 0); err != nil {
				return err
			}
		}
		return admissions.PassPlaces(ctx, tx, p.run.ID)
	})
}

func TestAnOrganisationWaitsForPlacesTakesTheOfferAndHasABooking(t *testing.T) {
	t.Parallel()
	p, theirs := full(t, 3)
	doc := p.open(p.mine, p.bookAt(p.mine, "places"))
	at := p.mine.at("/wait/FND-T27")
	if doc.Find(`main a[href="`+at+`"]`).Length() != 1 {
		t.Error("no link leads to the waiting list")
	}
	p.led(p.get(p.mine, "/employer/wait/FND-T27"), at)
	says(t, p.open(p.mine, at), "Nobody is in front of you", "£3,250.00", "Waiting costs nothing")
	for _, wrong := range []string{"", "0", "4", "-1", "two", "1000"} {
		doc := p.page(http.StatusUnprocessableEntity, p.post(p.mine, at, "places", wrong), at)
		if doc.Find("#places").AttrOr("value", "") != wrong {
			t.Errorf("%q is lost", wrong)
		}
	}
	wait := p.post(p.mine, at, "places", "2").Header().Get("Location")
	if !strings.HasPrefix(wait, p.mine.at("/waits/")) {
		t.Fatalf("joining led to %q", wait)
	}
	p.led(p.post(p.mine, at, "places", "2"), wait) // pressed twice
	p.led(p.get(p.mine, at), wait)
	says(t, p.open(p.mine, wait), "You wait for 2 places together", "Nobody is in front of you", "It is your turn as soon as enough places are free")
	says(t, p.open(p.mine, p.mine.at("")), "What you wait for", "Nobody is in front of you", "Nothing at the moment")

	p.frees(theirs[0])
	says(t, p.open(p.mine, wait), "You wait for 2 places together", "Now 1 is free")
	p.frees(theirs[1])
	home := p.open(p.mine, p.mine.at(""))
	says(t, home, "Say yes or no to 2 places on Open Dialogue foundation", "Kept for you until the end of Monday 30 November 2026")
	if home.Find(`main a[href="`+wait+`"]`).Length() != 1 {
		t.Error("the task does not lead to the offer")
	}
	doc = p.open(p.mine, wait)
	says(t, doc, "2 places are kept for you until the end of Monday 30 November 2026", "£6,500.00", "You owe nothing until you say yes", "purchase order")
	p.page(http.StatusConflict, p.post(p.mine, wait+"/take", "agreed", "325000"), wait)
	p.page(http.StatusConflict, p.post(p.mine, wait+"/take", "agreed", "lots"), wait)
	agreed := doc.Find("input[name=agreed]").AttrOr("value", "")
	booked := p.post(p.mine, wait+"/take", "agreed", agreed).Header().Get("Location")
	if !strings.HasPrefix(booked, p.mine.at("/bookings/")) {
		t.Fatalf("taking led to %q", booked)
	}
	p.led(p.post(p.mine, wait+"/take", "agreed", agreed), booked)
	says(t, p.open(p.mine, booked), "2 places are held until 23 December 2026 while you raise the purchase order", "Say who takes 2 places")
	says(t, p.open(p.mine, wait), "You have taken the places")
}

func TestAnOrganisationLeavesTheWaitingListOrSaysNo(t *testing.T) {
	t.Parallel()
	p, theirs := full(t, 2)
	at := p.mine.at("/wait/FND-T27")
	wait := p.post(p.mine, at, "places", "1").Header().Get("Location")
	p.led(p.post(p.mine, wait+"/leave"), p.mine.at(""))
	says(t, p.open(p.mine, wait), "You left this waiting list")
	wait = p.post(p.mine, at, "places", "1").Header().Get("Location")
	p.frees(theirs[0])
	says(t, p.open(p.mine, wait), "1 place is kept for you")
	p.led(p.post(p.mine, wait+"/leave"), p.mine.at(""))
	says(t, p.open(p.mine, wait), "not kept any more", "You owe nothing")
	p.page(http.StatusConflict, p.post(p.mine, wait+"/take", "agreed", "325000"), wait)
	// What is free is not waited for.
	p.led(p.post(p.mine, at, "places", "1"), p.mine.at("/book/FND-T27"))
}

func TestAnotherOrganisationsWaitDoesNotExist(t *testing.T) {
	t.Parallel()
	p, theirs := full(t, 2)
	wait := p.post(p.mine, p.mine.at("/wait/FND-T27"), "places", "1").Header().Get("Location")
	code := strings.TrimPrefix(wait, p.mine.at("/waits/"))
	for range 2 { // while it waits, and when it is offered a place
		for _, address := range []string{wait, p.twin.at("/waits/" + code)} {
			p.page(http.StatusNotFound, p.get(p.twin, address), address)
			p.page(http.StatusNotFound, p.post(p.twin, address+"/leave"), address)
			p.page(http.StatusNotFound, p.post(p.twin, address+"/take", "agreed", "325000"), address)
		}
		if strings.Contains(words(p.open(p.twin, p.twin.at(""))), "What you wait for") {
			t.Error("the twin sees what others wait for")
		}
		if len(theirs) > 0 {
			p.frees(theirs[0])
			theirs = nil
		}
	}
	says(t, p.open(p.mine, wait), "1 place is kept for you")
	p.page(http.StatusNotFound, p.get(p.twin, p.mine.at("/wait/FND-T27")), "the page to join")
	p.page(http.StatusNotFound, p.get(p.mine, p.mine.at("/wait/NO-SUCH")), "an unknown run")
}

func TestWhoActsForSeveralChoosesForWhichToWait(t *testing.T) {
	t.Parallel()
	p, _ := full(t, 2)
	doc := p.open(p.mine, "/employer/wait/FND-T27?other=yes")
	if doc.Find(`main a[href="`+p.mine.at("/wait/FND-T27")+`"]`).Length() != 1 {
		t.Error("the organisation cannot be chosen")
	}
	nobody := side{who: fixture.Person(t, p.app, "nobody@post.example", people.Trainer)}
	p.led(p.get(nobody, "/employer/wait/FND-T27"), "/employer/sign-up?run=FND-T27")
}
