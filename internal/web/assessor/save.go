package assessor

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

// errBoth tells that a reason was changed in two places.
var errBoth = failure.New(failure.Conflict, "reason_clash",
	"You wrote about this one in two places. Nothing is lost: both texts stand in the box below. Keep what you want of them, and save again.")

// What the buttons of the page do once everything is saved, as the field "then".
const (
	thenFinish   = "finish"
	thenLater    = "later"
	thenPause    = "pause"
	thenKnow     = "know"
	thenHandBack = "hand-back"
)

// save keeps what was written, whatever it is, and then does what the button says.
func (d desk) save(c *gin.Context) error {
	pressed := d.DB.Now()
	posted, seen, err := d.posted(c)
	if err != nil {
		return over(c, err)
	}
	var kept panel.Kept
	err = d.as(c, func(tx *db.Tx, person id.Person) (err error) {
		kept, err = panel.Keep(c.Request.Context(), tx, d.Box, person, c.Param("code"), posted, seen)
		return err
	})
	switch {
	case page.ForScript(c):
		return reply(c, kept, pressed, err)
	case errors.Is(err, panel.ErrHandedIn):
		return d.handedIn(c, posted)
	case err != nil:
		return over(c, err)
	case len(kept.Clashes) > 0:
		return d.again(c, errBoth)
	}
	return d.then(c, c.PostForm("then"))
}

// handedIn leads to what stands, or gives back what was written in another tab after that.
func (d desk) handedIn(c *gin.Context, posted map[string]panel.Opinion) error {
	p, err := d.sheet(c)
	if err != nil {
		return over(c, err)
	}
	for key, typed := range posted {
		if reason := strings.TrimSpace(strings.ReplaceAll(typed.Reason, "\r\n", "\n")); reason != "" && reason != p.Opinions[key].Reason {
			return over(c, panel.ErrHandedIn)
		}
	}
	return page.Redirect(c, at(p.Code))
}

// posted reads the opinions that a page sent, and the marks of what it had shown.
func (d desk) posted(c *gin.Context) (map[string]panel.Opinion, map[string]string, error) {
	var rubric form.Rubric
	err := d.as(c, func(tx *db.Tx, person id.Person) (err error) {
		_, rubric, err = panel.Held(c.Request.Context(), tx, person, c.Param("code"))
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	var order []string
	for _, criterion := range rubric.Criteria {
		order = append(order, "score-"+criterion.Key, "reason-"+criterion.Key)
	}
	values, err := page.Posted(c, order)
	if err != nil {
		return nil, nil, err
	}
	typed, seen := opinions(rubric, values)
	return typed, seen, nil
}

// opinions leaves out what the page did not ask, because its text was not ready.
func opinions(rubric form.Rubric, values url.Values) (typed map[string]panel.Opinion, seen map[string]string) {
	typed, seen = map[string]panel.Opinion{}, map[string]string{}
	for _, criterion := range rubric.Criteria {
		if key := criterion.Key; values.Has("reason-" + key) {
			typed[key] = panel.Opinion{Score: values.Get("score-" + key), Reason: values.Get("reason-" + key)}
			seen[key] = values.Get("seen-" + key)
		}
	}
	return typed, seen
}

// then does what the button says, now that everything is saved.
func (d desk) then(c *gin.Context, what string) error {
	code := c.Param("code")
	switch what {
	case thenFinish:
		return d.finish(c)
	case thenPause:
		err := d.as(c, func(tx *db.Tx, person id.Person) error { return panel.Pause(c.Request.Context(), tx, person) })
		if err != nil {
			return err
		}
		page.Flash(c, page.Pausing)
		return page.Redirect(c, home)
	case thenKnow:
		return page.Redirect(c, at(code)+"/know")
	case thenHandBack:
		return page.Redirect(c, at(code)+"/hand-back")
	case thenLater:
		page.Flash(c, page.Saved)
		return page.Redirect(c, home)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, at(code))
}

// finish hands the scores in.
func (d desk) finish(c *gin.Context) error {
	err := d.as(c, func(tx *db.Tx, person id.Person) error {
		return panel.Finish(c.Request.Context(), tx, d.Box, person, c.Param("code"))
	})
	if err != nil {
		return d.again(c, err)
	}
	page.Flash(c, page.ScoresIn)
	return page.Redirect(c, at(c.Param("code")))
}

// again shows the page as it was saved, with what needs another look.
func (d desk) again(c *gin.Context, err error) error {
	p, broken := d.sheet(c)
	if broken != nil {
		return broken
	}
	return page.Again(c, err, "assessor/sheet", p)
}

// reply tells the script what became of what it sent.
func reply(c *gin.Context, kept panel.Kept, pressed time.Time, err error) error {
	if err != nil {
		return err
	}
	if len(kept.Clashes) > 0 {
		where := at(c.Param("code")) + "?both=yes#reason-" + kept.Clashes[0]
		c.JSON(http.StatusConflict, gin.H{"code": "clash", "at": where, "marks": kept.Marks})
		return nil
	}
	c.JSON(http.StatusOK, gin.H{"saved": london.Clock(pressed), "marks": kept.Marks})
	return nil
}
