package applicant

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

type leavingPage struct{ *own }

// leaving asks whether the application is to be taken back, and says what that means.
func (a *Applicant) leaving(c *gin.Context) error {
	o, err := a.open(c)
	if err != nil {
		return err
	}
	if !o.MayWithdraw() {
		return page.Redirect(c, o.Own)
	}
	return page.Render(c, "applicant/withdraw", &leavingPage{o.back()})
}

// MayWithdraw reports whether the application can be taken back where it stands.
func (o *own) MayWithdraw() bool {
	switch o.Status {
	case bursary.Draft, bursary.Submitted, bursary.InReview, bursary.Banded:
		return true
	}
	return false
}

// withdraw takes the application back. Pressed twice it is done once.
func (a *Applicant) withdraw(c *gin.Context) error {
	ctx, person := c.Request.Context(), page.ViewerOf(c).Person
	var taken *bursary.Application
	err := a.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) (err error) {
		taken, err = bursary.Withdraw(ctx, tx, person, c.Param("code"))
		return err
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.TakenBack)
	return page.Redirect(c, at(taken.Code))
}
