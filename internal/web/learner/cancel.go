package learner

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type cancelForm struct {
	Back string `form:"back"`
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
	shown := &cancelPage{place: p, Quote: q, Rule: rule(q), Working: working(p, q), Pence: int64(q.Back)}
	shown.Bank = p.atBank()
	shown.Base.Back = p.path("")
	return shown, nil
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
