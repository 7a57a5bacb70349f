package form

import (
	"bursar/internal/failure"
)

// State says how far a section has come.
type State string

// The states of a section.
const (
	NotYetStarted State = "not_yet_started"
	InProgress    State = "in_progress"
	Completed     State = "completed"
)

// String is the state in the words of the GOV.UK task list.
func (s State) String() string {
	switch s {
	case NotYetStarted:
		return "Not yet started"
	case InProgress:
		return "In progress"
	case Completed:
		return "Completed"
	}
	return string(s)
}

// Gap is one thing that stands in the way of sending: where to go, and what to do there.
type Gap struct {
	Section, Page, Question string // keys
	Message                 string
}

// State says how far the section has come with these answers: not yet started while none of its questions was
// saved, completed when each of its pages was saved and nothing is missing. A section of which nothing is asked,
// or that the form does not have, is completed.
func (f Form) State(section string, a Answers) State {
	saved, waiting := 0, 0
	for _, s := range f.Asked(a).Sections {
		if s.Key != section {
			continue
		}
		for _, p := range s.Pages {
			if p.saved(a) {
				saved++
			}
			if !p.saved(a) || len(p.gaps(s.Key, a)) > 0 {
				waiting++
			}
		}
	}
	switch {
	case waiting == 0:
		return Completed
	case saved == 0:
		return NotYetStarted
	}
	return InProgress
}

// Missing lists what stands in the way of sending, in the order of the form. A page that may be left empty is
// never in the way.
func (f Form) Missing(a Answers) []Gap {
	var all []Gap
	for _, s := range f.Asked(a).Sections {
		for _, p := range s.Pages {
			all = append(all, p.gaps(s.Key, a)...)
		}
	}
	return all
}

// saved reports whether the page was saved once, even with nothing in it.
func (p Page) saved(a Answers) bool {
	for _, q := range p.Questions {
		if _, ok := a[q.Key]; ok || q.Recording && a.Spoken(q.Key) {
			return true
		}
	}
	return false
}

// gaps lists what is missing on one page of an asked form.
func (p Page) gaps(section string, a Answers) []Gap {
	var gaps []Gap
	refused := failure.Of(p.Check(a))
	for _, q := range p.Questions {
		message := ""
		if refused != nil {
			message = refused.Fields[q.Key]
		}
		if message == "" && q.Finishes && a[q.Key] == No {
			message = "You said that you have not finished here yet."
		}
		if message != "" {
			gaps = append(gaps, Gap{Section: section, Page: p.Key, Question: q.Key, Message: message})
		}
	}
	return gaps
}
