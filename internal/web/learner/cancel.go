package learner

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type cancelForm struct {
	Back string `form:"back"`
	Kept string `form:"kept"` // of the whole price, whoever pays
}

// agreed is an amount that somebody agrees to, in pence, as the page that was sent said it. What is no amount agrees with
// nothing.
func agreed(sent string) money.Amount {
	n, err := strconv.ParseInt(sent, 10, 64)
	if err != nil {
		return -1
	}
	return money.Amount(n)
}

type cancelPage struct {
	page.Base
	*place
	Quote   admissions.Return
	Rule    string // which rule decides, and why
	Working page.Summary
	Pence   int64 // what goes back, as the form carries it
	Kept    int64 // what is kept of the whole price, likewise
	Bank    bool  // a bank is confirming a payment
}

// cancel shows what giving the place up would mean, with its whole working, before anything is done.
func (l *Learner) cancel(c *gin.Context) error {
	shown, err := l.cancelPage(c)
	if err != nil {
		return err
	}
	if shown.Offered() {
		return page.Redirect(c, shown.Offer())
	}
	if !shown.mayCancel() {
		return page.Redirect(c, shown.path(""))
	}
	return page.Render(c, "learner/cancel", shown)
}

func (l *Learner) cancelPage(c *gin.Context) (*cancelPage, error) {
	var q admissions.Return
	p, err := l.mineAnd(c, func(tx *db.Tx, p *place) (err error) {
		if p.Funded() && !p.mayCancel() {
			return nil // it may never have cost anything
		}
		q, err = admissions.QuoteWithdrawal(c.Request.Context(), tx, p.Enrolment, p.Run, tx.Now)
		return err
	})
	if err != nil {
		return nil, err
	}
	shown := &cancelPage{place: p, Quote: q, Rule: rule(q), Working: working(p, q), Pence: int64(q.Back), Kept: int64(q.Charge)}
	shown.Bank = p.atBank()
	shown.Base.Back = p.path("")
	return shown, nil
}

// keepsAsSaid refuses what would keep more or less of the price than the page said, also where others pay it: the place may have gone
// to other dates since, or a day has passed.
func keepsAsSaid(ctx context.Context, tx *db.Tx, p *place, said string) error {
	if said == "" {
		return nil
	}
	mine, err := enrolment.OfPerson(ctx, tx, p.PersonID, p.Code)
	if err != nil {
		return err
	}
	e, err := enrolment.Lock(ctx, tx, mine.ID)
	if err != nil || e.Status == enrolment.Withdrawn {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	q, err := admissions.QuoteWithdrawal(ctx, tx, e, o, tx.Now)
	if err == nil && q.Charge != agreed(said) {
		return admissions.ErrReckoningChanged
	}
	return err
}

// giveUp gives the place up at the amount that was agreed to. Pressed twice it is done once.
func (l *Learner) giveUp(c *gin.Context) error {
	var form cancelForm
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	if p.ThroughEmployer() {
		return page.Redirect(c, p.path(""))
	}
	if err = page.Bind(c, &form); err == nil {
		err = l.Machine.Write(c.Request.Context(), func(tx *db.Tx) error {
			if err := keepsAsSaid(c.Request.Context(), tx, p, form.Kept); err != nil {
				return err
			}
			return admissions.Withdraw(c.Request.Context(), tx, l.Box, page.ViewerOf(c).Person, c.Param("code"), agreed(form.Back))
		})
	}
	if err == nil {
		page.Flash(c, map[bool]page.Notice{true: page.WaitingLeft, false: page.Cancelled}[p.Status == enrolment.Waiting])
		return page.Redirect(c, "/my/places/"+c.Param("code"))
	}
	shown, broken := l.cancelPage(c)
	if broken != nil {
		return broken
	}
	if shown.Offered() {
		return page.Redirect(c, shown.Offer())
	}
	if !shown.mayCancel() && (shown.Funded() || shown.Status != enrolment.Withdrawn) {
		return page.Redirect(c, shown.path(""))
	}
	return page.Again(c, err, "learner/cancel", shown)
}
