package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type confirmPage struct {
	questionPage
	Email, Next string
}

type checkPage struct {
	questionPage
	Answers page.Summary
	Price   money.Amount
	Pence   int64        // the price as the form carries it
	Shared  bool         // an employer is asked for a part
	Part    money.Amount // the employer's
	Own     money.Amount // the rest
	Parts   int64        // the employer's part as the form carries it
	Until   london.Date  // the last day on which the employer can answer
	Typed   string       // an address that was typed and is not the one signed in with
	Email   string
	Hold    int           // minutes
	LastDay london.Date   // of the 14-day right, for a place paid for today
	Express bool          // the course may begin within the 14 days
	Scale   []course.Span // after the 14 days
}

// check shows everything once more, to somebody whose address is confirmed; others confirm theirs first.
func (l *Learner) check(c *gin.Context, v *visit) error {
	if v.owner.Person == 0 {
		return page.Render(c, "learner/confirm", &confirmPage{v.question(enrolment.StepCheck), v.Booking.Email, v.path("check")})
	}
	return page.Render(c, "learner/check", v.checkPage())
}

func (v *visit) checkPage() *checkPage {
	price := v.Run.Price(v.Booking.Band())
	p := &checkPage{
		questionPage: v.question(enrolment.StepCheck), Answers: v.answers(), Price: price, Pence: int64(price),
		Email: v.Person.Email, Hold: holdMinutes, LastDay: enrolment.StatutoryEnd(v.now),
		Express: v.Booking.NeedsExpressStart(v.Run, v.now), Scale: v.Run.Spans(enrolment.StatutoryEnd(v.now).AddDays(1)),
	}
	if v.Booking.Shared() {
		p.Shared, p.Part, p.Until = true, v.Booking.EmployerPays(v.Run), enrolment.SharedUntil(v.Run, v.now)
		p.Own, p.Parts = price-p.Part, int64(p.Part)
	}
	if typed, _ := people.NormaliseEmail(v.Booking.Email); typed != v.Person.Email {
		p.Typed = v.Booking.Email
	}
	return p
}

// answers lists what was answered, each with the page that changes it.
func (v *visit) answers() page.Summary {
	rows := []page.Row{
		{Key: "Course", Value: v.Run.Course.Title},
		{Key: "Dates", Lines: dates(v.Run)},
		{Key: "Where", Value: v.Run.Where()},
		{Key: "Who it is for", Value: "Myself", Href: v.path("learner")},
		{Key: "Who is paying", Value: "I am", Href: v.path("payer")},
	}
	if v.Booking.Shared() {
		rows[len(rows)-1].Value = "My employer and I"
		rows = append(rows, v.employerRow())
	}
	if v.Run.AsksForPeers() {
		rows = append(rows, page.Row{Key: "Peer supporter", Value: yesNo(v.Booking.Peer), Href: v.path("peer")})
	}
	phone := v.Booking.Phone
	if phone == "" {
		phone = "Not given"
	}
	rows = append(rows,
		page.Row{Key: "Full name", Value: v.Booking.Name, Href: v.path("details")},
		page.Row{Key: "Email address", Value: v.Person.Email},
		page.Row{Key: "Telephone", Value: phone, Href: v.path("details")})
	if v.Booking.NeedsExpressStart(v.Run, v.now) {
		rows = append(rows, page.Row{Key: "Start before the 14 days are over", Value: "Yes, I ask for this", Href: v.path("start")})
	}
	return page.Summary{Rows: rows}
}

// employerRow is whom we ask for the employer's part.
func (v *visit) employerRow() page.Row {
	e := v.Booking.Asked()
	return page.Row{Key: "We ask your employer", Href: v.path("employer"),
		Lines: []string{e.Name, e.Contact, e.Email, "for " + v.Booking.EmployerPays(v.Run).String()}}
}

func yesNo(answer string) string {
	if answer == enrolment.Yes {
		return "Yes"
	}
	return "No"
}
