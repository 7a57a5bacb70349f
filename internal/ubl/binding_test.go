package ubl_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/antchfx/xmlquery"
)

// binding are the elements of Peppol BIS Billing 3.0, of those that our documents could hold: anything else, though the
// schema of UBL has it, breaks one of the rules UBL-CR-001 to UBL-CR-684.
const binding = `
CustomizationID ProfileID ID IssueDate DueDate InvoiceTypeCode CreditNoteTypeCode Note DocumentCurrencyCode BuyerReference
InvoicePeriod/StartDate InvoicePeriod/EndDate OrderReference/ID
BillingReference/InvoiceDocumentReference/ID BillingReference/InvoiceDocumentReference/IssueDate
?/Party/EndpointID ?/Party/PartyIdentification/ID ?/Party/PartyName/Name
?/Party/PostalAddress/StreetName ?/Party/PostalAddress/AdditionalStreetName ?/Party/PostalAddress/CityName ?/Party/PostalAddress/PostalZone
?/Party/PostalAddress/AddressLine/Line ?/Party/PostalAddress/Country/IdentificationCode
?/Party/PartyTaxScheme/CompanyID ?/Party/PartyTaxScheme/TaxScheme/ID ?/Party/PartyLegalEntity/RegistrationName ?/Party/PartyLegalEntity/CompanyID
?/Party/Contact/Name ?/Party/Contact/Telephone ?/Party/Contact/ElectronicMail
Delivery/ActualDeliveryDate PaymentMeans/PaymentMeansCode PaymentMeans/PaymentID
PaymentMeans/PayeeFinancialAccount/ID PaymentMeans/PayeeFinancialAccount/Name PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID
PaymentTerms/Note TaxTotal/TaxAmount TaxTotal/TaxSubtotal/TaxableAmount TaxTotal/TaxSubtotal/TaxAmount
TaxTotal/TaxSubtotal/TaxCategory/ID TaxTotal/TaxSubtotal/TaxCategory/Percent TaxTotal/TaxSubtotal/TaxCategory/TaxScheme/ID
TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReasonCode TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReason
LegalMonetaryTotal/LineExtensionAmount LegalMonetaryTotal/TaxExclusiveAmount LegalMonetaryTotal/TaxInclusiveAmount
LegalMonetaryTotal/PrepaidAmount LegalMonetaryTotal/PayableAmount
!/ID !/Note !/InvoicedQuantity !/CreditedQuantity !/LineExtensionAmount !/AccountingCost !/InvoicePeriod/StartDate !/InvoicePeriod/EndDate
!/OrderLineReference/LineID !/AllowanceCharge/ChargeIndicator !/AllowanceCharge/AllowanceChargeReasonCode
!/AllowanceCharge/AllowanceChargeReason !/AllowanceCharge/Amount !/Item/Description !/Item/Name
!/Item/ClassifiedTaxCategory/ID !/Item/ClassifiedTaxCategory/Percent !/Item/ClassifiedTaxCategory/TaxScheme/ID !/Price/PriceAmount`

var short = strings.NewReplacer("AccountingSupplierParty/", "?/", "AccountingCustomerParty/", "?/", "InvoiceLine/", "!/", "CreditNoteLine/", "!/")

// leaves are the paths of the elements that hold words, and the names of all attributes.
func leaves(t *testing.T, body []byte) (paths, attributes []string) {
	t.Helper()
	root, err := xmlquery.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range xmlquery.Find(root, "/*//*[not(*)]") {
		path := node.Data
		for above := node.Parent; above.Parent.Type == xmlquery.ElementNode; above = above.Parent {
			path = above.Data + "/" + path
		}
		paths = append(paths, short.Replace(path))
		for _, a := range node.Attr {
			attributes = append(attributes, a.Name.Local)
		}
	}
	return paths, attributes
}

func TestADocumentHoldsOnlyElementsOfPeppolAndEveryOneIsTried(t *testing.T) {
	t.Parallel()
	allowed, used := strings.Fields(binding), map[string]bool{}
	for name, d := range documents() {
		paths, attributes := leaves(t, write(t, d))
		for _, path := range paths {
			used[path] = true
			if !slices.Contains(allowed, path) {
				t.Errorf("%s holds %s", name, path)
			}
		}
		for _, attribute := range attributes {
			if !slices.Contains([]string{"schemeID", "currencyID", "unitCode"}, attribute) { // UBL-DT-08 to 28
				t.Errorf("%s holds an attribute %s", name, attribute)
			}
		}
	}
	for _, path := range allowed {
		if !used[path] {
			t.Errorf("no document holds %s", path)
		}
	}
}
