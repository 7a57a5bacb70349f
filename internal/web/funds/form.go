package funds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bursar/internal/fund"
	"bursar/internal/web/page"
)

// fundForm is all that staff type about a fund. What it may pay comes in rows, in the order of fund.Purposes; whom it
// may pay, in rows that builder puts together.
type fundForm struct {
	Do            string   `form:"do"` // the button: save, words, people, group, add-1, remove-2, drop-0
	Code          string   `form:"code"`
	Name          string   `form:"name"`
	Donor         string   `form:"donor"`
	Purpose       string   `form:"purpose"`
	Kind          string   `form:"kind"`
	SpendDay      string   `form:"spend_by-day"`
	SpendMonth    string   `form:"spend_by-month"`
	SpendYear     string   `form:"spend_by-year"`
	YearStarts    string   `form:"year_starts"`
	CountsPledges string   `form:"counts_pledges"`
	Sponsored     string   `form:"sponsored"`
	Pays          []string `form:"pays"`
	PayCaps       []string `form:"pay_cap"`
	FeePercent    string   `form:"fee_percent"`
	Cap           string   `form:"cap"`
	CoPayment     string   `form:"co_payment"`
	Places        string   `form:"places"`
	PerEmployer   string   `form:"per_employer"`
	Years         string   `form:"years"`
	WhoJoin       string   `form:"who_join"`
	GroupJoins    []string `form:"group_join"`
	RowGroups     []string `form:"row_group"`
	RowCriteria   []string `form:"row_criterion"`
	RowValues     []string `form:"row_value"`
	AddCriteria   []string `form:"add_criterion"`
	Round         string   `form:"round"`
	Reason        string   `form:"reason"`
}

// yes is what a ticked box sends.
const yes = "yes"

// formOf is a fund with its terms as the form has them.
func formOf(f *fund.Fund, t fund.Terms) fundForm {
	typed := fundForm{
		Code: f.Code, Name: f.Name, Donor: f.Donor, Purpose: f.Purpose, Kind: string(f.Kind), YearStarts: strconv.Itoa(f.YearStarts),
		CountsPledges: ticked(f.CountsPledges), Sponsored: ticked(f.Sponsored),
		FeePercent: number(t.FeePercent), Cap: page.Plain(t.Cap), CoPayment: number(t.CoPayment), Places: number(t.Places),
		PerEmployer: number(t.PerEmployer), Years: number(t.Years),
	}
	if !f.SpendBy.IsZero() {
		typed.SpendDay, typed.SpendMonth, typed.SpendYear = strconv.Itoa(f.SpendBy.Day), strconv.Itoa(int(f.SpendBy.Month)), strconv.Itoa(f.SpendBy.Year)
	}
	for _, p := range fund.Purposes() {
		pay, pays := t.Pay(p)
		if pays {
			typed.Pays = append(typed.Pays, string(p))
		}
		typed.PayCaps = append(typed.PayCaps, page.Plain(pay.Cap))
	}
	return typed
}

func ticked(is bool) string {
	if is {
		return yes
	}
	return ""
}

// number is a limit as people type it; no limit is empty.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// whole reads a whole number, with or without a % behind it; what is empty is 0.
func whole(m page.Mistakes, field, typed string) int {
	if typed = strings.TrimSuffix(typed, "%"); typed == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(typed))
	if err != nil || n == 0 {
		m[field] = "Enter a whole number, like 3, or leave it empty."
	}
	return n
}

// details reads what a fund is.
func (f *fundForm) details(wrong page.Mistakes) fund.Fund {
	starts, _ := strconv.Atoi(f.YearStarts) // what is no month is refused
	return fund.Fund{
		Code: f.Code, Name: f.Name, Donor: f.Donor, Purpose: f.Purpose, Kind: fund.Kind(f.Kind),
		SpendBy: wrong.Day("spend_by", f.SpendDay, f.SpendMonth, f.SpendYear), YearStarts: starts,
		CountsPledges: f.CountsPledges == yes, Sponsored: f.Sponsored == yes,
	}
}

// terms reads what a fund may pay, and whom.
func (f *fundForm) terms(who *builder, wrong page.Mistakes) fund.Terms {
	t := fund.Terms{
		Cap: wrong.Optional("cap", f.Cap), FeePercent: whole(wrong, "fee_percent", f.FeePercent), Places: whole(wrong, "places", f.Places),
		CoPayment: whole(wrong, "co_payment", f.CoPayment), PerEmployer: whole(wrong, "per_employer", f.PerEmployer), Years: whole(wrong, "years", f.Years),
		Who: who.rule(),
	}
	for i, p := range fund.Purposes() {
		limit := wrong.Optional(capField(p), page.At(f.PayCaps, i))
		if slices.Contains(f.Pays, string(p)) {
			t.Pays = append(t.Pays, fund.Pay{Purpose: p, Cap: limit})
		} else if limit != 0 {
			wrong[capField(p)] = "Tick “" + upper(p.Title()) + "” too, or leave this empty."
		}
	}
	return t
}

func capField(p fund.Purpose) string { return "cap_" + string(p) }

// payRow is one thing that a fund may pay for, as the form shows it.
type payRow struct {
	ID, CapID, Key, Title, Cap, Error string
	Paid                              bool
}

// PayRows are what the fund may pay for.
func (p *formPage) PayRows() []payRow {
	var rows []payRow
	for i, purpose := range fund.Purposes() {
		id := "pays"
		if i > 0 {
			id = fmt.Sprintf("pays-%d", i+1)
		}
		rows = append(rows, payRow{
			ID: id, CapID: capField(purpose), Key: string(purpose), Title: upper(purpose.Title()), Cap: page.At(p.Form.PayCaps, i),
			Error: p.Errors.For(capField(purpose)), Paid: slices.Contains(p.Form.Pays, string(purpose)),
		})
	}
	return rows
}

// Kinds are the kinds of fund to choose from.
func (p *formPage) Kinds() []page.Choice {
	var items []page.Choice
	for _, k := range fund.Kinds() {
		items = append(items, page.Choice{Value: string(k), Label: k.Title(), Hint: kindHints[k]})
	}
	return items
}

var kindHints = map[fund.Kind]string{
	fund.Restricted:   "The donor said what it is for.",
	fund.Designated:   "Our own money that we set aside for this.",
	fund.Unrestricted: "Our own money, for anything we do.",
}

// Months are those in which a fund's year can begin.
func (p *formPage) Months() []page.Choice {
	items := make([]page.Choice, 0, 12)
	for m := time.January; m <= time.December; m++ {
		items = append(items, page.Choice{Value: strconv.Itoa(int(m)), Label: m.String()})
	}
	return items
}
