package course

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
)

// mostBlocks is how many blocks a run can have, and longestBlock how many days one can.
const (
	mostBlocks   = 40
	longestBlock = 14
)

var (
	clockForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	linkForm  = regexp.MustCompile(`^https://\S{3,480}$`)
)

// Timetable is when and where a run is taught: what stands in people's calendars, and the links by which online days are
// joined, which are for those who come.
type Timetable struct {
	City      string
	Venue     string // may be empty
	DayStarts string // "09:30", London
	DayEnds   string
	Blocks    []Sitting
}

// Sitting is a block in a timetable.
type Sitting struct {
	ID       id.Block // zero: it is new
	StartsOn london.Date
	EndsOn   london.Date
	Venue    string // where it is not the run's own; may be empty
	Link     string // may be empty
}

// timetable is the offering's own, without links.
func (o *Offering) timetable() Timetable {
	t := Timetable{City: o.City, Venue: o.Venue, DayStarts: hhmm(o.DayStarts), DayEnds: hhmm(o.DayEnds)}
	for _, b := range o.Blocks {
		t.Blocks = append(t.Blocks, Sitting{ID: b.ID, StartsOn: b.StartsOn, EndsOn: b.EndsOn, Venue: b.Venue})
	}
	return t
}

// TimetableOf is when and where a run is taught, with its links.
func TimetableOf(ctx context.Context, d bun.IDB, o *Offering) (Timetable, error) {
	links, err := Links(ctx, d, o.ID)
	t := o.timetable()
	for i := range t.Blocks {
		t.Blocks[i].Link = links[t.Blocks[i].ID]
	}
	return t, err
}

// Retimed is the run as it would be by another timetable.
func (o *Offering) Retimed(t Timetable) *Offering {
	next := *o
	next.City, next.Venue, next.DayStarts, next.DayEnds = t.City, t.Venue, t.DayStarts, t.DayEnds
	next.Blocks = make([]Block, len(t.Blocks))
	for i, s := range t.Blocks {
		next.Blocks[i] = Block{ID: s.ID, RunID: o.ID, Number: i + 1, StartsOn: s.StartsOn, EndsOn: s.EndsOn, Venue: s.Venue}
	}
	return &next
}

// Moves reports whether another timetable changes what stands in somebody's calendar.
func (o *Offering) Moves(t Timetable) bool {
	a, b := o.timetable(), o.Retimed(t).timetable()
	return a.City != b.City || a.Venue != b.Venue || a.DayStarts != b.DayStarts || a.DayEnds != b.DayEnds || !slices.Equal(a.Blocks, b.Blocks)
}

// wrong says what has to be corrected in a timetable that is to replace what a run has, by field. The blocks must be in order.
func (t Timetable) wrong(today london.Date, before []Block) map[string]string {
	wrong := map[string]string{}
	if strings.TrimSpace(t.City) == "" || len([]rune(t.City)) > 80 {
		wrong["city"] = "Enter the town, or Online, in up to 80 characters"
	}
	if len([]rune(t.Venue)) > 200 {
		wrong["venue"] = "Use 200 characters or fewer"
	}
	switch {
	case !clockForm.MatchString(hhmm(t.DayStarts)):
		wrong["day_starts"] = "Enter when a day begins, like 09:30"
	case !clockForm.MatchString(hhmm(t.DayEnds)):
		wrong["day_ends"] = "Enter when a day ends, like 16:30"
	case hhmm(t.DayEnds) <= hhmm(t.DayStarts):
		wrong["day_ends"] = "A day ends after it begins"
	}
	if len(t.Blocks) == 0 || len(t.Blocks) > mostBlocks {
		wrong[sitting(0)] = fmt.Sprintf("Enter the days of the first block; there can be up to %d blocks", mostBlocks)
	}
	for i, s := range t.Blocks {
		if sentence := t.blockWrong(i, today, before); sentence != "" {
			wrong[sitting(i)] = sentence
		}
		if len([]rune(s.Venue)) > 200 {
			wrong[sitting(i)+"_venue"] = "Use 200 characters or fewer"
		}
		if s.Link != "" && !linkForm.MatchString(s.Link) {
			wrong[sitting(i)+"_link"] = "Enter an address that begins with https://"
		}
	}
	t.begunWrong(wrong, today, before)
	return wrong
}

// sitting names the field of the i-th block.
func sitting(i int) string { return "block" + strconv.Itoa(i+1) }

func (t Timetable) blockWrong(i int, today london.Date, before []Block) string {
	s := t.Blocks[i]
	was := slices.IndexFunc(before, func(b Block) bool { return b.ID == s.ID && s.ID != 0 })
	switch {
	case s.StartsOn.IsZero() || s.EndsOn.IsZero():
		return "Enter the first and the last day"
	case s.EndsOn.Before(s.StartsOn):
		return "The last day cannot be before the first"
	case s.StartsOn.DaysUntil(s.EndsOn) >= longestBlock:
		return fmt.Sprintf("A block has up to %d days", longestBlock)
	case i > 0 && !s.StartsOn.After(t.Blocks[i-1].EndsOn):
		return "This block begins before the one above it is over"
	case was < 0 && s.ID != 0:
		return "This block is not there any more. Open the page again"
	case was >= 0 && before[was].StartsOn == s.StartsOn && before[was].EndsOn == s.EndsOn:
		return ""
	case !s.StartsOn.After(today):
		return "Choose days that are still to come"
	}
	return ""
}

// begunWrong refuses that a block changes its days or goes once it has begun: people were there.
func (t Timetable) begunWrong(wrong map[string]string, today london.Date, before []Block) {
	for _, b := range before {
		if b.StartsOn.After(today) {
			continue
		}
		at := slices.IndexFunc(t.Blocks, func(s Sitting) bool { return s.ID == b.ID })
		if at < 0 || t.Blocks[at].StartsOn != b.StartsOn || t.Blocks[at].EndsOn != b.EndsOn {
			wrong[sitting(max(0, at))] = fmt.Sprintf("Block %d has begun. It stays on %s", b.Number, london.Days(b.StartsOn, b.EndsOn))
		}
	}
}

// hhmm is a time of day without its seconds: a time column is read with them.
func hhmm(clock string) string {
	if len(clock) == len("09:30:00") {
		return clock[:len("09:30")]
	}
	return clock
}
