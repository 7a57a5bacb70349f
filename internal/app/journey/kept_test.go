package journey_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"bursar/internal/sandbox"
)

func TestASessionThatEndsBeforeTheButtonIsPressedLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.learner("Ana Reyes")
	last := ana.fillIn(w.run.Code)
	w.Clock.Advance(25 * time.Hour)
	a := ana.submit(last)
	ana.reads(a, http.StatusConflict, "Sign in to go on", "Nothing you typed is lost")
	ana.signIn()
	ana.order(a)
	w.drain()
	ana.pays(sandbox.CardPays)
}

func TestWhatWasTypedInOneBrowserIsThereInAnotherAfterSigningIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.visitor("Ana Reyes")
	ana.confirmAddress(ana.fillIn(w.run.Code))
	elsewhere := w.learner(ana.name)
	a := elsewhere.follow(elsewhere.Get("/my"), "Continue")
	a = elsewhere.follow(a, "Continue")
	elsewhere.reads(a, http.StatusOK, ana.name, ana.phone, "Total to pay: £3,250.00")
	elsewhere.order(a)
}

func TestAMistakeKeepsEveryWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.visitor("Ana Reyes")
	a := ana.Get("/runs/" + w.run.Code + "/book/learner")
	a = ana.submit(a)
	ana.reads(a, http.StatusUnprocessableEntity, "There is a problem", "Choose who the place is for")
	a = ana.submit(a, "learner", "myself")
	a = ana.submit(a, "payer", "myself")
	a = ana.submit(a, "name", "Ana Reyes", "email", "ana.people.example", "phone", "my telephone")
	ana.reads(a, http.StatusUnprocessableEntity, "There is a problem")
	for field, typed := range map[string]string{"name": "Ana Reyes", "email": "ana.people.example", "phone": "my telephone"} {
		if got := a.Page.Find(`[name="`+field+`"]`).AttrOr("value", ""); got != typed {
			t.Errorf("%s holds %q after a mistake, want %q", field, got, typed)
		}
	}
	a = ana.Get("/runs/" + w.run.Code + "/book/details")
	if got := a.Page.Find(`[name="name"]`).AttrOr("value", ""); got != "Ana Reyes" {
		t.Errorf("what was right is %q when she comes back", got)
	}
	a = ana.submit(a, "email", ana.email, "phone", "")
	ana.order(ana.confirmAddress(a))
	if n := w.Count("SELECT count(*) FROM bookings"); n != 1 {
		t.Errorf("%d bookings", n)
	}
}

func TestOtherDatesAreOneClickAwayWhenTheLastPlaceGoesMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	w.otherDates("FND-T28", 3)
	ana, ben := w.visitor("Ana Reyes"), w.learner("Ben Okri")
	last := ana.confirmAddress(ana.fillIn(w.run.Code))
	ben.book(w.run.Code)
	a := ana.submit(last)
	ana.reads(a, http.StatusConflict, "There are no places left on these dates", "What you typed is kept", "You have not been charged")
	a = ana.submit(a, "to", "FND-T28")
	ana.reads(a, http.StatusOK, "has been carried over", "Total to pay: £3,250.00", ana.name, ana.phone)
	ana.order(a)
	ana.pays(sandbox.CardPays)
	ben.pays(sandbox.CardPays)
}

func TestBackAndASecondTabLeadToTheOnePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	defer w.sound()
	ana := w.learner("Ana Reyes")
	first := ana.fillIn(w.run.Code)
	second := ana.Get("/runs/" + w.run.Code + "/book/check")
	ana.order(first)
	code := ana.code
	for name, a := range map[string]func(){
		"the second tab":   func() { ana.order(second) },
		"the button again": func() { ana.order(first) },
		"back": func() {
			ana.reads(ana.Get("/runs/"+w.run.Code+"/book/check"), http.StatusOK, "You already have a place on these dates", code)
		},
	} {
		if a(); ana.code != code {
			t.Errorf("%s made another place %s beside %s", name, ana.code, code)
		}
	}
	w.left(4)
	ana.pays(sandbox.CardPays)
	w.drain()
	ana.order(second)
	if ana.code != code {
		t.Errorf("after paying, the button makes another place")
	}
}

func TestAConnectionThatIsLostAfterTheButtonWasPressedLosesNothingAndBooksNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20)
	defer w.sound()
	crowd, client := w.crowd(10), hands()
	waiting, unlock := w.lockPlaces()
	ctx, leave := context.WithCancel(t.Context())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		all(len(crowd), func(i int) { w.press(ctx, client, crowd[i]) })
	}()
	w.await("everybody's order is being worked", func() bool { return waiting() == len(crowd) })
	leave()
	<-gone
	unlock()
	for _, m := range crowd {
		first, second := w.press(t.Context(), client, m), w.press(t.Context(), client, m)
		if !first.held() || second.to != first.to {
			t.Errorf("%s got %d to %q and then to %q", m.name, first.status, first.to, second.to)
		}
	}
	w.left(10)
}
