package queue

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type offerForm struct {
	Day   string `form:"until-day"`
	Month string `form:"until-month"`
	Year  string `form:"until-year"`
}

// until is the day that was typed.
func (f offerForm) until() (london.Date, error) {
	day, err := page.ReadDate(f.Day, f.Month, f.Year)
	if err != nil || day.IsZero() {
		return day, failure.Field("until", london.ErrMalformed.Message)
	}
	return day, nil
}

type refusalForm struct {
	Reason string `form:"reason"`
}

type applicationPage struct {
	page.Base
	*courseapplication.Application
	Run     *course.Offering
	Words   courseapplication.Words
	Why     string // it was turned down
	Who     people.Person
	Of      *organisation.Organisation // nil: a person's own
	Place   *enrolment.Enrolment       // that was offered; nil: none
	Offer   offerForm
	Refusal refusalForm
}

var payerWords = map[courseapplication.Payer]string{
	courseapplication.Self: "They would pay themselves", courseapplication.Employer: "Their employer would pay", courseapplication.Help: "They need help with the cost",
}

// Facts are who applies for what.
func (p *applicationPage) Facts() page.Summary {
	s := page.Summary{Rows: []page.Row{
		{Key: "How it stands", Value: p.Stands()},
		{Key: "Sent", Value: london.DateOf(p.SubmittedAt).Long()},
		{Key: "For", Lines: []string{p.Run.Course.Title, p.Run.Code + ", " + london.Days(p.Run.StartsOn(), p.Run.EndsOn())}},
		{Key: "From", Lines: []string{p.Who.Name, p.Who.Email}},
	}}
	if p.Of != nil {
		s.Rows = append(s.Rows, page.Row{Key: "Organisation", Value: p.Of.Name})
	} else {
		s.Rows = append(s.Rows, page.Row{Key: "Who would pay", Value: payerWords[p.Payer]})
	}
	if p.Peer {
		s.Rows = append(s.Rows, page.Row{Key: "Peer supporter", Value: "Yes, in their own words"})
	}
	return s
}

// Stands is how it stands, in words. What became of an offer to an organisation stands with its places.
func (p *applicationPage) Stands() string {
	switch {
	case p.Status != courseapplication.Offered:
		return statusWords[p.Status]
	case p.Place == nil:
		return "Answered with an offer of " + strconv.Itoa(p.Places) + " places"
	}
	return placeWords[p.Place.Status]
}

var statusWords = map[courseapplication.Status]string{
	courseapplication.Submitted: "Waits for an answer", courseapplication.TurnedDown: "Turned down", courseapplication.Withdrawn: "Taken back",
}

// placeWords are how the place stands that was offered.
var placeWords = map[enrolment.Status]string{
	enrolment.Held: "Offered: not answered yet", enrolment.Confirmed: "Offered, and taken", enrolment.Completed: "Offered, and taken",
	enrolment.Lapsed: "Offered: not answered in time", enrolment.Withdrawn: "Offered, and given back", enrolment.Cancelled: "Offered: the dates were cancelled",
	enrolment.Waiting: "Offered: the payment came too late, and they wait for a place",
}

// Waits reports whether it was not answered yet.
func (p *applicationPage) Waits() bool { return p.Status == courseapplication.Submitted }

// Free is how many places could be offered.
func (p *applicationPage) Free() int { return p.Run.Places.Free(p.Peer) }

func (d desk) applicationPage(c *gin.Context) (*applicationPage, error) {
	p := &applicationPage{Base: page.Base{Crumbs: []page.Link{home, list}}}
	err := d.as(c, func(ctx context.Context, tx *db.Tx, _ id.Person) (err error) {
		if p.Application, err = courseapplication.ByCode(ctx, tx, c.Param("code")); err != nil {
			return err
		}
		if p.Words, err = p.Read(d.Box); err != nil {
			return err
		}
		p.Why, err = p.Application.Reason(d.Box)
		return err
	})
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	if p.Run, err = course.OfferingOf(ctx, d.DB, p.RunID); err != nil {
		return nil, err
	}
	if p.Who, err = people.ByID(ctx, d.DB, p.PersonID); err != nil {
		return nil, err
	}
	if p.OrganisationID != 0 {
		if p.Of, err = organisation.ByID(ctx, d.DB, p.OrganisationID); err != nil {
			return nil, err
		}
	}
	if p.EnrolmentID != 0 {
		p.Place, err = enrolment.Get(ctx, d.DB, p.EnrolmentID)
	}
	until := boxes(admissions.AnswerUntil(p.Run, london.DateOf(d.DB.Now())))
	p.Offer = offerForm{until[0], until[1], until[2]}
	return p, err
}

// application shows what somebody wrote, and how it can be answered.
func (d desk) application(c *gin.Context) error {
	p, err := d.applicationPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "queue/application", p)
}

// offer keeps a place for whoever applied, or all the places together.
func (d desk) offer(c *gin.Context) error {
	p, err := d.applicationPage(c)
	if err != nil {
		return err
	}
	var until london.Date
	if err = page.Bind(c, &p.Offer); err == nil {
		until, err = p.Offer.until()
	}
	if err == nil {
		ctx := c.Request.Context()
		err = d.Machine.Write(ctx, func(tx *db.Tx) error {
			return admissions.OfferApplication(ctx, tx, page.ViewerOf(c).Person, p.Code, until)
		})
	}
	return d.answered(c, p, err)
}

// turnDown says no, and why.
func (d desk) turnDown(c *gin.Context) error {
	p, err := d.applicationPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Refusal); err == nil {
		ctx := c.Request.Context()
		err = d.Machine.Write(ctx, func(tx *db.Tx) error {
			return admissions.TurnDownApplication(ctx, tx, d.Box, page.ViewerOf(c).Person, p.Code, p.Refusal.Reason)
		})
	}
	return d.answered(c, p, err)
}

func (d desk) answered(c *gin.Context, p *applicationPage, err error) error {
	if err != nil {
		return page.Again(c, err, "queue/application", p)
	}
	page.Flash(c, page.ApplicationAnswered)
	return page.Redirect(c, toAnswer)
}
