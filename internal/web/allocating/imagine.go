package allocating

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bursar/internal/award"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
)

// What the values of the field "purpose" begin with.
const (
	also  = "also"
	never = "never"
)

// mostPlaces is more than any run has.
const mostPlaces = 10_000

// change reads what somebody imagines, or says what is wrong with each field.
func (p *whatIfPage) change() (award.Change, error) {
	wrong := map[string]string{}
	change := award.Change{
		Money: p.money(wrong), Places: p.places(wrong), Terms: p.terms(wrong), Moved: p.moved(wrong),
	}
	if len(wrong) > 0 {
		return change, &failure.Error{Kind: failure.Invalid, Code: "what_if_invalid", Message: "Check what you entered.", Fields: wrong}
	}
	return change, nil
}

// money reads how much more, or with a minus how much less, is in each fund.
func (p *whatIfPage) money(wrong map[string]string) map[string]money.Amount {
	all := map[string]money.Amount{}
	for _, h := range p.Inputs.Funds {
		name := "money-" + h.Code
		typed, less := strings.CutPrefix(minus(p.If.Typed[name]), "-")
		if typed == "" {
			continue
		}
		amount, err := money.Parse(strings.TrimPrefix(typed, "+"))
		if less {
			amount = -amount
		}
		switch {
		case err != nil:
			wrong[name] = "Enter an amount in pounds, like 1,750 or -500"
		case h.Available+amount < 0:
			wrong[name] = fmt.Sprintf("%s has %s: no more than that can go", h.Name, h.Available)
		}
		all[h.Code] = amount
	}
	return all
}

// places reads how many more, or fewer, places each run has.
func (p *whatIfPage) places(wrong map[string]string) map[string]int {
	all := map[string]int{}
	for _, o := range p.Inputs.Runs {
		name := "places-" + o.Code
		typed := minus(p.If.Typed[name])
		if typed == "" {
			continue
		}
		n, err := strconv.Atoi(typed)
		switch {
		case err != nil || n > mostPlaces:
			wrong[name] = "Enter a whole number, like 2 or -1"
		case p.Inputs.Free[o.ID]+n < 0:
			wrong[name] = fmt.Sprintf("On %s %d are free: no more than that can go", o.Code, p.Inputs.Free[o.ID])
		}
		all[o.Code] = n
	}
	return all
}

// minus makes the signs that people type for less into one.
func minus(typed string) string {
	return strings.NewReplacer("−", "-", "–", "-", " ", "").Replace(strings.TrimSpace(typed))
}

// terms reads the other rules of one fund.
func (p *whatIfPage) terms(wrong map[string]string) map[string]fund.Terms {
	h := p.Inputs.Fund(p.If.Fund)
	if h == nil {
		if p.If.Fund != "" || p.If.Cap != "" || p.If.Purpose != "" || p.If.Anybody != "" {
			wrong["fund"] = "Choose the fund that shall have other rules"
		}
		return nil
	}
	t := h.Terms
	t.Pays = slices.Clone(t.Pays)
	if p.If.Cap != "" {
		most, err := money.Parse(p.If.Cap)
		if err != nil {
			wrong["cap"] = "Enter an amount in pounds, like 500, or 0 for no limit"
		}
		t.Cap = most
	}
	if p.If.Anybody != "" {
		t.Who = fund.Rule{}
	}
	p.pays(&t, wrong)
	return map[string]fund.Terms{h.Code: t}
}

// pays lets other rules pay for one purpose more, or less.
func (p *whatIfPage) pays(t *fund.Terms, wrong map[string]string) {
	kind, purpose, _ := strings.Cut(p.If.Purpose, "-")
	which := fund.Purpose(purpose)
	switch {
	case p.If.Purpose == "":
	case !slices.Contains(fund.Purposes(), which) || kind != also && kind != never:
		wrong["purpose"] = "Choose one of the purposes"
	case kind == never:
		t.Pays = slices.DeleteFunc(t.Pays, func(pay fund.Pay) bool { return pay.Purpose == which })
	default:
		if _, pays := t.Pay(which); !pays {
			t.Pays = append(t.Pays, fund.Pay{Purpose: which})
		}
	}
}

// moved reads where one person stands instead.
func (p *whatIfPage) moved(wrong map[string]string) map[string]award.Spot {
	who, spot := p.Inputs.Applicant(id.NormaliseCode(p.If.Code)), award.Spot(p.If.Spot)
	switch {
	case p.If.Code == "" && spot == "":
		return nil
	case who == nil:
		wrong["code"] = "Enter the reference of an application that is in this order"
		return nil
	case !slices.Contains(award.Spots(), spot):
		wrong["spot"] = "Choose where this person shall stand"
		return nil
	}
	return map[string]award.Spot{who.Application.Code: spot}
}
