package learner

import (
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// holdMinutes is how long a place is kept while it is being paid for, as pages say it.
const holdMinutes = int(billing.PageLife / time.Minute)

type beginPage struct {
	page.Base
	Run   *course.Offering
	Price money.Amount // of somebody who pays for themselves
	Peer  money.Amount // what a peer supporter pays; the same as Price where there is one price
	Dates []string
	Hold  int // minutes
	First string
	Begun bool // some answers are there already

	Deposit money.Amount // as questionPage has it
}

// begin says what booking means before it asks anything.
func (l *Learner) begin(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	if v.place != nil {
		return already(c, v.place)
	}
	if why := v.obstacle(enrolment.StepLearner); why != "" {
		return l.elsewhere(c, v, why)
	}
	return page.Render(c, "learner/begin", &beginPage{
		Base: page.Base{Back: "/runs/" + v.Run.Code}, Run: v.Run, Dates: dates(v.Run), Hold: holdMinutes,
		Price: v.Run.Price(course.Self), Peer: v.Run.Price(course.Peer), First: v.path(string(v.next())),
		Begun: v.Booking.ID != 0, Deposit: v.deposit(),
	})
}
