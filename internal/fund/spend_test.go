package fund_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

func TestMoneyIsPromisedGivenUpPaidAndComesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.with("A", 1000*pound), w.with("B", 500*pound)
	both := []fund.Part{{a.ID, 300 * pound}, {b.ID, 200 * pound}, {a.ID, 100 * pound}}
	w.mustCommit("award/1/offered", both...)
	w.holds(a, 600*pound, 400*pound)
	w.holds(b, 300*pound, 200*pound)
	for _, err := range []error{
		w.release("award/1/part", fund.Part{a.ID, 50 * pound}),
		w.spend("award/1/fee", fund.Part{a.ID, 350 * pound}, fund.Part{b.ID, 200 * pound}),
		w.recover("award/1/fee-back", fund.Part{b.ID, 20 * pound}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.holds(a, 650*pound, 0)
	w.holds(b, 320*pound, 0)
	for account, want := range map[string]money.Amount{
		clearing: -530 * pound, fund.Bank: 1500 * pound, account(a, "spent"): 350 * pound, account(b, "spent"): 180 * pound,
		account(a, "budget"): -650 * pound, account(b, "budget"): -320 * pound, account(a, "income"): -1000 * pound,
	} {
		if got := w.balance(account); got != want {
			t.Errorf("%s stands at %v, want %v", account, got, want)
		}
	}
	w.inOrder()
}

func TestAPromiseIsKeptByOtherFunds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b, c := w.with("A", 100*pound), w.with("B", 100*pound), w.with("C", 100*pound)
	w.mustCommit("award/1/offered", fund.Part{a.ID, 80 * pound}, fund.Part{b.ID, 20 * pound})
	reroute := func(reference string, was, now []fund.Part) error {
		return w.try(func(tx *db.Tx) error { return fund.Reroute(t.Context(), tx, reference, was, now) })
	}
	was := []fund.Part{{a.ID, 80 * pound}, {b.ID, 20 * pound}}
	now := []fund.Part{{a.ID, 30 * pound}, {b.ID, 20 * pound}, {c.ID, 50 * pound}}
	if err := reroute("award/1/rerouted", was, now); err != nil {
		t.Fatal(err)
	}
	w.holds(a, 70*pound, 30*pound)
	w.holds(b, 80*pound, 20*pound)
	w.holds(c, 50*pound, 50*pound)
	if err := reroute("award/1/same", now, now); err != nil {
		t.Errorf("nothing to do: %v", err)
	}
	if err := reroute("award/1/lost", now, now[:2]); err == nil || failure.Of(err) != nil {
		t.Errorf("a promise that shrinks: %v", err)
	}
	if err := reroute("award/1/poor", now, []fund.Part{{c.ID, 101 * pound}}); err == nil {
		t.Error("more was promised than before")
	}
	if err := reroute("award/1/poor", []fund.Part{{a.ID, 30 * pound}, {b.ID, 20 * pound}, {c.ID, 50 * pound}}, []fund.Part{{c.ID, 100 * pound}}); err != nil {
		t.Errorf("to the last penny: %v", err)
	}
	if err := reroute("award/1/none", []fund.Part{{a.ID, 1}}, []fund.Part{{c.ID, 1}}); !errors.Is(err, fund.ErrNotEnough) {
		t.Errorf("from a fund with nothing left: %v", err)
	}
	w.inOrder()
}

func TestNothingIsPromisedThatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 1000*pound)
	err := w.try(func(tx *db.Tx) error {
		refusal := fund.Commit(t.Context(), tx, "award/1/offered", []fund.Part{{f.ID, 1000*pound + 1}})
		if !errors.Is(refusal, fund.ErrNotEnough) || failure.KindOf(refusal) != failure.Conflict ||
			failure.Of(refusal).Message != "There is not enough money left in Fund NORTH: it has £1,000.00." {
			t.Errorf("got %v: %s", refusal, failure.Of(refusal).Message)
		}
		return fund.Commit(t.Context(), tx, "award/2/offered", []fund.Part{{f.ID, 900 * pound}}) // the work goes on
	})
	if err != nil {
		t.Fatal(err)
	}
	w.holds(f, 100*pound, 900*pound)
	if err := w.commit("award/2/offered", fund.Part{f.ID, 900 * pound}); err == nil {
		t.Error("one promise was made twice")
	}
	for _, amount := range []money.Amount{0, -1} {
		if err := w.commit("award/3/offered", fund.Part{f.ID, amount}); err == nil || failure.Of(err) != nil {
			t.Errorf("%v was promised: %v", amount, err)
		}
	}
	if err := w.commit("award/3/offered", fund.Part{f.ID + 1, 1}); !errors.Is(err, fund.ErrUnknown) {
		t.Errorf("of no fund: %v", err)
	}
	for name, err := range map[string]error{
		"paid": w.spend("award/2/fee", fund.Part{f.ID, 901 * pound}), "given up": w.release("award/2/released", fund.Part{f.ID, 901 * pound}),
	} {
		if !errors.Is(err, fund.ErrNotPromised) {
			t.Errorf("more %s than was promised: %v", name, err)
		}
	}
	w.holds(f, 100*pound, 900*pound)
}

// atOnce does the same from many sides, and says how many got through and what the others were told.
func atOnce(n int, try func(i int) error) (through int, refusals []error) {
	answers := make(chan error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { answers <- try(i) })
	}
	wait.Wait()
	close(answers)
	for err := range answers {
		if err == nil {
			through++
		} else {
			refusals = append(refusals, err)
		}
	}
	return through, refusals
}

func TestOfManyWhoPromiseTheLastMoneyOneGetsThrough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 1200*pound)
	through, refusals := atOnce(8, func(i int) error {
		return w.commit(fmt.Sprintf("award/%d/offered", i), fund.Part{f.ID, 1000 * pound})
	})
	for _, err := range refusals {
		if !errors.Is(err, fund.ErrNotEnough) || !strings.Contains(failure.Of(err).Message, "Fund NORTH: it has £200.00") {
			t.Errorf("refused with %v", err)
		}
	}
	if through != 1 {
		t.Errorf("%d got through", through)
	}
	w.holds(f, 200*pound, 1000*pound)
	w.inOrder()
}

// TestTheFloorIsTheDatabases goes past the package, as a mistake in it would: the account itself refuses. Where there is
// no floor, the same storm empties an account many times over, so it would have shown here.
func TestTheFloorIsTheDatabases(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 1200*pound)
	storm := func(from, to string) (int, []error) {
		return atOnce(8, func(i int) error {
			return w.try(func(tx *db.Tx) error {
				return ledger.Post(t.Context(), tx, ledger.Entry{
					Reference: fmt.Sprintf("%s/%d", from, i), Lines: []ledger.Line{{Account: from, Amount: -1000 * pound}, {Account: to, Amount: 1000 * pound}},
				})
			})
		})
	}
	through, refusals := storm(account(f, "available"), account(f, "committed"))
	for _, err := range refusals {
		if !errors.Is(err, ledger.ErrBelowFloor) {
			t.Errorf("refused with %v", err)
		}
	}
	if through != 1 {
		t.Errorf("%d took the last money", through)
	}
	w.holds(f, 200*pound, 1000*pound)
	if through, _ := storm("pot/without-floor", "pot/taken"); through != 8 || w.balance("pot/without-floor") != -8000*pound {
		t.Errorf("without a floor %d got through", through)
	}
	for _, which := range []string{"available", "committed"} {
		err := w.try(func(tx *db.Tx) error { return ledger.Open(t.Context(), tx, account(f, which), 0) })
		if err != nil {
			t.Errorf("%s has no floor of zero: %v", which, err)
		}
	}
}

func TestMoneyThatDoesNotBalanceIsNotPosted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 1200*pound)
	err := w.try(func(tx *db.Tx) error {
		return ledger.Post(t.Context(), tx, ledger.Entry{
			Reference: "award/1/offered", Lines: []ledger.Line{{Account: account(f, "available"), Amount: -100}, {Account: account(f, "committed"), Amount: 101}},
		})
	})
	if !db.Violates(err, "entries_balanced") {
		t.Errorf("a penny was made: %v", err)
	}
}
