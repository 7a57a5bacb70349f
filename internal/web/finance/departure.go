package finance

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// mountPlaces adds what staff decide about a place that an organisation pays for.
func (f finance) mountPlaces(g routes) {
	g.fill("/departures/:place", f.departing, f.depart)
	g.fill("/places/:place/name", f.naming, f.name)
}

type decideForm struct {
	Decision string `form:"decision" binding:"required,oneof=give_up keep" error:"Choose what happens to the place"`
	Reason   string `form:"reason" binding:"required,max=500" error:"Say how you came to this, and whom you talked to" error-max:"Use 500 characters or fewer"`
}

type decidePage struct {
	base
	Place string
	Who   enrolment.SeatName
	Left  *enrolment.Departure
	Whose *organisation.Organisation
	Early bool // they still have time to answer
	Form  decideForm
}

func (f finance) decidePage(c *gin.Context) (*decidePage, error) {
	ctx := c.Request.Context()
	e, err := enrolment.ByCode(ctx, f.DB, c.Param("place"))
	if err != nil {
		return nil, err
	}
	left, err := enrolment.DepartureOf(ctx, f.DB, e.ID)
	if err != nil {
		return nil, err
	}
	now, err := enrolment.NameNow(ctx, f.DB, e.ID)
	if err != nil || now == nil {
		return nil, page.ErrNotFound
	}
	of, err := organisation.ByID(ctx, f.DB, left.OrganisationID)
	return &decidePage{base: below(page.Link{Text: "People who left", Href: departuresAt}), Place: e.Code, Who: *now, Left: left, Whose: of,
		Early: !f.today().After(left.AnswerBy)}, err
}

// departing asks what happens to a place of somebody who has not answered.
func (f finance) departing(c *gin.Context) error {
	p, err := f.decidePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/departure", p)
}

func (f finance) depart(c *gin.Context) error {
	p, err := f.decidePage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.wider(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return admissions.DecideLeft(ctx, tx, by, p.Place, p.Form.Decision == "give_up", p.Form.Reason)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/departure", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, departuresAt)
}

type nameForm struct {
	Name   string `form:"name" binding:"required,max=200" error:"Enter the person’s full name" error-max:"The name must be 200 characters or fewer"`
	Email  string `form:"email" binding:"required,max=254" error:"Enter the person’s work email address"`
	Agreed string `form:"agreed" binding:"required,max=300" error:"Say which trainer agreed, and when" error-max:"Use 300 characters or fewer"`
}

type namePage struct {
	base
	Place string
	Who   *enrolment.SeatName // nil: nobody yet
	Whose *organisation.Organisation
	Form  nameForm
}

func (f finance) namePage(c *gin.Context) (*namePage, error) {
	ctx := c.Request.Context()
	e, err := enrolment.ByCode(ctx, f.DB, c.Param("place"))
	if err != nil {
		return nil, err
	}
	team, err := enrolment.TeamOf(ctx, f.DB, e.TeamID)
	if err != nil {
		return nil, err
	}
	of, err := organisation.ByID(ctx, f.DB, team.OrganisationID)
	if err != nil {
		return nil, err
	}
	now, err := enrolment.NameNow(ctx, f.DB, e.ID)
	return &namePage{base: below(organisationsLink, page.Link{Text: of.Name, Href: organisationsAt + "/" + of.Code}), Place: e.Code, Who: now, Whose: of}, err
}

// naming asks who takes a place once the course has begun, when a trainer has to agree.
func (f finance) naming(c *gin.Context) error {
	p, err := f.namePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/place-name", p)
}

func (f finance) name(c *gin.Context) error {
	p, err := f.namePage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.wider(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return admissions.NameSeatAsStaff(ctx, tx, by, p.Whose, p.Place, p.Form.Name, p.Form.Email, p.Form.Agreed)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/place-name", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, organisationsAt+"/"+p.Whose.Code+"/places")
}
