package office

import (
	"slices"
	"strconv"
	"strings"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

// field is a question with its answer, as staff type it.
type field struct {
	form.Question
	Value  string
	Values []string
	Items  []page.Choice
	Mark   bursary.Mark
	Places []place // of dates in order
	When   string  // for whom it is
}

// place is where in the applicant's order one of the dates stands.
type place struct{ Name, Label, Value string }

func fieldOf(file *bursary.File, q form.Question, answers form.Answers) field {
	f := field{Question: q, Value: answers[q.Key], Values: answers.List(q.Key), Mark: file.Marks[q.Key], When: condition(file.Questions, q.When)}
	for _, o := range q.Options {
		f.Items = append(f.Items, page.Choice{Value: o.Value, Label: o.Label})
		if q.Kind == form.Runs {
			p := place{Name: form.RankField(q.Key, o.Value), Label: o.Label + ", " + o.Hint}
			if at := slices.Index(f.Values, o.Value); at >= 0 {
				p.Value = strconv.Itoa(at + 1)
			}
			f.Places = append(f.Places, p)
		}
	}
	return f
}

// condition says for whom a question or a page is, in the words of the answer on which it hangs.
func condition(f form.Form, when form.Condition) string {
	q, ok := f.Question(when.Key)
	if !ok {
		return ""
	}
	var labels []string
	for _, value := range when.Values() {
		labels = append(labels, "“"+label(q, value)+"”")
	}
	return "Only for " + strings.Join(labels, " or ") + " (" + strings.ToLower(q.Label[:1]) + q.Label[1:] + ")"
}
