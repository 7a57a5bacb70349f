// Package form holds every question that a person who applies for help with the cost of a course is asked:
// what it says, why it is asked, who sees the answer and how long it is kept. A form is data and has a
// version. A round is pinned to one version, so that nobody's questions change under them; a new version is a
// new function beside the old one. The package is pure: it decides which questions apply, whether an answer
// has the right shape, how far a section has come, and who may apply.
//
// What always holds, and is tested: every question carries a purpose, an audience and a retention; no question
// touches what nobody needs to know (a diagnosis, a date of birth, a benefit letter); what a person says about
// their support needs is seen by the access officer only; and only the three long answers are scored.
package form

// Form is one version of all the questions of an application.
type Form struct {
	Version  string
	Sections []Section
}

// Section is one entry of the task list. Sections can be answered in any order.
type Section struct {
	Key, Title string
	Pages      []Page
}

// Page is what one screen asks: one thing. When is about the page as a whole.
type Page struct {
	Key, Title string
	Intro      []string // paragraphs above the questions
	Questions  []Question
	When       Condition
}

// Question asks for one answer, and says why.
type Question struct {
	Key         string // the name of the answer, stable across versions
	Kind        Kind
	Label, Hint string
	Options     []Option // what can be chosen; for a question with a Source, what With filled in
	Source      Source
	Optional    bool
	Finishes    bool  // "Have you finished this section?": while the answer is no, the page may have gaps
	Words       Range // a wish, shown beside a counter; it never refuses an answer
	Scored      bool  // the panel scores this answer, by the rubric's criterion of the same key
	Recording   bool  // may be spoken instead of written
	When        Condition
	Purpose     string     // why we ask, shown to the person
	SeenBy      []Audience // who reads the answer
	Kept        Retention  // how long the answer is kept
}

// Kind is the shape of an answer, and so the control that asks for it.
type Kind string

// The kinds. What is chosen is stored as the option's Value.
const (
	Text    Kind = "text"    // one line
	Prose   Kind = "words"   // as many lines as the person likes
	Email   Kind = "email"   // an email address
	Phone   Kind = "phone"   // a phone number in any format
	YesNo   Kind = "yesno"   // Yes or No, both of which are in Options
	Choice  Kind = "choice"  // one of Options
	Choices Kind = "choices" // some of Options, joined by "\n"
	Money   Kind = "money"   // pounds, zero or more
	Runs    Kind = "runs"    // some of the round's dates, the best first, joined by "\n"
	Confirm Kind = "confirm" // one checkbox; ticked is Yes
)

// Yes and No are the answers to a YesNo question; Yes is also a ticked Confirm.
const (
	Yes = "yes"
	No  = "no"
)

// Source names what the round, and not the form, fills a question's options with.
type Source string

// The sources. The zero value means that the form has the options itself.
const (
	FromRuns          Source = "runs"          // the dates that the round covers
	FromPanel         Source = "panel"         // the people on the round's panel
	FromCircumstances Source = "circumstances" // the published bands of the round's tariff
	FromLines         Source = "lines"         // what the round can help with: fee, travel, lodging, care, access, equipment
)

// Option is one thing to choose.
type Option struct{ Value, Label, Hint string }

// Range is a wished number of words; the zero value has no wish.
type Range struct{ Min, Max int }

// Audience is a group of people who read an answer.
type Audience string

// The audiences. Nobody else reads an answer, the employer and the trainers least of all.
const (
	Office Audience = "office" // the staff who run the round
	Panel  Audience = "panel"  // the readers, who see it without names
	Access Audience = "access" // the access officer
)

// Sentence says to the applicant who the audience is.
func (a Audience) Sentence() string {
	switch a {
	case Office:
		return "The staff who run this round see it."
	case Panel:
		return "The panel reads it, but not your name."
	case Access:
		return "Our access officer sees it."
	}
	return ""
}

// Current is the form that a new round is pinned to.
func Current() Form { return form2027v1() }

// Find returns the form of a version.
func Find(version string) (Form, bool) {
	if version == version2027v1 {
		return form2027v1(), true
	}
	return Form{}, false
}

// Page finds a page by its key, with the section that it belongs to.
func (f Form) Page(key string) (Section, Page, bool) {
	for _, s := range f.Sections {
		for _, p := range s.Pages {
			if p.Key == key {
				return s, p, true
			}
		}
	}
	return Section{}, Page{}, false
}

// Question finds a question by its key.
func (f Form) Question(key string) (Question, bool) {
	for _, q := range f.Questions() {
		if q.Key == key {
			return q, true
		}
	}
	return Question{}, false
}

// Questions lists every question in the order of the pages.
func (f Form) Questions() []Question {
	var all []Question
	for _, s := range f.Sections {
		for _, p := range s.Pages {
			all = append(all, p.Questions...)
		}
	}
	return all
}
