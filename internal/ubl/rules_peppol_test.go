package ubl_test

import (
	"fmt"
	"strings"
)

// weighted is the sum of the digits of a GLN, which weigh 1 and 3 in turn.
func weighted() string {
	var digits []string
	for i := range 13 {
		digits = append(digits, fmt.Sprintf("%d * number(substring(normalize-space(.), %d, 1))", 1+i%2*2, i+1))
	}
	return strings.Join(digits, " + ")
}

const (
	anyCharge = "//cac:AllowanceCharge"
	amounts   = "//*[@currencyID]"
	dates     = "//cbc:IssueDate | //cbc:DueDate | //cbc:StartDate | //cbc:EndDate | //cbc:ActualDeliveryDate"
	currency  = "AED AUD CAD CHF DKK EUR GBP ISK JPY NOK NZD SEK USD"
)

var syntaxRules = []rule{
	{"UBL-SR-05", root, "count(cac:PaymentTerms/cbc:Note) <= 1"},
	{"UBL-SR-06", "/*/cac:BillingReference", "count(cac:InvoiceDocumentReference) <= 1"},
	{"UBL-SR-08", root, "count(cac:InvoicePeriod) <= 1"},
	{"UBL-SR-12", root, "count(cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme[cac:TaxScheme/cbc:ID = 'VAT']/cbc:CompanyID) <= 1"},
	{"UBL-SR-16", root, "count(cac:AccountingCustomerParty/cac:Party/cac:PartyIdentification/cbc:ID) <= 1"},
	{"UBL-SR-24", root, "count(cac:Delivery) <= 1"},
	{"UBL-SR-26", means, "count(cbc:PaymentID) <= 1"},
	{"UBL-SR-30", anyCharge, "count(cbc:AllowanceChargeReason) <= 1"},
	{"UBL-SR-32", row, "count(cac:TaxCategory/cbc:TaxExemptionReason) <= 1"},
	{"UBL-SR-34", line, "count(cbc:Note) <= 1"},
	{"UBL-SR-35", line, "count(cac:OrderLineReference/cbc:LineID) <= 1"},
	{"UBL-SR-36", line, "count(cac:InvoicePeriod) <= 1"},
	{"UBL-SR-40", root, "count(cac:AccountingCustomerParty/cac:Party/cac:PartyName/cbc:Name) <= 1"},
	{"UBL-SR-48", line, "count(cac:Item/cac:ClassifiedTaxCategory) = 1"},
	{"UBL-SR-50", line, "count(cac:Item/cbc:Description) <= 1"},
	{"UBL-SR-51", "//cac:PostalAddress", "count(cac:AddressLine) <= 1"},
	{"UBL-SR-53", "//cac:PartyTaxScheme", "cac:TaxScheme/cbc:ID and cbc:CompanyID"},
	{"UBL-DT-01", "//cbc:Amount | //cbc:TaxAmount | //cbc:TaxableAmount | //cbc:LineExtensionAmount", to2(".")},
}

var peppolRules = []rule{
	{"PEPPOL-EN16931-R001", root, "cbc:ProfileID"},
	{"PEPPOL-EN16931-R002", root, "count(cbc:Note) <= 1"},
	{"PEPPOL-EN16931-R003", root, "cbc:BuyerReference or cac:OrderReference/cbc:ID"},
	{"PEPPOL-EN16931-R004", root, "normalize-space(cbc:CustomizationID) = 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0'"},
	{"PEPPOL-EN16931-R007", root, "normalize-space(cbc:ProfileID) = 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0'"},
	{"PEPPOL-EN16931-R008", "//*[not(*)]", "normalize-space(.) != ''"},
	{"PEPPOL-EN16931-R010", buyer, "cbc:EndpointID"},
	{"PEPPOL-EN16931-R020", seller, "cbc:EndpointID"},
	{"PEPPOL-EN16931-R041", anyCharge, "not(cbc:MultiplierFactorNumeric) or cbc:BaseAmount"},
	{"PEPPOL-EN16931-R042", anyCharge, "not(cbc:BaseAmount) or cbc:MultiplierFactorNumeric"},
	{"PEPPOL-EN16931-R043", anyCharge, "normalize-space(cbc:ChargeIndicator) = 'true' or normalize-space(cbc:ChargeIndicator) = 'false'"},
	{"PEPPOL-EN16931-R051", amounts, "@currencyID = /*/cbc:DocumentCurrencyCode"},
	{"PEPPOL-EN16931-R053", root, "count(cac:TaxTotal[cac:TaxSubtotal]) = 1"},
	{"PEPPOL-EN16931-R054", root, "count(cac:TaxTotal[not(cac:TaxSubtotal)]) = count(cbc:TaxCurrencyCode)"},
	{
		"PEPPOL-EN16931-R110", "/*[cac:InvoicePeriod/cbc:StartDate]/*/cac:InvoicePeriod/cbc:StartDate",
		"number(translate(., '-', '')) >= number(translate(/*/cac:InvoicePeriod/cbc:StartDate, '-', ''))",
	},
	{
		"PEPPOL-EN16931-R111", "/*[cac:InvoicePeriod/cbc:EndDate]/*/cac:InvoicePeriod/cbc:EndDate",
		"number(translate(., '-', '')) <= number(translate(/*/cac:InvoicePeriod/cbc:EndDate, '-', ''))",
	},
	{
		"PEPPOL-EN16931-R120", line, in100("cbc:LineExtensionAmount") +
			" = round(sum(cbc:InvoicedQuantity | cbc:CreditedQuantity) * number(cac:Price/cbc:PriceAmount) * 100) - " + sum100("cac:AllowanceCharge/cbc:Amount"),
	}, // the official rule allows two pence
	{"PEPPOL-COMMON-R040", "//*[@schemeID = '0088']", "string-length(translate(., '0123456789', '')) = 0 and (" + weighted() + ") mod 10 = 0"},
	{"PEPPOL-EN16931-P0100", "//cbc:InvoiceTypeCode", listed(".", "71 80 82 84 102 218 219 331 380 382 383 386 388 393 395 553 575 623 780 817 870 875 876 877")},
	{"PEPPOL-EN16931-P0101", "//cbc:CreditNoteTypeCode", listed(".", "381 396 81 83 532")},
	{"PEPPOL-EN16931-P0105", "//cac:TaxCategory[cbc:TaxExemptionReasonCode = 'VATEX-EU-O']", "normalize-space(cbc:ID) = 'O'"},
	{
		"PEPPOL-EN16931-CL002", "//cac:AllowanceCharge[cbc:ChargeIndicator = 'false']/cbc:AllowanceChargeReasonCode",
		listed(".", "41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105"),
	},
	{"PEPPOL-EN16931-CL007", amounts, listed("@currencyID", currency)},
	{"PEPPOL-EN16931-CL008", "//cbc:EndpointID[@schemeID]", listed("@schemeID", "0060 0088 9932")},
	{"PEPPOL-EN16931-F001", dates, "string-length(.) = 10 and translate(., '0123456789', 'dddddddddd') = 'dddd-dd-dd'"},
}
