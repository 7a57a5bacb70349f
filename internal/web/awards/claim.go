package awards

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// claims adds the pages on which staff decide about, pay and book what awards pay besides the fee. r is /admin, behind
// the wall of bursary staff, and keeps nothing.
func claims(r gin.IRouter, h *handlers) {
	r.GET("/claims", page.Handle(h.claims))
	r.GET("/claims/:code", page.Handle(h.claim))
	r.POST("/claims/:code/decide", page.Handle(h.decideClaim))
	r.POST("/claims/:code/pay", page.Handle(h.payClaim))
	r.GET("/claims/:code/receipts/:nth", page.Handle(h.receipt))
	r.GET("/applications/:code/claims", page.Handle(h.claimsOf))
	r.POST("/applications/:code/claims", page.Handle(h.bookClaim))
}

// claimsShown is how many rows of the list are shown at a time.
const claimsShown = 50

var (
	officeLink = page.Link{Text: "Office", Href: "/admin"}
	claimsLink = page.Link{Text: "Claims", Href: "/admin/claims"}
)

// claimTags say where a claim stands, and what is to be done.
var claimTags = map[award.ClaimStatus]page.Tag{
	award.ClaimAsked:    {Text: "To decide", Colour: "blue"},
	award.ClaimApproved: {Text: "To pay", Colour: "yellow"},
	award.ClaimPaid:     {Text: "Paid", Colour: "green"},
	award.ClaimRefused:  {Text: "Refused", Colour: "grey"},
}

// purposeNames name what a line is for at the head of a row.
var purposeNames = map[fund.Purpose]string{
	fund.Travel: "Travel", fund.Lodging: "A place to stay", fund.Care: "Care", fund.Access: "Access help", fund.Equipment: "Equipment",
}

// claimsWork is one unit of work in the name of who is signed in: reading too, because it is noted.
func (h *handlers) claimsWork(c *gin.Context, do func(ctx context.Context, tx *db.Tx, by id.Person) error) error {
	ctx, by := c.Request.Context(), page.ViewerOf(c).Person
	return h.DB.WriteAs(ctx, db.Who{Person: by}, func(tx *db.Tx) error { return do(ctx, tx, by) })
}

type claimsPage struct {
	page.Base
	Rows  []claimRow
	Links page.Pagination
	Save  page.Saving
}

// claimRow is one claim in the list.
type claimRow struct {
	award.ListedClaim
	For string
	Tag page.Tag
}

// claims lists what waits for a decision or to be paid, the oldest first. Nothing that anybody wrote is in it.
func (h *handlers) claims(c *gin.Context) error {
	var after id.Claim
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	var rows []award.ListedClaim
	err := h.claimsWork(c, func(ctx context.Context, tx *db.Tx, _ id.Person) (err error) {
		rows, err = award.WaitingClaims(ctx, tx, after, claimsShown+1)
		return err
	})
	if err != nil {
		return err
	}
	p := &claimsPage{Base: page.Base{Crumbs: []page.Link{officeLink}}, Save: page.SavingAt(c, "/admin/claims/save/claims")}
	if rows, p.Links, err = page.Portion(c, rows, claimsShown, func(last award.ListedClaim) id.Claim { return last.ID }); err != nil {
		return err
	}
	for _, row := range rows {
		p.Rows = append(p.Rows, claimRow{row, purposeNames[row.Purpose], claimTags[row.Status]})
	}
	return page.Render(c, "awards/claims", p)
}

// claimPage is one claim with its words.
type claimPage struct {
	page.Base
	Claim  *award.Claim
	Of     *award.Claims
	Tag    page.Tag
	Facts  page.Summary
	Files  []page.Link
	Decide decideForm
	Pay    payForm
}

// readClaim opens a claim, and with it what the forms about it begin with.
func (h *handlers) readClaim(c *gin.Context) (*claimPage, error) {
	p := &claimPage{Base: page.Base{Crumbs: []page.Link{officeLink, claimsLink}}}
	err := h.claimsWork(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
		p.Claim, p.Of, err = award.ReadClaim(ctx, tx, h.Box, by, c.Param("code"))
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Tag, p.Facts = claimTags[p.Claim.Status], p.facts()
	for i, r := range p.Claim.Receipts {
		n := strconv.Itoa(i + 1)
		p.Files = append(p.Files, page.Link{Text: "Receipt " + n + ", " + london.Stamp(r.At), Href: "/admin/claims/" + p.Claim.Code + "/receipts/" + n})
	}
	p.Decide = decideForm{Amount: p.Claim.Asked.String()[len("£"):]}
	today := london.DateOf(h.DB.Now())
	p.Pay = payForm{Day: strconv.Itoa(today.Day), Month: strconv.Itoa(int(today.Month)), Year: strconv.Itoa(today.Year)}
	return p, nil
}

// facts are what is known of a claim without its words.
func (p *claimPage) facts() page.Summary {
	one := p.Claim
	rows := []page.Row{
		{Key: "Application", Value: p.Of.Application.Code, Href: "/admin/applications/" + p.Of.Application.Code + "/claims", Action: "All claims"},
		{Key: "For", Value: purposeNames[p.Of.Purpose(p.Claim)]},
		{Key: "Asked", Value: one.Asked.String() + ", on " + london.Stamp(one.AskedAt)},
	}
	for _, r := range p.Of.Rooms {
		if r.Line.ID == one.LineID {
			rows = append(rows, page.Row{Key: "The line", Value: r.Line.Amount.String() + ", of which " + r.Left.String() + " is neither asked for nor used"})
		}
	}
	if one.Status == award.ClaimApproved || one.Status == award.ClaimPaid {
		rows = append(rows, page.Row{Key: "Approved", Value: one.Approved.String() + ", on " + london.Stamp(one.DecidedAt)})
	}
	if one.Status == award.ClaimPaid {
		rows = append(rows, page.Row{Key: "Paid", Value: london.DateOf(one.PaidAt).Medium() + ", reference " + one.Reference})
	}
	return page.Summary{Rows: rows}
}

// claim shows a claim, and the form for what comes next.
func (h *handlers) claim(c *gin.Context) error {
	p, err := h.readClaim(c)
	if err != nil {
		return err
	}
	return page.Render(c, "awards/claim", p)
}

// receipt gives a receipt to keep. It is never shown inside a page: somebody else made it.
func (h *handlers) receipt(c *gin.Context) error {
	nth, _ := strconv.Atoi(c.Param("nth")) // what is no number is no receipt
	var r *award.Receipt
	err := h.claimsWork(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
		r, err = award.ReadReceipt(ctx, tx, h.Box, by, c.Param("code"), nth)
		return err
	})
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="`+id.NormaliseCode(c.Param("code"))+"-"+strconv.Itoa(nth)+r.Extension()+`"`)
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Data(http.StatusOK, r.ContentType, r.Body)
	return nil
}
