package fund_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

func (w *world) pledge(f *fund.Fund, amount money.Amount) (g *fund.Gift) {
	w.t.Helper()
	w.write(func(tx *db.Tx) (err error) {
		g, err = fund.Pledge(w.t.Context(), tx, w.ann, f.ID, amount, "A trust", london.On(2027, 1, 31))
		return err
	})
	return g
}

func (w *world) receive(g *fund.Gift) error {
	return w.try(func(tx *db.Tx) error {
		_, err := fund.ReceivePledge(w.t.Context(), tx, w.ben, g.Code, "BACS 7")
		return err
	})
}

func (w *world) cancel(g *fund.Gift) error {
	return w.try(func(tx *db.Tx) error {
		_, err := fund.CancelPledge(w.t.Context(), tx, w.ben, g.Code)
		return err
	})
}

func TestAPledgeCountsWhenItsFundSaysSo(t *testing.T) {
	t.Parallel()
	for name, counts := range map[string]bool{"counts": true, "does not count": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := sample("NORTH")
			f.CountsPledges = counts
			w.create(f, fees)
			g := w.pledge(f, 800*pound)
			before, owed := money.Amount(0), money.Amount(0)
			if counts {
				before, owed = 800*pound, 800*pound
			}
			w.holds(f, before, 0)
			if got := w.balance(account(f, "pledged")); got != owed {
				t.Errorf("the donor owes %v, want %v", got, owed)
			}
			if err := w.receive(g); err != nil {
				t.Fatal(err)
			}
			w.holds(f, 800*pound, 0)
			if bank, pledged := w.balance(fund.Bank), w.balance(account(f, "pledged")); bank != 800*pound || pledged != 0 {
				t.Errorf("the bank has %v, and %v is pledged", bank, pledged)
			}
			back, err := fund.FindGift(t.Context(), w, strings.ToLower(g.Code))
			if err != nil || back.Status != fund.GiftReceived || back.Reference != "BACS 7" || !back.ReceivedAt.Equal(w.Now()) {
				t.Errorf("%+v, %v", back, err)
			}
			if err := w.receive(g); !errors.Is(err, state.ErrMovedOn) {
				t.Errorf("received twice: %v", err)
			}
			if err := w.cancel(g); !errors.Is(err, state.ErrMovedOn) {
				t.Errorf("cancelled after it came: %v", err)
			}
			w.inOrder()
		})
	}
}

func TestAPledgeThatWasPromisedOnIsNotCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := sample("NORTH")
	f.CountsPledges = true
	w.create(f, fees)
	first, second := w.pledge(f, 500*pound), w.pledge(f, 300*pound)
	w.mustCommit("award/1/offered", fund.Part{Fund: f.ID, Amount: 400 * pound})
	if err := w.cancel(first); !errors.Is(err, fund.ErrNotEnough) || failure.Of(err).Message != "There is not enough money left in Fund NORTH: it has £400.00." {
		t.Errorf("cancelled though promised on: %v", err)
	}
	if err := w.cancel(second); err != nil {
		t.Fatal(err)
	}
	w.holds(f, 100*pound, 400*pound)
	if got := w.balance(account(f, "income")); got != -500*pound {
		t.Errorf("income stands at %v", got)
	}
	if err := w.receive(second); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("received after it was cancelled: %v", err)
	}
	w.inOrder()
}

func TestAGiftThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", pound)
	for name, c := range map[string]struct {
		amount           money.Amount
		donor, reference string
		field            string
	}{
		"nothing": {0, "", "", "amount"}, "less": {-1, "", "", "amount"}, "too much": {money.Max + 1, "", "", "amount"},
		"a long donor": {1, strings.Repeat("é", 201), "", "donor"}, "a long reference": {1, "", strings.Repeat("é", 101), "reference"},
	} {
		err := w.try(func(tx *db.Tx) error {
			_, err := fund.RecordGift(t.Context(), tx, w.ann, f.ID, c.amount, c.donor, c.reference)
			return err
		})
		if got := field(err, c.field); got == "" || strings.HasPrefix(got, "not about") {
			t.Errorf("%s: %q", name, got)
		}
	}
	if err := w.receive(&fund.Gift{Code: "K7Q2-9M"}); !errors.Is(err, fund.ErrUnknownGift) || failure.KindOf(err) != failure.NotFound {
		t.Errorf("a gift of nobody: %v", err)
	}
	g := w.pledge(f, pound)
	if _, err := dbtest.Owner(t, w.DB).Exec("INSERT INTO gifts (code, fund_id, status, how, amount, donor, created_at) VALUES ('CARD-01', ?, 'started', 'card', 100, '', now())", f.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.receive(&fund.Gift{Code: "CARD-01"}); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("a gift by card came by bank: %v", err)
	}
	err := w.try(func(tx *db.Tx) error {
		_, err := fund.ReceivePledge(t.Context(), tx, w.ann, g.Code, strings.Repeat("é", 101))
		return err
	})
	if field(err, "reference") == "" {
		t.Errorf("a long reference: %v", err)
	}
}

func TestGiftsAreListedFromTheNewest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, other := w.with("NORTH", 1*pound), w.with("SOUTH", 9*pound)
	for n := range 4 {
		w.gift(f, money.Amount(n+2)*pound)
	}
	var seen []money.Amount
	var before id.Gift
	for {
		page, err := fund.GiftsOf(t.Context(), w, f.ID, before, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, g := range page {
			seen = append(seen, g.Amount/pound)
		}
		before = page[len(page)-1].ID
	}
	if len(seen) != 5 || seen[0] != 5 || seen[4] != 1 {
		t.Errorf("listed %v", seen)
	}
	if page, err := fund.GiftsOf(t.Context(), w, other.ID, 0, 10); err != nil || len(page) != 1 {
		t.Errorf("the other fund has %v, %v", page, err)
	}
}
