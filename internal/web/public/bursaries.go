package public

import (
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

// roundStanding is how a round stands towards somebody who thinks of applying.
type roundStanding int

const (
	roundOpen    roundStanding = iota
	roundComing                // it opens later
	roundReading               // it takes nothing more, and is not decided
	roundDecided
)

// roundStandingOf takes a draft for what it will be once it is published: staff look at it beforehand.
func roundStandingOf(r *bursary.Round, now time.Time) roundStanding {
	shown := *r
	if shown.Status == bursary.RoundDraft {
		shown.Status = bursary.RoundPublished
	}
	switch {
	case r.Applied != nil:
		return roundDecided
	case shown.Open(now):
		return roundOpen
	case shown.Upcoming(now):
		return roundComing
	default:
		return roundReading
	}
}

type bursariesPage struct {
	page.Base
	Open, Coming, Reading, Decided []roundLine
}

// roundLine is one round in the list.
type roundLine struct {
	*bursary.Round
	Tag  page.Tag
	Odds string
}

// Any reports whether a round is open or will be.
func (p *bursariesPage) Any() bool { return len(p.Open)+len(p.Coming) > 0 }

func (p *Public) bursaries(c *gin.Context) error {
	rounds, err := bursary.Rounds(c.Request.Context(), p.DB)
	if err != nil {
		return err
	}
	view := &bursariesPage{}
	now := p.DB.Now()
	for _, r := range rounds {
		if r.Public() {
			view.add(r, now)
		}
	}
	page.Share(c)
	return page.Render(c, "public/bursaries", view)
}

// decidedShown is how many past rounds the list has: enough to see how it tends to go.
const decidedShown = 6

func (p *bursariesPage) add(r *bursary.Round, now time.Time) {
	line := roundLine{Round: r, Tag: roundTag(r, now), Odds: odds(r)}
	switch roundStandingOf(r, now) {
	case roundOpen:
		p.Open = append(p.Open, line)
	case roundComing:
		p.Coming = append(p.Coming, line)
	case roundReading:
		p.Reading = append(p.Reading, line)
	case roundDecided:
		if len(p.Decided) < decidedShown {
			p.Decided = append(p.Decided, line)
		}
	}
}

func roundTag(r *bursary.Round, now time.Time) page.Tag {
	switch roundStandingOf(r, now) {
	case roundOpen:
		return page.Tag{Text: "Open now", Colour: "green"}
	case roundComing:
		return page.Tag{Text: "Opens " + r.OpensOn.Medium(), Colour: "yellow"}
	case roundReading:
		return page.Tag{Text: "Being decided", Colour: "grey"}
	default:
		return page.Tag{Text: "Decided", Colour: "grey"}
	}
}

// odds says how a decided round went, without a number that could tell something about one person; nothing for
// a round that is not decided.
func odds(r *bursary.Round) string {
	if r.Applied == nil {
		return ""
	}
	shown := form.Suppress([]int{*r.Funded, *r.Applied - *r.Funded})
	switch {
	case shown.Total.Hidden:
		return "Fewer than ten people applied. We do not say how many, so that nobody can be found out."
	case shown.Cells[0].Hidden:
		return fmt.Sprintf("%d people applied. We do not show numbers under 5, so that nobody can be found out.", shown.Total.Count)
	}
	return fmt.Sprintf("%d people applied, %d got help.", shown.Total.Count, shown.Cells[0].Count)
}

// oddsBefore is what the last decided round before r came to, of rounds that are listed the latest first.
func oddsBefore(rounds []*bursary.Round, r *bursary.Round) *roundLine {
	for _, other := range rounds {
		if other.Public() && other.Applied != nil && other.ID != r.ID && !other.ClosesOn.After(r.ClosesOn) {
			return &roundLine{Round: other, Odds: odds(other)}
		}
	}
	return nil
}
