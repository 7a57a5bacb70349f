package ranking

import (
	"context"
	"errors"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type minutesPage struct {
	page.Base
	Round  *bursary.Round
	Form   minutesForm
	Theirs *panel.Minutes // what somebody else wrote meanwhile
}

type minutesForm struct {
	Present string `form:"present" binding:"max=20000" error:"Use 20,000 characters or fewer to say who was there"`
	Left    string `form:"left" binding:"max=20000" error:"Use 20,000 characters or fewer to say who left the room"`
	Notes   string `form:"notes" binding:"max=100000" error:"Use 100,000 characters or fewer for the notes"`
	Version string `form:"version" binding:"required,max=9,number" error:"Reload this page and try again"`
}

// minutes asks what nobody but those who were there can know.
func (f office) minutes(c *gin.Context) error {
	p, m, err := f.readMinutes(c)
	if err != nil {
		return err
	}
	p.Form = minutesForm{m.Present, m.Left, m.Notes, strconv.Itoa(m.Version)}
	return page.Render(c, "ranking/minutes", p)
}

func (f office) readMinutes(c *gin.Context) (*minutesPage, panel.Minutes, error) {
	p, m := new(minutesPage), panel.Minutes{}
	err := f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Round, err = bursary.FindRound(ctx, tx, code(c)); err != nil {
			return err
		}
		m, err = panel.MinutesOf(ctx, tx, f.Box, p.Round.ID)
		return err
	})
	if err != nil {
		return nil, m, err
	}
	if !p.Round.Public() {
		return nil, m, bursary.ErrUnknownRound
	}
	p.Base = below(p.Round)
	return p, m, nil
}

// writeMinutes keeps what was written, unless somebody else wrote meanwhile: then both are shown.
func (f office) writeMinutes(c *gin.Context) error {
	var form minutesForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			r, err := bursary.FindRound(ctx, tx, code(c))
			if err != nil {
				return err
			}
			version, err := strconv.Atoi(form.Version)
			if err != nil {
				return err
			}
			return panel.WriteMinutes(ctx, tx, f.Box, me(c), r.ID, panel.Minutes{Present: form.Present, Left: form.Left, Notes: form.Notes, Version: version})
		})
	}
	if err == nil {
		page.Flash(c, page.Saved)
		return page.Redirect(c, "/admin/rounds/"+code(c)+"/minutes")
	}
	p, theirs, again := f.readMinutes(c)
	if again != nil {
		return again
	}
	p.Form = form
	if errors.Is(err, panel.ErrMinutesChanged) {
		p.Theirs, p.Form.Version = &theirs, strconv.Itoa(theirs.Version)
	}
	return page.Again(c, err, "ranking/minutes", p)
}

// Href is where the document is.
func (p *minutesPage) Href() string { return roundHref(p.Round) + "/minutes/document" }
