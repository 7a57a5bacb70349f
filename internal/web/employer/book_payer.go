package employer

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/failure"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// Who pays.
const (
	payerUs      = "us"
	payerOther   = "other"
	payerPerson  = "person"
	payerOrders  = "orders" // the organisation, by two purchase orders
	payerMixture = "mixture"
)

type payerForm struct {
	Payer string `form:"payer" binding:"required,oneof=us other person orders mixture" error:"Choose who pays"`
}

type payerPage struct {
	bookPage
	Form payerForm
}

// Working is what the places cost, and why.
func (p *payerPage) Working() string { return p.working() }

// Ordered reports whether the organisation works with purchase orders.
func (v *visit) Ordered() bool { return v.Of.PORule != organisation.PONotUsed }

func (v *visit) payerPage() page.Page { return &payerPage{v.bookPage(stepPayer), v.Draft.Payer} }

func (v *visit) readPayer(c *gin.Context) error {
	was := v.Draft.Payer.Payer
	v.Draft.Payer = payerForm{}
	err := page.Bind(c, &v.Draft.Payer)
	if v.Draft.Payer.Payer == payerOrders && !v.Ordered() {
		err = failure.Field("payer", "Choose who pays")
	}
	if was != v.Draft.Payer.Payer {
		delete(v.Draft.Done, stepShare) // another choice asks other things
	}
	return err
}

// shareForm says who else pays, and how much: "60%" or "£500" of each place.
type shareForm struct {
	Name    string `form:"name" binding:"max=200" error:"The name must be 200 characters or fewer"`
	Contact string `form:"contact" binding:"max=200" error:"The name must be 200 characters or fewer"`
	Email   string `form:"email" binding:"omitempty,email,max=254" error:"Enter an email address, like name@example.org"`
	Other   string `form:"other" binding:"max=20" error:"Enter an amount like £500, or a part like 60%"`
	Person  string `form:"person" binding:"max=20" error:"Enter an amount like £500, or a part like 60%"`
	First   string `form:"first" binding:"max=20" error:"Enter an amount like £500, or a part like 60%"`
}

type sharePage struct {
	bookPage
	Form shareForm
}

// Each is what a place costs.
func (p *sharePage) Each() string { return p.Run.TeamPrice(p.places(), p.now).Price.String() }

// AsksOther reports whether another organisation may pay.
func (v *visit) AsksOther() bool { return v.Draft.Payer.Payer == payerOther || v.Mixed() }

// AsksPerson reports whether whoever sits there may pay.
func (v *visit) AsksPerson() bool { return v.Draft.Payer.Payer == payerPerson || v.Mixed() }

// AsksFirst reports whether two purchase orders pay for each place.
func (v *visit) AsksFirst() bool {
	return v.Draft.Payer.Payer == payerOrders || v.Mixed() && v.Ordered()
}

// Mixed reports whether any of them may pay.
func (v *visit) Mixed() bool { return v.Draft.Payer.Payer == payerMixture }

func (v *visit) sharePage() page.Page { return &sharePage{v.bookPage(stepShare), v.Draft.Share} }

func (v *visit) readShare(c *gin.Context) error {
	v.Draft.Share = shareForm{}
	bound := page.Bind(c, &v.Draft.Share)
	wrong := page.Mistakes{}
	v.sharing(wrong)
	if err := wrong.Refusal(bound); err != nil {
		return err
	}
	_, err := v.quote()
	if f := failure.Of(err); f != nil && f.Fields["parts"] != "" {
		return failure.Field(v.firstPart(), f.Fields["parts"])
	}
	return err
}

// firstPart is the field beside which stands what is wrong with all parts together.
func (v *visit) firstPart() string {
	switch {
	case v.AsksOther():
		return "other"
	case v.AsksPerson():
		return "person"
	}
	return "first"
}

// sharing is how the price of each place is shared, from what was typed: others pay what was entered, and the organisation
// the rest. It is nil when the organisation pays all by itself.
func (v *visit) sharing(wrong page.Mistakes) []admissions.PricePart {
	f := v.Draft.Share
	if v.Draft.Payer.Payer == payerUs || v.Draft.Payer.Payer == "" {
		return nil
	}
	var parts []admissions.PricePart
	if v.AsksOther() && (!v.Mixed() || f.Name+f.Email+f.Contact+f.Other != "") {
		parts = append(parts, f.other(wrong))
	}
	if v.AsksPerson() && (!v.Mixed() || f.Person != "") {
		bp, fixed := part(wrong, "person", f.Person)
		parts = append(parts, admissions.PricePart{Payer: billing.Learner, BP: bp, Fixed: fixed})
	}
	if v.AsksFirst() && (!v.Mixed() || f.First != "") {
		bp, fixed := part(wrong, "first", f.First)
		parts = append(parts, admissions.PricePart{Payer: billing.Organisation, BP: bp, Fixed: fixed, Order: v.orderOf(0)})
	}
	if len(parts) == 0 {
		wrong[v.firstPart()] = "Enter what others pay. If nobody else does, go back and choose “Our organisation”"
	}
	rest := admissions.PricePart{Payer: billing.Organisation, Rest: true}
	if v.twoOrders() {
		rest.Order = v.orderOf(1)
	}
	return append(parts, rest)
}

func (f shareForm) other(wrong page.Mistakes) admissions.PricePart {
	if f.Name == "" {
		wrong["name"] = "Enter the name of the other organisation"
	}
	if f.Email == "" {
		wrong["email"] = "Enter the email address of whom we ask there"
	}
	bp, fixed := part(wrong, "other", f.Other)
	return admissions.PricePart{Payer: billing.Organisation, Name: f.Name, Email: f.Email, Contact: f.Contact, BP: bp, Fixed: fixed}
}

// twoOrders reports whether the organisation pays for each place by two purchase orders.
func (v *visit) twoOrders() bool { return v.AsksFirst() && v.Draft.Share.First != "" }

// orderOf is the number of the purchase order for the first or second part of each place, where exactly two are given: else
// the parts go to whichever has room.
func (v *visit) orderOf(n int) string {
	given := v.given(page.Mistakes{})
	if len(given) != 2 {
		return ""
	}
	return given[n].Number
}

// quote is what the booking costs as far as it was answered.
func (v *visit) quote() (admissions.TeamQuote, error) {
	return admissions.QuoteTeam(v.Run, admissions.TeamOrder{Places: v.places(), Parts: v.sharing(page.Mistakes{}), Gift: v.gift()}, v.now)
}

// working is the sum for all places in a line.
func (v *visit) working() string {
	q := v.Run.TeamPrice(v.places(), v.now)
	if q.BP == 0 {
		return count(q.Places, "place") + " at " + q.Price.String() + " each: " + q.Total.String()
	}
	return count(q.Places, "place") + " at " + q.List.String() + " each, less " + takenOff(q) + ", is " + q.Price.String() + " each: " + q.Total.String()
}

// gift is what is given towards a place for a peer.
func (v *visit) gift() money.Amount { return page.Mistakes{}.Pounds("", v.Draft.Gift.Amount) }
