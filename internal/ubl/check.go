package ubl

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"bursar/internal/failure"
)

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// check refuses what the standard would, and amounts that do not add up.
func (d Document) check() error {
	for _, part := range []func() error{
		d.checkHead, d.checkDates, d.checkCredits,
		func() error { return d.Supplier.check("supplier") },
		func() error { return d.Buyer.check("buyer") },
		d.Payment.check, d.checkLines, d.checkVAT, d.checkTotal,
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

func (d Document) checkHead() error {
	switch {
	case d.Kind != Invoice && d.Kind != CreditNote:
		return failure.Field("kind", "The document is an invoice or a credit note.")
	case blank(d.Number):
		return failure.Field("number", "Give the document its number.")
	case d.BuyerReference == "" && d.Order == "": // PEPPOL-EN16931-R003
		return failure.Field("order", "Give a purchase order number or the buyer's reference. An electronic invoice needs one of them.")
	case d.Supplier.VAT == "" && d.Supplier.Number == "" && d.Supplier.Code == "": // BR-CO-26
		return failure.Field("supplier.number", "Give the supplier's company number, charity number or VAT number. An electronic invoice needs one of them.")
	}
	return nil
}

func (d Document) checkDates() error {
	for _, date := range []struct{ field, value string }{
		{"issued", d.Issued}, {"due", d.Due}, {"delivered", d.Delivered}, {"from", d.From}, {"to", d.To}, {"credits.issued", d.Credits.Issued},
	} {
		if (date.value != "" || date.field == "issued") && !isDate(date.value) {
			return failure.Field(date.field, "Give a date like 2027-01-31.")
		}
	}
	switch {
	case reversed(d.From, d.To): // BR-29
		return failure.Field("to", "The period ends before it begins.")
	case d.Kind == CreditNote && d.Due != "":
		return failure.Field("due", "A credit note has no date by which to pay.")
	case d.Kind == Invoice && d.Due == "" && d.Terms == "" && d.Total > d.Prepaid: // BR-CO-25
		return failure.Field("due", "Say by when to pay, or the terms of payment.")
	}
	return nil
}

// isDate reports whether s is a day as XML Schema writes it.
func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil && !strings.HasPrefix(s, "0000")
}

func reversed(from, to string) bool { return from != "" && to != "" && to < from }

func (d Document) checkCredits() error {
	switch {
	case d.Kind == Invoice && d.Credits != (Credits{}):
		return failure.Field("credits", "Only a credit note credits an invoice.")
	case d.Kind == CreditNote && (blank(d.Credits.Number) || d.Credits.Issued == ""):
		return failure.Field("credits", "Name the invoice that is credited, and its date.")
	}
	return nil
}

var (
	sortCodeForm = regexp.MustCompile(`^[0-9]{6}$`)
	accountForm  = regexp.MustCompile(`^[0-9]{8}$`)
)

func (p Payment) check() error {
	switch {
	case p == (Payment{}):
		return nil
	case p.SortCode == "" && !validIBAN(p.Account):
		return failure.Field("payment.account", "Give a correct IBAN without spaces, or a sort code and an account number.")
	case p.SortCode != "" && !sortCodeForm.MatchString(p.SortCode):
		return failure.Field("payment.sort_code", "A sort code is six digits.")
	case p.SortCode != "" && !accountForm.MatchString(p.Account):
		return failure.Field("payment.account", "An account number is eight digits.")
	case blank(p.Name):
		return failure.Field("payment.name", "Give the name of the bank account.")
	}
	return nil
}

func (d Document) checkLines() error {
	if len(d.Lines) == 0 || len(d.Lines) > mostLines {
		return failure.Field("lines", "A document has at least one line and at most 1,000.")
	}
	for i, l := range d.Lines {
		if field, sentence := l.wrong(d); field != "" {
			return failure.Field(fmt.Sprintf("lines[%d].%s", i, field), fmt.Sprintf("Line %d: %s", i+1, sentence))
		}
	}
	return nil
}

// wrong names the first field of a line that is refused, and says why.
func (l Line) wrong(d Document) (field, sentence string) {
	switch {
	case blank(l.Name):
		return "name", "say what it is for."
	case l.Quantity < 1 || l.Quantity > mostOfOneLine:
		return "quantity", "the quantity is at least 1."
	case l.Price < 0 || l.Price > mostPence/l.Quantity: // BR-27
		return "price", "the price is nothing or more."
	case l.Discount.Amount < 0 || l.Discount.Amount > l.Quantity*l.Price:
		return "discount", "the discount is at most the price."
	case (l.Discount.Amount == 0) != (l.Discount.Reason == ""): // BR-42
		return "discount", "give a discount and its reason."
	case l.Net != l.Quantity*l.Price-l.Discount.Amount: // PEPPOL-EN16931-R120, without its slack
		return "net", "the sum is not the quantity times the price less the discount."
	case l.OrderLine != "" && d.Order == "":
		return "order_line", "it names a line of a purchase order, but no purchase order is given."
	case l.From != "" && !isDate(l.From) || l.To != "" && !isDate(l.To):
		return "from", "give dates like 2027-01-31."
	case reversed(l.From, l.To): // BR-30
		return "to", "it ends before it begins."
	case l.outside(d): // PEPPOL-EN16931-R110, R111
		return "from", "its dates are outside the period of the invoice."
	}
	return "", ""
}

func (l Line) outside(d Document) bool { return reversed(d.From, l.From) || reversed(l.To, d.To) }

// checkVAT need not ask whether a line outside VAT stands beside one that is not (BR-O-11): the supplier has a VAT
// number or has none.
func (d Document) checkVAT() error {
	reasons := map[Category]string{}
	for i, l := range d.Lines {
		sentence := l.VAT.wrong(d)
		if reason, seen := reasons[l.VAT.Category]; seen && reason != l.VAT.Reason { // BR-E-01: one row for each category
			sentence = "lines without VAT for the same cause give the same reason."
		}
		reasons[l.VAT.Category] = l.VAT.Reason
		if sentence != "" {
			return failure.Field(fmt.Sprintf("lines[%d].vat", i), fmt.Sprintf("Line %d: %s", i+1, sentence))
		}
	}
	return nil
}

// wrong says why the VAT of a line is refused, or nothing.
func (v VAT) wrong(d Document) string {
	registered := d.Supplier.VAT != ""
	switch v.Category {
	case Standard, Zero, Exempt:
		if !registered { // BR-S-02, BR-Z-02, BR-E-02
			return "a supplier without a VAT number can only be outside VAT."
		}
	case NotSubject:
		if registered || d.Buyer.VAT != "" || d.Supplier.Endpoint.Scheme == VATGB { // BR-O-02
			return "a document that is outside VAT shows no VAT number."
		}
	default:
		return "the VAT category is S, Z, E or O."
	}
	if (v.Category == Standard) != (v.Percent > 0) || v.Percent < 0 || v.Percent > whole { // BR-S-05, BR-E-05, BR-Z-05
		return "only standard VAT has a rate, above 0 and at most 100."
	}
	if v.Category == Exempt && blank(v.Reason) || (v.Category == Standard || v.Category == Zero) && v.Reason != "" { // BR-E-10, BR-S-10, BR-Z-10
		return "say why it is exempt, and only then."
	}
	return ""
}

func (d Document) checkTotal() error {
	var total int64
	for _, r := range rates(d.Lines) {
		total += r.taxable + r.tax()
	}
	switch {
	case total != d.Total:
		return failure.Field("total", "The lines and their VAT do not come to the total.")
	case d.Prepaid < 0 || d.Prepaid > d.Total:
		return failure.Field("prepaid", "What is paid already is at most the total.")
	}
	return nil
}
