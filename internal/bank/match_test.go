package bank_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"bursar/internal/bank"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
)

func TestFiftyPenceShortIsPartPaidAndTheRestWrittenOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.invoiced(w.organisation(westermoor), 395_000)
	l := w.came(westermoor, n.Number, "3949.50")
	if b := w.balance(bank.Unmatched); b != -394_950 {
		t.Errorf("%s is not matched", -b)
	}
	w.accept(w.proposal(l))
	if n = w.fresh(n); n.Status != invoice.PartPaid || n.Outstanding() != 50 || w.balance(bank.Unmatched) != 0 || w.balance(fund.Bank) != 394_950 {
		t.Errorf("%s, %s open, %s not matched", n.Status, n.Outstanding(), -w.balance(bank.Unmatched))
	}
	w.write(func(tx *db.Tx) error {
		_, err := invoice.WriteOff(t.Context(), tx, w.ann, n.Number, 50, "The bank kept it")
		return err
	})
	if n = w.fresh(n); n.Status != invoice.Settled || n.WrittenOff != 50 || w.balance(invoice.WrittenOff) != 50 {
		t.Errorf("%+v", n)
	}
	w.inOrder()
}

func TestOnePaymentPaysSeveralInvoicesAndWhatIsOverIsCredit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, third := three(w)
	l := w.came("SHARED SERVICES", "remittance 7", "5700.00")
	rest := bank.Rest{Organisation: first.OrganisationID, Amount: 5_000}
	err := w.match(l, rest, bank.Part{Invoice: third.Number, Amount: 50_000}, bank.Part{Invoice: " inv-00001 ", Amount: 395_000}, bank.Part{Invoice: second.Number, Amount: 120_000})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []*invoice.Invoice{first, second, third} {
		if n = w.fresh(n); n.Status != invoice.Settled {
			t.Errorf("%s is %s", n.Number, n.Status)
		}
	}
	now := w.line(l)
	if now.Status != bank.Matched || now.Credited != 5_000 || now.SettledBy != w.ann || w.credit(first.OrganisationID) != 5_000 || w.balance(bank.Unmatched) != 0 {
		t.Errorf("%+v, credit %s", now, w.credit(first.OrganisationID))
	}
	w.inOrder()
}

func TestWhatDoesNotAddUpIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, _ := three(w)
	l := w.came(westermoor, "", "4000.00")
	part := func(n *invoice.Invoice, amount money.Amount) bank.Part {
		return bank.Part{Invoice: n.Number, Amount: amount}
	}
	for name, c := range map[string]struct {
		rest  bank.Rest
		parts []bank.Part
		field string
		want  error
	}{
		"nothing":                 {field: "parts"},
		"too little":              {parts: []bank.Part{part(first, 395_000)}, field: "parts"},
		"too much":                {parts: []bank.Part{part(first, 395_000), part(second, 6_000)}, field: "parts"},
		"an invoice twice":        {parts: []bank.Part{part(first, 200_000), {Invoice: "inv-00001", Amount: 200_000}}, field: "parts"},
		"less than nothing":       {parts: []bank.Part{part(first, -100)}, field: "parts"},
		"a rest for nobody":       {rest: bank.Rest{Amount: 5_000}, parts: []bank.Part{part(first, 395_000)}, field: "rest"},
		"more than is open":       {parts: []bank.Part{part(first, 400_000)}, want: invoice.ErrTooMuch},
		"an invoice of nobody's":  {parts: []bank.Part{{Invoice: "INV-09999", Amount: 400_000}}, want: invoice.ErrUnknown},
		"a line of nobody's":      {parts: []bank.Part{part(first, 400_000)}, want: bank.ErrUnknownLine},
		"less than nothing, rest": {rest: bank.Rest{Organisation: first.OrganisationID, Amount: -5}, parts: []bank.Part{part(first, 395_000)}, field: "rest"},
	} {
		which := l
		if c.want == bank.ErrUnknownLine {
			which.ID = 9_999
		}
		err := w.match(which, c.rest, c.parts...)
		if c.want != nil && !errors.Is(err, c.want) || c.field != "" && (failure.Of(err) == nil || failure.Of(err).Fields[c.field] == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now := w.line(l); now.Status != bank.Open || w.balance(bank.Unmatched) != -400_000 || w.fresh(first).Paid != 0 {
		t.Errorf("%+v", now)
	}
	w.inOrder()
}

func TestAMatchIsUndoneByReversalAndTheLineMatchedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, third := three(w)
	l := w.came(westermoor, "INV-00001 INV-00002", "5200.00")
	for turn := range 3 {
		w.accept(w.proposal(l))
		if err := w.match(l, bank.Rest{}, bank.Part{Invoice: third.Number, Amount: 50_000}); !errors.Is(err, bank.ErrTaken) && failure.Of(err) == nil {
			t.Errorf("matched twice: %v", err)
		}
		if w.credit(first.OrganisationID) != 5_000 || w.fresh(second).Status != invoice.Settled {
			t.Errorf("turn %d: credit %s, %s", turn, w.credit(first.OrganisationID), w.fresh(second).Status)
		}
		if err := w.undo(l); err != nil {
			t.Fatal(err)
		}
		if now := w.line(l); now.Status != bank.Open || now.Turn != turn+1 || now.Credited != 0 || w.balance(bank.Unmatched) != -520_000 {
			t.Errorf("%+v", now)
		}
		if w.fresh(first).Paid != 0 || w.fresh(second).Paid != 0 || w.credit(first.OrganisationID) != 0 {
			t.Errorf("turn %d: something stayed paid", turn)
		}
		w.inOrder()
	}
	if err := w.undo(l); !errors.Is(err, bank.ErrOpen) {
		t.Errorf("undone twice: %v", err)
	}
	w.accept(w.proposal(l))
	w.inOrder()
}

func TestAMatchWhoseCreditWasUsedStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, _ := three(w)
	l := w.came(westermoor, first.Number, "4000.00")
	w.accept(w.proposal(l))
	w.write(func(tx *db.Tx) error { return invoice.UseCredit(t.Context(), tx, w.ann, second.Number, 1) })
	if err := w.undo(l); !errors.Is(err, bank.ErrCreditUsed) {
		t.Errorf("undone: %v", err)
	}
	if now := w.line(l); now.Status != bank.Matched || w.fresh(first).Status != invoice.Settled || w.credit(first.OrganisationID) != 4_999 {
		t.Errorf("%+v", now)
	}
	err := w.try(func(tx *db.Tx) error { return bank.Undo(t.Context(), tx, w.ben, l.ID, "  ") })
	if failure.Of(err) == nil || failure.Of(err).Fields["reason"] == "" {
		t.Errorf("without a reason: %v", err)
	}
	w.inOrder()
}

// race does two things at the same moment, and returns what each says.
func race(first, second func() error) (one, two error) {
	begin := make(chan struct{})
	var both sync.WaitGroup
	both.Go(func() { <-begin; one = first() })
	both.Go(func() { <-begin; two = second() })
	close(begin)
	both.Wait()
	return one, two
}

func TestOfTwoBookkeepersWhoMatchOneLineOneWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation(westermoor)
	for i := range 8 {
		day := fmt.Sprint("turn ", i)
		right, wrong := w.invoiced(of, 30_000), w.invoiced(of, 30_000)
		l := w.came(westermoor, day, "300.00")
		match := func(by id.Person, n *invoice.Invoice) func() error {
			return func() error {
				return w.try(func(tx *db.Tx) error {
					return bank.Match(t.Context(), tx, by, l.ID, []bank.Part{{Invoice: n.Number, Amount: 30_000}}, bank.Rest{})
				})
			}
		}
		one, two := race(match(w.ann, right), match(w.ben, wrong))
		if (one == nil) == (two == nil) || one != nil && !errors.Is(one, bank.ErrTaken) || two != nil && !errors.Is(two, bank.ErrTaken) {
			t.Fatalf("%v, %v", one, two)
		}
		if paid := w.fresh(right).Paid + w.fresh(wrong).Paid; paid != 30_000 || w.balance(bank.Unmatched) != 0 {
			t.Fatalf("%s paid by £300.00", paid)
		}
		// Where nobody is in the way, both of two lines are matched.
		other, another := w.came("A", day, "300.00"), w.came("B", day, "300.00")
		one, two = race(
			func() error { return w.match(other, bank.Rest{Organisation: of, Amount: 30_000}) },
			func() error { return w.match(another, bank.Rest{Organisation: of, Amount: 30_000}) })
		if one != nil || two != nil {
			t.Fatalf("two lines at once: %v, %v", one, two)
		}
	}
	w.inOrder()
}

func TestTwoLinesForTheSameInvoicesInAnyOrderNeverOverpayThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, _ := three(w)
	a, b := w.came("A", "", "2000.00"), w.came("B", "", "2000.00")
	one, two := race(
		func() error {
			return w.match(a, bank.Rest{}, bank.Part{Invoice: first.Number, Amount: 100_000}, bank.Part{Invoice: second.Number, Amount: 100_000})
		},
		func() error {
			return w.match(b, bank.Rest{}, bank.Part{Invoice: second.Number, Amount: 100_000}, bank.Part{Invoice: first.Number, Amount: 100_000})
		})
	if (one == nil) == (two == nil) || one != nil && !errors.Is(one, invoice.ErrTooMuch) || two != nil && !errors.Is(two, invoice.ErrTooMuch) {
		t.Errorf("%v, %v", one, two)
	}
	if w.fresh(second).Paid != 100_000 {
		t.Errorf("%s paid", w.fresh(second).Paid)
	}
	w.inOrder()
}

func TestALineIsSetAsideForAReasonAndReopened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.came("STRIPE", "PAYOUT", "512.77")
	aside := func(why bank.Reason, note string) error {
		return w.try(func(tx *db.Tx) error { return bank.SetAside(t.Context(), tx, w.ann, l.ID, why, note) })
	}
	for _, c := range []struct{ why, note, field string }{{"", "", "why"}, {"gift", "", "why"}, {"other", " ", "note"}} {
		if err := aside(bank.Reason(c.why), c.note); failure.Of(err) == nil || failure.Of(err).Fields[c.field] == "" {
			t.Errorf("%+v: %v", c, err)
		}
	}
	reopen := func() error { return w.try(func(tx *db.Tx) error { return bank.Reopen(t.Context(), tx, w.ann, l.ID) }) }
	if err := reopen(); !errors.Is(err, bank.ErrOpen) {
		t.Errorf("reopened although it is open: %v", err)
	}
	for why, account := range map[bank.Reason]string{bank.CardPayout: billing.Processor, bank.Other: bank.OtherIncome, bank.InBooks: ""} {
		if err := aside(why, "a note"); err != nil {
			t.Fatal(err)
		}
		if account != "" && w.balance(account) != -51_277 || account == "" && w.balance(fund.Bank) != 0 || w.balance(bank.Unmatched) != 0 {
			t.Errorf("%s: %s on %q, %s in the bank", why, w.balance(account), account, w.balance(fund.Bank))
		}
		if err := aside(why, "again"); !errors.Is(err, bank.ErrTaken) {
			t.Errorf("set aside twice: %v", err)
		}
		if err := w.match(l, bank.Rest{Organisation: 1, Amount: 51_277}); err == nil {
			t.Error("matched although it is set aside")
		}
		if err := w.undo(l); !errors.Is(err, bank.ErrOpen) {
			t.Errorf("undone although it was not matched: %v", err)
		}
		w.inOrder()
		if err := reopen(); err != nil || w.balance(bank.Unmatched) != -51_277 || w.balance(fund.Bank) != 51_277 {
			t.Errorf("reopened: %v", err)
		}
	}
	w.inOrder()
}
