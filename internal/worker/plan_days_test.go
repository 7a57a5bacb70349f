package worker_test

import (
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

func TestWhoMovesIsToldThatTheirPaymentsStayOnTheirDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	w.another("FND-T28", 1)
	w.write(func(tx *db.Tx) error { return admissions.MoveOwn(t.Context(), tx, e.PersonID, e.Code, "FND-T28") })
	for _, part := range plan.Parts[1:] {
		said := part.DueOn.Long() + ": " + part.Amount.String()
		if w.count("SELECT count(*) FROM mails WHERE template = 'place-moved' AND strpos(text_body, ?) > 0", said) != 1 {
			t.Errorf("they are not told of %s", said)
		}
	}
}

// As when the program did not run for weeks.
func TestNothingIsTakenThatWasNeverAnnounced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	late := plan.Parts[1].DueOn.AddDays(3)
	w.clock.Set(late.At(9, 0))
	w.drain()
	w.stands(e, billing.PlanActive, 1, billing.InstalmentDue, true)
	if due := w.plan(e).Parts[1].DueOn; due != late.AddDays(billing.NoticeDays) || w.mails("instalment-soon") != 1 || w.charges() != 0 {
		t.Errorf("it is due on %s, %d mails, %d charges", due, w.mails("instalment-soon"), w.charges())
	}
	w.at(late.AddDays(billing.NoticeDays - 1))
	w.stands(e, billing.PlanActive, 1, billing.InstalmentDue, true)
	w.at(late.AddDays(billing.NoticeDays))
	w.stands(e, billing.PlanActive, 1, billing.InstalmentPaid, true)
	if w.mails("instalment-soon") != 1 {
		t.Errorf("%d mails", w.mails("instalment-soon"))
	}
	w.sound()
}

func TestNothingIsAnnouncedForDatesThatWeCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	staff := fixture.Person(t, w.db, "office@staff.example", people.Admin)
	_, plan := w.onPlan("ana@people.example", sandbox.CardPays)
	w.clock.Set(plan.Parts[1].DueOn.AddDays(-billing.NoticeDays-1).At(9, 0))
	w.write(func(tx *db.Tx) error {
		return admissions.CancelRun(t.Context(), tx, staff.ID, w.run.Code, "The venue has closed.")
	})
	w.at(plan.Parts[1].DueOn.AddDays(-billing.NoticeDays))
	if n := w.mails("instalment-soon"); n != 0 {
		t.Errorf("%d mails", n)
	}
}
