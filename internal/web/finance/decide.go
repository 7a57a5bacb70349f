package finance

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// decisionForm is what staff say about an organisation.
type decisionForm struct {
	Trust  string `form:"trust"` // its e-mail domain is known from now on
	Reason string `form:"reason"`
}

// Trusted is what is ticked.
func (d decisionForm) Trusted() []string { return []string{d.Trust} }

// approve lets an organisation order, and confirms what waited for that alone.
func (f finance) approve(c *gin.Context) error {
	return f.decide(c, page.OrganisationApproved, func(ctx context.Context, tx *db.Tx, by id.Person, code string, d decisionForm) error {
		return admissions.ApproveOrganisation(ctx, tx, by, code, d.Trust == yes)
	})
}

// refuse says that an organisation may not order, and why.
func (f finance) refuse(c *gin.Context) error {
	return f.decide(c, page.OrganisationRefused, func(ctx context.Context, tx *db.Tx, by id.Person, code string, d decisionForm) error {
		_, err := organisation.Refuse(ctx, tx, by, code, d.Reason)
		return err
	})
}

type newNameForm struct {
	Name   string `form:"name"`
	Answer string `form:"answer"`
}

// decideName says whether an organisation may have the name that it asked for.
func (f finance) decideName(c *gin.Context) error {
	p, err := f.organisationPage(c)
	if err != nil {
		return err
	}
	var form newNameForm
	if err = page.Bind(c, &form); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			if form.Answer == yes {
				return organisation.AgreeName(ctx, tx, by, p.Organisation.Code, form.Name)
			}
			return organisation.RefuseName(ctx, tx, by, p.Organisation.Code, form.Name)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/organisation", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, p.Href)
}

// closing asks whether an organisation shall end.
func (f finance) closing(c *gin.Context) error { return f.below(c, "finance/organisation-close") }

// closeOrganisation ends an organisation: nothing more is ordered for it.
func (f finance) closeOrganisation(c *gin.Context) error {
	return f.decide(c, page.Saved, func(ctx context.Context, tx *db.Tx, by id.Person, code string, _ decisionForm) error {
		_, err := organisation.Close(ctx, tx, by, code)
		return err
	})
}

func (f finance) decide(c *gin.Context, n page.Notice, do func(context.Context, *db.Tx, id.Person, string, decisionForm) error) error {
	p, err := f.organisationPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.wider(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return do(ctx, tx, by, p.Organisation.Code, p.Form)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/organisation", p)
	}
	page.Flash(c, n)
	return page.Redirect(c, p.Href)
}

type termsForm struct {
	Rule string `form:"po_rule"`
	Days string `form:"terms_days"`
}

type termsPage struct {
	base
	Organisation *organisation.Organisation
	Form         termsForm
}

// terms asks how an organisation pays.
func (f finance) terms(c *gin.Context) error {
	p, err := f.termsPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/terms", p)
}

func (f finance) termsPage(c *gin.Context) (*termsPage, error) {
	o, err := f.organisationBy(c, c.Param("code"))
	if err != nil {
		return nil, err
	}
	return &termsPage{base: within(o), Organisation: o, Form: termsForm{string(o.PORule), number(o.TermsDays)}}, nil
}

// saveTerms changes how an organisation pays from now on.
func (f finance) saveTerms(c *gin.Context) error {
	p, err := f.termsPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		wrong := page.Mistakes{}
		wrong.Needed("terms_days", p.Form.Days, "Enter a number of days from 0 to 90")
		days := wrong.Count("terms_days", p.Form.Days)
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			_, err := organisation.SetTerms(ctx, tx, by, p.Organisation.Code, organisation.PORule(p.Form.Rule), days)
			return wrong.Refusal(err)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/terms", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, organisationHref(p.Organisation))
}
