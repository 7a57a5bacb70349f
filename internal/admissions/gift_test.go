package admissions_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/people"
)

const present = money.Amount(5_000)

// lantern makes a fund to which anybody can give.
func (w *world) lantern() *fund.Fund {
	w.Helper()
	f := &fund.Fund{Code: "LANTERN", Name: "Lantern Fund", Purpose: "Training.", Kind: fund.Restricted, YearStarts: 4, Sponsored: true}
	w.write(func(tx *db.Tx) error {
		return fund.Create(w.Context(), tx, w.treasurer(tx), f, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}})
	})
	return f
}

// treasurer is somebody of the staff.
func (w *world) treasurer(tx *db.Tx) id.Person {
	w.Helper()
	p, err := people.Ensure(w.Context(), tx, "treasurer@staff.example")
	if err != nil {
		w.Fatal(err)
	}
	return p.ID
}

// gives begins a gift, and returns its payment and what the processor says when it is paid.
func (w *world) gives(f *fund.Fund, aid *fund.AidDeclaration) (*fund.Gift, *billing.Payment, billing.Standing) {
	w.Helper()
	var g *fund.Gift
	w.write(func(tx *db.Tx) (err error) {
		g, err = admissions.Give(w.Context(), tx, fund.CardGift{Fund: f.Code, Amount: present, Donor: "Dee", Email: "dee@donors.example", Aid: aid})
		return err
	})
	payments, err := billing.PaymentsOfGift(w.Context(), w.db, g.ID)
	if err != nil || len(payments) != 1 {
		w.Fatalf("%d payments, %v", len(payments), err)
	}
	p := &payments[0]
	return g, p, billing.Standing{
		Session: "cs_" + p.Code, Reference: p.Code, State: billing.PageComplete, Paid: true, Intent: "pi_" + p.Code,
		Amount: p.Amount, Captured: p.Amount, Currency: "gbp", ExpiresAt: p.ExpiresAt,
	}
}

// stands checks a gift and what its fund has.
func (w *world) stands(g *fund.Gift, want fund.GiftStatus, available money.Amount) {
	w.Helper()
	now, err := fund.GiftByID(w.Context(), w.db, g.ID)
	if err != nil || now.Status != want {
		w.Errorf("the gift is %s, want %s, %v", now.Status, want, err)
	}
	if got := w.balance(fmt.Sprintf("fund/%d/available", g.FundID)); got != available {
		w.Errorf("%s is available, want %s", got, available)
	}
}

func TestEveryOrderOfTidingsEndsInTheGiftReceivedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	f := w.lantern()
	n := money.Amount(0)
	_, _, like := w.gives(f, nil)
	open, unpaid, expired, paid := like, like, like, like
	open.State, open.Paid, open.Captured = billing.PageOpen, false, 0
	unpaid.Paid, unpaid.Captured = false, 0
	expired.State, expired.Paid, expired.Captured = billing.PageExpired, false, 0
	orders([]billing.Standing{open, unpaid, expired, paid, paid}, func(tidings []billing.Standing) {
		n++
		g, p, own := w.gives(f, nil)
		for _, s := range tidings {
			s.Session, s.Reference, s.Intent = own.Session, own.Reference, own.Intent
			w.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, s) })
		}
		w.stands(g, fund.GiftReceived, n*present)
		if len(w.refunds(p)) != 0 {
			t.Errorf("order %d gave money back", n)
		}
	})
	w.sound()
	if got := w.balance(billing.Processor); got != n*present {
		t.Errorf("%s at the processor, want %s", got, n*present)
	}
	if got := w.balance(fmt.Sprintf("fund/%d/income", f.ID)); got != -n*present {
		t.Errorf("income %s, want %s", got, -n*present)
	}
	if got := w.mails("gift-received"); got != int64(n) {
		t.Errorf("%d receipts for %d gifts", got, n)
	}
}

func TestAGiftThatIsNotPaidLapsesAndNobodyIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	g, p, s := w.gives(w.lantern(), nil)
	s.State, s.Paid, s.Captured, s.Intent = billing.PageExpired, false, 0, ""
	for range 2 {
		w.settle(p, s)
	}
	w.stands(g, fund.GiftLapsed, 0)
	if n, err := w.db.NewSelect().Table("mails").Where("recipient = ?", "dee@donors.example").Count(t.Context()); err != nil || n != 0 {
		t.Errorf("an address that nobody has shown to be theirs got %d mails, %v", n, err)
	}
}

func TestADonorWhoseBankRefusesIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	g, p, s := w.gives(w.lantern(), nil)
	s.Paid, s.Captured = false, 0
	w.settle(p, s)
	w.stands(g, fund.GiftStarted, 0)
	s.Failed = true
	for range 2 {
		w.settle(p, s)
	}
	w.stands(g, fund.GiftLapsed, 0)
	if got := w.mails("gift-refused"); got != 1 {
		t.Errorf("told %d times", got)
	}
}

func TestAGiftThatIsOverDoesNotEndAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	f := w.lantern()
	lapsed, p, s := w.gives(f, nil)
	s.State, s.Paid, s.Captured = billing.PageExpired, false, 0
	w.settle(p, s)
	s.State, s.Failed = billing.PageComplete, true
	w.settle(p, s) // the bank refuses what was paid on a page that we thought had closed
	w.stands(lapsed, fund.GiftLapsed, 0)

	received, p, s := w.gives(f, nil)
	w.settle(p, s)
	var again *billing.Payment
	w.write(func(tx *db.Tx) (err error) {
		again, err = billing.StartGift(t.Context(), tx, received.ID, present)
		return err
	})
	s.Session, s.Reference, s.Intent, s.State, s.Paid, s.Captured = "cs_again", again.Code, "", billing.PageExpired, false, 0
	w.settle(again, s)
	w.stands(received, fund.GiftReceived, present)
}

func TestMoneyForAFundThatHasClosedGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.administrator()
	f := w.lantern()
	g, p, s := w.gives(f, nil)
	w.write(func(tx *db.Tx) error { return fund.Close(t.Context(), tx, w.treasurer(tx), f.ID) })
	for range 2 {
		w.settle(p, s)
	}
	w.stands(g, fund.GiftLapsed, 0)
	r := w.refunds(p)
	if len(r) != 1 || r[0].Amount != present || r[0].Reason != billing.ForLateness || w.balance(billing.Owed(p.ID)) != -present {
		t.Fatalf("refunds %+v, %s owed", r, w.balance(billing.Owed(p.ID)))
	}
	if got := w.mails("gift-returned"); got != 1 {
		t.Errorf("told %d times", got)
	}
	w.write(func(tx *db.Tx) error {
		return billing.RecordRefund(t.Context(), tx, r[0].ID, billing.RefundStanding{ID: "re_1", Reference: r[0].Code, Amount: present, State: billing.RefundFailed})
	})
	w.write(func(tx *db.Tx) error { return admissions.TellRefundReturned(t.Context(), tx, r[0].ID) })
	if donor, staff := w.mails("gift-refund-returned"), w.mails("staff-gift-refund-returned"); donor != 1 || staff != 1 {
		t.Errorf("%d mails to the donor and %d to staff", donor, staff)
	}
	w.sound()
}

func TestAGiftPaidTwiceIsTakenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	g, p, s := w.gives(w.lantern(), nil)
	w.settle(p, s)
	var again *billing.Payment
	w.write(func(tx *db.Tx) (err error) {
		again, err = billing.StartGift(t.Context(), tx, g.ID, present)
		return err
	})
	s.Session, s.Reference, s.Intent = "cs_again", again.Code, "pi_again"
	w.settle(again, s)
	w.stands(g, fund.GiftReceived, present)
	if r := w.refunds(again); len(r) != 1 || r[0].Amount != present || len(w.refunds(p)) != 0 {
		t.Errorf("refunds %+v", r)
	}
}

func TestAGiftOfAnotherAmountWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	g, p, s := w.gives(w.lantern(), nil)
	s.Captured--
	w.settle(p, s)
	w.stands(g, fund.GiftStarted, 0)
	if d := w.doubts(); len(d) != 1 || d[0].Kind != billing.WrongAmount || w.balance(billing.Processor) != 0 {
		t.Errorf("doubts %+v", d)
	}
}

func TestAGiftHasNoPlaceToKeep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	g, p, _ := w.gives(w.lantern(), nil)
	w.clock.Advance(time.Hour)
	w.write(func(tx *db.Tx) error { return admissions.KeepWhileAway(t.Context(), tx, p.ID) })
	w.stands(g, fund.GiftStarted, 0)
}

func TestAReceiptSaysWhatWasGivenAndNeutrallyOutside(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	f := w.lantern()
	aid := &fund.AidDeclaration{FirstName: "Dee", LastName: "Ray", House: "14", Postcode: "M1 4BT"}
	g, p, s := w.gives(f, aid)
	w.settle(p, s)
	var which id.Mail
	if err := w.db.NewRaw("SELECT id FROM mails WHERE template = 'gift-received'").Scan(t.Context(), &which); err != nil {
		t.Fatal(err)
	}
	m, err := mail.DemoOpen(t.Context(), w.db, which)
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "Thank you for your gift" || m.To != "dee@donors.example" {
		t.Errorf("%q to %s", m.Subject, m.To)
	}
	for _, words := range []string{"Dear Dee", "£50.00", "23 November 2026", f.Name, g.Code, p.Code, "Gift Aid"} {
		if !strings.Contains(m.Text, words) || !strings.Contains(m.HTML, words) {
			t.Errorf("it does not say %q:\n%s", words, m.Text)
		}
	}
	if !strings.Contains(m.Text, "Gift Aid: yes") || strings.Contains(m.Text, "M1 4BT") || strings.Contains(m.Text, "\n\n\n") {
		t.Errorf("it says:\n%s", m.Text)
	}
}
