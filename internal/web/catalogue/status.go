package catalogue

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/state"
	"bursar/internal/web/page"
)

type statusPage struct {
	page.Base
	Run      *course.Offering
	Concerns []string
	Known    []course.Teaching
	Over     bool // its last day is
}

// Tag is how the run stands.
func (p *statusPage) Tag() page.Tag { return tagOf(p.Run) }

// tagOf is how a run stands, in a word or two.
func tagOf(o *course.Offering) page.Tag {
	switch o.Status {
	case course.Draft:
		return page.Tag{Text: "Draft", Colour: "grey"}
	case course.Open:
		return page.Tag{Text: "Open", Colour: "green"}
	case course.Closed:
		return page.Tag{Text: "Closed", Colour: "yellow"}
	case course.Cancelled:
		return page.Tag{Text: "Cancelled", Colour: "red"}
	}
	return page.Tag{Text: "Finished", Colour: "blue"}
}

// Ended reports whether nothing about the run can change any more.
func (p *statusPage) Ended() bool {
	return p.Run.Status == course.Cancelled || p.Run.Status == course.Finished
}

// Begun reports whether its first day has come.
func (p *statusPage) Begun() bool { return !london.DateOf(p.Now).Before(p.Run.StartsOn()) }

// Public reports whether it is open to bookings.
func (p *statusPage) Public() bool { return p.Run.Status == course.Open }

// Applies reports whether people apply for a place, and do not book it.
func (p *statusPage) Applies() bool { return p.Run.Entry == course.Apply }

// Tasks are all that can be said about the run.
func (p *statusPage) Tasks() page.Tasks {
	o := p.Run
	task := func(text, path, hint string, done bool) page.Task {
		t := page.Task{Text: text, Href: href(o) + path, Hint: hint, Status: "To do", Done: done}
		if done {
			t.Status = "Done"
		}
		return t
	}
	teachers := map[string]bool{}
	for _, t := range p.Known {
		teachers[t.Code] = true
	}
	return page.Tasks{Items: []page.Task{
		task("Dates, hours and venue", "/dates", fmt.Sprintf("%d days, from %s to %s, %s", o.Days(), o.StartsOn().Medium(), o.EndsOn().Medium(), o.Where()), true),
		task("Prices, withdrawal and instalments", "/prices", p.priced(), len(o.Prices) > 0 && len(o.Scale) > 0),
		task("How many people", "/places", fmt.Sprintf("%d places, %d of them taken", o.Places.Capacity, o.Places.Taken()), true),
		task("Who teaches", "/trainers", heads(len(teachers)), len(teachers) > 0),
		task("How people get a place, and what completing it takes", "/details", fmt.Sprintf("%s of the time. It goes ahead with %d people", course.Percent(o.AttendanceBP), o.Minimum), true),
	}}
}

func heads(n int) string {
	switch n {
	case 0:
		return "Nobody yet"
	case 1:
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

func (p *statusPage) priced() string {
	if len(p.Run.Prices) == 0 {
		return "No price yet"
	}
	if p.Run.OnePrice() {
		return p.Run.Price(course.Organisation).Short() + " for everyone"
	}
	s := p.Run.Price(course.Organisation).Short() + " for organisations"
	if p.Run.Price(course.Self) > 0 {
		s += ", " + p.Run.Price(course.Self).Short() + " for people who pay themselves, " + p.Run.Price(course.Peer).Short() + " for peers"
	}
	return s
}

// Waits reports whether staff have still to say that it goes ahead.
func (p *statusPage) Waits() bool {
	return p.Run.DecidedAt.IsZero() && (p.Run.Status == course.Open || p.Run.Status == course.Closed) && !p.Begun()
}

func (d desk) statusPage(c *gin.Context) (*statusPage, error) {
	o, err := d.runOf(c)
	if err != nil {
		return nil, err
	}
	p := &statusPage{Base: page.Base{Crumbs: []page.Link{home, allCourses}}, Run: o, Over: o.Over(o.Blocks[len(o.Blocks)-1], d.DB.Now())}
	p.Known, err = course.TrainersOf(c.Request.Context(), d.DB, o.ID)
	if !p.Ended() {
		p.Concerns = o.Concerns(p.Known)
	}
	return p, err
}

// status shows what is missing, and what can be done with a run.
func (d desk) status(c *gin.Context) error {
	p, err := d.statusPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "catalogue/status", p)
}

type actForm struct {
	Act string `form:"act" binding:"required,oneof=publish close ahead finish" error:"Choose what happens to these dates"`
}

// acts are what the buttons do, and what is said afterwards.
var acts = map[string]struct {
	do   func(context.Context, *db.Tx, audit.Actor, *course.Offering) error
	said page.Notice
}{
	"publish": {func(ctx context.Context, tx *db.Tx, by audit.Actor, o *course.Offering) error {
		return course.Publish(ctx, tx, by, o.ID)
	}, page.RunPublished},
	"close": {func(ctx context.Context, tx *db.Tx, by audit.Actor, o *course.Offering) error {
		return course.Close(ctx, tx, by, o.ID)
	}, page.RunClosed},
	"finish": {func(ctx context.Context, tx *db.Tx, by audit.Actor, o *course.Offering) error {
		return course.Finish(ctx, tx, by, o.ID)
	}, page.RunFinished},
	"ahead": {func(ctx context.Context, tx *db.Tx, by audit.Actor, o *course.Offering) error {
		who, ok := by.Person()
		if !ok {
			return state.ErrMovedOn
		}
		return admissions.GoAhead(ctx, tx, who, o.ID)
	}, page.RunGoesAhead},
}

func (d desk) act(c *gin.Context) error {
	p, err := d.statusPage(c)
	if err != nil {
		return err
	}
	var f actForm
	if err = page.Bind(c, &f); err == nil {
		by := audit.Person(page.ViewerOf(c).Person)
		err = d.Machine.Write(c.Request.Context(), func(tx *db.Tx) error { return acts[f.Act].do(c.Request.Context(), tx, by, p.Run) })
	}
	if err != nil {
		return page.Again(c, err, "catalogue/status", p)
	}
	page.Flash(c, acts[f.Act].said)
	return page.Redirect(c, href(p.Run)+"/status")
}
