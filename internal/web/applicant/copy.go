package applicant

import (
	"mime"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/document"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// copyPage is everything that the person typed, to keep: on the page, on paper and as a file.
type copyPage struct {
	*own
	Dates    page.Summary
	Sections []copied

	applying form.Form
	spoken   map[string]*bursary.Recording
	asked    []*bursary.Statement
	messages []bursary.Message
}

// copied is one section of the copy.
type copied struct {
	Title string
	Lines []copiedLine
}

// copiedLine is one thing that was said, and who else sees it.
type copiedLine struct {
	Name string
	Said []string
	Seen string // empty where it goes without saying
}

func (a *Applicant) copyPage(c *gin.Context) (*copyPage, error) {
	p := &copyPage{}
	o, err := a.look(c, func(tx *db.Tx, f *bursary.File) (err error) {
		if p.spoken, err = bursary.Recordings(c.Request.Context(), tx, a.Box, f.ID); err != nil {
			return err
		}
		if p.asked, err = bursary.Statements(c.Request.Context(), tx, a.Box, f.ID); err != nil {
			return err
		}
		p.messages, err = bursary.Messages(c.Request.Context(), tx, a.Box, f.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.own = o
	p.Dates, p.applying = p.dates(), o.Questions.Asked(o.Answers)
	for _, s := range o.Questions.Sections {
		if section := p.section(s); len(section.Lines) > 0 {
			p.Sections = append(p.Sections, section)
		}
	}
	p.Sections = append(p.Sections, p.beside()...)
	return p, nil
}

// dates are when what happened.
func (p *copyPage) dates() page.Summary {
	rows := []page.Row{{Key: "Reference", Value: p.Code}, {Key: "Started", Value: london.Stamp(p.CreatedAt)}, {Key: "Last changed", Value: london.Stamp(p.UpdatedAt)}}
	if !p.SubmittedAt.IsZero() {
		rows = append(rows, page.Row{Key: "Sent", Value: london.Stamp(p.SubmittedAt)})
	}
	if p.Status == bursary.Withdrawn {
		rows = append(rows, page.Row{Key: "Taken back", Value: london.Stamp(p.EndedAt)})
	}
	return page.Summary{Rows: rows}
}

// section is what was said in one section. Questions that do not apply are left out, unless something was typed.
func (p *copyPage) section(s form.Section) copied {
	section := copied{Title: s.Title}
	for _, asked := range s.Pages {
		for _, q := range asked.Questions {
			_, applies := p.applying.Question(q.Key)
			line := p.line(q)
			if q.Finishes || !applies && len(line.Said) == 0 {
				continue
			}
			if len(line.Said) == 0 {
				line.Said = []string{"Left empty"}
			}
			section.Lines = append(section.Lines, line)
		}
	}
	return section
}

// line is all that was said to one question, also what waits for a choice.
func (p *copyPage) line(q form.Question) copiedLine {
	line := copiedLine{Name: short(q.Label), Said: said(q, p.Answers[q.Key])}
	for _, other := range p.Rivals[q.Key] {
		line.Said = append(append(line.Said, "Typed on another device:"), said(q, other)...)
	}
	if spoken := p.spoken[q.Key]; spoken != nil {
		line.Said = append(line.Said, "You spoke this answer ("+length(spoken.Seconds)+", "+london.Stamp(spoken.CreatedAt)+").")
		if spoken.Transcript != "" {
			line.Said = append(append(line.Said, "What we wrote down of it:"), strings.Split(spoken.Transcript, "\n")...)
		}
	}
	var seen []string
	for _, audience := range q.SeenBy {
		seen = append(seen, audience.Sentence())
	}
	line.Seen = strings.Join(seen, " ")
	return line
}

// beside is what was said outside the form.
func (p *copyPage) beside() []copied {
	var all []copied
	if len(p.asked) > 0 {
		section := copied{Title: "People you asked for a few words"}
		for _, s := range p.asked {
			line := copiedLine{Name: s.Name + ", " + s.Email}
			for _, row := range facts(s, false).Rows[1:] {
				line.Said = append(line.Said, row.Key+": "+row.Value)
			}
			section.Lines = append(section.Lines, line)
		}
		all = append(all, section)
	}
	if len(p.messages) > 0 {
		section := copied{Title: "Your messages and our answers"}
		for _, m := range p.messages {
			who := "You"
			if m.FromOffice {
				who = "Our office"
			}
			section.Lines = append(section.Lines, copiedLine{Name: who + ", " + london.Stamp(m.At), Said: strings.Split(m.Text, "\n")})
		}
		all = append(all, section)
	}
	return all
}

// copy shows everything that the person typed.
func (a *Applicant) copy(c *gin.Context) error {
	p, err := a.copyPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "applicant/copy", p)
}

// copyPDF is the same as a file. Its name and title say nothing of what it is about.
func (a *Applicant) copyPDF(c *gin.Context) error {
	p, err := a.copyPage(c)
	if err != nil {
		return err
	}
	now := a.DB.Now()
	body, err := p.document(a.Site.Name, london.Stamp(now)).PDF(now)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "copy-" + p.Code + ".pdf"}))
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, "application/pdf", body)
	return nil
}

func (p *copyPage) document(provider, now string) *document.Document {
	d := document.New("Copy " + p.Code)
	d.Paragraph("What you told " + provider + ", as it was on " + now + ".")
	for _, row := range p.Dates.Rows {
		d.Line(row.Key, row.Value)
	}
	for _, s := range p.Sections {
		d.Heading(s.Title)
		for _, line := range s.Lines {
			d.Line(line.Name, strings.Join(line.Said, "\n"))
			if line.Seen != "" {
				d.Note(line.Seen)
			}
		}
	}
	if !d.Covers() {
		d.Paragraph("Some letters cannot be shown in this file. There is a box in place of each. The page on our site shows them all.")
	}
	return d
}
