package enrolment_test

import (
	"context"
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
)

func visitor(key string) enrolment.Owner {
	h := sha256.Sum256([]byte(key))
	return enrolment.Owner{VisitorHash: h[:]}
}

func save(t *testing.T, d *db.DB, owner enrolment.Owner, run id.Run, name string) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		_, err := enrolment.SaveBooking(t.Context(), tx, owner, run, func(b *enrolment.Booking) { b.Name = name })
		return err
	})
}

func nameIn(t *testing.T, d *db.DB, owner enrolment.Owner, run id.Run) string {
	t.Helper()
	b, err := enrolment.OpenBooking(t.Context(), d, owner, run)
	if err != nil {
		t.Fatal(err)
	}
	return b.Name
}

func TestABookingIsSeenByItsOwnersAlone(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 5, 0)
	who := folk(t, d, 2)
	browser := visitor("a browser")
	save(t, d, browser, o.ID, "Ana Reyes")

	if got := nameIn(t, d, browser, o.ID); got != "Ana Reyes" {
		t.Errorf("her own browser sees %q", got)
	}
	for name, other := range map[string]enrolment.Owner{
		"another browser": visitor("another"), "nobody": {}, "another person": {Person: who[1]},
	} {
		if got := nameIn(t, d, other, o.ID); got != "" {
			t.Errorf("%s sees %q", name, got)
		}
	}

	signedIn := enrolment.Owner{VisitorHash: browser.VisitorHash, Person: who[0]}
	save(t, d, signedIn, o.ID, "Ana Reyes")
	for name, other := range map[string]enrolment.Owner{
		"the browser after signing out":        browser,
		"the next person on the same computer": {VisitorHash: browser.VisitorHash, Person: who[1]},
	} {
		if got := nameIn(t, d, other, o.ID); got != "" {
			t.Errorf("%s sees %q", name, got)
		}
	}
	if got := nameIn(t, d, enrolment.Owner{Person: who[0]}, o.ID); got != "Ana Reyes" {
		t.Errorf("her other device sees %q", got)
	}
}

func TestOfTwoBookingsBegunApartNoWordIsLostAndTheLaterWins(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, now())
	o := run(t, d, 5, 0)
	me := folk(t, d, 1)[0]
	answer := func(owner enrolment.Owner, change func(*enrolment.Booking)) {
		write(t, d, func(tx *db.Tx) error {
			_, err := enrolment.SaveBooking(t.Context(), tx, owner, o.ID, change)
			return err
		})
		clock.Advance(time.Minute)
	}
	answer(enrolment.Owner{Person: me}, func(b *enrolment.Booking) { b.Name, b.Phone, b.Payer = "on the laptop", "020", "myself" })
	phone := visitor("my phone")
	answer(phone, func(b *enrolment.Booking) { b.Name, b.Learner = "on the phone", "myself" })

	both := enrolment.Owner{VisitorHash: phone.VisitorHash, Person: me}
	write(t, d, func(tx *db.Tx) error {
		_, err := enrolment.LockBooking(t.Context(), tx, both, o.ID)
		return err
	})
	b, err := enrolment.OpenBooking(t.Context(), d, enrolment.Owner{Person: me}, o.ID)
	if err != nil || b.Name != "on the phone" || b.Phone != "020" || b.Payer != "myself" || b.Learner != "myself" {
		t.Errorf("kept %+v, %v", b, err)
	}
}

func TestWhoeverSignsInOnASharedComputerDoesNotGetAnothersName(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 5, 0)
	me := folk(t, d, 1)[0] // learner0@people.example
	write(t, d, func(tx *db.Tx) error { return people.SetDetails(t.Context(), tx, me, people.Details{Name: "Bo Lind"}) })
	for typed, want := range map[string]string{"somebody.else@people.example": "Bo Lind", "Learner0@people.example": "Ana Reyes"} {
		browser := visitor(typed)
		write(t, d, func(tx *db.Tx) error {
			_, err := enrolment.SaveBooking(t.Context(), tx, browser, o.ID, func(b *enrolment.Booking) { b.Name, b.Email = "Ana Reyes", typed })
			return err
		})
		var got *enrolment.Booking
		write(t, d, func(tx *db.Tx) (err error) {
			got, err = enrolment.LockBooking(t.Context(), tx, enrolment.Owner{VisitorHash: browser.VisitorHash, Person: me}, o.ID)
			return err
		})
		if got.Name != want {
			t.Errorf("typed with %s, adopted as %q", typed, got.Name)
		}
		if _, err := d.NewDelete().Model(got).WherePK().Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTwoTabsWriteIntoOneBooking(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 5, 0)
	owner := visitor("two tabs")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			ctx := context.WithoutCancel(t.Context())
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := enrolment.SaveBooking(ctx, tx, owner, o.ID, func(b *enrolment.Booking) { b.Name = "Ana" })
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n, err := d.NewSelect().Model((*enrolment.Booking)(nil)).Count(t.Context())
	if err != nil || n != 1 {
		t.Errorf("%d bookings, %v", n, err)
	}
}

func TestABookingLeadsThroughExactlyTheQuestionsItNeeds(t *testing.T) {
	t.Parallel()
	o := twentyDays()
	early, late := london.On(2026, 11, 23).At(9, 0), london.On(2027, 3, 1).At(9, 0)
	b := &enrolment.Booking{}
	for _, answer := range []struct {
		want enrolment.Step
		give func()
	}{
		{enrolment.StepLearner, func() { b.Learner = enrolment.LearnerMyself }},
		{enrolment.StepPayer, func() { b.Payer = enrolment.PayerMyself }},
		{enrolment.StepDetails, func() { b.Name, b.Email = "Ana", "ana@people.example" }},
		{enrolment.StepCheck, func() {}},
	} {
		if got := b.Next(o, early); got != answer.want {
			t.Errorf("next is %s, want %s", got, answer.want)
		}
		answer.give()
	}
	if got := b.Next(o, late); got != enrolment.StepStart {
		t.Errorf("when it begins within 14 days next is %s", got)
	}
	b.ExpressStart = enrolment.No
	if got := b.Next(o, late); got != enrolment.StepStart {
		t.Errorf("without the express request next is %s", got)
	}
	o.Places.Reserved = 6
	if got := b.Next(o, early); got != enrolment.StepPeer {
		t.Errorf("when places are kept for peers next is %s", got)
	}
}

func TestUnfinishedBookingsAreForgottenAfterThirtyDays(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, now())
	o := run(t, d, 5, 0)
	save(t, d, visitor("old"), o.ID, "Old")
	clock.Advance(30 * 24 * time.Hour)
	save(t, d, visitor("new"), o.ID, "New")
	forget := func() (n int64) {
		write(t, d, func(tx *db.Tx) (err error) { n, err = enrolment.ForgetUnfinished(t.Context(), tx); return err })
		return n
	}
	if n := forget(); n != 0 {
		t.Errorf("%d forgotten on the thirtieth day", n)
	}
	clock.Advance(time.Second)
	if n := forget(); n != 1 {
		t.Errorf("%d forgotten after it", n)
	}
	if got := nameIn(t, d, visitor("new"), o.ID); got != "New" {
		t.Errorf("the newer one says %q", got)
	}
}

func now() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }
