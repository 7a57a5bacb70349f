package learner

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/certificate"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/web/page"
)

// certified is what the page of a place says of its certificate.
type certified struct {
	Certificate *certificate.Certificate // nil: there is none
	Nameable    bool                     // the name on it can be chosen
}

// certifiedFor reads the certificate of somebody's own place.
func certifiedFor(ctx context.Context, d *db.DB, e *enrolment.Enrolment) (k certified, err error) {
	k.Certificate, err = certificate.Of(ctx, d, e.PersonID, e.ID)
	if errors.Is(err, certificate.ErrNone) {
		err = nil
	}
	k.Nameable = k.Certificate == nil && (e.Status == enrolment.Confirmed || e.Status == enrolment.Completed)
	return k, err
}

type certificateForm struct {
	Number string `form:"number" binding:"max=20" error:"Open the page again"` // of the certificate that the page showed; empty: none
	Name   string `form:"name"`
}

type certificatePage struct {
	page.Base
	*place
	certified
	Address     string // where anybody can check it
	Correctable bool   // by themselves, once
	Form        certificateForm
}

func (l *Learner) certificatePage(c *gin.Context) (*certificatePage, error) {
	ctx, p := c.Request.Context(), &certificatePage{}
	mine, err := l.mineAnd(c, func(tx *db.Tx, mine *place) (err error) {
		if p.certified, err = certifiedFor(ctx, l.DB, mine.Enrolment); err != nil {
			return err
		}
		if p.Certificate != nil {
			p.Address, p.Form.Name, p.Form.Number = p.Certificate.Address(l.Site.URL), p.Certificate.Snapshot.Name, p.Certificate.Number
			p.Correctable, err = certificate.Correctable(ctx, tx, p.Certificate)
			p.Correctable = p.Correctable && (mine.Status == enrolment.Confirmed || mine.Status == enrolment.Completed)
			return err
		}
		p.Form.Name, err = certificate.Named(ctx, tx, mine.PersonID, mine.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.Certificate == nil && !p.Nameable {
		return nil, certificate.ErrNone
	}
	p.place, p.Back = mine, mine.path("")
	return p, nil
}

// certificate is what somebody's certificate says or, before there is one, how they are to be named on it.
func (l *Learner) certificate(c *gin.Context) error {
	p, err := l.certificatePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "learner/certificate", p)
}

// nameCertificate takes the name for a certificate to come or, once, the right one for the certificate that is there.
func (l *Learner) nameCertificate(c *gin.Context) error {
	ctx, me, code := c.Request.Context(), page.ViewerOf(c).Person, c.Param("code")
	var form certificateForm
	done, err := page.CertificateNamed, page.Bind(c, &form)
	if err == nil {
		err = l.Own.WriteAs(ctx, db.Who{Person: me}, func(tx *db.Tx) error {
			if form.Number == "" {
				return certificate.Name(ctx, tx, me, code, form.Name)
			}
			done = page.CertificateCorrected
			_, err := certificate.CorrectName(ctx, tx, me, code, form.Number, form.Name)
			return err
		})
	}
	if err == nil {
		page.Flash(c, done)
		return page.Redirect(c, "/my/places/"+code+"/certificate")
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unread := l.certificatePage(c)
	if unread != nil {
		return unread
	}
	p.Form.Name = form.Name
	return page.Again(c, err, "learner/certificate", p)
}

// certificatePaper is the certificate as a file.
func (l *Learner) certificatePaper(c *gin.Context) error {
	p, err := l.certificatePage(c)
	if err != nil {
		return err
	}
	if p.Certificate == nil {
		return certificate.ErrNone
	}
	body, err := p.Certificate.PDF(l.Site.URL)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "private, no-cache")
	page.Attach(c, p.Certificate.Number+".pdf", "application/pdf", body)
	return nil
}
