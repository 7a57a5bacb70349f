package admissions

import (
	"slices"
	"time"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
)

// NewSeat is a place of a team as its organisation asks for it.
type NewSeat struct {
	Name, Email string // empty: named later
	Peer        bool   // for a peer, so that one of the places kept for peers may be taken
	CostCode    string
}

// PricePart is how one payer shares in the price of each place.
type PricePart struct {
	Payer    billing.Payer // billing.Organisation, or billing.Learner for whoever sits there
	Name     string        // of another organisation that is asked to pay; empty: the one that books
	Email    string        // of whom to ask there
	Contact  string
	BP       int64        // basis points of the price: 6000 is 60 per cent
	Fixed    money.Amount // or so many pence of each place
	Rest     bool         // or what the others leave
	CostCode string
	Order    string // the number of the purchase order among those given now; empty: whichever has room
}

// TeamOrder is what an organisation orders for its staff.
type TeamOrder struct {
	Places        int
	Seats         []NewSeat          // in order; fewer than Places: the others are named later
	Parts         []PricePart        // nil: the organisation pays all
	Orders        []billing.NewOrder // given now; places are charged to them in order, as far as each reaches
	HoldUntil     london.Date        // the last day by which what is missing comes
	ApproverName  string             // who is asked by mail to agree to the cost; empty: nobody
	ApproverEmail string
	Reference     string // the buyer's own, for its invoices
	CostCode      string
	Gift          money.Amount // towards a place for a peer, in pence; on the invoice as a line of its own
	GiftFund      string       // its code
	Agreed        money.Amount // what the page said that this organisation pays in all, in pence
}

// TeamQuote is what a team would cost, with its working.
type TeamQuote struct {
	course.TeamPrice
	Parts []money.Amount // of one place, in the order of the parts, in pence; they add up to the price
	Own   money.Amount   // what the organisation that books pays for all places and as a gift
}

// wholeBP is all of a price in basis points.
const wholeBP = 10_000

// The lengths of a hold, in days.
const (
	// MostHeldDays is how long places are kept at most while an organisation brings what is missing.
	MostHeldDays = 30
	// UsuallyHeldDays is what the page proposes.
	UsuallyHeldDays = 14
)

// QuoteTeam works out what a team would cost at an instant. It returns an Invalid failure about "parts" when the parts do
// not meet the price.
func QuoteTeam(o *course.Offering, order TeamOrder, now time.Time) (TeamQuote, error) {
	q := TeamQuote{TeamPrice: o.TeamPrice(order.Places, now)}
	var err error
	if q.Parts, err = shareOut(q.Price, order.parts()); err != nil {
		return q, err
	}
	for i, p := range order.parts() {
		if p.own() {
			q.Own += q.Parts[i] * money.Amount(order.Places)
		}
	}
	q.Own += order.Gift
	return q, nil
}

// parts is how the price is shared: by the organisation alone unless it says otherwise.
func (t TeamOrder) parts() []PricePart {
	if len(t.Parts) == 0 {
		return []PricePart{{Payer: billing.Organisation, Rest: true}}
	}
	return t.Parts
}

// own reports whether the part is that of the organisation that books.
func (p PricePart) own() bool { return p.Payer == billing.Organisation && p.Name == "" }

// shareOut divides a price in pence among parts: first what is fixed, then per cents of the price, by largest remainder
// when they are all there is, and what is left to the one that takes the rest.
func shareOut(price money.Amount, parts []PricePart) ([]money.Amount, error) {
	amounts := make([]money.Amount, len(parts))
	weights := make([]int64, len(parts))
	left, bp, rest := price, int64(0), -1
	for i, p := range parts {
		switch {
		case p.Rest && rest >= 0:
			return nil, failure.Field("parts", "Only one of those who pay can take the rest")
		case p.Rest:
			rest = i
		case p.BP > 0:
			weights[i], bp = p.BP, bp+p.BP
			amounts[i] = price.Percent(p.BP)
		default:
			amounts[i] = p.Fixed
		}
		left -= amounts[i]
	}
	switch {
	case bp == wholeBP && rest < 0 && !slices.Contains(weights, 0):
		return price.Split(weights...), nil
	case rest >= 0 && left > 0:
		amounts[rest] = left
	case rest >= 0 || left != 0:
		return nil, failure.Field("parts", "What each pays must add up to "+price.String()+" for each place")
	}
	for _, a := range amounts {
		if a <= 0 {
			return nil, failure.Field("parts", "Each of those who pay must pay something")
		}
	}
	return amounts, nil
}
