package funds

import (
	"fmt"
	"slices"

	"bursar/internal/course"
	"bursar/internal/fund"
	"bursar/internal/web/page"
)

// groupView is a group as the form shows it.
type groupView struct {
	Index, Number int    // from 0, for the program; from 1, for people
	Here          string // its address on the page
	Drop          bool   // it is not the only one
	ID, Join      string
	Rows          []rowView

	Add, AddID, AddError string        // the criterion that is chosen for one more
	Criteria             []page.Choice // to choose from
}

// rowView is a condition as the form shows it.
type rowView struct {
	Index, Number, Group int // Index and Group from 0; Number from 1, in its group
	ID, Title, Error     string
	Criterion            fund.Criterion
	Values               []valueView
}

type valueView struct {
	ID, Value, Label string
	Checked          bool
}

// Groups are the groups of the rule builder.
func (p *formPage) Groups() []groupView {
	var views []groupView
	n := 0 // conditions so far
	for i, g := range p.Who.Groups {
		v := groupView{Index: i, Number: i + 1, ID: fmt.Sprintf("who.%d", i+1), Join: g.Join, Drop: len(p.Who.Groups) > 1}
		v.Here = p.Path + "#" + v.ID
		v.Add, v.AddID, v.AddError, v.Criteria = g.Add, addField(i), p.Errors.For(addField(i)), criteria()
		for j, c := range g.Rows {
			row := rowView{Index: n, Number: j + 1, Group: i, ID: fmt.Sprintf("%s.%d", v.ID, j+1), Title: titleOf(c.Criterion), Criterion: c.Criterion}
			row.Error = p.Errors.For(row.ID)
			row.Values = p.valuesOf(row, c)
			v.Rows = append(v.Rows, row)
			n++
		}
		views = append(views, v)
	}
	return views
}

// valuesOf are the answers that a condition can ask for. One that was chosen before stays on offer.
func (p *formPage) valuesOf(row rowView, c condition) []valueView {
	items := p.Known[c.Criterion]
	for _, v := range c.Values {
		if !slices.ContainsFunc(items, func(i page.Choice) bool { return i.Value == v }) {
			items = append(slices.Clip(items), page.Choice{Value: v, Label: v})
		}
	}
	views := make([]valueView, len(items))
	for i, item := range items {
		views[i] = valueView{
			ID: fmt.Sprintf("%s-%d", row.ID, i+1), Value: fmt.Sprintf("%d:%s", row.Index, item.Value), Label: item.Label,
			Checked: slices.Contains(c.Values, item.Value),
		}
	}
	return views
}

// criteria are what a condition can be about. The protected characteristics are among them, so that whoever looks
// for one is told why there is no such rule.
func criteria() []page.Choice {
	items := []page.Choice{{Label: "Choose"}}
	for _, c := range fund.Criteria() {
		items = append(items, page.Choice{Value: string(c), Label: c.Title()})
	}
	for _, c := range fund.ProtectedCharacteristics() {
		items = append(items, page.Choice{Value: string(c.Criterion), Label: c.Title})
	}
	return items
}

func titleOf(c fund.Criterion) string {
	if title := c.Title(); title != "" {
		return title
	}
	return string(c)
}

// known are the answers that conditions can ask for.
func known(runs []*course.Offering) map[fund.Criterion][]page.Choice {
	all := map[fund.Criterion][]page.Choice{}
	for _, c := range fund.Criteria() {
		for _, v := range c.Values() {
			all[c] = append(all[c], page.Choice{Value: v.Value, Label: v.Label})
		}
	}
	for _, o := range runs {
		all[fund.ByRun] = append(all[fund.ByRun], page.Choice{Value: o.Code, Label: o.Code + ", " + o.Course.Title + ", from " + o.StartsOn().Medium()})
		if !slices.ContainsFunc(all[fund.ByCourse], func(c page.Choice) bool { return c.Value == o.Course.Slug }) {
			all[fund.ByCourse] = append(all[fund.ByCourse], page.Choice{Value: o.Course.Slug, Label: o.Course.Title})
		}
	}
	return all
}
