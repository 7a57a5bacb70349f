package admin

import (
	"cmp"
	"context"
	"crypto/rand"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

// writeForm is what is written, with whom it is for.
type writeForm struct {
	Run    string   `form:"run"`
	Status string   `form:"status"`
	Payer  string   `form:"payer"`
	Needs  string   `form:"needs"`
	Whom   string   `form:"whom"`
	Ticked []string `form:"place"`
	Words  string   `form:"words"`
	Seen   string   `form:"seen"` // the seal of the audience that was shown
	Key    string   `form:"key"`
	Do     string   `form:"do"` // show, send
}

func (w writeForm) query() placesQuery {
	return placesQuery{Run: w.Run, Status: w.Status, Payer: w.Payer, Needs: w.Needs}
}

// readers are those to whom it goes.
func (w writeForm) readers() (report.Readers, error) {
	if !w.query().known() {
		return report.Readers{}, page.ErrNotFound
	}
	r := report.Readers{Filter: w.query().filter()}
	if w.Whom != "all" {
		r.Codes = w.Ticked
		if len(r.Codes) == 0 {
			return r, errNoneChosen
		}
	}
	return r, nil
}

var errNoneChosen = failure.New(failure.Conflict, "none_chosen", "Choose at least one place in the list, or write to everybody in it.")

// shownReaders is how many of those who get an email are named before it is sent.
const shownReaders = 200

type writePage struct {
	page.Base
	Form    writeForm
	Fields  []page.Field // to whom it goes, as the form sends it again
	N       int
	Without int // places of which nobody can be written to
	Readers page.Table
	More    int        // of them, who are not shown
	Lost    page.Table // who does not get it, because emails to them come back
	Subject string
	Text    string // as the first of them gets it; empty: it was not shown yet
}

// writing asks what staff want to say to the people of many places, and shows to whom it goes.
func (f office) writing(c *gin.Context) error {
	var form writeForm
	if err := page.Query(c, &form); err != nil {
		return err
	}
	p, _, err := f.writePage(c, writeForm{Run: form.Run, Status: form.Status, Payer: form.Payer, Needs: form.Needs, Whom: form.Whom, Ticked: form.Ticked})
	if err != nil {
		return err
	}
	return page.Render(c, "admin/write", p)
}

func (f office) writePage(c *gin.Context, form writeForm) (*writePage, []report.Reader, error) {
	readers, err := form.readers()
	if err != nil {
		return nil, nil, err
	}
	audience, err := report.AudienceOf(c.Request.Context(), f.Office, readers)
	if err != nil {
		return nil, nil, err
	}
	list := audience.Readers
	if len(list) == 0 {
		return nil, nil, report.ErrNobodyToWriteTo
	}
	form.Seen = audience.Seal()
	form.Key = rand.Text() // another one each time it is shown: only the same page sent twice goes out once
	p := &writePage{Base: page.Base{Crumbs: []page.Link{home, placesLink}}, Form: form, Fields: form.query().Fields(), N: len(list), Without: audience.Without}
	p.Fields = append(p.Fields, page.Field{Name: "whom", Value: form.Whom}, page.Field{Name: "key", Value: form.Key})
	if form.Whom != "all" {
		for _, code := range form.Ticked {
			p.Fields = append(p.Fields, page.Field{Name: "place", Value: code})
		}
	}
	p.Readers, p.Lost = readerTable("Who gets it", list[:min(shownReaders, len(list))]), readerTable("Who does not get it: emails to them come back", audience.Lost)
	p.More = len(list) - len(p.Readers.Rows)
	return p, list, nil
}

func readerTable(caption string, list []report.Reader) page.Table {
	t := page.Table{Caption: caption, Stacked: true, Columns: []page.Column{{Title: "Name"}, {Title: "Email address"}, {Title: "Place"}, {Title: "Cohort"}}}
	for _, r := range list {
		t.Rows = append(t.Rows, []page.Cell{{Text: cmp.Or(r.Name, "No name yet")}, {Text: r.Email}, {Text: r.Place, Href: placesAt + "/" + r.Place}, {Text: r.Run}})
	}
	return t
}

// write shows the email as it will be, and sends it once that was seen.
func (f office) write(c *gin.Context) error {
	var form writeForm
	if err := page.Bind(c, &form); err != nil {
		return err
	}
	if form.Do != "send" {
		return f.showWritten(c, form, nil)
	}
	readers, err := form.readers()
	if err != nil {
		return err
	}
	// As db.Office: who pays is part of whom it goes to, and a fund may.
	err = f.inOffice(c, func(ctx context.Context, tx *db.Tx) error {
		return report.SendCircular(ctx, tx, page.ViewerOf(c).Person, report.Circular{Readers: readers, Words: form.Words, Key: form.Key, Seen: form.Seen})
	})
	if err != nil {
		return f.showWritten(c, form, err)
	}
	page.Flash(c, page.CircularSent)
	return page.Redirect(c, placesAt)
}

// showWritten is the email as the first of those who get it will read it.
func (f office) showWritten(c *gin.Context, form writeForm, wrong error) error {
	p, list, err := f.writePage(c, form)
	if err != nil {
		return err
	}
	circular := report.Circular{Words: form.Words}
	if wrong == nil {
		wrong = circular.Check()
	}
	if wrong == nil {
		p.Subject, p.Text, wrong = f.Mail.Preview(c.Request.Context(), f.DB, circular.Message(list[0]))
	}
	if wrong != nil {
		return page.Again(c, wrong, "admin/write", p)
	}
	return page.Render(c, "admin/write", p)
}

type namesQuery struct {
	Run string `form:"run"`
}

type namesForm struct {
	Run  string `form:"run"`
	Seen string `form:"seen"`
	Key  string `form:"key"`
}

type namesPage struct {
	page.Base
	Form    namesForm
	N       int
	Table   page.Table
	Subject string
	Text    string // as the first of them gets it
}

// askNames shows which organisations would be asked who comes.
func (f office) askNames(c *gin.Context) error {
	var q namesQuery
	if err := page.Query(c, &q); err != nil {
		return err
	}
	p, err := f.namesPage(c, namesForm{Run: q.Run})
	if err != nil {
		return err
	}
	return page.Render(c, "admin/names", p)
}

func (f office) namesPage(c *gin.Context, form namesForm) (*namesPage, error) {
	list, err := report.NamesMissing(c.Request.Context(), f.DB, codeOf(form.Run))
	if err != nil {
		return nil, err
	}
	form.Key = rand.Text() // another one each time it is shown: only the same page sent twice goes out once
	p := &namesPage{Base: page.Base{Crumbs: []page.Link{home, placesLink}}, Form: form}
	p.Table = page.Table{Caption: "Who is asked", Stacked: true, Columns: []page.Column{{Title: "Organisation"}, {Title: "Cohort"}, {Title: "First day"}, {Title: "Places", Numeric: true}, {Title: "To"}}}
	for _, u := range list {
		if u.To != "" && p.N == 0 {
			if p.Subject, p.Text, err = f.Mail.Preview(c.Request.Context(), f.DB, u.Message()); err != nil {
				return nil, err
			}
		}
		if u.To != "" {
			p.N++
		}
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: u.Name, Href: "/finance/organisations/" + u.Code}, {Text: u.Run, Href: "/admin/runs/" + u.Run}, {Text: u.StartsOn.Medium()},
			{Text: strconv.Itoa(u.Places)}, {Text: cmp.Or(u.To, "Nobody acts for it: call them")}})
	}
	p.Form.Seen = report.SealOfNames(list)
	return p, nil
}

// remindNames asks them.
func (f office) remindNames(c *gin.Context) error {
	var form namesForm
	if err := page.Bind(c, &form); err != nil {
		return err
	}
	err := f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
		return report.AskNames(ctx, tx, by, codeOf(form.Run), form.Key, form.Seen)
	})
	if err != nil {
		p, unread := f.namesPage(c, form)
		if unread != nil {
			return unread
		}
		return page.Again(c, err, "admin/names", p)
	}
	page.Flash(c, page.CircularSent)
	return page.Redirect(c, placesAt+"?needs=name")
}
