package office

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

type transcriptForm struct {
	Recording string `form:"recording"`
	Text      string `form:"text"`
}

type recordingPage struct {
	page.Base
	App      *bursary.Application
	Question form.Question
	Spoken   *bursary.Recording
	Form     transcriptForm
}

// recording is where staff listen, and write down what they hear.
func (f office) recording(c *gin.Context) error {
	p, err := f.recordingOf(c)
	if err != nil {
		return err
	}
	p.Form = transcriptForm{Recording: strconv.FormatInt(int64(p.Spoken.ID), 10), Text: p.Spoken.Transcript}
	return page.Render(c, "office/recording", p)
}

func (f office) recordingOf(c *gin.Context) (*recordingPage, error) {
	p := new(recordingPage)
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		a, r, err := f.application(ctx, tx, c)
		if err != nil {
			return err
		}
		if !readable(a) {
			return bursary.ErrNoRecording
		}
		if err := bursary.Note(ctx, tx, a.ID, me(c), form.Office); err != nil {
			return err
		}
		all, err := bursary.Recordings(ctx, tx, f.Box, a.ID)
		if err != nil {
			return err
		}
		questions, err := r.Form()
		if err != nil {
			return err
		}
		p.Base, p.App, p.Spoken = about(r, a.Code), a, all[c.Param("key")]
		p.Question, _ = questions.Question(c.Param("key"))
		return nil
	})
	if err == nil && p.Spoken == nil {
		return nil, bursary.ErrNoRecording
	}
	c.Header(policy, strings.TrimPrefix(c.Writer.Header().Get(policy)+"; media-src 'self'", "; "))
	return p, err
}

const policy = "Content-Security-Policy"

// transcribe keeps what staff wrote down.
func (f office) transcribe(c *gin.Context) error {
	var typed transcriptForm
	err := page.Bind(c, &typed)
	if err == nil {
		which, _ := strconv.ParseInt(typed.Recording, 10, 64) // what is no number names no recording
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return bursary.Transcribe(ctx, tx, f.Box, me(c), c.Param("code"), id.Recording(which), typed.Text)
		})
	}
	if err != nil {
		p, unknown := f.recordingOf(c)
		if unknown != nil {
			return unknown
		}
		p.Form = typed
		return page.Again(c, err, "office/recording", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, fileHref(c.Param("code")))
}

// sound is a recording itself. Listening is reading, and is noted.
func (f office) sound(c *gin.Context) error {
	var r *bursary.Recording
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		a, _, err := f.application(ctx, tx, c)
		if err != nil {
			return err
		}
		if !readable(a) {
			return bursary.ErrNoRecording
		}
		r, err = bursary.ListenOffice(ctx, tx, f.Box, me(c), a.Code, c.Param("key"))
		return err
	})
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `inline; filename="recording"`)
	c.Data(http.StatusOK, r.ContentType, r.Body)
	return nil
}

// Length is how long it is, in words.
func (p *recordingPage) Length() string { return length(p.Spoken.Seconds) }
