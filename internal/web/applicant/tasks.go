package applicant

import (
	"context"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

// tasksPage lists what there is to do before sending.
type tasksPage struct {
	*own
	Tasks    page.Tasks
	Done, Of int
	News     bool            // the office has answered a question
	Waiting  []form.Question // answers of which several texts wait
}

// beside is what belongs to an application beside its answers, as far as its first page speaks of it.
type beside struct {
	supporter *bursary.Statement // who was asked last, or nil
	news      bool               // an answer of the office was not seen yet
	award     *award.Award       // what was offered last, or nil
}

// home is the application: its tasks while it is a draft that can be sent, and then where it stands.
func (a *Applicant) home(c *gin.Context) error {
	var more beside
	o, err := a.look(c, func(tx *db.Tx, f *bursary.File) (err error) {
		more, err = a.beside(c.Request.Context(), tx, f)
		return err
	})
	if err != nil {
		return err
	}
	o.Back, o.Crumbs = "", []page.Link{{Text: "Your applications", Href: "/my/applications"}}
	if !o.Draft() || !o.Changeable(a.DB.Now()) {
		return a.status(c, o, more)
	}
	return page.Render(c, "applicant/tasks", o.tasks(more))
}

func (a *Applicant) beside(ctx context.Context, tx *db.Tx, f *bursary.File) (more beside, err error) {
	asked, err := bursary.Statements(ctx, tx, a.Box, f.ID)
	if err != nil {
		return more, err
	}
	if len(asked) > 0 {
		more.supporter = asked[0]
	}
	if more.award, err = awardOf(ctx, tx, f.ID); err != nil {
		return more, err
	}
	thread, err := bursary.Messages(ctx, tx, a.Box, f.ID)
	more.news = slices.ContainsFunc(thread, func(m bursary.Message) bool { return m.FromOffice && m.SeenAt.IsZero() })
	return more, err
}

func (o *own) tasks(more beside) *tasksPage {
	p := &tasksPage{own: o, Waiting: o.waiting(), News: more.news, Of: len(o.Questions.Sections)}
	for _, s := range o.Questions.Sections {
		state := o.Questions.State(s.Key, o.Answers)
		p.Tasks.Items = append(p.Tasks.Items, page.Task{Text: s.Title, Href: o.first(s), Status: state.String(), Done: state == form.Completed})
		if state == form.Completed {
			p.Done++
		}
	}
	p.Tasks.Items = append(p.Tasks.Items, page.Task{
		Text: "A few words from someone who knows you", Hint: "You can leave this out. It never holds up your application.",
		Href: o.Own + "/statement", Status: more.asked(), Done: more.supporter != nil && more.supporter.Status == bursary.StatementReceived,
	})
	return p
}

// asked is how far the words of a supporter have come.
func (b beside) asked() string {
	if b.supporter == nil {
		return "Optional"
	}
	switch b.supporter.Status {
	case bursary.StatementAsked:
		return "Asked"
	case bursary.StatementOpened:
		return "Opened"
	case bursary.StatementReceived:
		return "Received"
	}
	return "Optional"
}

// first is the page of a section that needs the person first: the first that is not done, else its first.
func (o *own) first(s form.Section) string {
	for _, gap := range o.Missing() {
		if gap.Section == s.Key {
			return o.Own + "/q/" + gap.Page
		}
	}
	return o.Own + "/q/" + s.Pages[0].Key
}

// waiting are the questions of which several texts wait for a choice.
func (o *own) waiting() []form.Question {
	var all []form.Question
	for _, q := range o.Questions.Questions() {
		if len(o.Rivals[q.Key]) > 0 {
			all = append(all, q)
		}
	}
	return all
}

// confirm notes that what staff wrote down is what the applicant said.
func (a *Applicant) confirm(c *gin.Context) error {
	person := page.ViewerOf(c).Person
	var application *bursary.Application
	err := a.DB.WriteAs(c.Request.Context(), db.Who{Person: person}, func(tx *db.Tx) (err error) {
		application, err = bursary.Confirm(c.Request.Context(), tx, person, c.Param("code"))
		return err
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.Confirmed)
	return page.Redirect(c, at(application.Code))
}
