package applicant

import (
	"fmt"
	"slices"
	"strings"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/money"
)

// ordinal is a place in an order of choice: "1st", "2nd" … Nobody has more than a handful of dates to put in order.
func ordinal(n int) string {
	suffix := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		suffix = "st"
	case n%10 == 2:
		suffix = "nd"
	case n%10 == 3:
		suffix = "rd"
	}
	return fmt.Sprintf("%d%s", n, suffix)
}

// said is an answer as a person reads it, line by line: the words of what was chosen, not its value.
func said(q form.Question, answer string) []string {
	lines := form.Answers{q.Key: answer}.List(q.Key)
	switch q.Kind {
	case form.Prose:
		return lines
	case form.Money:
		if amount, err := money.Parse(strings.TrimSpace(answer)); err == nil {
			return []string{amount.Short()}
		}
	case form.YesNo, form.Choice, form.Choices, form.Confirm:
		for i, value := range lines {
			lines[i] = labelOf(q, value)
		}
	case form.Runs:
		for i, value := range lines {
			lines[i] = ordinal(i+1) + " choice: " + labelOf(q, value)
		}
	}
	return lines
}

// labelOf is what the option of a value says; a value that is not on offer any more says itself.
func labelOf(q form.Question, value string) string {
	i := slices.IndexFunc(q.Options, func(o form.Option) bool { return o.Value == value })
	if i < 0 {
		return value
	}
	if q.Kind == form.Runs && q.Options[i].Hint != "" {
		return q.Options[i].Label + ", " + q.Options[i].Hint
	}
	return q.Options[i].Label
}

// wish says how long an answer may well be, or nothing.
func wish(r form.Range) string {
	if r == (form.Range{}) {
		return ""
	}
	return fmt.Sprintf("About %d to %d words would be good. Less or more is fine.", r.Min, r.Max)
}

// share says how much of the fee is paid.
func share(c bursary.Circumstance) string {
	if c.Percent == 100 {
		return "We pay the whole fee."
	}
	return fmt.Sprintf("We pay %d%% of the fee.", c.Percent)
}

// autocomplete are the autofill tokens of questions about the person (WCAG 1.3.5), by key.
func autocomplete(q form.Question) string {
	switch q.Key {
	case "name":
		return "nickname"
	case "legal_name":
		return "name"
	case "post_address":
		return "street-address"
	}
	switch q.Kind {
	case form.Email:
		return "email"
	case form.Phone:
		return "tel"
	}
	return ""
}

// short is a question's label as the name of a line: "(optional)" is for the page that asks.
func short(label string) string { return strings.TrimSuffix(label, " (optional)") }
