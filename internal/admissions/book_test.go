package admissions_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/money"
)

func TestABookingBecomesAHeldPlaceWithEverythingThatBelongsToIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, _ := w.booked(1)

	if e.Status != enrolment.Held || e.Price != fee || !e.HeldUntil.Equal(p.ExpiresAt) {
		t.Errorf("the place: %+v", e)
	}
	if p.Status != billing.Created || p.Amount != fee || p.Key == "" {
		t.Errorf("the payment: %+v", p)
	}
	if due, deferred := w.balance(billing.Due(p.ShareID)), w.balance(billing.Deferred(w.run)); due != fee || deferred != -fee {
		t.Errorf("%s due, %s deferred", due, deferred)
	}
	for query, want := range map[string]int{
		"SELECT count(*) FROM audit WHERE subject = 'enrolment' AND action = 'place held'": 1,
		"SELECT count(*) FROM river.river_job WHERE kind = 'page_preparing'":               1,
		"SELECT count(*) FROM people WHERE name = 'Ana Reyes'":                             1,
	} {
		var got int
		if err := w.db.NewRaw(query).Scan(t.Context(), &got); err != nil || got != want {
			t.Errorf("%s: %d, %v", query, got, err)
		}
	}
	w.sound()
}

func TestADoubleClickBooksOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	owner := w.person(1)
	var codes sync.Map
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			switch e, err := w.book(owner); {
			case err == nil:
				codes.Store(e.Code, true)
			case !errors.Is(err, enrolment.ErrAlreadyThere):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	codes.Range(func(any, any) bool { n++; return true })
	if n != 1 || w.places().Held != 1 {
		t.Errorf("%d places booked, %d held", n, w.places().Held)
	}
}

func TestABookingThatCannotBeIsRefusedWithItsReasonAndNothingHalfDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	owner := w.person(1)
	book := func(run string, agreed money.Amount) error {
		return w.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := admissions.Book(t.Context(), tx, owner, run, agreed)
			return err
		})
	}
	if err := book("FND-X99", fee); !errors.Is(err, course.ErrUnknown) {
		t.Errorf("an unknown run: %v", err)
	}
	if err := book("FND-M27", fee-1); !errors.Is(err, admissions.ErrPriceChanged) {
		t.Errorf("another price: %v", err)
	}
	nobody := enrolment.Owner{Person: owner.Person + 1000, VisitorHash: []byte("nobody")}
	if _, err := w.book(nobody); !errors.Is(err, admissions.ErrIncomplete) {
		t.Errorf("nothing typed: %v", err)
	}
	unnamed := enrolment.Owner{VisitorHash: []byte("signed out")}
	w.write(func(tx *db.Tx) error {
		_, err := enrolment.SaveBooking(t.Context(), tx, unnamed, w.run, func(b *enrolment.Booking) {
			b.Learner, b.Payer, b.Name, b.Email = enrolment.LearnerMyself, enrolment.PayerMyself, "Ana", "ana@people.example"
		})
		return err
	})
	if _, err := w.book(unnamed); !errors.Is(err, admissions.ErrIncomplete) {
		t.Errorf("signed out: %v", err)
	}
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE runs SET status = 'closed'").Exec(t.Context())
		return err
	})
	if err := book("FND-M27", fee); !errors.Is(err, course.ErrClosed) {
		t.Errorf("a closed run: %v", err)
	}
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE runs SET status = 'open'").Exec(t.Context())
		return err
	})
	if w.places().Held != 0 {
		t.Error("a refused booking holds a place")
	}
	w.booked(2)
	if err := book("FND-M27", fee); !errors.Is(err, course.ErrFull) {
		t.Errorf("a full run: %v", err)
	}
	b, err := enrolment.OpenBooking(t.Context(), w.db, owner, w.run)
	if err != nil || b.Name != "Ana Reyes" {
		t.Errorf("what was typed is lost: %+v, %v", b, err)
	}
}

func TestSomebodyElsesBookingCannotBeSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	w.person(1)
	thief := enrolment.Owner{Person: w.person(2).Person, VisitorHash: []byte("browser 1")}
	e, err := w.book(thief)
	if err != nil {
		t.Fatal(err)
	}
	if e.PersonID != thief.Person {
		t.Errorf("booked for person %d", e.PersonID)
	}
	ctx := context.WithoutCancel(t.Context())
	if _, err := enrolment.ActiveOf(ctx, w.db, thief.Person-1, w.run); failure.KindOf(err) != failure.NotFound {
		t.Errorf("the other person got a place: %v", err)
	}
}
