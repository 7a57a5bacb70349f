package form

import (
	"strconv"
	"time"

	"bursar/internal/london"
)

// Retention says how long an answer is kept. Deleting is a nightly matter elsewhere; the rule and the sentence
// that the applicant reads are one thing here, so that the promise is what is done.
type Retention string

// The retentions. UK GDPR Art. 5(1)(e) asks for no longer than is needed for the purpose.
const (
	UntilReviewed Retention = "reviewed" // what a person discloses: as long as a decision can be looked at again
	WithDecision  Retention = "decision" // the facts that a decision rests on, kept beside it and its scores
	WithAward     Retention = "award"    // what the books must show of an award
	UntilTrained  Retention = "trained"  // support needs: as long as there is a course to support
)

// Event is what a term counts from.
type Event string

// The events.
const (
	RoundCloses Event = "the round closes"
	Decision    Event = "the decision"
	ReviewEnds  Event = "the last day to ask for a review"
	CourseEnds  Event = "the course ends"
	YearEnds    Event = "the end of the financial year"
)

// Term is a span of time after an event.
type Term struct {
	Years, Months, Days int
	After               Event
}

// Rule is when an answer goes: of an application that was never sent, that was not funded, that was funded.
type Rule struct{ Draft, NotFunded, Funded Term }

// Rule is the retention in terms; the zero Rule for a retention that does not exist.
func (r Retention) Rule() Rule {
	draft := Term{Days: 60, After: RoundCloses}
	switch r {
	case UntilReviewed:
		return Rule{draft, Term{Months: 6, After: ReviewEnds}, Term{Months: 6, After: ReviewEnds}}
	case WithDecision:
		return Rule{draft, Term{Years: 2, After: Decision}, Term{Years: 2, After: Decision}}
	case WithAward:
		return Rule{draft, Term{Years: 2, After: Decision}, Term{Years: 6, After: YearEnds}}
	case UntilTrained:
		return Rule{draft, Term{Days: 30, After: ReviewEnds}, Term{Days: 30, After: CourseEnds}}
	}
	return Rule{}
}

// Sentence says to the applicant when the answer is deleted.
func (r Retention) Sentence() string {
	rule := r.Rule()
	if rule == (Rule{}) {
		return ""
	}
	unsent := "If you do not send this, we delete it " + rule.Draft.String() + ". "
	if rule.NotFunded == rule.Funded {
		return unsent + "If you send it, we delete it " + rule.Funded.String() + "."
	}
	return unsent + "If you are not funded, we delete it " + rule.NotFunded.String() + ". " +
		"If you are funded, we delete it " + rule.Funded.String() + "."
}

// String is "6 months after the decision".
func (t Term) String() string {
	n, unit := t.Days, "day"
	switch {
	case t.Years > 0:
		n, unit = t.Years, "year"
	case t.Months > 0:
		n, unit = t.Months, "month"
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.Itoa(n) + " " + unit + " after " + string(t.After)
}

// Due is the last day on which the answer may still be there, for the day of the event. A month that is too
// short ends the term on its last day.
func (t Term) Due(event london.Date) london.Date {
	first := london.On(event.Year+t.Years, event.Month+time.Month(t.Months), 1)
	last := london.On(first.Year, first.Month+1, 0).Day
	return london.On(first.Year, first.Month, min(event.Day, last)).AddDays(t.Days)
}
