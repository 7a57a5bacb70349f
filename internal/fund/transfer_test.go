package fund_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/money"
)

func (w *world) move(from, to *fund.Fund, amount money.Amount) *fund.Move {
	m := &fund.Move{FundID: from.ID, Amount: amount, Reason: "The donor asked for it.", ByID: w.ann}
	if to != nil {
		m.ToID = to.ID
	}
	return m
}

func TestMoneyLeavesARestrictedFundOnlyWithItsDonorsConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	from, to := w.with("NORTH", 100*pound), w.with("SOUTH", 5*pound)
	transfer := func(m *fund.Move) error {
		return w.try(func(tx *db.Tx) error { return fund.Transfer(t.Context(), tx, m) })
	}
	m := w.move(from, to, 30*pound)
	if err := transfer(m); !errors.Is(err, fund.ErrConsent) {
		t.Errorf("without consent: %v", err)
	}
	m.DocumentID = w.document(to)
	if err := transfer(m); !errors.Is(err, fund.ErrUnknownDocument) {
		t.Errorf("with another fund's document: %v", err)
	}
	m.DocumentID = w.document(from)
	if err := transfer(m); err != nil {
		t.Fatal(err)
	}
	w.holds(from, 70*pound, 0)
	w.holds(to, 35*pound, 0)
	own := sample("OWN")
	own.Kind = fund.Designated
	w.create(own, fees)
	w.gift(own, 10*pound)
	if err := transfer(w.move(own, to, 10*pound)); err != nil {
		t.Errorf("our own money: %v", err)
	}
	if moves, err := fund.MovesOf(t.Context(), w, to.ID); err != nil || len(moves) != 2 || moves[1].FundID != from.ID {
		t.Errorf("listed %+v, %v", moves, err)
	}
	w.inOrder()
}

func TestWhatCannotBeMovedStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	from, to := w.with("NORTH", 100*pound), w.with("SOUTH", 5*pound)
	w.mustCommit("award/1/offered", fund.Part{Fund: from.ID, Amount: 60 * pound})
	consent := w.document(from)
	for name, try := range map[string]func(*db.Tx, *fund.Move) error{
		"moved": func(tx *db.Tx, m *fund.Move) error { return fund.Transfer(t.Context(), tx, m) },
		"given back": func(tx *db.Tx, m *fund.Move) error {
			return fund.Return(t.Context(), tx, m)
		},
	} {
		refused := func(spoil func(*fund.Move)) error {
			m := w.move(from, to, 40*pound)
			m.DocumentID = consent
			spoil(m)
			return w.try(func(tx *db.Tx) error { return try(tx, m) })
		}
		if err := refused(func(m *fund.Move) { m.Amount++ }); !errors.Is(err, fund.ErrNotEnough) {
			t.Errorf("promised money was %s: %v", name, err)
		}
		if got := field(refused(func(m *fund.Move) { m.Amount = 0 }), "amount"); got == "" {
			t.Errorf("nothing was %s", name)
		}
		if got := field(refused(func(m *fund.Move) { m.Reason = " " }), "reason"); got == "" || strings.HasPrefix(got, "not about") {
			t.Errorf("%s without a reason: %s", name, got)
		}
		if err := refused(func(m *fund.Move) { m.FundID = 999 }); !errors.Is(err, fund.ErrUnknown) && !errors.Is(err, fund.ErrUnknownDocument) {
			t.Errorf("%s from no fund: %v", name, err)
		}
	}
	err := w.try(func(tx *db.Tx) error { return fund.Transfer(t.Context(), tx, w.move(from, from, pound)) })
	if got := field(err, "to"); got != "Choose another fund." {
		t.Errorf("to itself: %v", err)
	}
	w.holds(from, 40*pound, 60*pound)
	w.holds(to, 5*pound, 0)
}

func TestWhatIsLeftGoesBackToTheDonor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 100*pound)
	w.write(func(tx *db.Tx) error { return fund.Return(t.Context(), tx, w.move(f, nil, 100*pound)) })
	w.holds(f, 0, 0)
	if bank, returned := w.balance(fund.Bank), w.balance(account(f, "returned")); bank != 0 || returned != 100*pound {
		t.Errorf("the bank has %v and %v was returned", bank, returned)
	}
	w.inOrder()
}
