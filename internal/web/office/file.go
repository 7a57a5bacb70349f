package office

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type filePage struct {
	page.Base
	App       *bursary.Application
	Round     *bursary.Round
	Person    people.Person
	Enterer   string // of staff, when it came by telephone or on paper
	Why       string // the reason for what was decided about who is eligible
	Words     bool   // it is shown what was written
	Sections  []section
	Statement []statement
	Thread    []bursary.Message
	Waiting   bool // a message of the applicant that nobody has settled
	Form      messageForm
	Call      callForm
	Readings  page.Table
	History   page.Table
}

// section is a section of the form with the answers in it.
type section struct {
	Title   string
	Summary page.Summary
}

// statement is what a supporter was asked, and said.
type statement struct {
	Name, Email string
	Standing    string
	Summary     page.Summary
}

// file shows one application, and notes the reading.
func (f office) file(c *gin.Context) error {
	p, err := f.fileOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "office/file", p)
}

func (f office) fileOf(c *gin.Context) (*filePage, error) {
	p := new(filePage)
	err := f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		*p = filePage{}
		if p.App, p.Round, err = f.application(ctx, tx, c); err != nil {
			return err
		}
		p.Words = readable(p.App)
		if err := f.readWords(ctx, tx, c, p); err != nil {
			return err
		}
		if err := f.readRest(ctx, tx, p); err != nil {
			return err
		}
		p.Base = withinList(p.Round)
		return nil
	})
	return p, err
}

// readable reports whether staff read what an application says: once it was sent, or while they enter it, and not
// any more when it was taken back.
func readable(a *bursary.Application) bool {
	return a.Status != bursary.Withdrawn && (a.Status != bursary.Draft || a.EnteredBy != 0)
}

func (f office) readWords(ctx context.Context, tx *db.Tx, c *gin.Context, p *filePage) (err error) {
	if !p.Words {
		if err := bursary.Note(ctx, tx, p.App.ID, me(c), form.Office); err != nil {
			return err
		}
		return f.readThread(ctx, tx, p)
	}
	file, err := bursary.Read(ctx, tx, f.Box, me(c), p.App.Code)
	if err != nil {
		return err
	}
	recordings, err := bursary.Recordings(ctx, tx, f.Box, file.ID)
	if err != nil {
		return err
	}
	for _, s := range file.Questions.Asked(file.Answers).Sections {
		if told := sectionOf(file, s, recordings); len(told.Summary.Rows) > 0 {
			p.Sections = append(p.Sections, told)
		}
	}
	statements, err := bursary.ReadStatements(ctx, tx, f.Box, file.ID)
	if err != nil {
		return err
	}
	for _, s := range statements {
		p.Statement = append(p.Statement, statementOf(s))
	}
	return f.readThread(ctx, tx, p)
}

func (f office) readThread(ctx context.Context, tx *db.Tx, p *filePage) (err error) {
	p.Thread, err = bursary.Messages(ctx, tx, f.Box, p.App.ID)
	for _, m := range p.Thread {
		p.Waiting = p.Waiting || !m.FromOffice && m.SeenAt.IsZero()
	}
	return err
}

// sectionOf lays a section out. What only the access officer reads is not among the answers, and its questions
// are not shown either: an empty answer would say that there is none.
func sectionOf(file *bursary.File, s form.Section, recordings map[string]*bursary.Recording) section {
	told := section{Title: s.Title}
	needs := bursary.NeedsOf(form.Form{Sections: []form.Section{s}})
	for _, p := range s.Pages {
		for _, q := range p.Questions {
			if q.Finishes || contains(needs, q.Key) {
				continue
			}
			row := page.Row{Key: q.Label, Lines: shown(q, file.Answers)}
			if r := recordings[q.Key]; r != nil {
				row.Lines = append(row.Lines, spoken(r)...)
				row.Href, row.Action = fileHref(file.Code)+"/recordings/"+q.Key, "Listen"
			}
			if len(row.Lines) == 0 {
				row.Value = "No answer"
			}
			told.Summary.Rows = append(told.Summary.Rows, row)
		}
	}
	return told
}

func contains(questions []form.Question, key string) bool {
	for _, q := range questions {
		if q.Key == key {
			return true
		}
	}
	return false
}

func spoken(r *bursary.Recording) []string {
	if r.TranscribedAt.IsZero() {
		return []string{"Spoken, " + length(r.Seconds) + ". Not written down yet."}
	}
	return []string{"Spoken, " + length(r.Seconds) + ". Written down by us:", r.Transcript}
}

func statementOf(s *bursary.Statement) statement {
	told := statement{Name: s.Name, Email: s.Email, Standing: statementWords[s.Status]}
	if s.Status != bursary.StatementReceived {
		return told
	}
	told.Standing += " on " + london.Stamp(s.ReceivedAt)
	told.Summary = page.Summary{Rows: []page.Row{
		{Key: "Written by", Value: s.Words.Writer},
		{Key: "How they know the person", Value: s.Words.Known},
		{Key: "What the person would bring", Value: s.Words.Strengths},
		{Key: "What would help the person on the course", Value: s.Words.Support},
	}}
	return told
}

// readRest reads who it is, who has read and what was done.
func (f office) readRest(ctx context.Context, tx *db.Tx, p *filePage) (err error) {
	if p.Person, err = people.ByID(ctx, tx, p.App.PersonID); err != nil {
		return err
	}
	if p.App.EnteredBy != 0 {
		staff, err := people.ByID(ctx, tx, p.App.EnteredBy)
		if err != nil {
			return err
		}
		p.Enterer = staff.Name
	}
	if p.Why, err = p.App.Why(f.Box); err != nil {
		return err
	}
	readings, err := bursary.Readings(ctx, tx, p.App.ID)
	if err != nil {
		return err
	}
	p.Readings = page.Table{Caption: "Who has read this", Columns: []page.Column{{Title: "Who"}, {Title: "Last on that day"}, {Title: "Times", Numeric: true}}}
	for _, r := range readings {
		who := audienceWords[r.Audience]
		if r.Name != "" {
			who += ": " + r.Name
		}
		p.Readings.Rows = append(p.Readings.Rows, []page.Cell{{Text: who}, {Text: london.Stamp(r.At)}, {Text: strconv.Itoa(r.Times)}})
	}
	p.History, err = historyOf(ctx, tx, p.App.ID)
	return err
}
