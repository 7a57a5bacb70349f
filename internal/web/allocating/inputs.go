package allocating

import (
	"context"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/allocation"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// inputsPage is what the allocator would be asked now.
type inputsPage struct {
	about
	*desk
	Made bool // there is a proposal already
}

// inputs shows what the allocator would be asked now, whether or not there is a proposal.
func (f office) inputs(c *gin.Context) error {
	p := new(inputsPage)
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		r, err := findRound(ctx, tx, c)
		if err != nil {
			return err
		}
		done, err := award.RatifiedOf(ctx, tx, r.ID)
		switch {
		case err != nil:
			return err
		case done != nil || r.Status != bursary.RoundDrawn:
			return page.ErrNotFound
		}
		current, err := award.Current(ctx, tx, f.Box, r.ID)
		if err != nil {
			return err
		}
		p.about, p.Made = aboutRound(c, r, toAllocation(r)), current != nil
		p.desk, err = f.lookAt(ctx, tx, c, r)
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "allocating/inputs", p)
}

// waiting is somebody in the order with the ways of helping them.
type waiting struct {
	Position int
	Code     string
	Called   string
	Band     bursary.Band
	Ways     []way
}

// way is one way of helping somebody: the run, what it costs, and who may pay what of it.
type way struct {
	Where string
	Total money.Amount
	Own   money.Amount // what they pay of the fee
	Lines []line
}

// Order is who waits, in the order as it was drawn.
func (p *inputsPage) Order() []waiting {
	asked := p.Inputs.Undeparted().Problem()
	all := make([]waiting, len(asked.Applicants))
	for i, a := range asked.Applicants {
		somebody := p.Inputs.Applicant(a.ID)
		all[i] = waiting{Position: i + 1, Code: a.ID, Called: somebody.Called, Band: somebody.Application.Band}
		for k, c := range p.Inputs.Choices(*somebody) {
			all[i].Ways = append(all[i].Ways, way{Where: p.run(c.Run.Code), Total: c.Award(), Own: c.Own, Lines: mayPay(a.Choices[k])})
		}
	}
	return all
}

// mayPay are the costs of a choice, with the funds that may pay them and the most of each where there is one.
func mayPay(c allocation.Choice) []line {
	all := make([]line, len(c.Lines))
	for i, l := range c.Lines {
		funds := make([]string, len(l.Funds))
		for k, code := range l.Funds {
			funds[k] = code
			for _, most := range l.Most {
				if most.Fund == code {
					funds[k] += " up to " + money.Amount(most.Amount).String()
				}
			}
		}
		all[i] = line{capital(fund.Purpose(l.ID).Title()), money.Amount(l.Amount), list(funds)}
	}
	return all
}

// source is a fund with what it has and for whom it is.
type source struct {
	Code, Name, Href string
	Left             money.Amount
	Rules            []string
	Reach            int // how many of those who wait it may pay something for
}

// Sources are the funds as they stand.
func (p *inputsPage) Sources() []source {
	reach := map[string]int{}
	for _, a := range p.Inputs.Problem().Applicants {
		for code := range payersOf(a) {
			reach[code]++
		}
	}
	all := make([]source, len(p.Inputs.Funds))
	for i, h := range p.Inputs.Funds {
		rules := h.Terms.Words()
		if !h.SpendBy.IsZero() {
			rules = append(rules, "It must be spent by "+h.SpendBy.Medium()+".")
		}
		all[i] = source{h.Code, h.Name, "/admin/funds/" + h.Code, h.Available, rules, reach[h.Code]}
	}
	return all
}

// payersOf are the funds that may pay something for somebody.
func payersOf(a allocation.Applicant) map[string]bool {
	funds := map[string]bool{}
	for _, c := range a.Choices {
		for _, l := range c.Lines {
			for _, code := range l.Funds {
				funds[code] = true
			}
		}
	}
	return funds
}

// Rooms are the dates with the places that are free.
func (p *inputsPage) Rooms() page.Table {
	t := page.Table{Caption: "Places", Stacked: true, Columns: []page.Column{{Title: "Dates"}, {Title: "Where"}, {Title: "Free", Numeric: true}}}
	for _, o := range p.Inputs.Runs {
		t.Rows = append(t.Rows, []page.Cell{{Text: p.run(o.Code)}, {Text: o.City}, {Text: strconv.Itoa(p.Inputs.Free[o.ID])}})
	}
	return t
}

// Said is who waits and what there is, in a sentence.
func (p *inputsPage) Said() string {
	var left money.Amount
	for _, h := range p.Inputs.Funds {
		left += h.Available
	}
	places := 0
	for _, free := range p.Inputs.Free {
		places += free
	}
	return strings.Join([]string{
		capital(peopleOf(len(p.Inputs.Applicants))), verb(len(p.Inputs.Applicants), "is", "are"), "in the order. Together the funds have", left.String() + ".",
		"On the dates of this round", verb(places, "1 place is free.", strconv.Itoa(places)+" places are free."),
	}, " ")
}
