package certificates

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/certificate"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// placeForm is what either form of the page sends: number is the certificate that the page showed.
type placeForm struct {
	Number string `form:"number" binding:"max=20" error:"Open the page again"`
	Name   string `form:"name"`
	Reason string `form:"reason"`
}

type placePage struct {
	page.Base
	Place   *enrolment.Enrolment
	Run     *course.Offering
	Valid   *certificate.Certificate // nil: none
	Address string                   // of its public page
	Gets    string                   // what they would get now, or why nothing
	Issue   bool                     // something can be issued
	Facts   page.Summary
	All     page.Table
	Form    placeForm
}

func (d desk) placePage(c *gin.Context) (*placePage, error) {
	ctx := c.Request.Context()
	e, err := enrolment.ByCode(ctx, d.DB, c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &placePage{Place: e}
	if p.Run, err = course.OfferingOf(ctx, d.DB, e.RunID); err != nil {
		return nil, err
	}
	p.Crumbs = []page.Link{home, {Text: p.Run.Code, Href: "/admin/runs/" + p.Run.Code}, {Text: "Certificates", Href: "/admin/runs/" + p.Run.Code + "/certificates"}}
	list, err := certificate.ListOf(ctx, d.DB, e.ID)
	if err != nil {
		return nil, err
	}
	p.show(list, d.Site.URL)
	s, err := certificate.StandingOf(ctx, d.DB, p.Run, e.ID, london.DateOf(d.DB.Now()))
	switch {
	case errors.Is(err, enrolment.ErrUnknown): // the place is not certain, or not any more
		p.Gets = "Nothing. This place is not confirmed."
	case err != nil:
		return nil, err
	default:
		p.Gets, p.Issue = gets(s), s.Why == "" || s.Why == certificate.Again
		if s.Why == certificate.Again {
			p.Gets = kind(s.Gives) + ". One was withdrawn before."
		}
		p.Facts.Rows = append(p.Facts.Rows, page.Row{Key: "Half days there", Value: there(s)})
	}
	p.Facts.Rows = append(p.Facts.Rows, page.Row{Key: "Gets now", Value: p.Gets})
	return p, nil
}

func (p *placePage) show(list []*certificate.Certificate, site string) {
	p.Facts.Rows = []page.Row{{Key: "Place", Value: p.Place.Code, Href: "/admin/places/" + p.Place.Code, Action: "Show"}, {Key: "Course", Value: p.Run.Course.Title}}
	p.All = page.Table{Caption: "Every certificate of this place", Stacked: true, Columns: []page.Column{{Title: "Number"}, {Title: "Name on it"}, {Title: "What"}, {Title: "Cohort"}, {Title: "Issued"}, {Title: "How it stands"}}}
	for _, k := range list {
		if k.Status == certificate.Valid && k.RunID == p.Run.ID {
			p.Valid, p.Address = k, k.Address(site)
		}
		issued := k.Snapshot.IssuedOn.Medium()
		if k.ByHolder {
			issued += ", by themselves"
		}
		p.All.Rows = append(p.All.Rows, []page.Cell{{Text: k.Number}, {Text: k.Snapshot.Name}, {Text: kind(k.Kind)}, {Text: k.Snapshot.Run}, {Text: issued}, {Text: standing(k)}})
	}
}

// standing is whether a certificate holds, and since when and why not.
func standing(k *certificate.Certificate) string {
	switch k.Status {
	case certificate.Replaced:
		return "Replaced on " + london.DateOf(k.EndedAt).Medium()
	case certificate.Withdrawn:
		return "Withdrawn on " + london.DateOf(k.EndedAt).Medium() + ": " + k.Reason
	}
	return "Valid"
}

// place shows what one person has, and what can be done with it.
func (d desk) place(c *gin.Context) error {
	p, err := d.placePage(c)
	if err != nil {
		return err
	}
	if p.Valid != nil {
		p.Form.Name = p.Valid.Snapshot.Name
	}
	return page.Render(c, "certificates/place", p)
}

func (d desk) issue(c *gin.Context) error {
	return d.change(c, page.CertificateIssued, func(ctx context.Context, tx *db.Tx, by certificate.Office, code string, _ placeForm) error {
		_, err := certificate.Issue(ctx, tx, by, code)
		return err
	})
}

func (d desk) reissue(c *gin.Context) error {
	return d.change(c, page.CertificateIssued, func(ctx context.Context, tx *db.Tx, by certificate.Office, code string, f placeForm) error {
		_, err := certificate.Reissue(ctx, tx, by.Person, code, f.Number, f.Name)
		return err
	})
}

func (d desk) withdraw(c *gin.Context) error {
	return d.change(c, page.CertificateWithdrawn, func(ctx context.Context, tx *db.Tx, by certificate.Office, code string, f placeForm) error {
		return certificate.Withdraw(ctx, tx, by.Person, code, f.Number, f.Reason)
	})
}

// change does something with a place's certificate and leads back to it.
func (d desk) change(c *gin.Context, done page.Notice, do func(context.Context, *db.Tx, certificate.Office, string, placeForm) error) error {
	var form placeForm
	err := page.Bind(c, &form)
	if err == nil {
		err = d.act(c, func(ctx context.Context, tx *db.Tx, by certificate.Office) error {
			return do(ctx, tx, by, c.Param("code"), form)
		})
	}
	if err != nil {
		p, unread := d.placePage(c)
		if unread != nil {
			return unread
		}
		p.Form = form
		return page.Again(c, err, "certificates/place", p)
	}
	page.Flash(c, done)
	return page.Redirect(c, "/admin/places/"+c.Param("code")+"/certificate")
}

// paper is the valid certificate as a file.
func (d desk) paper(c *gin.Context) error {
	p, err := d.placePage(c)
	if err != nil {
		return err
	}
	if p.Valid == nil {
		return certificate.ErrNone
	}
	body, err := p.Valid.PDF(d.Site.URL)
	if err != nil {
		return err
	}
	page.Attach(c, p.Valid.Number+".pdf", "application/pdf", body)
	return nil
}
