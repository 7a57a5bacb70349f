package finance

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

// shownPast is how much of what was said to and by an organisation is shown.
const shownPast = 100

// chasedPage is what an organisation was reminded of, and what it answered.
type chasedPage struct {
	base
	Organisation *organisation.Organisation
	Waiting      *debtorRow // nil: for nothing
	Past         []pastRow
	Form         noteForm
}

type pastRow struct{ report.Past }

// What says what was done.
func (r pastRow) What() string {
	switch r.Past.What {
	case report.OrderMissing:
		return "Reminded of purchase orders: " + strings.Join(r.Items, ", ")
	case report.Due:
		return "Reminded of invoices that are due: " + strings.Join(r.Items, ", ")
	case report.Overdue:
		return "Reminded of invoices overdue by " + number(r.Step) + " days or more: " + strings.Join(r.Items, ", ")
	}
	return r.Words
}

// chased shows what was said to and by one organisation.
func (f finance) chased(c *gin.Context) error {
	p, err := f.chasedPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/chased", p)
}

func (f finance) chasedPage(c *gin.Context) (*chasedPage, error) {
	ctx := c.Request.Context()
	o, err := f.organisationBy(c, c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &chasedPage{base: below(chaseLink), Organisation: o}
	list, err := report.ToChase(ctx, f.DB, f.DB.Now(), o.ID)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		p.Waiting = &debtorRow{Debtor: list[0]}
	}
	past, err := report.History(ctx, f.DB, o.ID, shownPast)
	for _, one := range past {
		p.Past = append(p.Past, pastRow{one})
	}
	return p, err
}

// noteAnswer keeps what an organisation answered.
func (f finance) noteAnswer(c *gin.Context) error {
	p, err := f.chasedPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return report.Note(ctx, tx, by, p.Organisation.ID, p.Form.Words)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/chased", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, chaseAt+"/"+p.Organisation.Code)
}
