package rounds

import (
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/form"
	"bursar/internal/web/page"
)

type questionsPage struct {
	page.Base
	Form   form.Form
	Rubric form.Rubric
}

// currentQuestions are those that a new round is pinned to.
func (f office) currentQuestions(c *gin.Context) error {
	return page.Render(c, "rounds/questions", &questionsPage{
		Base: page.Base{Crumbs: []page.Link{home, all}}, Form: form.Current(), Rubric: form.CurrentRubric(),
	})
}

// questions are those that a round is pinned to, with what the round itself offers.
func (f office) questions(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	asked, err := r.PublicQuestions(c.Request.Context(), f.DB)
	if err != nil {
		return err
	}
	rubric, ok := form.FindRubric(r.RubricVersion)
	if !ok {
		return fmt.Errorf("round %s is pinned to rubric %q, which this program does not know", r.Code, r.RubricVersion)
	}
	return page.Render(c, "rounds/questions", &questionsPage{Base: within(r), Form: asked, Rubric: rubric})
}

// Why is what stands with a question about its answer: what for, for whose eyes and for how long.
func (p *questionsPage) Why(q form.Question) page.Summary {
	seen := make([]string, len(q.SeenBy))
	for i, a := range q.SeenBy {
		seen[i] = a.Sentence()
	}
	rows := []page.Row{
		{Key: "Why we ask", Value: q.Purpose},
		{Key: "Who sees it", Value: strings.Join(seen, " ")},
		{Key: "How long it is kept", Value: q.Kept.Sentence()},
	}
	if options := labels(q); len(options) > 0 {
		rows = append(rows, page.Row{Key: "To choose from", Lines: options})
	}
	return page.Summary{Rows: rows}
}

func labels(q form.Question) []string {
	var all []string
	for _, o := range q.Options {
		all = append(all, o.Label)
	}
	return all
}
