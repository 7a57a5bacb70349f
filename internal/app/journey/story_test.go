package journey_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/sandbox"
)

func TestAVisitorFindsTheCourseBooksPaysAndCancelsForAllTheMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	defer w.sound()
	ana := w.visitor("Ana Reyes")
	a := ana.follow(ana.Get("/"), "Courses")
	a = ana.follow(a, w.run.Course.Title)
	ana.reads(a, http.StatusOK, "£3,250")
	a = ana.Get("/runs/" + w.run.Code)
	a = ana.follow(a, "Book a place")
	a = ana.follow(a, "Start")
	a = ana.submit(a, "learner", "myself")
	a = ana.submit(a, "payer", "myself")
	a = ana.submit(a, "name", ana.name, "email", ana.email, "phone", ana.phone)
	a = ana.confirmAddress(a)
	ana.reads(a, http.StatusOK, "Total to pay: £3,250.00", ana.name, ana.email, ana.phone)
	ana.order(a)
	w.left(1)
	ana.reads(ana.pays(sandbox.CardPays), http.StatusOK, "We are checking your payment")

	w.drain()
	ana.finds("confirmation", "Your place is confirmed", ana.code, "£3,250.00 by card")
	ana.finds("receipt", ana.name, "Paid in full: £3,250.00")
	ana.told("place-confirmed", "Dear Ana Reyes", "Paid: £3,250.00", ana.code)
	files := w.mails(ana.email)[0].Attachments
	if len(files) != len(w.run.Blocks) || !strings.HasPrefix(string(files[0].Body), "BEGIN:VCALENDAR") {
		t.Errorf("%d invitations for %d blocks", len(files), len(w.run.Blocks))
	}

	w.later(13 * day)
	ana.signIn() // a session lasts a day
	ana.finds("cancel", "you get back £3,250.00", "We keep nothing")
	ana.cancels()
	w.left(2)
	w.drain()
	ana.told("place-withdrawn", "You get back: £3,250.00", "We keep: £0.00")
	ana.finds("", "was sent to your card", "−£3,250.00")
	ana.finds("receipt", "Paid, less refunds: £0.00")
}

func TestADeclinedCardIsNoLossAndAnotherOnePays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.visitor("Ana Reyes")
	ana.book(w.run.Code)
	w.drain()
	page := ana.paymentPage()
	for _, card := range []string{sandbox.CardDeclined, sandbox.CardNoFunds} {
		if _, err := ana.try(page, card); !errors.Is(err, sandbox.ErrDeclined) {
			t.Errorf("%s: %v", card, err)
		}
		w.drain()
		ana.finds("", "Your place is held for you until")
	}
	ana.pays(sandbox.CardPays)
	w.drain()
	ana.finds("confirmation", "Your place is confirmed")
}

func TestABankThatAsksWhetherItIsReallyTheHolderIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.visitor("Ana Reyes")
	ana.book(w.run.Code)
	ana.pays(sandbox.CardAuthenticate)
	w.drain()
	ana.finds("confirmation", "Your place is confirmed")
}

func TestAPlaceIsKeptWhileABankTakesFourDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.visitor("Ana Reyes")
	ana.book(w.run.Code)
	ana.pays(sandbox.BankPays)
	w.drain()
	ana.finds("", "Your bank is confirming your payment")
	ana.told("bank-confirming", "Please do not pay again")
	for range 3 {
		w.later(day)
		w.left(0)
	}
	w.later(day)
	ana.told("place-confirmed", "Paid: £3,250.00")
	ana.signIn()
	ana.finds("confirmation", "Your place is confirmed")
}

func TestABankThatRefusesAfterFourDaysFreesThePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.visitor("Ana Reyes")
	ana.book(w.run.Code)
	ana.pays(sandbox.BankRefuses)
	w.drain()
	w.later(4 * day)
	w.left(1)
	ana.signIn()
	ana.finds("", "Your bank did not make the payment", "You have not been charged", "Book again")
	ana.told("place-lapsed", "You have not been charged")
	ana.book(w.run.Code)
	ana.pays(sandbox.CardPays)
}

func TestAPageThatIsLeftAloneEndsAndThePlaceIsFree(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana, ben := w.visitor("Ana Reyes"), w.visitor("Ben Okri")
	ana.book(w.run.Code)
	w.drain()
	w.later(34 * time.Minute)
	w.left(0)
	ben.reads(ben.Get("/runs/"+w.run.Code+"/book"), http.StatusOK, "There are no places left on these dates")
	w.later(4 * time.Minute)
	w.left(1)
	ana.told("place-lapsed", "you can book again")
	ana.finds("", "This place was not paid for in time", "Book again")
	ben.book(w.run.Code)
	ben.pays(sandbox.CardPays)
	w.drain()
	ana.reads(ana.Get("/runs/"+w.run.Code+"/book"), http.StatusOK, "There are no places left on these dates")
}

func TestALateCancellationGoesByTheScale(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		on         time.Time
		back, kept string
	}{
		"the last day of the 14":     {time.Date(2026, time.December, 7, 22, 0, 0, 0, time.UTC), "£3,250.00", "£0.00"},
		"the first day after the 14": {time.Date(2026, time.December, 8, 0, 30, 0, 0, time.UTC), "£3,175.00", "£75.00"},
		"60 days before":             {time.Date(2027, time.January, 7, 12, 0, 0, 0, time.UTC), "£3,175.00", "£75.00"},
		"59 days before":             {time.Date(2027, time.January, 8, 12, 0, 0, 0, time.UTC), "£1,625.00", "£1,625.00"},
		"28 days before":             {time.Date(2027, time.February, 8, 12, 0, 0, 0, time.UTC), "£1,625.00", "£1,625.00"},
		"27 days before":             {time.Date(2027, time.February, 9, 12, 0, 0, 0, time.UTC), "£0.00", "£3,250.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			defer w.sound()
			ana := w.visitor("Ana Reyes")
			ana.book(w.run.Code)
			ana.pays(sandbox.CardPays)
			w.drain()
			w.Clock.Set(c.on)
			ana.signIn()
			ana.finds("cancel", "you get back "+c.back)
			ana.cancels()
			w.left(1)
			w.drain()
			ana.told("place-withdrawn", "You get back: "+c.back, "We keep: "+c.kept)
		})
	}
}

func TestARefundThatComesBackIsStillOwedAndShownToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.visitor("Ana Reyes")
	ana.book(w.run.Code)
	ana.pays(sandbox.CardRefundFails)
	w.drain()
	ana.cancels()
	w.drain()
	w.later(5 * day)
	ana.signIn()
	ana.finds("", "We still owe you the money")
	w.doubts = []billing.DoubtKind{billing.RefundCameBack}
}
