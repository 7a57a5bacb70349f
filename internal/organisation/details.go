package organisation

import (
	"strings"

	"bursar/internal/failure"
	"bursar/internal/people"
)

// Details are what an organisation says about itself, as typed.
type Details struct {
	Name, Kind                   string
	CompanyNumber, CharityNumber string
	OrgCode, PayablesCode, GLN   string
	Address, City, Postcode      string
	Department, Contact          string
	InvoiceEmail                 string
	PORule                       string
	TermsDays                    int // days to pay in: 0 to 90
}

// AddressDetails are where invoices go, as typed: what changes for an approved organisation only by two of the staff.
type AddressDetails struct {
	Address, City, Postcode    string
	Department, Contact        string
	InvoiceEmail               string
	OrgCode, PayablesCode, GLN string
}

// Check returns one Invalid failure with a sentence for each field that needs correcting, by the names of the columns
// ("name", "company_number", "po_rule", …), or nil.
func (d Details) Check() error {
	_, err := d.tidy()
	return err
}

// Check is Details.Check for the fields of an address.
func (a AddressDetails) Check() error {
	_, err := a.tidy()
	return err
}

// tidy puts every field in the form that is stored, or says what is wrong.
func (d Details) tidy() (Details, error) {
	w := wrong{}
	address := d.address().check(w)
	d.Name = w.name("name", d.Name, "Enter the name of your organisation, as it stands on your purchase orders")
	d.CompanyNumber = w.shape("company_number", companyNumber(d.CompanyNumber), isCompanyNumber,
		"A company number has 8 characters, like 01234567 or SC123456. Leave it empty if you have none")
	d.CharityNumber = w.shape("charity_number", squeeze(d.CharityNumber), isCharityNumber,
		"Enter a charity number like 1234567, SC012345 or NIC101234. Leave it empty if you have none")
	if Kind(d.Kind).Title() == "" {
		w["kind"] = "Choose what sort of organisation you are"
	}
	w.terms(d.PORule, d.TermsDays)
	return d.at(address), w.failure()
}

func (a AddressDetails) tidy() (AddressDetails, error) {
	w := wrong{}
	a = a.check(w)
	return a, w.failure()
}

// longestTerms is the most days that an invoice can wait for.
const longestTerms = 90

func (a AddressDetails) check(w wrong) AddressDetails {
	a.Address = w.lines("address", a.Address, "Enter the address that invoices go to, without town and postcode")
	a.City = w.line("city", a.City, 100, "Enter a town or city")
	if tidied, ok := postcode(a.Postcode); ok {
		a.Postcode = tidied
	} else {
		w["postcode"] = "Enter a full UK postcode, like LS11 1HP"
	}
	a.Department = w.line("department", a.Department, 200, "")
	a.Contact = w.line("contact", a.Contact, 200, "")
	a.OrgCode = w.shape("org_code", squeeze(a.OrgCode), isOrgCode, "An organisation code has 3 to 6 letters and digits, like QX1. Leave it empty if you have none")
	a.PayablesCode = w.shape("payables_code", squeeze(a.PayablesCode), isPayablesCode,
		"A payables code has 4 letters and digits, like X101. Leave it empty if you have none")
	if a.PayablesCode != "" && a.OrgCode == "" && w["org_code"] == "" {
		w["org_code"] = "Enter your organisation code too: a payables code works only with it"
	}
	a.GLN = w.shape("gln", squeeze(a.GLN), isGLN,
		"This is not a global location number: it has 13 digits, and the last one checks the others. Leave it empty if you have none")
	var err error
	if a.InvoiceEmail, err = people.NormaliseEmail(a.InvoiceEmail); err != nil {
		w["invoice_email"] = "Enter the email address that invoices go to, like invoices@example.org"
	}
	return a
}

func (d Details) address() AddressDetails {
	return AddressDetails{
		Address: d.Address, City: d.City, Postcode: d.Postcode, Department: d.Department, Contact: d.Contact, InvoiceEmail: d.InvoiceEmail,
		OrgCode: d.OrgCode, PayablesCode: d.PayablesCode, GLN: d.GLN,
	}
}

// at is d with another address.
func (d Details) at(a AddressDetails) Details {
	d.Address, d.City, d.Postcode, d.Department, d.Contact, d.InvoiceEmail = a.Address, a.City, a.Postcode, a.Department, a.Contact, a.InvoiceEmail
	d.OrgCode, d.PayablesCode, d.GLN = a.OrgCode, a.PayablesCode, a.GLN
	return d
}

// Details are what the organisation has said about itself.
func (o *Organisation) Details() Details {
	d := Details{
		Name: o.Name, Kind: string(o.Kind), CompanyNumber: o.CompanyNumber, CharityNumber: o.CharityNumber, PORule: string(o.PORule), TermsDays: o.TermsDays,
	}
	return d.at(o.AddressDetails())
}

// AddressDetails are where the organisation's invoices go.
func (o *Organisation) AddressDetails() AddressDetails {
	return AddressDetails{
		Address: o.Address, City: o.City, Postcode: o.Postcode, Department: o.Department, Contact: o.Contact, InvoiceEmail: o.InvoiceEmail,
		OrgCode: o.OrgCode, PayablesCode: o.PayablesCode, GLN: o.GLN,
	}
}

// take makes tidy details the organisation's own.
func (o *Organisation) take(d Details) {
	o.Name, o.Kind, o.CompanyNumber, o.CharityNumber = d.Name, Kind(d.Kind), d.CompanyNumber, d.CharityNumber
	o.PORule, o.TermsDays = PORule(d.PORule), d.TermsDays
	o.takeAddress(d.address())
}

func (o *Organisation) takeAddress(a AddressDetails) {
	o.Address, o.City, o.Postcode, o.Department, o.Contact, o.InvoiceEmail = a.Address, a.City, a.Postcode, a.Department, a.Contact, a.InvoiceEmail
	o.OrgCode, o.PayablesCode, o.GLN = a.OrgCode, a.PayablesCode, a.GLN
}

// wrong collects a sentence for each field that needs correcting.
type wrong map[string]string

func (w wrong) failure() error {
	if len(w) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "invalid_organisation", Message: "Check the details of your organisation.", Fields: w}
}

// line tidies one line of text. missing is what to say when it is empty; without it the line may be.
func (w wrong) line(field, typed string, most int, missing string) string {
	text, complaint := oneLine(typed, most)
	if complaint == "" && text == "" {
		complaint = missing
	}
	if complaint != "" {
		w[field] = complaint
	}
	return text
}

// name is line for what stands in mails to others, and keeps addresses out of it.
func (w wrong) name(field, typed, missing string) string {
	text := w.line(field, typed, 200, missing)
	if lower := strings.ToLower(text); strings.ContainsAny(text, "@<>") || strings.Contains(lower, "://") || strings.Contains(lower, "www.") {
		w[field] = "Use a name only, with no web or email address in it"
	}
	return text
}

// lines is line for the lines of an address.
func (w wrong) lines(field, typed, missing string) string {
	var kept []string
	for typed := range strings.Lines(strings.ReplaceAll(typed, "\r\n", "\n")) {
		text, complaint := oneLine(typed, 200)
		if complaint != "" {
			w[field] = complaint
		}
		if text != "" {
			kept = append(kept, text)
		}
	}
	switch {
	case w[field] != "":
	case len(kept) == 0:
		w[field] = missing
	case len(kept) > mostLines:
		w[field] = "Use 6 lines or fewer"
	}
	return strings.Join(kept, "\n")
}

// mostLines fit in the window of an envelope, with the name above and town and postcode below.
const mostLines = 6

// terms looks at the rule about purchase orders and the days to pay in.
func (w wrong) terms(rule string, days int) {
	if PORule(rule).Title() == "" {
		w["po_rule"] = "Choose how your organisation uses purchase orders"
	}
	if days < 0 || days > longestTerms {
		w["terms_days"] = "Enter a number of days from 0 to 90"
	}
}

// shape keeps what may be empty and else has a shape.
func (w wrong) shape(field, text string, fits func(string) bool, complaint string) string {
	if text != "" && !fits(text) {
		w[field] = complaint
	}
	return text
}
