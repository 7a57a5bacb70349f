package public

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type roundPage struct {
	page.Base
	Round *bursary.Round
	Runs  []*course.Offering
	Last  *roundLine // the last round that was decided; nil while there is none
}

// RoundPage is a round's start page, for page.Render under the name "public/round": what everybody sees once it
// is published, and staff beforehand. Every role may call it.
func RoundPage(ctx context.Context, d bun.IDB, r *bursary.Round) (page.Page, error) {
	runs, err := bursary.RunsOf(ctx, d, r.ID)
	if err != nil {
		return nil, err
	}
	rounds, err := bursary.Rounds(ctx, d)
	if err != nil {
		return nil, err
	}
	view := &roundPage{Round: r, Runs: runs, Last: oddsBefore(rounds, r)}
	view.Crumbs = []page.Link{helpCrumb}
	return view, nil
}

var helpCrumb = page.Link{Text: "Help with the cost", Href: "/bursaries"}

// Href is the address of the round's page, and what those of its other pages begin with.
func (p *roundPage) Href() string { return roundHref(p.Round) }

func roundHref(r *bursary.Round) string { return "/bursaries/" + r.Code }

// Draft reports whether only staff see this.
func (p *roundPage) Draft() bool { return !p.Round.Public() }

// Open reports whether one can apply now.
func (p *roundPage) Open() bool { return roundStandingOf(p.Round, p.Now) == roundOpen }

// Coming reports whether one can apply later.
func (p *roundPage) Coming() bool { return roundStandingOf(p.Round, p.Now) == roundComing }

// Tag is how the round stands, in a word or two.
func (p *roundPage) Tag() page.Tag { return roundTag(p.Round, p.Now) }

// Odds are those of this round, once it is decided.
func (p *roundPage) Odds() string { return odds(p.Round) }

// Drawn reports whether the lottery has been drawn.
func (p *roundPage) Drawn() bool { return p.Round.Status == bursary.RoundDrawn }

// upTo is what a line pays at most; the fee has no amount of its own.
func upTo(l bursary.TariffLine) string {
	switch {
	case l.Line == bursary.Fee && l.Cap == 0:
		return "All or part"
	case l.Cap == 0:
		return "What it costs"
	}
	return "Up to " + l.Cap.Short()
}

// tariff is a table of what is paid.
type tariff struct {
	Caption, What, Pays string
	Rows                []tariffRow
}

// tariffRow is what is paid, a word on it, and how much.
type tariffRow struct{ What, Note, Pays string }

// Tariff is what is paid by line.
func (p *roundPage) Tariff() tariff {
	t := tariff{Caption: "What we can pay for", What: "What for", Pays: "How much"}
	for _, l := range p.Round.Tariff.Lines {
		t.Rows = append(t.Rows, tariffRow{l.Title, l.Note, upTo(l)})
	}
	return t
}

// FeeTariff is how much of the fee is paid by what somebody lives on.
func (p *roundPage) FeeTariff() tariff {
	t := tariff{Caption: "How much of the fee", What: "What is closest to you", Pays: "We pay"}
	for _, c := range p.Round.Tariff.Circumstances {
		t.Rows = append(t.Rows, tariffRow{What: c.Label, Pays: share(c.Percent)})
	}
	return t
}

// share is a part of the fee in the words that people use for it.
func share(percent int) string {
	switch percent {
	case 100:
		return "All of it"
	case 75:
		return "Three quarters"
	case 50:
		return "Half"
	case 25:
		return "A quarter"
	}
	return strconv.Itoa(percent) + "%"
}

// Readers is how many people read each application, to begin a sentence.
func (p *roundPage) Readers() string {
	if p.Round.Readers == 1 {
		return "One person reads"
	}
	return numbers[p.Round.Readers] + " people read"
}

// numbers are those that a round can have readers.
var numbers = [...]string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"}

// Cohorts are the dates that the round can pay for.
func (p *roundPage) Cohorts() []cohort {
	list := cohorts(p.Runs, p.Now)
	for i, o := range p.Runs {
		list[i].Course = o.Course.Title
	}
	return list
}

// Days are those on which one can apply.
func (p *roundPage) Days() string { return unbroken(london.Days(p.Round.OpensOn, p.Round.ClosesOn)) }

// roundCode is how the code of a round is written in addresses; nothing else is looked up.
var roundCode = regexp.MustCompile(`^[A-Z0-9]+(-[A-Z0-9]+)*$`)

// published is the round that the address names. One that is not published does not exist.
func (p *Public) published(c *gin.Context) (*bursary.Round, error) {
	name := strings.ToUpper(c.Param("round"))
	if !roundCode.MatchString(name) || len(name) > 20 {
		return nil, bursary.ErrUnknownRound
	}
	r, err := bursary.FindRound(c.Request.Context(), p.DB, name)
	if err != nil {
		return nil, err
	}
	if !r.Public() {
		return nil, bursary.ErrUnknownRound
	}
	return r, nil
}

func (p *Public) round(c *gin.Context) error {
	r, err := p.published(c)
	if err != nil {
		return err
	}
	view, err := RoundPage(c.Request.Context(), p.DB, r)
	if err != nil {
		return err
	}
	page.Share(c)
	return page.Render(c, "public/round", view)
}

type applyPage struct {
	page.Base
	Round *bursary.Round
}

// apply is the last page before the application. Somebody who is not signed in is led through signing in and
// back here; somebody who is begins with one press. It is nobody's but the visitor's: no cache keeps it.
func (p *Public) apply(c *gin.Context) error {
	r, err := p.published(c)
	if err != nil {
		return err
	}
	if !r.Open(p.DB.Now()) {
		c.Redirect(http.StatusSeeOther, roundHref(r))
		return nil
	}
	view := &applyPage{Round: r}
	view.Back = roundHref(r)
	return page.Render(c, "public/round-apply", view)
}

// SignIn leads through signing in and back to this page.
func (p *applyPage) SignIn() string { return "/sign-in?next=" + roundHref(p.Round) + "/apply" }
