package fund_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
)

func (w *world) statement(f *fund.Fund, year london.Date) fund.Statement {
	w.t.Helper()
	s, err := fund.StatementOf(w.t.Context(), w, f.ID, year)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func TestAStatementSaysWhatHappenedInAYear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, other := w.with("NORTH", 1000*pound), w.with("SOUTH", 100*pound)
	w.mustCommit("award/1/offered", fund.Part{Fund: f.ID, Amount: 600 * pound})
	w.clock.Set(london.On(2027, 3, 31).At(23, 59))
	for _, err := range []error{
		w.spend("award/1/fee", fund.Part{Fund: f.ID, Amount: 200 * pound}),
		w.release("award/1/travel", fund.Part{Fund: f.ID, Amount: 50 * pound}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.clock.Set(london.On(2027, 4, 1).At(0, 0)) // British Summer Time: still 31 March in UTC
	consent := w.document(f)
	w.write(func(tx *db.Tx) error {
		m := w.move(f, other, 30*pound)
		m.DocumentID = consent
		if err := fund.Transfer(t.Context(), tx, m); err != nil {
			return err
		}
		if err := fund.Return(t.Context(), tx, w.move(f, nil, 20*pound)); err != nil {
			return err
		}
		was, now := []fund.Part{{Fund: f.ID, Amount: 350 * pound}}, []fund.Part{{Fund: f.ID, Amount: 260 * pound}, {Fund: other.ID, Amount: 90 * pound}}
		return fund.Reroute(t.Context(), tx, "award/1/rerouted", was, now)
	})
	if err := w.recover("award/1/fee-back", fund.Part{Fund: f.ID, Amount: 10 * pound}); err != nil {
		t.Fatal(err)
	}
	first, second := london.On(2026, 4, 1), london.On(2027, 4, 1)
	if got, want := w.statement(f, first), (fund.Statement{
		From: first, Until: london.On(2027, 3, 31), Income: 1000 * pound, Committed: 600 * pound, Released: 50 * pound, Spent: 200 * pound,
		ClosingAvailable: 450 * pound, ClosingCommitted: 350 * pound,
	}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := w.statement(f, second), (fund.Statement{
		From: second, Until: london.On(2028, 3, 31), OpeningAvailable: 450 * pound, OpeningCommitted: 350 * pound, Transfers: -30 * pound,
		Released: 90 * pound, Recovered: 10 * pound, Returned: 20 * pound, ClosingAvailable: 500 * pound, ClosingCommitted: 260 * pound,
	}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := w.statement(other, second); got.Transfers != 30*pound || got.Committed != 90*pound || got.Opening() != 100*pound || got.Closing() != 130*pound {
		t.Errorf("the other fund: %+v", got)
	}
}

func TestAFundsYearBeginsInItsMonth(t *testing.T) {
	t.Parallel()
	f := &fund.Fund{YearStarts: 10, CreatedAt: london.On(2025, 9, 30).At(9, 0)}
	for day, want := range map[london.Date]london.Date{
		london.On(2026, 9, 30): london.On(2025, 10, 1), london.On(2026, 10, 1): london.On(2026, 10, 1), london.On(2027, 1, 1): london.On(2026, 10, 1),
	} {
		if got := f.YearOf(day); got != want {
			t.Errorf("%s lies in the year from %s", day, got)
		}
	}
	years := f.Years(london.On(2026, 11, 23))
	if len(years) != 3 || years[0] != london.On(2026, 10, 1) || years[2] != london.On(2024, 10, 1) {
		t.Errorf("years %v", years)
	}
}

// TestAStatementThatDoesNotExplainItselfIsNotShown posts past the package, as a mistake elsewhere would.
func TestAStatementThatDoesNotExplainItselfIsNotShown(t *testing.T) {
	t.Parallel()
	for _, which := range []string{"available", "committed", "spent", "income"} {
		w := newWorld(t)
		f := w.with("NORTH", 1000*pound)
		w.write(func(tx *db.Tx) error {
			return ledger.Post(t.Context(), tx, ledger.Entry{Reference: "mistake/1", Lines: []ledger.Line{
				{Account: account(f, which), Amount: 1}, {Account: "mistakes", Amount: -1},
			}})
		})
		if _, err := fund.StatementOf(t.Context(), w, f.ID, london.On(2026, 4, 1)); !errors.Is(err, fund.ErrUntied) {
			t.Errorf("a penny too much %s: %v", which, err)
		}
	}
}

// life draws what happens to a few funds over two years; what is refused has no effect, and that is part of it.
type life struct {
	*world
	rt    *rapid.T
	funds []*fund.Fund
	n     int
	storm int
}

func (l *life) reference() string { l.n++; return fmt.Sprintf("storm/%d/%d", l.storm, l.n) }

func (l *life) amount() money.Amount {
	return money.Amount(rapid.Int64Range(1, 500).Draw(l.rt, "pence"))
}

func (l *life) any() *fund.Fund { return rapid.SampledFrom(l.funds).Draw(l.rt, "fund") }

func (l *life) parts() []fund.Part {
	parts := make([]fund.Part, rapid.IntRange(1, 3).Draw(l.rt, "parts"))
	for i := range parts {
		parts[i] = fund.Part{Fund: l.any().ID, Amount: l.amount()}
	}
	return parts
}

// step is one thing that happens.
func (l *life) step(tx *db.Tx) error {
	ctx, by := l.t.Context(), l.ann
	switch rapid.IntRange(0, 9).Draw(l.rt, "what") {
	case 0, 1:
		_, err := fund.RecordGift(ctx, tx, by, l.any().ID, l.amount(), "", "")
		return err
	case 2:
		g, err := fund.Pledge(ctx, tx, by, l.any().ID, l.amount(), "", london.Date{})
		if err == nil && rapid.Bool().Draw(l.rt, "cancelled") {
			_, err = fund.CancelPledge(ctx, tx, by, g.Code)
		} else if err == nil {
			_, err = fund.ReceivePledge(ctx, tx, by, g.Code, "")
		}
		return err
	case 3, 4:
		return fund.Commit(ctx, tx, l.reference(), l.parts())
	case 5:
		return fund.Release(ctx, tx, l.reference(), l.parts())
	case 6:
		return fund.Spend(ctx, tx, l.reference(), clearing, l.parts())
	case 7:
		return fund.Recover(ctx, tx, l.reference(), clearing, l.parts())
	case 8:
		a := l.amount()
		return fund.Reroute(ctx, tx, l.reference(), []fund.Part{{Fund: l.any().ID, Amount: a}}, []fund.Part{{Fund: l.any().ID, Amount: a}})
	}
	m := l.move(l.any(), l.any(), l.amount())
	if rapid.Bool().Draw(l.rt, "back") {
		return fund.Return(ctx, tx, m)
	}
	return fund.Transfer(ctx, tx, m)
}

// explained checks every year of every fund: it ties, it begins where the one before ended, and the last ends where the
// ledger is.
func (l *life) explained(years []london.Date) {
	var sum, gave money.Amount
	for _, f := range l.funds {
		var before fund.Statement
		for i, year := range years {
			s := l.statement(f, year)
			if s.Closing() != s.Opening()+s.Income+s.Transfers+s.Recovered-s.Spent-s.Returned {
				l.rt.Fatalf("%s, %s: does not add up: %+v", f.Code, year, s)
			}
			if i > 0 && (s.OpeningAvailable != before.ClosingAvailable || s.OpeningCommitted != before.ClosingCommitted) {
				l.rt.Fatalf("%s, %s: begins with %+v after %+v", f.Code, year, s, before)
			}
			for name, column := range map[string]money.Amount{
				"committed": s.Committed, "released": s.Released, "spent": s.Spent, "recovered": s.Recovered, "returned": s.Returned,
			} {
				if column < 0 {
					l.rt.Fatalf("%s, %s: %s is negative: %+v", f.Code, year, name, s)
				}
			}
			gave += s.Transfers
			before = s
		}
		if a, c := l.balance(account(f, "available")), l.balance(account(f, "committed")); before.ClosingAvailable != a || before.ClosingCommitted != c || a < 0 || c < 0 {
			l.rt.Fatalf("%s ends with %+v, and the ledger says %v and %v", f.Code, before, a, c)
		}
		sum += before.Closing() + l.balance(account(f, "budget"))
	}
	if sum != 0 || gave != 0 {
		l.rt.Fatalf("the funds together differ from the ledger by %v, and transfers by %v", sum, gave)
	}
}

func TestEveryStatementTiesToTheLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	begins := w.Now()
	storms := 0
	rapid.Check(t, func(rt *rapid.T) {
		storms++
		l := &life{world: w, rt: rt, storm: storms}
		w.clock.Set(begins)
		for i := range 3 {
			f := sample(fmt.Sprintf("S%d-%d", storms, i))
			f.Kind, f.CountsPledges = fund.Unrestricted, i == 0
			l.funds = append(l.funds, w.create(f, fees))
		}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			w.clock.Advance(time.Duration(rapid.IntRange(0, 100).Draw(rt, "days")) * 24 * time.Hour)
			if err := w.try(l.step); err != nil && failure.KindOf(err) == failure.Internal {
				rt.Fatal(err)
			}
		}
		var years []london.Date
		for y := london.On(2026, 4, 1); !y.After(london.DateOf(w.clock.Now())); y.Year++ {
			years = append(years, y)
		}
		l.explained(years)
	})
	w.inOrder()
}
