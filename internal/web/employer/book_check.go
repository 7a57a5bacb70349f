package employer

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type checkPage struct {
	bookPage
	Code    string // of the draft
	Own     money.Amount
	Pence   int64 // Own as the form carries it
	Answers page.Summary
	Costs   page.Table
	Button  string
	Scale   []course.Span
	Until   london.Date // the last day of a hold
	Short   int         // places that no purchase order reaches, while they wait for one
}

// Others reports whether somebody besides the organisation pays, and has to say so.
func (p *checkPage) Others() bool { return p.Draft.Payer.Payer != payerUs && !p.Alone() }

// Given reports whether a purchase order was given.
func (p *checkPage) Given() bool { return len(p.given(page.Mistakes{})) > 0 }

// Alone reports whether the organisation pays everything, if by two purchase orders.
func (p *checkPage) Alone() bool { return p.Draft.Payer.Payer == payerOrders }

// Waits reports whether places are held before they are confirmed, as far as this organisation goes.
func (p *checkPage) Waits() bool {
	return p.Short > 0 || p.Of.Status != organisation.Approved || p.Draft.Approval.Email != "" || p.Others()
}

func (v *visit) checkPage() page.Page { return v.check() }

func (v *visit) check() *checkPage {
	order := v.order()
	p := &checkPage{bookPage: v.bookPage(stepCheck), Code: v.code, Own: order.Agreed, Pence: int64(order.Agreed), Until: order.HoldUntil,
		Answers: v.answers(order), Costs: v.costs(order), Button: "Book " + count(order.Places, "place"), Scale: v.Run.Spans(v.today())}
	if q, err := admissions.QuoteTeam(v.Run, order, v.now); err == nil && v.Of.PORule == organisation.PORequired {
		p.Short = order.Places - order.Covered(q)
	}
	return p
}

// order is what was typed, as admissions.BookTeam takes it.
func (v *visit) order() admissions.TeamOrder {
	wrong, f := page.Mistakes{}, v.Draft.Approval
	o := admissions.TeamOrder{
		Places: v.places(), Seats: v.seats(), Parts: v.sharing(wrong), Orders: v.given(wrong), HoldUntil: v.held(wrong),
		ApproverName: f.Name, ApproverEmail: f.Email, Reference: f.Reference, CostCode: f.CostCode, Gift: v.gift(),
	}
	if cause := v.cause(); o.Gift > 0 && cause != nil {
		o.GiftFund = cause.Code
	}
	if q, err := admissions.QuoteTeam(v.Run, o, v.now); err == nil {
		o.Agreed = q.Own
	}
	return o
}

// costs is the working, to the penny.
func (v *visit) costs(order admissions.TeamOrder) page.Table {
	t := page.Table{Caption: "What it costs", Columns: []page.Column{{Title: "For"}, {Title: "Amount", Numeric: true}}}
	add := func(what string, a money.Amount) {
		t.Rows = append(t.Rows, []page.Cell{{Text: what}, {Text: a.String()}})
	}
	q, err := admissions.QuoteTeam(v.Run, order, v.now)
	if err != nil {
		return t
	}
	n := money.Amount(q.Places)
	add(fmt.Sprintf("%s at %s", count(q.Places, "place"), q.List), q.List*n)
	if q.Price != q.List {
		add("Less "+takenOff(q.TeamPrice), (q.Price-q.List)*n)
		add(fmt.Sprintf("%s at %s", count(q.Places, "place"), q.Price), q.Total)
	}
	for i, part := range order.Parts {
		if who := payerOf(part); who != "" {
			add(fmt.Sprintf("%s: %s of each place", who, q.Parts[i]), -q.Parts[i]*n)
		}
	}
	if order.Gift > 0 {
		add("Your gift towards a place for a peer", order.Gift)
	}
	add("Your organisation pays", q.Own)
	return t
}

// agreed reads what the page said that the organisation pays. What is no number is no price: the verb refuses it.
func agreed(typed string) money.Amount {
	n, _ := strconv.ParseInt(typed, 10, 64)
	return money.Amount(n)
}

type orderingForm struct {
	Booking string `form:"booking" binding:"max=20" error:"Go back and try again"`
	Agreed  string `form:"agreed" binding:"max=20" error:"Go back and try again"`
}

// bookNow books what was answered. Pressing the button again leads to what was booked.
func (e *employer) bookNow(c *gin.Context) error {
	v, err := e.visit(c)
	if err != nil {
		return err
	}
	var form orderingForm
	if err := page.Bind(c, &form); err != nil {
		return err
	}
	if done, err := e.placed(c, v, form.Booking); err != nil || done {
		return err
	}
	if v.next() != stepCheck {
		return page.Redirect(c, v.path(v.next()))
	}
	order := v.order()
	order.Agreed = agreed(form.Agreed)
	var team *enrolment.TeamBooking
	err = e.act(c, func(ctx context.Context, tx *db.Tx, _ id.Person, _ *organisation.Organisation) (err error) {
		team, err = admissions.BookTeam(ctx, tx, page.ViewerOf(c).Person, v.code, order)
		return err
	})
	if err != nil {
		return e.refused(c, err)
	}
	return page.Redirect(c, path(v.Of, "/bookings/"+team.Code))
}

// placed leads to a booking that was made by this button before.
func (e *employer) placed(c *gin.Context, v *visit, code string) (bool, error) {
	placed := false
	_, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) error {
		t, err := enrolment.TeamByCode(ctx, tx, code)
		placed = err == nil && t.OrganisationID == of.ID && t.RunID == v.Run.ID && t.Status == enrolment.TeamPlaced
		if errors.Is(err, enrolment.ErrTeamUnknown) {
			return nil
		}
		return err
	})
	if err != nil || !placed {
		return false, err
	}
	return true, page.Redirect(c, path(v.Of, "/bookings/"+id.NormaliseCode(code)))
}

// refused shows the question that has to be answered otherwise, or the check with what stands in the way, as things are now.
func (e *employer) refused(c *gin.Context, refusal error) error {
	v, err := e.visit(c)
	if err != nil {
		return err
	}
	f := failure.Of(refusal)
	if f == nil || len(f.Fields) == 0 {
		return page.Again(c, refusal, template(stepCheck), v.checkPage())
	}
	if sentence := f.Fields["parts"]; sentence != "" {
		return page.Again(c, failure.Field(v.firstPart(), sentence), template(stepShare), v.sharePage())
	}
	for _, q := range v.questions() {
		for field := range f.Fields {
			if stepOf(field) == q.step {
				return page.Again(c, refusal, template(q.step), q.show(v))
			}
		}
	}
	return page.Again(c, failure.New(failure.Conflict, f.Code, f.Message), template(stepCheck), v.checkPage())
}

// stepOf is the question that a field belongs to of which admissions.BookTeam complains.
func stepOf(field string) string {
	switch name, _, numbered := strings.Cut(field, "_"); {
	case field == "places":
		return stepPlaces
	case name == "order" || name == "hold":
		return stepOrders
	case name == "approver":
		return stepApproval
	case field == "amount":
		return stepGift
	case numbered:
		return stepNames
	}
	return stepShare
}
