package admissions_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// offer is a full run whose places come free, and an organisation that is offered as many as it waited for.
type offer struct {
	*office
	trust, council employer
	wait           *enrolment.TeamWait
	booked         *enrolment.TeamBooking // of the trust, which gave its places up
}

func (f *office) waitFor(e employer, places int) (w *enrolment.TeamWait) {
	f.Helper()
	f.write(func(tx *db.Tx) (err error) {
		w, err = admissions.JoinTeamWaiting(f.Context(), tx, e.by, e.Organisation, "FND-L27", places)
		return err
	})
	return w
}

func (f *office) givesUp(e employer, seat *enrolment.Enrolment) {
	f.Helper()
	f.write(func(tx *db.Tx) error {
		q, err := admissions.QuoteSeat(f.Context(), tx, e.Organisation, seat.Code, tx.Now)
		if err != nil {
			return err
		}
		return admissions.WithdrawSeat(f.Context(), tx, e.by, e.Organisation, seat.Code, q.Kept)
	})
}

func (f *office) passes() {
	f.Helper()
	f.write(func(tx *db.Tx) error { return admissions.PassPlaces(f.Context(), tx, f.run) })
}

func newOffer(t *testing.T, rule organisation.PORule) *offer {
	t.Helper()
	f := &offer{office: newOffice(t, 2)}
	f.trust, f.council = f.employer("trust", organisation.PONotUsed), f.employer("council", rule)
	f.booked = f.office.booked(f.trust, f.order(2, nil))
	f.wait = f.waitFor(f.council, 2)
	for _, seat := range f.seats(f.booked) {
		f.givesUp(f.trust, seat)
	}
	f.passes()
	f.read()
	if f.wait.Status != enrolment.WaitOffered {
		t.Fatalf("the wait is %s", f.wait.Status)
	}
	return f
}

// read reads the wait again.
func (f *offer) read() {
	f.Helper()
	var err error
	if f.wait, err = enrolment.WaitByCode(f.Context(), f.db, f.wait.Code); err != nil {
		f.Fatal(err)
	}
}

// team is what was offered.
func (f *offer) team() *enrolment.TeamBooking {
	f.Helper()
	t, err := enrolment.TeamOf(f.Context(), f.db, f.wait.TeamID)
	if err != nil {
		f.Fatal(err)
	}
	return t
}

func (f *offer) take(e employer, agreed money.Amount) error {
	return f.db.Write(f.Context(), func(tx *db.Tx) error {
		_, err := admissions.TakeTeamOffered(f.Context(), tx, e.by, e.Organisation, f.wait.Code, agreed)
		return err
	})
}

func (f *offer) leave(e employer) error {
	return f.db.Write(f.Context(), func(tx *db.Tx) error {
		return admissions.LeaveTeamWaiting(f.Context(), tx, e.by, e.Organisation, f.wait.Code)
	})
}

func (f *offer) lapses() {
	f.Helper()
	due, err := enrolment.DueTeams(f.Context(), f.db, f.db.Now(), 100)
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range due {
		f.write(func(tx *db.Tx) error { return admissions.LapseSeat(f.Context(), tx, e) })
	}
}

func (f *offer) told(template string) (n int) {
	f.Helper()
	for _, m := range f.mails("coordinator@council.example") {
		if m == template {
			n++
		}
	}
	return n
}

const two = 2 * 420_000

func TestAnOrganisationOwesNothingBeforeItTakesWhatItIsOffered(t *testing.T) {
	t.Parallel()
	f := newOffer(t, organisation.PONotUsed)
	if got := f.statuses(f.team()); got != "map[held:2]" {
		t.Errorf("offered places are %s", got)
	}
	// What staff do takes nothing for the organisation.
	f.write(func(tx *db.Tx) error {
		return admissions.KeepSeats(t.Context(), tx, f.ann, f.team().Code, london.On(2026, 11, 30), "They asked")
	})
	for _, in := range f.issueAll() {
		if in.OrganisationID == f.council.ID {
			t.Errorf("invoice %s is issued for an offer", in.Number)
		}
	}
	if f.statuses(f.team()) != "map[held:2]" || f.owes(f.council) != two { // what it would pay
		t.Errorf("%s, %s", f.statuses(f.team()), f.owes(f.council))
	}
	if list, err := enrolment.OffersOf(t.Context(), f.db, f.council.ID); err != nil || len(list) != 1 || list[0].Held != 2 || !list[0].HeldUntil.Equal(london.On(2026, 11, 30).End()) {
		t.Errorf("offers %+v, %v", list, err)
	}
	if err := f.take(f.trust, two); !sameRefusal(err, enrolment.ErrWaitUnknown) {
		t.Errorf("another took it: %v", err)
	}
	if err := f.leave(f.trust); !sameRefusal(err, enrolment.ErrWaitUnknown) {
		t.Errorf("another said no: %v", err)
	}
	if err := f.take(f.council, two-1); !sameRefusal(err, admissions.ErrPriceChanged) {
		t.Errorf("for another price: %v", err)
	}
	for range 2 {
		if err := f.take(f.council, two); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.statuses(f.team()); got != "map[confirmed:2]" || f.owes(f.council) != two || f.told("team-booked") != 1 || f.told("team-offered") != 1 {
		t.Errorf("taken: %s, owes %s, told %v", got, f.owes(f.council), f.mails("coordinator@council.example"))
	}
	if list, err := enrolment.OffersOf(t.Context(), f.db, f.council.ID); err != nil || len(list) != 0 {
		t.Errorf("offers %+v, %v", list, err)
	}
	f.read()
	if err := f.leave(f.council); !sameRefusal(err, admissions.ErrTaken) || f.statuses(f.team()) != "map[confirmed:2]" {
		t.Errorf("leaving afterwards: %v, %s", err, f.statuses(f.team()))
	}
	f.sound()
}

func TestATakenOfferWaitsForThePurchaseOrderAsLongAsAnyBooking(t *testing.T) {
	t.Parallel()
	f := newOffer(t, organisation.PORequired)
	if err := f.take(f.council, two); err != nil {
		t.Fatal(err)
	}
	team := f.team()
	if got := f.statuses(team); got != "map[held:2]" || !team.HoldUntil.Equal(london.On(2026, 12, 23).End()) {
		t.Errorf("taken: %s until %s", got, team.HoldUntil)
	}
	f.clock.Set(london.On(2026, 12, 1).At(9, 0))
	f.lapses()
	if got := f.statuses(team); got != "map[held:2]" {
		t.Errorf("after the offer's own day: %s", got)
	}
	f.sound()
}

func TestAnOfferThatAnOrganisationDeclinesOrForgetsGoesToTheNext(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*offer){
		"declines": func(f *offer) {
			for range 2 {
				if err := f.leave(f.council); err != nil {
					f.Fatal(err)
				}
			}
		},
		"forgets": func(f *offer) {
			f.clock.Set(london.On(2026, 11, 30).End().Add(time.Second))
			if err := f.take(f.council, two); !sameRefusal(err, admissions.ErrOfferOver) {
				f.Errorf("taken after its day: %v", err)
			}
			f.lapses()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newOffer(t, organisation.PONotUsed)
			next := f.employer("next", organisation.PONotUsed)
			theirs := f.waitFor(next, 1)
			end(f)
			f.passes()
			if err := f.take(f.council, two); !sameRefusal(err, admissions.ErrOfferOver) {
				t.Errorf("taken afterwards: %v", err)
			}
			if got := f.statuses(f.team()); strings.Contains(got, "held") || f.owes(f.council) != 0 {
				t.Errorf("%s, owes %s", got, f.owes(f.council))
			}
			if lapsed := f.told("team-offer-lapsed"); lapsed != 1 && name == "forgets" || lapsed != 0 && name == "declines" || f.told("team-lapsed") != 0 {
				t.Errorf("told %v", f.mails("coordinator@council.example"))
			}
			if w, err := enrolment.WaitByCode(t.Context(), f.db, theirs.Code); err != nil || w.Status != enrolment.WaitOffered {
				t.Errorf("the next is %+v, %v", w, err)
			}
			f.sound()
		})
	}
}

func TestAnOrganisationThatWaitsIsToldWhenTheCourseBeginsOrIsCancelled(t *testing.T) {
	t.Parallel()
	for name, over := range map[string]func(*office){
		"begins": func(f *office) { f.clock.Set(london.On(2027, 2, 1).At(0, 1)) },
		"is cancelled": func(f *office) {
			f.write(func(tx *db.Tx) error {
				_, err := tx.NewRaw("UPDATE runs SET status = ? WHERE id = ?", course.Cancelled, f.run).Exec(f.Context())
				return err
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newOffice(t, 1)
			trust, council := f.employer("trust", organisation.PONotUsed), f.employer("council", organisation.PONotUsed)
			f.booked(trust, f.order(1, nil))
			w := f.waitFor(council, 1)
			over(f)
			f.passes()
			f.passes()
			w, err := enrolment.WaitByCode(t.Context(), f.db, w.Code)
			if err != nil || w.Status != enrolment.WaitOver {
				t.Errorf("the wait is %+v, %v", w, err)
			}
			if got := f.mails("coordinator@council.example"); !slices.Contains(got, "team-waiting-over") {
				t.Errorf("told %v", got)
			}
			if runs, err := enrolment.RunsAwaited(t.Context(), f.db); err != nil || len(runs) != 0 {
				t.Errorf("awaited: %v, %v", runs, err)
			}
		})
	}
}
