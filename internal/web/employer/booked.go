package employer

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type bookedPage struct {
	page.Base
	Of      *organisation.Organisation
	Team    *enrolment.TeamBooking
	Run     *course.Offering
	Where   []string // the places stand, in sentences
	Orders  int      // places without a purchase order that may have one
	Unnamed int
	Active  int // places that are held or confirmed
	Places  []page.Table
}

// Query chooses this run's places on other pages.
func (p *bookedPage) Query() string { return "run=" + url.QueryEscape(p.Run.Code) }

// AddOrder is where a purchase order is given, and Name where people are named.
func (p *bookedPage) AddOrder() string { return path(p.Of, "/orders/add?"+p.Query()) }

// Name is where people are named.
func (p *bookedPage) Name() string { return path(p.Of, "?show=name&"+p.Query()) }

// booked says where the places of a booking stand, and what happens next.
func (e *employer) booked(c *gin.Context) error {
	p := &bookedPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		if p.Team, err = enrolment.TeamByCode(ctx, tx, c.Param("code")); err != nil {
			return err
		}
		if p.Team.OrganisationID != of.ID || p.Team.Status != enrolment.TeamPlaced {
			return enrolment.ErrTeamUnknown
		}
		if p.Run, err = course.OfferingOf(ctx, tx, p.Team.RunID); err != nil {
			return err
		}
		list, err := enrolment.SeatsOfTeam(ctx, tx, of.ID, p.Team.ID)
		if err != nil {
			return err
		}
		seats, err := seatsOf(ctx, tx, of, list)
		p.count(of, seats)
		p.Places = grouped(seats)
		return err
	})
	if err != nil {
		return err
	}
	p.Of, p.Crumbs = of, within(of)
	return page.Render(c, "employer/booked", p)
}

// count says how many places stand where.
func (p *bookedPage) count(of *organisation.Organisation, seats []seat) {
	confirmed, ended := 0, 0
	held := map[string]int{}
	var whys []string // in the order of the places
	for _, s := range seats {
		switch s.Status {
		case enrolment.Held:
			why := "until " + london.DateOf(s.HeldUntil).Medium() + " " + waiting(of, p.Team, s)
			if held[why] == 0 {
				whys = append(whys, why)
			}
			held[why]++
		case enrolment.Confirmed, enrolment.Completed:
			confirmed++
		default:
			ended++
			continue
		}
		p.Active++
		if s.Unordered && of.PORule != organisation.PONotUsed {
			p.Orders++
		}
		if s.Name == "" {
			p.Unnamed++
		}
	}
	p.Where = sentence(p.Where, confirmed, "confirmed")
	for _, why := range whys {
		p.Where = sentence(p.Where, held[why], "held "+why)
	}
	p.Where = sentence(p.Where, ended, "given up or not held any more")
}

// sentence adds "3 places are confirmed.", unless there are none.
func sentence(all []string, n int, what string) []string {
	switch n {
	case 0:
		return all
	case 1:
		return append(all, "1 place is "+what+".")
	}
	return append(all, fmt.Sprintf("%d places are %s.", n, what))
}

// waiting says what a held place waits for. Who else pays it is nobody's business here.
func waiting(of *organisation.Organisation, t *enrolment.TeamBooking, s seat) string {
	var all []string
	if s.Unordered && of.PORule == organisation.PORequired {
		all = append(all, "you raise the purchase order")
	}
	switch t.Approval {
	case enrolment.ApprovalAsked:
		all = append(all, t.ApproverName+" agrees to the cost")
	case enrolment.ApprovalRefused:
		all = append(all, "you talk to "+t.ApproverName+", who has not agreed to the cost")
	}
	if of.Status != organisation.Approved {
		all = append(all, "we check your organisation")
	}
	if len(all) == 0 {
		all = append(all, "we wait for another payer")
	}
	return "while " + strings.Join(all, ", and ")
}
