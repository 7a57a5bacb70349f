package awards

import (
	"context"
	"mime"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

// letters adds the pages of letters. r is /admin.
func letters(r gin.IRouter, h *handlers) {
	r.GET("/rounds/:code/letters", page.Handle(h.letters))
	r.GET("/rounds/:code/letters.pdf", page.Handle(h.posted))
	r.GET("/rounds/:code/letters/:application", page.Handle(h.letter))
	r.POST("/rounds/:code/letters/:application", page.Handle(h.saveFeedback))
	r.GET("/rounds/:code/letters/:application/letter.pdf", page.Handle(h.letterPDF))
}

type lettersPage struct {
	page.Base
	*batch
}

// Calls are those who asked for a call, Texts for a text message, and Post for a letter on paper.
func (p *lettersPage) Calls() []recipient { return p.of("phone") }

// Texts are those who asked for a text message.
func (p *lettersPage) Texts() []recipient { return p.of("text") }

// Post are those who asked for a letter on paper.
func (p *lettersPage) Post() []recipient { return p.of("post") }

func (h *handlers) letters(c *gin.Context) error {
	b, err := h.batch(c)
	if err != nil {
		return err
	}
	return page.Render(c, "awards/letters", &lettersPage{page.Base{Crumbs: b.crumbs()}, b})
}

func (h *handlers) batch(c *gin.Context) (b *batch, err error) {
	err = h.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		b, err = h.read(ctx, tx, c)
		return err
	})
	return b, err
}

type feedbackForm struct {
	Feedback string `form:"feedback"`
	Then     string `form:"then" binding:"omitempty,oneof=next" error:"Reload this page and try again"`
}

// letterPage is one letter, and before it is sent what the readers wrote, to make feedback of.
type letterPage struct {
	page.Base
	*batch
	To             *recipient
	Letters        []shownLetter
	Readers        []reader
	Form           feedbackForm
	Previous, Next string // codes of who stands before and after
	Number         int
}

// NumberOf is the number of a letter in an address, from the first, given where it stands among them from the latest.
func (p *letterPage) NumberOf(at int) int { return len(p.Letters) - at }

// reader is what one reader wrote of one application.
type reader struct {
	Name    string
	Reasons []panel.Reason
}

func byReader(all []panel.Reason) (readers []reader) {
	for i, r := range all {
		if i == 0 || r.Member != all[i-1].Member {
			readers = append(readers, reader{Name: r.Name})
		}
		last := &readers[len(readers)-1]
		last.Reasons = append(last.Reasons, r)
	}
	return readers
}

func (h *handlers) letterPage(c *gin.Context) (*letterPage, error) {
	p, code := &letterPage{}, id.NormaliseCode(c.Param("application"))
	err := h.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.batch, err = h.read(ctx, tx, c); err != nil {
			return err
		}
		if p.To = p.find(code); p.To == nil {
			return bursary.ErrUnknown
		}
		reasons, err := panel.Reasons(ctx, tx, h.Box, me(c), p.Round, code)
		p.Readers = byReader(reasons)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Crumbs = append(p.crumbs(), page.Link{Text: "Letters", Href: p.Href()})
	p.Form.Feedback = p.To.Feedback
	for _, l := range p.To.Letters {
		p.Letters = append(p.Letters, shownLetter{l})
	}
	for i := range p.People {
		if p.People[i].Code != code {
			continue
		}
		p.Number = i + 1
		if i > 0 {
			p.Previous = p.People[i-1].Code
		}
		if i+1 < len(p.People) {
			p.Next = p.People[i+1].Code
		}
	}
	return p, nil
}

func (h *handlers) letter(c *gin.Context) error {
	p, err := h.letterPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "awards/letter", p)
}

// saveFeedback keeps what staff made of what the readers wrote, and leads on to the next person if asked to.
func (h *handlers) saveFeedback(c *gin.Context) error {
	p, err := h.letterPage(c)
	if err != nil {
		return err
	}
	var typed feedbackForm
	if err = page.Bind(c, &typed); err == nil {
		err = h.work(c, func(ctx context.Context, tx *db.Tx) error {
			return award.SaveFeedback(ctx, tx, h.Box, me(c), p.To.Code, typed.Feedback)
		})
	}
	if err != nil {
		p.Form = typed
		return page.Again(c, err, "awards/letter", p)
	}
	page.Flash(c, page.Saved)
	if typed.Then == "next" && p.Next != "" {
		return page.Redirect(c, p.Href()+"/"+p.Next)
	}
	return page.Redirect(c, p.Href()+"/"+p.To.Code)
}

// letterPDF is a letter as it was sent, on paper. n counts from the first.
func (h *handlers) letterPDF(c *gin.Context) error {
	b, err := h.batch(c)
	if err != nil {
		return err
	}
	to := b.find(id.NormaliseCode(c.Param("application")))
	n, _ := strconv.Atoi(c.DefaultQuery("number", "0")) // what is no number is no letter
	if to == nil || !b.Sent || n < 1 || n > len(to.Letters) {
		return page.ErrNotFound
	}
	return h.print(c, "letter-"+to.Code+".pdf", award.Addressed{Letter: to.Letters[len(to.Letters)-n], Address: to.Address})
}

// posted are the latest letters of all who want them on paper, in one file.
func (h *handlers) posted(c *gin.Context) error {
	b, err := h.batch(c)
	if err != nil {
		return err
	}
	var all []award.Addressed
	for _, p := range b.of("post") {
		if l := p.Latest(); l != nil && b.Sent {
			all = append(all, award.Addressed{Letter: *l, Address: p.Address})
		}
	}
	if len(all) == 0 {
		return page.ErrNotFound
	}
	return h.print(c, "letters-"+b.Round.Code+".pdf", all...)
}

func (h *handlers) print(c *gin.Context, name string, all ...award.Addressed) error {
	body, err := award.Print(h.sender(), h.DB.Now(), all...)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, "application/pdf", body)
	return nil
}
