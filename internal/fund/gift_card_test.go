package fund_test

import (
	"errors"
	"testing"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/money"
)

// sponsored is a fund to which anybody can give.
func (w *world) sponsored(code string) *fund.Fund {
	w.t.Helper()
	f := sample(code)
	f.Sponsored = true
	return w.create(f, fees)
}

// giving is a gift by card as somebody begins it.
func giving(f *fund.Fund, amount money.Amount) fund.CardGift {
	return fund.CardGift{Fund: f.Code, Amount: amount, Donor: "Dee", Email: "Dee@donors.example"}
}

func (w *world) begin(c fund.CardGift) (g *fund.Gift, err error) {
	w.t.Helper()
	err = w.try(func(tx *db.Tx) error {
		g, err = fund.StartCard(w.t.Context(), tx, c)
		return err
	})
	return g, err
}

func (w *world) begun(c fund.CardGift) *fund.Gift {
	w.t.Helper()
	g, err := w.begin(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return g
}

// paid receives a gift whose money has arrived.
func (w *world) paid(g *fund.Gift) error {
	return w.try(func(tx *db.Tx) error {
		locked, err := fund.LockGift(w.t.Context(), tx, g.ID)
		if err != nil {
			return err
		}
		return fund.ReceiveCard(w.t.Context(), tx, locked, clearing)
	})
}

func (w *world) lapsed(g *fund.Gift) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		locked, err := fund.LockGift(w.t.Context(), tx, g.ID)
		if err != nil {
			return err
		}
		return fund.LapseCard(w.t.Context(), tx, locked)
	})
}

func TestAGiftByCardCountsOnceItsMoneyIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.sponsored("LANTERN")
	g := w.begun(giving(f, 50*pound))
	w.holds(f, 0, 0)
	if g.Status != fund.GiftStarted || g.How != fund.ByCard || g.Email != "dee@donors.example" {
		t.Errorf("begun as %+v", g)
	}
	if err := w.paid(g); err != nil {
		t.Fatal(err)
	}
	w.holds(f, 50*pound, 0)
	if got := w.balance(clearing); got != 50*pound {
		t.Errorf("%s was taken from clearing", got)
	}
	if got := w.balance(account(f, "income")); got != -50*pound {
		t.Errorf("income %s", got)
	}
	if err := w.paid(g); err == nil {
		t.Error("it was received twice")
	}
	w.holds(f, 50*pound, 0)
	w.inOrder()
}

func TestAGiftThatLapsedIsReceivedWhenItsMoneyComesAfterAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.sponsored("LANTERN")
	g := w.begun(giving(f, 50*pound))
	w.lapsed(g)
	if err := w.paid(g); err != nil {
		t.Fatal(err)
	}
	w.holds(f, 50*pound, 0)
}

func TestAFundTakesGiftsFromThePublicOnlyWhileItSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	private := w.create(sample("PRIVATE"), fees)
	if _, err := w.begin(giving(private, pound)); !errors.Is(err, fund.ErrNotSponsored) {
		t.Errorf("a fund that does not take gifts: %v", err)
	}
	if _, err := w.begin(giving(&fund.Fund{Code: "NOTHING"}, pound)); !errors.Is(err, fund.ErrNotSponsored) {
		t.Errorf("no fund at all: %v", err)
	}
	f := w.sponsored("LANTERN")
	g := w.begun(giving(f, 50*pound))
	w.write(func(tx *db.Tx) error { return fund.Close(t.Context(), tx, w.ann, f.ID) })
	if _, err := w.begin(giving(f, pound)); !errors.Is(err, fund.ErrNotSponsored) {
		t.Errorf("a closed fund: %v", err)
	}
	if err := w.paid(g); !errors.Is(err, fund.ErrClosed) {
		t.Errorf("money for a closed fund: %v", err)
	}
	w.holds(f, 0, 0)
	w.inOrder()
}

func TestAGiftByCardIsFromAPoundToTwentyThousandAndHasAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.sponsored("LANTERN")
	for _, amount := range []money.Amount{-pound, 0, 99, 20_000*pound + 1} {
		if _, err := w.begin(giving(f, amount)); field(err, "other") == "" {
			t.Errorf("%s: %v", amount, err)
		}
	}
	for _, amount := range []money.Amount{pound, 20_000 * pound} {
		w.begun(giving(f, amount))
	}
	nowhere := giving(f, pound)
	nowhere.Email = "nobody"
	if _, err := w.begin(nowhere); field(err, "email") == "" {
		t.Errorf("no address: %v", err)
	}
}
