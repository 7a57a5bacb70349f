package funds

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type showPage struct {
	page.Base
	Card     card
	Words    []string
	Waiting  string // where rules wait for a second person; may be empty
	Versions page.Table
	Reports  bool // this desk tells the funder who was helped
	Burn     *page.Figure
}

// show is one fund: what it holds, its rules, and where everything else about it is.
func (d desk) show(c *gin.Context) error {
	ctx := c.Request.Context()
	f, err := d.fund(c)
	if err != nil {
		return err
	}
	h, err := fund.HoldingOf(ctx, d.DB, f)
	if err != nil {
		return err
	}
	cards, err := d.cards(ctx, []fund.Holding{h})
	if err != nil {
		return err
	}
	versions, err := fund.TermsOf(ctx, d.DB, f.ID)
	if err != nil {
		return err
	}
	called, err := names(ctx, d.DB, deciders(versions)...)
	if err != nil {
		return err
	}
	p := &showPage{Base: page.Base{Crumbs: []page.Link{d.home, d.all()}}, Card: cards[0], Words: h.Terms.Words(), Versions: d.versionTable(f, versions, called), Reports: d.applicants}
	if p.Burn, err = d.burnDown(ctx, f); err != nil {
		return err
	}
	for _, v := range versions {
		if v.Status == fund.TermsProposed {
			p.Waiting = d.versionHref(f, v.Number)
		}
	}
	return page.Render(c, "funds/show", p)
}

// burnDown is what became of the fund's money in the months of its year.
func (d desk) burnDown(ctx context.Context, f *fund.Fund) (*page.Figure, error) {
	months, err := fund.BurnDown(ctx, d.DB, london.DateOf(d.DB.Now()), f)
	if err != nil {
		return nil, err
	}
	burn := &page.Figure{Title: "Its year, month by month", Keys: []page.Key{{Tone: 1, Name: "Spent this year"}, {Tone: 2, Name: "Promised"}, {Tone: 5, Name: "Left to promise"}}}
	burn.Table = page.Table{Caption: "At the end of each month", Stacked: true, Columns: []page.Column{{Title: "Month"}, {Title: "Spent this year", Numeric: true},
		{Title: "Promised", Numeric: true}, {Title: "Left to promise", Numeric: true}}}
	for _, m := range months[f.ID] {
		name := m.Month.At(12, 0).Format("January 2006")
		burn.Add(name, m.Available.Short()+" left", []page.Cell{{Text: name}, {Text: m.Spent.String()}, {Text: m.Committed.String()}, {Text: m.Available.String()}},
			int64(m.Spent), int64(m.Committed), int64(m.Available))
	}
	return burn, nil
}

// deciders are those who wrote and decided on rules.
func deciders(versions []fund.Version) []id.Person {
	var all []id.Person
	for _, v := range versions {
		if all = append(all, v.ProposedBy); v.DecidedBy != 0 {
			all = append(all, v.DecidedBy)
		}
	}
	return all
}

func (d desk) versionTable(f *fund.Fund, versions []fund.Version, called map[id.Person]string) page.Table {
	t := page.Table{Caption: "Versions of its rules", Columns: []page.Column{
		{Title: "Version"}, {Title: "How it stands"}, {Title: "Written"}, {Title: "Decided"}, {Title: "Why"},
	}}
	for _, v := range versions {
		decided := "Not yet"
		if v.DecidedBy != 0 {
			decided = "By " + called[v.DecidedBy] + ", " + london.Stamp(v.DecidedAt)
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: "Version " + strconv.Itoa(v.Number), Href: d.versionHref(f, v.Number)}, {Text: termsTags[v.Status].Text},
			{Text: "By " + called[v.ProposedBy] + ", " + london.Stamp(v.ProposedAt)}, {Text: decided}, {Text: v.Reason},
		})
	}
	return t
}

// Holds are its figures.
func (p *showPage) Holds() page.Summary {
	rows := []page.Row{
		{Key: "Left to promise", Value: p.Card.Available.String()},
		{Key: "Promised to people", Value: p.Card.Committed.String()},
		{Key: "Spent since it began", Value: p.Card.Spent.String()},
	}
	if p.Card.Pledged != 0 {
		rows = append(rows, page.Row{Key: "Of that pledged, not here yet", Value: p.Card.Pledged.String()})
	}
	return page.Summary{Rows: rows}
}

// About is what it is.
func (p *showPage) About() page.Summary {
	f := p.Card.Fund
	rows := []page.Row{
		{Key: "Donor", Value: p.Card.Whose()},
		{Key: "Purpose", Value: f.Purpose},
		{Key: "Kind", Value: f.Kind.Title() + ". " + kindHints[f.Kind]},
		{Key: "To be spent by", Value: p.Card.Until()},
		{Key: "Its year", Value: london.Days(f.YearOf(london.DateOf(p.Now)), yearEnd(f.YearOf(london.DateOf(p.Now))))},
		{Key: "Pledges", Value: pledgeWords[f.CountsPledges]},
		{Key: "Sponsors", Value: sponsorWords[f.Sponsored]},
	}
	return page.Summary{Rows: rows}
}

var (
	pledgeWords  = map[bool]string{true: "Can be promised before they have come", false: "Count when they have come"}
	sponsorWords = map[bool]string{true: "Anybody can give to it on the sponsor page", false: "It is not on the sponsor page"}
)

func yearEnd(first london.Date) london.Date { return london.On(first.Year+1, first.Month, first.Day-1) }

type closePage struct {
	page.Base
	Fund *fund.Fund
}

// closing asks whether the fund shall end.
func (d desk) closing(c *gin.Context) error {
	f, err := d.fund(c)
	if err != nil {
		return err
	}
	return page.Render(c, "funds/close", &closePage{Base: d.within(f), Fund: f})
}

// close ends a fund.
func (d desk) close(c *gin.Context) error {
	f, err := d.fund(c)
	if err != nil {
		return err
	}
	err = d.work(c, func(ctx context.Context, tx *db.Tx) error {
		return fund.Close(ctx, tx, page.ViewerOf(c).Person, f.ID)
	})
	if err != nil {
		return page.Again(c, err, "funds/close", &closePage{Base: d.within(f), Fund: f})
	}
	page.Flash(c, page.FundClosed)
	return page.Redirect(c, d.href(f))
}
