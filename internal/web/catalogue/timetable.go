package catalogue

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bursar/internal/course"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

const (
	// mostRows is how many lines the form of dates can have, and spareRows how many of them are empty for more blocks.
	mostRows  = 43
	spareRows = 2
)

// blockRow is a block as it was typed.
type blockRow struct {
	Number                       int
	ID                           string
	Day, Month, Year             string // the first day
	LastDay, LastMonth, LastYear string
	Venue, Link                  string
	from                         london.Date // zero: it cannot be read
	wrongFirst, wrongLast        bool
}

// Name is what the fields of the block are called.
func (r blockRow) Name() string { return "block" + strconv.Itoa(r.Number) }

// datesForm is when and where, as it was typed. It has as many lines as there are blocks, so it is read by hand.
type datesForm struct {
	City, Venue, DayStarts, DayEnds string
	Rows                            []blockRow
	Seen, Why, Again                string
}

// wholeFields are those that the form has once, and rowFields those that it has for each block.
var (
	wholeFields = []string{"city", "venue", "day_starts", "day_ends"}
	rowFields   = []string{"_id", "-day", "-month", "-year", "_to-day", "_to-month", "_to-year", "_venue", "_link"}
)

// fieldOrder names the fields of the form as the page shows them.
func fieldOrder() []string {
	order := slices.Clone(wholeFields)
	for n := 1; n <= mostRows; n++ {
		for _, f := range rowFields {
			order = append(order, "block"+strconv.Itoa(n)+f)
		}
	}
	return append(order, "seen", "why", "again")
}

// readDates takes what was sent.
func readDates(sent url.Values) datesForm {
	value := func(name string) string { return strings.TrimSpace(strings.ReplaceAll(sent.Get(name), "\r\n", "\n")) }
	f := datesForm{City: value("city"), Venue: value("venue"), DayStarts: value("day_starts"), DayEnds: value("day_ends"),
		Seen: value("seen"), Why: value("why"), Again: value("again")}
	for n := 1; n <= mostRows; n++ {
		at := "block" + strconv.Itoa(n)
		f.Rows = append(f.Rows, blockRow{
			ID: value(at + "_id"), Day: value(at + "-day"), Month: value(at + "-month"), Year: value(at + "-year"),
			LastDay: value(at + "_to-day"), LastMonth: value(at + "_to-month"), LastYear: value(at + "_to-year"),
			Venue: value(at + "_venue"), Link: value(at + "_link"),
		})
	}
	return f
}

// datesFormOf is a timetable as the form has it.
func datesFormOf(t course.Timetable) datesForm {
	f := datesForm{City: t.City, Venue: t.Venue, DayStarts: t.DayStarts, DayEnds: t.DayEnds}
	for _, s := range t.Blocks {
		r := blockRow{ID: strconv.FormatInt(int64(s.ID), 10), Venue: s.Venue, Link: s.Link}
		r.Day, r.Month, r.Year = page.Boxes(s.StartsOn)
		r.LastDay, r.LastMonth, r.LastYear = page.Boxes(s.EndsOn)
		f.Rows = append(f.Rows, r)
	}
	f.number()
	return f
}

// number counts the lines and adds empty ones.
func (f *datesForm) number() {
	for range spareRows {
		f.Rows = append(f.Rows, blockRow{})
	}
	for i := range f.Rows {
		f.Rows[i].Number = i + 1
	}
}

// timetable reads what was typed. Lines without days are left out, and the others are put in the order of their days, in the
// form too: what is said about a block then stands beside it.
func (f *datesForm) timetable() (course.Timetable, error) {
	wrong := page.Mistakes{}
	t := course.Timetable{City: f.City, Venue: f.Venue, DayStarts: f.DayStarts, DayEnds: f.DayEnds}
	f.Rows = slices.DeleteFunc(f.Rows, func(r blockRow) bool {
		return r.Day+r.Month+r.Year+r.LastDay+r.LastMonth+r.LastYear == ""
	})
	sittings := map[int]course.Sitting{}
	for i := range f.Rows {
		f.Rows[i].Number = i // until they are in order
		sittings[i] = f.Rows[i].sitting()
	}
	if !slices.ContainsFunc(f.Rows, func(r blockRow) bool { return r.from.IsZero() }) { // what is to be mended stays where it is
		slices.SortStableFunc(f.Rows, func(a, b blockRow) int { return cmp.Compare(a.from.String(), b.from.String()) })
	}
	for i, r := range f.Rows {
		t.Blocks = append(t.Blocks, sittings[r.Number])
		name := fmt.Sprintf("block%d", i+1)
		if r.wrongFirst {
			wrong[name] = london.ErrMalformed.Message
		}
		if r.wrongLast {
			wrong[name+"_to"] = london.ErrMalformed.Message
		}
	}
	f.number()
	return t, wrong.Refusal(nil)
}

func (r *blockRow) sitting() course.Sitting {
	wrong := page.Mistakes{}
	s := course.Sitting{
		StartsOn: wrong.Day("first", r.Day, r.Month, r.Year), EndsOn: wrong.Day("last", r.LastDay, r.LastMonth, r.LastYear), Venue: r.Venue, Link: r.Link}
	if r.ID != "" {
		n, err := strconv.ParseInt(r.ID, 10, 64)
		if err != nil {
			n = -1 // nobody's
		}
		s.ID = id.Block(n)
	}
	r.from, r.wrongFirst, r.wrongLast = s.StartsOn, wrong["first"] != "", wrong["last"] != ""
	return s
}

// hidden is a field that carries what was typed through the page that asks once more.
type hidden struct{ Name, Value string }

// hiddens are all of what was typed.
func (f *datesForm) hiddens() []hidden {
	list := []hidden{{"city", f.City}, {"venue", f.Venue}, {"day_starts", f.DayStarts}, {"day_ends", f.DayEnds}}
	for _, r := range f.Rows {
		for i, v := range []string{r.ID, r.Day, r.Month, r.Year, r.LastDay, r.LastMonth, r.LastYear, r.Venue, r.Link} {
			if v != "" {
				list = append(list, hidden{r.Name() + rowFields[i], v})
			}
		}
	}
	return list
}
