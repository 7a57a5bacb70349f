package invoice_test

import (
	"errors"
	"testing"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
)

// pledged is a team of one that also promises a gift to a fund.
func (w *world) pledged(of id.Organisation, order id.PurchaseOrder, price, amount money.Amount) *fund.Gift {
	w.t.Helper()
	team, _ := w.team(of, 1, payer{of: of, amount: price, order: order})
	f := &fund.Fund{Code: "F" + id.Code()[:2], Name: "Places for peers", Donor: "A trust", Purpose: "Training.", Kind: fund.Restricted, YearStarts: 4}
	var gift *fund.Gift
	w.write(func(tx *db.Tx) (err error) {
		if err := fund.Create(w.t.Context(), tx, w.ann, f, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}}); err != nil {
			return err
		}
		if gift, err = fund.Pledge(w.t.Context(), tx, w.ann, f.ID, amount, "Westermoor", w.run.StartsOn()); err != nil {
			return err
		}
		_, err = tx.NewRaw("UPDATE team_bookings SET gift_id = ? WHERE id = ?", gift.ID, team.ID).Exec(w.t.Context())
		return err
	})
	return gift
}

func (w *world) giftStatus(g *fund.Gift) fund.GiftStatus {
	w.t.Helper()
	fresh, err := fund.GiftByID(w.t.Context(), w, g.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return fresh.Status
}

func TestAGiftIsALineOfItsOwnAndGoesToItsFundWhenItIsPaidWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Kestrel House Wellbeing")
	gift := w.pledged(of, 0, 420_000, 25_000)
	in := w.issue(of)
	if s := w.snapshot(in); in.Total != 445_000 || len(s.Lines) != 2 || s.Lines[1].Description != "Gift to Places for peers" {
		t.Fatalf("%+v", s.Lines)
	}
	if err := w.bank(in.Number, 430_000); err != nil { // £100 of the gift is there: it stands to the credit
		t.Fatal(err)
	}
	credit, err := invoice.Credits(t.Context(), w, of)
	if now := w.fresh(in); err != nil || now.Paid != 420_000 || credit != 10_000 || w.giftStatus(gift) != fund.GiftPledged {
		t.Errorf("paid %s, credit %s, gift %s", now.Paid, credit, w.giftStatus(gift))
	}
	if err := w.bank(in.Number, 25_000); err != nil {
		t.Fatal(err)
	}
	if w.fresh(in).Status != invoice.Settled || w.giftStatus(gift) != fund.GiftReceived {
		t.Errorf("%s, gift %s", w.fresh(in).Status, w.giftStatus(gift))
	}
	if _, err := w.credit(in.Number, nil, "Wrong"); !errors.Is(err, invoice.ErrGiftGone) {
		t.Errorf("credited after it went to the fund: %v", err)
	}
	met, err := invoice.SettlementsOf(t.Context(), w, in.ID)
	if err != nil || len(met) != 2 {
		t.Fatal(met, err)
	}
	if err := w.undo(met[1].ID, 1); !errors.Is(err, invoice.ErrGiftGone) {
		t.Errorf("undone after it went to the fund: %v", err)
	}
	w.inOrder()
}

func TestAGiftIsNotChargedToThePurchaseOrderOfPlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	gift := w.pledged(of, w.order(of, "PO-1", 420_000), 420_000, 25_000)
	list := w.ready(of)
	if len(list) != 2 || list[0].Total+list[1].Total != 445_000 {
		t.Fatalf("%+v", list)
	}
	for _, r := range list {
		if in := w.mustIssue(r.Key); (in.PurchaseOrderID == 0) != (in.Total == 25_000) {
			t.Errorf("%+v", in)
		}
	}
	if _, err := w.credit("INV-00001", nil, "No gift after all"); err != nil || w.giftStatus(gift) != fund.GiftCancelled {
		t.Errorf("credited: %v, gift %s", err, w.giftStatus(gift))
	}
	if list := w.ready(of); len(list) != 0 {
		t.Errorf("asked again: %+v", list)
	}
	w.inOrder()
}

func TestAGiftThatIsWrittenOffIsPromisedNoMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Kestrel House Wellbeing")
	gift := w.pledged(of, 0, 420_000, 80)
	in := w.issue(of)
	if err := w.bank(in.Number, 420_000); err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *db.Tx) error {
		_, err := invoice.WriteOff(t.Context(), tx, w.ann, in.Number, 80, "They changed their mind")
		return err
	})
	if w.fresh(in).Status != invoice.Settled || w.giftStatus(gift) != fund.GiftCancelled || w.balance(invoice.WrittenOff) != 0 {
		t.Errorf("%+v, gift %s", w.fresh(in), w.giftStatus(gift))
	}
	w.inOrder()
}
