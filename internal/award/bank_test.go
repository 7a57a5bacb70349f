package award_test

import (
	"testing"
	"time"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/money"
)

func TestBankDetailsAreAskedForOnceAndCanBeChanged(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	bare := train(1_000)
	bare.Bank = nil
	_, err := w.try(ana, bare)
	if f := failure.Of(err); f == nil || f.Fields["bank_name"] == "" || f.Fields["sort_code"] == "" || f.Fields["account"] == "" || len(f.Fields) != 3 {
		t.Fatalf("without an account: %v", err)
	}
	w.asks(ana, train(1_000))
	again := train(1_000)
	again.Bank = nil
	w.asks(ana, again)
	change := func(to award.Bank) error {
		return w.as(w.learners, ana.person.ID, func(tx *db.Tx) error {
			return award.ChangeBank(t.Context(), tx, w.box, ana.person.ID, ana.app.Code, to)
		})
	}
	if f := failure.Of(change(award.Bank{Name: "Ana", Sort: "123456", Account: "123456789"})); f == nil || f.Fields["account"] == "" {
		t.Errorf("nine digits: %v", f)
	}
	if err := change(award.Bank{Name: "  Ana   Maria Reyes ", Sort: "65-43-21", Account: "8765 4321"}); err != nil {
		t.Fatal(err)
	}
	if b := w.own(ana).Bank; b.Name != "Ana Maria Reyes" || b.SortCode() != "65-43-21" || b.Account != "87654321" || !b.At.Equal(w.clock.Now()) {
		t.Errorf("%+v", b)
	}
}

func TestBankDetailsAreDeletedNinetyDaysAfterTheLastPayment(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	c := w.asks(ana, train(money.Pounds(50)))
	forgot := func(want int64) {
		t.Helper()
		w.must(w.workers, 0, func(tx *db.Tx) error {
			n, err := award.ForgetBank(t.Context(), tx)
			if n != want {
				t.Errorf("on %s, %d were deleted, want %d", w.clock.Now(), n, want)
			}
			return err
		})
	}
	w.clock.Advance(100 * 24 * time.Hour)
	forgot(0) // it waits to be decided
	if err := w.approve(c, money.Pounds(50), ""); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(100 * 24 * time.Hour)
	forgot(0) // it waits to be paid
	if err := w.pay(c, "REF 1"); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(90 * 24 * time.Hour)
	forgot(0)
	w.clock.Advance(time.Microsecond)
	forgot(1)
	if b := w.own(ana).Bank; b != nil {
		t.Errorf("%+v", b)
	}
}

func TestBankDetailsThatNothingWasPaidToAreDeletedToo(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	c := w.asks(ana, train(money.Pounds(50)))
	if err := w.refuse(c, "It was paid before."); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(10 * 24 * time.Hour)
	if _, err := w.book(ana, hotel(1_000)); err != nil { // no payment to them
		t.Fatal(err)
	}
	w.clock.Advance(80*24*time.Hour + time.Microsecond)
	w.must(w.workers, 0, func(tx *db.Tx) error {
		n, err := award.ForgetBank(t.Context(), tx)
		if n != 1 {
			t.Errorf("%d were deleted", n)
		}
		return err
	})
}
