package office

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type partsPage struct {
	page.Base
	App   *bursary.Application
	Parts []panel.Part
}

// parts lists what the panel reads of an application.
func (f office) parts(c *gin.Context) error {
	p, err := f.partsOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "office/copy", p)
}

func (f office) partsOf(c *gin.Context) (*partsPage, error) {
	p := new(partsPage)
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		a, r, err := f.application(ctx, tx, c)
		if err != nil {
			return err
		}
		if !a.Sent() {
			return panel.ErrNotToCopy
		}
		p.Base, p.App = about(r, a.Code), a
		p.Parts, err = panel.Parts(ctx, tx, f.Box, me(c), a.Code)
		return err
	})
	return p, err
}

// Made reports whether every part that can be copied has a copy.
func (p *partsPage) Made() bool {
	for _, part := range p.Parts {
		if !part.Made && !part.Wanting {
			return false
		}
	}
	return true
}

// Tag is how far a part is.
func (p *partsPage) Tag(part panel.Part) page.Tag {
	switch {
	case part.Ready:
		return page.Tag{Text: "Ready for the panel", Colour: "green"}
	case part.Wanting:
		return page.Tag{Text: "Recording to write down", Colour: "yellow"}
	case part.Made:
		return page.Tag{Text: "Not ready", Colour: "yellow"}
	}
	return page.Tag{Text: "No copy yet", Colour: "grey"}
}

// prepare makes the copies that are not there, with proposals.
func (f office) prepare(c *gin.Context) error {
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		return panel.Prepare(ctx, tx, f.Box, me(c), c.Param("code"))
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, fileHref(c.Param("code"))+"/copy")
}

type copyForm struct {
	Body   string `form:"body"`
	Seen   string `form:"seen"`
	Looked string `form:"looked"` // the words beside the tick
	Then   string `form:"then" binding:"oneof=keep approve" error:"Choose one of the two buttons."`
}

func (f copyForm) revision() panel.Revision {
	return panel.Revision{Text: f.Body, Seen: f.Seen, Approve: f.Then == "approve", Looked: strings.Split(f.Looked, wordsApart)}
}

// Ticked is the value of the tick as it was sent.
func (f copyForm) Ticked() []string { return []string{f.Looked} }

// wordsApart stands between words that may tell who somebody is. No word has a comma in it.
const wordsApart = ", "

type partPage struct {
	page.Base
	App  *bursary.Application
	Part panel.Part
	Form copyForm
}

// Suspects are the words in the text on the page that may still tell who somebody is, or nothing.
func (p *partPage) Suspects() string { return strings.Join(panel.Suspects(p.Form.Body), wordsApart) }

// part shows one part, the original beside its copy.
func (f office) part(c *gin.Context) error {
	p, err := f.partOf(c)
	if err != nil {
		return err
	}
	p.Form = copyForm{Body: p.Part.Copy}
	return page.Render(c, "office/part", p)
}

func (f office) partOf(c *gin.Context) (*partPage, error) {
	all, err := f.partsOf(c)
	if err != nil {
		return nil, err
	}
	for _, part := range all.Parts {
		if part.Key == c.Param("key") && part.Made {
			p := &partPage{Base: all.Base, App: all.App, Part: part}
			p.Crumbs = append(p.Crumbs, page.Link{Text: "Copy for the panel", Href: fileHref(all.App.Code) + "/copy"})
			return p, nil
		}
	}
	return nil, panel.ErrUnknownCopy
}

// revise keeps a copy, and says whether the panel may read it; then it leads to the next one.
func (f office) revise(c *gin.Context) error {
	var typed copyForm
	err := page.Bind(c, &typed)
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return panel.Revise(ctx, tx, f.Box, me(c), c.Param("code"), c.Param("key"), typed.revision())
		})
	}
	if err != nil {
		p, unknown := f.partOf(c)
		if unknown != nil {
			return unknown
		}
		p.Form = typed
		return page.Again(c, err, "office/part", p)
	}
	page.Flash(c, page.Saved)
	return f.next(c)
}

// next leads to the first part that is not ready, or to all of them.
func (f office) next(c *gin.Context) error {
	all, err := f.partsOf(c)
	if err != nil {
		return err
	}
	href := fileHref(all.App.Code) + "/copy"
	for _, part := range all.Parts {
		if part.Made && !part.Ready && part.Key != c.Param("key") {
			return page.Redirect(c, href+"/"+part.Key)
		}
	}
	return page.Redirect(c, href)
}

type copiesPage struct {
	page.Base
	Round *bursary.Round
	Table page.Table
	Links page.Pagination
}

// copies lists the applications that the panel cannot read yet. No word of a copy or an original is on it.
func (f office) copies(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	rows, err := f.listed(c, r, listQuery{Wait: string(bursary.ForCopy)})
	if err != nil {
		return err
	}
	p := &copiesPage{Base: within(r), Round: r}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last bursary.Listed) id.Application { return last.ID }); err != nil {
		return err
	}
	p.Table = copyTable(rows)
	return page.Render(c, "office/copies", p)
}
