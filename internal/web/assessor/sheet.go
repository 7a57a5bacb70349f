package assessor

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

// sheetPage is one application with what is asked about it.
type sheetPage struct {
	page.Base
	*panel.Sheet
	Parts     []part
	Statement []text
	Both      bool // a reason was changed in two places, and both texts stand in its box
}

// part is one scored answer with what its reader makes of it.
type part struct {
	form.Criterion
	Asked  string // what the applicant was asked
	Text   string
	Ready  bool
	Items  []page.Choice
	Given  panel.Stored
	Chosen string   // the sentence of the reader's score
	Beside []string // the sentences that others chose
}

// text is something to read that is not scored.
type text struct{ Title, Text string }

// read opens an application.
func (d desk) read(c *gin.Context) error {
	p, err := d.sheet(c)
	if err != nil {
		return err
	}
	p.Both = c.Query("both") != ""
	return page.Render(c, "assessor/sheet", p)
}

// sheet reads the application that the address names, or returns bursary.ErrUnknown.
func (d desk) sheet(c *gin.Context) (*sheetPage, error) {
	var s *panel.Sheet
	err := d.as(c, func(tx *db.Tx, person id.Person) (err error) {
		s, err = panel.Read(c.Request.Context(), tx, d.Box, person, c.Param("code"))
		return err
	})
	if err != nil {
		return nil, err
	}
	questions, err := s.Round.Form()
	if err != nil {
		return nil, err
	}
	p := &sheetPage{Sheet: s, Base: page.Base{Back: home}}
	for _, criterion := range s.Rubric.Criteria {
		q, _ := questions.Question(criterion.Question)
		p.Parts = append(p.Parts, partOf(s, criterion, q.Label))
	}
	for _, t := range []text{
		{"How they know the person", panel.StatementKnown}, {"What the person would bring", panel.StatementStrengths}, {"What would help the person on the course", panel.StatementSupport},
	} {
		if words, ready := s.Copies[t.Text]; ready {
			p.Statement = append(p.Statement, text{t.Title, words})
		}
	}
	return p, nil
}

func partOf(s *panel.Sheet, c form.Criterion, asked string) part {
	p := part{Criterion: c, Asked: asked, Given: s.Opinions[c.Key]}
	p.Text, p.Ready = s.Copies[c.Question]
	for i, level := range c.Levels {
		p.Items = append(p.Items, page.Choice{Value: strconv.Itoa(i), Label: level})
	}
	if n, err := strconv.Atoi(p.Given.Score); err == nil {
		p.Chosen = c.Levels[n]
	}
	for _, other := range s.Beside {
		if n, given := other[c.Key]; given {
			p.Beside = append(p.Beside, c.Levels[n])
		}
	}
	return p
}

// Finished reports whether the scores are in.
func (p *sheetPage) Finished() bool { return p.Status == panel.Done }

// Own is the address of the application.
func (p *sheetPage) Own() string { return at(p.Code) }
