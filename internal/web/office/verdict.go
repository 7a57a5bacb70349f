package office

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

type verdictsPage struct {
	page.Base
	Round    *bursary.Round
	All      bool // also what is decided
	Verdicts []verdict
	Links    page.Pagination
	Early    bool // before the deadline
}

// verdict is what the facts say of one application, as the pages show it.
type verdict struct {
	bursary.Verdict
	Facts   page.Tag
	Decided page.Tag // of what staff decided; empty until then
	Ready   bool     // a person can agree without more words
}

func shownVerdict(r *bursary.Round, v bursary.Verdict, tx *db.Tx) verdict {
	s := verdict{Verdict: v, Facts: page.Tag{Text: "Eligible", Colour: "green"}}
	switch {
	case !v.OK:
		s.Facts = page.Tag{Text: "Not eligible", Colour: "red"}
	case v.Talk():
		s.Facts = page.Tag{Text: "Talk first", Colour: "yellow"}
	}
	a := v.Application
	if a.Eligible != nil {
		s.Decided = page.Tag{Text: "Not eligible", Colour: "red"}
		if *a.Eligible {
			s.Decided = page.Tag{Text: "Eligible", Colour: "green"}
		}
	}
	s.Ready = a.Eligible == nil && !v.Talk() && !a.Changeable(r, tx.Now)
	return s
}

// Mark is what a confirmation carries: the application and what was shown of it.
func (v verdict) Mark() string {
	if v.OK {
		return v.Application.Code + "/" + eligible
	}
	return v.Application.Code + "/" + notEligible
}

// The values of a decision in forms.
const (
	eligible    = "yes"
	notEligible = "no"
)

// verdicts lists what the facts say. Reading the facts is reading, and is noted.
func (f office) verdicts(c *gin.Context) error {
	p, err := f.verdictsOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "office/eligibility", p)
}

func (f office) verdictsOf(c *gin.Context) (*verdictsPage, error) {
	r, err := f.round(c)
	if err != nil {
		return nil, err
	}
	p := &verdictsPage{Base: within(r), Round: r, All: c.Query("show") == "all", Early: f.DB.Now().Before(r.Deadline())}
	var after id.Application
	if _, err := page.After(c, &after); err != nil {
		return nil, err
	}
	err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
		said, err := bursary.Verdicts(ctx, tx, f.Box, me(c), r, !p.All, after, portion+1)
		p.Verdicts = nil
		for _, v := range said {
			p.Verdicts = append(p.Verdicts, shownVerdict(r, v, tx))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Verdicts, p.Links, err = page.Portion(c, p.Verdicts, portion, func(last verdict) id.Application { return last.Application.ID })
	return p, err
}

type whichForm struct {
	Which []string `form:"which" binding:"max=50,dive,max=20" error:"Tick fewer applications at a time."`
}

type previewPage struct {
	page.Base
	Round           *bursary.Round
	Eligible, Other []verdict
}

// preview shows what a confirmation of several would do. It changes nothing.
func (f office) preview(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	var typed whichForm
	if err = page.Bind(c, &typed); err == nil && len(typed.Which) == 0 {
		err = failure.Field("which", "Tick the applications that you agree about.")
	}
	p := &previewPage{Base: within(r), Round: r}
	p.Crumbs = append(p.Crumbs, page.Link{Text: "Eligibility", Href: roundHref(r) + "/eligibility"})
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error { return f.propose(ctx, tx, c, p, typed.Which) })
	}
	if err != nil {
		return f.againVerdicts(c, err)
	}
	return page.Render(c, "office/preview", p)
}

func (f office) propose(ctx context.Context, tx *db.Tx, c *gin.Context, p *previewPage, codes []string) error {
	said, err := bursary.Propose(ctx, tx, f.Box, me(c), p.Round, codes)
	if err != nil {
		return err
	}
	p.Eligible, p.Other = nil, nil
	for _, v := range said {
		s := shownVerdict(p.Round, v, tx)
		switch {
		case !s.Ready:
			return bursary.ErrFactsChanged
		case v.OK:
			p.Eligible = append(p.Eligible, s)
		default:
			p.Other = append(p.Other, s)
		}
	}
	return nil
}

// confirmFacts decides several as the facts say.
func (f office) confirmFacts(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	var typed whichForm
	if err = page.Bind(c, &typed); err == nil {
		var confirmed []bursary.Confirmation
		for _, mark := range typed.Which {
			code, word, _ := strings.Cut(mark, "/")
			confirmed = append(confirmed, bursary.Confirmation{Code: code, Eligible: word == eligible})
		}
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return bursary.ConfirmFacts(ctx, tx, f.Box, me(c), r, confirmed)
		})
	}
	if err != nil {
		return f.againVerdicts(c, err)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, roundHref(r)+"/eligibility")
}

func (f office) againVerdicts(c *gin.Context, err error) error {
	p, unknown := f.verdictsOf(c)
	if unknown != nil {
		return unknown
	}
	return page.Again(c, err, "office/eligibility", p)
}
