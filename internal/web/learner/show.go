package learner

import (
	"cmp"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/attendance"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type placePage struct {
	page.Base
	*place
	elsewhere
	queue
	Stage    stage
	Owes     stage // where a part stands that fell to them after the place was confirmed, or ""
	Tag      page.Tag
	Facts    page.Summary
	Money    page.Table           // what was paid and what goes back
	Cancel   bool                 // the person can give it up
	Ask      bool                 // an employer can be asked to pay some of what is to be paid
	Bookable bool                 // the run takes bookings
	CameBack bool                 // a refund could not be paid
	Attended *attended            // what the registers say, or nil
	Notes    []attendance.DayNote // what they agreed that who teaches reads
	certified
}

// show is the place: where it stands, in plain words, and what can be done next.
func (l *Learner) show(c *gin.Context) error {
	shown, err := l.placePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "learner/place", shown)
}

// showAgain shows it with what has to be answered first.
func (l *Learner) showAgain(c *gin.Context, refusal error) error {
	shown, err := l.placePage(c)
	if err != nil {
		return err
	}
	return page.Again(c, refusal, "learner/place", shown)
}

func (l *Learner) placePage(c *gin.Context) (*placePage, error) {
	var other elsewhere
	var turn queue
	var notes []attendance.DayNote
	p, err := l.mineAnd(c, func(tx *db.Tx, p *place) (err error) {
		notes, err = attendance.OwnNotes(c.Request.Context(), tx, l.Box, p.ID)
		return cmp.Or(err, other.find(c, tx, p), turn.find(c, tx, p))
	})
	if err != nil {
		return nil, err
	}
	now := l.DB.Now()
	shown := &placePage{
		place: p, elsewhere: other, queue: turn, Stage: p.stage(now), Owes: p.owes(now), Tag: p.tag(), Facts: p.facts(), Money: p.moneyTable(),
		Cancel: p.mayCancel(), Bookable: !p.Funded() && !p.ThroughEmployer() && p.Run.TakesBookings(now) && p.Run.Places.Left(p.Peer) > 0,
	}
	shown.Notes = notes
	shown.Ask = p.HasPlace() && (shown.Stage == ownPart || shown.Owes == ownPart)
	shown.Crumbs = []page.Link{{Text: "Your places", Href: "/my"}}
	if shown.Attended, err = attendedAt(c.Request.Context(), l.DB, p.Enrolment); err != nil {
		return nil, err
	}
	if shown.certified, err = certifiedFor(c.Request.Context(), l.DB, p.Enrolment); err != nil {
		return nil, err
	}
	for _, r := range p.Refunds {
		shown.CameBack = shown.CameBack || r.Status == billing.RefundRejected
	}
	return shown, nil
}

func (p *place) facts() page.Summary {
	rows := []page.Row{
		{Key: "Reference", Value: p.Code},
		{Key: "Course", Value: p.Run.Course.Title},
		{Key: "Dates", Lines: dates(p.Run)},
		{Key: "Where", Value: p.Run.Where()},
	}
	return page.Summary{Rows: append(rows, p.parts()...)}
}

// moneyTable is what was paid and what goes back, oldest first; without rows when there is nothing of either.
func (p *place) moneyTable() page.Table {
	t := page.Table{Caption: "Payments", Columns: []page.Column{{Title: "What"}, {Title: "When"}, {Title: "Amount", Numeric: true}}}
	for _, payment := range p.Payments {
		if payment.Captured > 0 {
			t.Rows = append(t.Rows, []page.Cell{
				{Text: "Paid by card, reference " + payment.Code}, {Text: day(payment.SettledAt)}, {Text: payment.Captured.String()}})
		}
	}
	for _, r := range p.Refunds {
		t.Rows = append(t.Rows, []page.Cell{{Text: refundWords(r)}, {Text: day(r.CreatedAt)}, {Text: "−" + r.Amount.String()}})
	}
	return t
}

func refundWords(r billing.Refund) string {
	how := map[billing.RefundStatus]string{
		billing.RefundRequested: "is being sent to your card",
		billing.RefundSent:      "is on its way to your card",
		billing.RefundArrived:   "was sent to your card",
		billing.RefundRejected:  "could not be paid to your card",
	}[r.Status]
	return "Refund " + r.Code + " " + how
}

func day(t time.Time) string { return london.DateOf(t).Medium() }
