package learner

import (
	"fmt"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/web/page"
)

// rule says which rule decides what is kept, and why it is this one.
func rule(q admissions.Return) string {
	switch q.Ground {
	case enrolment.Unpaid:
		return "Nothing has been paid for this place, so you owe nothing and nothing is kept."
	case enrolment.Ours:
		return "We have cancelled these dates, so we keep nothing."
	case enrolment.Statutory:
		return fmt.Sprintf("You are within the 14 days in which the law lets you change your mind, which end on %s. We keep nothing.", q.StatutoryEnd.Long())
	case enrolment.StatutoryBegun:
		return fmt.Sprintf("You are within the 14 days in which the law lets you change your mind, which end on %s. "+
			"The course has begun, as you asked, so you pay for the days that were taught and for no others.", q.StatutoryEnd.Long())
	}
	return fmt.Sprintf("The 14 days in which the law lets you change your mind ended on %s. After that our own scale decides.", q.StatutoryEnd.Long())
}

// working is the reckoning line by line. What is kept and what goes back add up to what was paid.
func working(p *place, q admissions.Return) page.Summary {
	rows := []page.Row{{Key: "Price", Value: q.Price.String()}}
	switch q.Ground {
	case enrolment.StatutoryBegun:
		rows = append(rows,
			page.Row{Key: "Days taught before today", Value: fmt.Sprintf("%d of %d", q.DaysTaught, q.Days)},
			page.Row{Key: "What those days cost", Value: fmt.Sprintf("%d/%d of %s = %s", q.DaysTaught, q.Days, q.Price, q.Charge)})
	case enrolment.Scale:
		rows = append(rows,
			page.Row{Key: "First day of the course", Value: p.Run.StartsOn().Long()},
			page.Row{Key: "Days from today to the first day", Value: ahead(q.DaysBefore)},
			page.Row{Key: "What our scale says", Lines: step(q)})
	}
	if p.Funded() || p.Shared() {
		rows = append(rows, page.Row{Key: "We keep of the price", Value: q.Charge.String() + ", from each part in proportion"})
	}
	if p.Employers() > 0 {
		rows = append(rows, page.Row{Key: "Of that, your employer pays", Value: q.EmployerKept.String()})
	}
	if p.Funded() {
		rows = append(rows, page.Row{Key: "Of that, the fund pays", Value: q.FundKept.String()}, page.Row{Key: "Goes back to the fund", Value: q.FundBack.String()})
	}
	rows = append(rows, page.Row{Key: "You paid", Value: q.Paid.String()}, page.Row{Key: "We keep", Value: q.Kept.String()},
		page.Row{Key: "You get back", Value: q.Back.String()})
	return page.Summary{Rows: rows}
}

func ahead(days int) string {
	if days < 0 {
		return "None: it began " + count(-days, "day") + " ago"
	}
	return count(days, "day")
}

// step is the step of the scale that decides, with its sum.
func step(q admissions.Return) []string {
	when := fmt.Sprintf("%s or more before: we keep %s", count(q.Step.DaysBefore, "day"), q.Step.Keeps())
	if q.DaysBefore < 0 {
		when = "Once the course has begun: we keep " + q.Step.Keeps()
	}
	lines := []string{when}
	switch {
	case q.Step.KeepsAll(), q.Step.ChargeBP == 0 && q.Step.Fee == q.Charge:
	case q.Step.ChargeBP == 0:
		lines = append(lines, fmt.Sprintf("At most the price: %s", q.Charge))
	case q.Step.Fee == 0:
		lines = append(lines, fmt.Sprintf("%s of %s = %s", course.Percent(q.Step.ChargeBP), q.Price, q.Charge))
	default:
		lines = append(lines, fmt.Sprintf("%s of %s + %s = %s", course.Percent(q.Step.ChargeBP), q.Price, q.Step.Fee, q.Charge))
	}
	return lines
}
