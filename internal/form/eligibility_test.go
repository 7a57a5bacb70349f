package form_test

import (
	"strings"
	"testing"

	"bursar/internal/failure"
	"bursar/internal/form"
)

// reasonKeys are the questions that decided, in order.
func reasonKeys(reasons []form.Reason) string {
	var keys []string
	for _, r := range reasons {
		keys = append(keys, r.Key)
	}
	return strings.Join(keys, " ")
}

func TestFactsDecideWhoCanBeHelped(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers form.Answers
		ok      bool
		reasons string
	}{
		"a peer supporter":                   {whole(), true, ""},
		"a volunteer who cares for somebody": {wholeBut("role_kind", "volunteer", "own_experience", "carer"), true, ""},
		"somebody who used to":               {wholeBut("role_kind", "past", "own_experience", "both"), true, ""},
		"a child":                            {wholeBut("adult", "no"), false, "adult"},
		"abroad":                             {wholeBut("region", "elsewhere"), false, "region"},
		"abroad, but works in Wales":         {wholeBut("region", "elsewhere", "work_region", "wales"), true, ""},
		"no role":                            {wholeBut("role_kind", "none"), false, "role_kind"},
		"no experience":                      {wholeBut("own_experience", "none"), false, "own_experience"},
		"would rather talk":                  {wholeBut("own_experience", "talk"), true, "own_experience"},
		"the employer can pay":               {wholeBut("employer_full", "yes"), false, "employer_full"},
		"several at once":                    {wholeBut("adult", "no", "own_experience", "talk", "employer_full", "yes"), false, "adult own_experience employer_full"},
		"one answer is not there":            {wholeBut("region", ""), false, "region"},
		"no answers":                         {form.Answers{}, false, "adult region role_kind own_experience employer_full"},
	} {
		ok, reasons := form.Eligibility(c.answers)
		if ok != c.ok || reasonKeys(reasons) != c.reasons {
			t.Errorf("%s: %v for %s, want %v for %s", name, ok, reasonKeys(reasons), c.ok, c.reasons)
		}
		for _, r := range reasons {
			if r.Sentence == "" || r.Instead == "" {
				t.Errorf("%s: %s says nothing, or not what to do", name, r.Key)
			}
		}
	}
}

func TestOnlyWantingToTalkLeavesTheDecisionToStaff(t *testing.T) {
	t.Parallel()
	_, reasons := form.Eligibility(wholeBut("own_experience", "talk", "employer_full", "yes"))
	if len(reasons) != 2 || !reasons[0].Talk || reasons[1].Talk {
		t.Errorf("got %+v", reasons)
	}
}

func TestTheRulesOfEligibilityKnowTheFormsAnswers(t *testing.T) {
	t.Parallel()
	f := filled()
	for key, value := range map[string]string{
		"adult": "no", "region": "elsewhere", "work_region": "wales", "role_kind": "none", "own_experience": "none", "employer_full": "yes",
	} {
		q, _ := f.Question(key)
		p := form.Page{Questions: []form.Question{q}}
		if err := p.Check(form.Answers{key: value}); err != nil {
			t.Errorf("nobody can answer %s with %s", key, value)
		}
	}
}

func TestFiveQuestionsTellIfItIsWorthIt(t *testing.T) {
	t.Parallel()
	yes := func(pairs ...string) form.Answers {
		a := form.Answers{"adult": "yes", "uk": "yes", "alongside": "yes", "experience": "yes", "employer_pays": "no"}
		for i := 0; i < len(pairs); i += 2 {
			a[pairs[i]] = pairs[i+1]
		}
		return a
	}
	if n := len(form.CheckPage().Questions); n != 5 {
		t.Fatalf("the check has %d questions", n)
	}
	for name, c := range map[string]struct {
		answers form.Answers
		likely  bool
		reasons string
	}{
		"all is well":          {yes(), true, ""},
		"too young":            {yes("adult", "no"), false, "adult"},
		"abroad":               {yes("uk", "no"), false, "uk"},
		"not with people":      {yes("alongside", "no"), false, "alongside"},
		"no experience":        {yes("experience", "no"), false, "experience"},
		"the employer can pay": {yes("employer_pays", "yes"), false, "employer_pays"},
		"two reasons":          {yes("uk", "no", "employer_pays", "yes"), false, "uk employer_pays"},
		"an empty check":       {form.Answers{}, false, "adult uk alongside experience employer_pays"},
	} {
		got := form.Result(c.answers)
		if got.Likely != c.likely || reasonKeys(got.Reasons) != c.reasons {
			t.Errorf("%s: %v for %s", name, got.Likely, reasonKeys(got.Reasons))
		}
		want := "This is not for you, and here is what is"
		if c.likely {
			want = "You are likely to be eligible"
		}
		if got.Title != want || got.Message == "" {
			t.Errorf("%s: %q, %q", name, got.Title, got.Message)
		}
		for _, r := range got.Reasons {
			if r.Sentence == "" || r.Instead == "" || r.Talk {
				t.Errorf("%s: %s is %+v", name, r.Key, r)
			}
		}
	}
	if err := form.CheckPage().Check(yes()); err != nil {
		t.Error(err)
	}
	if refused := failure.Of(form.CheckPage().Check(yes("uk", ""))); refused == nil || refused.Fields["uk"] == "" {
		t.Errorf("a question left out: %v", refused)
	}
}
