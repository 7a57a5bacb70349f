package allocation_test

import (
	"slices"
	"testing"

	"bursar/internal/allocation"
)

// failing is a test of testing or of rapid.
type failing interface {
	Errorf(format string, values ...any)
}

// verify holds a plan against everything that must be true of its routing.
func verify(t *testing.T, b *brute, line, given []int, result allocation.Result) {
	b.prefers(t, b.all(line, given), b.routed(t, line, given, result))
}

// routed checks that all is paid to the penny by those who may, and returns what each fund pays.
func (b *brute) routed(t failing, line, given []int, result allocation.Result) (used []int64) {
	used = make([]int64, len(b.Funds))
	seats := make([]int, len(b.Places))
	if len(result.Funded)+len(result.Unfunded) != len(b.Applicants) || result.Count != len(result.Funded) {
		t.Errorf("%d are funded, %d are not, and the count is %d", len(result.Funded), len(result.Unfunded), result.Count)
	}
	for _, f := range result.Funded {
		who := slices.IndexFunc(b.Applicants, func(a allocation.Applicant) bool { return a.ID == f.ID })
		c := b.Applicants[who].Choices[f.Choice]
		open := b.costs(c, b.closed(who, line[:slices.Index(line, who)], given))
		if (f.Place == "") != (len(c.Places) == 0) || f.Place != "" && !slices.Contains(c.Places, f.Place) {
			t.Errorf("%s has the place %q of %v", f.ID, f.Place, c.Places)
		} else if f.Place != "" {
			seats[b.place[f.Place]]++
		}
		paid := make([]int64, len(b.Funds))
		for i, l := range f.Lines {
			var sum int64
			for _, pay := range l.Paid {
				fund := b.fund[pay.Fund]
				if open.funds[i]>>fund&1 == 0 || pay.Amount <= 0 || pay.Amount > open.caps[i][fund] {
					t.Errorf("%s pays %d of line %s of %s", pay.Fund, pay.Amount, l.ID, f.ID)
				}
				sum += pay.Amount
				paid[fund] += pay.Amount
				used[fund] += pay.Amount
			}
			if l.ID != c.Lines[i].ID || sum != c.Lines[i].Amount {
				t.Errorf("%d of line %s of %s are paid", sum, l.ID, f.ID)
			}
		}
		for fund, pence := range paid {
			if pence > open.purse[fund] {
				t.Errorf("%s pays %d for %s", b.Funds[fund].ID, pence, f.ID)
			}
		}
	}
	for i, f := range b.Funds {
		if use := result.Funds[i]; use != (allocation.FundUse{ID: f.ID, Used: used[i], Left: f.Available - used[i]}) || use.Left < 0 {
			t.Errorf("%s pays %d, and the plan says %+v", f.ID, used[i], use)
		}
	}
	for i, p := range b.Places {
		if use := result.Places[i]; use != (allocation.PlaceUse{ID: p.ID, Used: seats[i], Left: p.Free - seats[i]}) || use.Left < 0 {
			t.Errorf("%s has %d, and the plan says %+v", p.ID, seats[i], use)
		}
	}
	b.forest(t, result)
	return used
}

// prefers checks that the first so many funds, in the order of prefer, pay as much as they could pay alone.
func (b *brute) prefers(t *testing.T, all []costs, used []int64) {
	order := make([]int, len(b.Funds))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return b.Funds[x].Prefer - b.Funds[y].Prefer })
	available := make([]int64, len(b.Funds))
	var paid int64
	for _, f := range order {
		available[f] = b.Funds[f].Available
		paid += used[f]
		if could, _, _ := b.cut(all, available); could != paid {
			t.Errorf("the funds up to %s pay %d, and could pay %d", b.Funds[f].ID, paid, could)
		}
	}
}

// forest checks that the payments that could be larger and smaller close no cycle of lines and funds. The graph
// has a point for each fund, each line, and each fund with each person whose cap holds for all lines together.
func (b *brute) forest(t failing, result allocation.Result) {
	parent := map[string]string{}
	var root func(string) string
	root = func(v string) string {
		if parent[v] == "" || parent[v] == v {
			return v
		}
		return root(parent[v])
	}
	join := func(x, y string) {
		if x, y = root(x), root(y); x == y {
			t.Errorf("the payments close a cycle")
		}
		parent[x] = y
	}
	for _, f := range result.Funded {
		who := slices.IndexFunc(b.Applicants, func(a allocation.Applicant) bool { return a.ID == f.ID })
		choice := b.Applicants[who].Choices[f.Choice]
		c := b.costs(choice, 0)
		together := map[string]int64{}
		for i, l := range f.Lines {
			for _, pay := range l.Paid {
				fund := b.fund[pay.Fund]
				own := slices.ContainsFunc(choice.Lines[i].Most, func(m allocation.Cap) bool { return m.Fund == pay.Fund })
				if !own || pay.Amount < c.caps[i][fund] || c.caps[i][fund] == c.amount[i] {
					to := "fund " + pay.Fund
					if c.purse[fund] < 1<<40 {
						to = "purse " + f.ID + " " + pay.Fund
						together[pay.Fund] += pay.Amount
					}
					join("line "+f.ID+" "+l.ID, to)
				} else if c.purse[fund] < 1<<40 {
					together[pay.Fund] += pay.Amount
				}
			}
		}
		for fund, pence := range together {
			if pence < c.purse[b.fund[fund]] {
				join("purse "+f.ID+" "+fund, "fund "+fund)
			}
		}
	}
}
