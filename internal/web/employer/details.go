package employer

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type detailsPage struct {
	page.Base
	Of           *organisation.Organisation
	Form         detailsForm
	Action       string
	Kinds, Rules []page.Choice
	Invoices     page.Summary // where invoices go
	Asked        page.Summary // where they are to go instead; empty: nothing was asked
}

// Whole reports whether the organisation still changes everything alone.
func (p *detailsPage) Whole() bool { return p.Of.Status != organisation.Approved }

// details shows what is known of the organisation, to be changed.
func (e *employer) details(c *gin.Context) error {
	p, err := e.detailsPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "employer/details", p)
}

func (e *employer) detailsPage(c *gin.Context) (*detailsPage, error) {
	p := &detailsPage{Kinds: kinds(), Rules: rules()}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) error {
		change, err := organisation.AddressChangeOf(ctx, tx, of.ID)
		if change != nil {
			p.Asked = addressRows(change.AddressDetails())
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Of, p.Form, p.Action, p.Crumbs = of, formOf(of.Details()), path(of, "/details"), within(of)
	p.Invoices = addressRows(of.AddressDetails())
	return p, nil
}

// addressRows is where invoices go, line by line; what is empty is left out.
func addressRows(a organisation.AddressDetails) page.Summary {
	var s page.Summary
	for _, r := range []page.Row{
		{Key: "Address", Value: a.Address + "\n" + a.City + "\n" + a.Postcode}, {Key: "Department", Value: a.Department}, {Key: "Contact", Value: a.Contact},
		{Key: "Email for invoices", Value: a.InvoiceEmail}, {Key: "Organisation code", Value: a.OrgCode}, {Key: "Payables code", Value: a.PayablesCode},
		{Key: "Global location number", Value: a.GLN},
	} {
		if r.Value != "" {
			r.Lines, r.Value = lines(r.Value), ""
			s.Rows = append(s.Rows, r)
		}
	}
	return s
}

type ownForm struct {
	Name          string `form:"name"`
	Kind          string `form:"kind"`
	CompanyNumber string `form:"company_number"`
	CharityNumber string `form:"charity_number"`
	PORule        string `form:"po_rule"`
}

// saveDetails keeps what the organisation changes alone: all of it until staff have decided about it.
func (e *employer) saveDetails(c *gin.Context) error {
	p, err := e.detailsPage(c)
	if err != nil {
		return err
	}
	if err = p.bind(c); err == nil {
		wrong := page.Mistakes{}
		d := p.Form.details(wrong)
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			return wrong.Refusal(admissions.SaveOrganisation(ctx, tx, me, of, d))
		})
	}
	if err != nil {
		return page.Again(c, err, "employer/details", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, path(p.Of, ""))
}

// bind reads the form over what is known: of an approved organisation it has the fewer fields.
func (p *detailsPage) bind(c *gin.Context) error {
	if p.Whole() {
		p.Form = detailsForm{}
		return page.Bind(c, &p.Form)
	}
	var own ownForm
	err := page.Bind(c, &own)
	p.Form.Name, p.Form.Kind, p.Form.CompanyNumber, p.Form.CharityNumber, p.Form.PORule = own.Name, own.Kind, own.CompanyNumber, own.CharityNumber, own.PORule
	return err
}

type addressForm struct {
	Address      string `form:"address"`
	City         string `form:"city"`
	Postcode     string `form:"postcode"`
	Department   string `form:"department"`
	Contact      string `form:"contact"`
	InvoiceEmail string `form:"invoice_email"`
	OrgCode      string `form:"org_code"`
	PayablesCode string `form:"payables_code"`
	GLN          string `form:"gln"`
}

type addressPage struct {
	page.Base
	Of     *organisation.Organisation
	Form   addressForm
	Action string
}

// address asks where invoices are to go instead. An organisation that is not approved yet changes that on the page of its
// details.
func (e *employer) address(c *gin.Context) error {
	p, err := e.addressPage(c)
	if err != nil {
		return err
	}
	if p.Of.Status != organisation.Approved {
		return page.Redirect(c, path(p.Of, "/details"))
	}
	return page.Render(c, "employer/address", p)
}

func (e *employer) addressPage(c *gin.Context) (*addressPage, error) {
	of, err := e.see(c, func(context.Context, *db.Tx, *organisation.Organisation) error { return nil })
	if err != nil {
		return nil, err
	}
	return &addressPage{Base: page.Base{Back: path(of, "/details")}, Of: of, Form: addressForm(of.AddressDetails()), Action: path(of, "/details/address")}, nil
}

// askAddress asks staff to send invoices elsewhere. Two of them look at it.
func (e *employer) askAddress(c *gin.Context) error {
	p, err := e.addressPage(c)
	if err != nil {
		return err
	}
	p.Form = addressForm{}
	if err = page.Bind(c, &p.Form); err == nil {
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			return organisation.AskAddress(ctx, tx, me, of, organisation.AddressDetails(p.Form))
		})
	}
	if err != nil {
		return page.Again(c, err, "employer/address", p)
	}
	page.Flash(c, page.AddressAsked)
	return page.Redirect(c, path(p.Of, "/details"))
}

// keepAddress takes that back. Pressed twice it is done once.
func (e *employer) keepAddress(c *gin.Context) error {
	err := e.act(c, organisation.TakeBackAddress)
	if err != nil && !errors.Is(err, organisation.ErrAddressUnknown) {
		return err
	}
	page.Flash(c, page.AddressKept)
	return page.Redirect(c, "/employer/"+c.Param("org")+"/details")
}
