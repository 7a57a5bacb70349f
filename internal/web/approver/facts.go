package approver

import (
	"fmt"

	"bursar/internal/london"
	"bursar/internal/web/page"
)

// Facts are what is booked, and what the organisation pays for it.
func (p *approvalPage) Facts() page.Summary {
	o, t := p.Offering, p.Team
	dates := make([]string, len(o.Blocks))
	for i, b := range o.Blocks {
		dates[i] = london.Days(b.StartsOn, b.EndsOn)
	}
	rows := []page.Row{
		{Key: "Course", Value: o.Course.Title},
		{Key: "Dates", Lines: dates},
		{Key: "Where", Value: o.Where()},
		{Key: "For", Lines: p.people()},
		{Key: "Your organisation pays", Value: p.Total.String()},
	}
	if p.Gift > 0 {
		rows = append(rows, page.Row{Key: "Of this, a gift towards a place for a peer", Value: p.Gift.String()})
	}
	if t.Reference != "" {
		rows = append(rows, page.Row{Key: "Reference", Value: t.Reference})
	}
	return page.Summary{Rows: append(rows, page.Row{Key: "Booking", Value: t.Code})}
}

// people are those who are named, and how many are not.
func (p *approvalPage) people() []string {
	lines := p.Names
	switch later := p.Active - len(p.Names); {
	case later == 1:
		lines = append(lines, "1 place to be named later")
	case later > 1:
		lines = append(lines, fmt.Sprintf("%d places to be named later", later))
	}
	return lines
}
