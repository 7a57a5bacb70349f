package office

import (
	"net/url"
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

const seen = "seen-"

func fieldOf(file *bursary.File, q form.Question, answers form.Answers) field {
	f := field{Question: q, Value: answers[q.Key], Values: answers.List(q.Key), Mark: file.Marks[q.Key], When: condition(file.Questions, q.When)}
	for _, o := range q.Options {
		f.Items = append(f.Items, page.Choice{Value: o.Value, Label: o.Label})
		if q.Kind == form.Runs {
			p := place{Name: q.Key + "-" + o.Value, Label: o.Label + ", " + o.Hint}
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

// keys are the names of the fields, in order.
func keys(questions []form.Question) []string {
	all := make([]string, len(questions))
	for i, q := range questions {
		all[i] = q.Key
	}
	return all
}

// read takes the answers out of a form that was sent.
func read(questions []form.Question, posted url.Values) form.Answers {
	typed := form.Answers{}
	for _, q := range questions {
		switch q.Kind {
		case form.Choices:
			typed[q.Key] = form.Join(posted[q.Key])
		case form.Runs:
			typed[q.Key] = form.Join(inOrder(q, posted))
		default:
			typed[q.Key] = posted.Get(q.Key)
		}
	}
	return typed
}

// marks are those of the answers that the page had shown.
func marks(questions []form.Question, posted url.Values) bursary.Marks {
	all := bursary.Marks{}
	for _, q := range questions {
		all[q.Key] = bursary.Mark(posted.Get(seen + q.Key))
	}
	return all
}

// inOrder lists the dates that were given a number, the smallest first.
func inOrder(q form.Question, posted url.Values) []string {
	var chosen []string
	numbers := map[string]int{}
	for _, o := range q.Options {
		if n, err := strconv.Atoi(strings.TrimSpace(posted.Get(q.Key + "-" + o.Value))); err == nil && n > 0 {
			chosen, numbers[o.Value] = append(chosen, o.Value), n
		}
	}
	slices.SortStableFunc(chosen, func(a, b string) int { return numbers[a] - numbers[b] })
	return chosen
}
