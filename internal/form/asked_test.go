package form_test

import (
	"slices"
	"strings"
	"testing"

	"bursar/internal/form"
)

// pageKeys are the pages of a form in order.
func pageKeys(f form.Form) []string {
	var keys []string
	for _, s := range f.Sections {
		for _, p := range s.Pages {
			keys = append(keys, p.Key)
		}
	}
	return keys
}

func questionKeys(f form.Form) []string {
	var keys []string
	for _, q := range f.Questions() {
		keys = append(keys, q.Key)
	}
	return keys
}

func TestOnlyWhatAppliesIsAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers  form.Answers
		asked    string
		notAsked string
	}{
		"nothing yet":           {form.Answers{}, "name contact_way help", "phone message_safe post_address circumstances travel_amount paid_how"},
		"by email":              {form.Answers{"contact_way": "email"}, "contact_way", "phone message_safe post_address"},
		"by phone":              {form.Answers{"contact_way": "phone"}, "phone message_safe", "post_address"},
		"by text":               {form.Answers{"contact_way": "text"}, "phone", "message_safe post_address"},
		"by post":               {form.Answers{"contact_way": "post"}, "post_address", "phone message_safe"},
		"the fee alone":         {form.Answers{"help": "fee"}, "circumstances", "travel_amount paid_how"},
		"travel alone":          {form.Answers{"help": "travel"}, "travel_amount travel_what paid_how", "circumstances care_amount"},
		"several":               {form.Answers{"help": "care\nfee"}, "circumstances care_amount care_what paid_how", "travel_amount lodging_amount"},
		"an answer never asked": {form.Answers{"message_safe": "no"}, "", "message_safe"},
	} {
		got := questionKeys(filled().Asked(c.answers))
		for key := range strings.FieldsSeq(c.asked) {
			if !slices.Contains(got, key) {
				t.Errorf("%s: %s is not asked", name, key)
			}
		}
		for key := range strings.FieldsSeq(c.notAsked) {
			if slices.Contains(got, key) {
				t.Errorf("%s: %s is asked", name, key)
			}
		}
	}
}

func TestAQuestionThatHangsOnOneNotAskedIsNotAsked(t *testing.T) {
	t.Parallel()
	f := form.Form{Sections: []form.Section{{Key: "s", Pages: []form.Page{{Key: "p", Questions: []form.Question{
		{Key: "a"},
		{Key: "b", When: form.Condition{Key: "a", Value: "yes"}},
		{Key: "c", When: form.Condition{Key: "b", Value: "yes"}},
	}}}}}}
	got := questionKeys(f.Asked(form.Answers{"a": "no", "b": "yes"}))
	if !slices.Equal(got, []string{"a"}) {
		t.Errorf("asked %v", got)
	}
}

func TestTheRoundFillsInItsOwnOptions(t *testing.T) {
	t.Parallel()
	f := filled()
	if q, _ := f.Question("runs"); len(q.Options) != 2 || q.Options[0].Value != "FND-M27" {
		t.Errorf("runs has %v", q.Options)
	}
	if q, _ := f.Question("region"); len(q.Options) != 13 {
		t.Errorf("region has %d options", len(q.Options))
	}
	early := offers()
	delete(early, form.FromPanel)
	delete(early, form.FromCircumstances)
	f = form.Current().With(early)
	if _, ok := f.Question("panel_known"); ok {
		t.Error("people are asked whom they know of nobody")
	}
	if _, ok := f.Question("panel_other"); !ok {
		t.Error("the question beside it went with it")
	}
	if slices.Contains(pageKeys(f), "fee") {
		t.Error("a page without a question is shown")
	}
}

func TestWithoutTheRoundNoChoiceFromItPasses(t *testing.T) {
	t.Parallel()
	_, p, _ := form.Current().Page("runs")
	if err := p.Check(whole()); err == nil {
		t.Error("dates pass that no round offers")
	}
}

func TestAnswersToWhatIsNotAskedAreDropped(t *testing.T) {
	t.Parallel()
	a := wholeBut("phone", "01632 960 001", "care_what", "my son", "practice_recording", "rec/1", "stray", "x", "phone_recording", "rec/2")
	got := filled().Applying(a)
	for _, key := range []string{"phone", "care_what", "stray", "phone_recording"} {
		if _, ok := got[key]; ok {
			t.Errorf("%s is kept", key)
		}
	}
	for key, answer := range wholeBut("practice_recording", "rec/1") {
		if got[key] != answer {
			t.Errorf("%s is %q, was %q", key, got[key], answer)
		}
	}
}
