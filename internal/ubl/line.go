package ubl

import (
	"cmp"
	"slices"
)

// Category is the VAT category of a line (BT-151, UNTDID 5305).
type Category string

// The categories that training has in the United Kingdom. A document with a NotSubject line has no other lines
// (BR-O-11) and nowhere a VAT number (BR-O-02); every other category needs the supplier's (BR-S-02, BR-E-02,
// BR-Z-02). An exempt supply by somebody who is not registered is therefore NotSubject.
const (
	Standard   Category = "S"
	Zero       Category = "Z"
	Exempt     Category = "E"
	NotSubject Category = "O"
)

// VAT is the VAT of a line. Lines of one category share one reason.
type VAT struct {
	Category Category
	Percent  int    // of a Standard line, as 20; else zero
	Reason   string // BT-120: why an Exempt line is exempt; optional for NotSubject; else empty
}

// Line is a line of the document (BG-25). Its Net must be Quantity times Price less the Discount.
type Line struct {
	Name        string // BT-153
	Description string // BT-154, several lines allowed; optional
	Note        string // BT-127, several lines allowed; optional
	Quantity    int64  // BT-129, in units of one (UN/ECE Rec. 20: C62)
	Price       int64  // BT-146: pence for one, without VAT
	Discount    Discount
	Net         int64 // BT-131
	VAT         VAT
	CostCode    string // BT-133, the buyer's; optional
	OrderLine   string // BT-132, the line of the purchase order; optional
	From, To    string // BT-134 and BT-135, the days this line is for; optional
}

// Discount is taken off a line (BG-27); the zero value is none.
type Discount struct {
	Amount int64
	Reason string // BT-139
}

const (
	one            = "C62"        // UN/ECE Recommendation 20
	discountCode   = "95"         // UNTDID 5189: discount
	vatScheme      = "VAT"        // the only tax scheme there is
	notSubjectCode = "VATEX-EU-O" // VATEX: not subject to VAT
	mostLines      = 1_000
	mostPence      = 100_000_000_000 // far above any invoice, and far enough below overflow
	mostOfOneLine  = 1_000_000
	whole          = 100 // per cent
)

func lineTrees(kind Kind, lines []Line) []lineTree {
	all := make([]lineTree, len(lines))
	for i, l := range lines {
		all[i] = l.tree(kind, i+1)
	}
	return all
}

func (l Line) tree(kind Kind, number int) lineTree {
	t := lineTree{
		ID: number, Note: prose(l.Note), Net: sterling(l.Net), CostCode: text(l.CostCode), Period: period(l.From, l.To),
		Item:  item{Description: prose(l.Description), Name: text(l.Name), Category: category{ID: string(l.VAT.Category), Percent: l.VAT.percent(), Scheme: vatScheme}},
		Price: sterling(l.Price),
	}
	count := &quantity{Unit: one, Number: l.Quantity}
	if kind == CreditNote {
		t.Credited = count
	} else {
		t.Invoiced = count
	}
	if l.OrderLine != "" {
		t.OrderLine = &orderLine{ID: text(l.OrderLine)}
	}
	if l.Discount.Amount > 0 {
		t.Discount = &allowance{Code: discountCode, Reason: text(l.Discount.Reason), Amount: sterling(l.Discount.Amount)}
	}
	return t
}

// percent is what is written: a line that is not subject to VAT has no rate, not a rate of nothing (BR-O-05).
func (v VAT) percent() *int {
	if v.Category == NotSubject {
		return nil
	}
	return &v.Percent
}

// rate is a row of the VAT breakdown (BG-23): the lines of one category and rate.
type rate struct {
	VAT
	taxable int64
}

// tax is the VAT on the row, rounded once, half a penny up (BR-CO-17).
func (r rate) tax() int64 {
	return (r.taxable*int64(r.Percent) + whole/2) / whole
}

// rates are the rows of the VAT breakdown, by category and then the highest rate first.
func rates(lines []Line) []rate {
	var rows []rate
	for _, l := range lines {
		i := slices.IndexFunc(rows, func(r rate) bool { return r.Category == l.VAT.Category && r.Percent == l.VAT.Percent })
		if i < 0 {
			i, rows = len(rows), append(rows, rate{VAT: l.VAT})
		}
		rows[i].taxable += l.Net
	}
	slices.SortFunc(rows, func(a, b rate) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(b.Percent, a.Percent))
	})
	return rows
}

// sums are the VAT breakdown and the totals (BG-22).
func (d Document) sums() (taxTotal, totals) {
	var net, tax int64
	var rows []subtotal
	for _, r := range rates(d.Lines) {
		net, tax = net+r.taxable, tax+r.tax()
		c := category{ID: string(r.Category), Percent: r.percent(), Reason: text(r.Reason), Scheme: vatScheme}
		if r.Category == NotSubject {
			c.ReasonCode = notSubjectCode
		}
		rows = append(rows, subtotal{Taxable: sterling(r.taxable), Tax: sterling(r.tax()), Category: c})
	}
	t := totals{Lines: sterling(net), Net: sterling(net), Gross: sterling(net + tax), Payable: sterling(net + tax - d.Prepaid)}
	if d.Prepaid > 0 {
		paid := sterling(d.Prepaid)
		t.Prepaid = &paid
	}
	return taxTotal{Amount: sterling(tax), Subtotals: rows}, t
}
