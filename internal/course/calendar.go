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
	return []byte(cal.Serialize())
}

// Calendar is all days of several runs as one such file.
func Calendar(stamp time.Time, runs ...*Offering) []byte {
	cal := newCalendar()
	for _, o := range runs {
		o.addDays(cal, stamp, o.Blocks)
	}
	return []byte(cal.Serialize())
}

// Cancellation takes all days of a run out of the calendar of somebody who does not come (RFC 5546, section 3.2.5): its events
// have the UIDs of those that Calendar made.
func (o *Offering) Cancellation(stamp time.Time) []byte {
	cal := newCalendar()
	o.addDays(cal, stamp, o.Blocks)
	cal.SetMethod(ics.MethodCancel)
	for _, e := range cal.Events() {
		e.SetStatus(ics.ObjectStatusCancelled)
		e.SetSequence(1)
	}
	return []byte(cal.Serialize())
}

// Over reports whether a block of the run has ended at an instant.
func (o *Offering) Over(b Block, now time.Time) bool { return !at(b.EndsOn, o.DayEnds).After(now) }

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
			e.SetLocation(o.Where())
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

// at is the instant of a wall-clock time, as a time column is read, on a day.
func at(day london.Date, clock string) time.Time {
	t, err := time.Parse(time.TimeOnly, clock)
	if err != nil {
		return day.At(0, 0)
	}
	return day.At(t.Hour(), t.Minute())
}
