package invoice

import (
	"bytes"
	"fmt"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"bursar/internal/document"
	"bursar/internal/london"
)

// The layout of an invoice, in millimetres on A4 and points.
const (
	left     = 16.0
	width    = 178.0
	half     = 84.0 // of two blocks side by side
	bottom   = 275.0
	footAt   = 281.0
	normal   = 9.0
	tiny     = 7.5
	leading  = 4.4
	tight    = 3.7
	titled   = 22.0
	sumsFrom = 116.0 // from the left
)

// PDF lays the document out to print or to pay from: the same snapshot is the same bytes. It has no structure tags, so the
// page is the accessible form of it.
func (s Snapshot) PDF() ([]byte, error) {
	return paged(s.lay)
}

// paged lays pages out so that each can say of how many it is: again when there turn out to be more than one.
func paged(lay func(pages int) *sheet) ([]byte, error) {
	p := lay(1)
	if n := p.PageCount(); n > 1 {
		p = lay(n)
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("laying out a document: %w", err)
	}
	return out.Bytes(), nil
}

// sheet is pages being laid out.
type sheet struct {
	*fpdf.Fpdf
	y float64 // where the next thing goes
}

// newSheet begins pages, each with a foot that says which of so many it is.
func newSheet(title, foot string, on london.Date, pages int) *sheet {
	p := &sheet{Fpdf: document.Paper(title, on.At(12, 0))}
	p.SetMargins(left, left, left)
	p.SetAutoPageBreak(false, 0)
	p.SetFooterFunc(func() {
		p.text(left, footAt, width-30, "L", tiny, "", foot)
		p.text(left+width-30, footAt, 30, "R", tiny, "", fmt.Sprintf("%s page %d of %d", title, p.PageNo(), pages))
	})
	p.page()
	return p
}

func (p *sheet) page() {
	p.AddPage()
	p.y = left
}

// text writes one line into a box, and wraps nothing.
func (p *sheet) text(x, y, w float64, align string, size float64, style, words string) {
	p.SetFont(document.Family, style, size)
	p.SetXY(x, y)
	p.CellFormat(w, leading, document.Shown(words), "", 0, align, false, 0, "")
}

// wrap breaks words into lines of a width.
func (p *sheet) wrap(words string, w, size float64, style string) []string {
	p.SetFont(document.Family, style, size)
	var lines []string
	for _, paragraph := range strings.Split(document.Shown(words), "\n") {
		lines = append(lines, p.SplitText(paragraph, w)...)
	}
	return lines
}

// block writes lines below each other from a place, and returns where it ends. The first one is bold.
func (p *sheet) block(x, y, w float64, lines ...string) float64 {
	style := "B"
	for _, l := range lines {
		if l == "" {
			continue
		}
		for _, row := range p.wrap(l, w, normal, style) {
			p.text(x, y, w, "L", normal, style, row)
			y += leading
		}
		style = ""
	}
	return y
}

// pairs writes names and what stands under them, side by side, and returns where they end.
func (p *sheet) pairs(x, y, w float64, rows [][2]string) float64 {
	const name = 32.0
	for _, r := range rows {
		if r[1] == "" {
			continue
		}
		p.text(x, y, name, "L", normal, "B", r[0])
		for _, row := range p.wrap(r[1], w-name, normal, "") {
			p.text(x+name, y, w-name, "L", normal, "", row)
			y += leading
		}
	}
	return y
}

// paragraph writes words over the whole width, on the next page when this one is full.
func (p *sheet) paragraph(style, words string) {
	for _, row := range p.wrap(words, width, normal, style) {
		p.room(leading)
		p.text(left, p.y, width, "L", normal, style, row)
		p.y += leading
	}
	p.y += 1.5
}

// room begins another page when less than so much is left on this one, and reports whether it did.
func (p *sheet) room(height float64) bool {
	if p.y+height <= bottom {
		return false
	}
	p.page()
	return true
}

// lay lays the document out, knowing how many pages there will be.
func (s Snapshot) lay(pages int) *sheet {
	p := newSheet(s.Number, s.Supplier.foot(), s.IssuedOn, pages)
	p.text(left, p.y+2, half, "L", titled, "B", string(s.Kind))
	sup := s.Supplier
	y := p.block(left+width-half, p.y, half, append([]string{sup.Name}, append(addressLines(sup.Address), sup.City, sup.Postcode,
		sup.Email, sup.Phone, named("Company number ", sup.CompanyNumber), named("Charity number ", sup.CharityNumber), named("VAT number ", sup.VATNumber))...)...)
	p.y = max(y, p.y+14) + 6
	to := p.block(left, p.y, half, s.Buyer.Lines()...)
	facts := p.pairs(left+width-half, p.y, half, s.facts())
	p.y = max(to, facts) + 6
	s.table(p)
	s.sums(p)
	s.small(p)
	return p
}

// Lines is how the buyer is addressed, with all codes; the first is its name, and empty ones say nothing.
func (b Buyer) Lines() []string {
	lines := []string{b.Name, b.Department, named("For the attention of ", b.Contact), b.Payables()}
	lines = append(append(lines, addressLines(b.Address)...), b.City, b.Postcode)
	return append(lines, named("Organisation code ", b.OrgCode), named("Payables code ", b.PayablesCode), named("GLN ", b.GLN))
}

// facts are what identifies the document.
func (s Snapshot) facts() [][2]string {
	what := "Invoice"
	rows := [][2]string{}
	if s.Credits != nil {
		what = "Credit note"
		rows = [][2]string{{"Credits invoice", s.Credits.Number + " of " + s.Credits.IssuedOn.Medium()}, {"Reason", s.Reason}}
	}
	due := ""
	if !s.DueOn.IsZero() {
		due = s.DueOn.Medium()
	}
	return append([][2]string{{what + " number", s.Number}, {what + " date", s.IssuedOn.Medium()}, {"Date of supply", s.SuppliedFrom.Medium() + " to " + s.SuppliedTo.Medium()},
		{"Payment due", due}, {"Purchase order", s.Order}, {"Your reference", s.BuyerReference}, {"Your code with us", s.Buyer.Code}}, rows...)
}

// small is what stands below the sums: VAT, the terms, and where to pay.
func (s Snapshot) small(p *sheet) {
	p.paragraph("", s.VATWording)
	for _, t := range s.Terms {
		p.paragraph("", t)
	}
	if s.Credits != nil {
		return
	}
	p.room(8 * leading)
	p.y += 2
	p.paragraph("B", "How to pay by bank transfer")
	sup := s.Supplier
	p.y = p.pairs(left, p.y, width, [][2]string{{"Account name", sup.AccountName}, {"Bank", sup.BankName}, {"Sort code", sup.SortCode},
		{"Account number", sup.AccountNumber}, {"Payment reference", s.Number}, {"Amount", s.Total.String()}})
}

// foot is the supplier in one line.
func (s Supplier) foot() string {
	words := s.Name + named(", company number ", s.CompanyNumber) + named(", charity number ", s.CharityNumber)
	if r := []rune(words); len(r) > 110 {
		return string(r[:109]) + "…"
	}
	return words
}

// named is what something is with its name, or nothing.
func named(name, value string) string {
	if value == "" {
		return ""
	}
	return name + value
}
