package admin

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

const placesAt = "/admin/places"

var placesLink = page.Link{Text: "Places", Href: placesAt}

// placesQuery is which places are looked for.
type placesQuery struct {
	Run    string `form:"run" binding:"max=20" error:"Enter the code of a cohort, like FND-M27"`
	Status string `form:"status"`
	Payer  string `form:"payer"`
	Needs  string `form:"needs"`
}

func (q placesQuery) filter() report.PlaceFilter {
	return report.PlaceFilter{Run: codeOf(q.Run), Status: enrolment.Status(q.Status), Payer: billing.Payer(q.Payer), Need: report.Need(q.Needs)}
}

// Fields are what is looked for, for a form that does something with all that are found.
func (q placesQuery) Fields() []page.Field {
	var list []page.Field
	for _, one := range []page.Field{{Name: "run", Value: q.Run}, {Name: "status", Value: q.Status}, {Name: "payer", Value: q.Payer}, {Name: "needs", Value: q.Needs}} {
		if one.Value != "" {
			list = append(list, one)
		}
	}
	return list
}

// codeOf is the code of a run as it is kept.
func codeOf(typed string) string { return strings.ToUpper(strings.TrimSpace(typed)) }

type placesPage struct {
	page.Base
	Query    placesQuery
	Statuses []page.Choice
	Payers   []page.Choice
	Needs    []page.Choice
	Rows     []placeRow
	Links    page.Pagination
	Save     page.Saving
	Filters  page.Filters
	Acts     bool // whoever looks may write to people
}

// placeRow is one place in the list.
type placeRow struct {
	report.Place
	acts bool
}

// places lists places, the latest booked first.
func (f office) places(c *gin.Context) error {
	ctx := c.Request.Context()
	p := &placesPage{Base: page.Base{Crumbs: []page.Link{home}}, Statuses: placeStatuses(), Payers: placePayers(), Needs: placeNeeds(), Save: page.SavingAt(c, "/admin/export/places"), Acts: acts(c)}
	if err := page.Query(c, &p.Query); err != nil {
		return page.Again(c, err, "admin/places", p)
	}
	if !p.Query.known() {
		return page.ErrNotFound
	}
	var before id.Enrolment
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	rows, err := report.Places(ctx, f.money(c), p.Query.filter(), before, portion+1)
	if err != nil {
		return err
	}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last report.Place) id.Enrolment { return last.ID }); err != nil {
		return err
	}
	for _, r := range rows {
		p.Rows = append(p.Rows, placeRow{r, acts(c)})
	}
	if p.Filters, err = f.filters(c, people.PlacesList); err != nil {
		return err
	}
	return page.Render(c, "admin/places", p)
}

// Standing is how it stands, in words.
func (r placeRow) Standing() string {
	if r.acts && r.Status == enrolment.Held && r.agreed() == nil {
		return "Kept until " + london.Stamp(r.HeldUntil) + " for an answer"
	}
	return standing(r.Status, r.HeldUntil, false)
}

// Called is who has it.
func (r placeRow) Called() string {
	switch {
	case r.Name != "":
		return r.Name
	case r.By != "":
		return "No name yet"
	}
	return r.Email
}

// Payers says who pays, without amounts.
func (r placeRow) Payers() string { return cmp.Or(strings.Join(r.agreed(), ", "), "Not agreed yet") }

// agreed are those who pay something.
func (r placeRow) agreed() []string {
	var list []string
	for _, p := range []struct {
		amount money.Amount
		who    billing.Payer
	}{{r.Learner, billing.Learner}, {r.Organisation, billing.Organisation}, {r.Award, billing.Award}} {
		if p.amount > 0 {
			list = append(list, payerWords[p.who])
		}
	}
	return list
}

// Costs is its price, once somebody has agreed to one.
func (r placeRow) Costs() string {
	if r.Price == 0 && r.agreed() == nil {
		return ""
	}
	return r.Price.String()
}

// Does are the pages on which something is done about it.
func (r placeRow) Does() []page.Link {
	var list []page.Link
	at := placesAt + "/" + r.Code
	if r.Plan {
		list = append(list, page.Link{Text: "Instalments", Href: at + "/plan"})
	}
	if r.acts && r.Status == enrolment.Confirmed {
		list = append(list, page.Link{Text: "Move", Href: at + "/move"})
	}
	if r.acts && r.Status == enrolment.Waiting {
		list = append(list, page.Link{Text: "Waiting list", Href: "/admin/runs/" + r.Run + "/waiting"})
	}
	return list
}

func placeStatuses() []page.Choice {
	all := []page.Choice{{Label: "Any"}}
	for _, s := range []enrolment.Status{enrolment.Waiting, enrolment.Held, enrolment.Confirmed, enrolment.Completed, enrolment.Lapsed, enrolment.Withdrawn, enrolment.Cancelled} {
		all = append(all, page.Choice{Value: string(s), Label: statusWords[s]})
	}
	return all
}

func placePayers() []page.Choice {
	return []page.Choice{{Label: "Anybody"}, {Value: string(billing.Learner), Label: payerWords[billing.Learner]},
		{Value: string(billing.Organisation), Label: payerWords[billing.Organisation]}, {Value: string(billing.Award), Label: payerWords[billing.Award]}}
}

func placeNeeds() []page.Choice {
	return []page.Choice{{Label: "Whatever it needs"}, {Value: string(report.NeedsName), Label: "A name"}, {Value: string(report.NeedsOrder), Label: "A purchase order"},
		{Value: string(report.NeedsAnswer), Label: "An answer to our offer"}, {Value: string(report.NeedsChoice), Label: "Other dates, or the money: we cancelled theirs"}}
}

// known refuses what is none of a filter's choices: a list that shows everything would be taken for what was asked for.
func (q placesQuery) known() bool {
	has := func(list []page.Choice, value string) bool {
		return slices.ContainsFunc(list, func(c page.Choice) bool { return c.Value == value })
	}
	return has(placeStatuses(), q.Status) && has(placePayers(), q.Payer) && has(placeNeeds(), q.Needs)
}

// readPlaces reads places some at a time, as they may be seen by whoever looks.
func (f office) readPlaces(c *gin.Context, filter report.PlaceFilter) func(id.Enrolment, int) ([]report.Place, error) {
	ctx, d := c.Request.Context(), f.money(c)
	return func(before id.Enrolment, limit int) ([]report.Place, error) {
		return report.Places(ctx, d, filter, before, limit)
	}
}
