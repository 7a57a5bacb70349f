package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type receiptPage struct {
	page.Base
	*place
	Person people.Person
	Dates  []string
	Money  page.Table
	Total  money.Amount // paid and not sent back
}

// receipt is a page to print or keep. Without a payment there is none.
func (l *Learner) receipt(c *gin.Context) error {
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	if p.Paid() == 0 {
		return page.ErrNotFound
	}
	person, err := people.ByID(c.Request.Context(), l.DB, p.PersonID)
	if err != nil {
		return err
	}
	shown := &receiptPage{place: p, Person: person, Dates: dates(p.Run), Money: p.moneyTable(), Total: p.left()}
	shown.Back = p.path("")
	return page.Render(c, "learner/receipt", shown)
}
