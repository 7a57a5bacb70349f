package employer

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"bursar/internal/fund"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// approvalForm says who has to agree, and what the invoice quotes.
type approvalForm struct {
	Name      string
	Email     string
	Reference string
	CostCode  string
}

type approvalPage struct {
	bookPage
	Form  approvalForm
	Codes []codeField
}

// Opened reports whether single places have cost codes of their own.
func (p *approvalPage) Opened() bool {
	return slices.ContainsFunc(p.Codes, func(f codeField) bool { return f.Value != "" })
}

// codeField is the cost code of one place.
type codeField struct{ Name, Label, Value string }

func (v *visit) approvalPage() page.Page {
	p := &approvalPage{bookPage: v.bookPage(stepApproval), Form: v.Draft.Approval}
	for i := range v.places() {
		f := codeField{Name: fmt.Sprintf("code_%d", i+1), Label: fmt.Sprintf("Place %d", i+1)}
		if i < len(v.Draft.Names) && v.Draft.Names[i].Name != "" {
			f.Label += ": " + v.Draft.Names[i].Name
		}
		if i < len(v.Draft.Codes) {
			f.Value = v.Draft.Codes[i]
		}
		p.Codes = append(p.Codes, f)
	}
	return p
}

func (v *visit) readApproval(c *gin.Context) error {
	order := []string{"approver_name", "approver_email", "reference", "cost_code"}
	for i := range v.places() {
		order = append(order, fmt.Sprintf("code_%d", i+1))
	}
	field, err := posted(c, order)
	if err != nil {
		return err
	}
	f := approvalForm{field("approver_name"), field("approver_email"), field("reference"), field("cost_code")}
	wrong := page.Mistakes{}
	f.check(wrong)
	v.Draft.Approval, v.Draft.Codes = f, make([]string, v.places())
	for i := range v.Draft.Codes {
		name := fmt.Sprintf("code_%d", i+1)
		v.Draft.Codes[i] = field(name)
		length(wrong, name, v.Draft.Codes[i], mostOfCode)
	}
	return wrong.Refusal(nil)
}

// mostOfCode is how long a cost code or a reference can be: an invoice has a line for each.
const mostOfCode = 40

func (f approvalForm) check(wrong page.Mistakes) {
	length(wrong, "approver_name", f.Name, 200)
	length(wrong, "reference", f.Reference, mostOfCode)
	length(wrong, "cost_code", f.CostCode, mostOfCode)
	if f.Name == "" && f.Email != "" {
		wrong["approver_name"] = "Enter the name of whoever must agree to the cost"
	}
	if _, err := people.NormaliseEmail(f.Email); f.Name+f.Email != "" && err != nil {
		wrong["approver_email"] = "Enter their email address, like name@example.org"
	}
}

// length refuses what is too long.
func length(m page.Mistakes, field, typed string, most int) {
	if utf8.RuneCountInString(typed) > most {
		m[field] = fmt.Sprintf("Use %d characters or fewer", most)
	}
}

type giftForm struct {
	Amount string `form:"amount" binding:"max=20" error:"Enter an amount in pounds, like 250"`
	Fund   string `form:"fund" binding:"max=20" error:"Choose a fund"`
}

type giftPage struct {
	bookPage
	Form  giftForm
	Funds []*fund.Fund
}

// Choices are the funds to choose from.
func (p *giftPage) Choices() []page.Choice {
	var items []page.Choice
	for _, f := range p.Funds {
		items = append(items, page.Choice{Value: f.Code, Label: f.Name, Hint: f.Purpose})
	}
	return items
}

func (v *visit) giftPage() page.Page { return &giftPage{v.bookPage(stepGift), v.Draft.Gift, v.funds} }

// mostGiven is the largest gift that is taken with a booking, in pence.
const mostGiven = 10_000_00

func (v *visit) readGift(c *gin.Context) error {
	v.Draft.Gift = giftForm{}
	err := page.Bind(c, &v.Draft.Gift)
	wrong := page.Mistakes{}
	amount := wrong.Pounds("amount", v.Draft.Gift.Amount)
	if v.Draft.Gift.Amount != "" && wrong["amount"] == "" && (amount < 100 || amount > mostGiven) {
		wrong["amount"] = "Enter an amount from £1 to £10,000, or nothing"
	}
	if amount > 0 && v.cause() == nil {
		wrong["fund"] = "Choose what your gift is for"
	}
	return wrong.Refusal(err)
}

// cause is the fund that was chosen; the only one needs no choice.
func (v *visit) cause() *fund.Fund {
	for _, f := range v.funds {
		if f.Code == v.Draft.Gift.Fund || len(v.funds) == 1 {
			return f
		}
	}
	return nil
}
