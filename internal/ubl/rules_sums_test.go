package ubl_test

import "strings"

// in100 is an amount in whole pence, so that no fraction is compared.
func in100(path string) string { return "round(number(" + path + ") * 100)" }

func sum100(path string) string { return "round(sum(" + path + ") * 100)" }

// to2 says that an amount has at most two decimals.
func to2(path string) string { return "string-length(substring-after(" + path + ", '.')) <= 2" }

const (
	lineNets  = "//cac:InvoiceLine/cbc:LineExtensionAmount | //cac:CreditNoteLine/cbc:LineExtensionAmount"
	taxAmount = "/*/cac:TaxTotal/cbc:TaxAmount"
	percent   = "cac:TaxCategory/cbc:Percent"
)

var sumRules = []rule{
	{"BR-CO-10", monetary, in100("cbc:LineExtensionAmount") + " = " + sum100(lineNets)},
	{"BR-CO-13", monetary, in100("cbc:TaxExclusiveAmount") + " = " + in100("cbc:LineExtensionAmount")}, // no allowance on the whole document
	{"BR-CO-14", "/*/cac:TaxTotal", in100("cbc:TaxAmount") + " = " + sum100("cac:TaxSubtotal/cbc:TaxAmount")},
	{"BR-CO-15", monetary, in100("cbc:TaxInclusiveAmount") + " = " + in100("cbc:TaxExclusiveAmount") + " + " + in100(taxAmount)},
	{"BR-CO-16", monetary, in100("cbc:PayableAmount") + " = " + in100("cbc:TaxInclusiveAmount") + " - " + sum100("cbc:PrepaidAmount")},
	{"BR-CO-17", row + "[" + percent + "]", in100("cbc:TaxAmount") + " = round(number(cbc:TaxableAmount) * number(" + percent + "))"},
	{"BR-DEC-09", monetary, to2("cbc:LineExtensionAmount")},
	{"BR-DEC-12", monetary, to2("cbc:TaxExclusiveAmount")},
	{"BR-DEC-13", root, to2("cac:TaxTotal/cbc:TaxAmount")},
	{"BR-DEC-14", monetary, to2("cbc:TaxInclusiveAmount")},
	{"BR-DEC-16", monetary, to2("cbc:PrepaidAmount")},
	{"BR-DEC-18", monetary, to2("cbc:PayableAmount")},
	{"BR-DEC-19", row, to2("cbc:TaxableAmount")},
	{"BR-DEC-20", row, to2("cbc:TaxAmount")},
	{"BR-DEC-23", line, to2("cbc:LineExtensionAmount")},
	{"BR-DEC-24", discount, to2("cbc:Amount")},
}

// vatRules are the rules that S, Z and E each have. BR-S-08 is by rate.
func vatRules() []rule {
	var all []rule
	for _, category := range []string{"S", "Z", "E"} {
		rate, tax, reason := "number(cbc:Percent) = 0", in100("../cbc:TaxAmount")+" = 0", "not(cbc:TaxExemptionReason) and not(cbc:TaxExemptionReasonCode)"
		rows := " = 1"
		switch category {
		case "S":
			rate, rows = "number(cbc:Percent) > 0", " > 0"
			tax = in100("../cbc:TaxAmount") + " = round(number(../cbc:TaxableAmount) * number(cbc:Percent))"
		case "E":
			reason = "cbc:TaxExemptionReason or cbc:TaxExemptionReasonCode"
		}
		written := strings.NewReplacer("?", category)
		onLine, inRow := written.Replace("//cac:ClassifiedTaxCategory[cbc:ID = '?']"), written.Replace(row+"/cac:TaxCategory[cbc:ID = '?']")
		ofRow := "[cac:Item/cac:ClassifiedTaxCategory/cbc:ID = '" + category + "'][number(cac:Item/cac:ClassifiedTaxCategory/cbc:Percent) = %]/cbc:LineExtensionAmount"
		all = append(all,
			rule{"BR-" + category + "-01", root + "[" + onLine + "]", "count(" + inRow + ")" + rows},
			rule{"BR-" + category + "-02", root + "[" + onLine + "]", "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"},
			rule{"BR-" + category + "-05", onLine, rate},
			rule{"BR-" + category + "-08", inRow, byRate(ofRow)},
			rule{"BR-" + category + "-09", inRow, tax},
			rule{"BR-" + category + "-10", inRow, reason},
		)
	}
	return all
}

// byRate compares the taxable amount of a row with its lines at each rate that the United Kingdom has.
func byRate(ofRow string) string {
	var rates []string
	for _, rate := range []string{"0", "5", "20"} {
		at := strings.ReplaceAll(ofRow, "%", rate)
		rates = append(rates, "(number(cbc:Percent) = "+rate+" and "+in100("../cbc:TaxableAmount")+" = "+
			sum100("/*/cac:InvoiceLine"+at+" | /*/cac:CreditNoteLine"+at)+")")
	}
	return strings.Join(rates, " or ")
}

const (
	outside     = "//cac:ClassifiedTaxCategory[cbc:ID = 'O']"
	outsideRow  = row + "/cac:TaxCategory[cbc:ID = 'O']"
	outsideNets = "[cac:Item/cac:ClassifiedTaxCategory/cbc:ID = 'O']/cbc:LineExtensionAmount"
)

var outsideRules = []rule{
	{"BR-O-01", root + "[" + outside + "]", "count(" + outsideRow + ") = 1"},
	{"BR-O-02", root + "[" + outside + "]", "not(//cac:PartyTaxScheme[cac:TaxScheme/cbc:ID = 'VAT']/cbc:CompanyID)"},
	{"BR-O-05", outside, "not(cbc:Percent)"},
	{"BR-O-08", outsideRow, in100("../cbc:TaxableAmount") + " = " + sum100("/*/cac:InvoiceLine"+outsideNets+" | /*/cac:CreditNoteLine"+outsideNets)},
	{"BR-O-09", outsideRow, in100("../cbc:TaxAmount") + " = 0"},
	{"BR-O-10", outsideRow, "cbc:TaxExemptionReason or cbc:TaxExemptionReasonCode"},
	{"BR-O-11", root + "[" + outsideRow + "]", "count(" + row + "/cac:TaxCategory[cbc:ID != 'O']) = 0"},
	{"BR-O-12", root + "[" + outsideRow + "]", "count(//cac:ClassifiedTaxCategory[cbc:ID != 'O']) = 0"},
}
