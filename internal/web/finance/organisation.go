package finance

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type organisationPage struct {
	base
	Organisation *organisation.Organisation
	Tag          page.Tag
	Details      page.Summary
	Like         *organisation.Organisation // whose name looks the same; nil when none does
	LikeDetails  page.Summary
	Members      page.Table
	Bookings     page.Table
	Orders       page.Table
	Notes        []note
	Credit       money.Amount
	Href         string
	Form         decisionForm
	Invitee      inviteeForm
	Note         noteForm
}

// organisation is one organisation with everything that belongs to it.
func (f finance) organisation(c *gin.Context) error {
	p, err := f.organisationPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/organisation", p)
}

func (f finance) organisationPage(c *gin.Context) (*organisationPage, error) {
	ctx := c.Request.Context()
	o, err := f.organisationBy(c, c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &organisationPage{base: below(organisationsLink), Organisation: o, Tag: organisationTags[o.Status], Details: detailsOf(o), Href: organisationHref(o)}
	if p.Like, err = organisation.LikeOf(ctx, f.DB, o); err != nil {
		return nil, err
	}
	if p.Like != nil {
		p.LikeDetails = detailsOf(p.Like)
	}
	for _, read := range []func(context.Context, *organisationPage) error{f.readMembers, f.readBookings, f.readOrders, f.readNotes, f.readCredit} {
		if err := read(ctx, p); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// detailsOf is what an organisation says of itself, and how it pays.
func detailsOf(o *organisation.Organisation) page.Summary {
	s := page.Summary{}
	for _, r := range []page.Row{
		{Key: "Code", Value: o.Code}, {Key: "Kind", Value: kindWords[o.Kind]}, {Key: "Company number", Value: o.CompanyNumber},
		{Key: "Charity number", Value: o.CharityNumber}, {Key: "Organisation code", Value: o.OrgCode}, {Key: "Payables code", Value: o.PayablesCode},
		{Key: "GLN", Value: o.GLN}, {Key: "Department", Value: o.Department}, {Key: "Contact", Value: o.Contact},
		{Key: "Address", Lines: filled(append(strings.Split(o.Address, "\n"), o.City, o.Postcode))},
		{Key: "Invoices go to", Value: o.InvoiceEmail}, {Key: "Purchase orders", Value: ruleWords[o.PORule]},
		{Key: "Pays within", Value: count(o.TermsDays, "day", "days")}, {Key: "Signed up", Value: day(o.CreatedAt)}, {Key: "Refused because", Value: o.RefusedFor},
	} {
		if r.Value != "" || len(r.Lines) > 0 {
			s.Rows = append(s.Rows, r)
		}
	}
	return s
}

// filled are those of several lines that say something.
func filled(lines []string) []string {
	var full []string
	for _, line := range lines {
		if line != "" {
			full = append(full, line)
		}
	}
	return full
}

func (f finance) readMembers(ctx context.Context, p *organisationPage) error {
	p.Members = page.Table{Caption: "Who acts for it", Stacked: true, Columns: []page.Column{{Title: "Name"}, {Title: "Email"}, {Title: "Since"}}}
	members, err := organisation.Members(ctx, f.DB, p.Organisation.ID)
	if err != nil {
		return err
	}
	for _, m := range members {
		p.Members.Rows = append(p.Members.Rows, []page.Cell{{Text: cmp.Or(m.Name, "No name yet")}, {Text: m.Email}, {Text: day(m.Since)}})
	}
	known, err := organisation.Domains(ctx, f.DB, p.Organisation.ID)
	if len(known) > 0 {
		p.Details.Rows = append(p.Details.Rows, page.Row{Key: "Email domains that we trust", Lines: known})
	}
	return err
}

// shownBookings is how many of an organisation's latest bookings its page shows.
const shownBookings = 20

func (f finance) readBookings(ctx context.Context, p *organisationPage) error {
	p.Bookings = page.Table{Caption: "Latest bookings", Stacked: true, Columns: []page.Column{
		{Title: "Booking"}, {Title: "Dates"}, {Title: "Booked"}, {Title: "Places", Numeric: true}, {Title: "Each", Numeric: true},
	}}
	teams, err := enrolment.TeamsOf(ctx, f.DB, p.Organisation.ID, 0, shownBookings)
	if err != nil {
		return err
	}
	var runs []id.Run
	for _, t := range teams {
		runs = append(runs, t.RunID)
	}
	offered, err := course.OfferingsOf(ctx, f.DB, runs)
	if err != nil {
		return err
	}
	for _, t := range teams {
		p.Bookings.Rows = append(p.Bookings.Rows, []page.Cell{
			{Text: t.Code, Href: bookingHref(&t)}, {Text: offered[t.RunID].Code + ", " + offered[t.RunID].Course.Title}, {Text: day(t.PlacedAt)},
			{Text: count(t.Places, "place", "places")}, {Text: t.Price.String()},
		})
	}
	return nil
}

func (f finance) readOrders(ctx context.Context, p *organisationPage) error {
	p.Orders = page.Table{Caption: "Purchase orders", Stacked: true, Columns: []page.Column{
		{Title: "Number"}, {Title: "Given"}, {Title: "Worth", Numeric: true}, {Title: "Used", Numeric: true}, {Title: "Left", Numeric: true},
	}}
	orders, err := billing.OrdersOf(ctx, f.DB, p.Organisation.ID)
	for _, o := range orders {
		given := day(o.CreatedAt)
		if !o.Open(f.today()) {
			given += ", ended"
		}
		p.Orders.Rows = append(p.Orders.Rows, []page.Cell{
			{Text: o.Number, Href: orderHref(p.Organisation, &o)}, {Text: given}, {Text: (o.Amount + o.Over).String()}, {Text: o.Used.String()}, {Text: o.Left().String()},
		})
	}
	return err
}

func (f finance) readCredit(ctx context.Context, p *organisationPage) (err error) {
	p.Credit, err = invoice.Credits(ctx, f.DB, p.Organisation.ID)
	return err
}

// Waits reports whether staff have to say whether the organisation may order.
func (p *organisationPage) Waits() bool { return p.Organisation.Status == organisation.Pending }

// Refused reports whether staff may still approve it after all.
func (p *organisationPage) Refused() bool { return p.Organisation.Status == organisation.Refused }

// Approved reports whether it may order.
func (p *organisationPage) Approved() bool { return p.Organisation.Status == organisation.Approved }

// Domains are the e-mail domains of who acts for it, for the question whether to trust them.
func (p *organisationPage) Domains() string {
	var all []string
	for _, row := range p.Members.Rows {
		if _, domain, _ := strings.Cut(row[1].Text, "@"); !slices.Contains(all, domain) {
			all = append(all, domain)
		}
	}
	return strings.Join(all, " or ")
}
