package public

import (
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

// checkForm are the answers to form.CheckPage. They are used to make one page, and kept nowhere.
type checkForm struct {
	Adult        string `form:"adult"`
	UK           string `form:"uk"`
	Alongside    string `form:"alongside"`
	Experience   string `form:"experience"`
	EmployerPays string `form:"employer_pays"`
}

func (f *checkForm) answers() form.Answers {
	return form.Answers{
		"adult": f.Adult, "uk": f.UK, "alongside": f.Alongside, "experience": f.Experience, "employer_pays": f.EmployerPays,
	}
}

type checkPage struct {
	page.Base
	Round *bursary.Round
	Asked form.Page
	Given form.Answers // what was chosen, after a mistake
}

func newCheckPage(r *bursary.Round, given form.Answers) *checkPage {
	return &checkPage{Base: page.Base{Back: roundHref(r)}, Round: r, Asked: form.CheckPage(), Given: given}
}

// Items are what can be chosen.
func (p *checkPage) Items(q form.Question) []page.Choice {
	items := make([]page.Choice, len(q.Options))
	for i, o := range q.Options {
		items[i] = page.Choice{Value: o.Value, Label: o.Label, Hint: o.Hint}
	}
	return items
}

// Hint helps with the answer and says why we ask.
func (p *checkPage) Hint(q form.Question) string { return strings.TrimSpace(q.Hint + " " + q.Purpose) }

func (p *Public) check(c *gin.Context) error {
	r, err := p.published(c)
	if err != nil {
		return err
	}
	page.Share(c)
	return page.Render(c, "public/round-check", newCheckPage(r, nil))
}

type checkResultPage struct {
	page.Base
	Round   *bursary.Round
	Outcome form.Outcome
	Open    bool // one can apply now
}

// Href is what the addresses of the round's pages begin with.
func (p *checkResultPage) Href() string { return roundHref(p.Round) }

// checkResult answers the five questions at once: a redirect would have to keep the answers, or show them in the
// address. Nothing keeps this page either.
func (p *Public) checkResult(c *gin.Context) error {
	r, err := p.published(c)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "no-store")
	var typed checkForm
	err = page.Bind(c, &typed)
	if err == nil {
		err = form.CheckPage().Check(typed.answers())
	}
	if err != nil {
		return page.Again(c, err, "public/round-check", newCheckPage(r, typed.answers()))
	}
	view := &checkResultPage{Round: r, Outcome: form.Result(typed.answers()), Open: r.Open(p.DB.Now())}
	view.Back = roundHref(r) + "/check"
	return page.Render(c, "public/round-check-result", view)
}
