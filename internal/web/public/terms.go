package public

import (
	"fmt"

	"bursar/internal/course"
	"bursar/internal/web/page"
)

// spans is the scale as it concerns somebody who books today: from the day after their 14 days on.
func (p *runPage) spans() []course.Span { return p.Run.Spans(p.StatutoryEnd.AddDays(1)) }

// Scale is what is kept of the price after the 14 days, by date.
func (p *runPage) Scale() page.Table {
	t := page.Table{
		Caption: "What we keep, and what you get back",
		Columns: []page.Column{{Title: "When you cancel"}, {Title: "We keep"}, {Title: "You get back"}},
	}
	for _, s := range p.spans() {
		t.Rows = append(t.Rows, []page.Cell{{Text: s.When()}, {Text: s.Step.Keeps()}, {Text: p.back(s.Step)}})
	}
	return t
}

// Steps is the same in words, counted in days before the first.
func (p *runPage) Steps() []string {
	list, first := p.spans(), p.Run.StartsOn()
	said := make([]string, len(list))
	for i, s := range list {
		when := "After that"
		switch {
		case len(list) == 1:
			when = "On any day"
		case i == 0:
			when = plural(s.Until.DaysUntil(first), "day") + " or more before the first day"
		case !s.Until.IsZero():
			when = fmt.Sprintf("%d to %d days before the first day", s.From.DaysUntil(first), s.Until.DaysUntil(first))
		}
		said[i] = fmt.Sprintf("%s: we keep %s", when, s.Step.Keeps())
	}
	return said
}

// back is what is given back: in pounds when everybody pays the same, and else in words.
func (p *runPage) back(s course.Step) string {
	if p.Run.OnePrice() {
		price := p.Run.Price(course.Self)
		if back := price - min(price, price.Percent(s.ChargeBP)+s.Fee); back > 0 {
			return back.Short()
		}
		return "nothing"
	}
	return givesBack(s)
}

func givesBack(s course.Step) string {
	rest := "all"
	switch {
	case s.KeepsAll():
		return "nothing"
	case s.ChargeBP == 5_000:
		rest = "half the price"
	case s.ChargeBP > 0:
		rest = course.Percent(10_000-s.ChargeBP) + " of the price"
	}
	if s.Fee > 0 {
		return rest + " but " + s.Fee.Short()
	}
	return rest
}
