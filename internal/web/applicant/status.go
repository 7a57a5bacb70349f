package applicant

import (
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// statusPage says where an application stands once it cannot be sent any more, or was.
type statusPage struct {
	*own
	Lead     string
	Stages   []stage
	Why      []string // it cannot go on, as staff confirmed it, and what to do instead
	Gaps     []gap
	Waiting  []form.Question
	Editable bool
	News     bool // the office has answered a question
	Outcome  *outcome
}

// stage is a step on the way to the answer.
type stage struct {
	Title, When string
	State       string // "Done", "Now" or empty
}

// status shows where an application stands.
func (a *Applicant) status(c *gin.Context, o *own, more beside) error {
	p := &statusPage{own: o, News: more.news, Lead: o.lead(), Editable: o.Changeable(a.DB.Now()), Outcome: o.outcome(more.award, a.DB.Now())}
	if o.MayWithdraw() && o.Sent() {
		p.Stages = o.stages(p.Editable)
	}
	if p.Editable {
		p.Gaps, p.Waiting = o.gaps(), o.waiting()
	}
	if o.Status == bursary.Ineligible {
		why, err := o.Why(a.Box)
		if err != nil {
			return err
		}
		p.Why = strings.Split(why, "\n")
	}
	return page.Render(c, "applicant/status", p)
}

// lead says in a sentence or two where the application stands. That it was put in a band is nobody's to see: it
// is still being read.
func (o *own) lead() string {
	r := o.Round
	switch o.Status {
	case bursary.Draft:
		return "This round closed on " + london.DateOf(o.Deadline()).Long() + ". You had not sent this, so nobody has read it."
	case bursary.Submitted:
		return "We have it. You do not have to do anything now. You will hear from us by " + r.DecidesOn.Long() + "."
	case bursary.InReview, bursary.Banded:
		return "Your application is being read. You will hear from us by " + r.DecidesOn.Long() + "."
	case bursary.Ineligible:
		return "We are sorry. We cannot go on with your application in this round. This says nothing about you or your work."
	case bursary.Withdrawn:
		return "You took this back on " + london.DateOf(o.EndedAt).Long() + ". Nobody reads it any more."
	case bursary.Allocated:
		return "We have decided. We have a place for you."
	case bursary.Reserve:
		return "We have decided. There was not enough money or not enough places for everybody this time, and you are on our reserve list. If a place comes free, we offer it in the order of the list."
	case bursary.ReviewRequested:
		return "You asked us to look again. We are looking, and we will write to you."
	case bursary.Upheld:
		if o.Position == 0 {
			return "You asked us to look again, and you were right. Our letter says what we do about it."
		}
		return "You asked us to look again, and you were right. You come first on our reserve list."
	case bursary.Dismissed:
		return "You asked us to look again. We did, and our decision stays as it was. We are sorry."
	}
	return "We have decided. We are sorry that we cannot offer you a place this time."
}

// stages are the steps from sending to the answer.
func (o *own) stages(editable bool) []stage {
	r := o.Round
	all := []stage{
		{Title: "We have it", When: "You sent it on " + london.DateOf(o.SubmittedAt).Long() + "."},
		{Title: "We check it", When: "After " + o.Last().Long() + ", a person checks if this money is for you."},
		{Title: "It is being read", When: "People on the panel read it. They do not see your name."},
		{Title: "The panel meets", When: "This is planned for " + r.PanelOn.Long() + "."},
		{Title: "You hear from us", When: "By " + r.DecidesOn.Long() + "."},
	}
	now := o.reached(editable)
	for i := range all {
		switch {
		case i < now:
			all[i].State = "Done"
		case i == now:
			all[i].State = "Now"
		}
	}
	return all
}

// reached is the stage that an application is at; while it can be changed, that is the first.
func (o *own) reached(editable bool) int {
	decided := o.Round.Status == bursary.RoundFrozen || o.Round.Status == bursary.RoundDrawn
	switch {
	case editable:
		return 0
	case decided && o.Status != bursary.Submitted:
		return 4
	case o.Status != bursary.Submitted, o.Eligible != nil && *o.Eligible:
		return 2
	}
	return 1
}

// tag is a status in a word or two.
func tag(s bursary.Status) page.Tag {
	switch s {
	case bursary.Draft:
		return page.Tag{Text: "Not sent yet", Colour: "yellow"}
	case bursary.Submitted:
		return page.Tag{Text: "Sent", Colour: "green"}
	case bursary.InReview, bursary.Banded:
		return page.Tag{Text: "Being read", Colour: "blue"}
	case bursary.Withdrawn:
		return page.Tag{Text: "Taken back", Colour: "grey"}
	case bursary.Ineligible:
		return page.Tag{Text: "Cannot go on", Colour: "grey"}
	case bursary.Allocated:
		return page.Tag{Text: "There is an offer", Colour: "green"}
	case bursary.Reserve, bursary.Upheld:
		return page.Tag{Text: "On the reserve list", Colour: "blue"}
	case bursary.ReviewRequested:
		return page.Tag{Text: "We are looking again", Colour: "blue"}
	}
	return page.Tag{Text: "Decided", Colour: "blue"}
}
