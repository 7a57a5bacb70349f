// Package supporter is what somebody sees who was asked by link for a few words about a person: what it is
// about, three short questions, and thanks. There is no account.
//
// What always holds: opening the link changes nothing, so that a mail scanner does not; the link shows its own
// statement and nothing else, because the database role of these pages can reach nothing else; a link that is
// unknown, replaced, taken back or over gives the same kind page, with what was typed; every word is saved before it is
// judged; no browser or cache keeps a page, and no title says what it is about.
package supporter

import (
	"errors"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB  *db.DB // in the role db.Supporter
	Box *secret.Box
}

// Supporter serves the pages.
type Supporter struct{ Options }

// Mount adds the pages.
func Mount(r gin.IRouter, o Options) {
	s := &Supporter{o}
	by := r.Group("/supporter/:token", unkept)
	by.GET("", handle(s.landing))
	by.POST("", handle(s.start))
	by.GET("/words", handle(s.words))
	by.POST("/words", handle(s.say))
	by.GET("/rather-not", handle(s.ratherNot))
	by.POST("/rather-not", handle(s.decline))
}

// unkept has no browser or cache keep a page: the link may be used on a shared computer.
func unkept(c *gin.Context) { c.Header("Cache-Control", "no-store") }

// shown is a statement as the pages show it.
type shown struct {
	page.Base
	*bursary.Statement
	Link string // the address of the link
	Last london.Date
}

// byLink works in the name of whoever holds the link.
func (s *Supporter) byLink(c *gin.Context, do func(tx *db.Tx, token string) error) error {
	token := c.Param("token")
	return s.DB.WriteAs(c.Request.Context(), db.Who{Link: bursary.LinkHash(token)}, func(tx *db.Tx) error { return do(tx, token) })
}

func (s *Supporter) open(c *gin.Context) (*shown, error) {
	p := &shown{Link: bursary.SupporterPath(c.Param("token"))}
	err := s.byLink(c, func(tx *db.Tx, token string) (err error) {
		p.Statement, err = bursary.OpenLink(c.Request.Context(), tx, s.Box, token, s.DB.Now())
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Last = london.DateOf(p.ExpiresAt.Add(-time.Second))
	return p, nil
}

// landing says what it is about. Once there is an answer it says thank you, also to whoever comes back later.
func (s *Supporter) landing(c *gin.Context) error {
	p, err := s.open(c)
	if err != nil {
		return err
	}
	if !p.Awaited() {
		return page.Render(c, "supporter/thanks", p)
	}
	return page.Render(c, "supporter/landing", p)
}

// start leads to the questions.
func (s *Supporter) start(c *gin.Context) error {
	pressed := page.Arrived(c)
	err := s.byLink(c, func(tx *db.Tx, token string) error {
		return bursary.StartStatement(c.Request.Context(), tx, token, pressed)
	})
	if err != nil {
		return err
	}
	return page.Redirect(c, bursary.SupporterPath(c.Param("token"))+"/words")
}

type wordsForm struct {
	Writer    string `form:"writer"`
	Known     string `form:"known"`
	Strengths string `form:"strengths"`
	Support   string `form:"support"`
	Seen      string `form:"seen"` // the version that the page showed
	Then      string `form:"then"`
}

// send, as the field "then", is the button that sends.
const send = "send"

type wordsPage struct {
	*shown
	Form      wordsForm
	Elsewhere bool // what is stored differs from what was typed here
}

func (s *Supporter) wordsPage(c *gin.Context) (*wordsPage, error) {
	p, err := s.open(c)
	if err != nil {
		return nil, err
	}
	p.Back = p.Link
	w := p.Words
	return &wordsPage{shown: p, Form: wordsForm{w.Writer, w.Known, w.Strengths, w.Support, strconv.Itoa(p.Version), ""}}, nil
}

// words are the questions, with what was saved of the answers.
func (s *Supporter) words(c *gin.Context) error {
	p, err := s.wordsPage(c)
	if err != nil {
		return err
	}
	if p.Status != bursary.StatementOpened {
		return page.Redirect(c, p.Link)
	}
	return page.Render(c, "supporter/words", p)
}

// say saves what was typed and, if that was the button, sends it.
func (s *Supporter) say(c *gin.Context) error {
	pressed := page.Arrived(c)
	var form wordsForm
	if err := page.Bind(c, &form); err != nil {
		return s.again(c, err, form)
	}
	seen, _ := strconv.Atoi(form.Seen) // what is no number was never shown
	err := s.byLink(c, func(tx *db.Tx, token string) error {
		typed := bursary.Words{Writer: form.Writer, Known: form.Known, Strengths: form.Strengths, Support: form.Support}
		_, err := bursary.SaveWords(c.Request.Context(), tx, s.Box, token, typed, seen, pressed)
		return err
	})
	if err == nil && form.Then == send {
		err = s.byLink(c, func(tx *db.Tx, token string) error {
			return bursary.SendWords(c.Request.Context(), tx, s.Box, token, pressed)
		})
	}
	if err != nil {
		return s.again(c, err, form)
	}
	if form.Then != send {
		page.Flash(c, page.WordsSaved)
	}
	return page.Redirect(c, bursary.SupporterPath(c.Param("token")))
}

// again shows the page with every word that was typed, and with what was saved elsewhere meanwhile.
func (s *Supporter) again(c *gin.Context, err error, form wordsForm) error {
	if errors.Is(err, bursary.ErrLinkDead) {
		return err
	}
	p, unknown := s.wordsPage(c)
	if unknown != nil {
		return errors.Join(err, unknown)
	}
	form.Seen = p.Form.Seen // what stands now is on this page
	p.Form = form
	p.Elsewhere = errors.Is(err, bursary.ErrWordsElsewhere)
	return page.Again(c, err, "supporter/words", p)
}

// ratherNot asks whether somebody is sure.
func (s *Supporter) ratherNot(c *gin.Context) error {
	p, err := s.open(c)
	if err != nil {
		return err
	}
	if !p.Awaited() {
		return page.Redirect(c, p.Link)
	}
	p.Back = p.Link
	return page.Render(c, "supporter/rather-not", p)
}

func (s *Supporter) decline(c *gin.Context) error {
	pressed := page.Arrived(c)
	err := s.byLink(c, func(tx *db.Tx, token string) error {
		return bursary.DeclineStatement(c.Request.Context(), tx, token, pressed)
	})
	if err != nil {
		return err
	}
	return page.Redirect(c, bursary.SupporterPath(c.Param("token")))
}
