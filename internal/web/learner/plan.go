package learner

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// planOffer is one way to pay in parts, as the page shows it.
type planOffer struct {
	admissions.PlanOffer
	Table page.Table
	Terms string // the days and amounts, as the form carries them
}

type planForm struct {
	Pay     string `form:"pay" binding:"required,oneof=whole blocks monthly" error:"Choose how you want to pay"`
	Consent string `form:"consent"`
	Blocks  string `form:"blocks" binding:"max=2000"`
	Monthly string `form:"monthly" binding:"max=2000"`
}

// terms are the days and amounts that the page said for what was chosen.
func (f planForm) terms() string {
	if f.Pay == string(billing.ByBlock) {
		return f.Blocks
	}
	return f.Monthly
}

type choosePage struct {
	page.Base
	*place
	Form    planForm
	Whole   money.Amount
	Offers  []planOffer
	Items   []page.Choice
	Consent string
}

// Consented is whether the box is ticked, as its part wants it.
func (p *choosePage) Consented() []string { return []string{p.Form.Consent} }

type planPage struct {
	page.Base
	*place
	Parts    page.Table
	Next     *billing.Instalment // or nil
	Checking bool                // a payment is under way and the bank has not answered
	Mine     bool                // that payment's page is open
	Method   string              // what is charged, in words
}

// howToPay is where somebody goes who has just booked: to choose how to pay, if there is a choice.
func (l *Learner) howToPay(c *gin.Context, e *enrolment.Enrolment) string {
	p := &place{Enrolment: e}
	err := l.Own.WriteAs(c.Request.Context(), db.Who{Person: e.PersonID}, func(tx *db.Tx) error { return p.read(c.Request.Context(), tx) })
	if err != nil || !p.InParts() {
		return "pay"
	}
	return "plan"
}

// plan shows how a place is paid in parts, or lets its holder choose that.
func (l *Learner) plan(c *gin.Context) error {
	p, err := l.mine(c)
	switch {
	case err != nil:
		return err
	case p.InParts():
		return page.Render(c, "learner/choose-plan", p.choosePage(planForm{}))
	case p.Plan == nil || !p.Plan.Begun():
		return page.Redirect(c, p.path(""))
	}
	return page.Render(c, "learner/plan", p.planPage(l.DB.Now()))
}

// InParts reports whether it can be chosen how to pay.
func (p *place) InParts() bool { return len(p.Choice.Offers) > 0 && !p.atBank() }

func (p *place) choosePage(form planForm) *choosePage {
	shown := &choosePage{place: p, Form: form, Whole: p.Choice.Share.Amount, Consent: billing.Consent}
	shown.Back = p.path("")
	shown.Items = []page.Choice{{Value: "whole", Label: "Everything today: " + shown.Whole.String()}}
	for _, o := range p.Choice.Offers {
		shown.Offers = append(shown.Offers, planOffer{o, offerTable(o), termsOf(o.Parts)})
		shown.Items = append(shown.Items, page.Choice{Value: string(o.Kind), Label: offerWords[o.Kind], Hint: hint(o.Parts)})
	}
	if p.Choice.Chosen != nil {
		shown.Form.Pay = cmp.Or(form.Pay, string(p.Choice.Chosen.Kind))
	}
	return shown
}

func offerTable(o admissions.PlanOffer) page.Table {
	t := page.Table{Caption: offerWords[o.Kind], Columns: []page.Column{{Title: "When"}, {Title: "Amount", Numeric: true}}}
	for i, part := range o.Parts {
		when := part.DueOn.Long()
		if i == 0 {
			when = "Today, the deposit"
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: when}, {Text: part.Amount.String()}})
	}
	return t
}

var offerWords = map[billing.PlanKind]string{
	billing.ByBlock: "A deposit, and one payment before each block", billing.Monthly: "A deposit, and monthly payments",
}

// hint says how much the parts are.
func hint(parts []billing.Part) string {
	n := len(parts) - 1
	first, last := parts[1].Amount, parts[n].Amount
	switch {
	case n == 1:
		return fmt.Sprintf("%s today, then %s", parts[0].Amount, first)
	case first != last:
		return fmt.Sprintf("%s today, then %d times %s or a penny less", parts[0].Amount, n, first)
	}
	return fmt.Sprintf("%s today, then %d times %s", parts[0].Amount, n, first)
}

// termsOf and partsOf carry days and amounts through a form: "2027-02-22 71250;2027-05-24 71250".
func termsOf(parts []billing.Part) string {
	lines := make([]string, len(parts))
	for i, p := range parts {
		lines[i] = fmt.Sprintf("%s %d", p.DueOn, int64(p.Amount))
	}
	return strings.Join(lines, ";")
}

func partsOf(terms string) []billing.Part {
	var parts []billing.Part
	for line := range strings.SplitSeq(terms, ";") {
		day, pence, _ := strings.Cut(line, " ")
		on, err := london.Parse(day)
		n, wrong := strconv.ParseInt(pence, 10, 64)
		if err != nil || wrong != nil {
			return nil // which agrees with nothing
		}
		parts = append(parts, billing.Part{DueOn: on, Amount: money.Amount(n)})
	}
	return parts
}

// payingPart reports whether the page of a payment of parts is open.
func (p *place) payingPart(now time.Time) bool {
	payment := p.Payment()
	return p.Plan != nil && payment != nil && payment.PlanID == p.Plan.ID && !payment.Saved && payment.Status == billing.Created &&
		payment.ExpiresAt.After(now)
}

// replaced reports whether something else was chosen while the page of a payment was open, so that it is being closed.
func (p *place) replaced(payment *billing.Payment) bool {
	if p.Plan == nil {
		return payment.PlanID != 0
	}
	return payment.PlanID != p.Plan.ID
}
