package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type confirmationPage struct {
	page.Base
	*place
	Facts   page.Summary
	LastDay london.Date
	First   string // the first day and when it begins
}

// confirmation is where the card processor sends people back to. The address proves nothing: it says what the
// books say, and that we are checking until they do.
func (l *Learner) confirmation(c *gin.Context) error {
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	at := p.stage(l.DB.Now())
	if later := p.owes(l.DB.Now()); later != "" {
		at = later
	}
	switch at {
	case stage(enrolment.Confirmed), stage(enrolment.Completed):
		return page.Render(c, "learner/confirmation", p.confirmation())
	case toPay, overdue:
		wait := &waitPage{place: p, Slow: at == overdue}
		page.AskAgain(c, wait.Slow)
		return page.Render(c, "learner/checking", wait)
	}
	return page.Redirect(c, p.path(""))
}

func (p *place) confirmation() *confirmationPage {
	shown := &confirmationPage{place: p, LastDay: enrolment.StatutoryEnd(p.ConfirmedAt), Facts: p.facts()}
	shown.Crumbs = []page.Link{{Text: "Your places", Href: "/my"}}
	shown.First = p.Run.StartsOn().Long()
	if paid := p.Payment(); paid != nil && paid.Captured > 0 {
		shown.Facts.Rows = append(shown.Facts.Rows,
			page.Row{Key: "Paid", Value: paid.Captured.String() + " by card on " + day(paid.SettledAt)},
			page.Row{Key: "Payment reference", Value: paid.Code})
	}
	return shown
}
