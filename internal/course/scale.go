package course

import (
	"fmt"
	"strconv"
	"strings"

	"bursar/internal/london"
)

// Span is the days on which one step of the withdrawal scale decides.
type Span struct {
	Step  Step
	From  london.Date // zero: from the beginning
	Until london.Date // zero: without end
}

// everything is what is kept where no step fits any more.
var everything = Step{DaysBefore: -1, ChargeBP: 10_000}

// Spans lays the withdrawal scale along the calendar, for somebody whom it concerns from a day on. Steps that
// keep the same are one span; those that are over by that day are left out.
func (o *Offering) Spans(from london.Date) []Span {
	var spans []Span
	begins := london.Date{}
	for _, step := range append(append([]Step{}, o.Scale...), everything) {
		until := o.StartsOn().AddDays(-step.DaysBefore)
		if step == everything {
			until = london.Date{}
		}
		if last := len(spans) - 1; last >= 0 && spans[last].Step.keepsAsMuchAs(step) {
			spans[last].Until = until
		} else if until.IsZero() || !from.After(until) {
			spans = append(spans, Span{step, begins, until})
		}
		begins = until.AddDays(1)
	}
	spans[0].From = london.Date{}
	return spans
}

// When is the days of a span in words: "Until 7 January 2027", "8 January to 8 February 2027".
func (s Span) When() string {
	switch {
	case s.From.IsZero() && s.Until.IsZero():
		return "On any day"
	case s.From.IsZero():
		return "Until " + s.Until.Medium()
	case s.Until.IsZero():
		return "From " + s.From.Medium()
	default:
		return london.Days(s.From, s.Until)
	}
}

func (s Step) keepsAsMuchAs(other Step) bool {
	return s.ChargeBP == other.ChargeBP && s.Fee == other.Fee
}

// KeepsAll reports whether a step keeps the whole price.
func (s Step) KeepsAll() bool { return s.ChargeBP >= 10_000 }

// Keeps is what a step keeps, in words: "£75", "half the price", "30% of the price and £75".
func (s Step) Keeps() string {
	var parts []string
	switch {
	case s.KeepsAll():
		return "the whole price"
	case s.ChargeBP == 5_000:
		parts = append(parts, "half the price")
	case s.ChargeBP > 0:
		parts = append(parts, Percent(s.ChargeBP)+" of the price")
	}
	if s.Fee > 0 {
		parts = append(parts, s.Fee.Short())
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, " and ")
}

// Percent writes basis points: "30%", "12.5%".
func Percent(bp int64) string {
	whole := strconv.FormatInt(bp/100, 10)
	if bp%100 == 0 {
		return whole + "%"
	}
	return whole + "." + strings.TrimRight(fmt.Sprintf("%02d", bp%100), "0") + "%"
}
