package admin

import (
	"cmp"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/report"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

const chargesAt = "/admin/charges"

// charges lists what is not paid yet of the charges for places that were given up.
func (f office) charges(c *gin.Context) error {
	var after id.Share
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	rows, err := report.Charges(c.Request.Context(), f.DB, after, portion+1)
	if err != nil {
		return err
	}
	save := page.SavingAt(c, "/admin/export/charges")
	p := &listPage{Base: page.Base{Crumbs: []page.Link{home}}, Title: "Charges not paid", None: "Every charge is paid.", Save: &save,
		Said: "They gave their place up while they paid by instalments, and what we keep is more than they had paid. They can pay it on the page of their place. Talk with them: you can let it off."}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last report.Charge) id.Share { return last.ID }); err != nil {
		return err
	}
	p.Table = page.Table{Caption: p.Title, Stacked: true, Columns: []page.Column{{Title: "Place"}, {Title: "Learner"}, {Title: "Cohort"}, {Title: "Given up"}, {Title: "Still to be paid", Numeric: true}}}
	for _, r := range rows {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: r.Place, Href: chargeAt(r.Place)}, {Text: cmp.Or(r.Name, "No name yet")}, {Text: r.Run},
			{Text: london.DateOf(r.EndedAt).Medium()}, {Text: r.Outstanding.String()}})
	}
	return page.Render(c, "admin/list", p)
}

func (f office) saveCharges(c *gin.Context) (page.List, error) {
	ctx := c.Request.Context()
	return page.List{Columns: []string{"Place", "Learner", "Cohort", "Given up", "Still to be paid"}, Rows: page.Walk(
		func(after id.Share, limit int) ([]report.Charge, error) {
			return report.Charges(ctx, f.DB, after, limit)
		},
		func(last report.Charge) id.Share { return last.ID },
		func(r report.Charge) []sheet.Cell {
			return []sheet.Cell{sheet.Text(r.Place), sheet.Text(r.Name), sheet.Text(r.Run), sheet.Day(london.DateOf(r.EndedAt)), sheet.Money(r.Outstanding)}
		})}, nil
}

func chargeAt(place string) string { return placesAt + "/" + place + "/charge" }

type chargeForm struct {
	Reason string `form:"reason" binding:"required,max=1000" error:"Say why, so that a colleague can understand it later" error-max:"Use 1,000 characters or fewer"`
	Seen   int64  `form:"seen"` // what was outstanding on the page, in pence
}

type chargePage struct {
	page.Base
	Place       *enrolment.Enrolment
	Summary     page.Summary
	Outstanding money.Amount
	Form        chargeForm
	Acts        bool // whoever looks may let it off
}

// charge is what is outstanding of the charge for one place that was given up, and where it is let off.
func (f office) charge(c *gin.Context) error {
	p, err := f.chargePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "admin/charge", p)
}

func (f office) chargePage(c *gin.Context) (*chargePage, error) {
	ctx := c.Request.Context()
	e, err := enrolment.ByCode(ctx, f.DB, c.Param("code"))
	if err != nil {
		return nil, err
	}
	o, err := course.OfferingOf(ctx, f.DB, e.RunID)
	if err != nil {
		return nil, err
	}
	learner, err := people.ByID(ctx, f.DB, e.PersonID)
	if err != nil {
		return nil, err
	}
	shares, err := billing.SharesOf(ctx, f.DB, e.ID)
	if err != nil {
		return nil, err
	}
	p := &chargePage{Place: e, Acts: acts(c)}
	for _, s := range shares {
		p.Outstanding += s.Outstanding
	}
	p.Crumbs = []page.Link{home, {Text: "Charges not paid", Href: chargesAt}, {Text: "Place " + e.Code, Href: placesAt + "/" + e.Code}}
	p.Form.Seen = int64(p.Outstanding)
	p.Summary = page.Summary{Rows: []page.Row{{Key: "Learner", Lines: lines(learner.Name, learner.Email, learner.Phone)}, {Key: "Cohort", Lines: []string{o.Course.Title, o.Code}},
		{Key: "Given up", Value: london.Stamp(e.EndedAt)}, {Key: "Still to be paid", Value: p.Outstanding.String()}}}
	return p, nil
}

// letOff asks for no more of the charge.
func (f office) letOff(c *gin.Context) error {
	ctx, place := c.Request.Context(), c.Param("code")
	var form chargeForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.DB.Write(ctx, func(tx *db.Tx) error {
			return admissions.LetOffCharge(ctx, tx, page.ViewerOf(c).Person, place, money.Amount(form.Seen), form.Reason)
		})
	}
	if err != nil {
		p, unread := f.chargePage(c)
		if unread != nil {
			return unread
		}
		p.Form.Reason = form.Reason
		return page.Again(c, err, "admin/charge", p)
	}
	page.Flash(c, page.ChargeLetOff)
	return page.Redirect(c, chargeAt(place))
}
