package learner

import (
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type officeQuery struct {
	Why string `form:"why" binding:"required,oneof=somebody several employer help mixture" error:"Go back and choose an answer"`
}

type officePage struct {
	page.Base
	Run   *course.Offering
	Why   string
	Price money.Amount // of a place that an organisation buys
	Share bool         // an employer can still be asked for a part
	Days  int          // for how long a place is kept for its answer, at most
}

// Staff reports whether places are booked on the pages for employers.
func (p *officePage) Staff() bool {
	return p.Why == "somebody" || p.Why == "several" || p.Why == "employer"
}

// Mixed reports whether several pay together.
func (p *officePage) Mixed() bool { return p.Why == mixture }

// ToManager is what somebody can send to whoever may act for their employer.
func (p *officePage) ToManager() string {
	r := p.Run
	return fmt.Sprintf(`I would like to go on this course: %s, %s, %s.

The dates, the price and what the course covers: %s/runs/%s

You can book a place for me here, with a purchase order and an invoice: %s/employer/book/%s

An employer pays %s for a place. You need the address for the invoice. A purchase order number and my name can follow.`,
		r.Course.Title, r.City, london.Days(r.StartsOn(), r.EndsOn()), p.Site.URL, r.Code, p.Site.URL, r.Code, p.Price.Short())
}

// office says what to do for the other ways of booking: on the pages for employers, with an employer who pays a part, or
// with the people in the office.
func (l *Learner) office(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	var query officeQuery
	if page.Query(c, &query) != nil {
		return page.ErrNotFound
	}
	back := enrolment.StepPayer
	if query.Why == "somebody" || query.Why == "several" {
		back = enrolment.StepLearner
	}
	return page.Render(c, "learner/office", &officePage{
		Base: page.Base{Back: v.path(string(back))}, Run: v.Run, Why: query.Why, Price: v.Run.Price(course.Organisation),
		Share: enrolment.MayShare(v.Run, v.now), Days: enrolment.SharedDays,
	})
}
