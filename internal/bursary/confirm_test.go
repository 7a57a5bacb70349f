package bursary_test

import (
	"errors"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/id"
)

func (w *world) confirm(person id.Person, code string) error {
	w.t.Helper()
	return w.as(w.learners, person, func(tx *db.Tx) error {
		_, err := bursary.Confirm(w.t.Context(), tx, person, code)
		return err
	})
}

func TestAnApplicantConfirmsOnceWhatStaffEntered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	owner := dbtest.Owner(t, w.app)
	if _, err := owner.NewRaw("UPDATE sensitive.applications SET entered_by = ?", w.admin.ID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.confirm(w.applicant.ID, a.Code); !errors.Is(err, bursary.ErrNotEntered) {
		t.Errorf("confirming what was not sent: %v", err)
	}
	answers := fixture.GoodAnswers("FND-T27")
	w.must(w.learners, w.applicant.ID, func(tx *db.Tx) error {
		_, err := bursary.Save(t.Context(), tx, w.box, w.applicant.ID, a.Code, form.Current().Questions(), answers, bursary.Marks{}, tx.Now)
		if err != nil {
			return err
		}
		_, err = bursary.Submit(t.Context(), tx, w.box, w.applicant.ID, a.Code, tx.Now)
		return err
	})
	if err := w.confirm(w.admin.ID, a.Code); !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("somebody else confirming: %v", err)
	}
	for range 2 {
		if err := w.confirm(w.applicant.ID, a.Code); err != nil {
			t.Fatal(err)
		}
	}
	if f := w.open(a); f.AwaitsConfirmation() || f.ConfirmedHow != bursary.ConfirmedByMail {
		t.Errorf("confirmed by %q", f.ConfirmedHow)
	}
	var noted int
	if err := owner.NewRaw("SELECT count(*) FROM audit WHERE action = 'application confirmed'").Scan(t.Context(), &noted); err != nil || noted != 1 {
		t.Errorf("noted %d times, %v", noted, err)
	}
}
