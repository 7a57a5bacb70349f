package award_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

func today(tx *db.Tx) london.Date { return london.DateOf(tx.Now) }

func TestTheStatusesOfClaimsAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	var check string
	err := dbtest.New(t).NewRaw("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'claims_status'").Scan(t.Context(), &check)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range award.ClaimStatuses() {
		if !strings.Contains(check, "'"+string(s)+"'") {
			t.Errorf("SQL does not have %q", s)
		}
	}
	if n := len(regexp.MustCompile(`'\w+'`).FindAllString(check, -1)); n != len(award.ClaimStatuses()) {
		t.Errorf("SQL has %d", n)
	}
}

func TestAClaimIsAskedApprovedAndPaidFromTheFundsOfItsLine(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	c := w.asks(ana, train(12_000))
	if r := w.room(ana, fund.Travel); r.Asked != 12_000 || r.Left != 6_000 || w.spent(w.north)+w.spent(w.open) != 0 {
		t.Errorf("asking: %+v", r)
	}
	if err := w.approve(c, 12_000, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.pay(c, "BURSAR 0001"); err != nil {
		t.Fatal(err)
	}
	if north, open := w.spent(w.north), w.spent(w.open); north != 10_000 || open != 2_000 {
		t.Errorf("north paid %s and open %s", north, open)
	}
	if bank := w.balance(fund.Bank); bank != 5_000_000-12_000 {
		t.Errorf("the bank has %s", bank)
	}
	k := w.own(ana)
	got := k.All[0]
	if got.Status != award.ClaimPaid || got.Reference != "BURSAR 0001" || got.About != "Train to Manchester" || got.PaidBy != w.admin.ID || len(got.Receipts) != 1 {
		t.Errorf("%+v", got)
	}
	if r := w.room(ana, fund.Travel); r.Paid != 12_000 || r.Left != 6_000 || r.Approved != 0 {
		t.Errorf("paid: %+v", r)
	}
	if w.written("claim-decided") != 1 || w.written("claim-paid") != 1 {
		t.Error("the mails were not written")
	}
}

func (w *payouts) balance(account string) money.Amount {
	w.t.Helper()
	b, err := ledger.Balance(w.t.Context(), w.app, account)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *payouts) spent(f *fund.Fund) money.Amount { return w.balance(fundAccount(f, "spent")) }

func (w *payouts) committed(f *fund.Fund) money.Amount { return w.balance(fundAccount(f, "committed")) }

func TestWhatCannotBeAskedForIsRefusedBesideItsField(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	w.asks(ana, train(10_000))
	for what, c := range map[string]struct {
		change func(*award.Asking)
		field  string
	}{
		"the fee":                   {func(a *award.Asking) { a.Purpose = fund.Fee }, "purpose"},
		"a purpose without a line":  {func(a *award.Asking) { a.Purpose = fund.Care }, "purpose"},
		"a penny more than is left": {func(a *award.Asking) { a.Amount = 8_001 }, "amount"},
		"nothing":                   {func(a *award.Asking) { a.Amount = 0 }, "amount"},
		"no words":                  {func(a *award.Asking) { a.About = " \n" }, "about"},
		"too many words":            {func(a *award.Asking) { a.About = strings.Repeat("x", 2001) }, "about"},
		"no receipt":                {func(a *award.Asking) { a.Receipts = nil }, "receipts"},
		"a page of a website":       {func(a *award.Asking) { a.Receipts = []award.Upload{{Body: []byte("<html>")}} }, "receipts"},
		"a file that is too large":  {func(a *award.Asking) { a.Receipts[0].Body = append(a.Receipts[0].Body, make([]byte, 5<<20)...) }, "receipts"},
		"six files":                 {func(a *award.Asking) { a.Receipts = slices.Repeat(a.Receipts, 6) }, "receipts"},
		"five digits":               {func(a *award.Asking) { a.Bank.Account = "12345" }, "account"},
		"letters":                   {func(a *award.Asking) { a.Bank.Sort = "12-34-5x" }, "sort_code"},
		"nobody's account":          {func(a *award.Asking) { a.Bank.Name = " " }, "bank_name"},
	} {
		asking := train(8_000)
		c.change(&asking)
		_, err := w.try(ana, asking)
		if f := failure.Of(err); f == nil || f.Kind != failure.Invalid || len(f.Fields) != 1 || f.Fields[c.field] == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if r := w.room(ana, fund.Travel); r.Left != 8_000 {
		t.Errorf("%s is left", r.Left)
	}
	w.asks(ana, train(8_000))
}

func TestNothingIsPaidOutBeforeThePlaceIsCertainOrAfterTheLastDay(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.offered("ana@post.example", nil, w.trip())
	tries := func(when string, want error) {
		t.Helper()
		if _, err := w.try(ana, train(1_000)); !errors.Is(err, want) {
			t.Errorf("asking %s: %v", when, err)
		}
		if _, err := w.book(ana, hotel(1_000)); !errors.Is(err, want) {
			t.Errorf("booking %s: %v", when, err)
		}
	}
	tries("on an offer", award.ErrNotClaimable)
	w.takeUp(ana)
	tries("on a place that is not paid for", award.ErrPlaceOpen)
	w.confirm(ana)
	last := w.run.EndsOn().AddDays(60)
	w.clock.Set(last.End())
	w.asks(ana, train(1_000))
	w.clock.Set(last.AddDays(1).At(0, 0))
	if _, err := w.try(ana, train(1_000)); !errors.Is(err, award.ErrTooLate) {
		t.Errorf("a day late: %v", err)
	}
	w.must(w.learners, ana.person.ID, func(tx *db.Tx) error { // pressed in time, and arrived late
		_, err := award.AskClaim(t.Context(), tx, w.box, ana.person.ID, ana.app.Code, train(1_000), last.End())
		return err
	})
}

func TestSomebodyElsesAwardDoesNotExist(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana, ben := w.accepted("ana@post.example", w.trip()), w.accepted("ben@post.example", w.trip())
	c := w.asks(ana, train(1_000))
	for what, try := range map[string]func(tx *db.Tx) error{
		"asking": func(tx *db.Tx) error {
			_, err := award.AskClaim(t.Context(), tx, w.box, ben.person.ID, ana.app.Code, train(1_000), tx.Now)
			return err
		},
		"looking": func(tx *db.Tx) error {
			_, err := award.OwnClaims(t.Context(), tx, w.box, ben.person.ID, ana.app.Code)
			return err
		},
		"changing where it is paid": func(tx *db.Tx) error {
			return award.ChangeBank(t.Context(), tx, w.box, ben.person.ID, ana.app.Code, *account())
		},
		"a receipt": func(tx *db.Tx) error {
			_, err := award.OwnReceipt(t.Context(), tx, w.box, ben.person.ID, ben.app.Code, c.Code, 1)
			return err
		},
	} {
		if err := w.as(w.learners, ben.person.ID, try); failure.KindOf(err) != failure.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	// Staff who open a claim of one application under another find nothing either; their role would show it.
	err := w.staff(func(tx *db.Tx) error {
		_, err := award.OwnReceipt(t.Context(), tx, w.box, ben.person.ID, ben.app.Code, c.Code, 1)
		return err
	})
	if !errors.Is(err, award.ErrUnknownClaim) {
		t.Errorf("another's receipt: %v", err)
	}
	if err := w.as(w.app, ana.person.ID, func(tx *db.Tx) error {
		_, err := tx.NewRaw("SELECT * FROM sensitive.claims").Exec(t.Context())
		return err
	}); err == nil {
		t.Error("everybody's role sees claims")
	}
}

func TestTheSameFormTwiceIsOneClaim(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	form := train(12_000)
	first := w.asks(ana, form)
	if second := w.asks(ana, form); second.ID != first.ID {
		t.Error("two claims")
	}
	form.Amount = 5_000
	if _, err := w.try(ana, form); !errors.Is(err, award.ErrClaimChanged) {
		t.Errorf("the form says something else now: %v", err)
	}
	stay := hotel(20_000)
	booked, err := w.book(ana, stay)
	if err != nil {
		t.Fatal(err)
	}
	if twice, err := w.book(ana, stay); err != nil || twice.ID != booked.ID {
		t.Errorf("booked twice: %v", err)
	}
	for range 2 {
		if err := w.approve(first, 10_000, "One ticket was not on the receipt."); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := w.pay(first, "REF 1"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.pay(first, "REF 2"); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("paid again under another reference: %v", err)
	}
	if k := w.own(ana); len(k.All) != 2 || w.balance(fund.Bank) != 5_000_000-10_000-20_000 {
		t.Errorf("%d claims, %s in the bank", len(k.All), w.balance(fund.Bank))
	}
	if w.written("claim-decided") != 1 || w.written("claim-paid") != 1 || w.written("claim-booked") != 1 {
		t.Error("somebody was told twice")
	}
}

func TestACodeOfSomebodyElsesClaimIsRefused(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana, ben := w.accepted("ana@post.example", w.trip()), w.accepted("ben@post.example", w.trip())
	c := w.asks(ana, train(1_000))
	asking := train(1_000)
	asking.Code = c.Code
	if _, err := w.try(ben, asking); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("%v", err)
	}
}

func TestAClaimOfNobodyIsUnknown(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ghost := &award.Claim{Code: "K7Q2-9M"}
	for _, err := range []error{w.approve(ghost, 1, ""), w.refuse(ghost, "No."), w.pay(ghost, "R")} {
		if !errors.Is(err, award.ErrUnknownClaim) {
			t.Error(err)
		}
	}
	bea := fixture.Person(t, w.app, "bea@post.example")
	if _, err := w.try(&holder{person: bea, app: &bursary.Application{Code: "K7Q2-9M"}}, train(1)); !errors.Is(err, bursary.ErrUnknown) {
		t.Error(err)
	}
}
