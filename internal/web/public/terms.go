package public

import (
	"fmt"
	"strconv"
	"strings"

	"bursar/internal/course"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// span is the days on which one step of the withdrawal scale decides, counted as the steps are: days left
// before the first day. Until is zero for the last, which has no end.
type span struct {
	step        course.Step
	from, until london.Date
}

// whole is what is kept where no step fits any more: everything.
var whole = course.Step{DaysBefore: -1, ChargeBP: 10_000}

// spans lays the scale along the calendar. Steps that say the same are one span; those that are over by today
// are left out.
func spans(o *course.Offering, today london.Date) []span {
	var list []span
	from := london.Date{}
	for _, step := range append(append([]course.Step{}, o.Scale...), whole) {
		until := o.StartsOn().AddDays(-step.DaysBefore)
		if step == whole {
			until = london.Date{}
		}
		if last := len(list) - 1; last >= 0 && list[last].step.ChargeBP == step.ChargeBP && list[last].step.Fee == step.Fee {
			list[last].until = until
		} else if until.IsZero() || !today.After(until) {
			list = append(list, span{step, from, until})
		}
		from = until.AddDays(1)
	}
	if len(list) > 0 {
		list[0].from = london.Date{}
	}
	return list
}

// Scale is what is kept of the price after the 14 days, by date.
func (p *runPage) Scale() page.Table {
	t := page.Table{
		Caption: "What we keep, and what you get back",
		Columns: []page.Column{{Title: "When you cancel"}, {Title: "We keep"}, {Title: "You get back"}},
	}
	for _, s := range spans(p.Run, p.Today) {
		t.Rows = append(t.Rows, []page.Cell{{Text: s.when()}, {Text: keeps(s.step)}, {Text: p.back(s.step)}})
	}
	return t
}

// Steps is the same in words, counted in days before the first.
func (p *runPage) Steps() []string {
	list, first := spans(p.Run, p.Today), p.Run.StartsOn()
	said := make([]string, len(list))
	for i, s := range list {
		when := "After that"
		switch {
		case len(list) == 1:
			when = "On any day"
		case i == 0:
			when = plural(s.until.DaysUntil(first), "day") + " or more before the first day"
		case !s.until.IsZero():
			when = fmt.Sprintf("%d to %d days before the first day", s.from.DaysUntil(first), s.until.DaysUntil(first))
		}
		said[i] = fmt.Sprintf("%s: we keep %s", when, keeps(s.step))
	}
	return said
}

func (s span) when() string {
	switch {
	case s.from.IsZero() && s.until.IsZero():
		return "On any day"
	case s.from.IsZero():
		return "Until " + s.until.Medium()
	case s.until.IsZero():
		return "From " + s.from.Medium()
	default:
		return london.Days(s.from, s.until)
	}
}

// keeps is what a step keeps, in words: "£75", "half the price", "30% of the price and £75".
func keeps(s course.Step) string {
	var parts []string
	switch {
	case s.ChargeBP >= 10_000:
		return "the whole price"
	case s.ChargeBP == 5_000:
		parts = append(parts, "half the price")
	case s.ChargeBP > 0:
		parts = append(parts, percent(s.ChargeBP)+" of the price")
	}
	if s.Fee > 0 {
		parts = append(parts, s.Fee.Short())
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, " and ")
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
	case s.ChargeBP >= 10_000:
		return "nothing"
	case s.ChargeBP == 5_000:
		rest = "half the price"
	case s.ChargeBP > 0:
		rest = percent(10_000-s.ChargeBP) + " of the price"
	}
	if s.Fee > 0 {
		return rest + " but " + s.Fee.Short()
	}
	return rest
}

// percent writes basis points: "30%", "12.5%".
func percent(bp int64) string {
	whole := strconv.FormatInt(bp/100, 10)
	if bp%100 == 0 {
		return whole + "%"
	}
	return whole + "." + strings.TrimRight(fmt.Sprintf("%02d", bp%100), "0") + "%"
}
