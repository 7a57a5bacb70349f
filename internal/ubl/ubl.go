// Package ubl writes an invoice or a credit note as a file that a finance system reads by itself: UBL 2.1
// (OASIS, 4 November 2013) by Peppol BIS Billing 3.0, which is the use of EN 16931 that NHS bodies ask for. It is
// pure: the same document gives the same bytes. What would not add up, or would break a rule of the standard, is
// refused with a failure whose field names it.
//
// Names of terms in comments, like BT-10, are those of EN 16931-1.
package ubl

import (
	"encoding/xml"
	"fmt"
)

// Kind is the document type code (BT-3, UNTDID 1001).
type Kind string

// The kinds.
const (
	Invoice    Kind = "380"
	CreditNote Kind = "381"
)

// Document is an invoice or a credit note in pounds sterling. Every amount is in pence and never negative, also in
// a credit note; every date is YYYY-MM-DD. What is marked optional may be empty.
type Document struct {
	Kind           Kind
	Number         string // BT-1
	Issued         string // BT-2
	Due            string // BT-9, of an invoice; optional when Terms are given or nothing is left to pay
	Note           string // BT-22, several lines allowed; optional
	BuyerReference string // BT-10; optional when Order is given
	Order          string // BT-13, the number of the purchase order; optional when BuyerReference is given
	Credits        Credits
	Supplier       Party
	Buyer          Party
	Delivered      string // BT-72; optional
	From, To       string // BT-73 and BT-74, the period invoiced; optional
	Payment        Payment
	Terms          string // BT-20, several lines allowed; optional
	Lines          []Line
	Prepaid        int64 // BT-113
	Total          int64 // BT-112 as the caller has it: everything with VAT. Lines that do not come to it are refused.
}

// Credits names the invoice that a credit note credits (BG-3). An invoice has none.
type Credits struct {
	Number string
	Issued string
}

// Payment says where to pay by bank transfer (BG-16, BG-17). The zero value says nothing.
type Payment struct {
	SortCode  string // six digits; empty when Account is an IBAN
	Account   string // BT-84: eight digits, or an IBAN
	Name      string // BT-85
	Reference string // BT-83, what the payer is asked to quote; optional
}

// The identifiers of Peppol BIS Billing 3.0 (BT-24, BT-23), its currency here, and the means "credit transfer"
// (UNTDID 4461).
const (
	customization  = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
	profile        = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
	currency       = "GBP"
	creditTransfer = "30"
)

// XML writes the document. A refusal is a failure of kind Invalid whose field says what is wrong, as "order" or
// "lines[2].net".
func (d Document) XML() ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	body, err := xml.MarshalIndent(d.tree(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("ubl %s: %w", d.Number, err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

// tree is the document as the schema orders it.
func (d Document) tree() document {
	t := document{
		XMLName: xml.Name{Local: "Invoice"}, Namespace: namespace + "Invoice-2", CAC: namespace + "CommonAggregateComponents-2",
		CBC: namespace + "CommonBasicComponents-2", Customization: customization, Profile: profile, ID: text(d.Number),
		IssueDate: text(d.Issued), DueDate: text(d.Due), InvoiceType: string(Invoice), Note: prose(d.Note), Currency: currency,
		BuyerReference: text(d.BuyerReference), Period: period(d.From, d.To), Order: identified(d.Order),
		Supplier: d.Supplier.tree(), Customer: d.Buyer.tree(), Means: d.Payment.tree(), InvoiceLines: lineTrees(Invoice, d.Lines),
	}
	if d.Kind == CreditNote {
		t.XMLName.Local, t.Namespace = "CreditNote", namespace+"CreditNote-2"
		t.InvoiceType, t.CreditNoteType = "", string(CreditNote)
		t.Billing = &billing{Invoice: reference{ID: text(d.Credits.Number), Issued: text(d.Credits.Issued)}}
		t.InvoiceLines, t.CreditNoteLines = nil, lineTrees(CreditNote, d.Lines)
	}
	if d.Delivered != "" {
		t.Delivery = &delivery{Date: text(d.Delivered)}
	}
	if d.Terms != "" {
		t.Terms = &terms{Note: prose(d.Terms)}
	}
	t.Tax, t.Totals = d.sums()
	return t
}

func (p Payment) tree() *means {
	if p == (Payment{}) {
		return nil
	}
	account := account{ID: text(p.Account), Name: text(p.Name), Branch: identified(p.SortCode)}
	return &means{Code: creditTransfer, Reference: text(p.Reference), Account: account}
}

func period(from, to string) *span {
	if from == "" && to == "" {
		return nil
	}
	return &span{Start: text(from), End: text(to)}
}

func identified(id string) *identity {
	if id == "" {
		return nil
	}
	return &identity{ID: text(id)}
}
