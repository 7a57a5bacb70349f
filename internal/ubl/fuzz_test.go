package ubl_test

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/antchfx/xmlquery"

	"bursar/internal/failure"
	"bursar/internal/ubl"
)

// FuzzWords puts any words into every place where somebody types: the document is refused, or it is XML that gives the
// same words back.
func FuzzWords(f *testing.F) {
	for _, words := range []string{"Westermoor & Tarn", `<script>"'</script>`, "]]>", "\x00", "a\nb", "\u2028", "é\u0301", "\xff", "&#0;", "\U0001F600", "\r", "\uFFFD"} {
		f.Add(words, words)
	}
	f.Fuzz(func(t *testing.T, line, note string) {
		d := team()
		d.Number, d.BuyerReference, d.Order, d.Note, d.Terms = line, line, line, note, note
		d.Supplier.Name, d.Supplier.Legal, d.Supplier.Number, d.Buyer.Code = line, line, line, line
		d.Buyer.Contact = ubl.Contact{Name: line, Phone: line, Mail: line}
		d.Buyer.Address.Lines, d.Buyer.Address.City, d.Buyer.Address.Postcode = []string{line, line, line, line}, line, line
		d.Payment.Name, d.Payment.Reference = line, line
		d.Lines[0].Name, d.Lines[0].Description, d.Lines[0].Note = line, note, note
		d.Lines[0].CostCode, d.Lines[0].OrderLine, d.Lines[0].Discount.Reason = line, line, line
		body, err := d.XML()
		if err != nil {
			if refusal := failure.Of(err); refusal == nil || refusal.Kind != failure.Invalid {
				t.Fatalf("%q, %q: %v", line, note, err)
			}
			return
		}
		root, err := xmlquery.Parse(bytes.NewReader(body))
		if err != nil || !utf8.Valid(body) {
			t.Fatalf("%q, %q: %v\n%s", line, note, err, body)
		}
		if got := xmlquery.FindOne(root, "/Invoice/cac:InvoiceLine[1]/cac:Item/cbc:Name").InnerText(); got != line {
			t.Fatalf("%q comes back as %q", line, got)
		}
	})
}
