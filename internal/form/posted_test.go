package form_test

import (
	"net/url"
	"testing"

	"bursar/internal/form"
)

func TestAnswersAreTakenOutOfAFormAsTheyWereTyped(t *testing.T) {
	t.Parallel()
	dates := []form.Option{{Value: "LEEDS"}, {Value: "YORK"}, {Value: "BATH"}, {Value: "HULL"}}
	questions := []form.Question{
		{Key: "hope", Kind: form.Prose}, {Key: "help", Kind: form.Choices}, {Key: "runs", Kind: form.Runs, Options: dates}, {Key: "late", Kind: form.YesNo},
	}
	typed := form.Posted(questions, url.Values{
		"hope": {" two  spaces "}, "help": {"fee", "travel"}, "runs-YORK": {"2"}, "runs-BATH": {" 1 "}, "runs-LEEDS": {"2"}, "runs-HULL": {"none"}, "other": {"x"},
	})
	want := form.Answers{"hope": " two  spaces ", "help": "fee\ntravel", "runs": "BATH\nLEEDS\nYORK", "late": ""}
	if len(typed) != len(want) {
		t.Errorf("got %q", typed)
	}
	for key, text := range want {
		if got, ok := typed[key]; !ok || got != text {
			t.Errorf("%s is %q, want %q", key, got, text)
		}
	}
}
