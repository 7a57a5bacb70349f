package account

import (
	"bytes"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type minePage struct {
	page.Base
	Person  people.Person
	Emails  string // which they get
	Devices page.Table
}

// mine shows what we know of somebody and where they are signed in.
func (a *Account) mine(c *gin.Context) error {
	p, _ := presentOf(c)
	sessions, err := people.SessionsOf(c.Request.Context(), a.DB, p.Person.ID, a.DB.Now())
	if err != nil {
		return err
	}
	stopped, err := mail.Stopped(c.Request.Context(), a.DB, p.Person.Email)
	if err != nil {
		return err
	}
	emails := "All of them"
	if stopped {
		emails = "Only those that you need for your place"
	}
	return page.Render(c, "account/mine", &minePage{Person: p.Person, Emails: emails, Devices: devices(sessions, p.TokenHash)})
}

// devices is where somebody is signed in, as a table; this is the session that looks at it.
func devices(sessions []people.Session, this []byte) page.Table {
	t := page.Table{Caption: "Where you are signed in", Columns: []page.Column{{Title: "Device"}, {Title: "Signed in"}, {Title: "Last used"}}}
	for _, s := range sessions {
		used := london.Stamp(s.SeenAt)
		if bytes.Equal(s.TokenHash, this) {
			used = "Now: this device"
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: s.Device}, {Text: london.Stamp(s.StartedAt)}, {Text: used}})
	}
	return t
}

type detailsForm struct {
	Name  string `form:"name"`
	Phone string `form:"phone"`
}

type detailsPage struct {
	page.Base
	Form detailsForm
}

func (a *Account) details(c *gin.Context) error {
	p, _ := presentOf(c)
	return page.Render(c, "account/details", &detailsPage{
		Base: page.Base{Back: "/my/account"}, Form: detailsForm{Name: p.Person.Name, Phone: p.Person.Phone},
	})
}

func (a *Account) saveDetails(c *gin.Context) error {
	p, _ := presentOf(c)
	var form detailsForm
	err := page.Bind(c, &form)
	if err == nil {
		err = a.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
			return people.SetDetails(c.Request.Context(), tx, p.Person.ID, people.Details{Name: form.Name, Phone: form.Phone})
		})
	}
	if err != nil {
		return page.Again(c, err, "account/details", &detailsPage{Base: page.Base{Back: "/my/account"}, Form: form})
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, "/my/account")
}

type emailsForm struct {
	Emails string `form:"emails" binding:"required,oneof=all needed" error:"Choose which emails we send you"`
}

type emailsPage struct {
	page.Base
	Form emailsForm
}

// emails asks which mails somebody wants.
func (a *Account) emails(c *gin.Context) error {
	p, _ := presentOf(c)
	stopped, err := mail.Stopped(c.Request.Context(), a.DB, p.Person.Email)
	if err != nil {
		return err
	}
	form := emailsForm{Emails: "all"}
	if stopped {
		form.Emails = "needed"
	}
	return page.Render(c, "account/emails", &emailsPage{Base: page.Base{Back: "/my/account"}, Form: form})
}

func (a *Account) saveEmails(c *gin.Context) error {
	p, _ := presentOf(c)
	var form emailsForm
	err := page.Bind(c, &form)
	if err == nil {
		do := mail.Resume
		if form.Emails == "needed" {
			do = mail.Stop
		}
		err = a.DB.Write(c.Request.Context(), func(tx *db.Tx) error { return do(c.Request.Context(), tx, p.Person.Email) })
	}
	if err != nil {
		return page.Again(c, err, "account/emails", &emailsPage{Base: page.Base{Back: "/my/account"}, Form: form})
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, "/my/account")
}

func (a *Account) signOutEverywhere(c *gin.Context) error {
	p, _ := presentOf(c)
	if err := a.DB.Write(c.Request.Context(), func(tx *db.Tx) error { return people.SignOutEverywhere(c.Request.Context(), tx, p.Person.ID) }); err != nil {
		return err
	}
	a.forget(c)
	page.Flash(c, page.SignedOutEverywhere)
	return page.Redirect(c, "/")
}
