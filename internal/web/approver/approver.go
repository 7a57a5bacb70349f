// Package approver is what somebody sees who is asked by link to agree to the cost of places that a colleague books: one
// page, one button for yes and one for no. There is no account.
//
// What always holds: opening the link changes nothing, so that a mail scanner does not agree; the page shows the one booking
// that the link is about, and of it only what the approver's own organisation pays; no browser or cache keeps the page, and
// its title does not say what it is about.
package approver

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB      *db.DB // in the role db.App
	Machine *db.DB // in the role db.Worker: places are confirmed by a yes
}

type approver struct{ Options }

// Mount adds the pages.
func Mount(r gin.IRouter, o Options) {
	a := &approver{o}
	link := r.Group("/approve/:token", unkept)
	link.GET("", page.Handle(a.show))
	link.POST("", page.Handle(a.agree))
	link.POST("/no", page.Handle(a.refuse))
}

// unkept has no browser or cache keep a page: its address is a secret.
func unkept(c *gin.Context) { c.Header("Cache-Control", "no-store") }

type wordsForm struct {
	Words string `form:"words" binding:"max=1000" error:"Use 1,000 characters or fewer"`
}

// agreed is what the page said that the organisation pays. What is no amount agrees with nothing.
func agreed(c *gin.Context) money.Amount {
	pence, err := strconv.ParseInt(c.PostForm("agreed"), 10, 64)
	if err != nil {
		return -1
	}
	return money.Amount(pence)
}

type approvalPage struct {
	page.Base
	*admissions.Approval
	Form wordsForm
	Link string // where its buttons send
}

// Pence is what the organisation pays, as the form carries it.
func (p *approvalPage) Pence() int64 { return int64(p.Total) }

func (a *approver) page(c *gin.Context) (*approvalPage, error) {
	asked, err := admissions.ApprovalOf(c.Request.Context(), a.DB, c.Param("token"))
	return &approvalPage{Approval: asked, Link: "/approve/" + c.Param("token")}, err
}

// show says what the booking costs, or what was answered.
func (a *approver) show(c *gin.Context) error {
	p, err := a.page(c)
	if err != nil {
		return err
	}
	return page.Render(c, "approver/approve", p)
}

// agree says yes. It takes no words: whoever agrees has nothing to explain.
func (a *approver) agree(c *gin.Context) error {
	return a.answer(c, "", func(ctx context.Context, tx *db.Tx, token string) error {
		return admissions.ApproveCost(ctx, tx, token, agreed(c))
	})
}

// refuse says no, with words for whoever booked.
func (a *approver) refuse(c *gin.Context) error {
	var form wordsForm
	if err := page.Bind(c, &form); err != nil {
		p, unread := a.page(c)
		if unread != nil {
			return unread
		}
		p.Form = form
		return page.Again(c, err, "approver/approve", p)
	}
	return a.answer(c, form.Words, func(ctx context.Context, tx *db.Tx, token string) error {
		return admissions.RefuseCost(ctx, tx, token, form.Words)
	})
}

// answer gives an answer, and shows it; to somebody who answers again it shows what counts.
func (a *approver) answer(c *gin.Context, words string, give func(context.Context, *db.Tx, string) error) error {
	ctx, token := c.Request.Context(), c.Param("token")
	err := a.Machine.Write(ctx, func(tx *db.Tx) error { return give(ctx, tx, token) })
	if err != nil {
		p, unread := a.page(c)
		if unread != nil {
			return unread
		}
		p.Form.Words = words
		return page.Again(c, err, "approver/approve", p)
	}
	return page.Redirect(c, "/approve/"+token)
}
