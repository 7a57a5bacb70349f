package mails

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/web/page"
	"bursar/internal/wording"
)

type textsPage struct {
	page.Base
	Table page.Table
}

// texts lists every mail that the program sends. There are as many as the program has, a little over a hundred.
func (d desk) texts(c *gin.Context) error {
	list, err := wording.List(c.Request.Context(), d.DB)
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b wording.Listed) int { return strings.Compare(a.Purpose, b.Purpose) }) // those to the same people together
	t := page.Table{Caption: "Every email that goes out", Stacked: true, Columns: []page.Column{{Title: "To whom and when"}, {Title: "Subject"}, {Title: "Whose words"}}}
	for _, l := range list {
		whose := "The original"
		switch {
		case l.Edited && !l.Fits:
			whose = "Yours no longer fit: the original is sent. Please look at them"
		case l.Edited:
			whose = "Yours, since " + london.DateOf(l.At).Medium()
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: l.Purpose, Href: "/admin/mails/texts/" + l.Template}, {Text: l.Subject}, {Text: whose}})
	}
	return page.Render(c, "mails/texts", &textsPage{Base: page.Base{Crumbs: []page.Link{home, outbox}}, Table: t})
}

type textForm struct {
	Subject string `form:"subject"`
	Body    string `form:"body"`
	Seen    string `form:"seen"`
	Act     string `form:"act"`
}

func (f textForm) text() mail.Text { return mail.Text{Subject: f.Subject, Body: f.Body} }

func (f textForm) seen() id.Wording {
	n, _ := strconv.ParseInt(f.Seen, 10, 64) // what is no number was never shown
	return id.Wording(n)
}

type textPage struct {
	page.Base
	Template     string
	Purpose      string
	Form         textForm
	Edited       bool
	Placeholders page.Table
	Subject      string // as it would be sent
	Plain        string
	Case         string // whose facts are shown
	Typed        bool   // what is shown was typed and is not saved
	History      page.Table
	Links        page.Pagination
}

func (d desk) textPage(c *gin.Context) (*textPage, mail.Text, error) {
	ctx, template := c.Request.Context(), c.Param("template")
	original, placeholders, err := mail.Original(template)
	if err != nil {
		return nil, original, err
	}
	p := &textPage{Base: page.Base{Crumbs: []page.Link{home, outbox, texts}}, Template: template, Purpose: wording.Purpose(template)}
	now, err := wording.Latest(ctx, d.DB, template)
	if err != nil {
		return nil, original, err
	}
	words := original
	if !now.Original() {
		words, p.Edited = now.Text(), true
	}
	p.Form = textForm{Subject: words.Subject, Body: words.Body, Seen: strconv.FormatInt(int64(now.ID), 10)}
	sample, err := mail.LastCase(ctx, d.DB, template)
	if err != nil {
		return nil, original, err
	}
	p.Placeholders = page.Table{Caption: "Placeholders", Stacked: true, Columns: []page.Column{{Title: "Write"}, {Title: "What stands there"}, {Title: "In the last email"}}}
	for _, h := range placeholders {
		shown := ""
		if !sample.At.IsZero() {
			shown = short(d.Mail.Addressed(sample.Facts[h.Name]))
		}
		words := h.Words
		if h.Subject {
			words += " (also in the subject)"
		}
		p.Placeholders.Rows = append(p.Placeholders.Rows, []page.Cell{{Text: h.Mark()}, {Text: words}, {Text: shown}})
	}
	return p, words, d.readHistory(c, p)
}

// short is the beginning of what stood for a placeholder.
func short(said string) string {
	if r := []rune(said); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return said
}

func (d desk) readHistory(c *gin.Context, p *textPage) error {
	var before id.Wording
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	list, err := wording.History(c.Request.Context(), d.DB, p.Template, before, portion+1)
	if err != nil {
		return err
	}
	list, p.Links, err = page.Portion(c, list, portion, func(last wording.Edition) id.Wording { return last.ID })
	p.History = page.Table{Caption: "Who changed it", Columns: []page.Column{{Title: "When"}, {Title: "Who"}, {Title: "Subject"}, {Title: "Words"}}, Stacked: true}
	for _, e := range list {
		row := []page.Cell{{Text: london.Stamp(e.At)}, {Text: e.By}, {Text: e.Subject}, {Text: e.Body}}
		if e.Original() {
			row[2].Text, row[3].Text = "", "Back to the original"
		}
		p.History.Rows = append(p.History.Rows, row)
	}
	return err
}

// show fills in how some words would be sent in the last case.
func (d desk) show(c *gin.Context, p *textPage, words mail.Text) error {
	sample, err := mail.LastCase(c.Request.Context(), d.DB, p.Template)
	if err != nil {
		return err
	}
	p.Case = "None of these emails is kept with what stood in it, so the placeholders are explained instead."
	if !sample.At.IsZero() {
		p.Case = "As the last one, written " + london.Stamp(sample.At) + ", would read."
	}
	p.Subject, p.Plain, _, err = d.Mail.Reworded(words, sample)
	return err
}

// text shows a mail’s words, to be changed.
func (d desk) text(c *gin.Context) error {
	p, words, err := d.textPage(c)
	if err != nil {
		return err
	}
	if err := d.show(c, p, words); err != nil {
		return err
	}
	return page.Render(c, "mails/text", p)
}

// saveText keeps the words, or shows how they would read.
func (d desk) saveText(c *gin.Context) error {
	p, _, err := d.textPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil && p.Form.Act == "look" {
		if err = mail.Check(p.Template, p.Form.text()); err == nil {
			p.Typed = true
			if err := d.show(c, p, p.Form.text()); err != nil {
				return err
			}
			return page.Render(c, "mails/text", p)
		}
	}
	if err == nil {
		err = d.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
			return wording.Save(c.Request.Context(), tx, page.ViewerOf(c).Person, p.Template, p.Form.text(), p.Form.seen())
		})
	}
	if err != nil {
		return page.Again(c, err, "mails/text", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, texts.Href+"/"+p.Template)
}

type originalPage struct {
	page.Base
	Template string
	Seen     string
	Original mail.Text
}

func (d desk) originalPage(c *gin.Context) (*originalPage, error) {
	p := &originalPage{Template: c.Param("template")}
	var err error
	if p.Original, _, err = mail.Original(p.Template); err != nil {
		return nil, err
	}
	p.Crumbs = []page.Link{home, outbox, texts, {Text: wording.Purpose(p.Template), Href: texts.Href + "/" + p.Template}}
	now, err := wording.Latest(c.Request.Context(), d.DB, p.Template)
	p.Seen = strconv.FormatInt(int64(now.ID), 10)
	return p, err
}

// askOriginal shows what going back to the original means.
func (d desk) askOriginal(c *gin.Context) error {
	p, err := d.originalPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "mails/original", p)
}

type originalForm struct {
	Seen string `form:"seen"`
}

// restore goes back to the original.
func (d desk) restore(c *gin.Context) error {
	p, err := d.originalPage(c)
	if err != nil {
		return err
	}
	var form originalForm
	if err = page.Bind(c, &form); err == nil {
		err = d.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
			return wording.Restore(c.Request.Context(), tx, page.ViewerOf(c).Person, p.Template, textForm{Seen: form.Seen}.seen())
		})
	}
	if err != nil {
		return page.Again(c, err, "mails/original", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, texts.Href+"/"+p.Template)
}
