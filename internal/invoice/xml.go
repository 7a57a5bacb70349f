package invoice

import (
	"cmp"
	"strings"

	"bursar/internal/ubl"
)

// XML is the document as UBL 2.1 by Peppol BIS Billing 3.0. It returns an Invalid failure when the standard cannot express it:
// when neither a purchase order nor anything else of the buyer's is known to refer to, when the supplier has neither a
// company, a charity nor a VAT number, or when VAT counted once on the net cannot give the total.
func (s Snapshot) XML() ([]byte, error) { return s.ubl().XML() }

func (s Snapshot) ubl() ubl.Document {
	d := ubl.Document{
		Kind: ubl.Invoice, Number: s.Number, Issued: s.IssuedOn.String(), Due: s.DueOn.String(), Note: s.VATWording,
		BuyerReference: cmp.Or(s.BuyerReference, s.Buyer.Department, s.Buyer.Contact), Order: s.Order,
		Supplier: s.Supplier.ubl(), Buyer: s.Buyer.ubl(), From: s.SuppliedFrom.String(), To: s.SuppliedTo.String(),
		Payment: ubl.Payment{SortCode: strings.ReplaceAll(s.Supplier.SortCode, "-", ""), Account: s.Supplier.AccountNumber,
			Name: s.Supplier.AccountName, Reference: s.Number},
		Terms: strings.Join(s.Terms, "\n"), Total: int64(s.Total),
	}
	if s.Credits != nil {
		d.Kind, d.Due, d.Payment = ubl.CreditNote, "", ubl.Payment{}
		d.Credits = ubl.Credits{Number: s.Credits.Number, Issued: s.Credits.IssuedOn.String()}
		d.Note = s.Reason + "\n" + s.VATWording
	}
	for _, l := range s.Lines {
		d.Lines = append(d.Lines, l.ubl(s))
	}
	return d
}

func (p Supplier) ubl() ubl.Party {
	return ubl.Party{
		Legal: p.Name, Number: cmp.Or(p.CompanyNumber, p.CharityNumber), VAT: p.VATNumber, Endpoint: ubl.EndpointOf("", p.VATNumber, p.Email),
		Address: ubl.Address{Lines: addressLines(p.Address), City: p.City, Postcode: p.Postcode}, Contact: ubl.Contact{Phone: p.Phone, Mail: p.Email},
	}
}

func (b Buyer) ubl() ubl.Party {
	lines := addressLines(strings.Join([]string{b.Payables(), b.Department, b.Address}, "\n"))
	return ubl.Party{
		Legal: b.Name, Code: cmp.Or(b.OrgCode, b.Code), Endpoint: ubl.EndpointOf(b.GLN, "", b.Email),
		Address: ubl.Address{Lines: lines, City: b.City, Postcode: b.Postcode}, Contact: ubl.Contact{Name: b.Contact, Mail: b.Email},
	}
}

// Payables is how shared finance services of the NHS know who is asked: "QX1 Payables X101".
func (b Buyer) Payables() string {
	if b.PayablesCode == "" {
		return b.OrgCode
	}
	return strings.TrimSpace(b.OrgCode + " Payables " + b.PayablesCode)
}

// addressLines are the lines of an address that say something.
func addressLines(text string) []string {
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// ubl is a line as the standard has it: the net is so many times a price in whole pence, less a discount. Where the price
// without VAT is no whole number of pence, the line is one of its kind.
func (l Line) ubl(s Snapshot) ubl.Line {
	u := ubl.Line{
		Name: l.Description, Note: l.PlaceList(), Quantity: int64(l.Quantity), Net: int64(l.Net), CostCode: l.CostCode,
		VAT: ubl.VAT{Category: ubl.Category(l.VATCode), Percent: l.VATRate, Reason: l.VATReason},
	}
	if s.Order != "" {
		u.OrderLine = l.OrderLine
	}
	if l.VATRate == 0 && l.Discount > 0 {
		u.Price, u.Discount = int64(l.Unit), ubl.Discount{Amount: int64(l.Discount), Reason: l.DiscountName}
		return u
	}
	if u.Net%u.Quantity != 0 {
		u.Quantity = 1
	}
	u.Price = u.Net / u.Quantity
	return u
}
