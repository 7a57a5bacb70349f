package admin

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

// listPage is a list that needs no more than its rows: with ways to look at it, and a file where it can be saved.
type listPage struct {
	page.Base
	Title string
	Said  string // what it is, in a sentence
	None  string // what is said when it is empty
	Kinds []planLink
	Table page.Table
	Links page.Pagination
	Save  *page.Saving
}

type showQuery struct {
	Show string `form:"show"`
}

// waysOf are the ways to look at a list, as links; the first is the one without a word.
func waysOf(at, here string, ways []page.Choice) []planLink {
	var links []planLink
	for i, w := range ways {
		href := at + "?show=" + w.Value
		if i == 0 {
			href = at
		}
		links = append(links, planLink{page.Link{Text: w.Label, Href: href}, w.Value == here})
	}
	return links
}

var cohortWays = []page.Choice{
	{Value: string(report.CohortsToCome), Label: "To come and going on"}, {Value: string(report.CohortsUndecided), Label: "Too few people"},
	{Value: string(report.CohortsDrafts), Label: "Drafts"}, {Value: string(report.CohortsOver), Label: "Over"}, {Value: string(report.CohortsAll), Label: "Every one"},
}

// cohorts lists runs, those that begin latest first.
func (f office) cohorts(c *gin.Context) error {
	var q showQuery
	if err := page.Query(c, &q); err != nil {
		return err
	}
	var before report.CohortKey
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	kind, save := cmp.Or(q.Show, cohortWays[0].Value), page.SavingAt(c, "/admin/export/cohorts")
	p := &listPage{Base: page.Base{Crumbs: []page.Link{home}}, Title: "Cohorts", None: "There is none.", Kinds: waysOf("/admin/runs", kind, cohortWays), Save: &save}
	if kind == string(report.CohortsUndecided) {
		p.Said = "The day has come on which it is decided whether they go ahead, and fewer places are taken than they need. Say that one goes ahead all the same, or cancel it and offer other dates."
		p.None = "Every cohort has enough people, or its day has not come."
	}
	rows, err := report.Cohorts(c.Request.Context(), f.DB, report.CohortKind(kind), london.DateOf(f.DB.Now()), before, portion+1)
	if err != nil {
		return err
	}
	rows, p.Links, err = page.Portion(c, rows, portion, func(last report.Cohort) report.CohortKey {
		return report.CohortKey{StartsOn: last.StartsOn, ID: last.ID}
	})
	if err != nil {
		return err
	}
	p.Table = cohortTable(rows, kind == string(report.CohortsUndecided) && acts(c))
	return page.Render(c, "admin/list", p)
}

// cohortTable leads to the run or, where it is to be decided about, to where that is done.
func cohortTable(rows []report.Cohort, decide bool) page.Table {
	t := page.Table{Caption: "Cohorts", Stacked: true, Columns: []page.Column{{Title: "Cohort"}, {Title: "Course"}, {Title: "First day"}, {Title: "How it stands"},
		{Title: "Taken", Numeric: true}, {Title: "Needs", Numeric: true}, {Title: "Places", Numeric: true}, {Title: "Waiting", Numeric: true}}}
	for _, r := range rows {
		at := page.Cell{Text: r.Code, Href: "/admin/runs/" + r.Code}
		if decide {
			at.Href += "/status"
		}
		t.Rows = append(t.Rows, []page.Cell{at, {Text: r.Course + ", " + r.City}, {Text: r.StartsOn.Medium()}, {Text: runWords[r.Status]},
			{Text: fmt.Sprint(r.Taken())}, {Text: fmt.Sprint(r.Minimum)}, {Text: fmt.Sprint(r.Capacity)}, {Text: fmt.Sprint(r.Waiting)}})
	}
	return t
}

var paymentWays = []page.Choice{{Label: "Every one"}, {Value: string(billing.Succeeded), Label: "Paid"}, {Value: string(billing.Created), Label: "Not paid yet"},
	{Value: string(billing.Pending), Label: "The bank is confirming"}, {Value: string(billing.Failed), Label: "Refused"}, {Value: string(billing.Cancelled), Label: "Not paid in time"}}

// payments lists payments by card, the latest first.
func (f office) payments(c *gin.Context) error {
	var q showQuery
	if err := page.Query(c, &q); err != nil {
		return err
	}
	var before id.Payment
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	if !slices.ContainsFunc(paymentWays, func(w page.Choice) bool { return w.Value == q.Show }) {
		return page.ErrNotFound
	}
	save := page.SavingAt(c, "/admin/export/payments")
	p := &listPage{Base: page.Base{Crumbs: []page.Link{home}}, Title: "Payments by card", None: "There is none.", Kinds: waysOf("/admin/payments", q.Show, paymentWays), Save: &save}
	rows, err := report.Receipts(c.Request.Context(), f.DB, billing.PaymentStatus(q.Show), before, portion+1)
	if err != nil {
		return err
	}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last report.Receipt) id.Payment { return last.ID }); err != nil {
		return err
	}
	p.Table = page.Table{Caption: "Latest first", Stacked: true, Columns: []page.Column{{Title: "Payment"}, {Title: "Place"}, {Title: "Learner"}, {Title: "Cohort"}, {Title: "Begun"},
		{Title: "How it stands"}, {Title: "Amount", Numeric: true}, {Title: "Went back", Numeric: true}}}
	for _, r := range rows {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: r.Code}, {Text: r.Place, Href: placesAt + "/" + r.Place}, {Text: cmp.Or(r.Name, "No name yet")}, {Text: r.Run},
			{Text: london.Stamp(r.CreatedAt)}, {Text: paymentWords[r.Status]}, {Text: r.Amount.String()}, {Text: r.Refunded.String()}})
	}
	return page.Render(c, "admin/list", p)
}

// unsent lists emails that could not be sent.
func (f office) unsent(c *gin.Context) error {
	var before id.Mail
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	rows, err := report.MailsUnsent(c.Request.Context(), f.DB, f.DB.Now(), before, portion+1)
	if err != nil {
		return err
	}
	p := &listPage{Base: page.Base{Crumbs: []page.Link{home, {Text: "Emails", Href: "/admin/outbox"}}}, Title: "Emails that could not be sent",
		Said: "Of the last two weeks. They were refused, or tried for 72 hours. Tell the person in another way.", None: "Every email could be sent."}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last report.Unsent) id.Mail { return last.ID }); err != nil {
		return err
	}
	p.Table = page.Table{Caption: "Latest first", Stacked: true, Columns: []page.Column{{Title: "Subject"}, {Title: "To"}, {Title: "Written"}, {Title: "What the mail server said"}}}
	for _, r := range rows {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: r.Subject, Href: fmt.Sprintf("/admin/outbox/%d", r.ID)}, {Text: r.To}, {Text: london.Stamp(r.CreatedAt)}, {Text: r.Reason}})
	}
	return page.Render(c, "admin/list", p)
}

// offers lists offers of help with the cost that lapse within a week.
func (f office) offers(c *gin.Context) error {
	var after report.OfferKey
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	save := page.SavingAt(c, "/admin/export/offers")
	p := &listPage{Base: page.Base{Crumbs: []page.Link{home}}, Title: "Offers that are about to lapse", Save: &save,
		Said: "Help with the cost that was offered, and whose last day to answer is within a week. We remind them by email. A call often helps.",
		None: "No offer lapses within a week."}
	var rows []report.Offer
	err := f.inOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, err = report.OffersLapsing(ctx, tx, after, portion+1)
		return err
	})
	if err != nil {
		return err
	}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last report.Offer) report.OfferKey { return report.OfferKey{UntilOn: last.UntilOn, ID: last.ID} }); err != nil {
		return err
	}
	p.Table = page.Table{Caption: "The soonest first", Stacked: true, Columns: []page.Column{{Title: "Place"}, {Title: "Who"}, {Title: "Cohort"}, {Title: "Round"}, {Title: "Last day to answer"}}}
	for _, r := range rows {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: r.Place, Href: placesAt + "/" + r.Place}, {Text: cmp.Or(r.Name, "No name yet")}, {Text: r.Run},
			{Text: r.Round, Href: "/admin/rounds/" + r.Round}, {Text: r.UntilOn.Medium()}})
	}
	return page.Render(c, "admin/list", p)
}

// registers lists half days without a register, of all runs.
func (f office) registers(c *gin.Context) error {
	var after report.GapKey
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	rows, err := report.RegistersMissing(c.Request.Context(), f.DB, london.DateOf(f.DB.Now()), after, portion+1)
	if err != nil {
		return err
	}
	p := &listPage{Base: page.Base{Crumbs: []page.Link{home}}, Title: "Registers that are missing",
		Said: "Half days that were taught, and nobody wrote down who was there. Ask whoever taught, or fill them in.", None: "Every register is there."}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last report.Gap) report.GapKey {
		return report.GapKey{Day: last.Day, Half: last.Half, Block: last.Block}
	}); err != nil {
		return err
	}
	p.Table = page.Table{Caption: "The earliest first", Stacked: true, Columns: []page.Column{{Title: "Half day"}, {Title: "Cohort"}, {Title: "Block", Numeric: true}}}
	for _, r := range rows {
		half := map[string]string{"am": "morning", "pm": "afternoon"}[r.Half]
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: r.Day.Medium() + ", " + half, Href: fmt.Sprintf("/admin/runs/%s/attendance/registers/%s/%s", r.Run, r.Day, r.Half)},
			{Text: r.Run, Href: "/admin/runs/" + r.Run + "/attendance"}, {Text: fmt.Sprint(r.Number)}})
	}
	return page.Render(c, "admin/list", p)
}
