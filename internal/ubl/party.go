package ubl

import (
	"fmt"
	"regexp"
	"strings"

	"bursar/internal/failure"
)

// Party is the supplier or the buyer.
type Party struct {
	Name     string // BT-28, BT-45: what it is called day to day; optional
	Legal    string // BT-27, BT-44: its full legal name
	Number   string // BT-30, BT-47: company or charity number; optional. No register of the United Kingdom has an ISO 6523 scheme.
	Code     string // BT-29, BT-46: what else it is known by, as an NHS organisation code; optional
	VAT      string // BT-31, BT-48: VAT number with its country, GB123456789; empty when not registered
	Endpoint Endpoint
	Address  Address
	Contact  Contact
}

// Endpoint is where electronic documents for a party go (BT-34, BT-49). Peppol demands one of each party.
type Endpoint struct {
	Scheme Scheme
	ID     string
}

// Scheme is a code of the list of Electronic Address Schemes (EAS) of EN 16931.
type Scheme string

// The schemes that parties in the United Kingdom have. A document for an e-mail address is valid by EN 16931, but
// cannot travel over Peppol's network, whose own list of schemes (rule PEPPOL-EN16931-CL008) has no e-mail.
const (
	GLN   Scheme = "0088" // GS1 Global Location Number
	VATGB Scheme = "9932" // VAT number of the United Kingdom
	Mail  Scheme = "EM"   // e-mail
)

// EndpointOf is the best endpoint of a party that has any of these: its GLN, else its VAT number, else its e-mail.
func EndpointOf(gln, vat, mail string) Endpoint {
	switch {
	case gln != "":
		return Endpoint{Scheme: GLN, ID: gln}
	case vat != "":
		return Endpoint{Scheme: VATGB, ID: vat}
	}
	return Endpoint{Scheme: Mail, ID: mail}
}

// Address is a postal address (BG-5, BG-8).
type Address struct {
	Lines    []string // BT-35, 36, 162: as on the purchase order, payables code and department included; a fourth and later join the third
	City     string
	Postcode string
	Country  string // ISO 3166-1 alpha-2; empty means GB
}

// Contact is whom to ask (BG-6, BG-9); every part is optional.
type Contact struct {
	Name  string
	Phone string
	Mail  string
}

var (
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
	vatForm     = regexp.MustCompile(`^[A-Z]{2}[0-9A-Z]{2,13}$`)
	gbVATForm   = regexp.MustCompile(`^GB[0-9A-Z]{5,12}$`)
	mailForm    = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)
)

// check refuses a party that the standard does not accept; role is "supplier" or "buyer".
func (p Party) check(role string) error {
	if blank(p.Legal) {
		return failure.Field(role+".legal", fmt.Sprintf("Give the full legal name of the %s.", role))
	}
	if p.VAT != "" && !vatForm.MatchString(p.VAT) {
		return failure.Field(role+".vat", fmt.Sprintf("The VAT number of the %s is written like GB123456789, without spaces.", role))
	}
	if p.Address.Country != "" && !countryForm.MatchString(p.Address.Country) {
		return failure.Field(role+".country", fmt.Sprintf("The country of the %s is two letters, like GB.", role))
	}
	if !p.Endpoint.valid() {
		return failure.Field(role+".endpoint", fmt.Sprintf(
			"Give a correct GLN, VAT number or e-mail address to which electronic documents for the %s go.", role))
	}
	return nil
}

func (e Endpoint) valid() bool {
	switch e.Scheme {
	case GLN:
		return ValidGLN(e.ID)
	case VATGB:
		return gbVATForm.MatchString(e.ID)
	case Mail:
		return mailForm.MatchString(e.ID)
	}
	return false
}

func (p Party) tree() party {
	t := party{
		Endpoint: scheme{Scheme: string(p.Endpoint.Scheme), ID: text(p.Endpoint.ID)}, Known: identified(p.Code),
		Address: p.Address.tree(), Legal: legal{Name: text(p.Legal), ID: text(p.Number)},
	}
	if p.Name != "" {
		t.Trading = &name{Name: text(p.Name)}
	}
	if p.VAT != "" {
		t.TaxScheme = &vat{ID: text(p.VAT), Scheme: vatScheme}
	}
	if p.Contact != (Contact{}) {
		t.Contact = &contact{Name: text(p.Contact.Name), Phone: text(p.Contact.Phone), Mail: text(p.Contact.Mail)}
	}
	return t
}

func (a Address) tree() address {
	t := address{City: text(a.City), Postcode: text(a.Postcode), Country: "GB"}
	if a.Country != "" {
		t.Country = text(a.Country)
	}
	if len(a.Lines) > 0 {
		t.Street = text(a.Lines[0])
	}
	if len(a.Lines) > 1 {
		t.Additional = text(a.Lines[1])
	}
	if len(a.Lines) > 2 {
		t.Line = &addressLine{Line: text(strings.Join(a.Lines[2:], ", "))}
	}
	return t
}
