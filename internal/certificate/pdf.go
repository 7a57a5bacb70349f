package certificate

import (
	"bytes"
	"fmt"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"bursar/internal/document"
)

// The layout of a certificate, in millimetres on A4 across and points.
const (
	wide    = 297.0
	margin  = 24.0
	inside  = wide - 2*margin
	top     = 20.0
	footAt  = 178.0 // where what identifies it begins
	edge    = 9.0   // of the frame
	high    = 210.0
	perLine = 0.5 // height of a line, in millimetres for each point of its letters
)

// The colour of our mark, which stands out against white also where it is printed in grey.
const red, green, blue = 0x1c, 0x5b, 0x57

// Address is where anybody can see whether the certificate holds. site is our own base address without a final slash.
func (k *Certificate) Address(site string) string { return site + "/certificates/" + k.Code }

// PDF lays the certificate out on one page, smaller when there is much to say. The same certificate is the same bytes. It has no
// structure tags, so that its page is the accessible form of it.
func (k *Certificate) PDF(site string) ([]byte, error) {
	var p *sheet
	for size := 100; size >= 30; size -= 10 {
		p = k.lay(site, float64(size)/100, top)
		if left := footAt - 8 - p.y; left >= 0 {
			p = k.lay(site, p.size, top+left/2)
			break
		}
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("laying out a certificate: %w", err)
	}
	return out.Bytes(), nil
}

// sheet is the page being laid out.
type sheet struct {
	*fpdf.Fpdf
	size float64 // of everything: 1 is as large as we like it
	y    float64 // where the next thing goes
}

// lay writes the page in a size, from so far below its upper edge on.
func (k *Certificate) lay(site string, size, from float64) *sheet {
	p := &sheet{Fpdf: document.Paper(k.title()+" "+k.Number, k.Snapshot.IssuedOn.At(12, 0)), size: size, y: from}
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, 0)
	p.AddPageFormat("L", fpdf.SizeType{Wd: high, Ht: wide})
	p.frame()
	s := k.Snapshot
	p.SetTextColor(red, green, blue)
	p.middle(15, "B", s.Provider)
	p.gap(9)
	p.middle(26, "B", k.title())
	p.SetTextColor(0, 0, 0)
	p.gap(7)
	p.middle(12, "", "We certify that")
	p.gap(2)
	p.middle(30, "B", s.Name)
	p.gap(3)
	p.middle(12, "", string(k.Kind))
	p.gap(2)
	p.middle(20, "B", s.Course)
	p.gap(5)
	p.middle(12, "", strings.Join(s.Dates(), "; "))
	p.gap(2)
	p.middle(12, "", "Days attended: "+s.Attendance())
	if by := s.TaughtBy(); by != "" {
		p.gap(2)
		p.middle(12, "", "Taught by "+by)
	}
	k.foot(p, site)
	return p
}

// title is what kind of paper it is.
func (k *Certificate) title() string {
	if k.Kind == Completed {
		return "Certificate of completion"
	}
	return "Certificate of attendance"
}

func (p *sheet) frame() {
	p.SetDrawColor(red, green, blue)
	p.SetLineWidth(1)
	p.Rect(edge, edge, wide-2*edge, high-2*edge, "D")
	p.SetLineWidth(0.2)
	p.Rect(edge+2, edge+2, wide-2*edge-4, high-2*edge-4, "D")
	p.Line(margin, footAt-2, wide-margin, footAt-2)
}

// middle writes words in lines below each other, each in the middle.
func (p *sheet) middle(points float64, style, words string) {
	points *= p.size
	p.SetFont(document.Family, style, points)
	for _, line := range p.SplitText(document.Shown(words), inside) {
		p.SetXY(margin, p.y)
		p.CellFormat(inside, points*perLine, line, "", 0, "C", false, 0, "")
		p.y += points * perLine
	}
}

func (p *sheet) gap(millimetres float64) { p.y += millimetres * p.size }

// foot identifies the certificate and says how it can be checked.
func (k *Certificate) foot(p *sheet, site string) {
	const points, line = 10.0, 5.2
	p.SetFont(document.Family, "", points)
	at := k.Address(site)
	for i, words := range []string{"Number " + k.Number + ", issued on " + k.Snapshot.IssuedOn.Medium(), "Anybody can check this certificate at", at} {
		p.SetXY(margin, footAt+float64(i)*line)
		link := ""
		if words == at {
			link = at
		}
		p.CellFormat(inside, line, document.Shown(words), "", 0, "L", false, 0, link)
	}
}
