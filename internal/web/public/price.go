package public

import (
	"fmt"

	"bursar/internal/course"
	"bursar/internal/money"
)

// fee is what one kind of payer pays for a place.
type fee struct {
	For, Hint string
	Amount    money.Amount
}

var payers = map[course.Band]fee{
	course.Organisation: {For: "Your employer pays", Hint: "Or another organisation, by invoice."},
	course.Self:         {For: "You pay yourself"},
	course.Peer:         {For: "You are a peer supporter", Hint: "You use your own experience of mental distress in your work, paid or not."},
}

// feesOf lists what each kind of payer pays, or nothing when everybody pays the same.
func feesOf(o *course.Offering) []fee {
	if o.OnePrice() {
		return nil
	}
	fees := make([]fee, len(o.Prices))
	for i, p := range o.Prices {
		fees[i] = payers[p.Band]
		fees[i].Amount = p.Amount
	}
	return fees
}

// priceFrom is the price in a list: "£3,250", or "from £1,950" when it depends on who pays.
func priceFrom(o *course.Offering) string {
	if o.OnePrice() {
		return o.Price(course.Self).Short()
	}
	lowest := money.Max
	for _, p := range o.Prices {
		lowest = min(lowest, p.Amount)
	}
	return "from " + lowest.Short()
}

// Discounts say what comes off the price for an employer, while something can.
func (p *runPage) Discounts() []string {
	d, price := p.Run.Discounts, p.Run.Price(course.Organisation)
	var lines []string
	if d.TeamFrom > 0 && d.TeamBP > 0 {
		lines = append(lines, fmt.Sprintf("%d places or more from one employer: %s off, %s for each place", d.TeamFrom, course.Percent(d.TeamBP), (price-price.Percent(d.TeamBP)).Short()))
	}
	if last := p.Run.StartsOn().AddDays(-d.EarlyDays); d.EarlyBP > 0 && !p.Today.After(last) {
		lines = append(lines, fmt.Sprintf("Booked by %s: %s off, %s for a place", last.Medium(), course.Percent(d.EarlyBP), (price-price.Percent(d.EarlyBP)).Short()))
	}
	if len(lines) == 2 {
		lines = append(lines, "Only the larger of the two comes off")
	}
	return lines
}

// length is "20 days in 4 blocks".
func length(o *course.Offering) string {
	days := plural(o.Days(), "day")
	if len(o.Blocks) == 1 {
		return days
	}
	return fmt.Sprintf("%s in %s", days, plural(len(o.Blocks), "block"))
}
