package offer

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// shownLetter is a letter as it was sent. Its number counts from the first, so that its address stays.
type shownLetter struct {
	award.Letter
	Number int
}

// Key is the number in an address.
func (l shownLetter) Key() string { return strconv.Itoa(l.Number) }

// Summary are the rows of a section.
func (l shownLetter) Summary(s award.Section) (all page.Summary) {
	for _, row := range s.Rows {
		all.Rows = append(all.Rows, page.Row{Key: row.Key, Lines: strings.Split(row.Value, "\n")})
	}
	return all
}

type lettersPage struct {
	*decided
	Letters   []shownLetter // the latest first
	MayKeep   bool          // the answers, for another time
	KeptUntil london.Date   // zero when they are not kept, or not any more
	OnList    int           // their place on the reserve list today, from 1; 0 when they are not on it
}

// lettersPage reads the letters of an application. Before it is decided there are none.
func (h *handlers) lettersPage(c *gin.Context) (*lettersPage, error) {
	ctx, p := c.Request.Context(), &lettersPage{}
	d, err := h.look(c, func(tx *db.Tx, d *decided) error {
		sent, err := award.LettersOf(ctx, tx, h.Box, d.Application.ID)
		if err != nil {
			return err
		}
		for i, l := range sent {
			p.Letters = append(p.Letters, shownLetter{l, len(sent) - i})
		}
		p.MayKeep = d.Application.Told() && d.Application.Status != bursary.Allocated
		until, err := bursary.KeptUntil(ctx, tx, d.Application.ID)
		if err == nil && !until.Before(london.DateOf(tx.Now)) {
			p.KeptUntil = until
		}
		return err
	})
	p.decided = d
	return p, err
}

// letters shows what we wrote, word for word.
func (h *handlers) letters(c *gin.Context) error {
	p, err := h.lettersPage(c)
	if err != nil {
		return err
	}
	err = h.Machine.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
		p.OnList, err = award.OnList(c.Request.Context(), tx, p.Application)
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "offer/letter", p)
}

type letterQuery struct {
	Number string `form:"number"`
}

// letterPDF is one letter as a file, the latest where none is named.
func (h *handlers) letterPDF(c *gin.Context) error {
	p, err := h.lettersPage(c)
	if err != nil {
		return err
	}
	var q letterQuery
	if err := page.Query(c, &q); err != nil {
		return err
	}
	at := slices.IndexFunc(p.Letters, func(l shownLetter) bool { return q.Number == "" || q.Number == l.Key() })
	if at < 0 {
		return page.ErrNotFound
	}
	from := award.Sender{Name: h.Site.Name, Address: h.Site.Address, Email: h.Site.Email, Phone: h.Site.Phone, URL: h.Site.URL}
	body, err := p.Letters[at].PDF(from, h.DB.Now())
	if err != nil {
		return err
	}
	return sendFile(c, "letter-"+p.Application.Code+"-"+p.Letters[at].Key()+".pdf", body)
}

// sendFile answers with a file to keep. Its name says nothing of what it is about.
func sendFile(c *gin.Context, name string, body []byte) error {
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, "application/pdf", body)
	return nil
}

// keep keeps the answers for another time. Pressed twice it is done once.
func (h *handlers) keep(c *gin.Context) error {
	ctx, person := c.Request.Context(), page.ViewerOf(c).Person
	err := h.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) error {
		return bursary.KeepAnswers(ctx, tx, person, c.Param("code"))
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.AnswersKept)
	return page.Redirect(c, at(c.Param("code"))+"/letter")
}

// stopKeeping takes that back.
func (h *handlers) stopKeeping(c *gin.Context) error {
	ctx, person := c.Request.Context(), page.ViewerOf(c).Person
	err := h.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) error {
		return bursary.StopKeeping(ctx, tx, person, c.Param("code"))
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.AnswersNotKept)
	return page.Redirect(c, at(c.Param("code"))+"/letter")
}
