package billing

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bursar/internal/money"
	"bursar/internal/state"
)

func TestThePartsOfAPlanAddUpToThePenny(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := money.Amount(rapid.Int64Range(1, int64(money.Max)).Draw(t, "total"))
		deposit := money.Amount(rapid.Int64Range(1, int64(money.Max)).Draw(t, "deposit"))
		n := rapid.IntRange(1, 24).Draw(t, "n")
		parts := Divide(total, deposit, n)
		var sum money.Amount
		for _, p := range parts {
			sum += p
		}
		if sum != total || len(parts) != n+1 {
			t.Fatalf("%s in %v", total, parts)
		}
		rest := parts[1:]
		if slices.Max(rest)-slices.Min(rest) > 1 || slices.Max(rest) != rest[0] {
			t.Fatalf("%s with a deposit of %s in %v", total, deposit, parts)
		}
		if deposit < total && parts[0] != deposit || deposit >= total && parts[0] != EqualPart(total, n) {
			t.Fatalf("the deposit of %s: %v", deposit, parts)
		}
	})
}

func TestSumsOfTheDemonstrationAreExact(t *testing.T) {
	t.Parallel()
	pounds := func(p ...int64) []money.Amount {
		all := make([]money.Amount, len(p))
		for i := range p {
			all[i] = money.Pounds(p[i])
		}
		return all
	}
	for _, c := range []struct {
		total, deposit money.Amount
		n              int
		want           []money.Amount
	}{
		{money.Pounds(500), EqualPart(money.Pounds(500), 4), 4, pounds(100, 100, 100, 100, 100)},
		{money.Pounds(1950), money.Pounds(400), 4, []money.Amount{400_00, 387_50, 387_50, 387_50, 387_50}},
		{money.Pounds(3250), money.Pounds(400), 4, []money.Amount{400_00, 712_50, 712_50, 712_50, 712_50}},
		{money.Pounds(3250), money.Pounds(325), 8, []money.Amount{325_00, 365_63, 365_63, 365_63, 365_63, 365_62, 365_62, 365_62, 365_62}},
		{money.Pounds(1000), money.Pounds(1000), 2, []money.Amount{333_34, 333_33, 333_33}},
	} {
		if got := Divide(c.total, c.deposit, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%s with a deposit of %s: %v, want %v", c.total, c.deposit, got, c.want)
		}
	}
}

func TestAPlanMovesOnlyAsItsTableSays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	want := state.Moves[PlanStatus]{
		PlanActive:    {PlanCompleted, PlanPaused, PlanFailed, PlanCancelled},
		PlanPaused:    {PlanActive, PlanCompleted, PlanCancelled},
		PlanFailed:    {PlanActive, PlanCompleted, PlanPaused, PlanCancelled},
		PlanCompleted: nil,
		PlanCancelled: {PlanActive},
	}
	for _, from := range planMoves.Statuses() {
		for _, to := range planMoves.Statuses() {
			p := &Plan{Status: from, PausedBy: 7}
			err := p.move(to, now)
			if slices.Contains(want[from], to) != (err == nil) {
				t.Errorf("%s → %s: %v", from, to, err)
			}
			if err != nil && p.Status != from {
				t.Errorf("%s → %s was refused and still happened", from, to)
			}
			if err == nil && (p.Stands() != p.EndedAt.IsZero() || p.PausedBy != 0) {
				t.Errorf("%s → %s: %+v", from, to, p)
			}
		}
	}
}

func TestAPartThatIsPaidStaysPaid(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, from := range instalmentMoves.Statuses() {
		for _, to := range instalmentMoves.Statuses() {
			i := &Instalment{Status: from}
			err := i.move(to, now)
			if slices.Contains(instalmentMoves[from], to) != (err == nil) {
				t.Errorf("%s → %s: %v", from, to, err)
			}
			if err == nil && (i.Status == InstalmentPaid) == i.PaidAt.IsZero() {
				t.Errorf("%s → %s: paid at %s", from, to, i.PaidAt)
			}
		}
	}
	if len(instalmentMoves[InstalmentPaid]) != 0 || slices.Contains(instalmentMoves[InstalmentCancelled], InstalmentPaid) {
		t.Error("what is paid moves on, or what is not owed is paid")
	}
}

func TestASetbackStopsAPlanOnlyWhereTryingAgainDoesNotHelp(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		kind  MethodKind
		whys  []Refusal
		tries int
		want  PlanStatus
	}{
		"one refusal":             {Card, []Refusal{SaidNo}, 1, PlanActive},
		"not enough money once":   {Card, []Refusal{NoFunds}, 1, PlanActive},
		"twice in a row":          {Card, []Refusal{NoFunds, NoFunds}, 2, PlanPaused},
		"twice, not in a row":     {Card, []Refusal{NoFunds, SaidNo, NoFunds}, 3, PlanActive},
		"after the seventh day":   {Card, []Refusal{NeedsPerson}, 4, PlanFailed},
		"a direct debit returned": {BacsDirect, []Refusal{SaidNo}, 1, PlanPaused},
	} {
		p := &Plan{Status: PlanActive, MethodKind: c.kind}
		for _, why := range c.whys {
			if err := p.setBack(why, c.tries, now); err != nil {
				t.Error(name, err)
			}
		}
		if p.Status != c.want {
			t.Errorf("%s: %s, want %s", name, p.Status, c.want)
		}
	}
}
