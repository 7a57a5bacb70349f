package applicant

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/form"
	"bursar/internal/web/page"
)

// checkPage shows every answer before it is sent, and after.
type checkPage struct {
	*own
	Sections []checked
	Gaps     []gap
	Waiting  []form.Question
	Editable bool
	Declared []string
}

// checked is a section with its answers.
type checked struct {
	Title string
	Rows  page.Summary
}

// gap is one thing that is missing, and where it is answered.
type gap struct{ Text, Message, Href string }

// check shows all the answers.
func (a *Applicant) check(c *gin.Context) error {
	o, err := a.open(c)
	if err != nil {
		return err
	}
	return page.Render(c, "applicant/check", o.check(o.Changeable(a.DB.Now())))
}

func (o *own) check(editable bool) *checkPage {
	p := &checkPage{own: o.back(), Gaps: o.gaps(), Editable: editable, Waiting: o.waiting()}
	for _, s := range o.Questions.Asked(o.Answers).Sections {
		section := checked{Title: s.Title}
		for _, asked := range s.Pages {
			for _, q := range asked.Questions {
				if !q.Finishes {
					section.Rows.Rows = append(section.Rows.Rows, o.row(asked, q, editable))
				}
			}
		}
		p.Sections = append(p.Sections, section)
	}
	return p
}

// row is one answer. An empty one says so, because an empty line could be taken for a fault.
func (o *own) row(asked form.Page, q form.Question, editable bool) page.Row {
	r := page.Row{Key: name(asked, q), Lines: said(q, o.Answers[q.Key])}
	if form.Words(o.Answers[q.Key]) == 0 {
		r.Lines = nil
		r.Value = "Not answered yet"
		if q.Optional {
			r.Value = "Left empty"
		}
	}
	if o.Answers.Spoken(q.Key) {
		r.Lines = append(r.Lines, "You added a recording.")
	}
	if editable {
		r.Href = o.Own + "/q/" + asked.Key + "?from=" + checking + "#" + q.Key
	}
	return r
}

// gaps are what stands in the way of sending, with where to go. A section that was not begun is one gap, and
// whether a page is finished is not asked about while its answer is missing.
func (o *own) gaps() []gap {
	var all []gap
	var before form.Gap
	for _, g := range o.Missing() {
		section, p, _ := o.Questions.Page(g.Page)
		q, _ := o.Questions.Question(g.Question)
		fresh := o.Questions.State(g.Section, o.Answers) == form.NotYetStarted
		switch {
		case fresh && g.Section == before.Section, q.Finishes && g.Page == before.Page:
		case fresh:
			all = append(all, gap{section.Title, form.NotYetStarted.String() + ".", o.Own + "/q/" + g.Page})
		default:
			all = append(all, gap{name(p, q), g.Message, o.Own + "/q/" + g.Page + "?from=" + checking + "#" + g.Question})
		}
		before = g
	}
	return all
}

// name is what an answer is called on a line of its own. What is agreed to is too long for one.
func name(p form.Page, q form.Question) string {
	if q.Kind == form.Confirm {
		return p.Title
	}
	return short(q.Label)
}
