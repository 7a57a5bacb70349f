package queue

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

// severalForm answers several course applications at once.
type severalForm struct {
	Code   []string `form:"code" binding:"max=50"`
	Act    string   `form:"act"`
	Reason string   `form:"reason"`
	Seen   string   `form:"seen"` // that whom it concerns was shown
	Day    string   `form:"until-day"`
	Month  string   `form:"until-month"`
	Year   string   `form:"until-year"`
}

// Offers reports whether it is a yes.
func (f severalForm) Offers() bool { return f.Act == "offer" }

type severalPage struct {
	page.Base
	Form severalForm
	Ones []report.Queued // who is answered
}

// several shows first who would be answered at once, and how. Then each is answered by itself: one that cannot be, because the
// places are gone or somebody else has answered, does not keep the others from it.
func (d desk) several(c *gin.Context) error {
	p := &severalPage{Base: page.Base{Crumbs: []page.Link{home, list}}}
	if err := page.Bind(c, &p.Form); err != nil {
		return page.Again(c, err, "queue/several", p)
	}
	if len(p.Form.Code) == 0 || p.Form.Act != "offer" && p.Form.Act != "turn-down" {
		page.Flash(c, page.NobodyChosen)
		return page.Redirect(c, toAnswer)
	}
	if err := d.whom(c, p); err != nil {
		return err
	}
	if p.Form.Seen == "" {
		until := boxes(london.DateOf(d.DB.Now()).AddWorking(admissions.ApplicationDays))
		p.Form.Day, p.Form.Month, p.Form.Year = until[0], until[1], until[2]
		return page.Render(c, "queue/several", p)
	}
	if len(p.Ones) == 0 {
		return page.Again(c, errNobodyWaits, "queue/several", p)
	}
	if err := d.answerEach(c, p); err != nil {
		if unread := d.whom(c, p); unread != nil { // some are answered now
			return unread
		}
		return page.Again(c, err, "queue/several", p)
	}
	page.Flash(c, page.ApplicationsAnswered)
	return page.Redirect(c, toAnswer)
}

var errNobodyWaits = failure.New(failure.Conflict, "nobody_waits", "All of them have been answered, or taken back, since you looked. Nothing has been done now.")

// whom reads who of those that were ticked waits for an answer.
func (d desk) whom(c *gin.Context, p *severalPage) error {
	return d.as(c, func(ctx context.Context, tx *db.Tx, _ id.Person) (err error) {
		p.Ones, err = report.ToAnswer(ctx, tx, p.Form.Code)
		return err
	})
}

// answerEach answers them one by one. What cannot stand for any of them is a failure about its field; who could not be answered is
// one about "code".
func (d desk) answerEach(c *gin.Context, p *severalPage) error {
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	until, err := offerForm{p.Form.Day, p.Form.Month, p.Form.Year}.until()
	if p.Form.Offers() && err != nil {
		return err
	}
	var refused []string
	for _, k := range p.Ones {
		err := d.Machine.Write(ctx, func(tx *db.Tx) error {
			if p.Form.Offers() {
				return admissions.OfferApplication(ctx, tx, me, k.Code, until)
			}
			return admissions.TurnDownApplication(ctx, tx, d.Box, me, k.Code, p.Form.Reason)
		})
		switch said := failure.Of(err); {
		case err == nil:
		case said == nil || said.Kind == failure.Invalid:
			return err
		default:
			refused = append(refused, k.Name+": "+said.Message)
		}
	}
	if len(refused) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Conflict, Code: "not_all_answered", Message: "Not all of them could be answered.",
		Fields: map[string]string{"code": strings.Join(refused, " ")}}
}
