package employer

import (
	"fmt"
	"strings"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// Tag is where a place stands, in a few words.
func (s seat) Tag() page.Tag {
	if s.Status == enrolment.Confirmed && s.Run.Status == course.Cancelled {
		return page.Tag{Text: "Dates cancelled by us", Colour: "red"}
	}
	switch s.Status {
	case enrolment.Held:
		return page.Tag{Text: "Held", Colour: "yellow"}
	case enrolment.Confirmed:
		return page.Tag{Text: "Confirmed", Colour: "green"}
	case enrolment.Completed:
		return page.Tag{Text: "Completed", Colour: "green"}
	case enrolment.Waiting:
		return page.Tag{Text: "On the waiting list", Colour: "blue"}
	case enrolment.Cancelled:
		return page.Tag{Text: "Cancelled by us", Colour: "red"}
	case enrolment.Withdrawn:
		return page.Tag{Text: "Given up", Colour: "grey"}
	}
	return page.Tag{Text: "Not held any more", Colour: "grey"}
}

// Standing is the same in a sentence, with what it waits for.
func (s seat) Standing() string {
	switch s.Status {
	case enrolment.Held:
		return "This place is held until the end of " + london.DateOf(s.HeldUntil).Long() + ". " + s.waitsFor()
	case enrolment.Confirmed:
		return "This place is confirmed."
	case enrolment.Completed:
		return "The course was completed."
	case enrolment.Waiting:
		return "This place is on the waiting list. You owe nothing for it yet."
	case enrolment.Withdrawn:
		return "This place was given up on " + london.DateOf(s.EndedAt).Medium() + "."
	case enrolment.Cancelled:
		return "We had to cancel this place."
	}
	return "This place was not settled in time and is not held any more. You owe nothing for it."
}

// waitsFor says what a held place waits for. Who else pays is nobody's business here.
func (s seat) waitsFor() string {
	switch {
	case !s.Agreed:
		return "We wait for your answer whether you pay for it."
	case s.Unordered && s.Of.PORule == organisation.PORequired:
		return "We wait for your purchase order."
	case !s.Secured:
		return "We wait until your organisation has been checked, and whoever you asked to agree to the cost has answered."
	}
	return "Nothing is missing from you. We wait for another payer."
}

// Who is who sits in the place.
func (s seat) Who() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.TeamID != 0:
		return fmt.Sprintf("Not named yet (place %d)", s.Number)
	}
	return "Booked by the person"
}

// short is a place in a line of a list.
func (s seat) short() string {
	words := s.Tag().Text
	if s.Status == enrolment.Held {
		words += " until " + london.DateOf(s.HeldUntil).Medium()
	}
	if s.Left {
		words += ". Has left you"
	}
	return words
}

// Href is an address of the place's pages.
func (s seat) Href(rest string) string { return path(s.Of, "/places/"+s.Code+rest) }

// grouped puts places that stand behind each other on the same run under one heading.
func grouped(seats []seat) []page.Table {
	var groups []page.Table
	var run *course.Offering
	for _, s := range seats {
		if s.Run != run {
			run = s.Run
			groups = append(groups, page.Table{Caption: "Places on " + runName(run), Stacked: true,
				Columns: []page.Column{{Title: "Who"}, {Title: "Reference"}, {Title: "Status"}, {Title: "You pay", Numeric: true}, {Title: "Purchase order"}, {Title: "Attendance"}}})
		}
		t := &groups[len(groups)-1]
		t.Rows = append(t.Rows, []page.Cell{{Text: s.Who(), Href: s.Href("")}, {Text: s.Code}, {Text: s.short()}, {Text: s.Own.String()},
			{Text: s.ordered()}, {Text: s.attended()}})
	}
	return groups
}

// attended is at how many half days somebody was, of those that were marked; never why not.
func (s seat) attended() string {
	if s.Marked == 0 {
		return "Not begun"
	}
	return fmt.Sprintf("%d of %d half days so far", s.There, s.Marked)
}

// ordered is the purchase orders of a place in a list.
func (s seat) ordered() string {
	switch {
	case len(s.Orders) > 0:
		return strings.Join(s.Orders, ", ")
	case s.Unordered && s.Of.PORule == organisation.PORequired && (s.Status == enrolment.Held || s.Status == enrolment.Confirmed):
		return "Missing"
	}
	return "None"
}

// runName is a run in a line: what is taught, and when.
func runName(o *course.Offering) string {
	return o.Course.Title + ", " + london.Days(o.StartsOn(), o.EndsOn())
}

// by is what of the place goes by one purchase order.
func (s seat) by(order id.PurchaseOrder) money.Amount {
	var sum money.Amount
	for _, share := range s.Shares {
		if share.PurchaseOrderID == order {
			sum += share.Ordered
		}
	}
	return sum
}
