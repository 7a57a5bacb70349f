package form_test

import (
	"strings"
	"testing"

	"bursar/internal/form"
)

func TestTheTaskListSaysHowFarEachSectionHasCome(t *testing.T) {
	t.Parallel()
	allOfIt := whole()
	for name, c := range map[string]struct {
		section string
		answers form.Answers
		want    form.State
	}{
		"nothing":                         {"you", form.Answers{}, form.NotYetStarted},
		"one page of three":               {"you", form.Answers{"name": "Sam"}, form.InProgress},
		"all pages":                       {"you", allOfIt, form.Completed},
		"a page that needs a number now":  {"you", wholeBut("contact_way", "phone"), form.InProgress},
		"said not finished":               {"role", wholeBut("practice_done", "no"), form.InProgress},
		"a recording alone":               {"why", form.Answers{"hope_recording": "rec/1"}, form.InProgress},
		"spoken and finished":             {"role", wholeBut("practice", "", "practice_recording", "rec/1"), form.Completed},
		"nothing needed, not seen":        {"support", without(allOfIt, "support_applying", "support_training"), form.NotYetStarted},
		"nothing needed, saved empty":     {"support", allOfIt, form.Completed},
		"help asked for but not how much": {"help", without(wholeBut("help", "fee\ncare"), "care_amount", "care_what"), form.InProgress},
		"dates that are gone":             {"dates", wholeBut("runs", "FND-X99"), form.InProgress},
		"a section of which no form has":  {"nothing", allOfIt, form.Completed},
	} {
		if got := filled().State(c.section, c.answers); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestStatesAreSaidInTheWordsOfTheTaskList(t *testing.T) {
	t.Parallel()
	for state, want := range map[form.State]string{
		form.NotYetStarted: "Not yet started", form.InProgress: "In progress", form.Completed: "Completed",
	} {
		if state.String() != want {
			t.Errorf("%q, want %q", state, want)
		}
	}
}

func TestWhatIsMissingSaysWhereToGo(t *testing.T) {
	t.Parallel()
	f := filled()
	if gaps := f.Missing(whole()); len(gaps) > 0 {
		t.Fatalf("missing in a whole application: %+v", gaps)
	}
	for name, c := range map[string]struct {
		answers form.Answers
		want    string // section/page/question, in order
	}{
		"an optional page never seen": {without(whole(), "support_applying", "support_training", "panel_known", "panel_other"), ""},
		"two things":                  {wholeBut("name", "", "consent", ""), "you/name/name data/data/consent"},
		"a page that was opened up":   {wholeBut("help", "fee\ncare"), "help/care/care_amount help/care/care_what"},
		"said not finished":           {wholeBut("hope", "", "hope_done", "no"), "why/hope/hope_done"},
		"an answer that went wrong":   {wholeBut("panel_known", "99"), "panel/panel/panel_known"},
	} {
		var got []string
		for _, g := range f.Missing(c.answers) {
			got = append(got, g.Section+"/"+g.Page+"/"+g.Question)
			if g.Message == "" {
				t.Errorf("%s: %+v says nothing", name, g)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: missing %v, want %s", name, got, c.want)
		}
	}
	if got := len(f.Missing(form.Answers{})); got < 15 {
		t.Errorf("only %d things are missing in an empty application", got)
	}
}
