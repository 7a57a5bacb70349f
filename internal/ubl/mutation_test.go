package ubl_test

import (
	"bytes"
	"regexp"
	"slices"
	"testing"

	"bursar/internal/ubl"
)

// change breaks a document: the first match of the pattern becomes something else.
type change struct {
	rule, pattern, with string
}

// apply makes the change; the pattern's dot is any character.
func (c change) apply(t *testing.T, body []byte) []byte {
	t.Helper()
	at := regexp.MustCompile("(?s)" + c.pattern).FindIndex(body)
	if at == nil {
		t.Fatalf("%s: nothing matches %s", c.rule, c.pattern)
	}
	return slices.Concat(body[:at[0]], []byte(c.with), body[at[1]:])
}

const (
	first  = `<cac:InvoiceLine>`
	period = `<cac:InvoicePeriod><cbc:StartDate>2027-01-18</cbc:StartDate></cac:InvoicePeriod>`
)

// changes break one rule each, in an invoice with standard VAT.
var changes = []change{
	{"BR-01", `<cbc:CustomizationID>.*?</cbc:CustomizationID>`, ""},
	{"BR-02", `<cbc:ID>INV-2027-0042</cbc:ID>`, ""},
	{"BR-03", `<cbc:IssueDate>.*?</cbc:IssueDate>`, ""},
	{"BR-04", `<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>`, ""},
	{"BR-05", `<cbc:DocumentCurrencyCode>GBP</cbc:DocumentCurrencyCode>`, ""},
	{"BR-06", `<cbc:RegistrationName>Lantern Training CIC</cbc:RegistrationName>`, ""},
	{"BR-07", `<cbc:RegistrationName>Westermoor.*?</cbc:RegistrationName>`, ""},
	{"BR-08", `<cac:PostalAddress>.*?</cac:PostalAddress>`, ""},
	{"BR-09", `<cbc:IdentificationCode>GB</cbc:IdentificationCode>`, ""},
	{"BR-10", `<cac:PostalAddress>\s*<cbc:StreetName>QX1.*?</cac:PostalAddress>`, ""},
	{"BR-11", `LS11 1HP</cbc:PostalZone>.*?</cac:Country>`, "</cbc:PostalZone>"},
	{"BR-12", `<cbc:LineExtensionAmount currencyID="GBP">19233.33</cbc:LineExtensionAmount>`, ""},
	{"BR-13", `<cbc:TaxExclusiveAmount.*?</cbc:TaxExclusiveAmount>`, ""},
	{"BR-14", `<cbc:TaxInclusiveAmount.*?</cbc:TaxInclusiveAmount>`, ""},
	{"BR-15", `<cbc:PayableAmount.*?</cbc:PayableAmount>`, ""},
	{"BR-16", `<cac:InvoiceLine>.*</cac:InvoiceLine>`, ""},
	{"BR-21", first + `\s*<cbc:ID>1</cbc:ID>`, first},
	{"BR-22", `<cbc:InvoicedQuantity.*?</cbc:InvoicedQuantity>`, ""},
	{"BR-23", ` unitCode="C62"`, ""},
	{"BR-24", `<cbc:LineExtensionAmount currencyID="GBP">18900.00</cbc:LineExtensionAmount>`, ""},
	{"BR-25", `<cbc:Name>Foundation.*?</cbc:Name>`, ""},
	{"BR-26", `<cbc:PriceAmount.*?</cbc:PriceAmount>`, ""},
	{"BR-27", `4200.00</cbc:PriceAmount>`, "-4200.00</cbc:PriceAmount>"},
	{"BR-29", `<cbc:EndDate>2027-11-26`, "<cbc:EndDate>2027-01-17"},
	{"BR-30", `CC-7781</cbc:AccountingCost>.*?2027-11-26`, "</cbc:AccountingCost><cac:InvoicePeriod><cbc:StartDate>2027-01-18</cbc:StartDate><cbc:EndDate>2027-01-17"},
	{"BR-41", `<cbc:Amount .*?</cbc:Amount>`, ""},
	{"BR-42", `<cbc:AllowanceChargeReasonCode>.*</cbc:AllowanceChargeReason>`, ""},
	{"BR-45", `<cbc:TaxableAmount.*?</cbc:TaxableAmount>`, ""},
	{"BR-46", `</cbc:TaxableAmount>\s*<cbc:TaxAmount.*?</cbc:TaxAmount>`, "</cbc:TaxableAmount>"},
	{"BR-47", `<cac:TaxCategory>\s*<cbc:ID>S</cbc:ID>`, "<cac:TaxCategory>"},
	{"BR-48", `<cbc:Percent>20</cbc:Percent>`, ""},
	{"BR-49", `<cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>`, ""},
	{"BR-50", `<cbc:ID>66374958</cbc:ID>`, ""},
	{"BR-61", `<cac:PayeeFinancialAccount>.*?</cac:PayeeFinancialAccount>`, ""},
	{"BR-62", ` schemeID="9932"`, ""},
	{"BR-63", ` schemeID="0088"`, ""},
	{"BR-CO-04", `<cac:ClassifiedTaxCategory>\s*<cbc:ID>S</cbc:ID>`, "<cac:ClassifiedTaxCategory>"},
	{"BR-CO-09", `<cbc:CompanyID>GB123456789`, "<cbc:CompanyID>123456789"},
	{"BR-CO-10", `GBP">19233.33</cbc:LineExt`, `GBP">19233.34</cbc:LineExt`},
	{"BR-CO-13", `GBP">19233.33</cbc:TaxExcl`, `GBP">19233.34</cbc:TaxExcl`},
	{"BR-CO-14", `3846.67`, "3846.66"},
	{"BR-CO-15", `GBP">23080.00</cbc:TaxIncl`, `GBP">23080.01</cbc:TaxIncl`},
	{"BR-CO-16", `GBP">22080.00</cbc:Payable`, `GBP">23080.00</cbc:Payable`},
	{"BR-CO-17", `</cbc:TaxableAmount>(\s*)<cbc:TaxAmount currencyID="GBP">3846.67`, `</cbc:TaxableAmount><cbc:TaxAmount currencyID="GBP">3846.66`},
	{"BR-CO-18", `<cac:TaxSubtotal>.*?</cac:TaxSubtotal>`, ""},
	{"BR-CO-19", `<cac:InvoicePeriod>.*?</cac:InvoicePeriod>`, "<cac:InvoicePeriod/>"},
	{"BR-CO-20", `CC-7781</cbc:AccountingCost>.*?</cac:InvoicePeriod>`, "</cbc:AccountingCost><cac:InvoicePeriod/>"},
	{"BR-CO-23", `<cbc:AllowanceChargeReasonCode>.*</cbc:AllowanceChargeReason>`, ""},
	{"BR-CO-25", `<cbc:DueDate>.*?</cbc:DueDate>(.*)<cac:PaymentTerms>.*?</cac:PaymentTerms>`, ""},
	{"BR-CO-26", `<cac:PartyTaxScheme>.*?<cbc:CompanyID>09520001</cbc:CompanyID>`, "<cac:PartyLegalEntity>"},
	{"BR-CL-01", `<cbc:InvoiceTypeCode>380`, "<cbc:InvoiceTypeCode>999"},
	{"BR-CL-04", `Code>GBP`, "Code>PND"},
	{"BR-CL-14", `<cbc:IdentificationCode>GB`, "<cbc:IdentificationCode>UK"},
	{"BR-CL-16", `<cbc:PaymentMeansCode>30`, "<cbc:PaymentMeansCode>300"},
	{"BR-CL-17", `<cac:TaxCategory>\s*<cbc:ID>S`, "<cac:TaxCategory><cbc:ID>X"},
	{"BR-CL-18", `<cac:ClassifiedTaxCategory>\s*<cbc:ID>S`, "<cac:ClassifiedTaxCategory><cbc:ID>X"},
	{"BR-CL-19", `ReasonCode>95`, "ReasonCode>96"},
	{"BR-CL-23", `unitCode="C62"`, `unitCode="seat"`},
	{"BR-CL-25", `schemeID="9932"`, `schemeID="GBVAT"`},
	{"BR-DEC-09", `19233.33</cbc:LineExt`, "19233.330</cbc:LineExt"},
	{"BR-DEC-12", `19233.33</cbc:TaxExcl`, "19233.330</cbc:TaxExcl"},
	{"BR-DEC-13", `3846.67`, "3846.670"},
	{"BR-DEC-14", `23080.00</cbc:TaxIncl`, "23080.000</cbc:TaxIncl"},
	{"BR-DEC-16", `1000.00</cbc:Prepaid`, "1000.000</cbc:Prepaid"},
	{"BR-DEC-18", `22080.00</cbc:Payable`, "22080.000</cbc:Payable"},
	{"BR-DEC-19", `19233.33</cbc:Taxable`, "19233.330</cbc:Taxable"},
	{"BR-DEC-20", `3846.67</cbc:TaxAmount>\s*<cac:TaxCat`, "3846.670</cbc:TaxAmount><cac:TaxCat"},
	{"BR-DEC-23", `18900.00</cbc:LineExt`, "18900.000</cbc:LineExt"},
	{"BR-DEC-24", `2100.00</cbc:Amount`, "2100.000</cbc:Amount"},
	{"BR-S-01", `<cac:TaxCategory>\s*<cbc:ID>S`, "<cac:TaxCategory><cbc:ID>Z"},
	{"BR-S-02", `<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>`, ""},
	{"BR-S-05", `<cac:ClassifiedTaxCategory>\s*<cbc:ID>S</cbc:ID>\s*<cbc:Percent>20`, "<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>0"},
	{"BR-S-08", `19233.33</cbc:Taxable`, "19233.32</cbc:Taxable"},
	{"BR-S-09", `3846.67</cbc:TaxAmount>\s*<cac:TaxCat`, "3846.68</cbc:TaxAmount><cac:TaxCat"},
	{"BR-S-10", `<cbc:Percent>20</cbc:Percent>`, "<cbc:Percent>20</cbc:Percent><cbc:TaxExemptionReason>None</cbc:TaxExemptionReason>"},
	{"UBL-SR-05", `</cac:PaymentTerms>`, "</cac:PaymentTerms><cac:PaymentTerms><cbc:Note>At once</cbc:Note></cac:PaymentTerms>"},
	{"UBL-SR-08", `<cac:InvoicePeriod>`, period + "<cac:InvoicePeriod>"},
	{"UBL-SR-12", `<cac:PartyTaxScheme>`, "<cac:PartyTaxScheme><cbc:CompanyID>GB1</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyTaxScheme>"},
	{"UBL-SR-16", `<cac:PartyIdentification>`, "<cac:PartyIdentification><cbc:ID>QX2</cbc:ID></cac:PartyIdentification><cac:PartyIdentification>"},
	{"UBL-SR-24", `<cac:Delivery>`, "<cac:Delivery><cbc:ActualDeliveryDate>2027-01-18</cbc:ActualDeliveryDate></cac:Delivery><cac:Delivery>"},
	{"UBL-SR-26", `<cbc:PaymentID>`, "<cbc:PaymentID>1</cbc:PaymentID><cbc:PaymentID>"},
	{"UBL-SR-30", `<cbc:AllowanceChargeReason>`, "<cbc:AllowanceChargeReason>Two</cbc:AllowanceChargeReason><cbc:AllowanceChargeReason>"},
	{"UBL-SR-34", first + `.*?<cbc:Note>`, first + "<cbc:ID>1</cbc:ID><cbc:Note>1</cbc:Note><cbc:Note>"},
	{"UBL-SR-35", `<cac:OrderLineReference>`, "<cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference><cac:OrderLineReference>"},
	{"UBL-SR-36", `<cac:OrderLineReference>`, period + "<cac:OrderLineReference>"},
	{"UBL-SR-40", `<cac:PartyName>\s*<cbc:Name>West`, "<cac:PartyName><cbc:Name>W</cbc:Name></cac:PartyName><cac:PartyName><cbc:Name>West"},
	{"UBL-SR-48", `<cac:ClassifiedTaxCategory>.*?</cac:ClassifiedTaxCategory>`, ""},
	{"UBL-SR-50", `<cbc:Description>`, "<cbc:Description>1</cbc:Description><cbc:Description>"},
	{"UBL-SR-51", `<cac:AddressLine>`, "<cac:AddressLine><cbc:Line>1</cbc:Line></cac:AddressLine><cac:AddressLine>"},
	{"UBL-SR-53", `<cbc:CompanyID>GB123456789</cbc:CompanyID>`, ""},
	{"UBL-DT-01", `18900.00</cbc:LineExt`, "18900.000</cbc:LineExt"},
	{"PEPPOL-EN16931-R001", `<cbc:ProfileID>.*?</cbc:ProfileID>`, ""},
	{"PEPPOL-EN16931-R002", `<cbc:Note>`, "<cbc:Note>One</cbc:Note><cbc:Note>"},
	{"PEPPOL-EN16931-R003", `<cbc:BuyerReference>.*?</cbc:BuyerReference>(.*?)<cac:OrderReference>.*?</cac:OrderReference>`, ""},
	{"PEPPOL-EN16931-R004", `billing:3.0`, "billing:2.0"},
	{"PEPPOL-EN16931-R007", `billing:01:1.0`, "billing:1:1.0"},
	{"PEPPOL-EN16931-R008", `<cbc:CityName>Leeds`, "<cbc:CityName> "},
	{"PEPPOL-EN16931-R010", `<cbc:EndpointID schemeID="0088">.*?</cbc:EndpointID>`, ""},
	{"PEPPOL-EN16931-R020", `<cbc:EndpointID schemeID="9932">.*?</cbc:EndpointID>`, ""},
	{"PEPPOL-EN16931-R041", `<cbc:Amount `, `<cbc:MultiplierFactorNumeric>10</cbc:MultiplierFactorNumeric><cbc:Amount `},
	{"PEPPOL-EN16931-R042", `2100.00</cbc:Amount>`, `2100.00</cbc:Amount><cbc:BaseAmount currencyID="GBP">21000.00</cbc:BaseAmount>`},
	{"PEPPOL-EN16931-R043", `<cbc:ChargeIndicator>false`, "<cbc:ChargeIndicator>0"},
	{"PEPPOL-EN16931-R051", `currencyID="GBP"`, `currencyID="EUR"`},
	{"PEPPOL-EN16931-R053", `<cac:TaxSubtotal>.*?</cac:TaxSubtotal>`, ""},
	{"PEPPOL-EN16931-R054", `<cac:TaxTotal>`, `<cac:TaxTotal><cbc:TaxAmount currencyID="GBP">0.00</cbc:TaxAmount></cac:TaxTotal><cac:TaxTotal>`},
	{"PEPPOL-EN16931-R110", `<cbc:StartDate>2027-01-18`, "<cbc:StartDate>2027-01-19"},
	{"PEPPOL-EN16931-R111", `<cbc:EndDate>2027-11-26`, "<cbc:EndDate>2027-11-25"},
	{"PEPPOL-EN16931-R120", `unitCode="C62">5`, `unitCode="C62">6`},
	{"PEPPOL-COMMON-R040", `9520000001018`, "9520000001019"},
	{"PEPPOL-EN16931-P0100", `<cbc:InvoiceTypeCode>380`, "<cbc:InvoiceTypeCode>381"},
	{"PEPPOL-EN16931-CL002", `ReasonCode>95`, "ReasonCode>96"},
	{"PEPPOL-EN16931-CL007", `currencyID="GBP"`, `currencyID="PND"`},
	{"PEPPOL-EN16931-CL008", `schemeID="9932"`, `schemeID="EM"`},
	{"PEPPOL-EN16931-F001", `<cbc:IssueDate>2027-01-11`, "<cbc:IssueDate>2027-01-11Z"},
}

const (
	taxRow  = `<cac:TaxCategory>\s*<cbc:ID>`
	onLine  = `<cac:ClassifiedTaxCategory>\s*<cbc:ID>`
	inRow   = "<cac:TaxCategory><cbc:ID>"
	ofLine  = "<cac:ClassifiedTaxCategory><cbc:ID>"
	nothing = `0.00</cbc:TaxAmount>\s*<cac:TaxCategory>`
	penny   = "0.01</cbc:TaxAmount><cac:TaxCategory>"
	number  = "<cac:PartyTaxScheme><cbc:CompanyID>GB1</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity>"
)

// changesOf break the rules of the other documents.
var changesOf = map[string][]change{
	"credit-S-full": {
		{"BR-55", `<cbc:ID>INV-2027-0042</cbc:ID>`, ""},
		{"UBL-SR-06", `<cac:InvoiceDocumentReference>`, "<cac:InvoiceDocumentReference><cbc:ID>1</cbc:ID></cac:InvoiceDocumentReference><cac:InvoiceDocumentReference>"},
		{"PEPPOL-EN16931-P0101", `<cbc:CreditNoteTypeCode>381`, "<cbc:CreditNoteTypeCode>380"},
	},
	"invoice-Z-full": {
		{"BR-Z-01", taxRow + "Z", inRow + "S"},
		{"BR-Z-02", `<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>`, ""},
		{"BR-Z-05", onLine + `Z</cbc:ID>\s*<cbc:Percent>0`, ofLine + "Z</cbc:ID><cbc:Percent>5"},
		{"BR-Z-08", `19233.33</cbc:Taxable`, "19233.32</cbc:Taxable"},
		{"BR-Z-09", nothing, penny},
		{"BR-Z-10", `<cbc:Percent>0</cbc:Percent>`, "<cbc:Percent>0</cbc:Percent><cbc:TaxExemptionReason>None</cbc:TaxExemptionReason>"},
	},
	"invoice-E-full": {
		{"BR-E-01", taxRow + "E", inRow + "Z"},
		{"BR-E-02", `<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>`, ""},
		{"BR-E-05", onLine + `E</cbc:ID>\s*<cbc:Percent>0`, ofLine + "E</cbc:ID><cbc:Percent>5"},
		{"BR-E-08", `19233.33</cbc:Taxable`, "19233.32</cbc:Taxable"},
		{"BR-E-09", nothing, penny},
		{"BR-E-10", `<cbc:TaxExemptionReason>.*?</cbc:TaxExemptionReason>`, ""},
		{"UBL-SR-32", `<cbc:TaxExemptionReason>`, "<cbc:TaxExemptionReason>Two</cbc:TaxExemptionReason><cbc:TaxExemptionReason>"},
	},
	"invoice-O-full": {
		{"BR-O-01", taxRow + "O", inRow + "Z"},
		{"BR-O-02", `<cac:PartyLegalEntity>`, number},
		{"BR-O-05", onLine + `O</cbc:ID>`, ofLine + "O</cbc:ID><cbc:Percent>0</cbc:Percent>"},
		{"BR-O-08", `19233.33</cbc:Taxable`, "19233.32</cbc:Taxable"},
		{"BR-O-09", nothing, penny},
		{"BR-O-10", `<cbc:TaxExemptionReasonCode>.*?</cbc:TaxExemptionReason>`, ""},
		{"BR-O-11", `</cac:TaxSubtotal>`, "</cac:TaxSubtotal><cac:TaxSubtotal><cac:TaxCategory><cbc:ID>Z</cbc:ID></cac:TaxCategory></cac:TaxSubtotal>"},
		{"BR-O-12", onLine + "O", ofLine + "Z"},
		{"BR-CL-22", `VATEX-EU-O`, "VATEX-GB-O"},
		{"PEPPOL-EN16931-P0105", taxRow + "O", inRow + "E"},
	},
}

func TestEveryRuleFailsOnADocumentThatBreaksIt(t *testing.T) {
	t.Parallel()
	law, all := rules(t), documents()
	changesOf := mapWith(changesOf, "invoice-S-full", changes)
	tried := map[string]bool{}
	for name, list := range changesOf {
		body := write(t, all[name])
		for _, c := range list {
			tried[c.rule] = true
			if got := law.broken(t, c.apply(t, body)); !slices.Contains(got, c.rule) {
				t.Errorf("%s stays whole in %s: %v", c.rule, name, got)
			}
		}
	}
	for _, r := range law {
		if !tried[r.id] {
			t.Errorf("%s has never failed", r.id)
		}
	}
}

func mapWith(m map[string][]change, name string, list []change) map[string][]change {
	all := map[string][]change{name: list}
	for k, v := range m {
		all[k] = v
	}
	return all
}

func TestAGLNThatDoesNotCheckIsSeenByTheRulesToo(t *testing.T) {
	t.Parallel()
	law, body := rules(t), write(t, team())
	for digit := range 10 {
		gln := []byte("952000000101" + string(rune('0'+digit)))
		broken := law.broken(t, bytes.Replace(body, []byte("9520000001018"), gln, 1))
		if holds := !slices.Contains(broken, "PEPPOL-COMMON-R040"); holds != ubl.ValidGLN(string(gln)) {
			t.Errorf("%s: the rule holds %v, ValidGLN says %v", gln, holds, ubl.ValidGLN(string(gln)))
		}
	}
}
