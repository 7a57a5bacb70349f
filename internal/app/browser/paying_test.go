package browser_test

import (
	"testing"
	"time"

	"bursar/internal/app/apptest"
	"bursar/internal/fixture"
)

// toPay is a window in which somebody has booked a place and is about to pay.
func toPay(t *testing.T) *Tab {
	t.Helper()
	w := apptest.New(t)
	fixture.Run(t, w.DB, "FND-T27", 5)
	fixture.Person(t, w.DB, "ana@people.example")
	b := Open(t, w, telephone)
	b.enter("ana@people.example")
	b.fill()
	b.Press(order)
	w.Settle()
	b.Arrive("Pay £3,250.00")
	return b
}

func TestACardThatIsRefusedSaysSoAndAnotherCanBeUsed(t *testing.T) {
	t.Parallel()
	b := toPay(t)
	for _, card := range []struct{ number, said string }{
		{"4000 0000 0000 0002", "The card was declined"}, {"4000 0000 0000 9995", "There is not enough money on the card"},
	} {
		b.Fill("number", card.number)
		b.Press("Pay £3,250.00")
		b.Check(422, "Error: Pay £3,250.00")
		b.Says(card.said)
	}
	b.Fill("number", "1234")
	b.Press("Pay £3,250.00")
	b.Check(422, "Error: Pay £3,250.00")
	b.Says("Never type a real card's number here")

	b.Fill("number", "4000 0025 0000 3155")
	b.Press("Pay £3,250.00")
	b.See("")
	b.Says("confirm that you are the holder of the card")
	b.Press("No, refuse it")
	b.Check(200, "Error: Pay £3,250.00")
	b.Fill("number", "4000 0025 0000 3155")
	b.Press("Pay £3,250.00")
	b.Press("Yes, confirm the payment")
	b.world.Settle()
	b.Arrive("Your place is confirmed")
	b.See("Your place is confirmed")
}

func TestABankTakesItsTimeAndMayRefuse(t *testing.T) {
	t.Parallel()
	b := toPay(t)
	payPage := b.Path()
	b.Choose("Bank debit that the bank refuses after 4 days")
	b.Press("Pay £3,250.00")
	b.world.Settle()
	b.Arrive("Your place: ")
	b.See("Your place: ")
	b.Says("Your bank is confirming your payment")
	b.Visit(payPage)
	b.See("Your bank is confirming the payment")
	b.world.Clock.Set(b.world.Clock.Now().Add(5 * 24 * time.Hour))
	b.world.Sandbox.Tick()
	b.world.Settle()
	b.enter("ana@people.example")
	b.leads("opening the place", clickFirst(`a[href^="/my/places/"]`))
	b.See("Your place: ")
	b.Says("Your bank did not make the payment")
	b.Visit(payPage)
	b.See("Your bank did not make the payment")
}

func TestAPaymentPageThatWasLeftOpenHasClosed(t *testing.T) {
	t.Parallel()
	b := toPay(t)
	b.world.Clock.Set(b.world.Clock.Now().Add(time.Hour))
	b.world.Sandbox.Tick()
	b.world.Settle()
	b.Press("Pay £3,250.00")
	b.Check(409, "This payment page has closed")
	b.Press("Go back and start again")
	b.See("Your place: ")
	b.Says("was not paid for in time")
}
