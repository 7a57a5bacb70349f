package mails

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/web/page"
	"bursar/internal/wording"
)

type historyPage struct {
	page.Base
	Title string
	Place bool // about a place, and not to a person
	Table page.Table
	Links page.Pagination
}

// ofPerson lists what was written to somebody, without the words.
func (d desk) ofPerson(c *gin.Context) error {
	ctx := c.Request.Context()
	who, err := people.ByCode(ctx, d.DB, c.Param("person"))
	if errors.Is(err, people.ErrUnknownPerson) {
		return page.ErrNotFound
	}
	if err != nil {
		return err
	}
	p := &historyPage{Title: "Emails to " + nameOf(who)}
	p.Crumbs = []page.Link{home, {Text: "People", Href: "/admin/people"}, {Text: nameOf(who), Href: "/admin/people/" + who.Code}}
	return d.list(c, p, func(before id.Mail) ([]mail.Mail, error) { return mail.OfPerson(ctx, d.DB, who.ID, before, portion+1) })
}

func nameOf(p people.Person) string {
	if p.Name != "" {
		return p.Name
	}
	return p.Email
}

// ofPlace lists what was written about a place: to whoever booked it or sits there, and to those who act for who pays.
func (d desk) ofPlace(c *gin.Context) error {
	ctx := c.Request.Context()
	e, err := enrolment.ByCode(ctx, d.DB, c.Param("code"))
	if err != nil {
		return err
	}
	var concerned []id.Person
	err = d.DB.NewRaw(`
		SELECT person_id FROM enrolments WHERE id = ?0 AND person_id IS NOT NULL
		UNION SELECT person_id FROM seat_names WHERE enrolment_id = ?0
		UNION SELECT m.person_id FROM shares s JOIN organisation_members m ON m.organisation_id = s.organisation_id WHERE s.enrolment_id = ?0`,
		e.ID).Scan(ctx, &concerned)
	if err != nil && !db.NoRows(err) {
		return fmt.Errorf("finding whom a place concerns: %w", err)
	}
	p := &historyPage{Title: "Emails about place " + e.Code, Place: true}
	p.Crumbs = []page.Link{home, {Text: "Place " + e.Code, Href: "/admin/places/" + e.Code}}
	return d.list(c, p, func(before id.Mail) ([]mail.Mail, error) {
		return mail.Naming(ctx, d.DB, e.Code, concerned, before, portion+1)
	})
}

func (d desk) list(c *gin.Context, p *historyPage, read func(before id.Mail) ([]mail.Mail, error)) error {
	var before id.Mail
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	rows, err := read(before)
	if err != nil {
		return err
	}
	rows, p.Links, err = page.Portion(c, rows, portion, func(last mail.Mail) id.Mail { return last.ID })
	if err != nil {
		return err
	}
	p.Table = page.Table{Caption: "Newest first", Stacked: true, Columns: []page.Column{{Title: "Subject"}, {Title: "What for"}, {Title: "Written"}, {Title: "How it stands"}}}
	if p.Place {
		p.Table.Columns = append(p.Table.Columns, page.Column{Title: "To"})
	}
	for _, m := range rows {
		row := []page.Cell{{Text: m.Subject, Href: "/admin/outbox/" + strconv.FormatInt(int64(m.ID), 10)}, {Text: wording.Purpose(m.Template)},
			{Text: london.Stamp(m.CreatedAt)}, {Text: statusWords[m.Status]}}
		if p.Place {
			row = append(row, page.Cell{Text: m.To})
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	return page.Render(c, "mails/history", p)
}

var statusWords = map[mail.Status]string{
	mail.Queued: "Waiting to be sent", mail.Sent: "Sent", mail.Shown: "Shown in the demonstration", mail.Failed: "Could not be sent", mail.Bounced: "Sent, and came back",
}
