package fund_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/money"
)

func TestAFundIsFoundWithItsTermsAndItsMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := sample(" north-26 ")
	made.SpendBy, made.Sponsored = london.On(2027, 9, 30), true
	w.create(made, northern())
	w.with("ANGEL", 5*pound)
	f, err := fund.Find(t.Context(), w, "north-26")
	if err != nil || f.Code != "NORTH-26" || f.SpendBy != made.SpendBy || !f.Sponsored || f.Closed() {
		t.Fatalf("found %+v, %v", f, err)
	}
	if same, err := fund.ByID(t.Context(), w, f.ID); err != nil || same.Code != f.Code {
		t.Errorf("by id %+v, %v", same, err)
	}
	open, err := fund.Holdings(t.Context(), w)
	if err != nil || len(open) != 2 || open[0].Code != "ANGEL" || open[0].Available != 5*pound || open[1].Terms.CoPayment != 10 {
		t.Errorf("holdings %+v, %v", open, err)
	}
	if _, err := fund.Find(t.Context(), w, "NORTH"); !errors.Is(err, fund.ErrUnknown) {
		t.Errorf("found by half a code: %v", err)
	}
	if _, err := fund.ByID(t.Context(), w, 999); !errors.Is(err, fund.ErrUnknown) {
		t.Errorf("found by no id: %v", err)
	}
	history, err := audit.History(t.Context(), w, "fund", int64(f.ID), 0, 10)
	if err != nil || len(history) != 2 || history[1].Action != "fund created" || history[0].Action != "fund terms set" {
		t.Errorf("history %+v, %v", history, err)
	}
}

func TestAFundThatLacksSomethingIsRefusedBesideTheField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.with("NORTH", pound)
	for name, spoil := range map[string]func(*fund.Fund){
		"code": func(f *fund.Fund) { f.Code = "no spaces please" }, "name": func(f *fund.Fund) { f.Name = " " },
		"purpose": func(f *fund.Fund) { f.Purpose = strings.Repeat("é", 2001) }, "donor": func(f *fund.Fund) { f.Donor = strings.Repeat("é", 201) },
		"kind": func(f *fund.Fund) { f.Kind = "" }, "year_starts": func(f *fund.Fund) { f.YearStarts = 13 },
	} {
		f := sample("SOUTH")
		spoil(f)
		err := w.try(func(tx *db.Tx) error { return fund.Create(t.Context(), tx, w.ann, f, fees) })
		if got := field(err, name); got == "" || strings.HasPrefix(got, "not about") {
			t.Errorf("%s: %q", name, got)
		}
	}
	err := w.try(func(tx *db.Tx) error { return fund.Create(t.Context(), tx, w.ann, sample("NORTH"), fees) })
	if got := field(err, "code"); got != "Another fund has this code." {
		t.Errorf("a code twice: %q", got)
	}
	err = w.try(func(tx *db.Tx) error { return fund.Create(t.Context(), tx, w.ann, sample("SOUTH"), fund.Terms{}) })
	if got := field(err, "pays"); got == "" {
		t.Errorf("terms that pay nothing: %v", err)
	}
}

func TestAFundWithMoneyIsNotClosedAndAClosedOneTakesNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, other := w.with("NORTH", 10*pound), w.with("SOUTH", 10*pound)
	shut := func() error { return w.try(func(tx *db.Tx) error { return fund.Close(t.Context(), tx, w.ann, f.ID) }) }
	holds := func(why string) {
		t.Helper()
		if err := shut(); !errors.Is(err, fund.ErrHolds) {
			t.Errorf("closed with %s: %v", why, err)
		}
	}
	holds("money in it")
	w.mustCommit("award/1/offered", fund.Part{f.ID, 10 * pound})
	holds("money promised")
	if err := w.spend("award/1/fee", fund.Part{f.ID, 10 * pound}); err != nil {
		t.Fatal(err)
	}
	pledge := w.pledge(f, 5*pound)
	holds("a pledge to come")
	w.write(func(tx *db.Tx) error { _, err := fund.CancelPledge(t.Context(), tx, w.ann, pledge.Code); return err })
	if err := shut(); err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]func(*db.Tx) error{
		"closed again": func(tx *db.Tx) error { return fund.Close(t.Context(), tx, w.ann, f.ID) },
		"given to": func(tx *db.Tx) error {
			_, err := fund.RecordGift(t.Context(), tx, w.ann, f.ID, pound, "", "")
			return err
		},
		"promised to": func(tx *db.Tx) error {
			_, err := fund.Pledge(t.Context(), tx, w.ann, f.ID, pound, "", london.Date{})
			return err
		},
		"promised from": func(tx *db.Tx) error {
			return fund.Commit(t.Context(), tx, "award/2/offered", []fund.Part{{f.ID, pound}})
		},
		"ruled anew": func(tx *db.Tx) error {
			_, err := fund.ProposeTerms(t.Context(), tx, w.ann, f.ID, fees, "why not")
			return err
		},
		"moved to": func(tx *db.Tx) error {
			return fund.Transfer(t.Context(), tx, w.move(other, f, pound))
		},
	} {
		if err := w.try(try); !errors.Is(err, fund.ErrClosed) {
			t.Errorf("a closed fund was %s: %v", name, err)
		}
	}
	if open, err := fund.Holdings(t.Context(), w); err != nil || len(open) != 1 {
		t.Errorf("%d funds are open, %v", len(open), err)
	}
	if all, err := fund.All(t.Context(), w); err != nil || len(all) != 2 {
		t.Errorf("%d funds in all, %v", len(all), err)
	}
	w.comesBack(f, other)
}

// comesBack takes back money of a closed fund and moves it on.
func (w *world) comesBack(f, other *fund.Fund) {
	w.t.Helper()
	if err := w.recover("award/1/fee-back", fund.Part{Fund: f.ID, Amount: 4 * pound}); err != nil {
		w.t.Fatal(err)
	}
	m := w.move(f, other, money.Amount(4*pound))
	m.DocumentID = w.document(f)
	w.write(func(tx *db.Tx) error { return fund.Transfer(w.t.Context(), tx, m) })
	w.holds(f, 0, 0)
	w.holds(other, 14*pound, 0)
}
