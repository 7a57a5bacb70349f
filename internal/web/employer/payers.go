package employer

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type payersForm struct {
	Name    string `form:"name" binding:"max=200" error:"The name must be 200 characters or fewer"`
	Email   string `form:"email" binding:"omitempty,email,max=254" error:"Enter an email address, like name@example.org"`
	Contact string `form:"contact" binding:"max=200" error:"The name must be 200 characters or fewer"`
	Other   string `form:"other" binding:"max=20" error:"Enter an amount like £500, or a part like 60%"`
	Person  string `form:"person" binding:"max=20" error:"Enter an amount like £500, or a part like 60%"`
}

type payersPage struct {
	*seatPage
	Form payersForm
}

// payers asks who pays for a place besides the organisation.
func (e *employer) payers(c *gin.Context) error {
	p, err := e.seatPage(c)
	if err != nil {
		return err
	}
	if !p.MayShare() {
		return page.Redirect(c, p.Href(""))
	}
	p.Base.Back = p.Href("")
	return page.Render(c, "employer/payers", &payersPage{seatPage: p})
}

// savePayers shares what the organisation pays anew.
func (e *employer) savePayers(c *gin.Context) error {
	var form payersForm
	err := page.Bind(c, &form)
	if err == nil {
		wrong := page.Mistakes{}
		parts := form.parts(wrong)
		if err = wrong.Refusal(nil); err == nil {
			err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
				return admissions.Reshare(ctx, tx, me, of, c.Param("code"), parts)
			})
		}
	}
	if f := failure.Of(err); f != nil && f.Fields["parts"] != "" {
		err = failure.Field("other", f.Fields["parts"]) // about what everybody pays together
	}
	p, unread := e.seatPage(c)
	if unread != nil {
		return unread
	}
	if err != nil {
		p.Base.Back = p.Href("")
		return page.Again(c, err, "employer/payers", &payersPage{p, form})
	}
	page.Flash(c, page.PayersChanged)
	return page.Redirect(c, p.Href(""))
}

// parts are what was typed: others pay what was entered, and the organisation the rest.
func (f payersForm) parts(wrong page.Mistakes) []admissions.PricePart {
	var parts []admissions.PricePart
	if f.Name+f.Email+f.Contact+f.Other != "" {
		if f.Name == "" {
			wrong["name"] = "Enter the name of the other organisation"
		}
		if f.Email == "" {
			wrong["email"] = "Enter the email address of whom we ask there"
		}
		bp, fixed := part(wrong, "other", f.Other)
		parts = append(parts, admissions.PricePart{Payer: billing.Organisation, Name: f.Name, Email: f.Email, Contact: f.Contact, BP: bp, Fixed: fixed})
	}
	if f.Person != "" {
		bp, fixed := part(wrong, "person", f.Person)
		parts = append(parts, admissions.PricePart{Payer: billing.Learner, BP: bp, Fixed: fixed})
	}
	return append(parts, admissions.PricePart{Payer: billing.Organisation, Rest: true})
}

// part reads "60%" as basis points, or "£500" as pence.
func part(m page.Mistakes, field, typed string) (bp int64, fixed money.Amount) {
	if number, ok := strings.CutSuffix(typed, "%"); ok {
		points, err := money.Parse(strings.TrimSpace(number)) // hundredths, as of pounds
		if err != nil || points < 1 || points > 10_000 {
			m[field] = "Enter a part between 0.01% and 100%, like 60%"
		}
		return int64(points), 0
	}
	fixed, err := money.Parse(typed)
	if err != nil || fixed <= 0 {
		m[field] = "Enter an amount like £500, or a part like 60%"
	}
	return 0, fixed
}
