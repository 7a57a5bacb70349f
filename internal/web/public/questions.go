package public

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

type questionsPage struct {
	page.Base
	Round  *bursary.Round
	Form   form.Form
	Rubric form.Rubric
}

// questions is everything that an application asks, on one page to read or print beforehand.
func (p *Public) questions(c *gin.Context) error {
	r, err := p.published(c)
	if err != nil {
		return err
	}
	asked, err := r.PublicQuestions(c.Request.Context(), p.DB)
	if err != nil {
		return err
	}
	rubric, ok := form.FindRubric(r.RubricVersion)
	if !ok {
		return fmt.Errorf("round %s is pinned to rubric %q, which this program does not know", r.Code, r.RubricVersion)
	}
	view := &questionsPage{Round: r, Form: asked, Rubric: rubric}
	view.Crumbs = []page.Link{helpCrumb, {Text: r.Name, Href: roundHref(r)}}
	page.Share(c)
	return page.Render(c, "public/round-questions", view)
}

// Total is how many questions there are at most.
func (p *questionsPage) Total() int { return len(p.Form.Questions()) }

// entry is one question as the page shows it.
type entry struct {
	Question form.Question
	Only     *only  // nil when it is for everybody
	How      string // how it is answered
	Seen     string // who reads the answer
	Levels   []string
}

// Entry is what the page says about a question.
func (p *questionsPage) Entry(q form.Question) entry {
	e := entry{Question: q, Only: p.Only(q.When), How: how(q), Seen: seen(q)}
	for _, criterion := range p.Rubric.Criteria {
		if criterion.Question == q.Key {
			e.Levels = criterion.Levels[:]
		}
	}
	return e
}

// only says for whom a page or a question is: who gave one of these answers to another question.
type only struct {
	Question string
	Answers  []string
}

// Only says for whom a page or a question is, or is nil when it is for everybody.
func (p *questionsPage) Only(when form.Condition) *only {
	q, ok := p.Form.Question(when.Key)
	if !ok {
		return nil
	}
	o := &only{Question: q.Label}
	for _, option := range q.Options {
		if slices.Contains(when.Values(), option.Value) {
			o.Answers = append(o.Answers, option.Label)
		}
	}
	return o
}

func how(q form.Question) string {
	switch q.Kind {
	case form.Text:
		return "You write a few words."
	case form.Prose:
		return proseWish(q)
	case form.Email:
		return "You write an email address."
	case form.Phone:
		return "You write a phone number."
	case form.Money:
		return "You write an amount in pounds. £0 is fine."
	case form.Choices:
		return "You tick all that are right for you:"
	case form.Runs:
		return "You choose the dates you could take, the best first:"
	case form.Confirm:
		return "You tick one box:"
	default:
		return "You choose one:"
	}
}

func proseWish(q form.Question) string {
	wish := "You write as much as you like."
	if q.Words != (form.Range{}) {
		wish = fmt.Sprintf("You write. About %d to %d words are good. Less or more is fine too.", q.Words.Min, q.Words.Max)
	}
	if q.Recording {
		wish += " You can speak instead, and we write it down."
	}
	return wish
}

func seen(q form.Question) string {
	sentences := make([]string, len(q.SeenBy))
	for i, a := range q.SeenBy {
		sentences[i] = a.Sentence()
	}
	return strings.Join(sentences, " ")
}
