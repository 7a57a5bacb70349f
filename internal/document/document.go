// Package document lays out headings, paragraphs and named lines as a PDF file to keep. It is pure: the same
// document at the same time is the same bytes. The letters are those of the Go fonts (Latin, Greek, Cyrillic);
// what they lack is shown as a box, and Covers says so beforehand, because a PDF here is a copy of a page that
// shows everything. The file has no structure tags, so the page is also the accessible form of it.
package document

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Document is what stands on the pages, from top to bottom.
type Document struct {
	title  string
	blocks []block
}

// block is one piece: a heading, a line with a name, a paragraph, or the end of a page.
type block struct {
	kind kind
	name string // of a line
	text string
}

type kind int

const (
	heading kind = iota
	line
	note
	paragraph
	newPage
)

// New begins a document with its title, which also names the file in a reader's window.
func New(title string) *Document { return &Document{title: title} }

// Heading begins a section.
func (d *Document) Heading(text string) { d.add(heading, "", text) }

// Line says something under its name.
func (d *Document) Line(name, text string) { d.add(line, name, text) }

// Note says something smaller about what stands above it.
func (d *Document) Note(text string) { d.add(note, "", text) }

// Paragraph says something.
func (d *Document) Paragraph(text string) { d.add(paragraph, "", text) }

// Break goes on at the top of another page.
func (d *Document) Break() { d.add(newPage, "", "") }

func (d *Document) add(k kind, name, text string) {
	d.blocks = append(d.blocks, block{k, name, text})
}

// Covers reports whether the letters at hand can show all of the document.
func (d *Document) Covers() bool {
	all := d.title
	for _, b := range d.blocks {
		all += b.name + b.text
	}
	return Shown(all) == all
}

// The layout, in millimetres on A4 and points.
const (
	margin   = 22
	size     = 11
	small    = 9
	leading  = 5.6
	titleAt  = 20
	headAt   = 14
	footerAt = -14
)

// Family is the font of every file, in regular and with the style "B" bold.
const Family = "go"

// Paper begins a file in A4 that is the same bytes each time, for whoever lays out more than a document does. Its fonts are
// those of Family, and what is written with them goes through Shown first. made is the date that the file carries.
func Paper(title string, made time.Time) *fpdf.Fpdf {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true) // the same bytes each time
	f.SetCreationDate(made.UTC())
	f.SetModificationDate(made.UTC())
	f.SetProducer("Bursar", true)
	f.SetTitle(title, true)
	f.SetLang("en-GB")
	f.AddUTF8FontFromBytes(Family, "", bytes.Clone(goregular.TTF)) // fpdf writes into what it is given
	f.AddUTF8FontFromBytes(Family, "B", bytes.Clone(gobold.TTF))
	return f
}

// PDF lays the document out. made is the date that the file carries.
func (d *Document) PDF(made time.Time) ([]byte, error) {
	f := Paper(d.title, made)
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(true, margin)
	f.SetFooterFunc(func() {
		f.SetY(footerAt)
		f.SetFont(Family, "", small)
		f.CellFormat(0, 5, Shown(d.title)+", page "+strconv.Itoa(f.PageNo()), "", 0, "C", false, 0, "")
	})
	f.AddPage()
	f.SetFont(Family, "B", titleAt)
	f.MultiCell(0, 9, Shown(d.title), "", "L", false)
	f.Ln(3)
	for _, b := range d.blocks {
		b.write(f)
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("laying out a document: %w", err)
	}
	return out.Bytes(), nil
}

func (b block) write(f *fpdf.Fpdf) {
	switch b.kind {
	case newPage:
		f.AddPage()
	case heading:
		keepTogether(f, 3*leading)
		f.Ln(4)
		f.SetFont(Family, "B", headAt)
		f.MultiCell(0, 7, Shown(b.text), "", "L", false)
		f.Ln(1)
	case line:
		keepTogether(f, 2*leading)
		f.SetFont(Family, "B", size)
		f.MultiCell(0, leading, Shown(b.name), "", "L", false)
		f.SetFont(Family, "", size)
		f.MultiCell(0, leading, Shown(b.text), "", "L", false)
		f.Ln(2)
	case note:
		f.SetY(f.GetY() - 2) // it belongs to the line above
		f.SetFont(Family, "", small)
		f.SetTextColor(80, 80, 80)
		f.MultiCell(0, 4.6, Shown(b.text), "", "L", false)
		f.SetTextColor(0, 0, 0)
		f.Ln(2.5)
	case paragraph:
		f.SetFont(Family, "", size)
		f.MultiCell(0, leading, Shown(b.text), "", "L", false)
		f.Ln(2)
	}
}

// keepTogether begins a new page when there is less room than so many millimetres on this one.
func keepTogether(f *fpdf.Fpdf, room float64) {
	_, height := f.GetPageSize()
	if f.GetY()+room > height-margin {
		f.AddPage()
	}
}

// Shown is the text with a box in place of each letter that the fonts lack.
func Shown(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || covers(r) {
			return r
		}
		return box
	}, strings.ReplaceAll(text, "\t", " "))
}
