package ubl_test

// The rules of EN 16931-1, as CEN's validation artefacts for UBL state them, and those that Peppol BIS Billing 3.0 adds: the
// ones that can apply to a document with our elements, written anew in XPath 1.0. Where theirs allow a difference of a
// penny or two, these allow none. A code list is given as far as a British document can need it.

const (
	root     = "/*"
	seller   = "/*/cac:AccountingSupplierParty/cac:Party"
	buyer    = "/*/cac:AccountingCustomerParty/cac:Party"
	line     = "/*/cac:InvoiceLine | /*/cac:CreditNoteLine"
	monetary = "/*/cac:LegalMonetaryTotal"
	row      = "/*/cac:TaxTotal/cac:TaxSubtotal"
	discount = "//cac:InvoiceLine/cac:AllowanceCharge | //cac:CreditNoteLine/cac:AllowanceCharge"
	means    = "/*/cac:PaymentMeans"
	inOrder  = "not(cbc:StartDate) or not(cbc:EndDate) or translate(cbc:EndDate, '-', '') >= translate(cbc:StartDate, '-', '')"
	oneDate  = "cbc:StartDate or cbc:EndDate"
)

func filled(path string) string { return "normalize-space(" + path + ") != ''" }

func listed(value, list string) string {
	return "contains(' " + list + " ', concat(' ', normalize-space(" + value + "), ' ')) and not(contains(normalize-space(" + value + "), ' '))"
}

var coreRules = []rule{
	{"BR-01", root, filled("cbc:CustomizationID")},
	{"BR-02", root, filled("cbc:ID")},
	{"BR-03", root, filled("cbc:IssueDate")},
	{"BR-04", root, "normalize-space(cbc:InvoiceTypeCode) != '' or normalize-space(cbc:CreditNoteTypeCode) != ''"},
	{"BR-05", root, filled("cbc:DocumentCurrencyCode")},
	{"BR-06", root, filled("cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName")},
	{"BR-07", root, filled("cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName")},
	{"BR-08", root, "cac:AccountingSupplierParty/cac:Party/cac:PostalAddress"},
	{"BR-09", seller + "/cac:PostalAddress", filled("cac:Country/cbc:IdentificationCode")},
	{"BR-10", root, "cac:AccountingCustomerParty/cac:Party/cac:PostalAddress"},
	{"BR-11", buyer + "/cac:PostalAddress", filled("cac:Country/cbc:IdentificationCode")},
	{"BR-12", monetary, "cbc:LineExtensionAmount"},
	{"BR-13", monetary, "cbc:TaxExclusiveAmount"},
	{"BR-14", monetary, "cbc:TaxInclusiveAmount"},
	{"BR-15", monetary, "cbc:PayableAmount"},
	{"BR-16", root, "cac:InvoiceLine or cac:CreditNoteLine"},
	{"BR-21", line, filled("cbc:ID")},
	{"BR-22", line, "cbc:InvoicedQuantity or cbc:CreditedQuantity"},
	{"BR-23", line, "cbc:InvoicedQuantity/@unitCode or cbc:CreditedQuantity/@unitCode"},
	{"BR-24", line, "cbc:LineExtensionAmount"},
	{"BR-25", line, filled("cac:Item/cbc:Name")},
	{"BR-26", line, "cac:Price/cbc:PriceAmount"},
	{"BR-27", line, "number(cac:Price/cbc:PriceAmount) >= 0"},
	{"BR-29", "/*/cac:InvoicePeriod", inOrder},
	{"BR-30", "//cac:InvoiceLine/cac:InvoicePeriod | //cac:CreditNoteLine/cac:InvoicePeriod", inOrder},
	{"BR-41", discount, "cbc:Amount"},
	{"BR-42", discount, "cbc:AllowanceChargeReason or cbc:AllowanceChargeReasonCode"},
	{"BR-45", row, "cbc:TaxableAmount"},
	{"BR-46", row, "cbc:TaxAmount"},
	{"BR-47", row, "cac:TaxCategory[cac:TaxScheme/cbc:ID = 'VAT']/cbc:ID"},
	{"BR-48", row, "cac:TaxCategory/cbc:Percent or cac:TaxCategory/cbc:ID = 'O'"},
	{"BR-49", means, "cbc:PaymentMeansCode"},
	{"BR-50", means + "[cbc:PaymentMeansCode = '30']/cac:PayeeFinancialAccount", filled("cbc:ID")},
	{"BR-55", "/*/cac:BillingReference", "cac:InvoiceDocumentReference/cbc:ID"},
	{"BR-61", means + "[cbc:PaymentMeansCode = '30']", "cac:PayeeFinancialAccount/cbc:ID"},
	{"BR-62", seller + "/cbc:EndpointID", "@schemeID"},
	{"BR-63", buyer + "/cbc:EndpointID", "@schemeID"},
	{"BR-CO-04", line, "cac:Item/cac:ClassifiedTaxCategory[cac:TaxScheme/cbc:ID = 'VAT']/cbc:ID"},
	{"BR-CO-09", "//cac:PartyTaxScheme[cac:TaxScheme/cbc:ID = 'VAT']", listed("substring(cbc:CompanyID, 1, 2)", "GB XI IE IM FR DE")},
	{"BR-CO-18", root, "cac:TaxTotal/cac:TaxSubtotal"},
	{"BR-CO-19", "/*/cac:InvoicePeriod", oneDate},
	{"BR-CO-20", "//cac:InvoiceLine/cac:InvoicePeriod | //cac:CreditNoteLine/cac:InvoicePeriod", oneDate},
	{"BR-CO-23", discount, "cbc:AllowanceChargeReason or cbc:AllowanceChargeReasonCode"},
	{"BR-CO-25", "/inv:Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount", "number(.) <= 0 or /*/cbc:DueDate or /*/cac:PaymentTerms/cbc:Note"},
	{
		"BR-CO-26", seller,
		"cac:PartyTaxScheme[cac:TaxScheme/cbc:ID = 'VAT']/cbc:CompanyID or cac:PartyIdentification/cbc:ID or cac:PartyLegalEntity/cbc:CompanyID",
	},
	{"BR-CL-01", "/*/cbc:InvoiceTypeCode | /*/cbc:CreditNoteTypeCode", listed(".", "380 381")},
	{"BR-CL-04", "/*/cbc:DocumentCurrencyCode", listed(".", "GBP")},
	{"BR-CL-14", "//cac:Country/cbc:IdentificationCode", listed(".", "GB IE IM JE GG FR DE")},
	{"BR-CL-16", means + "/cbc:PaymentMeansCode", listed(".", "30")},
	{"BR-CL-17", row + "/cac:TaxCategory/cbc:ID", listed(".", "AE L M E S Z G O K B")},
	{"BR-CL-18", "//cac:ClassifiedTaxCategory/cbc:ID", listed(".", "AE L M E S Z G O K B")},
	{"BR-CL-19", "//cac:AllowanceCharge/cbc:AllowanceChargeReasonCode", listed(".", "41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105")},
	{"BR-CL-22", "//cbc:TaxExemptionReasonCode", listed(".", "VATEX-EU-AE VATEX-EU-D VATEX-EU-F VATEX-EU-G VATEX-EU-I VATEX-EU-IC VATEX-EU-J VATEX-EU-O")},
	{"BR-CL-23", "//cbc:InvoicedQuantity | //cbc:CreditedQuantity", listed("@unitCode", "C62 EA DAY HUR")},
	{"BR-CL-25", "//cbc:EndpointID", listed("@schemeID", "0060 0088 9932 EM AN AQ AS AU")},
}
