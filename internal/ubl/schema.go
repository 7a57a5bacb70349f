package ubl

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"bursar/internal/failure"
)

// namespace begins the names of the UBL schemas.
const namespace = "urn:oasis:names:specification:ubl:schema:xsd:"

// The types below are the elements that BIS Billing 3.0 lets us use, in the order of the UBL schema: a field
// moved is a document that no longer validates.

type document struct {
	XMLName         xml.Name
	Namespace       string     `xml:"xmlns,attr"`
	CAC             string     `xml:"xmlns:cac,attr"`
	CBC             string     `xml:"xmlns:cbc,attr"`
	Customization   string     `xml:"cbc:CustomizationID"`
	Profile         string     `xml:"cbc:ProfileID"`
	ID              text       `xml:"cbc:ID"`
	IssueDate       text       `xml:"cbc:IssueDate"`
	DueDate         text       `xml:"cbc:DueDate,omitempty"`
	InvoiceType     string     `xml:"cbc:InvoiceTypeCode,omitempty"`
	CreditNoteType  string     `xml:"cbc:CreditNoteTypeCode,omitempty"`
	Note            prose      `xml:"cbc:Note,omitempty"`
	Currency        string     `xml:"cbc:DocumentCurrencyCode"`
	BuyerReference  text       `xml:"cbc:BuyerReference,omitempty"`
	Period          *span      `xml:"cac:InvoicePeriod"`
	Order           *identity  `xml:"cac:OrderReference"`
	Billing         *billing   `xml:"cac:BillingReference"`
	Supplier        party      `xml:"cac:AccountingSupplierParty>cac:Party"`
	Customer        party      `xml:"cac:AccountingCustomerParty>cac:Party"`
	Delivery        *delivery  `xml:"cac:Delivery"`
	Means           *means     `xml:"cac:PaymentMeans"`
	Terms           *terms     `xml:"cac:PaymentTerms"`
	Tax             taxTotal   `xml:"cac:TaxTotal"`
	Totals          totals     `xml:"cac:LegalMonetaryTotal"`
	InvoiceLines    []lineTree `xml:"cac:InvoiceLine"`
	CreditNoteLines []lineTree `xml:"cac:CreditNoteLine"`
}

type identity struct {
	ID text `xml:"cbc:ID"`
}

type reference struct {
	ID     text `xml:"cbc:ID"`
	Issued text `xml:"cbc:IssueDate"`
}

type billing struct {
	Invoice reference `xml:"cac:InvoiceDocumentReference"`
}

type span struct {
	Start text `xml:"cbc:StartDate,omitempty"`
	End   text `xml:"cbc:EndDate,omitempty"`
}

type delivery struct {
	Date text `xml:"cbc:ActualDeliveryDate"`
}

type means struct {
	Code      string  `xml:"cbc:PaymentMeansCode"`
	Reference text    `xml:"cbc:PaymentID,omitempty"`
	Account   account `xml:"cac:PayeeFinancialAccount"`
}

type account struct {
	ID     text      `xml:"cbc:ID"`
	Name   text      `xml:"cbc:Name,omitempty"`
	Branch *identity `xml:"cac:FinancialInstitutionBranch"`
}

type terms struct {
	Note prose `xml:"cbc:Note"`
}

type party struct {
	Endpoint  scheme    `xml:"cbc:EndpointID"`
	Known     *identity `xml:"cac:PartyIdentification"`
	Trading   *name     `xml:"cac:PartyName"`
	Address   address   `xml:"cac:PostalAddress"`
	TaxScheme *vat      `xml:"cac:PartyTaxScheme"`
	Legal     legal     `xml:"cac:PartyLegalEntity"`
	Contact   *contact  `xml:"cac:Contact"`
}

type scheme struct {
	Scheme string `xml:"schemeID,attr"`
	ID     text   `xml:",chardata"`
}

type name struct {
	Name text `xml:"cbc:Name"`
}

type address struct {
	Street     text         `xml:"cbc:StreetName,omitempty"`
	Additional text         `xml:"cbc:AdditionalStreetName,omitempty"`
	City       text         `xml:"cbc:CityName,omitempty"`
	Postcode   text         `xml:"cbc:PostalZone,omitempty"`
	Line       *addressLine `xml:"cac:AddressLine"`
	Country    text         `xml:"cac:Country>cbc:IdentificationCode"`
}

type addressLine struct {
	Line text `xml:"cbc:Line"`
}

type vat struct {
	ID     text   `xml:"cbc:CompanyID"`
	Scheme string `xml:"cac:TaxScheme>cbc:ID"`
}

type legal struct {
	Name text `xml:"cbc:RegistrationName"`
	ID   text `xml:"cbc:CompanyID,omitempty"`
}

type contact struct {
	Name  text `xml:"cbc:Name,omitempty"`
	Phone text `xml:"cbc:Telephone,omitempty"`
	Mail  text `xml:"cbc:ElectronicMail,omitempty"`
}

type taxTotal struct {
	Amount    amount     `xml:"cbc:TaxAmount"`
	Subtotals []subtotal `xml:"cac:TaxSubtotal"`
}

type subtotal struct {
	Taxable  amount   `xml:"cbc:TaxableAmount"`
	Tax      amount   `xml:"cbc:TaxAmount"`
	Category category `xml:"cac:TaxCategory"`
}

type category struct {
	ID         string `xml:"cbc:ID"`
	Percent    *int   `xml:"cbc:Percent"`
	ReasonCode string `xml:"cbc:TaxExemptionReasonCode,omitempty"`
	Reason     text   `xml:"cbc:TaxExemptionReason,omitempty"`
	Scheme     string `xml:"cac:TaxScheme>cbc:ID"`
}

type totals struct {
	Lines   amount  `xml:"cbc:LineExtensionAmount"`
	Net     amount  `xml:"cbc:TaxExclusiveAmount"`
	Gross   amount  `xml:"cbc:TaxInclusiveAmount"`
	Prepaid *amount `xml:"cbc:PrepaidAmount"`
	Payable amount  `xml:"cbc:PayableAmount"`
}

type lineTree struct {
	ID        int        `xml:"cbc:ID"`
	Note      prose      `xml:"cbc:Note,omitempty"`
	Invoiced  *quantity  `xml:"cbc:InvoicedQuantity"`
	Credited  *quantity  `xml:"cbc:CreditedQuantity"`
	Net       amount     `xml:"cbc:LineExtensionAmount"`
	CostCode  text       `xml:"cbc:AccountingCost,omitempty"`
	Period    *span      `xml:"cac:InvoicePeriod"`
	OrderLine *orderLine `xml:"cac:OrderLineReference"`
	Discount  *allowance `xml:"cac:AllowanceCharge"`
	Item      item       `xml:"cac:Item"`
	Price     amount     `xml:"cac:Price>cbc:PriceAmount"`
}

type quantity struct {
	Unit   string `xml:"unitCode,attr"`
	Number int64  `xml:",chardata"`
}

type orderLine struct {
	ID text `xml:"cbc:LineID"`
}

type allowance struct {
	Charge bool   `xml:"cbc:ChargeIndicator"`
	Code   string `xml:"cbc:AllowanceChargeReasonCode"`
	Reason text   `xml:"cbc:AllowanceChargeReason"`
	Amount amount `xml:"cbc:Amount"`
}

type item struct {
	Description prose    `xml:"cbc:Description,omitempty"`
	Name        text     `xml:"cbc:Name"`
	Category    category `xml:"cac:ClassifiedTaxCategory"`
}

type amount struct {
	Currency string `xml:"currencyID,attr"`
	Pence    pence  `xml:",chardata"`
}

func sterling(n int64) amount { return amount{Currency: currency, Pence: pence(n)} }

type pence int64

func (p pence) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d.%02d", p/100, p%100), nil }

// text is one line, prose several. Every word that somebody typed is written through one of them, and what XML
// cannot carry is refused there, because encoding/xml would silently put another character in its place.
type (
	text  string
	prose string
)

// ErrCharacter refuses words that hold a control character, hold only spaces, or are not UTF-8.
var ErrCharacter = failure.New(failure.Invalid, "ubl_character",
	"The electronic invoice cannot be written, because a name, a number or a note holds a character that cannot be seen. Type it again.")

func (t text) MarshalText() ([]byte, error) { return writable(string(t), false) }

func (p prose) MarshalText() ([]byte, error) { return writable(string(p), true) }

func writable(s string, lines bool) ([]byte, error) {
	if lines {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	if !utf8.ValidString(s) || strings.TrimSpace(s) == "" {
		return nil, ErrCharacter
	}
	for _, r := range s {
		if unicode.IsControl(r) && !(lines && r == '\n') || r == '\uFFFE' || r == '\uFFFF' {
			return nil, ErrCharacter
		}
	}
	return []byte(s), nil
}
