package moves

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type moveForm struct {
	To     string `form:"to" binding:"required" error:"Choose the new dates"`
	Price  string `form:"price" binding:"required" error:"Enter what the place costs from now on"`
	Extra  string `form:"extra"`
	Reason string `form:"reason" binding:"required,max=500" error:"Say why, and whom you talked to" error-max:"Use 500 characters or fewer"`
	Seen   string `form:"seen"` // what the move means, as the page said it; empty: it has not been said yet
}

// order is the form as the verb takes it, or what needs correcting.
func (f moveForm) order() (admissions.MoveOrder, error) {
	price, err := money.Parse(f.Price)
	if err != nil {
		return admissions.MoveOrder{}, failure.Field("price", "Enter what the place costs from now on, like 3,250 or 0")
	}
	extra, _ := strconv.ParseInt(f.Extra, 10, 64) // what is no share is refused by the verb
	return admissions.MoveOrder{To: f.To, Reason: f.Reason, Price: price, Extra: id.Share(extra)}, nil
}

type placePage struct {
	page.Base
	Place  *enrolment.Enrolment
	Run    *course.Offering
	Who    string // sits there; may be empty
	Runs   []page.Choice
	Shares page.Table
	Payers []page.Choice // who can pay what it costs more
	To     *course.Offering
	Means  page.Table // for everybody who pays
	Form   moveForm
}

func (d desk) placePage(c *gin.Context) (*placePage, error) {
	p := &placePage{}
	err := d.Office.WriteAs(c.Request.Context(), db.Who{Person: page.ViewerOf(c).Person}, func(tx *db.Tx) error {
		return p.read(c.Request.Context(), tx, c.Param("code"))
	})
	if err != nil {
		return nil, err
	}
	place := page.Link{Text: "Place " + p.Place.Code, Href: "/admin/places/" + p.Place.Code}
	p.Crumbs = []page.Link{home, {Text: p.Run.Code, Href: "/admin/runs/" + p.Run.Code}, place}
	return p, nil
}

func (p *placePage) read(ctx context.Context, tx *db.Tx, code string) (err error) {
	if p.Place, err = enrolment.ByCode(ctx, tx, code); err != nil {
		return err
	}
	if p.Place.Status != enrolment.Confirmed {
		return page.ErrNotFound
	}
	if p.Run, err = course.OfferingOf(ctx, tx, p.Place.RunID); err != nil {
		return err
	}
	if p.Place.PersonID != 0 {
		who, err := people.ByID(ctx, tx, p.Place.PersonID)
		if err != nil {
			return err
		}
		p.Who = who.Name
	}
	runs, err := admissions.Elsewhere(ctx, tx, p.Place, p.Run, tx.Now)
	if err != nil {
		return err
	}
	for _, o := range runs {
		p.Runs = append(p.Runs, page.Choice{Value: o.Code, Label: o.Code + ", " + london.Days(o.StartsOn(), o.EndsOn()),
			Hint: o.Where() + ". " + o.Price(p.Place.Band).String() + " for this band"})
	}
	return p.readShares(ctx, tx)
}

func (p *placePage) readShares(ctx context.Context, d bun.IDB) error {
	parts, err := partsOf(ctx, d, p.Place.ID)
	p.Shares = page.Table{Caption: "Who pays", Columns: []page.Column{{Title: "Payer"}, {Title: "Part", Numeric: true}, {Title: "Paid", Numeric: true}, {Title: "Invoiced", Numeric: true}}}
	for _, s := range parts {
		p.Shares.Rows = append(p.Shares.Rows, []page.Cell{{Text: s.name}, {Text: s.Amount.String()}, {Text: s.paid.String()}, {Text: s.Invoiced.String()}})
		if s.Payer != billing.Award {
			p.Payers = append(p.Payers, page.Choice{Value: strconv.FormatInt(int64(s.ID), 10), Label: s.name})
		}
	}
	return err
}

// ask shows what would move, and asks where to and why.
func (d desk) ask(c *gin.Context) error {
	p, err := d.placePage(c)
	if err != nil {
		return err
	}
	p.Form.Price = strings.TrimPrefix(p.Place.Price.Short(), "£")
	return page.Render(c, "moves/place", p)
}

// move shows what a move means for everybody who pays, and does it once that has been seen.
func (d desk) move(c *gin.Context) error {
	p, err := d.placePage(c)
	if err != nil {
		return err
	}
	var order admissions.MoveOrder
	if err = page.Bind(c, &p.Form); err == nil {
		order, err = p.Form.order()
	}
	if err == nil {
		err = d.try(c, p, order)
	}
	switch {
	case errors.Is(err, errLooked):
		return page.Render(c, "moves/means", p)
	case errors.Is(err, errMeansElse):
		return page.Again(c, err, "moves/means", p)
	case err != nil:
		return page.Again(c, err, "moves/place", p)
	}
	page.Flash(c, page.PlaceMoved)
	return page.Redirect(c, "/admin/places/"+p.Place.Code)
}
