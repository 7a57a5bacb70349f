package form_test

import (
	"strings"
	"testing"

	"bursar/internal/failure"
	"bursar/internal/form"
)

// page finds a page of the filled form.
func page(t testing.TB, key string) form.Page {
	t.Helper()
	_, p, ok := filled().Page(key)
	if !ok {
		t.Fatalf("no page %s", key)
	}
	return p
}

func TestAWholeApplicationPassesEveryPage(t *testing.T) {
	t.Parallel()
	for _, s := range filled().Asked(whole()).Sections {
		for _, p := range s.Pages {
			if err := p.Check(whole()); err != nil {
				t.Errorf("%s: %v %v", p.Key, err, failure.Of(err).Fields)
			}
		}
	}
}

func TestAnAnswerHasTheShapeOfItsQuestion(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page  string
		pairs []string
		field string // the field that is refused; empty: the page passes
	}{
		"no name":                          {"name", []string{"name", "  "}, "name"},
		"no legal name":                    {"name", []string{"legal_name", ""}, ""},
		"a very long name":                 {"name", []string{"name", strings.Repeat("é", 301)}, "name"},
		"a long name":                      {"name", []string{"name", strings.Repeat("é", 300)}, ""},
		"no way of contact":                {"contact", []string{"contact_way", ""}, "contact_way"},
		"a way that is not offered":        {"contact", []string{"contact_way", "pigeon"}, "contact_way"},
		"two regions":                      {"home", []string{"region", "london\nwales"}, "region"},
		"phone without a number":           {"contact", []string{"contact_way", "phone", "message_safe", "yes"}, "phone"},
		"phone without safety":             {"contact", []string{"contact_way", "phone", "phone", "01632 960 001"}, "message_safe"},
		"a number from abroad":             {"contact", []string{"contact_way", "text", "phone", "+44 (0)1632 960-001"}, ""},
		"a number of words":                {"contact", []string{"contact_way", "text", "phone", "ring my sister"}, "phone"},
		"half a number":                    {"contact", []string{"contact_way", "text", "phone", "960 001"}, "phone"},
		"a number too long":                {"contact", []string{"contact_way", "text", "phone", "1234567890123456"}, "phone"},
		"letters without an address":       {"contact", []string{"contact_way", "post", "post_address", "\n"}, "post_address"},
		"a bad number that is not asked":   {"contact", []string{"phone", "x"}, ""},
		"yes or no answered maybe":         {"home", []string{"adult", "maybe"}, "adult"},
		"a region that is not one":         {"home", []string{"region", "mars"}, "region"},
		"no region of work":                {"home", []string{"work_region", ""}, ""},
		"a bad region of work":             {"home", []string{"work_region", "elsewhere"}, "work_region"},
		"few words":                        {"practice", []string{"practice", "I listen."}, ""},
		"very many words":                  {"practice", []string{"practice", strings.Repeat("word ", 900)}, ""},
		"a whole book":                     {"practice", []string{"practice", strings.Repeat("word ", 5000)}, "practice"},
		"no words":                         {"practice", []string{"practice", ""}, "practice"},
		"no words but a recording":         {"practice", []string{"practice", "", "practice_recording", "rec/1"}, ""},
		"no words and not finished":        {"practice", []string{"practice", "", "practice_done", "no"}, ""},
		"not said whether finished":        {"practice", []string{"practice_done", ""}, "practice_done"},
		"a whole book, not finished":       {"practice", []string{"practice", strings.Repeat("word ", 5000), "practice_done", "no"}, "practice"},
		"a recording where none is taken":  {"name", []string{"name", "", "name_recording", "rec/1"}, "name"},
		"dates in order":                   {"runs", []string{"runs", "FND-M27\nFND-L27"}, ""},
		"no dates":                         {"runs", []string{"runs", ""}, "runs"},
		"the same dates twice":             {"runs", []string{"runs", "FND-M27\nFND-M27"}, "runs"},
		"dates that are not of this round": {"runs", []string{"runs", "FND-M27\nFND-X99"}, "runs"},
		"help with nothing":                {"help", []string{"help", ""}, "help"},
		"help that is not on offer":        {"help", []string{"help", "fee\nlodging"}, "help"},
		"an amount in words":               {"travel", []string{"travel_amount", "a lot"}, "travel_amount"},
		"an amount below nothing":          {"travel", []string{"travel_amount", "-5"}, "travel_amount"},
		"an amount beyond all":             {"travel", []string{"travel_amount", "2000000"}, "travel_amount"},
		"an amount with pounds and pence":  {"travel", []string{"travel_amount", "£1,250.50"}, ""},
		"nothing to pay":                   {"pay", []string{"own_payment", "£0", "employer_payment", "0.00"}, ""},
		"no amount":                        {"pay", []string{"own_payment", ""}, "own_payment"},
		"nobody known":                     {"panel", []string{"panel_known", ""}, ""},
		"two people known":                 {"panel", []string{"panel_known", "11\n12"}, ""},
		"somebody not on the panel":        {"panel", []string{"panel_known", "99"}, "panel_known"},
		"no consent":                       {"data", []string{"consent", ""}, "consent"},
		"consent to something else":        {"data", []string{"consent", "no"}, "consent"},
	} {
		err := page(t, c.page).Check(wholeBut(c.pairs...))
		refused := failure.Of(err)
		switch {
		case c.field == "" && err != nil:
			t.Errorf("%s: refused: %v", name, refused.Fields)
		case c.field != "" && (refused == nil || refused.Kind != failure.Invalid || len(refused.Fields) != 1 || refused.Fields[c.field] == ""):
			t.Errorf("%s: got %v", name, refused)
		case c.field != "" && !strings.HasSuffix(refused.Fields[c.field], "."):
			t.Errorf("%s: %q is no sentence", name, refused.Fields[c.field])
		}
	}
}

func TestAnEmailAddressIsRead(t *testing.T) {
	t.Parallel()
	p := form.Page{Questions: []form.Question{{Key: "to", Kind: form.Email}}}
	for typed, ok := range map[string]bool{
		"name@example.org": true, " name@mail.example.org ": true, "": false, "name": false, "name@example": false,
		"Name <name@example.org>": false, "a@b@c.org": false, "name@exa mple.org": false,
	} {
		if err := p.Check(form.Answers{"to": typed}); (err == nil) != ok {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("phone", "01632 960 001", "no")
	f.Add("fee\ntravel", "£0", "yes")
	f.Add("FND-L27\nFND-L27", "a@b.c", "maybe")
	f.Fuzz(func(t *testing.T, first, second, third string) {
		filled := filled()
		a := form.Answers{}
		typed := []string{first, second, third}
		for i, q := range filled.Questions() {
			a[q.Key] = typed[i%len(typed)]
		}
		for _, s := range filled.Sections {
			for _, p := range s.Pages {
				if err := p.Check(a); err != nil && failure.KindOf(err) != failure.Invalid {
					t.Fatalf("%s: %v", p.Key, err)
				}
			}
			filled.State(s.Key, a)
		}
		for _, gap := range filled.Missing(a) {
			if gap.Message == "" || gap.Page == "" {
				t.Errorf("a gap without words or place: %+v", gap)
			}
		}
	})
}
