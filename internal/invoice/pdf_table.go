package invoice

import (
	"fmt"
	"strconv"

	"bursar/internal/money"
)

// column is one of a table's.
type column struct {
	name  string
	width float64
	align string
}

var lineColumns = []column{
	{"", 7, "L"}, {"Description", 61, "L"}, {"Quantity", 15, "R"}, {"Price of one", 22, "R"}, {"Net", 22, "R"}, {"VAT", 10, "R"}, {"VAT amount", 19, "R"}, {"Total", 22, "R"},
}

// head writes the names of columns over a rule.
func (p *sheet) head(columns []column) {
	x := left
	for _, c := range columns {
		p.text(x, p.y, c.width, c.align, tiny, "B", c.name)
		x += c.width
	}
	p.y += leading + 0.6
	p.rule(left, width)
}

func (p *sheet) rule(x, w float64) {
	p.SetLineWidth(0.2)
	p.Line(x, p.y, x+w, p.y)
	p.y++
}

// row writes a row whose columns may be of several lines, over as many pages as it takes; each begins with the head again.
func (p *sheet) row(columns []column, cells [][]string) {
	deepest := 0
	for _, c := range cells {
		deepest = max(deepest, len(c))
	}
	if p.room(tight * float64(min(deepest, 3))) {
		p.head(columns)
	}
	for i := range deepest {
		if p.room(tight) {
			p.head(columns)
		}
		x := left
		for n, c := range columns {
			if i < len(cells[n]) {
				p.text(x, p.y, c.width, c.align, tiny+0.5, "", cells[n][i])
			}
			x += c.width
		}
		p.y += tight
	}
	p.y += 1.4
}

// table writes the lines of the document.
func (s Snapshot) table(p *sheet) {
	p.head(lineColumns)
	for _, l := range s.Lines {
		about := p.wrap(l.about(), lineColumns[1].width, tiny+0.5, "")
		vat := []string{string(l.VATCode), fmt.Sprintf("%d%%", l.VATRate)}
		if l.VATCode == OutsideVAT {
			vat = vat[:1]
		}
		p.row(lineColumns, [][]string{{strconv.Itoa(l.Number)}, about, {strconv.Itoa(l.Quantity)}, {l.Unit.String()},
			{l.Net.String()}, vat, {l.VAT.String()}, {l.Gross.String()}})
	}
	p.rule(left, width)
}

// about is everything that a line says in words.
func (l Line) about() string {
	text := l.Description
	for _, more := range []string{
		l.PlaceList(), named("Cost code ", l.CostCode), named("Line of the purchase order ", l.OrderLine),
	} {
		text += named("\n", more)
	}
	if l.Discount > 0 {
		text += fmt.Sprintf("\n%s, taken off: %s", l.DiscountName, l.Discount)
	}
	return text
}

// vatCodes says what the codes of lines mean.
var vatCodes = map[VATCode]string{StandardRated: "standard rate", ExemptFromVAT: "exempt", OutsideVAT: "outside the scope of VAT"}

// sums writes the totals, and the net and VAT of each code.
func (s Snapshot) sums(p *sheet) {
	p.room(8 * leading)
	p.sum("", "Total without VAT", s.Net.String())
	for _, code := range []VATCode{StandardRated, ExemptFromVAT, OutsideVAT} {
		var net, vat money.Amount
		rate := 0
		for _, l := range s.Lines {
			if l.VATCode == code {
				net, vat, rate = net+l.Net, vat+l.VAT, l.VATRate
			}
		}
		if net > 0 {
			p.sum("", fmt.Sprintf("VAT %s, %s, %d%% of %s", code, vatCodes[code], rate, net), vat.String())
		}
	}
	p.sum("", "Total VAT", s.VAT.String())
	last := "Total to pay"
	if s.Credits != nil {
		last = "Total credited"
	}
	p.sum("B", last, s.Total.String())
	p.y += 4
}

func (p *sheet) sum(style, name, value string) {
	p.text(left+sumsFrom-40, p.y, width-sumsFrom+40-26, "R", normal, style, name)
	p.text(left+width-26, p.y, 26, "R", normal, style, value)
	p.y += leading
}
