package journey_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bursar/internal/app/apptest"
	"bursar/internal/sandbox"
)

// ready has an employer answer everything about one place, with the finger on the button.
func (e *employer) ready() apptest.Answer {
	e.w.t.Helper()
	a := e.asks(answers{"places": {"places", "1"}, "payer": {"payer", "us"}})
	e.reads(a, http.StatusOK, "Your organisation pays £4,200.00")
	return a
}

func TestEmployerGetsNoLastPlaceWhoseCardPageIsOpen(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 1, 420_000)
	defer w.inOrder()
	trust := w.employer("Westermoor & Tarn NHS Foundation Trust", "nhs_trust", "Jo Holt", "not_used")
	check := trust.ready()
	ana := w.visitor("Ana Reyes")
	ana.book(w.run.Code)
	w.drain()
	trust.reads(trust.sends(check, "check"), http.StatusConflict, "There are no places left on these dates")
	trust.reads(trust.Get(trust.page("/book/"+w.run.Code)), http.StatusOK, "There are no places left on these dates.", "What you typed is kept.")
	ana.pays(sandbox.CardPays)
	w.drain()
	ana.finds("confirmation", "Your place is confirmed")
	w.left(0)
	if n := w.Count("SELECT count(*) FROM shares WHERE organisation_id IS NOT NULL"); n != 0 {
		t.Errorf("%d shares of a place that the employer did not get", n)
	}
}

func TestEmployerKeepsTheLastPlaceWhenACardPageThatWasGivenUpIsPaidAfterAll(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 1, 420_000)
	defer w.inOrder()
	trust := w.employer("Westermoor & Tarn NHS Foundation Trust", "nhs_trust", "Jo Holt", "not_used")
	ana := w.learner("Ana Reyes")
	page := ana.lapses()
	place := trust.books(1, answers{})[0]
	trust.reads(trust.Get(trust.page("/places/"+place)), http.StatusOK, "Confirmed")
	ana.paysLate(page)
	w.drain()
	ana.finds("", "You are on the waiting list for these dates", "was sent to your card", "−£3,250.00")
	ana.told("payment-returned", "£3,250.00")
	w.left(0)
	w.due(place, 420_000)
	w.issues("1 invoice is issued, £4,200.00")
	trust.billed("INV-00001", 420_000, place)
}

func TestEmployersAndPeopleWhoPressForTheLastPlaceAtOnceLeaveOneWinner(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 1, 420_000)
	defer w.inOrder()
	crowd, client := w.crowd(6), hands()
	trusts, checks := make([]*employer, 4), make([]apptest.Answer, 4)
	for i := range trusts {
		trusts[i] = w.employer(fmt.Sprintf("%s Community Trust", []string{"Saltbridge", "Eastmarsh", "Kestrel", "Tidewell"}[i]), "nhs_trust", fmt.Sprintf("Jo Holt %d", i), "not_used")
		checks[i] = trusts[i].ready()
	}
	waiting, unlock := w.lockPlaces()
	held, booked := make([]outcome, len(crowd)), make([]apptest.Answer, len(trusts))
	done := make(chan struct{})
	go func() {
		defer close(done)
		all(len(crowd)+len(trusts), func(i int) {
			if i < len(crowd) {
				held[i] = w.press(t.Context(), client, crowd[i])
				return
			}
			booked[i-len(crowd)] = trusts[i-len(crowd)].sends(checks[i-len(crowd)], "check")
		})
	}()
	w.await("everybody stands before the lock", func() bool { return waiting() == len(crowd)+len(trusts) })
	unlock()
	<-done
	winners := 0
	for _, o := range held {
		if o.held() {
			winners++
		} else if !o.full() {
			t.Errorf("somebody got %d, %v: %.300s", o.status, o.err, o.body)
		}
	}
	for i, a := range booked {
		if strings.HasPrefix(a.URL.Path, trusts[i].page("/bookings/")) {
			winners++
		} else if a.Status != http.StatusConflict || !strings.Contains(a.Body, "There are no places left on these dates") {
			t.Errorf("%s got %d at %s", trusts[i].title, a.Status, a.URL)
		}
	}
	if winners != 1 {
		t.Errorf("%d have the last place", winners)
	}
	w.left(0)
}

func TestEmployerIsNotAskedForWhatIsBeingPaidByCard(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 1, 420_000)
	defer w.inOrder()
	house := w.employer("Kestrel House Wellbeing", "charity", "Kim Lowe", "not_used")
	ana := w.visitor("Ana Reyes")
	ana.book(w.run.Code)
	w.drain()
	page := ana.paymentPage()
	a := ana.finds("employer", "You have begun to pay your part by card")
	asked := ana.sends(a, "/employer", "employer", house.title, "employer_email", house.email, "employer_contact", house.name, "employer_amount", "3,250")
	ana.reads(asked, http.StatusConflict, "A payment by card has begun for this")
	if _, err := ana.try(page, sandbox.CardDeclined); !errors.Is(err, sandbox.ErrDeclined) {
		t.Fatal(err)
	}
	if _, err := ana.try(page, sandbox.CardPays); err != nil {
		t.Fatal(err)
	}
	w.drain()
	ana.finds("confirmation", "Your place is confirmed")
	house.reads(house.Get(house.page("")), http.StatusOK, "Nothing at the moment", "You have no places yet")
}
