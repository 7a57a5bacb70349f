package ranking

import (
	"context"
	"mime"
	"net/http"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/document"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type documentPage struct {
	page.Base
	Round    *bursary.Round
	Sections []section
}

// document is the minutes as a page to print.
func (f office) document(c *gin.Context) error {
	p, err := f.proceedings(c)
	if err != nil {
		return err
	}
	view := &documentPage{Base: below(p.Round), Round: p.Round, Sections: f.sections(p)}
	view.Crumbs = append(view.Crumbs, page.Link{Text: "Minutes", Href: roundHref(p.Round) + "/minutes"})
	return page.Render(c, "ranking/document", view)
}

// pdf is the minutes as a file.
func (f office) pdf(c *gin.Context) error {
	p, err := f.proceedings(c)
	if err != nil {
		return err
	}
	d := document.New(minutesTitle(p.Round))
	for _, s := range f.sections(p) {
		d.Heading(s.Title)
		for _, l := range s.Lines {
			d.Line(l.Name, l.Text)
		}
		for _, text := range s.Paragraphs {
			d.Paragraph(text)
		}
	}
	file, err := d.PDF(f.DB.Now())
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "minutes-" + p.Round.Code + ".pdf"}))
	c.Data(http.StatusOK, "application/pdf", file)
	return nil
}

func (f office) proceedings(c *gin.Context) (p *panel.Proceedings, err error) {
	err = f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = panel.ProceedingsOf(ctx, tx, f.Box, code(c))
		return err
	})
	if err == nil && !p.Round.Public() {
		return nil, bursary.ErrUnknownRound
	}
	return p, err
}

func minutesTitle(r *bursary.Round) string { return "Minutes of the panel, " + r.Name }

// Href is where the same is to be had as a file.
func (p *documentPage) Href() string { return roundHref(p.Round) + "/minutes/document.pdf" }

// Title is the heading of the document.
func (p *documentPage) Title() string { return minutesTitle(p.Round) }
