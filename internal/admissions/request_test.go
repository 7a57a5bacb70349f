package admissions_test

import (
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

func TestARequestEndsWithItsPlaceAndAnAnswerAfterwardsMovesNothing(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*office, *enrolment.Enrolment){
		"lapsed": func(f *office, e *enrolment.Enrolment) {
			f.clock.Set(london.On(2026, 12, 8).At(0, 1))
			f.write(func(tx *db.Tx) error { return admissions.LapseSeat(f.Context(), tx, e.ID) })
		},
		"given up": func(f *office, e *enrolment.Enrolment) {
			f.write(func(tx *db.Tx) error { return admissions.Withdraw(f.Context(), tx, nil, e.PersonID, e.Code, 0) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newOffice(t, 28)
			kestrel := f.employer("kestrel", organisation.PONotUsed)
			e := f.shared("kestrel", "1,000")
			requests, err := billing.OpenRequests(t.Context(), f.db, kestrel.ID)
			if err != nil {
				t.Fatal(err)
			}
			end(f, e)
			f.sound()
			if left, err := billing.OpenRequests(t.Context(), f.db, kestrel.ID); err != nil || len(left) != 0 {
				t.Errorf("%d requests are open, %v", len(left), err)
			}
			f.refused(state.ErrMovedOn, func(tx *db.Tx) error {
				return admissions.DeclineToPay(t.Context(), tx, kestrel.by, kestrel.Organisation, requests[0].Code, "No")
			})
			f.refused(state.ErrMovedOn, func(tx *db.Tx) error {
				return admissions.TakeBackRequest(t.Context(), tx, e.PersonID, requests[0].Code)
			})
		})
	}
}
