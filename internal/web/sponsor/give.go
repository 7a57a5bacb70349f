package sponsor

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// other is the choice of an amount of one's own.
const other = "other"

type giveForm struct {
	Fund      string `form:"fund" binding:"required,max=20" error:"Choose what your gift is for"`
	Amount    string `form:"amount" binding:"required_without=Other,omitempty,oneof=10 25 50 100 other" error:"Choose how much you want to give"`
	Other     string `form:"other" binding:"max=20" error:"Enter an amount in pounds, like 250 or 1,250.50"`
	Name      string `form:"name" binding:"max=100" error:"Your name must be 100 characters or fewer"`
	Email     string `form:"email" binding:"required,email,max=254" error:"Enter an email address, like name@example.org"`
	Aid       string `form:"gift_aid" binding:"omitempty,oneof=yes" error:"Tick the box, or leave it empty"`
	FirstName string `form:"first_name" binding:"max=200" error:"Use 35 characters or fewer"`
	LastName  string `form:"last_name" binding:"max=200" error:"Use 35 characters or fewer"`
	House     string `form:"house" binding:"max=200" error:"Use 40 characters or fewer"`
	Postcode  string `form:"postcode" binding:"max=20" error:"Enter your postcode, like M1 4BT, or X if you live outside the UK"`
}

// pence is how much was chosen or typed.
func (f *giveForm) pence() (money.Amount, error) {
	if f.Amount != "" && f.Amount != other {
		if f.Other != "" {
			return 0, failure.Field("other", "You chose an amount and entered another one. Choose “Another amount”, or take out what you entered.")
		}
		a, err := money.Parse(f.Amount)
		if err != nil {
			return 0, failure.Field("amount", "Choose an amount, or “Another amount”.").Because(err)
		}
		return a, nil
	}
	a, err := money.Parse(f.Other)
	if f := failure.Of(err); f != nil {
		return 0, failure.Field("other", f.Message)
	}
	return a, err
}

// together says what two checks of one form found, all at once.
func together(a, b error) error {
	first, second := failure.Of(a), failure.Of(b)
	if first == nil || second == nil || first.Kind != failure.Invalid || len(first.Fields) == 0 || len(second.Fields) == 0 {
		return cmp.Or(a, b)
	}
	both := failure.New(failure.Invalid, first.Code, first.Message)
	both.Fields = maps.Clone(second.Fields)
	maps.Copy(both.Fields, first.Fields)
	return both
}

// gift is what was typed; aid says that Gift Aid was offered.
func (f *giveForm) gift(amount money.Amount, aid bool) fund.CardGift {
	g := fund.CardGift{Fund: f.Fund, Amount: amount, Donor: f.Name, Email: f.Email}
	if aid && f.Aid != "" {
		g.Aid = &fund.AidDeclaration{FirstName: f.FirstName, LastName: f.LastName, House: f.House, Postcode: f.Postcode}
	}
	return g
}

type givePage struct {
	page.Base
	Form   giveForm
	Causes []cause
	Aid    string // what is declared; empty where Gift Aid is not offered
}

// cause is a fund that takes gifts.
type cause struct {
	*fund.Fund
	Words  []string // its rules
	Unlock string   // what the next pounds do
}

// Ticked are the boxes that are.
func (p *givePage) Ticked() []string { return []string{p.Form.Aid} }

// Items are the funds to choose from.
func (p *givePage) Items() []page.Choice {
	var items []page.Choice
	for _, c := range p.Causes {
		items = append(items, page.Choice{Value: c.Code, Label: c.Name})
	}
	return items
}

// Amounts are suggestions, and an amount of one's own.
func (p *givePage) Amounts() []page.Choice {
	return []page.Choice{
		{Value: "10", Label: "£10"}, {Value: "25", Label: "£25"}, {Value: "50", Label: "£50"}, {Value: "100", Label: "£100"},
		{Value: other, Label: "Another amount", Hint: "Enter it below."},
	}
}

// choose shows the funds and the form. A link may choose for somebody: ?fund=LANTERN&amount=50.00.
func (d *desk) choose(c *gin.Context) error {
	p, err := d.givePage(c.Request.Context())
	if err != nil {
		return err
	}
	if slices.ContainsFunc(p.Causes, func(k cause) bool { return k.Code == c.Query("fund") }) {
		p.Form.Fund = c.Query("fund")
	} else if len(p.Causes) == 1 {
		p.Form.Fund = p.Causes[0].Code
	}
	if a, err := money.Parse(c.Query("amount")); err == nil {
		p.Form.Amount, p.Form.Other = other, a.String()
	}
	page.Share(c)
	return page.Render(c, "sponsor/give", p)
}

// give begins a gift and goes on to its payment.
func (d *desk) give(c *gin.Context) error {
	var form giveForm
	var g *fund.Gift
	err := page.Bind(c, &form)
	amount, unclear := form.pence()
	err = together(err, unclear)
	if err == nil && !d.begins.Allow(c.ClientIP(), d.DB.Now()) {
		err = errTooMany
	}
	if err == nil {
		err = d.DB.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
			g, err = admissions.Give(c.Request.Context(), tx, form.gift(amount, d.GiftAid))
			return err
		})
	}
	if err != nil {
		p, unread := d.givePage(c.Request.Context())
		if unread != nil {
			return unread
		}
		p.Form = form
		return page.Again(c, err, "sponsor/give", p)
	}
	return page.Redirect(c, "/sponsor/"+g.Code+"/pay")
}

func (d *desk) givePage(ctx context.Context) (*givePage, error) {
	open, err := fund.Holdings(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	unlocks, err := fund.Unlocks(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	p := &givePage{}
	if d.GiftAid {
		p.Aid = fund.AidWords(d.Site.Name)
	}
	for _, f := range open {
		if f.Sponsored {
			u, counted := unlocks[f.ID]
			p.Causes = append(p.Causes, cause{Fund: f.Fund, Words: f.Terms.Words(), Unlock: unlocked(u, counted)})
		}
	}
	return p, nil
}

// unlocked says what the next pounds given to a fund do.
func unlocked(u fund.Unlock, counted bool) string {
	switch {
	case !counted:
		return "At the moment a gift here waits for the next round."
	case u.More == 0:
		return "What was missing here for one more person has just been given. A gift now waits for the next round."
	}
	return u.More.Short() + " more here pays for one more person."
}
