package offer

import (
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/document"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// benefits says what money for training may mean for benefits, and who can tell more.
func (h *handlers) benefits(c *gin.Context) error {
	g, err := h.live(c)
	if err != nil {
		return err
	}
	g.Back = g.Offer()
	return page.Render(c, "offer/benefits", g)
}

// live reads an offer that stands, or returns award.ErrUnknown: there is nothing to tell of what came to nothing.
func (h *handlers) live(c *gin.Context) (*granted, error) {
	g, err := h.open(c)
	if err == nil && !g.Award.Live() {
		err = award.ErrUnknown
	}
	return g, err
}

// coachLetter is a letter that somebody can show to a work coach. It says nothing of why they were chosen.
type coachLetter struct {
	Before, After []string
	Facts, Paid   page.Summary
}

type coachPage struct {
	*granted
	On     london.Date
	Letter coachLetter
}

// inLaw names the purpose of a line as the law on Universal Credit does, which counts money to study by what it is for
// (Universal Credit Regulations 2013, SI 2013/376, regulation 70).
var inLaw = map[fund.Purpose]string{
	fund.Fee:       "Intended to meet tuition fees. It is paid to the training provider, and not to the person.",
	fund.Travel:    "Intended to meet travel expenses incurred as a result of attendance on the course.",
	fund.Lodging:   "Intended to meet additional expenditure connected with residential study, on the days of the course.",
	fund.Care:      "Intended to meet childcare costs, or the cost of care for another person, on the days of the course.",
	fund.Access:    "In respect of a disability: support to take part in the course.",
	fund.Equipment: "Intended to meet the cost of books and equipment.",
}

func (h *handlers) coachPage(c *gin.Context) (*coachPage, error) {
	g, err := h.live(c)
	if err != nil {
		return nil, err
	}
	var holder people.Person
	err = h.DB.WriteAs(c.Request.Context(), db.Who{Person: g.Application.PersonID}, func(tx *db.Tx) (err error) {
		holder, err = people.ByID(c.Request.Context(), tx, g.Application.PersonID)
		return err
	})
	if err != nil {
		return nil, err
	}
	g.Back = g.Own + "/benefits"
	name := holder.Name
	if name == "" {
		name = holder.Email
	}
	return &coachPage{g, london.DateOf(h.DB.Now()), g.coachLetter(name, h.Site.Name)}, nil
}

func (g *granted) coachLetter(name, provider string) coachLetter {
	l := coachLetter{Before: []string{
		"To whom it may concern",
		"This letter is about a training course, and about money that is paid for it. It is given to the person named below, who may show it to a work coach or an adviser.",
	}}
	l.Facts.Rows = append([]page.Row{{Key: "Name", Value: name}}, g.placeRows().Rows[:3]...)
	l.Facts.Rows = append(l.Facts.Rows, page.Row{Key: "Training provider", Value: provider})
	for _, line := range g.Award.Lines {
		amount := line.Amount.String()
		if line.Purpose != fund.Fee {
			amount = "Up to " + amount
		}
		l.Paid.Rows = append(l.Paid.Rows, page.Row{Key: amount, Value: inLaw[line.Purpose]})
	}
	l.After = []string{"Each amount is a grant for the purpose named, and for nothing else. It does not have to be paid back. None of it is a student loan, and none of it is for living costs or lost earnings."}
	if g.Others() {
		l.After = append(l.After, "Costs other than the fee are booked and paid for the person, or paid back up to the amount named, for a receipt.")
	}
	if g.Award.Own > 0 {
		l.After = append(l.After, "The price of the place is "+g.Award.Price.String()+". The rest of it, "+g.Award.Own.String()+", is not paid by a grant of ours.")
	}
	l.After = append(l.After, "We have told the person that they must report the course and this money themselves. We do not say how it is to be treated: that is for those who decide about the benefit.")
	return l
}

func (h *handlers) coachLetter(c *gin.Context) error {
	p, err := h.coachPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "offer/coach", p)
}

func (h *handlers) coachLetterPDF(c *gin.Context) error {
	p, err := h.coachPage(c)
	if err != nil {
		return err
	}
	now := h.DB.Now()
	body, err := p.document(h.Site).PDF(now)
	if err != nil {
		return err
	}
	return sendFile(c, "letter-"+p.Place.Code+".pdf", body)
}

// document is the same letter on paper.
func (p *coachPage) document(site page.Site) *document.Document {
	d := document.New("Letter about a training course")
	d.Paragraph(strings.Join([]string{site.Name, site.Address, site.Email, site.Phone}, "\n"))
	d.Paragraph(p.On.Long() + "\nReference " + p.Place.Code)
	for _, words := range p.Letter.Before {
		d.Paragraph(words)
	}
	for _, row := range p.Letter.Facts.Rows {
		d.Line(row.Key, row.Value+strings.Join(row.Lines, "\n"))
	}
	d.Heading("What is paid, and what for")
	for _, row := range p.Letter.Paid.Rows {
		d.Line(row.Key, row.Value)
	}
	for _, words := range p.Letter.After {
		d.Paragraph(words)
	}
	return d
}
