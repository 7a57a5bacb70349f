package ubl_test

import (
	"fmt"
	"testing"

	"bursar/internal/ubl"
)

const (
	exempt     = "Exempt: education by an eligible body (VAT Act 1994, Schedule 9, Group 6)"
	notSubject = "Not subject to VAT: the supplier is not registered"
)

// vats is the VAT of a line in each category.
var vats = []ubl.VAT{
	{Category: ubl.Standard, Percent: 20}, {Category: ubl.Zero}, {Category: ubl.Exempt, Reason: exempt}, {Category: ubl.NotSubject, Reason: notSubject},
}

// team is an invoice with everything: a team of five with its discount and a visit, two cost codes, lines of the
// purchase order, part paid already.
func team() ubl.Document {
	vat := vats[0]
	return ubl.Document{
		Kind: ubl.Invoice, Number: "INV-2027-0042", Issued: "2027-01-11", Due: "2027-02-10", Note: "Thank you for sending <your> team & coming\nback.",
		BuyerReference: "People development", Order: "RPCN40001234", Delivered: "2027-01-18", From: "2027-01-18", To: "2027-11-26",
		Supplier: ubl.Party{
			Name: "Lantern Training", Legal: "Lantern Training CIC", Number: "09520001", VAT: "GB123456789",
			Endpoint: ubl.Endpoint{Scheme: ubl.VATGB, ID: "GB123456789"},
			Address:  ubl.Address{Lines: []string{"1 Tarn Street"}, City: "Leeds", Postcode: "LS1 1AA"},
			Contact:  ubl.Contact{Name: "The bookkeeper", Phone: "0113 496 0000", Mail: "accounts@lantern.example"},
		},
		Buyer: ubl.Party{
			Name: "Westermoor & Tarn", Legal: "Westermoor & Tarn NHS Foundation Trust", Code: "QX1", VAT: "GB654973002",
			Endpoint: ubl.EndpointOf("9520000001018", "GB654973002", "payables@westermoor.example"),
			Address:  ubl.Address{Lines: []string{"QX1 Payables X101", "PO Box 312", "Education", "Second floor"}, City: "Leeds", Postcode: "LS11 1HP", Country: "GB"},
			Contact:  ubl.Contact{Name: "Ade Bello", Mail: "ade@westermoor.example"},
		},
		Payment: ubl.Payment{SortCode: "089999", Account: "66374958", Name: "Lantern Training CIC", Reference: "INV-2027-0042"},
		Terms:   "30 days from receipt of a valid invoice.\r\nLate payment: statutory interest may be claimed.",
		Lines: []ubl.Line{
			{
				Name: "Foundation course, five places", Description: "FND-L27", Note: "A. One, B. Two, C. Three, D. Four, E. Five",
				Quantity: 5, Price: 420_000, Discount: ubl.Discount{Amount: 210_000, Reason: "Team of five: 10%"}, Net: 1_890_000,
				VAT: vat, CostCode: "CC-7781", OrderLine: "1", From: "2027-01-18", To: "2027-11-26",
			},
			{Name: "Visit to the team", Quantity: 1, Price: 33_333, Net: 33_333, VAT: vat, CostCode: "CC-7790", OrderLine: "2"},
		},
		Prepaid: 1_000_00, Total: 2_308_000,
	}
}

// in is the document with all lines in another VAT category; outside VAT nobody shows a VAT number.
func in(d ubl.Document, vat ubl.VAT) ubl.Document {
	lines := make([]ubl.Line, len(d.Lines))
	var net int64
	for i, l := range d.Lines {
		l.VAT = vat
		lines[i], net = l, net+l.Net
	}
	d.Lines, d.Total = lines, net+(net*int64(vat.Percent)+50)/100
	if vat.Category == ubl.NotSubject {
		d.Supplier.VAT, d.Buyer.VAT, d.Supplier.Endpoint = "", "", ubl.EndpointOf("9520000001032", "", "")
	}
	return d
}

// credited is the credit note of the whole invoice.
func credited(d ubl.Document) ubl.Document {
	d.Kind, d.Credits = ubl.CreditNote, ubl.Credits{Number: d.Number, Issued: d.Issued}
	d.Number, d.Issued, d.Due, d.Prepaid = "CN-2027-0003", "2027-02-01", "", 0
	d.Terms = "Taken off what you owe."
	return d
}

// plain leaves out all that is optional; without a GLN the document goes by e-mail.
func plain(d ubl.Document) ubl.Document {
	d.Note, d.Order, d.Delivered, d.From, d.To, d.Prepaid = "", "", "", "", "", 0
	d.Payment = ubl.Payment{Account: "GB33BUKB20201555555555", Name: "Lantern Training CIC"}
	if d.Kind == ubl.Invoice {
		d.Terms = ""
	} else {
		d.Payment = ubl.Payment{}
	}
	d.Supplier.Name, d.Supplier.Contact, d.Supplier.Address = "", ubl.Contact{}, ubl.Address{}
	d.Buyer = ubl.Party{Legal: "Kestrel House Wellbeing", Endpoint: ubl.EndpointOf("", "", "office@kestrel.example")}
	lines := make([]ubl.Line, len(d.Lines))
	for i, l := range d.Lines {
		lines[i] = ubl.Line{Name: l.Name, Quantity: l.Quantity, Price: l.Price, Discount: l.Discount, Net: l.Net, VAT: l.VAT}
	}
	d.Lines = lines
	return d
}

// mixed has lines at two rates, at nothing and exempt on one document, out of order, with halves of pennies of VAT.
func mixed(d ubl.Document) ubl.Document {
	d.Lines = []ubl.Line{
		{Name: "Handbook", Quantity: 3, Price: 1_01, Net: 3_03, VAT: ubl.VAT{Category: ubl.Zero}},
		{Name: "Room", Quantity: 1, Price: 1_23, Net: 1_23, VAT: ubl.VAT{Category: ubl.Standard, Percent: 5}},
		{Name: "Visit", Quantity: 1, Price: 10_02, Net: 10_02, VAT: vats[0]},
		{Name: "Course", Quantity: 1, Price: 333_33, Net: 333_33, VAT: vats[2]},
		{Name: "Second visit", Quantity: 1, Price: 10_01, Net: 10_01, VAT: vats[0]},
		{Name: "Kept for a peer", Quantity: 1, Price: 0, Net: 0, VAT: vats[2]},
	}
	d.Prepaid, d.Total = 0, 357_62+4_01+6
	return d
}

// documents are one of each kind of document that we send, by what they are.
func documents() map[string]ubl.Document {
	all := map[string]ubl.Document{}
	for _, vat := range vats {
		invoice := in(team(), vat)
		for name, d := range map[string]ubl.Document{"invoice": invoice, "credit": credited(invoice)} {
			all[fmt.Sprintf("%s-%s-full", name, vat.Category)] = d
			all[fmt.Sprintf("%s-%s-mail", name, vat.Category)] = plain(d)
		}
	}
	all["invoice-mixed"], all["credit-mixed"] = mixed(team()), mixed(credited(team()))
	return all
}

func write(t *testing.T, d ubl.Document) []byte {
	t.Helper()
	body, err := d.XML()
	if err != nil {
		t.Fatalf("%s: %v", d.Number, err)
	}
	return body
}
