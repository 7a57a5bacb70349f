package form_test

import (
	"strings"
	"testing"
	"time"

	"bursar/internal/form"
	"bursar/internal/london"
)

func TestRetentionIsSaidAsItIsDone(t *testing.T) {
	t.Parallel()
	const unsent = "If you do not send this, we delete it 60 days after the round closes. "
	for retention, want := range map[form.Retention]string{
		form.UntilReviewed: "If you send it, we delete it 6 months after the last day to ask for a review.",
		form.WithDecision:  "If you send it, we delete it 2 years after the decision.",
		form.WithAward:     "If you are not funded, we delete it 2 years after the decision. If you are funded, we delete it 6 years after the end of the financial year.",
		form.UntilTrained:  "If you are not funded, we delete it 30 days after the last day to ask for a review. If you are funded, we delete it 30 days after the course ends.",
	} {
		if got := retention.Sentence(); got != unsent+want {
			t.Errorf("%s: %q", retention, got)
		}
	}
	if form.Retention("for ever").Sentence() != "" {
		t.Error("a retention that does not exist says something")
	}
}

func TestATermEndsOnARealDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		term        form.Term
		event, want london.Date
	}{
		{form.Term{Days: 60}, london.On(2026, time.December, 31), london.On(2027, time.March, 1)},
		{form.Term{Months: 6}, london.On(2026, time.November, 23), london.On(2027, time.May, 23)},
		{form.Term{Months: 6}, london.On(2026, time.August, 31), london.On(2027, time.February, 28)},
		{form.Term{Years: 2}, london.On(2028, time.February, 29), london.On(2030, time.February, 28)},
		{form.Term{Years: 6}, london.On(2027, time.March, 31), london.On(2033, time.March, 31)},
	} {
		if got := c.term.Due(c.event); got != c.want {
			t.Errorf("%v from %v is %v, want %v", c.term, c.event, got, c.want)
		}
	}
}

func TestSupportNeedsGoThirtyDaysAfterTheCourse(t *testing.T) {
	t.Parallel()
	for _, q := range form.Current().Questions() {
		term := q.Kept.Rule().Funded
		if strings.HasPrefix(q.Key, "support_") && (term != form.Term{Days: 30, After: form.CourseEnds}) {
			t.Errorf("%s is kept %v", q.Key, term)
		}
	}
}
