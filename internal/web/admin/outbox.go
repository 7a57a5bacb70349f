package admin

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/web/page"
)

type outboxPage struct {
	page.Base
	Table page.Table
	Links page.Pagination
	Save  *page.Saving // nil: whoever looks does not save who was written to
}

// outbox lists mails, newest first. Those that let somebody in are not for staff.
func (f office) outbox(c *gin.Context) error {
	var before id.Mail
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	mails, err := mail.Outbox(c.Request.Context(), f.DB, before, portion+1)
	if err != nil {
		return err
	}
	mails, links, err := page.Portion(c, mails, portion, func(last mail.Mail) id.Mail { return last.ID })
	if err != nil {
		return err
	}
	t := page.Table{Caption: "Newest first", Stacked: true, Columns: []page.Column{{Title: "Subject"}, {Title: "To"}, {Title: "Written"}, {Title: "How it stands"}}}
	for _, m := range mails {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: m.Subject, Href: "/admin/outbox/" + strconv.FormatInt(int64(m.ID), 10)},
			{Text: m.To}, {Text: london.Stamp(m.CreatedAt)}, {Text: mailWords[m.Status]},
		})
	}
	p := &outboxPage{Base: page.Base{Crumbs: []page.Link{home}}, Table: t, Links: links}
	if acts(c) {
		save := page.SavingAt(c, "/admin/export/mails")
		p.Save = &save
	}
	return page.Render(c, "admin/outbox", p)
}

type mailPage struct {
	page.Base
	Mail   *mail.Mail
	Text   string
	Status string
}

// mail shows one mail's words.
func (f office) mail(c *gin.Context) error {
	which, err := strconv.ParseInt(c.Param("mail"), 10, 64)
	if err != nil {
		return mail.ErrNotFound
	}
	m, err := mail.Open(c.Request.Context(), f.DB, id.Mail(which))
	if err != nil {
		return err
	}
	text, _, err := f.Mail.Letter(m)
	if err != nil {
		return err
	}
	return page.Render(c, "admin/mail", &mailPage{
		Base: page.Base{Crumbs: []page.Link{home, {Text: "Emails", Href: "/admin/outbox"}}}, Mail: m, Text: text, Status: mailWords[m.Status],
	})
}
