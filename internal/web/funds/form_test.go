package funds_test

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bursar/internal/fund"
	"bursar/internal/london"
)

func TestAFundIsAddedWithConditionsButtonByButton(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.says(h.open(h.grace, "/admin/funds").Find("main"), "There is no open fund yet.")
	form := typedNorth(h.open(h.grace, "/admin/funds/new"))
	press := func(do string, add ...string) {
		t.Helper()
		form.Set("do", do)
		if add != nil {
			form["add_criterion"] = add
		}
		doc := h.pressed(http.StatusOK, h.grace, "/admin/funds/new", form)
		form = filled(doc, nil)
	}
	press("add-0", "region")
	press("group")
	press("add-1", "", "role")
	press("add-1", "", "experience")
	form["row_value"] = []string{"0:north_east", "0:cumbria", "1:paid", "2:carer"}
	form["group_join"][1] = "any"
	press("words")
	if form.Get("cap") != "1,500" || form["pay_cap"][1] != "250" || form.Get("purpose") != "Training for peers in the north." {
		t.Errorf("lost what was typed: %v", form)
	}
	form.Set("do", "save")
	if to := h.send(h.grace, "/admin/funds/new", form); to != "/admin/funds/NORTH-26" {
		t.Fatalf("led to %s", to)
	}
	f, err := fund.Find(t.Context(), h.app, "NORTH-26")
	if err != nil {
		t.Fatal(err)
	}
	got, err := fund.HoldingOf(t.Context(), h.app, f)
	if err != nil {
		t.Fatal(err)
	}
	if f.Kind != fund.Restricted || f.YearStarts != 10 || f.SpendBy != london.On(2027, 9, 30) || got.Terms.Cap != 150_000 || got.Terms.CoPayment != 10 ||
		len(got.Terms.Pays) != 2 || got.Terms.Pays[1].Cap != 25_000 || !reflect.DeepEqual(got.Terms.Who, fund.Rule{All: []fund.Rule{
		{All: []fund.Rule{{Criterion: fund.ByRegion, OneOf: []string{"north_east", "cumbria"}}}},
		{Any: []fund.Rule{{Criterion: fund.ByRole, OneOf: []string{"paid"}}, {Criterion: fund.ByExperience, OneOf: []string{"carer"}}}},
	}}) {
		t.Errorf("made %+v with %+v", f, got.Terms)
	}
	h.says(h.open(h.grace, "/admin/funds/NORTH-26").Find("main"),
		append(got.Terms.Words(), "It pays for the course fee and travel (at most £250 for each person).", "Left to promise £0.00")...)
	h.says(h.open(h.grace, "/admin/funds").Find(".app-rounds"), "Northern Roots Grant", "The Northern Roots Trust", "30 September 2027")
}

func TestEveryTypedWordIsShownAgainAfterAMistake(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := typedNorth(h.open(h.grace, "/admin/funds/new"))
	form.Set("code", "no good")
	form.Set("spend_by-month", "13")
	form.Set("cap", "a lot")
	form.Set("places", "some")
	form["pay_cap"][0], form["pay_cap"][2] = "-5", "40"
	form["row_group"], form["row_criterion"], form["row_value"] = []string{"0", "0"}, []string{"region", "employer"}, []string{"0:london"}
	doc := h.pressed(http.StatusUnprocessableEntity, h.grace, "/admin/funds/new", form)
	got := wrong(doc)
	for _, want := range []string{
		"Enter a short code of letters and digits, like NORTH-26.", "Enter a real date, like 27 3 2027.", "Enter an amount in pounds, like 250 or 1,250.50.",
		"Enter a whole number, like 3, or leave it empty.", "Tick “A place to stay” too, or leave this empty.", "Choose from 1 to 30 answers that this rule accepts.",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among the mistakes: %q", want, got)
		}
	}
	h.says(doc.Find(`[id="who.1.2"]`), "Kind of employer", "Choose from 1 to 30 answers")
	again := filled(doc, map[string]string{"do": "save"})
	for name, typed := range form {
		if !slices.Equal(typed, again[name]) {
			t.Errorf("%s: typed %q, shown again %q", name, typed, again[name])
		}
	}
	if n := len(wrong(h.pressed(http.StatusUnprocessableEntity, h.grace, "/admin/funds/new", url.Values{"do": {"save"}}))); n != 6 {
		t.Errorf("an empty form has %d mistakes", n)
	}
}

func TestAProtectedCharacteristicIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, do := range []string{"add-0", "words", "save"} {
		form := typedNorth(h.open(h.grace, "/admin/funds/new"))
		form["add_criterion"] = []string{"sex"}
		form.Set("do", do)
		doc := h.pressed(http.StatusUnprocessableEntity, h.grace, "/admin/funds/new", form)
		h.says(doc.Find(".govuk-form-group--error"), "cannot be kept for women only or men only", "Equality Act 2010, section 193")
		if filled(doc, nil).Get("add_criterion") != "sex" {
			t.Errorf("%s: what was chosen is not shown again", do)
		}
	}
	forged := typedNorth(h.open(h.grace, "/admin/funds/new"))
	forged["row_group"], forged["row_criterion"], forged["row_value"] = []string{"0"}, []string{"religion"}, []string{"0:any"}
	h.says(h.pressed(http.StatusUnprocessableEntity, h.grace, "/admin/funds/new", forged).Find(".govuk-error-summary"), "people of one religion or belief")
	if all, err := fund.All(t.Context(), h.app); err != nil || len(all) != 0 {
		t.Errorf("%d funds were made, %v", len(all), err)
	}
}

func TestConditionsAndGroupsAreTakenOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := typedNorth(h.open(h.grace, "/admin/funds/new"))
	form["group_join"], form["add_criterion"] = []string{"all", "any"}, []string{"", ""}
	form["row_group"], form["row_criterion"] = []string{"0", "0", "1"}, []string{"region", "role", "employer"}
	form["row_value"] = []string{"0:london", "1:paid", "2:nhs"}
	form.Set("do", "remove-1")
	form = filled(h.pressed(http.StatusOK, h.grace, "/admin/funds/new", form), nil)
	if got := strings.Join(form["row_criterion"], " ") + " " + strings.Join(form["row_value"], " "); got != "region employer 0:london 1:nhs" {
		t.Errorf("left %q", got)
	}
	form.Set("do", "drop-0")
	form = filled(h.pressed(http.StatusOK, h.grace, "/admin/funds/new", form), nil)
	if got := strings.Join(form["row_criterion"], " ") + " " + strings.Join(form["row_value"], " "); got != "employer 0:nhs" {
		t.Errorf("left %q", got)
	}
}

func TestTheWordsStandBesideWhatIsTyped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := typedNorth(h.open(h.grace, "/admin/funds/new"))
	form.Set("do", "words")
	form["row_group"], form["row_criterion"], form["row_value"] = []string{"0"}, []string{"course"}, nil
	doc := h.pressed(http.StatusUnprocessableEntity, h.grace, "/admin/funds/new", form) // a condition without answers
	h.says(doc.Find("[data-fund-said]"), "It pays at most £1,500 for each person.", "It is for anybody.")
}
