package ranking

import (
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/failure"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type rankingPage struct {
	page.Base
	Ranking *panel.Ranking
	Cards   []card
	Cuts    cuts
}

// cuts are the means from which on a proposal puts applications into A and into B.
type cuts struct {
	A string `form:"a" binding:"max=20" error:"Enter a number from 0 to 4, such as 3.2"`
	B string `form:"b" binding:"max=20" error:"Enter a number from 0 to 4, such as 2.5"`
}

func newRankingPage(r *panel.Ranking) *rankingPage {
	return &rankingPage{Base: within(r.Round), Ranking: r, Cards: cards(r)}
}

// ranking is every application with its means, and the bands. With two means in the address the bands are proposed,
// which saves nothing.
func (f office) ranking(c *gin.Context) error {
	r, err := f.read(c)
	if err != nil {
		return err
	}
	p := newRankingPage(r)
	if err := page.Query(c, &p.Cuts); err != nil {
		return page.Again(c, err, "ranking/ranking", p)
	}
	if p.Cuts != (cuts{}) && p.Open() {
		if err := p.propose(); err != nil {
			return page.Again(c, err, "ranking/ranking", p)
		}
	}
	return page.Render(c, "ranking/ranking", p)
}

// propose chooses a band on the page for each application that has none.
func (p *rankingPage) propose() error {
	a, errA := strconv.ParseFloat(p.Cuts.A, 64)
	b, errB := strconv.ParseFloat(p.Cuts.B, 64)
	fields := map[string]string{}
	if errA != nil || !(a >= 0 && a <= 4) {
		fields["a"] = "Enter a number from 0 to 4, such as 3.2"
	}
	if errB != nil || !(b >= 0 && b <= 4) {
		fields["b"] = "Enter a number from 0 to 4, such as 2.5"
	} else if len(fields) == 0 && b > a {
		fields["b"] = "Band B has to begin at or below the mean at which band A begins"
	}
	if len(fields) > 0 {
		return &failure.Error{Kind: failure.Invalid, Code: "cuts_invalid", Message: "Check the two means.", Fields: fields}
	}
	proposed := p.Ranking.Propose(a, b)
	for i := range p.Cards {
		if band, ok := proposed[p.Cards[i].Code]; ok {
			p.Cards[i].Typed = band
		}
	}
	return nil
}

// Open reports whether the bands can be changed.
func (p *rankingPage) Open() bool { return p.Ranking.Round.Status == bursary.RoundClosed }

// Early reports whether the round still takes applications.
func (p *rankingPage) Early() bool { return p.Ranking.Round.Status == bursary.RoundPublished }

// Drawn reports whether the order for allocation stands.
func (p *rankingPage) Drawn() bool { return p.Ranking.Round.Status == bursary.RoundDrawn }

// Href is what the addresses of these pages begin with.
func (p *rankingPage) Href() string { return rankingHref(p.Ranking.Round) }

// Minutes is where the minutes are.
func (p *rankingPage) Minutes() string { return roundHref(p.Ranking.Round) + "/minutes" }

// Refusals says why nothing was calibrated.
func (p *rankingPage) Refusals() []string { return refusals(p.Ranking) }

// Columns are the bands with their applications.
func (p *rankingPage) Columns() []column {
	all := columns(p.Cards)
	for i := range all {
		for j := range all[i].Cards {
			all[i].Cards[j].Errors = p.Errors
		}
	}
	return all
}

// Proposed reports whether there is a choice on the page that is not saved.
func (p *rankingPage) Proposed() bool { return p.Cuts != (cuts{}) && len(p.Errors) == 0 }

// Leanings say how each reader reads.
func (p *rankingPage) Leanings() page.Table {
	t := page.Table{Caption: "How each reader reads", Columns: []page.Column{{Title: "Reader"}, {Title: "Has read", Numeric: true}}}
	if p.Ranking.Calibrated() {
		t.Columns = append(t.Columns, page.Column{Title: "How"})
	}
	for _, l := range p.Ranking.Leanings {
		row := []page.Cell{{Text: l.Name}, {Text: strconv.Itoa(l.Readings)}}
		if p.Ranking.Calibrated() {
			row = append(row, page.Cell{Text: strings.ToUpper(leaning(l)[:1]) + leaning(l)[1:]})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Unexplained are the sentences about what needs a reason before anybody can agree.
func (p *rankingPage) Unexplained() []panel.Crossing {
	if !p.Open() {
		return nil
	}
	return append(p.Ranking.Unexplained(), p.Ranking.Thin()...)
}
