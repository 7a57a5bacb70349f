package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type searchForm struct {
	Typed string `form:"q" binding:"max=200" error:"Use 200 characters or fewer"`
}

type searchPage struct {
	page.Base
	Form    searchForm
	Found   page.Table
	Links   page.Pagination
	Save    page.Saving
	Filters page.Filters
}

// people finds somebody by name or address, or what a code names.
func (f office) people(c *gin.Context) error {
	p := &searchPage{Base: page.Base{Crumbs: []page.Link{home}}, Save: page.SavingAt(c, "/admin/export/people")}
	if err := page.Query(c, &p.Form); err != nil {
		return page.Again(c, err, "admin/people", p)
	}
	if at, err := f.named(c.Request.Context(), p.Form.Typed); err != nil {
		return err
	} else if at != "" {
		return page.Redirect(c, at)
	}
	var after id.Person
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	rows, err := people.Search(c.Request.Context(), f.DB, p.Form.Typed, after, portion+1)
	if err != nil {
		return err
	}
	rows, p.Links, err = page.Portion(c, rows, portion, func(last people.Person) id.Person { return last.ID })
	if err != nil {
		return err
	}
	if p.Filters, err = f.filters(c, people.PeopleList); err != nil {
		return err
	}
	p.Found = page.Table{Caption: "People", Stacked: true, Columns: []page.Column{{Title: "Name"}, {Title: "Email address"}, {Title: "Known since"}}}
	for _, r := range rows {
		name := r.Name
		if name == "" {
			name = "No name yet"
		}
		p.Found.Rows = append(p.Found.Rows, []page.Cell{{Text: name, Href: "/admin/people/" + r.Code}, {Text: r.Email}, {Text: london.DateOf(r.CreatedAt).Medium()}})
	}
	return page.Render(c, "admin/people", p)
}

// named is the page of what a code names: a place, a person, a run, a booking or an invoice; "" when it is none.
func (f office) named(ctx context.Context, typed string) (string, error) {
	typed = strings.ToUpper(strings.TrimSpace(typed))
	var at string
	err := f.DB.NewRaw(`
		SELECT '/admin/runs/' || code FROM runs WHERE code = ?0
		UNION ALL SELECT '/admin/places/' || code FROM enrolments WHERE code = ?1
		UNION ALL SELECT '/admin/people/' || code FROM people WHERE code = ?1
		UNION ALL SELECT '/finance/bookings/' || code FROM team_bookings WHERE code = ?1 AND status = 'placed'
		UNION ALL SELECT '/finance/invoices/' || number FROM invoices WHERE number = ?0
		LIMIT 1`, typed, id.NormaliseCode(typed)).Scan(ctx, &at)
	if err != nil && !db.NoRows(err) {
		return "", fmt.Errorf("looking up a code: %w", err)
	}
	return at, nil
}

type personPage struct {
	page.Base
	Who     people.Person
	Summary page.Summary
	Places  page.Table
	Acts    page.Table // organisations for which they act
	Asked   page.Table // what they asked us, and the courses that they applied for
	Mails   page.Table
	Bounced []mail.Bounce // at most one: the latest that did not arrive
}

// person is everything that the office may know of somebody in one place. What they said when they applied is not here.
func (f office) person(c *gin.Context) error {
	ctx := c.Request.Context()
	who, err := people.ByCode(ctx, f.DB, c.Param("person"))
	if errors.Is(err, people.ErrUnknownPerson) {
		return page.ErrNotFound
	}
	if err != nil {
		return err
	}
	p := &personPage{Who: who, Base: page.Base{Crumbs: []page.Link{home, {Text: "People", Href: "/admin/people"}}}}
	roles, err := people.RolesOf(ctx, f.DB, who.ID)
	if err != nil {
		return err
	}
	rows := []page.Row{{Key: "Email", Value: who.Email}, {Key: "Telephone", Value: cmp.Or(who.Phone, "None given")}, {Key: "Reference", Value: who.Code}, {Key: "Known since", Value: london.Stamp(who.CreatedAt)}}
	if len(roles) > 0 {
		words := make([]string, len(roles))
		for i, r := range roles {
			words[i] = string(r)
		}
		rows = append(rows, page.Row{Key: "Works here as", Value: strings.Join(words, ", ")})
	}
	p.Summary = page.Summary{Rows: rows}
	for _, read := range []func(context.Context, bun.IDB) error{p.readPlaces, p.readActs, p.readMails} {
		if err := read(ctx, f.DB); err != nil {
			return err
		}
	}
	if err := f.inOffice(c, p.readAsked); err != nil {
		return err
	}
	return page.Render(c, "admin/person", p)
}

// Name is what the person is called, or their address.
func (p *personPage) Name() string {
	if p.Who.Name != "" {
		return p.Who.Name
	}
	return p.Who.Email
}

func (p *personPage) readPlaces(ctx context.Context, d bun.IDB) error {
	list, err := enrolment.ListOf(ctx, d, p.Who.ID)
	if err != nil {
		return err
	}
	runs := make([]id.Run, len(list))
	for i, e := range list {
		runs[i] = e.RunID
	}
	offerings, err := course.OfferingsOf(ctx, d, runs)
	if err != nil {
		return err
	}
	p.Places = page.Table{Caption: "Places", Stacked: true, Columns: []page.Column{{Title: "Reference"}, {Title: "Cohort"}, {Title: "First day"}, {Title: "How it stands"}}}
	for _, e := range list {
		o := offerings[e.RunID]
		p.Places.Rows = append(p.Places.Rows, []page.Cell{{Text: e.Code, Href: "/admin/places/" + e.Code},
			{Text: o.Course.Title + ", " + o.Code}, {Text: o.StartsOn().Medium()}, {Text: standing(e.Status, e.HeldUntil, false)}})
	}
	return nil
}

func (p *personPage) readActs(ctx context.Context, d bun.IDB) error {
	var rows []struct {
		Name string
		Code string
	}
	err := d.NewRaw(`SELECT o.name, o.code FROM organisation_members m JOIN organisations o ON o.id = m.organisation_id
		WHERE m.person_id = ? AND m.until IS NULL ORDER BY o.name, o.id LIMIT 100`, p.Who.ID).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("reading for whom somebody acts: %w", err)
	}
	p.Acts = page.Table{Caption: "Acts for", Stacked: true, Columns: []page.Column{{Title: "Organisation"}}}
	for _, r := range rows {
		p.Acts.Rows = append(p.Acts.Rows, []page.Cell{{Text: r.Name, Href: "/finance/organisations/" + r.Code}})
	}
	return nil
}

// askedWords are how what somebody asked or applied for stands.
var askedWords = map[string]string{"open": "Waits for an answer", "answered": "Answered", "closed": "Closed", "submitted": "Waits for an answer", "offered": "Offered",
	"turned_down": "Turned down", "withdrawn": "Taken back"}

// readAsked reads that they asked, and not what.
func (p *personPage) readAsked(ctx context.Context, tx *db.Tx) error {
	var rows []struct {
		About  string
		Href   string
		Status string
		At     time.Time
	}
	err := tx.NewRaw(`
		SELECT 'A question about place ' || e.code AS about, '/admin/questions/' || t.code AS href, t.status, t.latest_at AS at
		FROM   enrolments e JOIN sensitive.question_threads t ON t.enrolment_id = e.id AND t.person_id = e.person_id WHERE e.person_id = ?0
		UNION  ALL
		SELECT 'An application for ' || r.code, '/admin/course-applications/' || a.code, a.status, a.submitted_at
		FROM   sensitive.course_applications a JOIN runs r ON r.id = a.run_id WHERE a.person_id = ?0
		ORDER  BY at DESC, href LIMIT ?1`, p.Who.ID, recent).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("reading what somebody asked: %w", err)
	}
	p.Asked = page.Table{Caption: "Questions and course applications", Stacked: true, Columns: []page.Column{{Title: "What"}, {Title: "Latest"}, {Title: "How it stands"}}}
	for _, r := range rows {
		p.Asked.Rows = append(p.Asked.Rows, []page.Cell{{Text: r.About, Href: r.Href}, {Text: london.Stamp(r.At)}, {Text: askedWords[r.Status]}})
	}
	return nil
}

func (p *personPage) readMails(ctx context.Context, d bun.IDB) (err error) {
	if p.Bounced, err = mail.BouncesOf(ctx, d, p.Who.Email); err != nil {
		return err
	}
	p.Bounced = p.Bounced[:min(1, len(p.Bounced))]
	p.Mails, err = mailsTo(ctx, d, p.Who.ID, "Emails to them")
	return err
}

// mailsTo are the latest mails to somebody, without their words.
func mailsTo(ctx context.Context, d bun.IDB, who id.Person, caption string) (page.Table, error) {
	var mails []struct {
		Subject   string
		Status    mail.Status
		CreatedAt time.Time
	}
	err := d.NewRaw(`
		SELECT subject, status, created_at FROM mails
		WHERE  person_id = ? AND NOT secret
		ORDER  BY id DESC LIMIT ?`, who, recent).Scan(ctx, &mails)
	if err != nil {
		return page.Table{}, fmt.Errorf("reading the mails to somebody: %w", err)
	}
	t := page.Table{Caption: caption, Stacked: true, Columns: []page.Column{{Title: "Subject"}, {Title: "Written"}, {Title: "How it stands"}}}
	for _, m := range mails {
		t.Rows = append(t.Rows, []page.Cell{{Text: m.Subject}, {Text: london.Stamp(m.CreatedAt)}, {Text: mailWords[m.Status]}})
	}
	return t, nil
}
