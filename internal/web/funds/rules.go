package funds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/web/page"
)

// builder is who a fund may pay, as its form has it: groups of conditions, of which all or any must be true, and in
// each group all or any of its conditions. It holds what was typed, also what makes no rule yet.
type builder struct {
	Join   string // allOf or anyOf the groups
	Groups []group
}

// group is some conditions that belong together.
type group struct {
	Join string
	Rows []condition
	Add  string // the criterion that is chosen for one more condition
}

// condition is one criterion with the answers that satisfy it.
type condition struct {
	Criterion fund.Criterion
	Values    []string
}

const (
	allOf = "all"
	anyOf = "any"
)

// builderOf is a rule as the form has it. A fund's rules are never more than groups of conditions.
func builderOf(r fund.Rule) builder {
	b := builder{Join: allOf}
	inner, join := partsOf(r)
	if !slices.ContainsFunc(inner, func(r fund.Rule) bool { return r.Criterion == "" }) {
		b.Groups = []group{groupOf(inner, join)}
		return b
	}
	b.Join = join
	for _, part := range inner {
		rows, join := partsOf(part)
		b.Groups = append(b.Groups, groupOf(rows, join))
	}
	return b
}

// partsOf are the rules in a rule, and whether all or any of them must be true.
func partsOf(r fund.Rule) ([]fund.Rule, string) {
	switch {
	case r.Criterion != "":
		return []fund.Rule{r}, allOf
	case len(r.Any) > 0:
		return r.Any, anyOf
	}
	return r.All, allOf
}

func groupOf(rules []fund.Rule, join string) group {
	g := group{Join: join}
	for _, r := range rules {
		g.Rows = append(g.Rows, condition{r.Criterion, r.OneOf})
	}
	return g
}

// rule is what the builder says. Groups without a condition say nothing.
func (b *builder) rule() fund.Rule {
	var groups []fund.Rule
	for _, g := range b.Groups {
		var rows []fund.Rule
		for _, c := range g.Rows {
			rows = append(rows, fund.Rule{Criterion: c.Criterion, OneOf: c.Values})
		}
		if len(rows) > 0 {
			groups = append(groups, joined(g.Join, rows))
		}
	}
	if len(groups) == 0 {
		return fund.Rule{}
	}
	return joined(b.Join, groups)
}

// finished is the builder without the conditions that say nothing yet, for the words.
func (b *builder) finished() *builder {
	done := &builder{Join: b.Join}
	for _, g := range b.Groups {
		g.Rows = slices.DeleteFunc(slices.Clone(g.Rows), func(c condition) bool { return len(c.Values) == 0 })
		done.Groups = append(done.Groups, g)
	}
	return done
}

func joined(join string, rules []fund.Rule) fund.Rule {
	if join == anyOf {
		return fund.Rule{Any: rules}
	}
	return fund.Rule{All: rules}
}

// close takes out the groups without a condition, except the only one: what package fund says of the second rule is
// then about the second group.
func (b *builder) close() {
	b.Groups = slices.DeleteFunc(b.Groups, func(g group) bool { return len(g.Rows) == 0 && g.Add == "" })
	if len(b.Groups) == 0 {
		b.Groups = []group{{Join: allOf}}
	}
}

// everyGroup is for add.
const everyGroup = -1

// add makes conditions of the criteria that were chosen for one more, in one group or in every one: what was chosen and
// not yet added is not lost. A protected characteristic is refused, and stays chosen.
func (b *builder) add(which int) error {
	for i := range b.Groups {
		g := &b.Groups[i]
		if which != everyGroup && i != which {
			continue
		}
		if g.Add == "" && which != everyGroup {
			return failure.Field(addField(i), "Choose what the condition is about.")
		}
		if reason := protectedReason(fund.Criterion(g.Add)); reason != "" {
			return failure.Field(addField(i), reason)
		}
		if g.Add != "" {
			g.Rows, g.Add = append(g.Rows, condition{Criterion: fund.Criterion(g.Add)}), ""
		}
	}
	return nil
}

func addField(i int) string { return fmt.Sprintf("add_criterion-%d", i+1) }

func protectedReason(c fund.Criterion) string {
	for _, p := range fund.ProtectedCharacteristics() {
		if p.Criterion == c {
			return p.Reason
		}
	}
	return ""
}

// change does what a button of the builder says: add-1, remove-2, drop-0 or group.
func (b *builder) change(button string) error {
	what, which, _ := strings.Cut(button, "-")
	n, _ := strconv.Atoi(which) // only our own buttons send anything
	switch what {
	case "add":
		return b.add(n)
	case "remove":
		b.remove(n)
	case "drop":
		b.drop(n)
	case "group":
		b.Groups = append(b.Groups, group{Join: allOf})
	}
	return nil
}

// remove takes out the condition with a number, counted through all groups.
func (b *builder) remove(n int) {
	for i := range b.Groups {
		g := &b.Groups[i]
		if n >= 0 && n < len(g.Rows) {
			g.Rows = slices.Delete(g.Rows, n, n+1)
			return
		}
		n -= len(g.Rows)
	}
}

// drop takes out a group.
func (b *builder) drop(n int) {
	if n >= 0 && n < len(b.Groups) {
		b.Groups = slices.Delete(b.Groups, n, n+1)
	}
}

// builder reads the fields of the rule builder. The answers of a condition name it by its number.
func (f *fundForm) builder() builder {
	b := builder{Join: f.WhoJoin}
	for i, join := range f.GroupJoins {
		b.Groups = append(b.Groups, group{Join: join, Add: page.At(f.AddCriteria, i)})
	}
	if len(b.Groups) == 0 {
		b.Groups = []group{{Join: allOf}}
	}
	for i, criterion := range f.RowCriteria {
		in, err := strconv.Atoi(page.At(f.RowGroups, i))
		if err != nil || in < 0 || in >= len(b.Groups) {
			in = 0 // no page of ours sends that
		}
		row := condition{Criterion: fund.Criterion(criterion)}
		for _, v := range f.RowValues {
			if value, mine := strings.CutPrefix(v, strconv.Itoa(i)+":"); mine {
				row.Values = append(row.Values, value)
			}
		}
		b.Groups[in].Rows = append(b.Groups[in].Rows, row)
	}
	return b
}
