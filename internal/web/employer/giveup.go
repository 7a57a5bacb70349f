package employer

import (
	"context"
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type giveUpForm struct {
	Kept string `form:"kept"`
}

// agreed is what the page that was sent said would still be owed, in pence. What is no amount agrees with nothing.
func (f giveUpForm) agreed() money.Amount {
	pence, err := strconv.ParseInt(f.Kept, 10, 64)
	if err != nil {
		return -1
	}
	return money.Amount(pence)
}

type giveUpPage struct {
	*seatPage
	Quote   admissions.SeatReckoning
	Rule    string // of the terms, and how it comes to apply
	Working page.Summary
	Pence   int64 // what is owed all the same, as the form carries it
}

// giveUp shows what giving a place up would mean for the organisation, with its whole working, before anything is done.
func (e *employer) giveUp(c *gin.Context) error {
	p, err := e.giveUpPage(c)
	if err != nil {
		return err
	}
	if !p.MayGiveUp() {
		return page.Redirect(c, p.Href(""))
	}
	return page.Render(c, "employer/give-up", p)
}

func (e *employer) giveUpPage(c *gin.Context) (*giveUpPage, error) {
	seen, err := e.seatPage(c)
	if err != nil {
		return nil, err
	}
	p := &giveUpPage{seatPage: seen}
	p.Base.Back = p.Href("")
	if !p.MayGiveUp() {
		return p, nil
	}
	if p.Quote, err = admissions.QuoteSeat(c.Request.Context(), e.Machine, p.Of, p.Code, e.Machine.Now()); err != nil {
		return nil, err
	}
	p.Rule, p.Working, p.Pence = giveUpRule(p.Quote), giveUpWorking(p.Quote), int64(p.Quote.Kept)
	return p, nil
}

// giveUpNow gives the place up at what was agreed to.
func (e *employer) giveUpNow(c *gin.Context) error {
	var form giveUpForm
	err := page.Bind(c, &form)
	if err == nil {
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			return admissions.WithdrawSeat(ctx, tx, me, of, c.Param("code"), form.agreed())
		})
	}
	p, unread := e.giveUpPage(c)
	if unread != nil {
		return unread
	}
	if err != nil && p.MayGiveUp() {
		return page.Again(c, err, "employer/give-up", p)
	}
	if err == nil {
		page.Flash(c, page.SeatGivenUp)
	}
	return page.Redirect(c, p.Href(""))
}

// giveUpRule says which rule of the terms decides. It names no amount but the fee, which is the same for everybody: of a
// place that others pay for too nobody learns the price here.
func giveUpRule(q admissions.SeatReckoning) string {
	if !q.Confirmed {
		return "The place is not confirmed yet, so you owe nothing for it."
	}
	if q.Ours {
		return "We have cancelled these dates, so you owe nothing for the place."
	}
	when := "The course begins in " + count(q.DaysBefore, "day") + "."
	switch {
	case q.DaysBefore == 0:
		when = "The course begins today."
	case q.DaysBefore < 0:
		when = "The course has begun."
	}
	switch {
	case q.Step.ChargeBP >= wholeBP:
		return when + " By our terms you owe your whole part of the price."
	case q.Step.ChargeBP > 0:
		return fmt.Sprintf("%s By our terms you owe %g%% of your part of the price.", when, float64(q.Step.ChargeBP)/100)
	}
	return fmt.Sprintf("%s By our terms there is a fee of %s for a place, of which you owe your part.", when, q.Step.Fee)
}

// wholeBP is all of a price, in basis points.
const wholeBP = 10_000

func giveUpWorking(q admissions.SeatReckoning) page.Summary {
	return page.Summary{Rows: []page.Row{
		{Key: "Your part of the price", Value: q.Own.String()},
		{Key: "You owe all the same", Value: q.Kept.String()},
		{Key: "You need not pay", Value: q.Back.String()},
	}}
}
