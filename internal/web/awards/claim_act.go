package awards

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type decideForm struct {
	Decision string `form:"decision" binding:"required,oneof=approve refuse" error:"Choose whether it is paid"`
	Amount   string `form:"amount"`
	Reason   string `form:"reason"`
}

type payForm struct {
	Reference string `form:"reference"`
	Day       string `form:"paid-day"`
	Month     string `form:"paid-month"`
	Year      string `form:"paid-year"`
}

// on is the day that was typed; what is no day is none.
func (f payForm) on() london.Date {
	d, _ := london.Parse(f.Year + "-" + padded(f.Month) + "-" + padded(f.Day))
	return d
}

func padded(n string) string {
	if len(n) == 1 {
		return "0" + n
	}
	return n
}

// pence is the amount that was typed. What is no amount is nothing, which is refused as such.
func pence(typed string) money.Amount {
	amount, _ := money.Parse(typed)
	return amount
}

// decideClaim approves a claim, in full or less, or refuses it.
func (h *handlers) decideClaim(c *gin.Context) error {
	var typed decideForm
	err := page.Bind(c, &typed)
	if err == nil {
		err = h.claimsWork(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			if typed.Decision == "approve" {
				return award.ApproveClaim(ctx, tx, h.Box, by, c.Param("code"), pence(typed.Amount), typed.Reason)
			}
			return award.RefuseClaim(ctx, tx, h.Box, by, c.Param("code"), typed.Reason)
		})
	}
	return h.acted(c, err, page.ClaimDecided, func(p *claimPage) { p.Decide = typed })
}

// payClaim notes that a claim was paid.
func (h *handlers) payClaim(c *gin.Context) error {
	var typed payForm
	err := page.Bind(c, &typed)
	if err == nil {
		err = h.claimsWork(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return award.PayClaim(ctx, tx, by, c.Param("code"), typed.Reference, typed.on())
		})
	}
	return h.acted(c, err, page.ClaimPaid, func(p *claimPage) { p.Pay = typed })
}

// acted leads back to the claim, or shows it once more with what was typed and what is wrong with it.
func (h *handlers) acted(c *gin.Context, err error, done page.Notice, keep func(*claimPage)) error {
	if err == nil {
		page.Flash(c, done)
		return page.Redirect(c, "/admin/claims/"+id.NormaliseCode(c.Param("code")))
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unknown := h.readClaim(c)
	if unknown != nil {
		return unknown
	}
	keep(p)
	return page.Again(c, err, "awards/claim", p)
}

type bookForm struct {
	Claim     string `form:"claim"` // the code of what this form makes, so that two presses make it once
	Purpose   string `form:"purpose"`
	Amount    string `form:"amount"`
	About     string `form:"about"`
	Reference string `form:"reference"`
}

// claimsOfPage is all that one award pays besides the fee, and the form to book something.
type claimsOfPage struct {
	page.Base
	*award.Claims
	Shut  string // why nothing can be booked; empty when it can
	Lines page.Table
	Made  page.Table
	Form  bookForm
}

// Left are the lines on which something can still be booked, as choices.
func (p *claimsOfPage) Left() []page.Choice {
	var all []page.Choice
	for _, r := range p.Rooms {
		if r.Left > 0 {
			all = append(all, page.Choice{Value: string(r.Line.Purpose), Label: purposeNames[r.Line.Purpose], Hint: r.Left.String() + " left"})
		}
	}
	return all
}

// readClaims opens what an application's award pays.
func (h *handlers) readClaims(c *gin.Context) (*claimsOfPage, error) {
	p := &claimsOfPage{Form: bookForm{Claim: id.Code()}}
	err := h.claimsWork(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
		p.Claims, err = award.ReadClaims(ctx, tx, h.Box, by, c.Param("code"))
		return err
	})
	if err != nil {
		return nil, err
	}
	code := p.Application.Code
	p.Crumbs = []page.Link{officeLink, claimsLink, {Text: code, Href: "/admin/applications/" + code}}
	if refusal := failure.Of(p.Open); refusal != nil && p.Open != award.ErrTooLate { // what we book late is our own affair
		p.Shut = refusal.Message
	}
	p.Lines, p.Made = linesTable(p.Rooms), madeTable(p.Claims)
	return p, nil
}

func linesTable(rooms []award.Room) page.Table {
	t := page.Table{Caption: "Lines", Columns: []page.Column{
		{Title: "For"}, {Title: "Promised", Numeric: true}, {Title: "To decide", Numeric: true}, {Title: "To pay", Numeric: true},
		{Title: "Paid", Numeric: true}, {Title: "Left", Numeric: true},
	}}
	for _, r := range rooms {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: purposeNames[r.Line.Purpose]}, {Text: r.Line.Amount.String()}, {Text: r.Asked.String()}, {Text: r.Approved.String()},
			{Text: r.Paid.String()}, {Text: r.Left.String()},
		})
	}
	return t
}

func madeTable(k *award.Claims) page.Table {
	t := page.Table{Caption: "Claims and bookings", Columns: []page.Column{
		{Title: "Code"}, {Title: "For"}, {Title: "What"}, {Title: "Amount", Numeric: true}, {Title: "How it stands"},
	}}
	for _, one := range k.All {
		stands := claimTags[one.Status].Text
		if one.Booked {
			stands = "Booked, " + one.Reference
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: one.Code, Href: "/admin/claims/" + one.Code}, {Text: purposeNames[k.Purpose(one)]}, {Text: one.About}, {Text: one.Asked.String()}, {Text: stands},
		})
	}
	return t
}

// claimsOf shows what one award pays, and how to book something for its holder.
func (h *handlers) claimsOf(c *gin.Context) error {
	p, err := h.readClaims(c)
	if err != nil {
		return err
	}
	return page.Render(c, "awards/claims-of", p)
}

// bookClaim notes what we booked and paid for somebody.
func (h *handlers) bookClaim(c *gin.Context) error {
	var typed bookForm
	err := page.Bind(c, &typed)
	if err == nil {
		err = h.claimsWork(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			_, err := award.BookClaim(ctx, tx, h.Box, by, c.Param("code"), award.Booking{
				Code: typed.Claim, Purpose: fund.Purpose(typed.Purpose), Amount: pence(typed.Amount), About: typed.About, Reference: typed.Reference,
			})
			return err
		})
	}
	if err == nil {
		page.Flash(c, page.ClaimBooked)
		return page.Redirect(c, "/admin/applications/"+id.NormaliseCode(c.Param("code"))+"/claims")
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unknown := h.readClaims(c)
	if unknown != nil {
		return unknown
	}
	p.Form = typed
	return page.Again(c, err, "awards/claims-of", p)
}
