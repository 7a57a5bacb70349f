package award

import (
	"strings"
	"time"

	"bursar/internal/document"
)

// Sender is who writes, as it stands at the head of a printed letter.
type Sender struct{ Name, Address, Email, Phone, URL string }

// Addressed is a letter for a plain envelope.
type Addressed struct {
	Letter
	Address string // in lines; may be empty
}

// PDF is the letter on paper. made is the date that the file carries.
func (l Letter) PDF(from Sender, made time.Time) ([]byte, error) {
	return Print(from, made, Addressed{Letter: l})
}

// Print puts letters into one file, each on a page of its own.
func Print(from Sender, made time.Time, all ...Addressed) ([]byte, error) {
	d := document.New("Letter")
	for i, l := range all {
		if i > 0 {
			d.Break()
		}
		l.write(d, from)
	}
	return d.PDF(made)
}

func (l Addressed) write(d *document.Document, from Sender) {
	d.Paragraph(joined(from.Name, from.Address, from.Email, from.Phone))
	if l.Address != "" {
		d.Paragraph(l.Address)
	}
	d.Paragraph(joined(l.On.Long(), "Reference "+l.Code))
	d.Heading(l.Title)
	d.Paragraph(l.Greeting())
	for _, s := range l.Sections {
		if s.Heading != "" {
			d.Heading(s.Heading)
		}
		for _, text := range s.Paragraphs {
			d.Paragraph(text)
		}
		for _, row := range s.Rows {
			d.Line(row.Key, row.Value)
		}
		for _, item := range s.Items {
			d.Paragraph("• " + item)
		}
		for _, link := range s.Links {
			d.Line(link.Text, from.URL+link.Path)
		}
	}
}

// Greeting is how the letter begins.
func (l Letter) Greeting() string {
	if l.Called == "" {
		return "Hello,"
	}
	return "Hello " + l.Called + ","
}

func joined(lines ...string) string {
	var all []string
	for _, line := range lines {
		if line != "" {
			all = append(all, line)
		}
	}
	return strings.Join(all, "\n")
}
