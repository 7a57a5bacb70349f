package learner

import (
	"context"
	"errors"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/state"
	"bursar/internal/web/page"
)

// choosePlan takes up a way to pay, and leads to the page of the first payment.
func (l *Learner) choosePlan(c *gin.Context) error {
	var form planForm
	err := page.Bind(c, &form)
	if err == nil && form.Pay != "whole" && form.Consent == "" {
		err = failure.Field("consent", "Tick the box if you agree. Without it you can pay everything now")
	}
	if err == nil {
		err = l.Machine.Write(c.Request.Context(), func(tx *db.Tx) error { return choose(c.Request.Context(), tx, c, form) })
	}
	if err == nil || errors.Is(err, admissions.ErrNothingToPay) || errors.Is(err, state.ErrMovedOn) {
		return page.Redirect(c, "/my/places/"+c.Param("code")+"/pay")
	}
	p, unread := l.mine(c)
	switch {
	case unread != nil:
		return unread
	case !p.InParts():
		return page.Redirect(c, p.path(""))
	}
	return page.Again(c, err, "learner/choose-plan", p.choosePage(form))
}

func choose(ctx context.Context, tx *db.Tx, c *gin.Context, form planForm) error {
	person, place := page.ViewerOf(c).Person, c.Param("code")
	if form.Pay != "whole" {
		return admissions.ChoosePlan(ctx, tx, person, place, billing.PlanKind(form.Pay), partsOf(form.terms()))
	}
	if err := admissions.DropPlan(ctx, tx, person, place); err != nil {
		return err
	}
	_, err := admissions.PayOwn(ctx, tx, person, place)
	return err
}

// payPart begins to pay the next instalment before its day, or after the card was refused. Pressed twice it leads to one page.
func (l *Learner) payPart(c *gin.Context) error { return l.payParts(c, false) }

// settlePlan begins to pay all that is left.
func (l *Learner) settlePlan(c *gin.Context) error { return l.payParts(c, true) }

func (l *Learner) payParts(c *gin.Context, all bool) error {
	ctx, code := c.Request.Context(), c.Param("code")
	err := l.Machine.Write(ctx, func(tx *db.Tx) error {
		_, err := admissions.PayInstalments(ctx, tx, page.ViewerOf(c).Person, code, all)
		return err
	})
	switch {
	case errors.Is(err, admissions.ErrNothingToPay):
		return page.Redirect(c, "/my/places/"+code)
	case errors.Is(err, billing.ErrPartUnderWay):
		p, unread := l.mine(c)
		if unread != nil {
			return unread
		}
		if p.payingPart(l.DB.Now()) {
			return page.Redirect(c, p.path("pay"))
		}
		return page.Again(c, err, "learner/plan", p.planPage(l.DB.Now()))
	case err != nil:
		return err
	}
	return page.Redirect(c, "/my/places/"+code+"/pay")
}

// partPaid is where the card processor sends people back to after an instalment. The address proves nothing.
func (l *Learner) partPaid(c *gin.Context) error {
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	if !p.payingPart(l.DB.Now()) {
		return page.Redirect(c, p.path("plan"))
	}
	wait := &waitPage{place: p, Again: p.path("plan/paid"), Slow: l.DB.Now().Sub(p.Payment().CreatedAt) > 10*time.Minute}
	page.AskAgain(c, wait.Slow)
	return page.Render(c, "learner/checking", wait)
}

// changeCard begins to save another card. Pressed twice it leads to one page.
func (l *Learner) changeCard(c *gin.Context) error {
	ctx, code := c.Request.Context(), c.Param("code")
	err := l.Machine.Write(ctx, func(tx *db.Tx) error {
		_, err := admissions.ChangeCard(ctx, tx, page.ViewerOf(c).Person, code)
		return err
	})
	if errors.Is(err, admissions.ErrNothingToPay) {
		return page.Redirect(c, "/my/places/"+code)
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, "/my/places/"+code+"/plan/card")
}

// toCard leads to the page on which a card is saved as soon as there is one.
func (l *Learner) toCard(c *gin.Context) error {
	var open *billing.CardPage
	p, err := l.mineAnd(c, func(tx *db.Tx, p *place) (err error) {
		if p.Plan != nil {
			open, err = billing.OpenCardPage(c.Request.Context(), tx, p.Plan)
		}
		return err
	})
	if err != nil {
		return err
	}
	now := l.DB.Now()
	if open == nil || !open.ExpiresAt.After(now) {
		return page.Redirect(c, p.path("plan"))
	}
	if open.SessionURL != "" {
		return page.Leave(c, open.SessionURL, l.PayAt)
	}
	wait := &waitPage{place: p, Slow: now.Sub(open.CreatedAt) > slow, Again: p.path("plan/card")}
	page.AskAgain(c, wait.Slow)
	return page.Render(c, "learner/preparing", wait)
}

func (p *place) planPage(now time.Time) *planPage {
	shown := &planPage{place: p, Parts: partTable(p.Plan), Checking: p.Plan.OnItsWay(), Mine: p.payingPart(now), Method: methodWords(p.Plan)}
	shown.Crumbs = []page.Link{{Text: "Your places", Href: "/my"}, {Text: p.Run.Course.Title, Href: p.path("")}}
	if open := p.Plan.Open(); len(open) > 0 {
		shown.Next = open[0]
	}
	return shown
}

func partTable(plan *billing.Plan) page.Table {
	t := page.Table{Caption: "All payments", Columns: []page.Column{{Title: "When"}, {Title: "How it stands"}, {Title: "Amount", Numeric: true}}}
	for _, i := range plan.Shown() {
		when := i.DueOn.Medium()
		if i.Number == 0 {
			when += ", the deposit"
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: when}, {Text: partWords(i)}, {Text: i.Amount.String()}})
	}
	return t
}

func partWords(i *billing.Instalment) string {
	switch i.Status {
	case billing.InstalmentPaid:
		return "Paid on " + day(i.PaidAt)
	case billing.InstalmentCharging:
		return "We are checking with the bank"
	case billing.InstalmentFailed:
		if i.RetryOn.IsZero() {
			return "Did not go through"
		}
		return "Did not go through. We try again on " + i.RetryOn.Medium()
	}
	return "To come"
}

func methodWords(plan *billing.Plan) string {
	if plan.MethodKind == billing.BacsDirect {
		return "the bank account ending in " + plan.MethodEnds
	}
	return "the card ending in " + plan.MethodEnds
}
