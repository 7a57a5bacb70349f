package browser_test

import (
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/money"
)

const (
	lena  = "lena.fox@westermoor.example"
	haris = "haris.mir@westermoor.example"
)

// one is what a place in London costs an organisation, in pence.
const one = 420_000 * money.Amount(1)

// ordered is a booking of so many places that one purchase order pays.
func ordered(places int, number string, worth money.Amount) admissions.TeamOrder {
	return admissions.TeamOrder{Places: places, Orders: []billing.NewOrder{{Number: number, Amount: worth}}}
}

func TestEmployerNamesAPlaceLaterAndGivesItToAColleague(t *testing.T) {
	t.Parallel()
	w := newTrading(t)
	of := w.trust()
	w.booked(of, ordered(2, "QX1-80001", 2*one))
	number := w.issue()[0]
	w.Settle()
	home := "/employer/" + of.Code
	b := w.signedIn(t, jo)
	b.Visit("/employer")
	b.inBoth(200, "Your organisations")
	b.Press(of.Name)
	b.inBoth(200, of.Name)
	b.leads("what is missing", clickFirst(`main a[href*="show=name"]`))
	b.inBoth(200, of.Name)
	b.Says("These places have no name yet.")
	b.leads("opening a place", clickFirst(`main a[href*="/places/"]`))
	b.inBoth(200, "Place ")
	place := b.Path()
	b.Press("Say who takes the place")
	b.inBoth(200, "Say who takes the place")
	b.Press("Save")
	b.Refused(422, "Say who takes the place", "name", "email")
	b.names("Lena Fox", lena)
	w.Settle()
	w.tells(lena, "1 to 5 February 2027", of.Name)

	b.Press("Give the place to a colleague")
	b.inBoth(200, "Give the place to a colleague")
	b.Says("Lena Fox has this place now. The place, the price and the invoice stay as they are.")
	b.Fill("name", "Haris Mir")
	b.Fill("email", "haris at work")
	b.Press("Save")
	b.Refused(422, "Give the place to a colleague", "email")
	b.Keeps(map[string]string{"name": "Haris Mir", "email": "haris at work"})
	b.names("Haris Mir", haris)
	b.Says("Haris Mir", "Lena Fox")
	w.Settle()
	w.tells(haris, "1 to 5 February 2027", of.Name)
	w.tells(lena, "colleague")
	if b.Path() != place {
		t.Errorf("the place is now at %s", b.Path())
	}
	b.Visit(home + "/invoices/" + number)
	b.Says("£8,400.00")
	b.light(home, place)
	b.goRound(place)

	learner := w.signedIn(t, haris)
	learner.Visit("/my")
	learner.leads("opening the place", clickFirst(`main a[href^="/my/places/"]`))
	learner.inBoth(200, "Your place: ")
	learner.Says(of.Name)
	w.signedIn(t, lena).Visit("/my")
}

// names says who takes the place.
func (b *Tab) names(name, email string) {
	b.t.Helper()
	b.Fill("name", name)
	b.Fill("email", email)
	b.Press("Save")
	b.inBoth(200, "Place ")
	b.Says(name)
}
