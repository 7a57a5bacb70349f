package allocating

import (
	"fmt"

	"bursar/internal/allocation"
	"bursar/internal/money"
)

// picture is a plan with its funds on the left, people on the right, and between them what flows, as wide as it is much.
// The same numbers stand below it in a table.
type picture struct {
	Height  string
	Alt     string
	Funds   []node
	People  []node
	Ribbons []ribbon
}

// node is a fund or a person: a bar with a label at its middle.
type node struct {
	Label, Amount   string
	X, Y, High      string
	TextX, TextY    string
	Tint            int
	top, high, used float64 // where it begins, how high it is, and how much of it is drawn from already
}

// ribbon is one flow, in its fund's tint.
type ribbon struct {
	Path string
	Tint int
}

// The measures of the picture, in its own units.
const (
	leftBar, rightBar, bar = 210.0, 560.0, 14.0
	typical                = 22.0 // how high a person's bar is on average
	least                  = 24.0 // from one label to the next
	tints                  = 6
)

// Picture draws the plan; nil when nobody is funded.
func (p *proposalPage) Picture() *picture {
	flows := flowsOf(p.Plan)
	if len(flows) == 0 {
		return nil
	}
	return drawing(p.Plan, flows)
}

func drawing(plan allocation.Result, flows []flow) *picture {
	given := map[string]int64{}
	var total int64
	for _, f := range flows {
		given[f.fund] += f.amount
		given[f.person] += f.amount
		total += f.amount
	}
	funds, people := column{x: leftBar, text: leftBar - 10}, column{x: rightBar, text: rightBar + bar + 10}
	paid := 0
	for _, f := range plan.Funded {
		if given[f.ID] > 0 {
			paid++
		}
	}
	perPenny := typical * float64(paid) / float64(total)
	for _, f := range plan.Funds {
		funds.add(f.ID, given[f.ID], perPenny)
	}
	for _, f := range plan.Funded {
		people.add(f.ID, given[f.ID], perPenny)
	}
	high := max(funds.next, people.next)
	funds.centre(high)
	people.centre(high)
	return &picture{
		Height: fmt.Sprintf("%.1f", high), Funds: funds.nodes, People: people.nodes, Ribbons: ribbons(flows, &funds, &people, perPenny),
		Alt: fmt.Sprintf("%d funds on the left, %s on the right, and between them what each fund pays for whom, %s in all. The table below says the same.",
			len(funds.nodes), peopleOf(len(people.nodes)), money.Amount(total)),
	}
}

// column is one side of the picture.
type column struct {
	x, text float64
	next    float64 // how far down it is filled
	nodes   []node
	at      map[string]int
}

// add puts a node below those before it, unless nothing flows through it.
func (c *column) add(label string, amount int64, perPenny float64) {
	if amount == 0 {
		return
	}
	if c.at == nil {
		c.at = map[string]int{}
	}
	c.at[label] = len(c.nodes)
	high := float64(amount) * perPenny
	slot := max(least, high+8)
	c.nodes = append(c.nodes, node{
		Label: label, Amount: money.Amount(amount).String(), X: fmt.Sprintf("%.1f", c.x), High: fmt.Sprintf("%.1f", max(1, high)),
		TextX: fmt.Sprintf("%.1f", c.text), Tint: len(c.nodes)%tints + 1, top: c.next + (slot-high)/2, high: high,
	})
	c.next += slot
}

// centre moves the nodes down to the middle of the picture.
func (c *column) centre(high float64) {
	for i := range c.nodes {
		n := &c.nodes[i]
		n.top += (high - c.next) / 2
		n.Y, n.TextY = fmt.Sprintf("%.1f", n.top), fmt.Sprintf("%.1f", n.top+n.high/2+5)
	}
}

// ribbons draw the flows, those of one node below each other.
func ribbons(flows []flow, funds, people *column, perPenny float64) []ribbon {
	const from, to, middle = leftBar + bar, rightBar, (leftBar + bar + rightBar) / 2
	all := make([]ribbon, len(flows))
	for i, f := range flows {
		wide := float64(f.amount) * perPenny
		a, b := &funds.nodes[funds.at[f.fund]], &people.nodes[people.at[f.person]]
		y, z := a.top+a.used, b.top+b.used
		a.used, b.used = a.used+wide, b.used+wide
		all[i] = ribbon{Tint: a.Tint, Path: fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fL%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fZ",
			from, y, middle, y, middle, z, to, z, to, z+wide, middle, z+wide, middle, y+wide, from, y+wide)}
	}
	return all
}
