package allocating

import (
	"context"
	"maps"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// donePage is what was ratified and what has become of it.
type donePage struct {
	about
	Proposal *award.Proposal
	Staff    map[id.Person]string
	All      []*award.Proposal
	awards   []*award.Award
	unpaid   map[id.Award]bool // whose own part is still to come
	reserve  []*bursary.Application
	codes    map[id.Application]string
	called   map[string]string // empty unless names are shown
	places   map[id.Run]string
	funds    map[id.Fund]string
}

func (f office) readDone(ctx context.Context, tx *db.Tx, c *gin.Context, r *bursary.Round, proposal *award.Proposal) (*donePage, error) {
	p := &donePage{about: aboutRound(c, r), Proposal: proposal, called: map[string]string{}}
	var err error
	if p.Staff, err = staff(ctx, tx, proposal.MadeBy, proposal.AgreedBy, proposal.RatifiedBy); err != nil {
		return nil, err
	}
	if p.All, err = award.Proposals(ctx, tx, r.ID); err != nil {
		return nil, err
	}
	if p.awards, err = award.OfRound(ctx, tx, r.ID, award.Statuses()...); err != nil {
		return nil, err
	}
	if p.unpaid, err = award.OwnUnpaid(ctx, tx, r.ID); err != nil {
		return nil, err
	}
	if p.reserve, err = award.ReserveOf(ctx, tx, r); err != nil {
		return nil, err
	}
	which := make([]id.Application, len(p.awards))
	for i, a := range p.awards {
		which[i] = a.ApplicationID
	}
	if p.codes, err = award.Codes(ctx, tx, which); err != nil {
		return nil, err
	}
	return p, p.name(ctx, tx, f, c)
}

// name reads how runs and funds are called, and people too where somebody asked for that.
func (p *donePage) name(ctx context.Context, tx *db.Tx, f office, c *gin.Context) error {
	d := new(desk)
	var err error
	if p.Names {
		d, err = f.lookBack(ctx, tx, c, p.Round, london.DateOf(p.Proposal.MadeAt))
	} else {
		d, err = newDesk(ctx, tx, &award.Inputs{Round: p.Round})
	}
	if err != nil {
		return err
	}
	for _, somebody := range d.Inputs.Applicants {
		p.called[somebody.Application.Code] = somebody.Called
	}
	runs, err := bursary.RunsOf(ctx, tx, p.Round.ID)
	if err != nil {
		return err
	}
	p.places, p.funds = make(map[id.Run]string, len(runs)), make(map[id.Fund]string, len(d.funds))
	for _, o := range runs {
		p.places[o.ID] = o.Code + ", " + london.Days(o.StartsOn(), o.EndsOn())
	}
	for _, h := range d.funds {
		p.funds[h.ID] = d.fund(h.Code)
	}
	return nil
}

// offered is one offer and what became of it.
type offered struct {
	Code, Called, Where, Said string
	Total, Own                money.Amount
	FromReserve               bool
}

// Offers are all that were made, in the order in which they were.
func (p *donePage) Offers() []offered {
	all := make([]offered, len(p.awards))
	for i, a := range p.awards {
		code := p.codes[a.ApplicationID]
		all[i] = offered{code, p.called[code], p.places[a.RunID], answerWords(a, p.unpaid[a.ID]), a.Total(), a.Own, a.FromReserve}
	}
	return all
}

// spare is somebody on the reserve list.
type spare struct {
	Code, Called string
	First        bool // asked for a review and was right
}

// Reserve is who comes next, in order.
func (p *donePage) Reserve() []spare {
	all := make([]spare, len(p.reserve))
	for i, a := range p.reserve {
		all[i] = spare{a.Code, p.called[a.Code], a.Status == bursary.Upheld}
	}
	return all
}

// Money is what each fund promised in this round, and what became of that.
func (p *donePage) Money() page.Table {
	t := page.Table{Caption: "Funds", Stacked: true, Columns: []page.Column{
		{Title: "Fund"}, {Title: "Promised", Numeric: true}, {Title: "Still promised", Numeric: true}, {Title: "Paid", Numeric: true}, {Title: "Came back", Numeric: true},
	}}
	parts := map[string][]*award.Part{}
	for _, a := range p.awards {
		for _, part := range a.Parts() {
			parts[p.funds[part.FundID]] = append(parts[p.funds[part.FundID]], part)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		var promised, still, paid, back money.Amount
		for _, part := range parts[name] {
			promised, still, paid, back = promised+part.Amount, still+part.Committed(), paid+part.Spent, back+part.Released
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: name}, {Text: promised.String()}, {Text: still.String()}, {Text: paid.String()}, {Text: back.String()}})
	}
	return t
}

// Short is the beginning of the digest.
func (p *donePage) Short() string { return short(p.Proposal.Digest) }

// Before are the round's other proposals, the latest first.
func (p *donePage) Before() []listed { return others(p.All, p.Proposal, p.Href()) }
