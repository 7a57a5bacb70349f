package learner

import (
	"context"
	"fmt"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// attended is at how many half days somebody was, as their place says it.
type attended struct {
	attendance.Outcome
	Over    bool // the course is completed: nothing more is counted
	Takes   int  // half days that completing takes
	MakeUps []string
	Missed  page.Table // half days at which they were not
}

// attendedAt reads what the registers say of somebody's own place; nil before anybody has said anything.
func attendedAt(ctx context.Context, d *db.DB, e *enrolment.Enrolment) (*attended, error) {
	if e.Status != enrolment.Confirmed && e.Status != enrolment.Completed {
		return nil, nil
	}
	o, err := attendance.OutcomeOf(ctx, d, e.ID)
	if err != nil || o.Marked == 0 {
		return nil, err
	}
	rule, err := attendance.RuleOf(ctx, d, e.RunID)
	if err != nil {
		return nil, err
	}
	a := &attended{Outcome: o, Over: e.Status == enrolment.Completed, Takes: (rule.AttendanceBP*o.Of + 9_999) / 10_000,
		Missed: page.Table{Caption: "When you were not there", Columns: []page.Column{{Title: "Day"}, {Title: "When"}, {Title: "How it stands"}}}}
	history, err := attendance.HistoryOf(ctx, d, e, london.DateOf(d.Now()))
	if err != nil {
		return nil, err
	}
	for _, h := range history {
		words := map[attendance.Mark]string{attendance.Absent: "Not made up", attendance.MadeUp: "Made up"}[h.Mark]
		if words != "" {
			a.Missed.Rows = append(a.Missed.Rows, []page.Cell{{Text: h.Day.Long()}, {Text: h.Half.Word()}, {Text: words}})
		}
	}
	list, err := attendance.MakeUpsOf(ctx, d, e.ID)
	for _, m := range list {
		if m.Attended == nil && !m.Day.Before(london.DateOf(d.Now())) {
			a.MakeUps = append(a.MakeUps, fmt.Sprintf("%s, %s, with the group %s", m.Day.Long(), m.Half.Word(), m.Run))
		}
	}
	return a, err
}
