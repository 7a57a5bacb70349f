package ledger_test

import (
	"errors"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// entry moves an amount from one account to another: to is debited, from is credited.
func entry(reference, from, to string, amount money.Amount) ledger.Entry {
	return ledger.Entry{Reference: reference, Lines: []ledger.Line{{Account: to, Amount: amount}, {Account: from, Amount: -amount}}}
}

func post(t testing.TB, d *db.DB, e ledger.Entry) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *db.Tx) error { return ledger.Post(t.Context(), tx, e) })
}

func mustPost(t testing.TB, d *db.DB, e ledger.Entry) {
	t.Helper()
	if err := post(t, d, e); err != nil {
		t.Fatal(err)
	}
}

func balance(t testing.TB, d *db.DB, account string) money.Amount {
	t.Helper()
	b, err := ledger.Balance(t.Context(), d, account)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantInOrder(t testing.TB, d *db.DB) {
	t.Helper()
	faults, err := ledger.Verify(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

func TestAnEntryMovesMoneyBetweenAccounts(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	mustPost(t, d, entry("enrolment/12/held", "income/run/3", "share/12/due", money.Pounds(3250)))
	mustPost(t, d, entry("payment/7/captured", "share/12/due", "clearing/stripe", money.Pounds(3250)))
	for account, want := range map[string]money.Amount{
		"income/run/3": -money.Pounds(3250), "share/12/due": 0, "clearing/stripe": money.Pounds(3250), "nothing/here": 0,
	} {
		if got := balance(t, d, account); got != want {
			t.Errorf("%s stands at %v, want %v", account, got, want)
		}
	}
	wantInOrder(t, d)
}

func TestAReferenceIsPostedOnceAndTheUnitOfWorkGoesOn(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	e := entry("payment/7/captured", "share/12/due", "clearing/stripe", 100)
	mustPost(t, d, e)
	e.Lines[0], e.Lines[1] = e.Lines[1], e.Lines[0]
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := ledger.Post(t.Context(), tx, e); !errors.Is(err, ledger.ErrPosted) {
			t.Errorf("posting it again gives %v, want ErrPosted", err)
		}
		return ledger.Post(t.Context(), tx, entry("payment/8/captured", "share/12/due", "clearing/stripe", 23))
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := balance(t, d, "clearing/stripe"); got != 123 {
		t.Errorf("clearing stands at %v, want £1.23", got)
	}
}

func TestAReferenceWithOtherLinesIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	mustPost(t, d, entry("payment/7/captured", "share/12/due", "clearing/stripe", 100))
	for name, e := range map[string]ledger.Entry{
		"another amount":  entry("payment/7/captured", "share/12/due", "clearing/stripe", 101),
		"another account": entry("payment/7/captured", "share/13/due", "clearing/stripe", 100),
		"turned round":    entry("payment/7/captured", "clearing/stripe", "share/12/due", 100),
		"a line more": {Reference: "payment/7/captured", Lines: []ledger.Line{
			{"share/12/due", -100}, {"clearing/stripe", 100}, {"a", 1}, {"b", -1}}},
		"no lines": {Reference: "payment/7/captured"},
	} {
		if err := post(t, d, e); !db.Violates(err, "entries_reference_once") || errors.Is(err, ledger.ErrPosted) {
			t.Errorf("%s: got %v, want a refusal by entries_reference_once", name, err)
		}
	}
	wantInOrder(t, d)
}

func TestARolledBackEntryLeavesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	stop := errors.New("stop")
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := ledger.Post(t.Context(), tx, entry("a/1", "x", "y", 5)); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	accounts, err := ledger.Balances(t.Context(), d, "")
	if err != nil || len(accounts) != 0 {
		t.Errorf("left %v, %v", accounts, err)
	}
	mustPost(t, d, entry("a/1", "x", "y", 5))
}

func TestAnAccountNeverGoesUnderItsFloor(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	open := func(name string, floor money.Amount) error {
		return d.Write(t.Context(), func(tx *db.Tx) error { return ledger.Open(t.Context(), tx, name, floor) })
	}
	for range 2 {
		if err := open("fund/1/free", 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := open("fund/1/free", -5); !errors.Is(err, ledger.ErrFloor) {
		t.Errorf("opening with another floor gives %v", err)
	}
	mustPost(t, d, entry("gift/1", "gifts", "fund/1/free", 1000))
	if err := post(t, d, entry("award/1", "fund/1/free", "awards", 1001)); !errors.Is(err, ledger.ErrBelowFloor) {
		t.Errorf("a penny too much gives %v, want ErrBelowFloor", err)
	}
	mustPost(t, d, entry("award/1", "fund/1/free", "awards", 1000))
	if err := open("gifts", 0); !errors.Is(err, ledger.ErrFloor) {
		t.Errorf("a floor under an account that stands without one gives %v", err)
	}
	wantInOrder(t, d)
}

func TestBalancesListsByPrefixInOrder(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	mustPost(t, d, entry("a/1", "share/1/due", "share/10/due", 7))
	mustPost(t, d, entry("a/2", "share/1/credit", "share_1/due", 9))
	accounts, err := ledger.Balances(t.Context(), d, "share/1")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range accounts {
		got = append(got, a.Name+" "+a.Balance.String())
	}
	want := []string{"share/1/credit -£0.09", "share/1/due -£0.07", "share/10/due £0.07"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEntriesOfTellsWholeEntriesNewestFirst(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	mustPost(t, d, entry("a/1", "x", "y", 5))
	mustPost(t, d, entry("a/2", "v", "w", 5))
	mustPost(t, d, ledger.Entry{Reference: "a/3", Lines: []ledger.Line{{"x", 4}, {"y", 5}, {"z", -9}}})
	entries, err := ledger.EntriesOf(t.Context(), d, "x", "y")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 || entries[0].Reference != "a/3" || len(entries[0].Lines) != 3 || entries[1].Reference != "a/1" || len(entries[1].Lines) != 2 {
		t.Fatalf("got %+v", entries)
	}
	if !entries[0].PostedAt.Equal(d.Now()) || entries[0].Lines[2] != (ledger.Line{Account: "z", Amount: -9}) {
		t.Errorf("got %+v", entries[0])
	}
	if none, err := ledger.EntriesOf(t.Context(), d, "nothing"); err != nil || none != nil {
		t.Errorf("an unknown account gives %v, %v", none, err)
	}
}
