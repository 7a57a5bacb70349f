package office

import (
	"context"
	"net/url"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

type sectionPage struct {
	page.Base
	Code    string
	Section form.Section
	Needs   bool // only the access officer reads it
	Blocks  []block
	Clashes []clash
}

// block is one page of the form among others.
type block struct {
	Title  string
	When   string // for whom it is
	Fields []field
}

// clash is an answer that somebody else changed meanwhile.
type clash struct{ Question, There string }

// section shows all questions of one section on one page.
func (f office) section(c *gin.Context) error {
	file, s, err := f.sectionOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "office/section", sectionPageOf(file, s, file.Answers))
}

func (f office) sectionOf(c *gin.Context) (*bursary.File, form.Section, error) {
	file, err := f.entered(c)
	if err != nil {
		return nil, form.Section{}, err
	}
	for _, s := range file.Questions.Sections {
		if s.Key == c.Param("section") {
			return file, s, nil
		}
	}
	return nil, form.Section{}, page.ErrNotFound
}

func sectionPageOf(file *bursary.File, s form.Section, answers form.Answers) *sectionPage {
	p := &sectionPage{Base: about(file.Round, file.Code), Code: file.Code, Section: s, Needs: only(s)}
	p.Crumbs = append(p.Crumbs, page.Link{Text: "Answers", Href: fileHref(file.Code) + "/enter"})
	for _, asked := range s.Pages {
		b := block{Title: asked.Title, When: condition(file.Questions, asked.When)}
		for _, q := range asked.Questions {
			b.Fields = append(b.Fields, fieldOf(file, q, answers))
		}
		p.Blocks = append(p.Blocks, b)
	}
	return p
}

// saveSection keeps what was typed, whatever it is: what is missing is told on the list of sections.
func (f office) saveSection(c *gin.Context) error {
	file, s, err := f.sectionOf(c)
	if err != nil {
		return err
	}
	questions := form.Form{Sections: []form.Section{s}}.Questions()
	posted, err := page.Posted(c, form.Keys(questions))
	if err != nil {
		return err
	}
	typed := form.Posted(questions, posted)
	saved, err := f.saveTyped(c, file, s, questions, typed, posted)
	if err == nil && len(saved.Clashes) > 0 {
		err = failure.New(failure.Conflict, "answers_changed", "Somebody changed answers here meanwhile. Nothing is saved yet. What stands there now is shown below; what you save next counts.")
	}
	if err != nil {
		p := sectionPageOf(file, s, typed)
		p.keep(saved)
		return page.Again(c, err, "office/section", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, fileHref(file.Code)+"/enter")
}

func (f office) saveTyped(c *gin.Context, file *bursary.File, s form.Section, questions []form.Question, typed form.Answers, posted url.Values) (saved bursary.Saved, err error) {
	err = f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if only(s) {
			return bursary.EnterNeeds(ctx, tx, f.Box, me(c), file.Code, typed)
		}
		saved, err = bursary.SaveOnBehalf(ctx, tx, f.Box, me(c), file.Code, questions, typed, bursary.PostedMarks(questions, posted))
		return err
	})
	return saved, err
}

// keep shows what stands there now beside what was typed, and lets the next saving write over it.
func (p *sectionPage) keep(saved bursary.Saved) {
	for i := range p.Blocks {
		for j := range p.Blocks[i].Fields {
			field := &p.Blocks[i].Fields[j]
			if mark, ok := saved.Marks[field.Key]; ok {
				field.Mark = mark
			}
			for _, c := range saved.Clashes {
				if c.Key == field.Key {
					there := form.Answers{c.Key: c.There}
					for _, line := range shown(field.Question, there) {
						p.Clashes = append(p.Clashes, clash{field.Label, line})
					}
				}
			}
		}
	}
}
