package award_test

import (
	"fmt"
	"testing"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// helped is somebody from a region with an accepted award of some lines.
func (w *payouts) helped(n int, region string, paid []award.Paid) *holder {
	w.t.Helper()
	h := w.offered(fmt.Sprintf("person-%d@post.example", n), form.Answers{"region": region}, paid)
	w.takeUp(h)
	w.confirm(h)
	return h
}

func (w *payouts) report(f *fund.Fund, from, until london.Date) (r award.Report) {
	w.t.Helper()
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		r, err = award.FunderCounts(w.t.Context(), tx, w.box, w.admin.ID, f.ID, from, until)
		return err
	})
	return r
}

func TestTheReportSaysWhomAFundHelpedAndNobodyCanBeTold(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	var all []*holder
	for i := range 7 {
		all = append(all, w.helped(i, "north_east", w.trip()))
	}
	for i := range 6 {
		paid := w.trip()[:2]
		if i == 0 {
			paid = append(paid, award.Paid{Cost: award.Cost{Purpose: fund.Access, Amount: 5_000}, By: []fund.Part{{Fund: w.open.ID, Amount: 5_000}}})
		}
		all = append(all, w.helped(10+i, "wales", paid))
	}
	w.helped(20, "scotland", w.trip()[:1]) // the north fund alone, the fee alone
	w.offered("waits@post.example", nil, w.trip())
	declined := w.offered("rather-not@post.example", nil, w.trip())
	w.must(w.workers, 0, func(tx *db.Tx) error {
		if err := declined.award.Move(award.Declined, tx.Now); err != nil {
			return err
		}
		return award.Save(t.Context(), tx, declined.award)
	})
	c := w.asks(all[0], train(12_000))
	if err := w.approve(c, 12_000, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.pay(c, "REF 1"); err != nil {
		t.Fatal(err)
	}
	w.drawn(all[0])
	from, until := london.On(2026, 4, 1), london.On(2027, 3, 31)
	r := w.report(w.north, from, until)
	if r.People != (form.Cell{Count: 14}) {
		t.Errorf("%+v people", r.People)
	}
	regions := map[string]form.Cell{}
	for _, a := range r.Regions {
		regions[a.Label] = a.Count
	}
	if regions["Scotland"] != (form.Cell{Hidden: true}) || regions["Wales"] != (form.Cell{Hidden: true}) || regions["North East"] != (form.Cell{Count: 7}) {
		t.Errorf("one from Scotland can be told: %+v", regions)
	}
	want := []award.PurposeCount{
		{Purpose: fund.Fee, Promised: 14 * 200_000, Spent: 200_000, People: form.Cell{Count: 14}},
		{Purpose: fund.Travel, Promised: 13 * 10_000, Spent: 10_000, People: form.Cell{Hidden: true}}, // all but one
	}
	if fmt.Sprint(r.ByPurpose) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", r.ByPurpose, want)
	}
	open := w.report(w.open, from, until)
	if open.People != (form.Cell{Count: 13}) || open.ByPurpose[0].People != (form.Cell{Count: 13}) || open.ByPurpose[1].People != (form.Cell{Count: 7}) ||
		open.ByPurpose[2].People != (form.Cell{Hidden: true}) {
		t.Errorf("%+v", open)
	}
	if before := w.report(w.north, london.On(2025, 4, 1), london.On(2026, 3, 31)); !before.People.Hidden || len(before.ByPurpose) != 0 {
		t.Errorf("the year before: %+v", before)
	}
}

func TestReadingFactsForAReportIsNoted(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.helped(1, "wales", w.trip())
	before := w.readings(ana)
	w.report(w.north, london.On(2026, 4, 1), london.On(2027, 3, 31))
	if w.readings(ana) != before+1 {
		t.Error("nobody would know")
	}
}

func TestWhatWasPromisedTiesToTheBooksToThePenny(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana, ben := w.accepted("ana@post.example", w.trip()), w.accepted("ben@post.example", w.trip())
	w.offered("cas@post.example", nil, w.trip())
	w.drawn(ana)
	w.drawn(ben)
	c := w.asks(ana, train(12_345))
	if err := w.approve(c, 11_111, "One ticket was for somebody else."); err != nil {
		t.Fatal(err)
	}
	if err := w.pay(c, "REF 1"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.book(ben, hotel(29_999)); err != nil {
		t.Fatal(err)
	}
	ties := func(when string) {
		t.Helper()
		for _, f := range []*fund.Fund{w.north, w.open} {
			committed, spent := w.totals(f.ID)
			if committed != w.committed(f) || spent != w.spent(f) {
				t.Errorf("%s, %s: %s and %s by awards, %s and %s by the books", when, f.Code, committed, spent, w.committed(f), w.spent(f))
			}
		}
	}
	ties("after paying")
	w.clock.Set(w.run.EndsOn().AddDays(61).At(0, 0))
	w.returned(ana)
	w.returned(ben)
	ties("after returning")
	if committed := w.committed(w.north); committed != 210_000 {
		t.Errorf("%s is promised still, to the one who has not answered", committed)
	}
}

func (w *payouts) totals(f id.Fund) (committed, spent money.Amount) {
	w.t.Helper()
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		all, err := award.Totals(w.t.Context(), tx, f)
		for _, total := range all {
			committed, spent = committed+total.Committed, spent+total.Spent
		}
		return err
	})
	return committed, spent
}
