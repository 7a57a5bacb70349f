package course

import (
	"fmt"
	"time"

	ics "github.com/arran4/golang-ical"

	"bursar/internal/london"
)

// Calendar is some of a run's blocks as an iCalendar file (RFC 5545), one event for each day, with the hours in
// UTC as London's clocks stand that day. Its events keep their UIDs, so that importing it again moves them
// instead of doubling them. It says what is taught, where and when, and nothing about anybody.
func (o *Offering) Calendar(stamp time.Time, blocks ...Block) []byte {
	cal := newCalendar()
	o.addDays(cal, stamp, blocks)
	return file(cal)
}

// Calendar is all days of several runs as one such file.
func Calendar(stamp time.Time, runs ...*Offering) []byte {
	cal := newCalendar()
	for _, o := range runs {
		o.addDays(cal, stamp, o.Blocks)
	}
	return file(cal)
}

// Cancellation takes all days of a run out of the calendar of somebody who does not come (RFC 5546, section 3.2.5): its events
// have the UIDs of those that Calendar made.
func (o *Offering) Cancellation(stamp time.Time) []byte {
	cal := newCalendar()
	o.addDays(cal, stamp, o.Blocks)
	return cancelled(cal, o.Edition+1)
}

// Gone takes the days of a run out of calendars that it has no more since it was as before; nil when there are none.
func (o *Offering) Gone(stamp time.Time, before *Offering) []byte {
	now, was := newCalendar(), newCalendar()
	o.addDays(now, stamp, o.Blocks)
	before.addDays(was, stamp, before.Blocks)
	kept := map[string]bool{}
	for _, e := range now.Events() {
		kept[e.Id()] = true
	}
	for _, e := range was.Events() {
		if kept[e.Id()] {
			was.RemoveEvent(e.Id())
		}
	}
	if len(was.Events()) == 0 {
		return nil
	}
	return cancelled(was, o.Edition)
}

func cancelled(cal *ics.Calendar, edition int) []byte {
	cal.SetMethod(ics.MethodCancel)
	for _, e := range cal.Events() {
		e.SetStatus(ics.ObjectStatusCancelled)
		e.SetSequence(edition)
	}
	return file(cal)
}

// Over reports whether a block of the run has ended at an instant.
func (o *Offering) Over(b Block, now time.Time) bool { return !at(b.EndsOn, o.DayEnds).After(now) }

// file is a calendar in lines that end as RFC 5545, section 3.1, has it, on whatever machine it is written.
func file(cal *ics.Calendar) []byte { return []byte(cal.Serialize(ics.WithNewLineWindows)) }

func newCalendar() *ics.Calendar {
	cal := ics.NewCalendarFor("Bursar")
	cal.SetMethod(ics.MethodPublish)
	return cal
}

func (o *Offering) addDays(cal *ics.Calendar, stamp time.Time, blocks []Block) {
	for _, b := range blocks {
		for n := range b.Days() {
			day := b.StartsOn.AddDays(n)
			e := cal.AddEvent(fmt.Sprintf("%s-%d-%d@bursar", o.Code, b.Number, n+1))
			e.SetDtStampTime(stamp)
			e.SetSummary(fmt.Sprintf("%s, block %d, day %d", o.Course.Title, b.Number, n+1))
			e.SetSequence(o.Edition)
			e.SetLocation(o.WhereOf(b))
			e.SetStartAt(at(day, o.DayStarts))
			e.SetEndAt(at(day, o.DayEnds))
		}
	}
}

// Where is the place in one line: "Friends' Meeting House, Manchester".
func (o *Offering) Where() string {
	if o.Venue == "" {
		return o.City
	}
	return o.Venue + ", " + o.City
}

// WhereOf is where one block is taught, in one line.
func (o *Offering) WhereOf(b Block) string {
	if b.Venue == "" {
		return o.Where()
	}
	return b.Venue
}

// Hours are those of each day, in London: "9:30am to 4:30pm".
func (o *Offering) Hours() string {
	day := o.StartsOn()
	return london.Clock(at(day, o.DayStarts)) + " to " + london.Clock(at(day, o.DayEnds))
}

// at is the instant of a wall-clock time on a day.
func at(day london.Date, clock string) time.Time {
	t, err := time.Parse("15:04", hhmm(clock))
	if err != nil {
		return day.At(0, 0)
	}
	return day.At(t.Hour(), t.Minute())
}
