package offer

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// claimForm is what is typed; the files are beside it, because no browser gets them back.
type claimForm struct {
	Claim   string // the code of what this form makes, so that two presses make it once
	Purpose string
	Amount  string
	About   string
	accountForm
}

// accountForm is where money shall be paid.
type accountForm struct {
	Name    string `form:"bank_name"`
	Sort    string `form:"sort_code"`
	Account string `form:"account"`
}

func (f accountForm) bank() award.Bank {
	return award.Bank{Name: f.Name, Sort: f.Sort, Account: f.Account}
}

// claimPage is the form on which money is asked for.
type claimPage struct {
	*claimsPage
	Form claimForm
}

// claiming shows the form.
func (h *handlers) claiming(c *gin.Context) error {
	p, err := h.outgoings(c)
	if err != nil {
		return err
	}
	if p.Shut != "" || len(p.Left()) == 0 {
		return page.Redirect(c, p.Own+"/claims") // which says why
	}
	p.Back = p.Own + "/claims"
	form := claimForm{Claim: id.Code()}
	if left := p.Left(); len(left) == 1 {
		form.Purpose = left[0].Value
	}
	return page.Render(c, "offer/claim-new", &claimPage{p, form})
}

// claim takes in what was spent, with its receipts.
func (h *handlers) claim(c *gin.Context) error {
	pressed := page.Arrived(c)
	form, files, err := sentClaimForm(c)
	if err == nil {
		ctx, person := c.Request.Context(), page.ViewerOf(c).Person
		err = h.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) error {
			_, err := award.AskClaim(ctx, tx, h.Box, person, c.Param("code"), form.asking(files), pressed)
			return err
		})
	}
	if err == nil {
		page.Flash(c, page.ClaimSent)
		return page.Redirect(c, at(c.Param("code"))+"/claims")
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unknown := h.outgoings(c)
	if unknown != nil {
		return unknown
	}
	p.Back = p.Own + "/claims"
	return page.Again(c, err, "offer/claim-new", &claimPage{p, form})
}

// asking is what was typed. What is no amount is nothing, which cannot be asked for.
func (f claimForm) asking(files []award.Upload) award.Asking {
	amount, _ := money.Parse(f.Amount)
	asking := award.Asking{Code: f.Claim, Purpose: fund.Purpose(f.Purpose), Amount: amount, About: f.About, Receipts: files}
	if f.accountForm != (accountForm{}) {
		bank := f.bank()
		asking.Bank = &bank
	}
	return asking
}

// accountPage is where it can be changed to which account money is paid.
type accountPage struct {
	*claimsPage
	Form accountForm
}

// account shows the form. What was kept is not shown again: whoever holds the telephone would read it.
func (h *handlers) account(c *gin.Context) error {
	p, err := h.outgoings(c)
	if err != nil {
		return err
	}
	p.Back = p.Own + "/claims"
	return page.Render(c, "offer/claim-account", &accountPage{claimsPage: p})
}

// changeAccount changes where money is paid.
func (h *handlers) changeAccount(c *gin.Context) error {
	var form accountForm
	err := page.Bind(c, &form)
	if err == nil {
		err = h.DB.WriteAs(c.Request.Context(), db.Who{Person: page.ViewerOf(c).Person}, func(tx *db.Tx) error {
			return award.ChangeBank(c.Request.Context(), tx, h.Box, page.ViewerOf(c).Person, c.Param("code"), form.bank())
		})
	}
	if err == nil {
		page.Flash(c, page.Saved)
		return page.Redirect(c, at(c.Param("code"))+"/claims")
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unknown := h.outgoings(c)
	if unknown != nil {
		return unknown
	}
	p.Back = p.Own + "/claims"
	return page.Again(c, err, "offer/claim-account", &accountPage{p, form})
}
