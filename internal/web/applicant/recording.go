package applicant

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/audio"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

const (
	// RecordingRoute is the pattern of the one address of the area that takes files, for whoever limits what a
	// request may send. A recording at the limit of bursary.RecordingLimits fits.
	RecordingRoute = "/my/applications/:code/recordings/:key"
	// RecordingBody is how many bytes a request to it may have.
	RecordingBody = 12 << 20
)

var errNoFile = failure.Field(audio.Field, "Choose a recording first.")

// recordingPage is where an answer is spoken instead of written.
type recordingPage struct {
	*own
	Question form.Question
	Spoken   *bursary.Recording // nil when nothing was
	Href     string
	PageHref string // where it is written
	Editable bool
	Typed    bool // words were written too
}

func (a *Applicant) recordingPage(c *gin.Context) (*recordingPage, error) {
	p := &recordingPage{}
	o, err := a.look(c, func(tx *db.Tx, f *bursary.File) error {
		all, err := bursary.Recordings(c.Request.Context(), tx, a.Box, f.ID)
		p.Spoken = all[c.Param("key")]
		return err
	})
	if err != nil {
		return nil, err
	}
	var ok bool
	if p.Question, ok = o.Questions.Question(c.Param("key")); !ok || !p.Question.Recording {
		return nil, page.ErrNotFound
	}
	p.own, p.Href, p.PageHref = o, o.Own+"/recordings/"+p.Question.Key, o.Own+"/q/"+o.pageOf(p.Question.Key).Key
	p.Editable, p.Typed = o.Changeable(a.DB.Now()), form.Words(o.Answers[p.Question.Key]) > 0
	p.Back = p.PageHref
	c.Header(csp, strings.TrimPrefix(c.Writer.Header().Get(csp)+"; media-src 'self'", "; "))
	return p, nil
}

const csp = "Content-Security-Policy"

// Length is how long the recording is: "2 minutes 5 seconds".
func (p *recordingPage) Length() string { return length(p.Spoken.Seconds) }

func length(seconds int) string {
	if seconds < 60 {
		return plural(max(seconds, 1), "second")
	}
	if seconds%60 == 0 {
		return plural(seconds/60, "minute")
	}
	return plural(seconds/60, "minute") + " " + plural(seconds%60, "second")
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

func (a *Applicant) recording(c *gin.Context) error {
	p, err := a.recordingPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "applicant/recording", p)
}

// speak takes a recording in.
func (a *Applicant) speak(c *gin.Context) error {
	pressed := page.Arrived(c)
	spoken, err := sent(c)
	if err == nil {
		err = a.act(c, func(tx *db.Tx) error {
			return bursary.KeepRecording(c.Request.Context(), tx, a.Box, page.ViewerOf(c).Person, c.Param("code"), c.Param("key"), spoken, pressed)
		})
	}
	if err != nil {
		return a.againRecording(c, err)
	}
	page.Flash(c, page.RecordingKept)
	return page.Redirect(c, at(c.Param("code"))+"/recordings/"+c.Param("key"))
}

// againRecording shows the page with what is wrong. The browser does not give a file back, so it says so.
func (a *Applicant) againRecording(c *gin.Context, err error) error {
	if failure.Of(err) == nil {
		return err
	}
	p, unknown := a.recordingPage(c)
	if unknown != nil {
		return unknown
	}
	return page.Again(c, err, "applicant/recording", p)
}

// sent reads and checks the file of a form. What the browser says of it, its name included, is not looked at.
func sent(c *gin.Context) (audio.Recording, error) {
	defer func() { _, _ = io.Copy(io.Discard, c.Request.Body) }() // what is read to the end gets an answer in every browser
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return audio.Recording{}, errNoFile.Because(err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return audio.Recording{}, tooLarge(err, errNoFile)
		}
		if part.FormName() != audio.Field {
			continue
		}
		spoken, err := audio.Check(part, bursary.RecordingLimits)
		if errors.Is(err, audio.ErrEmpty) && part.FileName() == "" {
			return spoken, errNoFile
		}
		if err != nil && failure.Of(err) == nil {
			return spoken, tooLarge(err, audio.ErrDamaged)
		}
		return spoken, err
	}
}

// tooLarge says what is wrong with a request that could not be read to its end.
func tooLarge(err error, otherwise *failure.Error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return audio.ErrLarge.Because(err)
	}
	return otherwise.Because(err)
}

// listen plays the recording to whoever spoke it.
func (a *Applicant) listen(c *gin.Context) error {
	var spoken *bursary.Recording
	err := a.act(c, func(tx *db.Tx) (err error) {
		spoken, err = bursary.Listen(c.Request.Context(), tx, a.Box, page.ViewerOf(c).Person, c.Param("code"), c.Param("key"))
		return err
	})
	if err != nil {
		return err
	}
	c.Header("Content-Type", spoken.ContentType)
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header(csp, "default-src 'none'; sandbox")
	// In parts where the browser asks for them: Safari plays nothing else.
	http.ServeContent(c.Writer, c.Request, "", spoken.CreatedAt, bytes.NewReader(spoken.Body))
	return nil
}

// unspeak takes the recording back.
func (a *Applicant) unspeak(c *gin.Context) error {
	pressed := page.Arrived(c)
	err := a.act(c, func(tx *db.Tx) error {
		return bursary.RemoveRecording(c.Request.Context(), tx, page.ViewerOf(c).Person, c.Param("code"), c.Param("key"), pressed)
	})
	if err != nil && !errors.Is(err, bursary.ErrNoRecording) {
		return a.againRecording(c, err)
	}
	page.Flash(c, page.RecordingRemoved)
	return page.Redirect(c, at(c.Param("code"))+"/recordings/"+c.Param("key"))
}
