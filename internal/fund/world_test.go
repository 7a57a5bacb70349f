package fund_test

import (
	"fmt"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
)

// The money of a charity's year.
const (
	clearing = "clearing"
	pound    = money.Amount(100)
)

// world is a database with two people of the staff.
type world struct {
	*db.DB
	t        testing.TB
	clock    *dbtest.Clock
	ann, ben id.Person
	rounds   id.Round // the one that is allocated, once it is asked for
}

func newWorld(t testing.TB) *world {
	t.Helper()
	d, clock := dbtest.NewAt(t, london.On(2026, 11, 23).At(9, 0))
	w := &world{DB: d, t: t, clock: clock}
	w.write(func(tx *db.Tx) error {
		for address, staff := range map[string]*id.Person{"ann@office.example": &w.ann, "ben@office.example": &w.ben} {
			p, err := people.Ensure(t.Context(), tx, address)
			if err != nil {
				return err
			}
			*staff = p.ID
		}
		return nil
	})
	return w
}

// write does a unit of work that must succeed.
func (w *world) write(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.try(f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) try(f func(*db.Tx) error) error { return w.Write(w.t.Context(), f) }

// fees are terms that pay course fees for anybody.
var fees = fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}}

func sample(code string) *fund.Fund {
	return &fund.Fund{Code: code, Name: "Fund " + code, Donor: "A trust", Purpose: "Training.", Kind: fund.Restricted, YearStarts: 4}
}

func (w *world) create(f *fund.Fund, t fund.Terms) *fund.Fund {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return fund.Create(w.t.Context(), tx, w.ann, f, t) })
	return f
}

// with makes a fund for fees with so much in it.
func (w *world) with(code string, amount money.Amount) *fund.Fund {
	w.t.Helper()
	f := w.create(sample(code), fees)
	w.gift(f, amount)
	return f
}

func (w *world) gift(f *fund.Fund, amount money.Amount) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		_, err := fund.RecordGift(w.t.Context(), tx, w.ann, f.ID, amount, "A trust", "BACS 1")
		return err
	})
}

func (w *world) commit(reference string, parts ...fund.Part) error {
	return w.try(func(tx *db.Tx) error { return fund.Commit(w.t.Context(), tx, reference, parts) })
}

func (w *world) mustCommit(reference string, parts ...fund.Part) {
	w.t.Helper()
	if err := w.commit(reference, parts...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) release(reference string, parts ...fund.Part) error {
	return w.try(func(tx *db.Tx) error { return fund.Release(w.t.Context(), tx, reference, parts) })
}

func (w *world) spend(reference string, parts ...fund.Part) error {
	return w.try(func(tx *db.Tx) error { return fund.Spend(w.t.Context(), tx, reference, clearing, parts) })
}

func (w *world) recover(reference string, parts ...fund.Part) error {
	return w.try(func(tx *db.Tx) error { return fund.Recover(w.t.Context(), tx, reference, clearing, parts) })
}

// holds checks what is available in a fund and what is promised from it.
func (w *world) holds(f *fund.Fund, available, committed money.Amount) {
	w.t.Helper()
	h, err := fund.HoldingOf(w.t.Context(), w, f)
	if err != nil {
		w.t.Fatal(err)
	}
	if h.Available != available || h.Committed != committed {
		w.t.Errorf("%s holds %v and has promised %v, want %v and %v", f.Code, h.Available, h.Committed, available, committed)
	}
}

func (w *world) balance(account string) money.Amount {
	w.t.Helper()
	b, err := ledger.Balance(w.t.Context(), w, account)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// inOrder checks the whole of the books.
func (w *world) inOrder() {
	w.t.Helper()
	faults, err := ledger.Verify(w.t.Context(), w)
	if err != nil || len(faults) > 0 {
		w.t.Errorf("the books: %v, %v", faults, err)
	}
}

// document adds a small PDF to a fund.
func (w *world) document(f *fund.Fund) id.Document {
	w.t.Helper()
	var which id.Document
	w.write(func(tx *db.Tx) error {
		doc, err := fund.AddDocument(w.t.Context(), tx, w.ann, f.ID, "letter.pdf", []byte("%PDF-1.7 letter"))
		if err == nil {
			which = doc.ID
		}
		return err
	})
	return which
}

// field is the sentence beside a form field, or what else was answered.
func field(err error, name string) string {
	if f := failure.Of(err); f != nil && f.Kind == failure.Invalid {
		return f.Fields[name]
	}
	return fmt.Sprintf("not about a field: %v", err)
}

func account(f *fund.Fund, which string) string { return fmt.Sprintf("fund/%d/%s", f.ID, which) }
