package award_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/state"
)

func TestADecisionIsAReasonedOneAndStands(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	c := w.asks(ana, train(12_000))
	for field, err := range map[string]error{
		"amount": w.approve(c, 12_001, ""), "reason": w.approve(c, 11_999, " "),
	} {
		if f := failure.Of(err); f == nil || f.Fields[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	if f := failure.Of(w.approve(c, 0, "")); f == nil || f.Fields["amount"] == "" {
		t.Errorf("nothing: %v", f)
	}
	if f := failure.Of(w.refuse(c, "")); f == nil || f.Fields["reason"] == "" {
		t.Errorf("refused without a reason: %v", f)
	}
	if err := w.pay(c, "REF 1"); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("paid before it is approved: %v", err)
	}
	if err := w.refuse(c, "The receipt is for another year."); err != nil {
		t.Fatal(err)
	}
	if err := w.approve(c, 12_000, ""); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("approved after it was refused: %v", err)
	}
	k := w.own(ana)
	if got := k.All[0]; got.Status != award.ClaimRefused || got.Answer != "The receipt is for another year." {
		t.Errorf("%+v", got)
	}
	if r := w.room(ana, fund.Travel); r.Left != 18_000 {
		t.Errorf("%s is left after a refusal", r.Left)
	}
	less := w.asks(ana, train(12_000))
	if err := w.approve(less, 9_000, "The seat in first class is not in the tariff."); err != nil {
		t.Fatal(err)
	}
	if r := w.room(ana, fund.Travel); r.Left != 9_000 || r.Approved != 9_000 {
		t.Errorf("after less was approved: %+v", r)
	}
	if err := w.refuse(less, "No."); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("refused after it was approved: %v", err)
	}
}

func TestAPaymentHasAReferenceAndADayThatCanBe(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	c := w.asks(ana, train(12_000))
	w.clock.Advance(72 * 60 * 60 * 1e9)
	if err := w.approve(c, 12_000, ""); err != nil {
		t.Fatal(err)
	}
	decided := london.DateOf(w.clock.Now())
	for _, try := range []struct {
		reference string
		on        london.Date
		field     string
	}{
		{"  ", decided, "reference"}, {strings.Repeat("x", 101), decided, "reference"}, {"R", london.Date{}, "paid"},
		{"R", decided.AddDays(1), "paid"}, {"R", decided.AddDays(-1), "paid"},
	} {
		err := w.staff(func(tx *db.Tx) error {
			return award.PayClaim(t.Context(), tx, w.admin.ID, c.Code, try.reference, try.on)
		})
		if f := failure.Of(err); f == nil || f.Fields[try.field] == "" {
			t.Errorf("%q on %s: %v", try.reference, try.on, err)
		}
	}
	w.clock.Advance(72 * 60 * 60 * 1e9)
	err := w.staff(func(tx *db.Tx) error {
		return award.PayClaim(t.Context(), tx, w.admin.ID, c.Code, "R", decided.AddDays(1))
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.own(ana).All[0]; london.DateOf(got.PaidAt) != decided.AddDays(1) {
		t.Errorf("paid on %s", got.PaidAt)
	}
}

func TestStaffReadAClaimOnlyWithANoteOfIt(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	c := w.asks(ana, train(12_000))
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		var receipts, accounts int
		err := tx.NewRaw("SELECT (SELECT count(*) FROM sensitive.receipts), (SELECT count(*) FROM sensitive.bank_details)").Scan(t.Context(), &receipts, &accounts)
		if receipts+accounts != 0 {
			t.Errorf("%d receipts and %d accounts without a note", receipts, accounts)
		}
		return err
	})
	before := w.readings(ana)
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		got, k, err := award.ReadClaim(t.Context(), tx, w.box, w.admin.ID, c.Code)
		if err == nil && (got.About != "Train to Manchester" || len(got.Receipts) != 1 || k.Bank != nil) {
			t.Errorf("%+v, %+v", got, k.Bank)
		}
		return err
	})
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		r, err := award.ReadReceipt(t.Context(), tx, w.box, w.admin.ID, c.Code, 1)
		if err == nil && (string(r.Body) != "%PDF-1.7 ticket" || r.ContentType != "application/pdf" || r.Extension() != ".pdf") {
			t.Errorf("%+v", r)
		}
		return err
	})
	if got := w.readings(ana) - before; got != 2 {
		t.Errorf("%d readings were noted", got)
	}
	if err := w.approve(c, 12_000, ""); err != nil {
		t.Fatal(err)
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error { // where it is paid is opened by whoever pays it
		_, k, err := award.ReadClaim(t.Context(), tx, w.box, w.admin.ID, c.Code)
		if err == nil && (k.Bank.Account != "01234567" || k.Bank.SortCode() != "12-34-56" || k.Bank.Ending() != "4567") {
			t.Errorf("%+v", k.Bank)
		}
		return err
	})
	for _, nth := range []int{0, 2, 6} {
		err := w.staff(func(tx *db.Tx) error {
			_, err := award.ReadReceipt(t.Context(), tx, w.box, w.admin.ID, c.Code, nth)
			return err
		})
		if !errors.Is(err, award.ErrUnknownReceipt) {
			t.Errorf("receipt %d: %v", nth, err)
		}
	}
}

func (w *payouts) readings(h *holder) (n int) {
	w.t.Helper()
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		all, err := bursary.Readings(w.t.Context(), tx, h.app.ID)
		for _, r := range all {
			n += r.Times
		}
		return err
	})
	return n
}

func TestWhatWaitsForStaffIsListedByKey(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	first, second, third := w.asks(ana, train(1_000)), w.asks(ana, train(2_000)), w.asks(ana, train(3_000))
	if err := errors.Join(w.approve(second, 2_000, ""), w.refuse(first, "Not this one.")); err != nil {
		t.Fatal(err)
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		all, err := award.WaitingClaims(t.Context(), tx, 0, 10)
		if err != nil || len(all) != 2 || all[0].Code != second.Code || all[0].Status != award.ClaimApproved || all[1].Code != third.Code || all[1].Late {
			t.Errorf("%+v, %v", all, err)
		}
		rest, err := award.WaitingClaims(t.Context(), tx, all[0].ID, 10)
		if err != nil || len(rest) != 1 || rest[0].Application != ana.app.Code || rest[0].Purpose != fund.Travel {
			t.Errorf("%+v, %v", rest, err)
		}
		asked, approved, err := award.CountWaiting(t.Context(), tx)
		if asked != 1 || approved != 1 {
			t.Errorf("%d asked and %d approved", asked, approved)
		}
		return err
	})
}
