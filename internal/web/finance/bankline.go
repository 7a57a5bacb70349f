package finance

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bank"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// matchForm says what one line pays: for each invoice that was shown an amount, which may be empty.
type matchForm struct {
	Invoices []string `form:"invoice"`
	Amounts  []string `form:"amount"`
	Rest     string   `form:"rest"`
	RestTo   string   `form:"rest_to"` // code of an organisation
	Offered  []string `form:"offered"` // codes of the organisations that could be chosen
}

type asideForm struct {
	Why  string `form:"why"`
	Note string `form:"note"`
}

type bankLinePage struct {
	base
	Line     *bank.Line
	Href     string
	Known    page.Summary
	Tag      page.Tag
	Proposal bank.Proposal
	Search   string
	Invoices []payable
	RestTo   []page.Choice
	Whys     []page.Choice
	Match    matchForm
	Aside    asideForm
	Undo     undoForm
	Pays     page.Table // of a line that is matched
}

// payable is an invoice that a line may pay, and how much of it is typed.
type payable struct {
	ID, Number, Whose string
	Unknown           bool // there is no invoice with this number
	Open              money.Amount
	Due               string
	Amount            string
}

// bankLine is one payment: what it seems to pay, and everything that can be done with it; or what was done.
func (f finance) bankLine(c *gin.Context) error {
	p, err := f.bankLinePage(c)
	if err != nil {
		return err
	}
	if p.Open() {
		if err := f.propose(c, p); err != nil {
			return err
		}
	}
	return page.Render(c, "finance/bank-line", p)
}

// Open reports whether the payment waits.
func (p *bankLinePage) Open() bool { return p.Line.Status == bank.Open }

// Matched reports whether the payment was matched.
func (p *bankLinePage) Matched() bool { return p.Line.Status == bank.Matched }

// SetAside reports whether the payment was set aside.
func (p *bankLinePage) SetAside() bool { return p.Line.Status == bank.Aside }

// bankLinePage is about the line that the address names.
func (f finance) bankLinePage(c *gin.Context) (*bankLinePage, error) {
	ctx := c.Request.Context()
	l, err := bank.LineByCode(ctx, f.DB, c.Param("account"), c.Param("line"))
	if err != nil {
		return nil, err
	}
	p := &bankLinePage{base: below(bankLink, bankLinesLink), Line: l, Href: bankLinesAt + "/" + c.Param("account") + "/" + l.Code(), Tag: lineTags[l.Status], Whys: asideChoices()}
	for _, r := range []page.Row{{Key: "Day", Value: l.On.Long()}, {Key: "Payer", Value: l.Payer}, {Key: "Reference", Value: l.Reference}, {Key: "Text", Value: l.Text}} {
		if r.Value != "" {
			p.Known.Rows = append(p.Known.Rows, r)
		}
	}
	if l.SettledBy == 0 {
		return p, nil
	}
	return p, f.settled(ctx, p)
}

// settled adds what became of a line.
func (f finance) settled(ctx context.Context, p *bankLinePage) error {
	called, err := names(ctx, f.DB, p.Line.SettledBy)
	if err != nil {
		return err
	}
	p.Known.Rows = append(p.Known.Rows, page.Row{Key: "Done", Value: called[p.Line.SettledBy] + ", " + london.Stamp(p.Line.SettledAt)})
	if p.SetAside() {
		p.Known.Rows = append(p.Known.Rows, page.Row{Key: "It is", Value: asideWords[p.Line.AsideFor]})
		if p.Line.Note != "" {
			p.Known.Rows = append(p.Known.Rows, page.Row{Key: "Note", Value: p.Line.Note})
		}
		return nil
	}
	p.Pays = page.Table{Caption: "What it pays", Columns: []page.Column{{Title: "Invoice"}, {Title: "Amount", Numeric: true}}}
	met, err := invoice.SettlementsOfBankLine(ctx, f.DB, p.Line.ID)
	if err != nil {
		return err
	}
	for _, s := range met {
		n, err := invoice.ByID(ctx, f.DB, s.InvoiceID)
		if err != nil {
			return err
		}
		p.Pays.Rows = append(p.Pays.Rows, []page.Cell{{Text: n.Number, Href: invoiceHref(n.Number)}, {Text: s.Amount.String()}})
	}
	if p.Line.CreditedTo == 0 {
		return nil
	}
	o, err := organisation.ByID(ctx, f.DB, p.Line.CreditedTo)
	if err == nil {
		p.Pays.Rows = append(p.Pays.Rows, []page.Cell{{Text: "Credit of " + o.Name, Href: organisationHref(o)}, {Text: p.Line.Credited.String()}})
	}
	return err
}

// propose fills in what a line seems to pay, and lists what it may pay.
func (f finance) propose(c *gin.Context, p *bankLinePage) error {
	ctx := c.Request.Context()
	proposals, err := bank.Propose(ctx, f.DB, []bank.Line{*p.Line})
	if err != nil {
		return err
	}
	p.Proposal = proposals[0]
	p.Tag = suretyTags[p.Proposal.Surety]
	p.Search = strings.TrimSpace(c.Query("search"))
	p.Aside.Why = string(p.Proposal.Aside)
	for _, part := range p.Proposal.Parts {
		p.Match.add(part.Invoice, page.Plain(part.Amount))
	}
	for _, candidate := range p.Proposal.Candidates {
		p.Match.add(candidate.Number, "")
	}
	if err := f.search(ctx, p); err != nil {
		return err
	}
	if o := p.Proposal.Rest.Organisation; o != 0 {
		known, err := organisation.ByID(ctx, f.DB, o)
		if err != nil {
			return err
		}
		p.Match.Rest, p.Match.RestTo = page.Plain(p.Proposal.Rest.Amount), known.Code
		p.Match.Offered = append(p.Match.Offered, known.Code)
	}
	return f.list(ctx, p)
}

// add lists an invoice, once.
func (m *matchForm) add(number, amount string) {
	for _, n := range m.Invoices {
		if n == number {
			return
		}
	}
	m.Invoices, m.Amounts = append(m.Invoices, number), append(m.Amounts, amount)
}

// found is how many invoices and organisations a search shows.
const found = 20

// search lists the open invoices and the organisations that fit the words.
func (f finance) search(ctx context.Context, p *bankLinePage) error {
	if p.Search == "" {
		return nil
	}
	list, err := invoice.List(ctx, f.DB, invoice.Filter{Open: true, Query: p.Search}, 0, found)
	if err != nil {
		return err
	}
	for _, n := range list {
		p.Match.add(n.Number, "")
	}
	organisations, err := organisation.List(ctx, f.DB, organisation.Filter{Query: p.Search}, "", found)
	for _, o := range organisations {
		p.Match.Offered = append(p.Match.Offered, o.Code)
	}
	return err
}

// list reads the invoices and organisations that the form names.
func (f finance) list(ctx context.Context, p *bankLinePage) error {
	var offered []organisation.Organisation
	offer := func(o *organisation.Organisation) {
		if !slices.ContainsFunc(offered, func(other organisation.Organisation) bool { return other.ID == o.ID }) {
			offered = append(offered, *o)
		}
	}
	for i, number := range p.Match.Invoices {
		n, err := invoice.ByNumber(ctx, f.DB, number)
		if errors.Is(err, invoice.ErrUnknown) {
			p.Invoices = append(p.Invoices, payable{ID: itemID("parts", i), Number: number, Unknown: true, Amount: p.Match.Amounts[i]})
			continue
		}
		if err != nil {
			return err
		}
		o, err := organisation.ByID(ctx, f.DB, n.OrganisationID)
		if err != nil {
			return err
		}
		p.Invoices = append(p.Invoices, payable{ID: itemID("parts", i), Number: n.Number, Whose: o.Name, Open: n.Outstanding(),
			Due: n.DueOn.Medium(), Amount: p.Match.Amounts[i]})
		offer(o)
	}
	for _, code := range p.Match.Offered {
		o, err := organisation.ByCode(ctx, f.DB, code)
		if errors.Is(err, organisation.ErrUnknown) {
			continue
		}
		if err != nil {
			return err
		}
		offer(o)
	}
	p.RestTo = []page.Choice{{Label: "Nobody"}}
	for i, label := range organisation.Labels(offered) {
		p.RestTo = append(p.RestTo, page.Choice{Value: offered[i].Code, Label: label})
	}
	return nil
}

// mostParts is how many invoices one form may name.
const mostParts = 200

// parts reads what was typed.
func (f finance) parts(ctx context.Context, m matchForm) (parts []bank.Part, rest bank.Rest, err error) {
	wrong := page.Mistakes{}
	for i, typed := range m.Amounts {
		if typed == "" {
			continue
		}
		at := itemID("parts", i)
		parts = append(parts, bank.Part{Invoice: m.Invoices[i], Amount: wrong.Amount(at, typed)})
		if _, err := invoice.ByNumber(ctx, f.DB, m.Invoices[i]); errors.Is(err, invoice.ErrUnknown) {
			wrong[at] = "There is no invoice with this number. Enter another, or take the amount away"
		} else if err != nil {
			return nil, rest, err
		}
	}
	rest, err = accepted{restTo: m.RestTo, rest: wrong.Optional("rest", m.Rest)}.toCredit(ctx, f.DB)
	if errors.Is(err, organisation.ErrUnknown) {
		wrong["rest_to"], err = "Choose an organisation from the list", nil
	}
	return parts, rest, wrong.Refusal(err)
}

// matchLine matches a line the way that was typed.
func (f finance) matchLine(c *gin.Context) error {
	p, err := f.bankLinePage(c)
	if err != nil {
		return err
	}
	if p.Line.Status != bank.Open {
		return f.acted(c, p, bank.ErrTaken) // whatever was typed
	}
	if err = page.Bind(c, &p.Match); err == nil && (len(p.Match.Invoices) != len(p.Match.Amounts) || len(p.Match.Invoices) > mostParts || len(p.Match.Offered) > mostParts) {
		return failure.New(failure.Invalid, "bank_match_form", "We could not read what was sent. Go back and try again.")
	}
	if err == nil {
		err = f.matched(c, p)
	}
	if err == nil {
		page.Flash(c, page.Saved)
		return page.Redirect(c, bankLinesAt)
	}
	if unread := f.list(c.Request.Context(), p); unread != nil {
		return unread
	}
	return page.Again(c, err, "finance/bank-line", p)
}

func (f finance) matched(c *gin.Context, p *bankLinePage) error {
	parts, rest, err := f.parts(c.Request.Context(), p.Match)
	if err != nil {
		return err
	}
	return f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
		return bank.Match(ctx, tx, by, p.Line.ID, parts, rest)
	})
}
