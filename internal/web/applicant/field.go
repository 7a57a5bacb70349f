package applicant

import (
	"slices"
	"strconv"
	"strings"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

// field is a question with its answer, as the page needs them for its control.
type field struct {
	form.Question
	Value        string
	Values       []string
	Items        []page.Choice
	Mark         bursary.Mark
	Ranks        []rank // of dates to put in order
	Autocomplete string
	Wish         string // how long the answer may well be
	Count        int    // words so far
	Criterion    form.Criterion
	Only         string // for whom the question is, when that hangs on another one of the same page
}

// rank is one of the dates to put in order.
type rank struct {
	ID, Name, Label, Hint, Value string
	Items                        []page.Choice
}

// manyOptions is from how many options on a list is shorter to read as a menu.
const manyOptions = 10

func (o *own) field(q form.Question, answer string) field {
	f := field{
		Question: q, Value: answer, Values: form.Answers{q.Key: answer}.List(q.Key), Mark: o.Marks[q.Key],
		Autocomplete: autocomplete(q), Wish: wish(q.Words), Count: form.Words(answer), Only: o.only(q),
	}
	for _, option := range q.Options {
		f.Items = append(f.Items, page.Choice{Value: option.Value, Label: option.Label, Hint: o.optionHint(q, option)})
	}
	if q.Kind == form.Runs {
		f.Ranks = ranks(q, f.Values)
	}
	if q.Scored {
		f.Criterion = o.criterion(q.Key)
	}
	return f
}

// Rows is how high a box for many lines is: where a longer text is wished for, higher.
func (f field) Rows() int {
	if f.Wish == "" {
		return 5
	}
	return 12
}

// Type is that of an input for one line.
func (f field) Type() string {
	switch f.Kind {
	case form.Email:
		return "email"
	case form.Phone:
		return "tel"
	}
	return "text"
}

// Long reports whether there are too many options for radio buttons.
func (f field) Long() bool { return len(f.Items) > manyOptions }

// Menu are the options of a menu, with nothing chosen first.
func (f field) Menu() []page.Choice {
	return append([]page.Choice{{Label: "Choose one"}}, f.Items...)
}

// only says for whom a question is that hangs on another one of the same page.
func (o *own) only(q form.Question) string {
	for _, on := range o.pageOf(q.Key).Questions {
		if on.Key != q.When.Key {
			continue
		}
		var labels []string
		for _, value := range q.When.Values() {
			labels = append(labels, "“"+labelOf(on, value)+"”")
		}
		return "Answer this only if you chose " + strings.Join(labels, " or ") + "."
	}
	return ""
}

// pageOf is the page that asks a question.
func (o *own) pageOf(question string) form.Page {
	for _, s := range o.Questions.Sections {
		for _, p := range s.Pages {
			if slices.ContainsFunc(p.Questions, func(q form.Question) bool { return q.Key == question }) {
				return p
			}
		}
	}
	return form.Page{}
}

// optionHint is an option's own line of help; that of a circumstance is what the round then pays.
func (o *own) optionHint(q form.Question, option form.Option) string {
	if q.Source != form.FromCircumstances {
		return option.Hint
	}
	for _, c := range o.Round.Tariff.Circumstances {
		if c.Key == option.Value {
			return share(c)
		}
	}
	return option.Hint
}

// tariff is what the round pays of the line that a page asks about, or nothing.
func (o *own) tariff(page string) string {
	line, _ := o.Round.Tariff.Line(bursary.Line(page))
	return line.Note
}

// criterion is how the panel scores an answer.
func (o *own) criterion(question string) form.Criterion {
	rubric, _ := form.FindRubric(o.Round.RubricVersion)
	for _, c := range rubric.Criteria {
		if c.Question == question {
			return c
		}
	}
	return form.Criterion{}
}

// ranks are the dates that can be put in order. Without scripts a menu for each does what dragging would do.
func ranks(q form.Question, chosen []string) []rank {
	items := []page.Choice{{Label: "I could not take these"}}
	for i := range q.Options {
		items = append(items, page.Choice{Value: strconv.Itoa(i + 1), Label: ordinal(i+1) + " choice"})
	}
	if len(q.Options) == 1 {
		items[1].Label = "I could take these"
	}
	all := make([]rank, len(q.Options))
	for i, option := range q.Options {
		all[i] = rank{ID: form.RankField(q.Key, option.Value), Name: form.RankField(q.Key, option.Value), Label: option.Label, Hint: option.Hint, Items: items}
		if at := slices.Index(chosen, option.Value); at >= 0 {
			all[i].Value = strconv.Itoa(at + 1)
		}
	}
	all[0].ID = q.Key // where the list of mistakes leads
	return all
}

// why is what a page owes the person: the reason for asking, who sees the answers and how long they are kept.
type why struct {
	Asks []form.Question // that share what follows
	Seen []string
	Kept string
}

// reasons are a page's; what is the same for several questions is said once.
func reasons(p form.Page) []why {
	var all []why
	for _, q := range p.Questions {
		w := why{Asks: []form.Question{q}, Kept: q.Kept.Sentence()}
		for _, audience := range q.SeenBy {
			w.Seen = append(w.Seen, audience.Sentence())
		}
		if last := len(all) - 1; last >= 0 && all[last].Kept == w.Kept && slices.Equal(all[last].Seen, w.Seen) {
			all[last].Asks = append(all[last].Asks, q)
			continue
		}
		all = append(all, w)
	}
	return all
}
