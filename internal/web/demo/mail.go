package demo

import (
	"fmt"
	"mime"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/web/page"
)

// portion is how many mails are listed at a time.
const portion = 50

type mailsPage struct {
	page.Base
	Table page.Table
	Links page.Pagination
}

// mails lists every mail, newest first: here the outbox is everybody's inbox.
func (s stage) mails(c *gin.Context) error {
	var before id.Mail
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	mails, err := mail.DemoOutbox(c.Request.Context(), s.Inbox, before, portion+1)
	if err != nil {
		return err
	}
	mails, links, err := page.Portion(c, mails, portion, func(last mail.Mail) id.Mail { return last.ID })
	if err != nil {
		return err
	}
	t := page.Table{Caption: "Newest first", Columns: []page.Column{{Title: "Subject"}, {Title: "To"}, {Title: "Written"}}}
	for _, m := range mails {
		t.Rows = append(t.Rows, []page.Cell{{Text: m.Subject, Href: address(m.ID)}, {Text: m.To}, {Text: london.Stamp(m.CreatedAt)}})
	}
	return page.Render(c, "demo/mails", &mailsPage{Base: page.Base{Crumbs: crumbs[:1]}, Table: t, Links: links})
}

var crumbs = []page.Link{{Text: "Demonstration", Href: "/demo"}, {Text: "Emails", Href: "/demo/mails"}}

func address(m id.Mail) string { return fmt.Sprintf("/demo/mails/%d", m) }

type mailPage struct {
	page.Base
	Mail   *mail.Mail
	From   string
	Text   string
	Letter string      // where it is shown as it looks
	Files  []page.Link // what is attached
}

func (s stage) mail(c *gin.Context) error {
	m, err := s.open(c)
	if err != nil {
		return err
	}
	text, _, err := s.Mail.Letter(m)
	if err != nil {
		return err
	}
	p := &mailPage{
		Base: page.Base{Crumbs: crumbs}, Mail: m, From: s.Mail.Name + " <" + s.Mail.Email + ">", Text: text,
		Letter: address(m.ID) + "/letter",
	}
	for _, a := range m.Attachments {
		p.Files = append(p.Files, page.Link{Text: a.Name, Href: fmt.Sprintf("%s/attachments/%d", address(m.ID), a.Position)})
	}
	return page.Render(c, "demo/mail", p)
}

// letterPolicy lets a letter show its own style and do nothing else.
const letterPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// letter is the mail as it looks in a mail program. It has a page of its own, because mails carry their style
// within them, which our pages refuse.
func (s stage) letter(c *gin.Context) error {
	m, err := s.open(c)
	if err != nil {
		return err
	}
	if m.Forgotten() {
		return mail.ErrForgotten
	}
	_, html, err := s.Mail.Letter(m)
	if err != nil {
		return err
	}
	c.Header("Content-Security-Policy", letterPolicy)
	c.Header("Cache-Control", "no-store")
	c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(html))
	return nil
}

func (s stage) attachment(c *gin.Context) error {
	m, err := s.open(c)
	if err != nil {
		return err
	}
	for _, a := range m.Attachments {
		if strconv.Itoa(a.Position) == c.Param("position") {
			c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
			c.Header("X-Content-Type-Options", "nosniff")
			c.Data(http.StatusOK, a.ContentType, a.Body)
			return nil
		}
	}
	return mail.ErrNotFound
}

func (s stage) open(c *gin.Context) (*mail.Mail, error) {
	which, err := strconv.ParseInt(c.Param("mail"), 10, 64)
	if err != nil {
		return nil, mail.ErrNotFound
	}
	return mail.DemoOpen(c.Request.Context(), s.Inbox, id.Mail(which))
}
