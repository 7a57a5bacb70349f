package fund_test

import (
	"testing"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/london"
)

func TestWhatDecidesWhoIsPaidForStandsOnceMoneyIsPromised(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 100*pound)
	change := func(edit func(*fund.Fund)) error {
		to := *f
		edit(&to)
		return w.try(func(tx *db.Tx) error { return fund.Change(t.Context(), tx, w.ann, &to) })
	}
	day := london.On(2027, 9, 30)
	if err := change(func(f *fund.Fund) { f.SpendBy = day }); err != nil {
		t.Fatal(err)
	}
	f.SpendBy = day
	pledge := func() (code string) {
		err := w.try(func(tx *db.Tx) error {
			g, err := fund.Pledge(t.Context(), tx, w.ann, f.ID, pound, "Roots", day)
			if err == nil {
				code = g.Code
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	code := pledge()
	if refusal := failure.Of(change(func(f *fund.Fund) { f.CountsPledges = !f.CountsPledges })); refusal == nil || refusal.Fields["counts_pledges"] == "" {
		t.Errorf("pledges count otherwise while one waits: %v", refusal)
	}
	err := w.try(func(tx *db.Tx) error {
		_, err := fund.CancelPledge(t.Context(), tx, w.ann, code)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.mustCommit("award/1/offered", fund.Part{Fund: f.ID, Amount: pound})
	for name, edit := range map[string]func(*fund.Fund){
		"another last day": func(f *fund.Fund) { f.SpendBy = day.AddDays(1) },
		"another kind":     func(f *fund.Fund) { f.Kind = fund.Unrestricted },
		"pledges count":    func(f *fund.Fund) { f.CountsPledges = !f.CountsPledges },
		"no name":          func(f *fund.Fund) { f.Name = " " },
	} {
		if refusal := failure.Of(change(edit)); refusal == nil || refusal.Kind != failure.Invalid {
			t.Errorf("%s: %v", name, refusal)
		}
	}
	if err := change(func(f *fund.Fund) { f.Name, f.Sponsored = "Northern Roots", true }); err != nil {
		t.Fatal(err)
	}
	if now, err := fund.ByID(t.Context(), w, f.ID); err != nil || now.Name != "Northern Roots" || !now.Sponsored || now.SpendBy != day {
		t.Errorf("it is %+v, %v", now, err)
	}
}
