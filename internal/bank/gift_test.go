package bank_test

import (
	"errors"
	"testing"

	"bursar/internal/bank"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
)

// invoicedWithGift is an invoice for a place and for a gift to a fund.
func (w *world) invoicedWithGift(of id.Organisation, price, amount money.Amount) (n *invoice.Invoice, g *fund.Gift) {
	w.t.Helper()
	ctx := w.t.Context()
	w.write(func(tx *db.Tx) (err error) {
		if err = w.book(ctx, tx, of, price); err != nil {
			return err
		}
		f := &fund.Fund{Code: "F" + id.Code()[:2], Name: "Places for peers", Donor: "A trust", Purpose: "Training.", Kind: fund.Restricted, YearStarts: 4}
		if err := fund.Create(ctx, tx, w.ann, f, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}}); err != nil {
			return err
		}
		if g, err = fund.Pledge(ctx, tx, w.ann, f.ID, amount, "Westermoor", w.run.StartsOn()); err != nil {
			return err
		}
		_, err = tx.NewRaw("UPDATE team_bookings SET gift_id = ? WHERE organisation_id = ?", g.ID, of).Exec(ctx)
		return err
	})
	return w.issued(of), g
}

func TestAGiftIsPaidWholeOrWhatIsOverIsCredit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of, other := w.organisation(westermoor), w.organisation(kestrel)
	n, g := w.invoicedWithGift(of, 420_000, 25_000)
	status := func() fund.GiftStatus {
		now, err := fund.GiftByID(t.Context(), w, g.ID)
		if err != nil {
			t.Fatal(err)
		}
		return now.Status
	}
	part := bank.Part{Invoice: n.Number, Amount: 430_000}
	l := w.came(westermoor, n.Number, "4305.00")
	if err := w.match(l, bank.Rest{Organisation: other, Amount: 500}, part); !errors.Is(err, bank.ErrGiftWhole) {
		t.Errorf("the rest to another: %v", err)
	}
	if err := w.match(l, bank.Rest{Organisation: of, Amount: 500}, part); err != nil {
		t.Fatal(err)
	}
	if w.fresh(n).Paid != 420_000 || w.credit(of) != 10_500 || w.line(l).Credited != 10_500 || status() != fund.GiftPledged {
		t.Errorf("paid %s, credit %s, gift %s", w.fresh(n).Paid, w.credit(of), status())
	}
	if err := w.undo(l); err != nil || w.credit(of) != 0 {
		t.Errorf("undone: %v, credit %s", err, w.credit(of))
	}
	all := w.came(westermoor, n.Number+" again", "4450.00")
	w.accept(w.proposal(all))
	if w.fresh(n).Status != invoice.Settled || status() != fund.GiftReceived {
		t.Errorf("%s, gift %s", w.fresh(n).Status, status())
	}
	if err := w.undo(all); !errors.Is(err, invoice.ErrGiftGone) || failure.KindOf(err) != failure.Conflict {
		t.Errorf("undone after the gift went to its fund: %v", err)
	}
	w.inOrder()
}
