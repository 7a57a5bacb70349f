package journey_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/ledger"
	"bursar/internal/money"
	"bursar/internal/sandbox"
)

// parts lets whoever pays for themselves pay for the run in parts, at a price for peers in pounds. It begins four weeks later.
func (w *world) parts(pounds int64) {
	w.t.Helper()
	dbtest.Force(w.t, w.DB, "UPDATE run_prices SET amount = ? WHERE run_id = ? AND band = 'peer'", money.Pounds(pounds), w.run.ID)
	dbtest.Force(w.t, w.DB, "UPDATE blocks SET starts_on = starts_on + 28, ends_on = ends_on + 28 WHERE run_id = ?", w.run.ID)
	dbtest.Force(w.t, w.DB, "INSERT INTO run_plans (run_id, deposit, by_block, months) VALUES (?, ?, true, 0)", w.run.ID, money.Pounds(750))
	var err error
	if w.run, err = course.OfferingOf(w.t.Context(), w.DB, w.run.ID); err != nil {
		w.t.Fatal(err)
	}
}

// moved expects how much of a fund stands in one of its accounts.
func (w *world) moved(f *fund.Fund, account string, want money.Amount) {
	w.t.Helper()
	if got, err := ledger.Balance(w.t.Context(), w.DB, fmt.Sprintf("fund/%d/%s", f.ID, account)); err != nil || got != want {
		w.t.Errorf("%s of %s stands at %s, want %s, %v", account, f.Code, got, want, err)
	}
}

// paysPart pays what was begun of a plan on the processor's page.
func (v *visitor) paysPart() {
	v.w.t.Helper()
	v.w.drain()
	back, err := v.try(v.paymentPage(), sandbox.CardPays)
	if err != nil || back != "/my/places/"+v.code+"/plan/paid" {
		v.w.t.Fatalf("paying led to %q, %v", back, err)
	}
	v.Get(back)
	v.w.drain()
}

func TestTwoFundsAndInstalmentsAreChargedByTheirAgreedPartsWhenAPlaceIsGivenUp(t *testing.T) {
	t.Parallel()
	w := newPortal(t, 2)
	defer w.addsUp()
	w.parts(1_950)
	grace := w.office("grace@threshold.example")
	lantern := fixture.Fund(t, w.DB, grace, "LANTERN", money.Pounds(1_200), fixture.Paying(fund.Rule{}, fund.Fee))
	ana := w.isFunded("SPRING-27", "HARDSHIP", money.Pounds(250), "Both funds, as agreed.", form.Answers{"help": "fee", "own_payment": "500"})
	hardship, err := fund.Find(t.Context(), w.DB, "HARDSHIP")
	if err != nil {
		t.Fatal(err)
	}
	w.drain()
	w.owes(ana.code, "award 25000", "award 120000", "learner 50000")

	at := "/my/places/" + ana.code
	chosen := ana.Get(at + "/plan")
	ana.reads(chosen, http.StatusOK, "£100.00 today, then 4 times £100.00")
	ana.submit(chosen, "pay", "blocks", "consent", "yes")
	ana.pays(sandbox.CardPays)
	w.drain()
	for range 2 { // ahead of their days
		ana.submit(ana.Get(at + "/plan"))
		ana.paysPart()
	}
	ana.reads(ana.Get(at+"/plan"), http.StatusOK, "Pay all that is left, £200")

	w.later(w.run.StartsOn().AddDays(-40).At(9, 0).Sub(w.Clock.Now()))
	ana.comesBack()
	said := ana.Get(at + "/cancel")
	ana.reads(said, http.StatusOK, "£50.00", "£250.00")
	ana.submit(said)
	w.drain()
	ana.finds("", "£50.00")
	e := ana.place()
	if e.Status != enrolment.Withdrawn {
		t.Errorf("the place is %s", e.Status)
	}
	for account, want := range map[*fund.Fund]money.Amount{lantern: money.Pounds(600), hardship: money.Pounds(125)} {
		w.moved(account, "available", want)
		w.moved(account, "committed", 0)
		w.moved(account, "spent", want)
	}
	w.later(day)
	var plan string
	var kept money.Amount
	w.do(func(ctx context.Context, tx *db.Tx) error {
		if err := tx.NewRaw("SELECT p.status FROM plans p JOIN shares s ON s.id = p.share_id WHERE s.enrolment_id = ?", e.ID).Scan(ctx, &plan); err != nil {
			return err
		}
		var err error
		kept, err = ledger.Balance(ctx, tx, billing.Kept(w.run.ID))
		return err
	})
	if plan != string(billing.PlanCancelled) || kept != -money.Pounds(975) {
		t.Errorf("the plan is %s and %s is kept", plan, kept)
	}
	w.later(60 * day) // nothing more is charged: the processor's books are compared in the end
}
