package trainer

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type notesPage struct {
	page.Base
	Half *attendance.HalfDay
	List []attendance.DayNote
}

// notes is what helps people on a day, for who teaches it. Each reading is kept.
func (d desk) notes(c *gin.Context) error {
	h, err := d.lesson(c, string(attendance.Morning))
	if err != nil {
		return err
	}
	p := &notesPage{Half: h}
	p.Crumbs = []page.Link{{Text: "Teaching", Href: "/teach"}, {Text: "Register", Href: "/teach/" + h.Path()}}
	err = d.mine(c, func(ctx context.Context, tx *db.Tx) (err error) {
		p.List, err = attendance.ReadNotes(ctx, tx, d.Box, page.ViewerOf(c).Person, h)
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "trainer/notes", p)
}

// asAccess is one unit of work of the access officer.
func (d desk) asAccess(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return d.Access.WriteAs(ctx, db.Who{Person: page.ViewerOf(c).Person}, func(tx *db.Tx) error { return do(ctx, tx) })
}

// support is what the access officer's pages here lie below.
var support = []page.Link{{Text: "Support", Href: "/admin/support"}, {Text: "What helps on a day", Href: daysAt}}

const daysAt = "/admin/support/days"

type dayNotesPage struct {
	page.Base
	Table page.Table
	Links page.Pagination
}

// dayNotes lists the notes for days that are not over, and none of their words.
func (d desk) dayNotes(c *gin.Context) error {
	var after attendance.NoteKey
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	var rows []attendance.DayNote
	err := d.asAccess(c, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, err = attendance.Notes(ctx, tx, london.DateOf(tx.Now), after, portion+1)
		return err
	})
	if err != nil {
		return err
	}
	rows, links, err := page.Portion(c, rows, portion, func(last attendance.DayNote) attendance.NoteKey {
		return attendance.NoteKey{Day: last.Day, Note: last.ID}
	})
	if err != nil {
		return err
	}
	t := page.Table{Caption: "Soonest first", Stacked: true, Columns: []page.Column{{Title: "Day"}, {Title: "Name"}, {Title: "Place"}, {Title: "Dates"}, {Title: "Times read", Numeric: true}}}
	for _, n := range rows {
		t.Rows = append(t.Rows, []page.Cell{{Text: n.Day.Long(), Href: daysAt + "/" + n.Code + "/" + n.Day.String()}, {Text: n.Name}, {Text: n.Code}, {Text: n.Run},
			{Text: strconv.Itoa(n.Readings)}})
	}
	p := &dayNotesPage{Table: t, Links: links}
	p.Crumbs = support[:1]
	return page.Render(c, "trainer/day-notes", p)
}

type noteForm struct {
	Code        string `form:"code" binding:"required,max=20" error:"Enter the code of their place"`
	DayDay      string `form:"day-day"`
	DayMonth    string `form:"day-month"`
	DayYear     string `form:"day-year"`
	Words       string `form:"words"`
	AgreedDay   string `form:"agreed-day"`
	AgreedMonth string `form:"agreed-month"`
	AgreedYear  string `form:"agreed-year"`
}

// need is the form as the verb takes it. What is no day is refused by the verb, as none.
func (f noteForm) need() attendance.Need {
	day, _ := page.ReadDate(f.DayDay, f.DayMonth, f.DayYear)
	agreed, _ := page.ReadDate(f.AgreedDay, f.AgreedMonth, f.AgreedYear)
	return attendance.Need{Code: f.Code, Day: day, Words: f.Words, AgreedOn: agreed}
}

type noteFormPage struct {
	page.Base
	Form noteForm
}

func (d desk) blankNote(c *gin.Context) error {
	p := &noteFormPage{}
	p.Crumbs = support
	return page.Render(c, "trainer/day-note-new", p)
}

func (d desk) writeNote(c *gin.Context) error {
	p := &noteFormPage{}
	p.Crumbs = support
	err := page.Bind(c, &p.Form)
	if err == nil {
		err = d.asAccess(c, func(ctx context.Context, tx *db.Tx) error {
			return attendance.WriteNote(ctx, tx, d.Box, page.ViewerOf(c).Person, p.Form.need())
		})
	}
	if f := failure.Of(err); f != nil && f.Kind == failure.NotFound {
		err = failure.Field("code", "We cannot find that place. Check its code")
	}
	if err != nil {
		return page.Again(c, err, "trainer/day-note-new", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, daysAt)
}

type dayNotePage struct {
	page.Base
	Note     attendance.DayNote
	Readings page.Table
}

// noteIn are the place and the day in the address.
func noteIn(c *gin.Context) (code string, day london.Date, err error) {
	if day, err = london.Parse(c.Param("day")); err != nil {
		return "", day, page.ErrNotFound.Because(err)
	}
	return id.NormaliseCode(c.Param("code")), day, nil
}

// dayNote shows a note with who has read it, and notes the reading.
func (d desk) dayNote(c *gin.Context) error {
	code, day, err := noteIn(c)
	if err != nil {
		return err
	}
	p := &dayNotePage{Readings: page.Table{Caption: "Who has read it", Columns: []page.Column{{Title: "Name"}, {Title: "When"}}}}
	p.Crumbs = support
	err = d.asAccess(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Note, err = attendance.ReadNote(ctx, tx, d.Box, page.ViewerOf(c).Person, code, day); err != nil {
			return err
		}
		readings, err := attendance.ReadingsOf(ctx, tx, p.Note.ID)
		for _, r := range readings {
			p.Readings.Rows = append(p.Readings.Rows, []page.Cell{{Text: r.Name}, {Text: london.Stamp(r.At)}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "trainer/day-note", p)
}

func (d desk) takeBackNote(c *gin.Context) error {
	code, day, err := noteIn(c)
	if err != nil {
		return err
	}
	err = d.asAccess(c, func(ctx context.Context, tx *db.Tx) error {
		return attendance.TakeBackNote(ctx, tx, page.ViewerOf(c).Person, code, day)
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.NoteTakenBack)
	return page.Redirect(c, daysAt)
}
