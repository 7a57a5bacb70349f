package trainer

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// line is a name on a register as its page shows it.
type line struct {
	attendance.Entry
	Field  string          // of the form
	Chosen attendance.Mark // in the form, which may not be saved
	Error  string
	Fixed  bool // it stands, and only the office can have it changed
}

// Says is the mark that stands, in words.
func (l line) Says() string { return marked[l.Mark] }

type registerPage struct {
	page.Base
	Half   *attendance.HalfDay
	Lines  []line
	Self   string // its address
	Other  page.Link
	Office bool
	Early  bool                // the day has not come
	Over   bool                // the block is over: a change takes two people
	Key    string              // under which the form is sent
	Keeper string              // by which a telephone knows whose marks it keeps
	Notes  int                 // what helps people on that day, to be read
	Waits  *attendance.Pending // a change that somebody has asked for
	Reason string
	sheet  []attendance.Entry
}

// Fixed reports whether nothing on the page can be changed.
func (p *registerPage) Fixed() bool {
	return p.Early || !slices.ContainsFunc(p.Lines, func(l line) bool { return !l.Fixed })
}

// Marked counts how many are marked.
func (p *registerPage) Marked() (n int) {
	for _, l := range p.Lines {
		if l.Mark != attendance.Unmarked {
			n++
		}
	}
	return n
}

// register is the register of half a day for who teaches it.
func (d desk) register(c *gin.Context) error {
	p, err := d.trainersPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "trainer/register", p)
}

func (d desk) mark(c *gin.Context) error {
	p, err := d.trainersPage(c)
	if err != nil {
		return err
	}
	return d.take(c, p, d.trainersPage)
}

// trainersPage is the register in the address as whoever teaches it sees it.
func (d desk) trainersPage(c *gin.Context) (*registerPage, error) {
	h, err := d.lesson(c, c.Param("half"))
	if err != nil {
		return nil, err
	}
	p, err := d.registerPage(c, h, "/teach/"+h.Path())
	if err != nil {
		return nil, err
	}
	p.Crumbs = []page.Link{{Text: "Teaching", Href: "/teach"}}
	p.Other = other(h, "/teach/"+h.Run+"/"+h.Day.String()+"/")
	if p.Keeper, err = d.keeper(c); err != nil {
		return nil, err
	}
	err = d.mine(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.sheet, err = attendance.Sheet(ctx, tx, h); err != nil {
			return err
		}
		if today := london.DateOf(tx.Now); h.Day == today || h.Day.AddDays(-1) == today {
			p.Notes, err = attendance.NotesOn(ctx, tx, h)
		}
		return err
	})
	p.fill(london.DateOf(d.DB.Now()))
	return p, err
}

func (d desk) registerPage(c *gin.Context, h *attendance.HalfDay, at string) (p *registerPage, err error) {
	today := london.DateOf(d.DB.Now())
	p = &registerPage{Half: h, Self: at, Early: today.Before(h.Day), Over: h.Over(today), Key: rand.Text()}
	if p.Over {
		p.Waits, err = attendance.PendingOf(c.Request.Context(), d.DB, h)
	}
	return p, err
}

// other leads to the other half of the day.
func other(h *attendance.HalfDay, within string) page.Link {
	half := attendance.Morning
	if h.Half == attendance.Morning {
		half = attendance.Afternoon
	}
	return page.Link{Text: "The " + half.Word() + " of this day", Href: within + string(half)}
}

// fill makes the lines of what stands.
func (p *registerPage) fill(today london.Date) {
	p.Lines = nil
	for _, e := range p.sheet {
		late := !p.Office && !p.Over && today.After(p.Half.Day) && e.Mark != attendance.Unmarked
		p.Lines = append(p.Lines, line{Entry: e, Field: attendance.Field(e.Code), Chosen: e.Mark, Fixed: late})
	}
}

// keeperOf is in whose name a register is written in.
func (p *registerPage) keeperOf(c *gin.Context) attendance.Keeper {
	return attendance.Keeper{Person: page.ViewerOf(c).Person, Office: p.Office}
}

// fields are the form fields of a register in the order of its names.
func (p *registerPage) fields() []string {
	names := []string{"reason"}
	for _, l := range p.Lines {
		names = append(names, l.Field)
	}
	return names
}

// strokes are the marks that were given: what was chosen and differs from what the page showed. everybody marks present whoever
// has no mark. What was chosen for somebody who has left the register meanwhile is among them, for the verb to refuse.
func (p *registerPage) strokes(sent url.Values) (list []attendance.Stroke) {
	everybody := sent.Get("everybody") != ""
	for name := range sent {
		code, is := strings.CutPrefix(name, "was-")
		chosen := attendance.Mark(sent.Get(attendance.Field(code)))
		gone := !slices.ContainsFunc(p.Lines, func(l line) bool { return l.Code == code })
		if is && gone && chosen != attendance.Unmarked && chosen != attendance.Mark(sent.Get(name)) {
			list = append(list, attendance.Stroke{Code: code, Was: attendance.Mark(sent.Get(name)), Mark: chosen})
		}
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		if !sent.Has("was-" + l.Code) {
			continue // not on the page, or nothing was done to it
		}
		was, chosen := attendance.Mark(sent.Get("was-"+l.Code)), attendance.Mark(sent.Get(l.Field))
		if everybody && was == attendance.Unmarked && chosen == attendance.Unmarked {
			chosen = attendance.Present
		}
		if chosen == attendance.Unmarked || chosen == was {
			continue
		}
		l.Chosen = chosen
		list = append(list, attendance.Stroke{Code: l.Code, Was: was, Mark: chosen})
	}
	return list
}

// take saves what was sent, or asks a second person for it when the block is over. again reads the page anew.
func (d desk) take(c *gin.Context, p *registerPage, again func(*gin.Context) (*registerPage, error)) error {
	sent, err := page.Posted(c, p.fields())
	if err != nil {
		return err
	}
	strokes := p.strokes(sent)
	switch {
	case p.Over && page.ForScript(c): // it was tapped before, and asking takes a reason
		return attendance.ErrOver
	case p.Over:
		return d.ask(c, p, sent.Get("reason"), strokes)
	}
	var refused map[string]error
	err = d.act(c, func(ctx context.Context, tx *db.Tx) (err error) {
		refused, err = attendance.Save(ctx, tx, p.keeperOf(c), p.Half, sent.Get("key"), strokes)
		return err
	})
	if err != nil {
		return p.again(c, err)
	}
	after, err := again(c)
	if err != nil {
		return err
	}
	if page.ForScript(c) {
		return after.answer(c, d.DB.Now(), refused)
	}
	if err := attendance.Refusals(after.missed(strokes, refused)); err != nil {
		return after.again(c, err)
	}
	page.Flash(c, page.RegisterSaved)
	return page.Redirect(c, p.Self)
}

// missed adds to what was refused whatever does not stand afterwards: a form that was sent a second time, with something else chosen,
// has a key that is used up.
func (p *registerPage) missed(strokes []attendance.Stroke, refused map[string]error) map[string]error {
	all := maps.Clone(refused)
	if all == nil {
		all = map[string]error{}
	}
	for _, s := range strokes {
		stands := slices.ContainsFunc(p.Lines, func(l line) bool { return l.Code == s.Code && l.Mark == s.Mark })
		if !stands && all[s.Code] == nil {
			all[s.Code] = attendance.ErrMeanwhile
		}
	}
	return all
}

// again shows the register with what could not be saved, each at its name. A program is told so.
func (p *registerPage) again(c *gin.Context, err error) error {
	f := failure.Of(err)
	if f == nil || page.ForScript(c) {
		return err
	}
	shown := *f
	shown.Fields = p.onPage(f.Fields)
	return page.Again(c, &shown, "trainer/register", p)
}

// onPage puts sentences at the names that they are about. What is about somebody who is not on the register any more is about the
// whole of it.
func (p *registerPage) onPage(fields map[string]string) map[string]string {
	at := map[string]string{}
	for field, sentence := range fields {
		i := slices.IndexFunc(p.Lines, func(l line) bool { return l.Field == field })
		switch {
		case i >= 0:
			p.Lines[i].Error, at[field] = sentence, sentence
		case field == "reason":
			at[field] = sentence
		default:
			at[""] = attendance.ErrGone.Message
		}
	}
	return at
}

// ask asks for marks of a block that is over.
func (d desk) ask(c *gin.Context, p *registerPage, reason string, strokes []attendance.Stroke) error {
	p.Reason = reason
	err := d.act(c, func(ctx context.Context, tx *db.Tx) error {
		return attendance.Ask(ctx, tx, p.keeperOf(c), p.Half, reason, strokes)
	})
	if errors.Is(err, attendance.ErrNothing) {
		err = failure.New(failure.Invalid, attendance.ErrNothing.Code, "Choose what is to be changed.")
	}
	if err != nil {
		return p.again(c, err)
	}
	page.Flash(c, page.ChangeAsked)
	return page.Redirect(c, p.Self)
}

// answer tells the page's script what stands now, and why what does not.
func (p *registerPage) answer(c *gin.Context, now time.Time, refused map[string]error) error {
	marks, why := map[string]attendance.Mark{}, map[string]string{}
	for _, l := range p.Lines {
		marks[l.Code] = l.Mark
	}
	for code, err := range refused {
		why[code] = failure.Of(err).Message
	}
	c.JSON(http.StatusOK, gin.H{"saved": london.Clock(now), "marks": marks, "refused": why})
	return nil
}
