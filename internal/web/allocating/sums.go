package allocating

import (
	"fmt"
	"strconv"

	"bursar/internal/allocation"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// Money is what each fund pays in the plan, what stays, and what a little more in it would do.
func (p *proposalPage) Money() page.Table {
	t := page.Table{Caption: "Funds", Stacked: true, Columns: []page.Column{
		{Title: "Fund"}, {Title: "Had", Numeric: true}, {Title: "Used", Numeric: true}, {Title: "Left", Numeric: true}, {Title: "With more money"},
	}}
	for i, f := range p.Plan.Funds {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: p.fund(f.ID), Href: "/admin/funds/" + f.ID}, {Text: money.Amount(f.Used + f.Left).String()}, {Text: money.Amount(f.Used).String()},
			{Text: money.Amount(f.Left).String()}, {Text: p.more(p.Shadows[i])},
		})
	}
	return t
}

// more says what the smallest gift to one fund alone would do.
func (p *proposalPage) more(s allocation.Shadow) string {
	switch {
	case len(p.Plan.Unfunded) == 0:
		return "Everybody in the order is funded."
	case s.More == 0:
		return "More money here alone funds nobody more."
	}
	return fmt.Sprintf("%s more here funds %s more.", money.Amount(s.More), peopleOf(s.Count))
}

// Rooms are the places that the plan takes and leaves.
func (p *proposalPage) Rooms() page.Table {
	t := page.Table{Caption: "Places", Stacked: true, Columns: []page.Column{{Title: "Dates"}, {Title: "Taken", Numeric: true}, {Title: "Left", Numeric: true}}}
	for _, place := range p.Plan.Places {
		t.Rows = append(t.Rows, []page.Cell{{Text: p.run(place.ID)}, {Text: strconv.Itoa(place.Used)}, {Text: strconv.Itoa(place.Left)}})
	}
	return t
}

// Flows is the picture's content as a table: which fund pays how much for whom.
func (p *proposalPage) Flows() page.Table {
	t := page.Table{Caption: "Who pays for whom", Columns: []page.Column{{Title: "Fund"}, {Title: "Application"}, {Title: "Amount", Numeric: true}}}
	for _, f := range flowsOf(p.Plan) {
		t.Rows = append(t.Rows, []page.Cell{{Text: f.fund}, {Text: f.person}, {Text: money.Amount(f.amount).String()}})
	}
	return t
}

// flow is what one fund pays for one person in all, in pence.
type flow struct {
	fund, person string
	amount       int64
}

// flowsOf are all flows of a plan, by fund and then by person, each in the plan's order.
func flowsOf(plan allocation.Result) (all []flow) {
	for _, from := range plan.Funds {
		for _, to := range plan.Funded {
			f := flow{fund: from.ID, person: to.ID}
			for _, l := range to.Lines {
				for _, paid := range l.Paid {
					if paid.Fund == from.ID {
						f.amount += paid.Amount
					}
				}
			}
			if f.amount > 0 {
				all = append(all, f)
			}
		}
	}
	return all
}
