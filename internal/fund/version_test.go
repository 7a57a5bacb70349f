package fund_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/state"
)

func (w *world) propose(f *fund.Fund, t fund.Terms) (v *fund.Version, err error) {
	err = w.try(func(tx *db.Tx) error {
		v, err = fund.ProposeTerms(w.t.Context(), tx, w.ann, f.ID, t, "The donor wrote again.")
		return err
	})
	return v, err
}

func (w *world) agree(by id.Person, v *fund.Version) error {
	return w.try(func(tx *db.Tx) error { return fund.AgreeTerms(w.t.Context(), tx, by, v.ID) })
}

func (w *world) refuse(by id.Person, v *fund.Version) error {
	return w.try(func(tx *db.Tx) error { return fund.RefuseTerms(w.t.Context(), tx, by, v.ID) })
}

// terms are those that count, by their co-payment.
func (w *world) coPayment(f *fund.Fund) int {
	w.t.Helper()
	h, err := fund.HoldingOf(w.t.Context(), w, f)
	if err != nil {
		w.t.Fatal(err)
	}
	return h.Terms.CoPayment
}

func withCoPayment(n int) fund.Terms { t := fees; t.CoPayment = n; return t }

func TestRulesChangeAtOnceUntilMoneyIsPromised(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 100*pound)
	if v, err := w.propose(f, withCoPayment(5)); err != nil || v.Status != fund.TermsCurrent || v.Number != 2 || w.coPayment(f) != 5 {
		t.Fatalf("%+v, %v", v, err)
	}
	w.mustCommit("award/1/offered", fund.Part{Fund: f.ID, Amount: pound})
	v, err := w.propose(f, withCoPayment(10))
	if err != nil || v.Status != fund.TermsProposed || w.coPayment(f) != 5 {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := w.propose(f, withCoPayment(15)); !errors.Is(err, fund.ErrProposed) {
		t.Errorf("two at a time: %v", err)
	}
	if err := w.release("award/1/released", fund.Part{Fund: f.ID, Amount: pound}); err != nil {
		t.Fatal(err)
	}
	if err := w.agree(w.ann, v); !errors.Is(err, fund.ErrSecondPerson) || failure.KindOf(err) != failure.Forbidden {
		t.Errorf("agreed alone, after the promise was given up: %v", err)
	}
	if err := w.agree(w.ben, v); err != nil || w.coPayment(f) != 10 {
		t.Errorf("agreed by two: %v", err)
	}
	for _, again := range []error{w.agree(w.ben, v), w.refuse(w.ben, v)} {
		if !errors.Is(again, state.ErrMovedOn) {
			t.Errorf("decided twice: %v", again)
		}
	}
	versions, err := fund.TermsOf(t.Context(), w, f.ID)
	if err != nil || len(versions) != 3 || versions[0].DecidedBy != w.ben || versions[1].Status != fund.TermsReplaced || versions[2].Number != 1 {
		t.Errorf("%+v, %v", versions, err)
	}
}

func TestRefusedRulesChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 100*pound)
	w.mustCommit("award/1/offered", fund.Part{Fund: f.ID, Amount: pound})
	v, err := w.propose(f, withCoPayment(10))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.refuse(w.ben, v); err != nil || w.coPayment(f) != 0 {
		t.Errorf("refused: %v", err)
	}
	if v, err = w.propose(f, withCoPayment(20)); err != nil {
		t.Fatalf("after a refusal: %v", err)
	}
	if err := w.refuse(w.ann, v); err != nil || w.coPayment(f) != 0 {
		t.Errorf("taken back by who proposed it: %v", err)
	}
	if err := w.agree(w.ben, &fund.Version{ID: 999}); !errors.Is(err, fund.ErrUnknown) {
		t.Errorf("terms of nothing: %v", err)
	}
}

func TestRulesNeedAReasonAndSense(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 100*pound)
	for _, reason := range []string{"", strings.Repeat("é", 501)} {
		err := w.try(func(tx *db.Tx) error {
			_, err := fund.ProposeTerms(t.Context(), tx, w.ann, f.ID, fees, reason)
			return err
		})
		if got := field(err, "reason"); got != "Say why, in 500 characters or fewer." {
			t.Errorf("%d letters: %v", len(reason), err)
		}
	}
	women := fees
	women.Who = one("sex", "female")
	if _, err := w.propose(f, women); !strings.Contains(field(err, "who"), "Equality Act") {
		t.Errorf("women only: %v", err)
	}
}

// TestTheDatabaseWantsASecondPersonToo goes past the package, as the application's own role.
func TestTheDatabaseWantsASecondPersonToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", 100*pound)
	w.mustCommit("award/1/offered", fund.Part{Fund: f.ID, Amount: pound})
	v, err := w.propose(f, withCoPayment(10))
	if err != nil {
		t.Fatal(err)
	}
	run := func(sql string, args ...any) error {
		return w.try(func(tx *db.Tx) error {
			if _, err := tx.NewRaw("UPDATE fund_terms SET status = 'replaced' WHERE status = 'current'").Exec(t.Context()); err != nil {
				return err
			}
			_, err := tx.NewRaw(sql, args...).Exec(t.Context())
			return err
		})
	}
	decide := "UPDATE fund_terms SET status = 'current', decided_at = now(), decided_by = ? WHERE id = ?"
	if err := run(decide, w.ann, v.ID); !db.Violates(err, "fund_terms_by_two") {
		t.Errorf("agreed alone: %v", err)
	}
	if err := run(decide+" RETURNING 1", w.ben, v.ID); err != nil {
		t.Errorf("agreed by two: %v", err)
	}
	alone := `INSERT INTO fund_terms (fund_id, version, status, terms, reason, proposed_by, proposed_at, decided_by, decided_at)
		VALUES (?, 9, 'current', '{}', '', ?, now(), ?, now())`
	if err := run(alone, f.ID, w.ann, w.ann); !db.Violates(err, "fund_terms_by_two") {
		t.Errorf("made current alone: %v", err)
	}
	owner := dbtest.Owner(t, w.DB)
	for what, sql := range map[string]string{
		"rewritten": `UPDATE fund_terms SET terms = '{}'`, "brought back": "UPDATE fund_terms SET status = 'proposed', decided_at = NULL, decided_by = NULL WHERE status = 'replaced'",
	} {
		if _, err := owner.Exec(sql); !db.Violates(err, "fund_terms_stand") {
			t.Errorf("terms were %s: %v", what, err)
		}
	}
}
