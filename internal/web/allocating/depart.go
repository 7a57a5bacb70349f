package allocating

import (
	"context"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

// departForm is a departure from the order. Package award says what is wrong with it.
type departForm struct {
	Seen   string `form:"seen" binding:"required,max=20" error:"Reload this page and try again"`
	Code   string `form:"code" binding:"max=20" error:"Enter the reference of an application, like K7Q2-9M"`
	Kind   string `form:"kind" binding:"max=20" error:"Choose what shall be different for this person"`
	Reason string `form:"reason" binding:"max=5000" error:"Use 1,000 characters or fewer."`
}

// depart makes another proposal with one more departure.
func (f office) depart(c *gin.Context) error {
	var form departForm
	err := page.Bind(c, &form)
	if err == nil {
		one := award.Departure{Code: form.Code, Kind: award.DepartureKind(form.Kind), Reason: form.Reason}
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return f.another(ctx, tx, c, form.Seen, func(before []award.Departure) []award.Departure { return append(before, one) })
		})
	}
	if err != nil {
		return f.again(c, err, form)
	}
	page.Flash(c, page.Departed)
	return page.Redirect(c, "/admin/rounds/"+code(c)+"/allocation")
}

type takeBackForm struct {
	Seen string `form:"seen" binding:"required,max=20" error:"Reload this page and try again"`
	Code string `form:"code" binding:"required,max=20" error:"Reload this page and try again"`
}

// takeBack makes another proposal without one of the departures. Its reason stays with the proposal that had it.
func (f office) takeBack(c *gin.Context) error {
	var form takeBackForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return f.another(ctx, tx, c, form.Seen, func(before []award.Departure) []award.Departure {
				return slices.DeleteFunc(before, func(d award.Departure) bool { return d.Code == id.NormaliseCode(form.Code) })
			})
		})
	}
	if err != nil {
		return f.again(c, err, departForm{})
	}
	page.Flash(c, page.DepartureTakenBack)
	return page.Redirect(c, "/admin/rounds/"+code(c)+"/allocation")
}
