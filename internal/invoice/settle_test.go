package invoice_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
)

func TestFiftyPenceShortIsPartPaidUntilItIsWrittenOffWithAReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	if err := w.bank(in.Number, 394_950); err != nil {
		t.Fatal(err)
	}
	if in = w.fresh(in); in.Status != invoice.PartPaid || in.Outstanding() != 50 {
		t.Errorf("%s, %s open", in.Status, in.Outstanding())
	}
	writeOff := func(amount money.Amount, reason string) (waits bool, err error) {
		err = w.try(func(tx *db.Tx) error {
			waits, err = invoice.WriteOff(t.Context(), tx, w.ann, in.Number, amount, reason)
			return err
		})
		return waits, err
	}
	if _, err := writeOff(50, " "); failure.Of(err) == nil || failure.Of(err).Fields["reason"] == "" {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := writeOff(51, "too much"); !errors.Is(err, invoice.ErrTooMuch) {
		t.Errorf("more than is open: %v", err)
	}
	if waits, err := writeOff(50, "Bank charges"); waits || err != nil {
		t.Errorf("50p: %v, %v", waits, err)
	}
	if in = w.fresh(in); in.Status != invoice.Settled || in.WrittenOff != 50 || w.balance(invoice.WrittenOff) != 50 {
		t.Errorf("%+v", in)
	}
	w.inOrder()
}

func TestMoreThanAPoundIsWrittenOffByTwoPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	ask := func(by id.Person, amount money.Amount) (waits bool, err error) {
		err = w.try(func(tx *db.Tx) error {
			waits, err = invoice.WriteOff(t.Context(), tx, by, in.Number, amount, "Dispute")
			return err
		})
		return waits, err
	}
	agree := func(by id.Person) error {
		return w.try(func(tx *db.Tx) error { return invoice.AgreeWriteOff(t.Context(), tx, by, in.Number) })
	}
	if waits, err := ask(w.ann, 101); !waits || err != nil {
		t.Fatalf("£1.01: %v, %v", waits, err)
	}
	if _, err := ask(w.ben, 101); !errors.Is(err, invoice.ErrWriteOffWaits) {
		t.Errorf("twice: %v", err)
	}
	if err := agree(w.ann); !errors.Is(err, invoice.ErrOtherPerson) || w.fresh(in).WrittenOff != 0 {
		t.Errorf("alone: %v", err)
	}
	if err := agree(w.ben); err != nil || w.fresh(in).WrittenOff != 101 {
		t.Errorf("by two: %v", err)
	}
	if err := agree(w.ben); !errors.Is(err, invoice.ErrWriteOffUnknown) {
		t.Errorf("again: %v", err)
	}
	if waits, err := ask(w.ann, 50); !waits || err != nil {
		t.Errorf("pence after the limit: %v, %v", waits, err)
	}
	w.write(func(tx *db.Tx) error { return invoice.RefuseWriteOff(t.Context(), tx, w.ann, in.Number) })
	if list, err := invoice.WaitingWriteOffs(t.Context(), w); err != nil || len(list) != 0 || w.fresh(in).WrittenOff != 101 {
		t.Errorf("refused: %v, %v", list, err)
	}
	w.inOrder()
}

func TestAnOverpaymentIsCreditThatIsUsedOrPaidBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	if err := w.bank(in.Number, 420_000); err != nil {
		t.Fatal(err)
	}
	credit := func() money.Amount {
		c, err := invoice.Credits(t.Context(), w, in.OrganisationID)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if w.fresh(in).Status != invoice.Settled || credit() != 25_000 {
		t.Fatalf("%s, credit %s", w.fresh(in).Status, credit())
	}
	w.team(in.OrganisationID, 1, payer{of: in.OrganisationID, amount: 10_000})
	second := w.issue(in.OrganisationID)
	use := func(amount money.Amount) error {
		return w.try(func(tx *db.Tx) error { return invoice.UseCredit(t.Context(), tx, w.ann, second.Number, amount) })
	}
	for amount, want := range map[money.Amount]error{10_001: invoice.ErrTooMuch, 25_001: invoice.ErrNotEnoughCredit} {
		if err := use(amount); !errors.Is(err, want) {
			t.Errorf("using %s: %v", amount, err)
		}
	}
	if err := use(10_000); err != nil || credit() != 15_000 || w.fresh(second).Status != invoice.Settled {
		t.Fatalf("%v, %s left", err, credit())
	}
	var asked *invoice.CreditRefund
	ask := func(amount money.Amount) error {
		return w.try(func(tx *db.Tx) (err error) {
			asked, err = invoice.AskRefund(t.Context(), tx, w.ann, in.OrganisationID, invoice.RefundWish{Amount: amount, Reason: "Paid twice"})
			return err
		})
	}
	if err := ask(4_999); err != nil || credit() != 10_001 || w.balance("bank") != -4_999 {
		t.Errorf("a little alone: %v, %s left", err, credit())
	}
	if err := ask(10_001); err != nil || asked.Outcome != "" || credit() != 10_001 {
		t.Errorf("above the limit: %+v, %v", asked, err)
	}
	agree := func(by id.Person) error {
		return w.try(func(tx *db.Tx) error { return invoice.AgreeRefund(t.Context(), tx, by, asked.Code, "BACS 77") })
	}
	if err := agree(w.ann); !errors.Is(err, invoice.ErrOtherPerson) {
		t.Errorf("agreed alone: %v", err)
	}
	if err := agree(w.ben); err != nil || credit() != 0 || w.balance("bank") != -15_000 {
		t.Errorf("by two: %v, %s left", err, credit())
	}
	if err := agree(w.ben); !errors.Is(err, invoice.ErrRefundUnknown) {
		t.Errorf("again: %v", err)
	}
	w.inOrder()
}

func TestTwoWhoSettleOneInvoiceNeverOverpayIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if err := w.bank(in.Number, 100_000); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	credit, err := invoice.Credits(t.Context(), w, in.OrganisationID)
	if err != nil || w.fresh(in).Paid != 395_000 || credit != 205_000 {
		t.Errorf("paid %s, credit %s, %v", w.fresh(in).Paid, credit, err)
	}
	w.inOrder()
}

func TestASettlementIsUndoneOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	if err := w.bank(in.Number, 100_000); err != nil {
		t.Fatal(err)
	}
	list, err := invoice.SettlementsOf(t.Context(), w, in.ID)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if err := w.undo(list[0].ID, 1); err != nil {
		t.Fatal(err)
	}
	if now := w.fresh(in); now.Paid != 0 || now.Status != invoice.Issued || w.balance("unmatched") != 0 {
		t.Errorf("%+v, unmatched %s", now, w.balance("unmatched"))
	}
	if err := w.undo(list[0].ID, 2); !errors.Is(err, invoice.ErrUndone) {
		t.Errorf("again: %v", err)
	}
	w.inOrder()
}

// undo takes a settlement by bank back, and its money to where it was before it was matched.
func (w *world) undo(which id.Settlement, nth int) error {
	return w.try(func(tx *db.Tx) error {
		if err := invoice.Undo(w.t.Context(), tx, w.ann, which, "Matched wrongly"); err != nil {
			return err
		}
		return unmatch(w.t.Context(), tx, fmt.Sprintf("undo/%d/%d", which, nth))
	})
}

func TestAPaidInvoiceIsCreditedAndIssuedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.asked(395_000)
	if err := w.bank(in.Number, 395_000); err != nil {
		t.Fatal(err)
	}
	note, err := w.credit(in.Number, nil, "Wrong department")
	if err != nil || note.Number != "CRN-00001" || note.Total != 395_000 {
		t.Fatalf("%+v, %v", note, err)
	}
	if now := w.fresh(in); now.Status != invoice.Credited || now.Paid != 0 || now.Outstanding() != 0 {
		t.Errorf("%+v", now)
	}
	again := w.issue(in.OrganisationID)
	w.write(func(tx *db.Tx) error { return invoice.UseCredit(t.Context(), tx, w.ann, again.Number, 395_000) })
	if now := w.fresh(again); now.Status != invoice.Settled || again.Number != "INV-00002" {
		t.Errorf("%+v", now)
	}
	if _, err := w.credit(in.Number, nil, "Again"); !errors.Is(err, invoice.ErrCredited) {
		t.Errorf("credited twice: %v", err)
	}
	w.inOrder()
}

func (w *world) credit(number string, lines []invoice.CreditLine, reason string) (note *invoice.CreditNote, err error) {
	err = w.try(func(tx *db.Tx) error {
		note, err = invoice.Credit(w.t.Context(), tx, audit.Person(w.ann), number, lines, reason)
		return err
	})
	return note, err
}

func TestACreditNoteIsSplitAsTheInvoiceWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	trust, icb := w.organisation("Westermoor & Tarn NHS Foundation Trust"), w.organisation("Lantern Vale Integrated Care Board")
	_, shares := w.team(trust, 5, payer{of: icb, amount: 226_800}, payer{of: trust, amount: 151_200})
	invoices := map[id.Organisation]*invoice.Invoice{icb: w.issue(icb), trust: w.issue(trust)}
	if invoices[icb].Total != 1_134_000 || invoices[trust].Total != 756_000 {
		t.Fatalf("%s and %s", invoices[icb].Total, invoices[trust].Total)
	}
	if err := w.bank(invoices[trust].Number, 756_000); err != nil {
		t.Fatal(err)
	}
	for _, s := range shares[:2] { // one place is given up with half the price to pay
		w.write(func(tx *db.Tx) error {
			if err := billing.Reduce(t.Context(), tx, s, w.run.ID, s.Amount/2); err != nil {
				return err
			}
			return invoice.CreditShare(t.Context(), tx, audit.Person(w.ann), s.ID, s.Amount/2, "A place was given up")
		})
	}
	for of, want := range map[id.Organisation]struct{ credited, credit money.Amount }{icb: {113_400, 0}, trust: {75_600, 75_600}} {
		now := w.fresh(invoices[of])
		notes, err := invoice.CreditNotesOf(t.Context(), w, now.ID)
		credit, _ := invoice.Credits(t.Context(), w, of)
		if err != nil || len(notes) != 1 || now.Credited != want.credited || credit != want.credit {
			t.Fatalf("%s: credited %s, credit %s, %v", now.Number, now.Credited, credit, err)
		}
		s, err := invoice.SnapshotOfCredit(&notes[0])
		if err != nil || s.Credits.Number != now.Number || len(s.Lines) != 1 || len(s.Lines[0].Places) != 1 || s.Total != want.credited {
			t.Errorf("%+v, %v", s, err)
		}
	}
	w.inOrder()
}

// Whatever meets an invoice in whatever order: the books agree with the counters, and nothing is overpaid.
func TestBooksAndCountersAgreeInAnyOrder(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, registered())
	nth := 0
	rapid.Check(t, func(rt *rapid.T) {
		of := w.quiet()
		for range rapid.IntRange(1, 3).Draw(rt, "prices") {
			w.team(of, rapid.IntRange(1, 3).Draw(rt, "places"), payer{of: of, amount: money.Amount(rapid.IntRange(1, 50_000).Draw(rt, "price"))})
		}
		var numbers []string
		for _, r := range w.ready(of) {
			in, err := w.tryIssue(r.Key)
			if err != nil {
				rt.Fatal(err)
			}
			numbers = append(numbers, in.Number)
		}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			nth++
			in := w.fresh(&invoice.Invoice{Number: rapid.SampledFrom(numbers).Draw(rt, "number")})
			if err := w.step(rt, in, nth); err != nil && failure.KindOf(err) == failure.Internal {
				rt.Fatal(err)
			}
		}
		w.inOrder()
		if t.Failed() {
			rt.Fatal("the books do not agree")
		}
	})
}

// step does one thing with an invoice that may be refused.
func (w *world) step(rt *rapid.T, in *invoice.Invoice, nth int) error {
	amount := money.Amount(rapid.IntRange(1, int(in.Total)).Draw(rt, "amount"))
	what := rapid.SampledFrom([]string{"bank", "credit", "let off", "undo", "use", "write off"}).Draw(rt, "what")
	switch what {
	case "bank":
		return w.bank(in.Number, amount)
	case "credit", "let off":
		s := w.snapshot(in)
		l := rapid.SampledFrom(s.Lines).Draw(rt, "line")
		lines := []invoice.CreditLine{{Line: l.Number, Amount: min(amount, l.Gross)}}
		if what == "credit" {
			_, err := w.credit(in.Number, lines, "Because")
			return err
		}
		return w.try(func(tx *db.Tx) error {
			_, err := invoice.LetOff(w.t.Context(), tx, audit.Person(w.ann), in.Number, lines, "Because")
			return err
		})
	case "undo":
		list, err := invoice.SettlementsOf(w.t.Context(), w, in.ID)
		if err != nil || len(list) == 0 {
			return err
		}
		which := rapid.SampledFrom(list).Draw(rt, "settlement")
		if which.Kind == invoice.ByBank {
			return w.undo(which.ID, nth)
		}
		return w.try(func(tx *db.Tx) error { return invoice.Undo(w.t.Context(), tx, w.ann, which.ID, "Because") })
	case "use":
		return w.try(func(tx *db.Tx) error { return invoice.UseCredit(w.t.Context(), tx, w.ann, in.Number, amount) })
	}
	return w.try(func(tx *db.Tx) error {
		_, err := invoice.WriteOff(w.t.Context(), tx, w.ann, in.Number, min(amount, 60), "Because")
		return err
	})
}
