package finance

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

const agreementsAt = "/finance/agreements"

// agreement is something that somebody asked for and a second person decides about.
type agreement struct {
	Title, Text string
	Details     page.Summary
	Mine        bool   // whoever looks asked for it
	By          string // the name of who asked
	Bank        bool   // it is paid by bank, with a reference
	Reference   string
	At          string // where the answers go to
	Field       string // of the reference
}

type agreementsPage struct {
	base
	List []agreement
	Form agreeForm
}

type agreeForm struct {
	Reference string `form:"reference"`
}

// agreements lists what waits for a second person.
func (f finance) agreements(c *gin.Context) error {
	p, err := f.agreementsPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/agreements", p)
}

func (f finance) agreementsPage(c *gin.Context) (*agreementsPage, error) {
	ctx := c.Request.Context()
	writeOffs, err := invoice.WaitingWriteOffs(ctx, f.DB)
	if err != nil {
		return nil, err
	}
	refunds, err := invoice.RefundsOf(ctx, f.DB, 0)
	if err != nil {
		return nil, err
	}
	var asked []id.Person
	var whose []id.Organisation
	for _, w := range writeOffs {
		asked = append(asked, w.AskedBy)
	}
	for _, r := range refunds {
		asked, whose = append(asked, r.AskedBy), append(whose, r.OrganisationID)
	}
	called, err := names(ctx, f.DB, asked...)
	if err != nil {
		return nil, err
	}
	known, err := organisation.ByIDs(ctx, f.DB, whose)
	if err != nil {
		return nil, err
	}
	p, viewer := &agreementsPage{base: below()}, page.ViewerOf(c).Person
	for _, w := range writeOffs {
		a := writeOffAgreement(w)
		a.Mine, a.By = w.AskedBy == viewer, called[w.AskedBy]
		p.List = append(p.List, a)
	}
	for _, r := range refunds {
		a := refundAgreement(r, known[r.OrganisationID].Name)
		a.Mine, a.By = r.AskedBy == viewer, called[r.AskedBy]
		p.List = append(p.List, a)
	}
	return p, nil
}

func writeOffAgreement(w invoice.WaitingWriteOff) agreement {
	return agreement{
		Title: "Write off " + w.Amount.String() + " of " + w.Number, At: agreementsAt + "/write-offs/" + w.Number,
		Details: page.Summary{Rows: []page.Row{
			{Key: "Invoice", Value: w.Number, Href: invoiceHref(w.Number), Action: "See"},
			{Key: "Amount", Value: w.Amount.String()}, {Key: "Why", Value: w.Reason}, {Key: "Asked", Value: london.Stamp(w.AskedAt)},
		}},
	}
}

func refundAgreement(r invoice.CreditRefund, whose string) agreement {
	return agreement{
		Title: "Pay " + r.Amount.String() + " of credit back to " + whose, At: agreementsAt + "/refunds/" + r.Code,
		Bank: r.How == invoice.ByBank, Reference: r.Reference, Field: "reference-" + r.Code,
		Details: page.Summary{Rows: []page.Row{
			{Key: "Organisation", Value: whose}, {Key: "Amount", Value: r.Amount.String()}, {Key: "How", Value: settledBy[r.How]},
			{Key: "Why", Value: r.Reason}, {Key: "Asked", Value: london.Stamp(r.AskedAt)},
		}},
	}
}

func (f finance) agreeWriteOff(c *gin.Context) error {
	return f.answer(c, page.WrittenOff, func(ctx context.Context, tx *db.Tx, by id.Person, _ agreeForm) error {
		return invoice.AgreeWriteOff(ctx, tx, by, c.Param("number"))
	})
}

func (f finance) refuseWriteOff(c *gin.Context) error {
	return f.answer(c, page.WriteOffRefused, func(ctx context.Context, tx *db.Tx, by id.Person, _ agreeForm) error {
		return invoice.RefuseWriteOff(ctx, tx, by, c.Param("number"))
	})
}

func (f finance) agreeRefund(c *gin.Context) error {
	return f.answer(c, page.CreditPaidOut, func(ctx context.Context, tx *db.Tx, by id.Person, typed agreeForm) error {
		return invoice.AgreeRefund(ctx, tx, by, c.Param("code"), typed.Reference)
	})
}

func (f finance) refuseRefund(c *gin.Context) error {
	return f.answer(c, page.RefundRefused, func(ctx context.Context, tx *db.Tx, by id.Person, _ agreeForm) error {
		return invoice.RefuseRefund(ctx, tx, by, c.Param("code"))
	})
}

// answer does what a second person says about what somebody asked for.
func (f finance) answer(c *gin.Context, n page.Notice, do func(context.Context, *db.Tx, id.Person, agreeForm) error) error {
	p, err := f.agreementsPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error { return do(ctx, tx, by, p.Form) })
	}
	if errors.Is(err, invoice.ErrOtherPerson) {
		err = onThePage(err)
	}
	if err != nil {
		return page.Again(c, err, "finance/agreements", p)
	}
	page.Flash(c, n)
	return page.Redirect(c, agreementsAt)
}

// onThePage makes a refusal one that is shown on the page where the button was.
func onThePage(err error) error {
	f := failure.Of(err)
	return failure.New(failure.Conflict, f.Code, f.Message).Because(err)
}
