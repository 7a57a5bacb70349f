package public

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/chart"
	"bursar/internal/money"
	"bursar/internal/openness"
	"bursar/internal/web/page"
)

type opennessPage struct {
	page.Base
	Years []opennessYear
}

// opennessYear is what is published of one year, as the page lays it out.
type opennessYear struct {
	Year    int
	Peers   page.Table
	Cohorts page.Table
	Payers  page.Table
	Chart   template.HTML // who paid, by cohort; "" when nothing can be shown
	Rounds  []opennessRound
}

type opennessRound struct {
	openness.Round
	Facts page.Summary
	Lines page.Table
}

func (p *Public) openness(c *gin.Context) error {
	years, err := openness.Years(c.Request.Context(), p.DB)
	if err != nil {
		return err
	}
	shown := &opennessPage{}
	for _, y := range years {
		shown.Years = append(shown.Years, layOut(y))
	}
	page.Share(c)
	return page.Render(c, "public/openness", shown)
}

func layOut(y openness.Year) opennessYear {
	shown := opennessYear{
		Year:  y.Year,
		Peers: peersTable(y),
		Cohorts: page.Table{Caption: fmt.Sprintf("Places and people, %d", y.Year), Stacked: true, Columns: []page.Column{{Title: "Cohort"}, {Title: "Places", Numeric: true},
			{Title: "Taken", Numeric: true}, {Title: "By peers", Numeric: true}, {Title: "Trainers", Numeric: true}, {Title: "Peers among them", Numeric: true}}},
		Payers: page.Table{Caption: fmt.Sprintf("Who paid, %d", y.Year), Stacked: true, Columns: []page.Column{{Title: "Cohort"}, {Title: "Learners", Numeric: true},
			{Title: "Employers", Numeric: true}, {Title: "Funds", Numeric: true}}},
	}
	var bars []chart.Bar
	for _, k := range y.Cohorts {
		name := k.Title + ", " + k.City + ", from " + k.StartsOn.Medium() + " (" + k.Code + ")"
		shown.Cohorts.Rows = append(shown.Cohorts.Rows, []page.Cell{{Text: name}, {Text: fmt.Sprint(k.Places)}, {Text: k.Taken.String()}, {Text: k.Peers.String()},
			{Text: k.Trainers.String()}, {Text: k.PeersTeaching.String()}})
		shown.Payers.Rows = append(shown.Payers.Rows, []page.Cell{{Text: name}, payer(k.Learners), payer(k.Employers), payer(k.Funds)})
		bars = append(bars, chart.Bar{Label: k.Code, Note: (k.Learners.Amount + k.Employers.Amount + k.Funds.Amount).Short(), Pieces: []chart.Piece{
			{Name: "Learners", Size: int64(k.Learners.Amount), Tone: 1}, {Name: "Employers", Size: int64(k.Employers.Amount), Tone: 2},
			{Name: "Funds", Size: int64(k.Funds.Amount), Tone: 3}}})
	}
	if len(bars) > 0 {
		shown.Chart = chart.Bars(fmt.Sprintf("Who paid for the cohorts of %d. The table below says the same in numbers.", y.Year), bars)
	}
	for _, r := range y.Rounds {
		shown.Rounds = append(shown.Rounds, layOutRound(r))
	}
	return shown
}

// peersTable is the share of peers among learners, trainers and panels.
func peersTable(y openness.Year) page.Table {
	t := page.Table{Caption: fmt.Sprintf("Peers, %d", y.Year), Stacked: true, Columns: []page.Column{{Title: "Among"}, {Title: "People", Numeric: true}, {Title: "Peers", Numeric: true}, {Title: "Share", Numeric: true}}}
	for _, s := range peerShares(y) {
		t.Rows = append(t.Rows, []page.Cell{{Text: s.among}, {Text: s.Of.String()}, {Text: s.Peers.String()}, {Text: s.String()}})
	}
	return t
}

type peerShare struct {
	among string
	openness.Share
}

func peerShares(y openness.Year) []peerShare {
	return []peerShare{{"Learners", y.Peers.Learners}, {"Trainers", y.Peers.Trainers}, {"Panels", y.Peers.Panel}}
}

// payer is what one kind of payer paid, in a cell.
func payer(p openness.Paid) page.Cell {
	if _, ok := p.Places.Shown(); !ok {
		return page.Cell{Text: p.Places.String() + " places"}
	}
	return page.Cell{Text: fmt.Sprintf("%s for %s places", p.Amount, p.Places)}
}

func layOutRound(r openness.Round) opennessRound {
	shown := opennessRound{Round: r}
	rows := []page.Row{
		{Key: "Decided", Value: r.DecidedOn.Medium()},
		{Key: "People who applied", Value: r.Applications.String()},
		{Key: "People who were offered money and did not turn it down", Value: r.Awards.String()},
		{Key: "People for whom there was no money or no place", Value: r.Unfunded.String()},
		{Key: "What was missing for them", Value: missing(r)},
		{Key: "Days from sending to the answer, for the person in the middle", Value: days(r)},
		{Key: "People on the panel", Value: r.Panel.String()},
		{Key: "Peers among them", Value: r.PanelPeers.String()},
		{Key: "Reviews asked for", Value: r.Reviews.String()},
		{Key: "Reviews upheld", Value: r.Upheld.String()},
	}
	shown.Facts = page.Summary{Rows: rows}
	shown.Lines = page.Table{Caption: "What the money was for, " + r.Title, Columns: []page.Column{{Title: "For"}, {Title: "People", Numeric: true}, {Title: "Money", Numeric: true}}}
	for _, l := range r.Lines {
		amount := page.Cell{Text: l.Amount.String()}
		if _, ok := l.People.Shown(); !ok {
			amount.Text = "not shown"
		}
		shown.Lines.Rows = append(shown.Lines.Rows, []page.Cell{{Text: purposeWords[l.Purpose]}, {Text: l.People.String()}, amount})
	}
	return shown
}

func missing(r openness.Round) string {
	if _, ok := r.Unfunded.Shown(); !ok {
		return "not shown"
	}
	return r.Short.String()
}

func days(r openness.Round) string {
	if r.Days == 0 {
		return "not shown"
	}
	return fmt.Sprint(r.Days)
}

var purposeWords = map[string]string{"fee": "The fee", "travel": "Travel", "lodging": "Lodging", "care": "Care for others", "access": "Access", "equipment": "Equipment"}

// opennessSheet is all that the page says, as a spreadsheet.
func (p *Public) opennessSheet(c *gin.Context) error {
	years, err := openness.Years(c.Request.Context(), p.DB)
	if err != nil {
		return err
	}
	rows := [][]page.SheetCell{{"Year", "Of", "Code", "What", "People or places", "Pounds"}}
	for _, y := range years {
		year := page.SheetCell(fmt.Sprint(y.Year))
		for _, s := range peerShares(y) {
			rows = append(rows, sheetRow(year, "year", "", s.among, s.Of.String(), nil), sheetRow(year, "year", "", "Peers among "+strings.ToLower(s.among), s.Peers.String(), nil),
				sheetRow(year, "year", "", "Share of peers among "+strings.ToLower(s.among), s.String(), nil))
		}
		for _, k := range y.Cohorts {
			add := func(what string, n string, amount *money.Amount) {
				rows = append(rows, sheetRow(year, "cohort", k.Code, what, n, amount))
			}
			add("Places", fmt.Sprint(k.Places), nil)
			add("Taken", k.Taken.String(), nil)
			add("By peers", k.Peers.String(), nil)
			add("Trainers", k.Trainers.String(), nil)
			add("Peers among the trainers", k.PeersTeaching.String(), nil)
			add("Paid by learners", k.Learners.Places.String(), shownAmount(k.Learners.Places, k.Learners.Amount))
			add("Paid by employers", k.Employers.Places.String(), shownAmount(k.Employers.Places, k.Employers.Amount))
			add("Paid by funds", k.Funds.Places.String(), shownAmount(k.Funds.Places, k.Funds.Amount))
		}
		for _, r := range y.Rounds {
			add := func(what string, n string, amount *money.Amount) {
				rows = append(rows, sheetRow(year, "round", r.Code, what, n, amount))
			}
			add("Applied", r.Applications.String(), nil)
			add("Offered money", r.Awards.String(), nil)
			add("No money or no place", r.Unfunded.String(), shownAmount(r.Unfunded, r.Short))
			add("Days to the answer", days(r), nil)
			add("Panel", r.Panel.String(), nil)
			add("Peers on the panel", r.PanelPeers.String(), nil)
			add("Reviews asked for", r.Reviews.String(), nil)
			add("Reviews upheld", r.Upheld.String(), nil)
			for _, l := range r.Lines {
				add(purposeWords[l.Purpose], l.People.String(), shownAmount(l.People, l.Amount))
			}
		}
	}
	return page.Spreadsheet(c, "openness.csv", rows)
}

// shownAmount is an amount that may be shown with a count, or nil.
func shownAmount(n openness.Count, amount money.Amount) *money.Amount {
	if _, ok := n.Shown(); !ok {
		return nil
	}
	return &amount
}

func sheetRow(year page.SheetCell, of, code, what, n string, amount *money.Amount) []page.SheetCell {
	pounds := page.SheetCell("")
	if amount != nil {
		pounds = page.SheetMoney(*amount)
	}
	return []page.SheetCell{year, page.SheetText(of), page.SheetText(code), page.SheetText(what), page.SheetText(n), pounds}
}
