package catalogue

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

type placesForm struct {
	Capacity     string `form:"capacity" binding:"required" error:"Enter how many places there are"`
	Reserved     string `form:"reserved"`
	ReleaseDay   string `form:"release_on-day"`
	ReleaseMonth string `form:"release_on-month"`
	ReleaseYear  string `form:"release_on-year"`
	Seen         string `form:"seen"` // see seenOf
}

func placesFormOf(o *course.Offering) placesForm {
	f := placesForm{Capacity: strconv.Itoa(o.Places.Capacity), Reserved: strconv.Itoa(o.Places.Reserved)}
	f.ReleaseDay, f.ReleaseMonth, f.ReleaseYear = page.Boxes(o.Places.ReleaseOn)
	f.Seen = seenOf(f)
	return f
}

type placesPage struct {
	page.Base
	Run  *course.Offering
	Form placesForm
}

func (d desk) places(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "catalogue/places", &placesPage{Base: within(o), Run: o, Form: placesFormOf(o)})
}

func (d desk) savePlaces(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	p := &placesPage{Base: within(o), Run: o}
	err = page.Bind(c, &p.Form)
	if err == nil {
		wrong := page.Mistakes{}
		capacity, reserved := wrong.Count("capacity", p.Form.Capacity), wrong.Count("reserved", p.Form.Reserved)
		release := wrong.Day("release_on", p.Form.ReleaseDay, p.Form.ReleaseMonth, p.Form.ReleaseYear)
		if err = wrong.Refusal(nil); err == nil {
			now := ofRun(o, func(now *course.Offering) string { return placesFormOf(now).Seen })
			err = d.writeSeen(c, &p.Form.Seen, now, func(ctx context.Context, tx *db.Tx, by audit.Actor) error {
				return course.SetPlaces(ctx, tx, by, o.ID, capacity, reserved, release)
			})
		}
	}
	if err != nil {
		return page.Again(c, err, "catalogue/places", p)
	}
	return saved(c, href(o)+"/status")
}
