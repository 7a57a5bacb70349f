package form_test

import (
	"strings"
	"testing"

	"bursar/internal/form"
	"bursar/internal/web/page/pagetest"
)

// oldest is the reading age that no applicant-facing text goes over.
const oldest = 11

// texts are the words of a page, a line for each string. Yes and No are left out: they are on every page and
// would make any page look easy.
func texts(p form.Page) string {
	lines := append([]string{p.Title}, p.Intro...)
	for _, q := range p.Questions {
		lines = append(lines, q.Label, q.Hint, q.Purpose)
		if q.Kind != form.YesNo {
			lines = append(lines, labels(q)...)
		}
	}
	return strings.Join(lines, "\n")
}

// applicantTexts are all that an applicant reads from this package, by the place they stand in.
func applicantTexts() map[string]string {
	all := map[string]string{"the five questions": texts(form.CheckPage())}
	for _, s := range form.Current().Sections {
		for _, p := range s.Pages {
			all["page "+p.Key] = texts(p)
		}
	}
	for _, p := range form.Equality() {
		for i := range p.Questions {
			p.Questions[i].Options = nil // the words of the census
		}
		all["page "+p.Key] = texts(p)
	}
	for _, c := range form.CurrentRubric().Criteria {
		all["criterion "+c.Key] = c.Title + "\n" + strings.Join(c.Levels[:], "\n")
	}
	for _, r := range []form.Retention{form.UntilReviewed, form.WithDecision, form.WithAward, form.UntilTrained} {
		all["kept "+string(r)] = r.Sentence()
	}
	_, reasons := form.Eligibility(form.Answers{
		"adult": "no", "region": "elsewhere", "role_kind": "none", "own_experience": "none", "employer_full": "yes",
	})
	_, talk := form.Eligibility(wholeBut("own_experience", "talk", "adult", ""))
	for _, r := range append(reasons, talk...) {
		all["reason "+r.Key+" "+r.Sentence] = r.Sentence + "\n" + r.Instead
	}
	for _, o := range []form.Outcome{form.Result(form.Answers{}), form.Result(form.Answers{
		"adult": "yes", "uk": "yes", "alongside": "yes", "experience": "yes", "employer_pays": "no",
	})} {
		all["outcome "+o.Title] = o.Title + "\n" + o.Message
	}
	return all
}

func TestAnElevenYearOldCanReadEveryText(t *testing.T) {
	t.Parallel()
	for where, text := range applicantTexts() {
		if age := pagetest.ReadingAge(text); age > oldest {
			t.Errorf("%s needs a reader of %.1f years:\n%s", where, age, text)
		}
	}
}

// The name of what people work with ("people who have mental health problems") costs two years on its own, so
// a single line may be three years harder.
func TestNoParagraphIsFarHarderThanItsPage(t *testing.T) {
	t.Parallel()
	for where, text := range applicantTexts() {
		for line := range strings.Lines(text) {
			if age := pagetest.ReadingAge(line); age > oldest+3 && form.Words(line) >= 8 {
				t.Errorf("%s needs a reader of %.1f years for: %s", where, age, line)
			}
		}
	}
}

func TestEveryTextIsWholeAndKind(t *testing.T) {
	t.Parallel()
	for where, text := range applicantTexts() {
		if strings.TrimSpace(text) == "" || strings.Contains(text, "  ") || unkind.MatchString(text) {
			t.Errorf("%s: %q", where, text)
		}
	}
	for _, a := range []form.Audience{form.Office, form.Panel, form.Access} {
		if age := pagetest.ReadingAge(a.Sentence()); age > oldest {
			t.Errorf("%q needs a reader of %.1f years", a.Sentence(), age)
		}
	}
}
