package invoice

import (
	"fmt"
	"strings"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/money"
)

// sorting is what parts have in common that stand on one line.
type sorting struct {
	description  string
	amount, list money.Amount
	discount     string
	costCode     string
}

// lines writes the lines of an invoice, and for each the parts that it asks for. Equal places stand on one line.
func (g *group) lines(o *course.Offering, p *Provider, orderLine string) ([]Line, [][]part) {
	var lines []Line
	var parts [][]part
	at := map[sorting]int{}
	for _, part := range g.parts {
		s := part.sorting(o)
		i, known := at[s]
		if !known {
			i = len(lines)
			at[s] = i
			lines, parts = append(lines, s.line(i+1, orderLine)), append(parts, nil)
		}
		lines[i].Quantity++
		lines[i].Places = append(lines[i].Places, part.Place)
		lines[i].Gross += part.amount
		lines[i].Discount += s.list - s.amount
		parts[i] = append(parts[i], part)
	}
	if g.gift != nil {
		lines = append(lines, Line{Number: len(lines) + 1, Description: "Gift to " + g.gift.Fund, Quantity: 1, Unit: g.gift.Amount, Gross: g.gift.Amount})
		parts = append(parts, nil)
	}
	taxed(lines, g.gift != nil, p)
	return lines, parts
}

func (s sorting) line(number int, orderLine string) Line {
	return Line{Number: number, Description: s.description, Unit: s.list, DiscountName: s.discount, CostCode: s.costCode, OrderLine: orderLine}
}

// discounts names what was taken off.
var discounts = map[course.Discount]string{
	course.TeamDiscount: "Team discount", course.EarlyDiscount: "Discount for booking early", course.AgreedPrice: "Agreed price",
}

// sorting describes a part. Only of a place that the organisation pays alone it tells the price before a discount.
func (p part) sorting(o *course.Offering) sorting {
	s := sorting{amount: p.amount, list: p.amount, costCode: p.CostCode}
	where := fmt.Sprintf("%s (%s), %s, %s to %s", o.Course.Title, o.Code, o.Where(), o.StartsOn().Medium(), o.EndsOn().Medium())
	switch {
	case p.Kept != nil:
		s.description = "Charge for a place that was given up: " + where
	case p.Amount < p.Price:
		s.description = "Your part of the price of a place: " + where
	default:
		s.description = "Place: " + where
	}
	if p.StageLabel != "" {
		s.description += ". " + p.StageLabel
	}
	if name := discounts[course.Discount(p.Discount)]; name != "" && p.amount == p.Price && p.List > p.Price {
		s.list, s.discount = p.List, name
	}
	return s
}

// taxed puts VAT on lines whose gross stands. A gift, the last line, has none.
func taxed(lines []Line, gift bool, p *Provider) {
	code, rate, reason := p.vat()
	for i := range lines {
		l := &lines[i]
		l.VATCode, l.VATRate, l.VATReason = code, rate, reason
		if gift && i == len(lines)-1 && rate > 0 {
			l.VATCode, l.VATRate, l.VATReason = ExemptFromVAT, 0, "A gift, outside the scope of VAT"
		}
	}
	shareVAT(lines)
}

// shareVAT works out the VAT that is in the gross of lines. The net of all of them is chosen so that VAT counted once on it
// gives the gross wherever any net does, as electronic invoices demand (EN 16931, BR-CO-17), and shared to the penny.
func shareVAT(lines []Line) {
	var gross money.Amount
	var weights []int64
	rate := 0
	for i := range lines {
		l := &lines[i]
		l.Net, l.VAT = l.Gross, 0
		if l.VATRate > 0 {
			rate = l.VATRate
			gross += l.Gross
		}
		weights = append(weights, int64(l.Gross)*int64(min(l.VATRate, 1)))
	}
	if gross == 0 {
		return
	}
	for i, net := range billing.NetOf(gross, rate).Split(weights...) {
		if l := &lines[i]; l.VATRate > 0 {
			l.Net, l.VAT = net, l.Gross-net
		}
	}
}

// vatOf divides the VAT of a line among amounts that come to it.
func (l Line) vatOf(amounts []money.Amount) []money.Amount {
	weights := make([]int64, len(amounts))
	for i, a := range amounts {
		weights[i] = int64(a)
	}
	return l.VAT.Split(weights...)
}

// PlaceList lists the codes of places in words: "Place K7Q2-9M", "Places K7Q2-9M, …"; nothing without any.
func (l Line) PlaceList() string {
	switch len(l.Places) {
	case 0:
		return ""
	case 1:
		return "Place " + l.Places[0]
	}
	return "Places " + strings.Join(l.Places, ", ")
}
