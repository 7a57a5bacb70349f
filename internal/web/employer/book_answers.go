package employer

import (
	"fmt"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// answers lists what was answered, each with the page that changes it.
func (v *visit) answers(order admissions.TeamOrder) page.Summary {
	rows := []page.Row{
		{Key: "Course", Value: v.Run.Course.Title},
		{Key: "Dates", Lines: blocks(v.Run)},
		{Key: "Where", Value: v.Run.Where()},
		{Key: "For", Value: v.Of.Name},
		{Key: "Places", Value: fmt.Sprint(order.Places), Href: v.path(stepPlaces)},
		{Key: "Who pays", Lines: v.paying(order), Href: v.path(stepPayer)},
		{Key: "Who comes", Lines: v.coming(), Href: v.path(stepNames)},
	}
	if v.Ordered() {
		rows = append(rows, page.Row{Key: "Purchase orders", Lines: v.ordering(order), Href: v.path(stepOrders)})
	}
	rows = append(rows, page.Row{Key: "Agreement and references", Lines: v.quoting(), Href: v.path(stepApproval)})
	if len(v.funds) > 0 {
		row := page.Row{Key: "A place for a peer", Value: "No gift", Href: v.path(stepGift)}
		if cause := v.cause(); order.Gift > 0 && cause != nil {
			row.Value = order.Gift.String() + " for " + cause.Name
		}
		rows = append(rows, row)
	}
	return page.Summary{Rows: rows}
}

func blocks(o *course.Offering) []string {
	lines := make([]string, len(o.Blocks))
	for i, b := range o.Blocks {
		lines[i] = london.Days(b.StartsOn, b.EndsOn)
	}
	return lines
}

// payerOf is who pays a part besides the organisation, or "".
func payerOf(p admissions.PricePart) string {
	switch {
	case p.Payer == billing.Learner:
		return "The person pays"
	case p.Name != "":
		return p.Name + " pays"
	}
	return ""
}

func (v *visit) paying(order admissions.TeamOrder) []string {
	if v.Draft.Payer.Payer == payerUs {
		return []string{"Our organisation"}
	}
	var lines []string
	q, err := admissions.QuoteTeam(v.Run, order, v.now)
	for i, p := range order.Parts {
		switch who := payerOf(p); {
		case err != nil:
		case who != "":
			lines = append(lines, fmt.Sprintf("%s %s of each place", who, q.Parts[i]))
		case p.Order != "":
			lines = append(lines, fmt.Sprintf("Our organisation pays %s of each place, by purchase order %s", q.Parts[i], p.Order))
		default:
			lines = append(lines, fmt.Sprintf("Our organisation pays %s of each place", q.Parts[i]))
		}
	}
	return lines
}

func (v *visit) coming() []string {
	var lines []string
	later := 0
	for _, s := range v.seats() {
		if s.Name == "" {
			later++
			continue
		}
		line := s.Name + ", " + s.Email
		if s.Peer {
			line += " (peer supporter)"
		}
		lines = append(lines, line)
	}
	if later > 0 {
		lines = append(lines, count(later, "place")+" to be named later")
	}
	return lines
}

func (v *visit) ordering(order admissions.TeamOrder) []string {
	var lines []string
	for _, o := range order.Orders {
		line := o.Number + ", worth " + o.Amount.String()
		if o.Line != "" {
			line += ", line " + o.Line
		}
		if o.Name != "" {
			line += ", in the name of " + o.Name
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 && v.Of.PORule == organisation.PORequired {
		return []string{"None yet. You bring it by " + order.HoldUntil.Medium()}
	}
	if len(lines) == 0 {
		return []string{"None yet. It can follow"}
	}
	return lines
}

func (v *visit) quoting() []string {
	f := v.Draft.Approval
	lines := []string{"Nobody else has to agree to the cost"}
	if f.Email != "" {
		lines[0] = "We ask " + f.Name + " (" + f.Email + ") to agree to the cost"
	}
	if f.Reference != "" {
		lines = append(lines, "Your reference: "+f.Reference)
	}
	if f.CostCode != "" {
		lines = append(lines, "Cost code: "+f.CostCode)
	}
	for i, s := range v.seats() {
		if s.CostCode != "" {
			lines = append(lines, fmt.Sprintf("Cost code of place %d: %s", i+1, s.CostCode))
		}
	}
	return lines
}
