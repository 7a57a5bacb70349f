package finance

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

func day(t time.Time) string { return london.DateOf(t).Medium() }

// upper begins a text with a capital letter.
func upper(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// itemID is the id of one of several boxes of a name: the first has the name itself, where the list of mistakes leads.
func itemID(name string, i int) string {
	if i == 0 {
		return name
	}
	return name + "-" + strconv.Itoa(i+1)
}

var settledBy = map[invoice.SettlementKind]string{
	invoice.ByBank: "Bank transfer", invoice.ByCard: "Card", invoice.ByCredit: "Credit of the organisation", invoice.ByWriteOff: "Written off",
}

// invoiceTag is how an invoice stands.
func invoiceTag(i *invoice.Invoice, today london.Date) page.Tag {
	switch {
	case i.Overdue(today) > 0:
		return page.Tag{Text: "Overdue by " + count(i.Overdue(today), "day", "days"), Colour: "red"}
	case i.Status == invoice.Credited:
		return page.Tag{Text: "Credited", Colour: "grey"}
	case i.Status == invoice.Settled && i.WrittenOff > 0:
		return page.Tag{Text: "Settled", Colour: "green"}
	case i.Status == invoice.Settled:
		return page.Tag{Text: "Paid", Colour: "green"}
	case i.Status == invoice.PartPaid:
		return page.Tag{Text: "Part paid", Colour: "yellow"}
	}
	return page.Tag{Text: "Issued", Colour: "blue"}
}

// perCent is basis points as people type a per cent: "3.75".
func perCent(bp int64) string { return strings.TrimSuffix(course.Percent(bp), "%") }

// number is a whole number as people type it.
func number(n int) string { return strconv.Itoa(n) }

var organisationTags = map[organisation.Status]page.Tag{
	organisation.Invited:  {Text: "Asked to pay, not signed up", Colour: "grey"},
	organisation.Pending:  {Text: "To look at", Colour: "yellow"},
	organisation.Approved: {Text: "Approved", Colour: "green"},
	organisation.Refused:  {Text: "Refused", Colour: "red"},
	organisation.Closed:   {Text: "Closed", Colour: "grey"},
}

var kindWords = map[organisation.Kind]string{
	organisation.NHSTrust: "NHS trust", organisation.ICB: "Integrated care board", organisation.Council: "Council",
	organisation.Charity: "Charity", organisation.Company: "Company", organisation.Other: "Other",
}

var ruleWords = map[organisation.PORule]string{
	organisation.PORequired: "Needed before a place is confirmed", organisation.POMayFollow: "May follow, needed for the invoice",
	organisation.PONotUsed: "Not used",
}

var placeWords = map[enrolment.Status]string{
	enrolment.Waiting: "Waiting", enrolment.Held: "Held", enrolment.Confirmed: "Confirmed", enrolment.Completed: "Completed",
	enrolment.Lapsed: "Lapsed", enrolment.Withdrawn: "Given up", enrolment.Cancelled: "Cancelled",
}

var discountWords = map[course.Discount]string{
	course.NoDiscount: "without a discount", course.TeamDiscount: "less the discount for a team", course.EarlyDiscount: "less the discount for booking early",
	course.AgreedPrice: "another price was agreed",
}
