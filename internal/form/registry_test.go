package form_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"bursar/internal/form"
)

// faults are the rules that every version of the form obeys, as a list of what breaks them.
func faults(f form.Form) []string {
	var found []string
	fault := func(where, what string) { found = append(found, where+": "+what) }
	earlier := map[string]form.Question{}
	keys := map[string]bool{}
	once := func(kind, key string) {
		if key == "" || keys[kind+key] {
			fault(kind+" "+key, "key is empty or not unique")
		}
		keys[kind+key] = true
	}
	condition := func(where string, c form.Condition) {
		if c == (form.Condition{}) {
			return
		}
		q, ok := earlier[c.Key]
		if !ok {
			fault(where, "hangs on "+c.Key+", which is not asked before it")
		}
		for _, v := range c.Values() {
			if q.Source == "" && !slices.ContainsFunc(q.Options, func(o form.Option) bool { return o.Value == v }) {
				fault(where, "hangs on an answer that cannot be given: "+v)
			}
		}
	}
	for _, s := range f.Sections {
		once("section", s.Key)
		for _, p := range s.Pages {
			once("page", p.Key)
			condition("page "+p.Key, p.When)
			for _, q := range p.Questions {
				once("question", q.Key)
				condition(q.Key, q.When)
				questionFaults(q, func(what string) { fault(q.Key, what) })
				earlier[q.Key] = q
			}
		}
	}
	return found
}

// questionFaults are the rules about one question on its own.
func questionFaults(q form.Question, fault func(string)) {
	if strings.TrimSpace(q.Purpose) == "" {
		fault("has no purpose")
	}
	if len(q.SeenBy) == 0 || slices.ContainsFunc(q.SeenBy, func(a form.Audience) bool { return a.Sentence() == "" }) {
		fault("has no audience, or an unknown one")
	}
	if q.Kept.Sentence() == "" {
		fault("has no retention, or an unknown one")
	}
	if strings.HasPrefix(q.Key, "support_") && !slices.Equal(q.SeenBy, []form.Audience{form.Access}) {
		fault("is about support and seen by others than the access officer")
	}
	if slices.Contains(q.SeenBy, form.Panel) != q.Scored {
		fault("is seen by the panel and not scored, or the other way round")
	}
	if q.Scored && !slices.Contains([]string{"practice", "hope", "benefit"}, q.Key) {
		fault("is scored")
	}
	chosen := slices.Contains([]form.Kind{form.YesNo, form.Choice, form.Choices, form.Runs, form.Confirm}, q.Kind)
	if chosen && (len(q.Options) > 0) == (q.Source != "") {
		fault("has no options, or options of its own beside a source")
	}
	if q.Optional != strings.HasSuffix(q.Label, "(optional)") {
		fault("is optional and does not say so, or the other way round")
	}
	if strings.HasSuffix(q.Key, form.RecordingKey("")) {
		fault("has the key of a recording")
	}
	for _, text := range append([]string{q.Label, q.Hint, q.Purpose}, labels(q)...) {
		if subject := forbidden.FindString(text); subject != "" {
			fault("asks about " + subject)
		}
		if strings.Contains(text, "*") || unkind.MatchString(text) {
			fault("is not worded as it should be: " + text)
		}
	}
}

func labels(q form.Question) []string {
	var all []string
	for _, o := range q.Options {
		all = append(all, o.Label, o.Hint)
	}
	return all
}

var (
	// forbidden are subjects that an application never touches.
	forbidden = regexp.MustCompile(`(?i)diagnos|medic(ation|ine)|hospital|\bward\b|section(ed)?\b.*act|symptom|national insurance|\bni number|` +
		`date of birth|birthday|how old|benefit letter|religio|faith|ethnic|sexual|\bgender|pregnan|criminal|convict|immigra|nationality|bank account number|sort code`)
	// unkind are words that the service does not use of people.
	unkind = regexp.MustCompile(`(?i)mentally ill|suffer|afflict|victim|service user|the disabled|\bdeserv|\bneedy\b`)
)

func TestEveryQuestionObeysTheRules(t *testing.T) {
	t.Parallel()
	for _, fault := range faults(form.Current()) {
		t.Error(fault)
	}
}

func TestTheRulesFindWhatBreaksThem(t *testing.T) {
	t.Parallel()
	sound := form.Question{
		Key: "q", Kind: form.Text, Label: "What should we call you?", Purpose: "We greet you.",
		SeenBy: []form.Audience{form.Office}, Kept: form.WithAward,
	}
	one := func(questions ...form.Question) form.Form {
		return form.Form{Sections: []form.Section{{Key: "s", Pages: []form.Page{{Key: "p", Questions: questions}}}}}
	}
	if found := faults(one(sound)); len(found) > 0 {
		t.Fatalf("a sound question is refused: %v", found)
	}
	for name, breakIt := range map[string]func(q *form.Question){
		"no purpose":              func(q *form.Question) { q.Purpose = " " },
		"no audience":             func(q *form.Question) { q.SeenBy = nil },
		"an unknown audience":     func(q *form.Question) { q.SeenBy = []form.Audience{"everybody"} },
		"no retention":            func(q *form.Question) { q.Kept = "" },
		"an unknown retention":    func(q *form.Question) { q.Kept = "for ever" },
		"support seen by staff":   func(q *form.Question) { q.Key = "support_more" },
		"another scored question": func(q *form.Question) { q.Scored, q.SeenBy = true, []form.Audience{form.Panel} },
		"the panel sees a fact":   func(q *form.Question) { q.SeenBy = []form.Audience{form.Panel} },
		"an unknown condition":    func(q *form.Question) { q.When = form.Condition{Key: "other", Value: "yes"} },
		"a choice of nothing":     func(q *form.Question) { q.Kind = form.Choice },
		"a silent optional":       func(q *form.Question) { q.Optional = true },
		"the key of a recording":  func(q *form.Question) { q.Key = form.RecordingKey("q") },
		"a diagnosis":             func(q *form.Question) { q.Label = "What is your diagnosis?" },
		"medication":              func(q *form.Question) { q.Hint = "Such as your medication." },
		"a stay in hospital":      func(q *form.Question) { q.Label = "Were you in hospital?" },
		"a National Insurance no": func(q *form.Question) { q.Label = "Your National Insurance number" },
		"a date of birth":         func(q *form.Question) { q.Label = "Your date of birth" },
		"a benefit letter":        func(q *form.Question) { q.Label = "Send us your benefit letter" },
		"a religion":              func(q *form.Question) { q.Label = "What is your religion?" },
		"an asterisk":             func(q *form.Question) { q.Label += " *" },
		"an unkind word":          func(q *form.Question) { q.Label = "Do you suffer?" },
	} {
		q := sound
		breakIt(&q)
		if len(faults(one(q))) == 0 {
			t.Errorf("%s is let through", name)
		}
	}
	if len(faults(one(sound, sound))) == 0 {
		t.Error("two questions of one key are let through")
	}
	later := sound
	later.Key, later.When = "later", form.Condition{Key: "choice", Value: "maybe"}
	choice := sound
	choice.Key, choice.Kind, choice.Options = "choice", form.YesNo, []form.Option{{Value: "yes", Label: "Yes"}}
	if len(faults(one(choice, later))) == 0 {
		t.Error("a condition on an answer that nobody can give is let through")
	}
	choice.Options = append(choice.Options, form.Option{Value: "maybe", Label: "Maybe"})
	if found := faults(one(choice, later)); len(found) > 0 {
		t.Errorf("a sound condition is refused: %v", found)
	}
	if len(faults(one(later, choice))) == 0 {
		t.Error("a condition on a later question is let through")
	}
}

func TestOnlyThreeAnswersAreScoredAndMayBeSpoken(t *testing.T) {
	t.Parallel()
	var scored, recorded []string
	for _, q := range form.Current().Questions() {
		if q.Scored {
			scored = append(scored, q.Key)
		}
		if q.Recording {
			recorded = append(recorded, q.Key)
		}
	}
	if want := []string{"practice", "hope", "benefit"}; !slices.Equal(scored, want) || !slices.Equal(recorded, want) {
		t.Errorf("scored %v, may be spoken %v", scored, recorded)
	}
}

func TestTitlesGiveNothingAway(t *testing.T) {
	t.Parallel()
	telling := regexp.MustCompile(`(?i)bursar|peer|mental|health|experience|fund`)
	titles := []string{form.CheckPage().Title}
	for _, s := range form.Current().Sections {
		titles = append(titles, s.Title)
		for _, p := range s.Pages {
			titles = append(titles, p.Title)
		}
	}
	for _, title := range titles {
		if title == "" || telling.MatchString(title) {
			t.Errorf("the title %q is empty or tells too much", title)
		}
	}
}

func TestAFormIsFoundByItsVersion(t *testing.T) {
	t.Parallel()
	if f, ok := form.Find("2027-1"); !ok || f.Version != "2027-1" || form.Current().Version != "2027-1" {
		t.Errorf("found %v, %q", ok, f.Version)
	}
	if _, ok := form.Find("1999-1"); ok {
		t.Error("found a version that never was")
	}
	f := form.Current()
	if s, p, ok := f.Page("practice"); !ok || s.Key != "role" || p.Key != "practice" {
		t.Errorf("found page %q in section %q, %v", p.Key, s.Key, ok)
	}
	if _, _, ok := f.Page("nothing"); ok {
		t.Error("found a page that is not there")
	}
	if q, ok := f.Question("consent"); !ok || q.Kind != form.Confirm {
		t.Errorf("found %v, %v", q, ok)
	}
	if _, ok := f.Question("nothing"); ok {
		t.Error("found a question that is not there")
	}
}

func TestAFormThatWasChangedByItsReaderIsWholeForTheNext(t *testing.T) {
	t.Parallel()
	f := form.Current()
	f.Sections[0].Pages[0].Questions[0].Label = "scribbled"
	f.Sections[1].Pages[0].Questions[0].Options[0].Label = "scribbled"
	again := form.Current()
	if again.Sections[0].Pages[0].Questions[0].Label == "scribbled" || again.Sections[1].Pages[0].Questions[0].Options[0].Label == "scribbled" {
		t.Error("one reader changed the form of all")
	}
}
