package offer

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// claims adds the pages on which money is asked for that somebody spent to take part.
func claims(of gin.IRouter, h *handlers) {
	of.GET("/claims", page.Handle(h.claims))
	of.GET("/claims/new", page.Handle(h.claiming))
	of.POST("/claims/new", page.Handle(h.claim))
	of.GET("/claims/account", page.Handle(h.account))
	of.POST("/claims/account", page.Handle(h.changeAccount))
	of.GET("/claims/:claim/receipts/:nth", page.Handle(h.receipt))
}

// claimsPage is what is left of each line, and what became of what was asked for.
type claimsPage struct {
	page.Base
	*award.Claims
	Own, Phone string
	Shut       string // why nothing can be asked for; empty when it can
	Lines      page.Table
	Sent       []sentClaim
}

// sentClaim is a claim in plain words.
type sentClaim struct {
	*award.Claim
	Title    string
	Tag      page.Tag
	Said     string // how it stands
	Receipts []page.Link
}

// outgoings reads what somebody's own award pays out.
func (h *handlers) outgoings(c *gin.Context) (*claimsPage, error) {
	p := &claimsPage{}
	d, err := h.look(c, func(tx *db.Tx, d *decided) (err error) {
		p.Claims, err = award.OwnClaims(c.Request.Context(), tx, h.Box, page.ViewerOf(c).Person, d.Application.Code)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Base, p.Own, p.Phone = d.Base, d.Own, d.Phone()
	if refusal := failure.Of(p.Open); refusal != nil {
		p.Shut = refusal.Message
	}
	return p, nil
}

// claims shows what is left and what was asked for.
func (h *handlers) claims(c *gin.Context) error {
	p, err := h.outgoings(c)
	if err != nil {
		return err
	}
	p.Lines = page.Table{Caption: "What you can ask for", Stacked: true, Columns: []page.Column{
		{Title: "For"}, {Title: "Left", Numeric: true}, {Title: "Of", Numeric: true}, {Title: "Used or asked for", Numeric: true},
	}}
	for _, r := range p.Rooms {
		used := r.Asked + r.Approved + r.Paid
		p.Lines.Rows = append(p.Lines.Rows, []page.Cell{
			{Text: purposes[r.Line.Purpose].name}, {Text: r.Left.String()}, {Text: r.Line.Amount.String()}, {Text: used.String()},
		})
	}
	for _, one := range p.All {
		p.Sent = append(p.Sent, p.told(one))
	}
	return page.Render(c, "offer/claims", p)
}

// told puts a claim in plain words.
func (p *claimsPage) told(one *award.Claim) sentClaim {
	s := sentClaim{Claim: one, Title: fmt.Sprintf("%s, %s", purposes[p.Purpose(one)].name, one.Asked)}
	paid := london.DateOf(one.PaidAt).Medium()
	switch one.Status {
	case award.ClaimAsked:
		s.Tag, s.Said = page.Tag{Text: "Sent", Colour: "blue"}, "We have it. We will look at it and tell you by email."
	case award.ClaimApproved:
		s.Tag, s.Said = page.Tag{Text: "To be paid", Colour: "yellow"}, "We will pay you "+one.Approved.String()+"."
	case award.ClaimRefused:
		s.Tag, s.Said = page.Tag{Text: "Not paid", Colour: "grey"}, "We cannot pay this. You can call us about it."
	case award.ClaimPaid:
		s.Tag = page.Tag{Text: "Paid", Colour: "green"}
		s.Said = fmt.Sprintf("We paid you %s on %s. The reference is %s.", one.Approved, paid, one.Reference)
		if one.Booked {
			s.Said = fmt.Sprintf("We booked and paid for this on %s. The reference is %s.", paid, one.Reference)
		}
	}
	for i := range one.Receipts {
		n := strconv.Itoa(i + 1)
		s.Receipts = append(s.Receipts, page.Link{Text: "Receipt " + n, Href: p.Own + "/claims/" + one.Code + "/receipts/" + n})
	}
	return s
}

// Left are the lines of which something can still be asked, as choices.
func (p *claimsPage) Left() []page.Choice {
	var all []page.Choice
	for _, r := range p.Rooms {
		if r.Left > 0 {
			all = append(all, page.Choice{Value: string(r.Line.Purpose), Label: purposes[r.Line.Purpose].name, Hint: r.Left.String() + " left"})
		}
	}
	return all
}

// receipt gives a receipt back to whoever sent it.
func (h *handlers) receipt(c *gin.Context) error {
	nth, _ := strconv.Atoi(c.Param("nth")) // what is no number is no receipt
	var r *award.Receipt
	_, err := h.look(c, func(tx *db.Tx, d *decided) (err error) {
		r, err = award.OwnReceipt(c.Request.Context(), tx, h.Box, page.ViewerOf(c).Person, d.Application.Code, c.Param("claim"), nth)
		return err
	})
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="receipt-`+strconv.Itoa(nth)+r.Extension()+`"`)
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Data(http.StatusOK, r.ContentType, r.Body)
	return nil
}
