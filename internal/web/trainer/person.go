package trainer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/attendance"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// makeUpForm arranges what somebody makes up. At is a run's code and a day of it.
type makeUpForm struct {
	Missed string   `form:"missed" binding:"required" error:"Choose the day that they missed"`
	At     string   `form:"at" binding:"required" error:"Choose where and when they make it up"`
	Halves []string `form:"halves" binding:"required,dive,oneof=am pm" error:"Choose the morning, the afternoon or both"`
}

type completesForm struct {
	Completes string `form:"completes" binding:"required,oneof=yes no" error:"Choose whether it counts as completed"`
	Reason    string `form:"reason"`
}

// made is what somebody makes up as a page shows it.
type made struct {
	attendance.MakeUp
	Words string
	Open  bool // it can be ended
}

type personPage struct {
	page.Base
	Run       *course.Offering
	Place     *enrolment.Enrolment
	Outcome   attendance.Outcome
	Name      string
	Stands    string
	Percent   string
	Days      page.Table
	MakeUps   []made
	Missed    []page.Choice
	Elsewhere []page.Choice
	MakeUp    makeUpForm
	Completes completesForm
	Waits     *attendance.Pending // somebody has asked that it counts otherwise
	Acts      bool                // the place is confirmed, so that something can change
}

func (d desk) personPage(c *gin.Context) (*personPage, error) {
	o, err := d.runOf(c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	e, err := enrolment.ByCode(ctx, d.DB, c.Param("code"))
	if err != nil {
		return nil, err
	}
	if e.RunID != o.ID {
		return nil, page.ErrNotFound
	}
	p := &personPage{Run: o, Place: e, Acts: e.Status == enrolment.Confirmed}
	p.Crumbs = above(o)
	return p, p.read(ctx, d, london.DateOf(d.DB.Now()))
}

// read completes the page with what stands on a day.
func (p *personPage) read(ctx context.Context, d desk, today london.Date) (err error) {
	if p.Outcome, err = attendance.OutcomeOf(ctx, d.DB, p.Place.ID); err != nil {
		return err
	}
	p.Name, p.Stands, p.Percent = named(p.Outcome), standing(p.Outcome, today.After(p.Run.EndsOn())), percent(p.Outcome.BasisPoints())
	history, err := attendance.HistoryOf(ctx, d.DB, p.Place, today)
	if err != nil {
		return err
	}
	p.days(history)
	list, err := attendance.MakeUpsOf(ctx, d.DB, p.Place.ID)
	if err != nil {
		return err
	}
	for _, m := range list {
		p.MakeUps = append(p.MakeUps, madeOf(m))
	}
	if p.Waits, err = attendance.PendingFor(ctx, d.DB, p.Place.ID); err != nil {
		return err
	}
	slots, err := attendance.Elsewhere(ctx, d.DB, p.Run, today)
	if len(slots) > 0 {
		p.Elsewhere = []page.Choice{{Label: "Choose a day"}}
	}
	for _, s := range slots {
		p.Elsewhere = append(p.Elsewhere, page.Choice{Value: s.Run + "/" + s.Day.String(), Label: s.Day.Long() + ", " + s.Run + ", " + s.City})
	}
	return err
}

// days is a line for each day with both of its halves, and the days that can be made up.
func (p *personPage) days(history []attendance.Attended) {
	p.Days = page.Table{Caption: "Day by day", Stacked: true, Columns: []page.Column{{Title: "Day"}, {Title: "Block", Numeric: true}, {Title: "Morning"}, {Title: "Afternoon"}}}
	for i := 0; i+1 < len(history); i += 2 {
		am, pm := history[i], history[i+1]
		p.Days.Rows = append(p.Days.Rows, []page.Cell{{Text: am.Day.Long()}, {Text: strconv.Itoa(am.Number)}, p.cell(am), p.cell(pm)})
		if am.Mark == attendance.Absent || pm.Mark == attendance.Absent {
			p.Missed = append(p.Missed, page.Choice{Value: am.Day.String(), Label: am.Day.Long() + ", " + absentWhen(am, pm)})
		}
	}
}

func absentWhen(am, pm attendance.Attended) string {
	switch {
	case am.Mark != pm.Mark && am.Mark == attendance.Absent:
		return "morning"
	case am.Mark != pm.Mark:
		return "afternoon"
	}
	return "all day"
}

func (p *personPage) cell(a attendance.Attended) page.Cell {
	text := marked[a.Mark]
	if text == "" {
		text = "Not marked"
	}
	return page.Cell{Text: text, Href: at(p.Run, registerAt(a.Day, a.Half))}
}

func madeOf(m attendance.MakeUp) made {
	words := fmt.Sprintf("The %s of %s, with %s on %s", m.Half.Word(), m.Missed.Medium(), m.Run, m.Day.Medium())
	switch {
	case m.Attended == nil:
		words += ": arranged"
	case *m.Attended:
		words += ": made up"
	default:
		words += ": they were not there"
	}
	return made{MakeUp: m, Words: words, Open: m.Attended == nil}
}

// person is what the registers say of one person, half day by half day, and what can be done about it.
func (d desk) person(c *gin.Context) error {
	p, err := d.personPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "trainer/person", p)
}

// arrange has somebody make up what they missed with another group.
func (d desk) arrange(c *gin.Context) error {
	p, err := d.personPage(c)
	if err != nil {
		return err
	}
	var a attendance.Arrangement
	if err = page.Bind(c, &p.MakeUp); err == nil {
		a, err = p.MakeUp.arrangement(p.Place.Code)
	}
	if err == nil {
		err = d.act(c, func(ctx context.Context, tx *db.Tx) error {
			return attendance.Arrange(ctx, tx, page.ViewerOf(c).Person, a)
		})
	}
	if err != nil {
		return page.Again(c, err, "trainer/person", p)
	}
	page.Flash(c, page.MakeUpArranged)
	return page.Redirect(c, at(p.Run, "/places/"+p.Place.Code))
}

func (f makeUpForm) arrangement(code string) (attendance.Arrangement, error) {
	missed, err := london.Parse(f.Missed)
	if err != nil {
		return attendance.Arrangement{}, failure.Field("missed", "Choose the day that they missed")
	}
	run, day, _ := strings.Cut(f.At, "/")
	on, err := london.Parse(day)
	if err != nil {
		return attendance.Arrangement{}, failure.Field("at", "Choose where and when they make it up")
	}
	a := attendance.Arrangement{Code: code, Missed: missed, Run: run, At: on}
	for _, half := range []attendance.Half{attendance.Morning, attendance.Afternoon} {
		if slices.Contains(f.Halves, string(half)) {
			a.Halves = append(a.Halves, half)
		}
	}
	return a, nil
}

type dropForm struct {
	Which string `form:"which" binding:"required,number" error:"Choose what is not to happen"`
}

func (d desk) drop(c *gin.Context) error {
	p, err := d.personPage(c)
	if err != nil {
		return err
	}
	var form dropForm
	if err = page.Bind(c, &form); err != nil {
		return page.Again(c, err, "trainer/person", p)
	}
	which, _ := strconv.ParseInt(form.Which, 10, 64) // what is none changes nothing
	err = d.act(c, func(ctx context.Context, tx *db.Tx) error {
		return attendance.Drop(ctx, tx, page.ViewerOf(c).Person, p.Place.ID, id.MakeUp(which))
	})
	if err != nil {
		return page.Again(c, err, "trainer/person", p)
	}
	page.Flash(c, page.MakeUpDropped)
	return page.Redirect(c, at(p.Run, "/places/"+p.Place.Code))
}

// askCompletion asks a second person that somebody counts as having completed, or not, against the rule.
func (d desk) askCompletion(c *gin.Context) error {
	p, err := d.personPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Completes); err == nil {
		err = d.act(c, func(ctx context.Context, tx *db.Tx) error {
			return attendance.AskCompletion(ctx, tx, page.ViewerOf(c).Person, p.Place.Code, p.Completes.Completes == "yes", p.Completes.Reason)
		})
	}
	if err != nil {
		return page.Again(c, err, "trainer/person", p)
	}
	page.Flash(c, page.ChangeAsked)
	return page.Redirect(c, at(p.Run, "/places/"+p.Place.Code))
}
