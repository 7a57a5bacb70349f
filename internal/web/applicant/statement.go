package applicant

import (
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// supporterForm says whom to ask for a few words.
type supporterForm struct {
	Name  string `form:"name"`
	Email string `form:"email"`
	About string `form:"about"`
}

func (f supporterForm) supporter() bursary.Supporter {
	return bursary.Supporter{Name: f.Name, Email: f.Email, About: f.About}
}

// statementPage is where somebody is asked for a few words, and how far that has come.
type statementPage struct {
	*own
	Form   supporterForm
	Facts  page.Summary
	Latest *bursary.Statement // whom they asked last; nil when nobody
	Taken  bool               // words are still taken
	Last   london.Date        // the last day on which they are
}

func (a *Applicant) statementPage(c *gin.Context) (*statementPage, error) {
	p := &statementPage{}
	o, err := a.look(c, func(tx *db.Tx, f *bursary.File) error {
		all, err := bursary.Statements(c.Request.Context(), tx, a.Box, f.ID)
		if err == nil && len(all) > 0 {
			p.Latest = all[0]
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p.own, p.Last, p.Form.About = o, o.Round.PanelOn.AddDays(-1), o.Answers["name"]
	p.Taken = o.TakesWords(o.Round, a.DB.Now())
	if p.Latest != nil {
		p.Form.About = p.Latest.About
		p.Facts = facts(p.Latest, p.Expired())
	}
	return p, nil
}

// Asks reports whether nobody is asked now, so that somebody can be.
func (p *statementPage) Asks() bool { return p.Taken && (p.Latest == nil || !p.Latest.Live()) }

// Waits reports whether somebody was asked and can still answer or be sent the link again.
func (p *statementPage) Waits() bool { return p.Latest != nil && p.Latest.Awaited() }

// Expired reports whether the link ended before there was an answer.
func (p *statementPage) Expired() bool { return p.Waits() && !p.Taken }

// facts are how far the words of somebody have come.
func facts(s *bursary.Statement, expired bool) page.Summary {
	rows := []page.Row{{Key: "You asked", Lines: []string{s.Name, s.Email}}, {Key: "Sent", Value: london.Stamp(s.AskedAt)}}
	if !s.SentAgainAt.IsZero() {
		rows = append(rows, page.Row{Key: "Sent again", Value: london.Stamp(s.SentAgainAt)})
	}
	if !s.OpenedAt.IsZero() {
		rows = append(rows, page.Row{Key: "Opened", Value: london.Stamp(s.OpenedAt)})
	}
	end := page.Row{Key: "Received"}
	switch s.Status {
	case bursary.StatementReceived:
		end.Value = london.Stamp(s.ReceivedAt)
	case bursary.StatementCancelled:
		end = page.Row{Key: "Stopped", Value: "You stopped asking. The link does not work any more."}
	case bursary.StatementDeclined:
		end = page.Row{Key: "Answer", Value: "They would rather not. We did not ask why."}
	default:
		end.Value = "Not yet"
		rows = append(rows, page.Row{Key: "The link works until", Value: london.DateOf(s.ExpiresAt.Add(-time.Second)).Medium()})
		if expired {
			end.Value = "It did not come in time."
		}
	}
	return page.Summary{Rows: append(rows, end)}
}

func (a *Applicant) statement(c *gin.Context) error {
	p, err := a.statementPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "applicant/statement", p)
}

// askSupporter sends somebody a link.
func (a *Applicant) askSupporter(c *gin.Context) error {
	return a.toSupporter(c, "applicant/statement", page.SupporterAsked, func(tx *db.Tx, form supporterForm) error {
		_, err := bursary.AskSupporter(c.Request.Context(), tx, a.Box, page.ViewerOf(c).Person, c.Param("code"), form.supporter())
		return err
	})
}

// otherSupporter asks whom to ask instead.
func (a *Applicant) otherSupporter(c *gin.Context) error {
	p, err := a.statementPage(c)
	if err != nil {
		return err
	}
	if !p.Waits() || !p.Taken {
		return page.Redirect(c, p.Own+"/statement")
	}
	p.Back = p.Own + "/statement"
	return page.Render(c, "applicant/supporter", p)
}

// changeSupporter stops asking one person and asks another.
func (a *Applicant) changeSupporter(c *gin.Context) error {
	return a.toSupporter(c, "applicant/supporter", page.SupporterAsked, func(tx *db.Tx, form supporterForm) error {
		_, err := bursary.ChangeSupporter(c.Request.Context(), tx, a.Box, page.ViewerOf(c).Person, c.Param("code"), form.supporter())
		return err
	})
}

func (a *Applicant) sendAgain(c *gin.Context) error {
	return a.toSupporter(c, "applicant/statement", page.SupporterAsked, func(tx *db.Tx, _ supporterForm) error {
		_, err := bursary.SendAgain(c.Request.Context(), tx, a.Box, page.ViewerOf(c).Person, c.Param("code"))
		return err
	})
}

func (a *Applicant) stopAsking(c *gin.Context) error {
	return a.toSupporter(c, "applicant/statement", page.SupporterStopped, func(tx *db.Tx, _ supporterForm) error {
		return bursary.StopAsking(c.Request.Context(), tx, page.ViewerOf(c).Person, c.Param("code"))
	})
}

// toSupporter does something about whom to ask. A refusal shows the page again with what was typed.
func (a *Applicant) toSupporter(c *gin.Context, shown string, done page.Notice, do func(*db.Tx, supporterForm) error) error {
	var form supporterForm
	err := page.Bind(c, &form)
	if err == nil {
		err = a.act(c, func(tx *db.Tx) error { return do(tx, form) })
	}
	if err == nil {
		page.Flash(c, done)
		return page.Redirect(c, at(c.Param("code"))+"/statement")
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unknown := a.statementPage(c)
	if unknown != nil {
		return unknown
	}
	if form.Name != "" || form.Email != "" {
		p.Form = form
	}
	return page.Again(c, err, shown, p)
}
