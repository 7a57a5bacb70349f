package form_test

import (
	"strings"
	"testing"

	"bursar/internal/form"
)

func TestEveryScoredAnswerHasItsCriterion(t *testing.T) {
	t.Parallel()
	rubric := form.CurrentRubric()
	criteria := map[string]bool{}
	for _, c := range rubric.Criteria {
		if criteria[c.Question] || c.Title == "" {
			t.Errorf("%s is there twice, or without a title", c.Question)
		}
		criteria[c.Question] = true
		if found, ok := rubric.Criterion(c.Key); !ok || found.Question != c.Question {
			t.Errorf("criterion %s is not found", c.Key)
		}
	}
	for _, q := range form.Current().Questions() {
		if q.Scored != criteria[q.Key] {
			t.Errorf("%s is scored: %v, has a criterion: %v", q.Key, q.Scored, criteria[q.Key])
		}
	}
	if _, ok := rubric.Criterion("spelling"); ok {
		t.Error("found a criterion that is not there")
	}
}

func TestEveryLevelIsAStatementOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, c := range form.CurrentRubric().Criteria {
		seen := map[string]bool{}
		for i, level := range c.Levels {
			if !strings.HasPrefix(level, "I ") || !strings.HasSuffix(level, ".") || strings.ContainsAny(level, "0123456789") || seen[level] {
				t.Errorf("%s, level %d is no statement of its own: %q", c.Key, i, level)
			}
			if forbidden.MatchString(level) || unkind.MatchString(level) || strings.Contains(level, "health") || strings.Contains(level, "experience") {
				t.Errorf("%s, level %d looks at what nobody scores: %q", c.Key, i, level)
			}
			seen[level] = true
		}
	}
}

func TestARubricIsFoundByItsVersion(t *testing.T) {
	t.Parallel()
	if r, ok := form.FindRubric("2027-1"); !ok || r.Version != form.CurrentRubric().Version {
		t.Errorf("found %v, %q", ok, r.Version)
	}
	if _, ok := form.FindRubric("1999-1"); ok {
		t.Error("found a rubric that never was")
	}
}
