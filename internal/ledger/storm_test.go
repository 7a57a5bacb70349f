package ledger_test

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// model is the books as a few maps: what Post must do, without a database.
type model struct {
	balances map[string]money.Amount
	posted   map[string]map[string]money.Amount
}

// floor is the least that the accounts whose names end in "floored" may have.
const floor = -50

// outcome is what posting e must give; it is done to the model when it succeeds.
func (m *model) outcome(e ledger.Entry) string {
	lines, sum := map[string]money.Amount{}, money.Amount(0)
	for _, l := range e.Lines {
		if l.Amount == 0 {
			return "refused"
		}
		lines[l.Account] = l.Amount
		sum += l.Amount
	}
	if before, ok := m.posted[e.Reference]; ok {
		if maps.Equal(before, lines) {
			return "posted before"
		}
		return "refused"
	}
	for account, amount := range lines {
		if strings.HasSuffix(account, "floored") && m.balances[account]+amount < floor {
			return "below floor"
		}
	}
	if len(lines) < 2 || sum != 0 {
		return "refused"
	}
	for account, amount := range lines {
		m.balances[account] += amount
	}
	m.posted[e.Reference] = lines
	return "posted"
}

func outcomeOf(err error) string {
	switch {
	case err == nil:
		return "posted"
	case errors.Is(err, ledger.ErrPosted):
		return "posted before"
	case errors.Is(err, ledger.ErrBelowFloor):
		return "below floor"
	case failure.Of(err) != nil:
		return "unexpected: " + err.Error()
	}
	return "refused"
}

// entries draws few accounts and references, so that they meet; most entries balance. The prefix keeps one
// storm apart from the next in the same database.
func entries(prefix string) *rapid.Generator[ledger.Entry] {
	return rapid.Custom(func(t *rapid.T) ledger.Entry {
		names := rapid.SampledFrom([]string{"a", "b", "c/1", "c/10", "d/floored", "e/floored"})
		e := ledger.Entry{Reference: prefix + strconv.Itoa(rapid.IntRange(1, 30).Draw(t, "reference"))}
		var sum money.Amount
		for _, name := range rapid.SliceOfNDistinct(names, 1, 4, rapid.ID).Draw(t, "accounts") {
			amount := money.Amount(rapid.Int64Range(-40, 40).Draw(t, "amount"))
			sum += amount
			e.Lines = append(e.Lines, ledger.Line{Account: prefix + name, Amount: amount})
		}
		if rapid.IntRange(0, 9).Draw(t, "balanced") > 0 {
			e.Lines = append(e.Lines, ledger.Line{Account: prefix + "z", Amount: -sum})
		}
		return e
	})
}

func TestTheBooksDoWhatTheModelDoes(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	storms := 0
	rapid.Check(t, func(rt *rapid.T) {
		storms++
		prefix := fmt.Sprintf("storm/%d/", storms)
		open(t, d, prefix+"d/floored")
		open(t, d, prefix+"e/floored")
		m := model{map[string]money.Amount{}, map[string]map[string]money.Amount{}}
		for _, e := range rapid.SliceOfN(entries(prefix), 1, 25).Draw(rt, "entries") {
			if got, want := outcomeOf(post(t, d, e)), m.outcome(e); got != want {
				rt.Fatalf("%+v: %s, want %s", e, got, want)
			}
		}
		for account, want := range m.balances {
			if got := balance(t, d, account); got != want {
				rt.Fatalf("%s stands at %v, want %v", account, got, want)
			}
		}
	})
	wantInOrder(t, d)
}

func open(t *testing.T, d *db.DB, name string) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error { return ledger.Open(t.Context(), tx, name, floor) })
	if err != nil {
		t.Fatal(err)
	}
}

// TestManyPostersNeverWaitForEachOtherInACircle has every poster touch the same accounts, named in opposite
// orders, half of them new: no unit of work runs twice, so PostgreSQL broke no deadlock.
func TestManyPostersNeverWaitForEachOtherInACircle(t *testing.T) {
	t.Parallel()
	const posters, each = 16, 40
	d := dbtest.New(t)
	runs := make([]int, posters)
	var wait sync.WaitGroup
	for p := range posters {
		wait.Go(func() {
			for i := range each {
				lines := []ledger.Line{{"hot/a", 1}, {fmt.Sprintf("new/%d/b", i), 1}, {"hot/m", -3}, {fmt.Sprintf("new/%d/y", i), 2}, {"hot/z", -1}}
				if p%2 == 0 {
					for a, b := 0, len(lines)-1; a < b; a, b = a+1, b-1 {
						lines[a], lines[b] = lines[b], lines[a]
					}
				}
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					runs[p]++
					return ledger.Post(t.Context(), tx, ledger.Entry{Reference: fmt.Sprintf("storm/%d/%d", p, i), Lines: lines})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for p, n := range runs {
		if n != each {
			t.Errorf("poster %d worked %d times for %d entries", p, n, each)
		}
	}
	if got := balance(t, d, "hot/m"); got != -3*posters*each {
		t.Errorf("hot/m stands at %v", got)
	}
	wantInOrder(t, d)
}

func TestOneOfManyPostersOfAReferenceSucceeds(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	results := make(chan error, 20)
	var wait sync.WaitGroup
	for range cap(results) {
		wait.Go(func() { results <- post(t, d, entry("payment/7/captured", "share/12/due", "clearing/stripe", 100)) })
	}
	wait.Wait()
	close(results)
	posted := 0
	for err := range results {
		if err == nil {
			posted++
		} else if !errors.Is(err, ledger.ErrPosted) {
			t.Error(err)
		}
	}
	if got := balance(t, d, "clearing/stripe"); posted != 1 || got != 100 {
		t.Errorf("%d succeeded and the account stands at %v, want one and £1.00", posted, got)
	}
}
