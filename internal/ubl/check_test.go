package ubl_test

import (
	"strings"
	"testing"

	"bursar/internal/failure"
	"bursar/internal/ubl"
)

// wrong are documents that are refused, by the field that is named and what is wrong.
var wrong = map[string]func(*ubl.Document){
	"kind: none":                              func(d *ubl.Document) { d.Kind = "" },
	"number: none":                            func(d *ubl.Document) { d.Number = " " },
	"order: neither order nor reference":      func(d *ubl.Document) { *d = plain(*d); d.BuyerReference = "" },
	"supplier.number: nothing identifies it":  func(d *ubl.Document) { *d = in(*d, vats[3]); d.Supplier.Number = "" },
	"supplier.legal: none":                    func(d *ubl.Document) { d.Supplier.Legal = "" },
	"supplier.vat: no country":                func(d *ubl.Document) { d.Supplier.VAT = "123456789" },
	"supplier.endpoint: wrong VAT number":     func(d *ubl.Document) { d.Supplier.Endpoint.ID = "FR123" },
	"buyer.legal: none":                       func(d *ubl.Document) { d.Buyer.Legal = "" },
	"buyer.country: a name":                   func(d *ubl.Document) { d.Buyer.Address.Country = "England" },
	"buyer.endpoint: wrong GLN":               func(d *ubl.Document) { d.Buyer.Endpoint.ID = "9520000001019" },
	"buyer.endpoint: none":                    func(d *ubl.Document) { d.Buyer.Endpoint = ubl.EndpointOf("", "", "") },
	"buyer.endpoint: unknown scheme":          func(d *ubl.Document) { d.Buyer.Endpoint.Scheme = "9999" },
	"issued: none":                            func(d *ubl.Document) { d.Issued = "" },
	"issued: other order":                     func(d *ubl.Document) { d.Issued = "11/01/2027" },
	"due: no such day":                        func(d *ubl.Document) { d.Due = "2027-02-29" },
	"due: neither day nor terms":              func(d *ubl.Document) { d.Due, d.Terms = "", "" },
	"due: of a credit note":                   func(d *ubl.Document) { *d = credited(*d); d.Due = "2027-02-28" },
	"delivered: no day":                       func(d *ubl.Document) { d.Delivered = "soon" },
	"from: year nought":                       func(d *ubl.Document) { d.From = "0000-01-01" },
	"to: before the beginning":                func(d *ubl.Document) { d.To = "2027-01-17" },
	"credits: of an invoice":                  func(d *ubl.Document) { d.Credits.Number = "INV-1" },
	"credits: nothing":                        func(d *ubl.Document) { *d = credited(*d); d.Credits = ubl.Credits{} },
	"credits: no date":                        func(d *ubl.Document) { *d = credited(*d); d.Credits.Issued = "" },
	"credits.issued: no day":                  func(d *ubl.Document) { *d = credited(*d); d.Credits.Issued = "today" },
	"payment.sort_code: dashes":               func(d *ubl.Document) { d.Payment.SortCode = "08-99-99" },
	"payment.account: too short":              func(d *ubl.Document) { d.Payment.Account = "6637495" },
	"payment.name: none":                      func(d *ubl.Document) { d.Payment.Name = "" },
	"lines: none":                             func(d *ubl.Document) { d.Lines = nil },
	"lines: too many":                         func(d *ubl.Document) { d.Lines = make([]ubl.Line, 1_001) },
	"lines[1].vat: outside VAT beside VAT":    func(d *ubl.Document) { *d = in(*d, vats[3]); d.Lines[1].VAT = ubl.VAT{Category: ubl.Zero} },
	"lines[0].name: none":                     func(d *ubl.Document) { d.Lines[0].Name = "" },
	"lines[1].quantity: none":                 func(d *ubl.Document) { d.Lines[1].Quantity = 0 },
	"lines[1].quantity: too many":             func(d *ubl.Document) { d.Lines[1].Quantity = 1_000_001 },
	"lines[1].price: negative":                func(d *ubl.Document) { d.Lines[1].Price = -1 },
	"lines[1].price: overflow":                func(d *ubl.Document) { d.Lines[1].Price = 1 << 62 },
	"lines[0].discount: more than the price":  func(d *ubl.Document) { d.Lines[0].Discount.Amount = 2_100_001 },
	"lines[0].discount: no reason":            func(d *ubl.Document) { d.Lines[0].Discount.Reason = "" },
	"lines[1].discount: a reason for nothing": func(d *ubl.Document) { d.Lines[1].Discount.Reason = "Kindness" },
	"lines[0].discount: negative":             func(d *ubl.Document) { d.Lines[0].Discount.Amount = -1 },
	"lines[0].net: a penny off":               func(d *ubl.Document) { d.Lines[0].Net++ },
	"lines[0].order_line: no order":           func(d *ubl.Document) { d.Order = "" },
	"lines[0].from: no day":                   func(d *ubl.Document) { d.Lines[0].From = "Monday" },
	"lines[0].from: before the invoice's":     func(d *ubl.Document) { d.Lines[0].From = "2027-01-17" },
	"lines[0].from: after the invoice's":      func(d *ubl.Document) { d.Lines[0].To = "2027-11-27" },
	"lines[0].to: before it begins":           func(d *ubl.Document) { d.Lines[0].To = "2027-01-17" },
	"lines[0].vat: no category":               func(d *ubl.Document) { d.Lines[0].VAT.Category = "" },
	"lines[0].vat: standard without a rate":   func(d *ubl.Document) { d.Lines[0].VAT.Percent = 0 },
	"lines[0].vat: more than all":             func(d *ubl.Document) { d.Lines[0].VAT.Percent = 101 },
	"lines[0].vat: zero with a rate":          func(d *ubl.Document) { d.Lines[0].VAT.Category = ubl.Zero },
	"lines[0].vat: standard with a reason":    func(d *ubl.Document) { d.Lines[0].VAT.Reason = "None" },
	"lines[0].vat: exempt without a reason":   func(d *ubl.Document) { *d = in(*d, ubl.VAT{Category: ubl.Exempt}) },
	"lines[1].vat: two reasons":               func(d *ubl.Document) { *d = in(*d, vats[2]); d.Lines[1].VAT.Reason = "Another" },
	"lines[0].vat: exempt, not registered":    func(d *ubl.Document) { *d = in(*d, vats[2]); d.Supplier.VAT = "" },
	"lines[0].vat: outside, registered":       func(d *ubl.Document) { *d = in(*d, vats[3]); d.Supplier.VAT = "GB123456789" },
	"lines[0].vat: outside, buyer's number":   func(d *ubl.Document) { *d = in(*d, vats[3]); d.Buyer.VAT = "GB654973002" },
	"lines[0].vat: outside, by its endpoint":  func(d *ubl.Document) { *d = in(*d, vats[3]); d.Supplier.Endpoint = team().Supplier.Endpoint },
	"total: a penny off":                      func(d *ubl.Document) { d.Total-- },
	"prepaid: more than the total":            func(d *ubl.Document) { d.Prepaid = d.Total + 1 },
	"prepaid: negative":                       func(d *ubl.Document) { d.Prepaid = -1 },
}

func TestWhatIsWrongIsRefusedByItsField(t *testing.T) {
	t.Parallel()
	for name, spoil := range wrong {
		d := team()
		spoil(&d)
		field, _, _ := strings.Cut(name, ":")
		body, err := d.XML()
		refusal := failure.Of(err)
		if body != nil || refusal == nil || refusal.Kind != failure.Invalid || refusal.Fields[field] == "" {
			t.Errorf("%s: %v, %+v", name, err, refusal)
		}
	}
}

func TestVATIsRoundedOncePerRateHalfAPennyUp(t *testing.T) {
	t.Parallel()
	body := string(write(t, mixed(team()))) // 20% of 20.03 is 4.006, not 2.00 and 2.00; 5% of 1.23 is 6.15 pence
	for _, want := range []string{
		`<cbc:TaxableAmount currencyID="GBP">20.03</cbc:TaxableAmount>` + "\n      " + `<cbc:TaxAmount currencyID="GBP">4.01</cbc:TaxAmount>`,
		`<cbc:TaxableAmount currencyID="GBP">1.23</cbc:TaxableAmount>` + "\n      " + `<cbc:TaxAmount currencyID="GBP">0.06</cbc:TaxAmount>`,
		`<cbc:TaxInclusiveAmount currencyID="GBP">361.69</cbc:TaxInclusiveAmount>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("there is no %s in\n%s", want, body)
		}
	}
	d := team()
	d.Lines = []ubl.Line{{Name: "A pen", Quantity: 1, Price: 2_50, Net: 2_50, VAT: ubl.VAT{Category: ubl.Standard, Percent: 5}}}
	d.Prepaid, d.Total = 0, 2_63 // 12.5 pence
	write(t, d)
}

func TestTheBestEndpointIsTheGLNThenTheVATNumberThenTheMail(t *testing.T) {
	t.Parallel()
	for want, got := range map[ubl.Endpoint]ubl.Endpoint{
		{Scheme: ubl.GLN, ID: "9520000001018"}: ubl.EndpointOf("9520000001018", "GB654973002", "a@b.example"),
		{Scheme: ubl.VATGB, ID: "GB654973002"}: ubl.EndpointOf("", "GB654973002", "a@b.example"),
		{Scheme: ubl.Mail, ID: "a@b.example"}:  ubl.EndpointOf("", "", "a@b.example"),
	} {
		if got != want {
			t.Errorf("%v, not %v", got, want)
		}
	}
}

func TestAnAddressIsInTheUnitedKingdomUnlessItSaysOtherwise(t *testing.T) {
	t.Parallel()
	for country, want := range map[string]string{"": ">GB<", "IE": ">IE<"} {
		d := team()
		d.Buyer.Address.Country = country
		_, buyer, _ := strings.Cut(string(write(t, d)), "<cac:AccountingCustomerParty>")
		if !strings.Contains(buyer, "IdentificationCode"+want) {
			t.Errorf("%q is written as\n%s", country, buyer)
		}
	}
}
