package trainer

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

const (
	// soon is how many days ahead somebody's page shows, and looked how many past days it looks through for gaps.
	soon   = 5
	looked = 60
)

// taught is a day that somebody teaches as pages show it.
type taught struct{ attendance.Day }

// At is the address of half of the day's register, "am" or "pm"; of what else belongs to the day, its other end.
func (t taught) At(end string) string {
	return "/teach/" + t.Run + "/" + t.Day.Day.String() + "/" + end
}

// Said is how far the register of half of the day has come.
func (t taught) Said(half string) string {
	marked := t.Morning
	if attendance.Half(half) == attendance.Afternoon {
		marked = t.Afternoon
	}
	switch {
	case marked == 0:
		return "not begun"
	case marked < t.Expected:
		return fmt.Sprintf("%d of %d marked", marked, t.Expected)
	}
	return "done"
}

// missing are the halves of the day without a register.
func (t taught) missing() (halves []attendance.Half) {
	if t.Expected > 0 && t.Morning == 0 {
		halves = append(halves, attendance.Morning)
	}
	if t.Expected > 0 && t.Afternoon == 0 {
		halves = append(halves, attendance.Afternoon)
	}
	return halves
}

// unfinished are the halves of the day on which somebody is not marked, while the block is not over.
func (t taught) unfinished(today london.Date) (halves []attendance.Half) {
	if today.After(t.EndsOn) {
		return nil
	}
	if t.Morning > 0 && t.Morning < t.Expected {
		halves = append(halves, attendance.Morning)
	}
	if t.Afternoon > 0 && t.Afternoon < t.Expected {
		halves = append(halves, attendance.Afternoon)
	}
	return halves
}

type teachingPage struct {
	page.Base
	Today      []taught
	Next       []taught
	Missing    []page.Link
	Unfinished []page.Link // registers that can be completed without asking anybody
	Keeper     string      // by which a telephone knows whose marks it keeps
}

// teaching is what somebody teaches today and next, and which registers are missing.
func (d desk) teaching(c *gin.Context) error {
	today := london.DateOf(d.DB.Now())
	keeper, err := d.keeper(c)
	if err != nil {
		return err
	}
	p := &teachingPage{Keeper: keeper}
	err = d.mine(c, func(ctx context.Context, tx *db.Tx) error {
		coming, err := attendance.Coming(ctx, tx, today, attendance.DayKey{}, soon+1)
		if err != nil {
			return err
		}
		for _, day := range coming {
			if day.Day == today {
				p.Today = append(p.Today, taught{day})
			} else {
				p.Next = append(p.Next, taught{day})
			}
		}
		past, err := attendance.Past(ctx, tx, today, attendance.DayKey{}, looked)
		for _, day := range past {
			p.gaps(taught{day}, today)
		}
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "trainer/teaching", p)
}

func (p *teachingPage) gaps(t taught, today london.Date) {
	for _, half := range t.missing() {
		p.Missing = append(p.Missing, page.Link{Href: t.At(string(half)),
			Text: fmt.Sprintf("%s, %s, %s", t.Day.Day.Long(), half.Word(), t.Run)})
	}
	for _, half := range t.unfinished(today) {
		p.Unfinished = append(p.Unfinished, page.Link{Href: t.At(string(half)),
			Text: fmt.Sprintf("%s, %s, %s: %s", t.Day.Day.Long(), half.Word(), t.Run, t.Said(string(half)))})
	}
}

// keeper names whoever is signed in where a browser keeps what they have tapped.
func (d desk) keeper(c *gin.Context) (string, error) {
	who, err := people.ByID(c.Request.Context(), d.DB, page.ViewerOf(c).Person)
	return who.Code, err
}

type daysPage struct {
	page.Base
	Past  bool
	Table page.Table
	Links page.Pagination
}

// next lists every day that somebody will teach, and past those that they taught.
func (d desk) next(c *gin.Context) error {
	return d.days(c, &daysPage{}, func(ctx context.Context, tx *db.Tx, after attendance.DayKey) ([]attendance.Day, error) {
		return attendance.Coming(ctx, tx, london.DateOf(d.DB.Now()), after, portion+1)
	})
}

func (d desk) past(c *gin.Context) error {
	return d.days(c, &daysPage{Past: true}, func(ctx context.Context, tx *db.Tx, after attendance.DayKey) ([]attendance.Day, error) {
		return attendance.Past(ctx, tx, london.DateOf(d.DB.Now()), after, portion+1)
	})
}

func (d desk) days(c *gin.Context, p *daysPage, list func(context.Context, *db.Tx, attendance.DayKey) ([]attendance.Day, error)) error {
	var after attendance.DayKey
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	var rows []attendance.Day
	err := d.mine(c, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, err = list(ctx, tx, after)
		return err
	})
	if err != nil {
		return err
	}
	rows, p.Links, err = page.Portion(c, rows, portion, func(last attendance.Day) attendance.DayKey {
		return attendance.DayKey{Day: last.Day, Block: last.BlockID}
	})
	if err != nil {
		return err
	}
	p.Crumbs = []page.Link{{Text: "Teaching", Href: "/teach"}}
	p.Table = page.Table{Caption: "Day by day", Stacked: true, Columns: []page.Column{{Title: "Day"}, {Title: "Course"}, {Title: "Where"}, {Title: "Morning"}, {Title: "Afternoon"}}}
	for _, row := range rows {
		t := taught{row}
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: t.Day.Day.Long()}, {Text: t.Run + ", " + t.Course}, {Text: t.Where()},
			{Text: t.Said("am"), Href: t.At("am")}, {Text: t.Said("pm"), Href: t.At("pm")}})
	}
	return page.Render(c, "trainer/days", p)
}

// Where is where the day is taught.
func (t taught) Where() string {
	if t.Venue == "" {
		return t.City
	}
	return t.Venue + ", " + t.City
}

// lesson is the half day in the address that whoever asks teaches; half stands in where the address is of the whole day.
func (d desk) lesson(c *gin.Context, half string) (*attendance.HalfDay, error) {
	return attendance.Taught(c.Request.Context(), d.DB, page.ViewerOf(c).Person, c.Param("run"), c.Param("day"), half)
}

// sheetPage is a day's register on paper.
type sheetPage struct {
	page.Base
	Half  *attendance.HalfDay
	Names []onPaper
}

// onPaper is a name with what is marked of both halves of the day.
type onPaper struct {
	Name      string
	Guest     bool
	Morning   string
	Afternoon string
}

// sheet is the register of a day to print.
func (d desk) sheet(c *gin.Context) error {
	h, err := d.lesson(c, string(attendance.Morning))
	if err != nil {
		return err
	}
	p := &sheetPage{Half: h}
	p.Crumbs = []page.Link{{Text: "Teaching", Href: "/teach"}, {Text: "Register", Href: "/teach/" + h.Path()}}
	err = d.mine(c, func(ctx context.Context, tx *db.Tx) error {
		morning, err := attendance.Sheet(ctx, tx, h)
		if err != nil {
			return err
		}
		afternoon := *h
		afternoon.Half = attendance.Afternoon
		later, err := attendance.Sheet(ctx, tx, &afternoon)
		p.Names = together(morning, later)
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "trainer/sheet", p)
}

// together is who stands on either register of a day; a guest may be there for half of it.
func together(morning, afternoon []attendance.Entry) []onPaper {
	var list []onPaper
	at := map[id.Enrolment]int{}
	for _, e := range morning {
		at[e.ID] = len(list)
		list = append(list, onPaper{Name: e.Name, Guest: e.Guest, Morning: marked[e.Mark]})
	}
	for _, e := range afternoon {
		i, known := at[e.ID]
		if !known {
			i = len(list)
			list = append(list, onPaper{Name: e.Name, Guest: e.Guest})
		}
		list[i].Afternoon = marked[e.Mark]
	}
	return list
}

// marked says a mark; nothing of what nobody has marked.
var marked = map[attendance.Mark]string{attendance.Present: "There", attendance.Absent: "Not there", attendance.MadeUp: "Made up"}
