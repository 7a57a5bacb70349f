package demo

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/sandbox"
	"bursar/internal/web/page"
)

// demoPage is also what is shown when a date to move the clock to cannot be used.
type demoPage struct {
	page.Base
	Form      clockForm
	Learners  []fixture.Who
	Employers []fixture.Who
	Office    []fixture.Who
	Cards     page.Table
}

func newPage(form clockForm) *demoPage {
	p := &demoPage{Form: form, Cards: cards()}
	for _, w := range fixture.People() {
		switch {
		case w.Employs:
			p.Employers = append(p.Employers, w)
		case w.Role == "":
			p.Learners = append(p.Learners, w)
		default:
			p.Office = append(p.Office, w)
		}
	}
	return p
}

func (s stage) show(c *gin.Context) error {
	return page.Render(c, "demo/show", newPage(clockForm{}))
}

// cards are what the payment page can be given.
func cards() page.Table {
	t := page.Table{Caption: "Ways to pay on the test payment page", Columns: []page.Column{{Title: "Card number"}, {Title: "What happens"}}}
	for _, card := range []struct{ number, happens string }{
		{sandbox.CardPays, "It pays at once."},
		{sandbox.CardAuthenticate, "The bank asks whether it is you, then it pays."},
		{sandbox.CardDeclined, "It is declined."},
		{sandbox.CardNoFunds, "It is declined, because there is not enough money."},
		{sandbox.CardRefundLater, "It pays at once. A refund takes 5 days."},
		{sandbox.CardRefundFails, "It pays at once. A refund comes back after 5 days."},
		{sandbox.CardDeclinedLater, "It pays at once. Instalments that are taken from it later are declined."},
		{sandbox.CardAsksAlways, "The bank asks every time. Instalments that are taken from it later are refused."},
	} {
		n := card.number
		t.Rows = append(t.Rows, []page.Cell{{Text: n[:4] + " " + n[4:8] + " " + n[8:12] + " " + n[12:]}, {Text: card.happens}})
	}
	return t
}

// enter signs this browser in as one of the people of the demonstration; the office's have their second factor
// taken as given.
func (s stage) enter(c *gin.Context) error {
	who, ok := fixture.Find(c.Param("who"))
	if !ok {
		return people.ErrUnknownPerson
	}
	var token string
	err := s.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
		p, err := people.Find(c.Request.Context(), tx, who.Email)
		if err != nil {
			return err
		}
		start := people.StartSession
		if who.Role != "" {
			start = people.StartVerifiedSession
		}
		token, err = start(c.Request.Context(), tx, p.ID, people.Device(c.Request.UserAgent()))
		return err
	})
	if err != nil {
		return err
	}
	s.Admit(c, token)
	page.Flash(c, page.SignedIn)
	return page.Redirect(c, home(who))
}

// home is where somebody has something to see.
func home(w fixture.Who) string {
	switch {
	case w.Applies:
		return "/my/applications"
	case w.Employs:
		return "/employer"
	case w.Role == people.Admin:
		return "/admin"
	case w.Role == people.Assessor:
		return "/assess"
	case w.Role == people.Access:
		return "/admin/support"
	case w.Role == people.Trainer:
		return "/teach"
	case w.Role == people.Finance:
		return "/finance"
	case w.Role == "":
		return "/my"
	default:
		return "/my/account"
	}
}
