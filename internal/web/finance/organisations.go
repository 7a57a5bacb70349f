package finance

import (
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

const organisationsAt = "/finance/organisations"

var organisationsLink = page.Link{Text: "Organisations", Href: organisationsAt}

func (f finance) mountOrganisations(g routes) {
	g.get("/organisations", f.organisations)
	g.get("/organisations/:code", f.organisation)
	g.get("/organisations/:code/places", f.places)
	g.post("/organisations/:code/approve", f.approve)
	g.post("/organisations/:code/refuse", f.refuse)
	g.post("/organisations/:code/name", f.decideName)
	g.fill("/organisations/:code/appoint", f.appointing, f.appoint)
	g.fill("/organisations/:code/close", f.closing, f.closeOrganisation)
	g.fill("/organisations/:code/terms", f.terms, f.saveTerms)
	g.post("/organisations/:code/notes", f.note)
	g.fill("/organisations/:code/orders/:order", f.order, f.allowOver)
	g.fill("/organisations/:code/refund", f.refunding, f.askRefund)
	g.get("/addresses", f.addresses)
	g.post("/addresses/:change/check", f.checkAddress)
	g.post("/addresses/:change/agree", f.agreeAddress)
	g.post("/addresses/:change/refuse", f.refuseAddress)
	g.get("/departures", f.departures)
}

type organisationsQuery struct {
	Status string `form:"status"`
	Search string `form:"search" binding:"max=200" error:"Use 200 characters or fewer."`
}

type organisationsPage struct {
	base
	Query    organisationsQuery
	Statuses []page.Choice
	Table    page.Table
	Links    page.Pagination
	Save     page.Saving
	Filters  page.Filters
}

func (q organisationsQuery) filter() organisation.Filter {
	filter := organisation.Filter{Query: q.Search}
	if slices.Contains(organisation.Statuses(), organisation.Status(q.Status)) {
		filter.Status = organisation.Status(q.Status)
	}
	return filter
}

// organisations lists who pays, by name.
func (f finance) organisations(c *gin.Context) error {
	ctx := c.Request.Context()
	p := &organisationsPage{base: below(), Statuses: organisationStatuses(), Save: page.SavingAt(c, listsAt+"/organisations")}
	if err := page.Query(c, &p.Query); err != nil {
		return page.Again(c, err, "finance/organisations", p)
	}
	var after string // a code
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	rows, err := organisation.List(ctx, f.DB, p.Query.filter(), after, portion+1)
	if err != nil {
		return err
	}
	rows, p.Links, err = page.Portion(c, rows, portion, func(last organisation.Organisation) string { return last.Code })
	if err != nil {
		return err
	}
	kept, err := people.FiltersOf(ctx, f.DB, page.ViewerOf(c).Person, people.OrganisationsList)
	if err != nil {
		return err
	}
	p.Filters = page.NewFilters(c, people.OrganisationsList, kept)
	p.Table = page.Table{Caption: "Organisations", Stacked: true, Columns: []page.Column{{Title: "Name"}, {Title: "Kind"}, {Title: "Town"}, {Title: "How it stands"}}}
	labels := organisation.Labels(rows)
	for i, o := range rows {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{
			{Text: labels[i], Href: organisationHref(&o)}, {Text: kindWords[o.Kind]}, {Text: o.City}, {Text: organisationTags[o.Status].Text},
		})
	}
	return page.Render(c, "finance/organisations", p)
}

func organisationHref(o *organisation.Organisation) string { return organisationsAt + "/" + o.Code }

func organisationStatuses() []page.Choice {
	all := []page.Choice{{Label: "Any"}}
	for _, s := range organisation.Statuses() {
		all = append(all, page.Choice{Value: string(s), Label: organisationTags[s].Text})
	}
	return all
}

// organisationBy is the organisation with a code.
func (f finance) organisationBy(c *gin.Context, code string) (*organisation.Organisation, error) {
	return organisation.ByCode(c.Request.Context(), f.DB, code)
}

// within leads down to a page about an organisation.
func within(o *organisation.Organisation) base {
	return below(organisationsLink, page.Link{Text: o.Name, Href: organisationHref(o)})
}
