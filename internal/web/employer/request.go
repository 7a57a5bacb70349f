package employer

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type requestForm struct {
	Answer string `form:"answer" binding:"required,oneof=yes no" error:"Choose whether your organisation pays"`
	Number string `form:"number" binding:"max=200" error:"The number of a purchase order must be 40 characters or fewer"`
	Amount string `form:"amount" binding:"max=20" error:"Enter an amount in pounds, like 7,560 or 7,560.50"`
	Line   string `form:"line" binding:"max=40" error:"The line must be 40 characters or fewer"`
	Name   string `form:"buyer" binding:"max=200" error:"The name must be 200 characters or fewer"`
	Day    string `form:"valid_until-day"`
	Month  string `form:"valid_until-month"`
	Year   string `form:"valid_until-year"`
	Words  string `form:"words" binding:"max=1000" error:"Use 1,000 characters or fewer"`
}

// order is the purchase order that was typed, or none.
func (f requestForm) order(wrong page.Mistakes) billing.NewOrder {
	if f.Number+f.Amount+f.Line+f.Name+f.Day+f.Month+f.Year == "" {
		return billing.NewOrder{}
	}
	if f.Number == "" {
		wrong["number"] = "Enter the number of the purchase order"
	}
	return orderForm{Number: f.Number, Amount: f.Amount, Line: f.Line, Name: f.Name, Day: f.Day, Month: f.Month, Year: f.Year}.order(wrong)
}

type requestPage struct {
	page.Base
	Of      *organisation.Organisation
	Request *billing.PayRequest
	Form    requestForm
	Groups  []page.Table // the places, by run
	Total   money.Amount // what the organisation is asked to pay
	Until   london.Date  // how long the places are held; zero when they are not
}

// Asked reports whether the request waits for its answer.
func (p *requestPage) Asked() bool { return p.Request.Status == billing.RequestAsked }

// Ordered reports whether the organisation's own rule wants a purchase order with the answer.
func (p *requestPage) Ordered() bool { return p.Of.PORule == organisation.PORequired }

// request shows what the organisation is asked to pay. How the rest is paid is nobody's business here.
func (e *employer) request(c *gin.Context) error {
	p, err := e.requestPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "employer/request", p)
}

func (e *employer) requestPage(c *gin.Context) (*requestPage, error) {
	p := &requestPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		if p.Request, err = billing.RequestOf(ctx, tx, of.ID, c.Param("code")); err != nil {
			return err
		}
		list, err := enrolment.ListSeats(ctx, tx, of.ID, enrolment.SeatFilter{Asked: p.Request.ID}, enrolment.SeatKey{}, mostAtOnce)
		if err != nil {
			return err
		}
		seats, err := seatsOf(ctx, tx, of, list)
		if err != nil {
			return err
		}
		p.asks(seats)
		p.Groups = grouped(seats)
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.Of, p.Crumbs = of, within(of)
	return p, nil
}

// asks adds up what the request asks for.
func (p *requestPage) asks(seats []seat) {
	for _, s := range seats {
		for _, share := range s.Shares {
			if share.PayRequestID == p.Request.ID {
				p.Total += share.Owed()
			}
		}
		if until := london.DateOf(s.HeldUntil); s.Status == enrolment.Held && (p.Until.IsZero() || until.Before(p.Until)) {
			p.Until = until
		}
	}
}

// answerRequest takes the organisation's answer.
func (e *employer) answerRequest(c *gin.Context) error {
	var form requestForm
	err := page.Bind(c, &form)
	if err == nil {
		wrong := page.Mistakes{}
		n := form.order(wrong)
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			if form.Answer == "no" {
				return admissions.DeclineToPay(ctx, tx, me, of, c.Param("code"), form.Words)
			}
			return wrong.Refusal(admissions.AgreeToPay(ctx, tx, me, of, c.Param("code"), n)) // what was wrong before undoes it
		})
	}
	if err != nil {
		p, unread := e.requestPage(c)
		if unread != nil {
			return unread
		}
		p.Form = form
		return page.Again(c, err, "employer/request", p)
	}
	page.Flash(c, page.RequestAnswered)
	if form.Answer == "no" {
		return page.Redirect(c, "/employer/"+c.Param("org"))
	}
	return page.Redirect(c, "/employer/"+c.Param("org")+"/requests/"+c.Param("code"))
}
