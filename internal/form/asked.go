package form

import "slices"

// Offers are the options that a round gives to the questions with a Source.
type Offers map[Source][]Option

// With fills in what the round offers. A question for which the round offers nothing is left out (a round may
// name its panel later), and so is a page or a section that has no question left. Until With is called, no
// answer to a question with a Source passes Check.
func (f Form) With(offers Offers) Form {
	return f.keep(
		func(Page) bool { return true },
		func(q *Question) bool {
			if q.Source == "" {
				return true
			}
			q.Options = slices.Clone(offers[q.Source])
			return len(q.Options) > 0
		})
}

// Asked is the form as it stands for these answers: only the sections, pages and questions that apply. A
// question that hangs on another one applies only while that other one applies itself.
func (f Form) Asked(a Answers) Form {
	seen := Answers{}
	return f.keep(
		func(p Page) bool { return p.When.Met(seen) },
		func(q *Question) bool {
			if !q.When.Met(seen) {
				return false
			}
			seen[q.Key] = a[q.Key]
			return true
		})
}

// Applying is what remains of the answers when those to questions that are not asked are dropped; recordings
// stay with their questions. It is what may be kept once an application is sent.
func (f Form) Applying(a Answers) Answers {
	kept := Answers{}
	for _, q := range f.Asked(a).Questions() {
		for _, key := range []string{q.Key, RecordingKey(q.Key)} {
			if answer, ok := a[key]; ok {
				kept[key] = answer
			}
		}
	}
	return kept
}

// keep copies the form with the pages and questions for which the functions say yes, asked in order.
func (f Form) keep(page func(Page) bool, question func(*Question) bool) Form {
	kept := Form{Version: f.Version}
	for _, s := range f.Sections {
		pages := s.Pages
		s.Pages = nil
		for _, p := range pages {
			if !page(p) {
				continue
			}
			questions := p.Questions
			p.Questions = nil
			for _, q := range questions {
				if question(&q) {
					p.Questions = append(p.Questions, q)
				}
			}
			if len(p.Questions) > 0 {
				s.Pages = append(s.Pages, p)
			}
		}
		if len(s.Pages) > 0 {
			kept.Sections = append(kept.Sections, s)
		}
	}
	return kept
}
