package certificate

import (
	"slices"
	"strconv"
	"strings"

	"bursar/internal/attendance"
	"bursar/internal/course"
	"bursar/internal/london"
)

// Snapshot is what a certificate says, as it was true on the day it was issued.
type Snapshot struct {
	Name     string      `json:"name"` // as the person wants it
	Course   string      `json:"course"`
	Run      string      `json:"run"` // code
	Days     []Span      `json:"days"`
	Halves   int         `json:"halves"` // half days that they were there, or made up
	Of       int         `json:"of"`     // half days of the whole run
	Trainers []string    `json:"trainers,omitempty"`
	Provider string      `json:"provider"`
	IssuedOn london.Date `json:"issued_on"`
}

// Span is days that follow each other, the first and the last among them.
type Span struct {
	From london.Date `json:"from"`
	To   london.Date `json:"to"`
}

// Dates are the days of the run in words, one for each block.
func (s Snapshot) Dates() []string {
	words := make([]string, len(s.Days))
	for i, d := range s.Days {
		words[i] = london.Days(d.From, d.To)
	}
	return words
}

// Attendance is how much of the run they were there: "19½ of 20 days".
func (s Snapshot) Attendance() string { return days(s.Halves) + " of " + days(s.Of) + " days" }

// days writes half days as days: "½", "15½", "20".
func days(halves int) string {
	switch {
	case halves == 1:
		return "½"
	case halves%2 == 1:
		return strconv.Itoa(halves/2) + "½"
	}
	return strconv.Itoa(halves / 2)
}

// TaughtBy is the trainers in one line: "Kofi Mensah, Maya Lind and Ines Duarte"; "" when nobody is down for the run.
func (s Snapshot) TaughtBy() string {
	n := len(s.Trainers)
	if n < 2 {
		return strings.Join(s.Trainers, "")
	}
	return strings.Join(s.Trainers[:n-1], ", ") + " and " + s.Trainers[n-1]
}

// snapshotOf is what is the same on all certificates of a run that are issued on a day.
func snapshotOf(o *course.Offering, taught []course.Teaching, provider string, today london.Date) Snapshot {
	s := Snapshot{Course: o.Course.Title, Run: o.Code, Provider: provider, IssuedOn: today}
	for _, b := range o.Blocks {
		s.Days = append(s.Days, Span{b.StartsOn, b.EndsOn})
	}
	for _, t := range taught {
		if !slices.Contains(s.Trainers, t.Name) {
			s.Trainers = append(s.Trainers, t.Name)
		}
	}
	return s
}

// about makes it somebody's.
func (s Snapshot) about(name string, o attendance.Outcome) Snapshot {
	s.Name, s.Halves, s.Of = name, o.Halves, o.Of
	return s
}
