package employer

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// detailsForm is what an organisation says about itself, as typed. What is wrong with it, organisation.Details knows.
type detailsForm struct {
	Name          string `form:"name"`
	Kind          string `form:"kind"`
	CompanyNumber string `form:"company_number"`
	CharityNumber string `form:"charity_number"`
	Address       string `form:"address"`
	City          string `form:"city"`
	Postcode      string `form:"postcode"`
	Department    string `form:"department"`
	Contact       string `form:"contact"`
	InvoiceEmail  string `form:"invoice_email"`
	PORule        string `form:"po_rule"`
	TermsDays     string `form:"terms_days"`
	OrgCode       string `form:"org_code"`
	PayablesCode  string `form:"payables_code"`
	GLN           string `form:"gln"`
}

func formOf(d organisation.Details) detailsForm {
	return detailsForm{
		Name: d.Name, Kind: d.Kind, CompanyNumber: d.CompanyNumber, CharityNumber: d.CharityNumber, Address: d.Address, City: d.City,
		Postcode: d.Postcode, Department: d.Department, Contact: d.Contact, InvoiceEmail: d.InvoiceEmail, PORule: d.PORule,
		TermsDays: strconv.Itoa(d.TermsDays), OrgCode: d.OrgCode, PayablesCode: d.PayablesCode, GLN: d.GLN,
	}
}

// details are what was typed. Days that are no number are a mistake.
func (f detailsForm) details(wrong page.Mistakes) organisation.Details {
	d := organisation.Details{
		Name: f.Name, Kind: f.Kind, CompanyNumber: f.CompanyNumber, CharityNumber: f.CharityNumber, Address: f.Address, City: f.City,
		Postcode: f.Postcode, Department: f.Department, Contact: f.Contact, InvoiceEmail: f.InvoiceEmail, PORule: f.PORule,
		OrgCode: f.OrgCode, PayablesCode: f.PayablesCode, GLN: f.GLN,
	}
	var err error
	if d.TermsDays, err = strconv.Atoi(f.TermsDays); err != nil {
		wrong["terms_days"] = "Enter a number of days from 0 to 90"
	}
	return d
}

// kinds are the sorts of organisation, as choices.
func kinds() []page.Choice {
	var items []page.Choice
	for _, k := range organisation.Kinds() {
		items = append(items, page.Choice{Value: string(k), Label: k.Title()})
	}
	return items
}

// rules are the ways of using purchase orders, as choices.
func rules() []page.Choice {
	var items []page.Choice
	for _, r := range organisation.PORules() {
		items = append(items, page.Choice{Value: string(r), Label: r.Title()})
	}
	return items
}

type signUpPage struct {
	page.Base
	Form         detailsForm
	Action       string
	Kinds, Rules []page.Choice
	Booking      bool // places are booked next
}

// usualTerms is the days to pay in that the page proposes.
const usualTerms = "30"

type signUpQuery struct {
	Run string `form:"run" binding:"max=40" error:"Go back and choose the course again"` // code of what is booked next
}

// signUp asks who the organisation is.
func (e *employer) signUp(c *gin.Context) error {
	p, err := newSignUp(c)
	if err != nil {
		return err
	}
	p.Form.TermsDays = usualTerms
	return page.Render(c, "employer/sign-up", p)
}

func newSignUp(c *gin.Context) (*signUpPage, error) {
	var q signUpQuery
	if page.Query(c, &q) != nil {
		return nil, page.ErrNotFound
	}
	p := &signUpPage{Action: "/employer/sign-up", Kinds: kinds(), Rules: rules(), Booking: q.Run != ""}
	if p.Booking {
		p.Action = signUpFor(q.Run)
	}
	return p, nil
}

// signUpNow adds the organisation, and goes on to the booking that it was added for.
func (e *employer) signUpNow(c *gin.Context) error {
	p, err := newSignUp(c)
	if err != nil {
		return err
	}
	var of *organisation.Organisation
	if err = page.Bind(c, &p.Form); err == nil {
		wrong := page.Mistakes{}
		d := p.Form.details(wrong)
		err = e.Machine.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
			of, err = organisation.SignUp(c.Request.Context(), tx, page.ViewerOf(c).Person, d)
			return wrong.Refusal(err) // what was wrong before undoes it
		})
	}
	if err != nil {
		return page.Again(c, err, "employer/sign-up", p)
	}
	if p.Booking {
		return page.Redirect(c, path(of, "/book/"+c.Query("run")))
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, path(of, ""))
}
