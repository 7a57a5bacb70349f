package employer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fund"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// question is a page of a booking: what it reads into the draft, and how it shows it. read returns what is wrong with what
// was typed, which is in the draft all the same.
type question struct {
	step string
	read func(*visit, *gin.Context) error
	show func(*visit) page.Page
}

// questions are those that this booking needs, in order, the check of all answers last.
func (v *visit) questions() []question {
	all := []question{
		{stepPlaces, (*visit).readPlaces, (*visit).placesPage},
		{stepPayer, (*visit).readPayer, (*visit).payerPage},
		{stepShare, (*visit).readShare, (*visit).sharePage},
		{stepNames, (*visit).readNames, (*visit).namesPage},
		{stepOrders, (*visit).readOrders, (*visit).ordersPage},
		{stepApproval, (*visit).readApproval, (*visit).approvalPage},
		{stepGift, (*visit).readGift, (*visit).giftPage},
		{stepCheck, nil, (*visit).checkPage},
	}
	return slices.DeleteFunc(all, func(q question) bool {
		return q.step == stepShare && (v.Draft.Payer.Payer == "" || v.Draft.Payer.Payer == payerUs) ||
			q.step == stepOrders && v.Of.PORule == organisation.PONotUsed ||
			q.step == stepGift && len(v.funds) == 0
	})
}

// draft is what was typed so far, as it is kept. Done names the questions that were answered without a mistake.
type draft struct {
	Places   placesForm
	Payer    payerForm
	Share    shareForm
	Names    []nameWords
	Orders   []orderWords
	Until    dateWords
	Approval approvalForm
	Codes    []string // cost codes of single places
	Gift     giftForm
	Done     map[string]bool
}

// dateWords are the three boxes of a date.
type dateWords struct{ Day, Month, Year string }

// visit is one request to a booking: for whom, of which run, and what was typed so far.
type visit struct {
	Of    *organisation.Organisation
	Run   *course.Offering
	Draft draft
	code  string // of the draft; empty before the first answer
	funds []*fund.Fund
	now   time.Time
}

func (e *employer) visit(c *gin.Context) (*visit, error) {
	v := &visit{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		if v.Run, err = course.FindOffering(ctx, tx, c.Param("run")); err != nil {
			return err
		}
		v.now = tx.Now
		t, err := enrolment.FindDraft(ctx, tx, page.ViewerOf(c).Person, of.ID, v.Run.ID)
		if errors.Is(err, enrolment.ErrTeamUnknown) {
			return nil
		}
		if err != nil {
			return err
		}
		v.code = t.Code
		return v.Draft.take(t)
	})
	if err != nil {
		return nil, err
	}
	v.Of = of
	open, err := fund.Holdings(c.Request.Context(), e.DB)
	for _, f := range open {
		if f.Sponsored {
			v.funds = append(v.funds, f.Fund)
		}
	}
	return v, err
}

func (d *draft) take(t *enrolment.TeamBooking) error {
	if err := json.Unmarshal(t.Words, d); err != nil {
		return fmt.Errorf("reading the draft of booking %s: %w", t.Code, err)
	}
	return nil
}

// path is the address of a question.
func (v *visit) path(step string) string { return path(v.Of, "/book/"+v.Run.Code+"/"+step) }

// next is the first question without an answer.
func (v *visit) next() string {
	for _, q := range v.questions() {
		if !v.Draft.Done[q.step] {
			return q.step
		}
	}
	return stepCheck
}

// find is a question, once those before it are answered. One that this booking does not need is never reached.
func (v *visit) find(step string) (q question, reached bool) {
	all := v.questions()
	at := slices.IndexFunc(all, func(q question) bool { return q.step == step })
	if at < 0 {
		return q, false
	}
	return all[at], at <= slices.IndexFunc(all, func(q question) bool { return q.step == v.next() })
}

// bookPage is what every page of a booking shows.
type bookPage struct {
	page.Base
	*visit
	Number, Total int
	Action        string
}

func (v *visit) bookPage(step string) bookPage {
	all := v.questions()
	at := slices.IndexFunc(all, func(q question) bool { return q.step == step })
	p := bookPage{visit: v, Number: at + 1, Total: len(all), Action: v.path(step)}
	p.Base.Back = "/runs/" + v.Run.Code
	if at > 0 {
		p.Base.Back = v.path(all[at-1].step)
	}
	return p
}

type noPage struct {
	bookPage
	Why  string
	Full bool // so that the organisation can wait
}

// obstacle says why nothing can be booked, or "".
func (v *visit) obstacle() string {
	switch {
	case v.Run.Entry == course.Apply:
		return "People apply for a place on this course themselves. You can pay for their place once they have it: they ask you from the page of their place."
	case !v.Run.TakesBookings(v.now):
		return course.ErrClosed.Message
	case v.full():
		return "There are no places left on these dates."
	}
	return ""
}

// full reports whether there is nothing to book, but something to wait for.
func (v *visit) full() bool {
	return v.Run.Entry != course.Apply && v.Run.TakesBookings(v.now) && v.Run.Places.Left(true) == 0
}

// posted reads fields whose names depend on how many there are, as they were typed.
func posted(c *gin.Context, order []string) (func(name string) string, error) {
	form, err := page.Posted(c, order)
	return func(name string) string {
		text := strings.ReplaceAll(strings.ToValidUTF8(form.Get(name), ""), "\x00", "") // PostgreSQL takes neither
		return strings.TrimSpace(text)
	}, err
}
