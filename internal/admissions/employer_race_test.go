package admissions_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

// meet has verbs meet at the places that they all lock: each has read what it reads before that, and waits, until the last
// one waits too. They go on in the order given.
func (f *office) meet(verbs ...func(*db.Tx) error) []error {
	f.Helper()
	owner := dbtest.Owner(f, f.db)
	answers := make([]error, len(verbs))
	var all sync.WaitGroup
	f.write(func(tx *db.Tx) error {
		for _, table := range []string{"run_places", "enrolments"} {
			if _, err := tx.NewRaw("SELECT FROM " + table + " FOR UPDATE").Exec(f.Context()); err != nil {
				return err
			}
		}
		for i, do := range verbs {
			all.Go(func() { answers[i] = f.db.Write(f.Context(), do) })
			for waiting, deadline := 0, time.Now().Add(20*time.Second); waiting <= i; {
				err := owner.NewRaw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(f.Context(), &waiting)
				if err != nil || time.Now().After(deadline) {
					return fmt.Errorf("%d of %d wait: %w", waiting, i+1, err)
				}
			}
		}
		return nil
	})
	all.Wait()
	f.sound()
	(&gale{office: f}).counted()
	return answers
}

// inBothOrders has two verbs meet, in a world for each order: whichever comes first wins, and the other is refused as it
// says. then looks at what came of it.
func inBothOrders(t *testing.T, begin func(*office) (one, other racer), capacity int, then func(f *office, won string)) {
	t.Helper()
	for _, swapped := range []bool{false, true} {
		t.Run(fmt.Sprint("swapped ", swapped), func(t *testing.T) {
			t.Parallel()
			f := newOffice(t, capacity)
			first, second := begin(f)
			if swapped {
				first, second = second, first
			}
			answers := f.meet(first.do, second.do)
			if answers[0] != nil {
				t.Fatalf("%s came first: %v", first.name, answers[0])
			}
			if !sameRefusal(answers[1], second.late) {
				t.Fatalf("%s came second: %v, want %v", second.name, answers[1], second.late)
			}
			then(f, first.name)
		})
	}
}

// racer is a verb, and how it is refused when it comes too late; nil: it still does its work.
type racer struct {
	name string
	do   func(*db.Tx) error
	late error
}

// A verb that looks before it locks lets both win here: the races below would show it.
func TestARaceShowsAVerbThatLooksTooEarly(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	seat := f.seats(f.booked(trust, f.order(1, nil)))[0]
	careless := func(email string) func(*db.Tx) error {
		who := f.person(email)
		return func(tx *db.Tx) error {
			e, err := enrolment.ByCode(t.Context(), tx, seat.Code)
			if err != nil || e.PersonID != 0 {
				return errors.Join(err, state.ErrMovedOn)
			}
			if err := course.LockPlaces(t.Context(), tx, f.run); err != nil {
				return err
			}
			return enrolment.Name(t.Context(), tx, e, enrolment.SeatName{PersonID: who, Name: email, Email: email, NamedBy: trust.by})
		}
	}
	if answers := f.meet(careless("ana@trust.example"), careless("ben@trust.example")); answers[0] != nil || answers[1] != nil {
		t.Errorf("they did not meet: %v", answers)
	}
}

func TestACostIsAgreedToOrRefusedOnce(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(f *office) (yes, no racer) {
		trust := f.employer("trust", organisation.PONotUsed)
		f.booked(trust, f.order(2, func(o *admissions.TeamOrder) { o.ApproverName, o.ApproverEmail = "Max Boss", "max@trust.example" }))
		token := f.tokenIn("max@trust.example", "/approve/")
		return racer{"yes", func(tx *db.Tx) error { return admissions.ApproveCost(f.Context(), tx, token, 840_000) }, admissions.ErrApprovalOver},
			racer{"no", func(tx *db.Tx) error { return admissions.RefuseCost(f.Context(), tx, token, "No") }, admissions.ErrApprovalOver}
	}, 28, func(f *office, won string) {
		want := map[string]string{"yes": "2 confirmed", "no": "2 held"}[won]
		if got := f.standing(); got != want {
			f.Errorf("after a %s: %s", won, got)
		}
	})
}

// standing counts the places of the run.
func (f *office) standing() (counts string) {
	f.Helper()
	err := f.db.NewRaw("SELECT string_agg(n || ' ' || status, ', ' ORDER BY status) FROM (SELECT status, count(*) AS n FROM enrolments GROUP BY status) s").Scan(f.Context(), &counts)
	if err != nil {
		f.Fatal(err)
	}
	return counts
}

func TestAnOrderWorthOnePlacePaysOne(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(f *office) (one, other racer) {
		trust := f.employer("trust", organisation.PORequired)
		seats := f.seats(f.booked(trust, f.order(2, nil)))
		var order *billing.PurchaseOrder
		f.write(func(tx *db.Tx) (err error) {
			order, err = admissions.AddOrder(f.Context(), tx, trust.by, trust.Organisation, billing.NewOrder{Number: "1", Amount: 420_000}, nil)
			return err
		})
		bind := func(n int) racer {
			return racer{fmt.Sprint("place ", n), func(tx *db.Tx) error {
				return admissions.BindOrder(f.Context(), tx, trust.by, trust.Organisation, order.Code, []string{seats[n].Code})
			}, billing.ErrOrderExceeded}
		}
		return bind(0), bind(1)
	}, 28, func(f *office, _ string) {
		if got := f.standing(); got != "1 confirmed, 1 held" {
			f.Error(got)
		}
	})
}

// Both are done, in either order: what is invoiced in the end is what is owed.
func TestAPlaceIsGivenUpWhileItsInvoiceIsIssued(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(f *office) (withdraw, issue racer) {
		trust := f.employer("trust", organisation.PONotUsed)
		seat := f.seats(f.booked(trust, f.order(1, nil)))[0]
		ready, err := invoice.ListReady(f.Context(), f.db, london.DateOf(f.db.Now()), invoice.ReadyFilter{})
		if err != nil || len(ready) != 1 {
			f.Fatalf("%d are ready, %v", len(ready), err)
		}
		return racer{"withdraw", func(tx *db.Tx) error {
				return admissions.WithdrawSeat(f.Context(), tx, trust.by, trust.Organisation, seat.Code, 7_500)
			}, nil}, racer{"issue", func(tx *db.Tx) error {
				_, err := invoice.Issue(f.Context(), tx, audit.Person(f.ann), ready[0].Key)
				return err
			}, nil}
	}, 28, func(f *office, _ string) { // they wait at different rows, so that either may go on first
		var open, credited money.Amount
		if err := f.db.NewRaw("SELECT sum(total - credited - paid - written_off), sum(credited) FROM invoices").Scan(f.Context(), &open, &credited); err != nil {
			f.Fatal(err)
		}
		if got := f.standing(); got != "1 withdrawn" || open != 7_500 || credited != 0 && credited != 412_500 {
			f.Errorf("%s, %s is open and %s credited", got, open, credited)
		}
	})
}

func TestOnePersonIsNamedForOnePlace(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(f *office) (one, other racer) {
		trust := f.employer("trust", organisation.PONotUsed)
		seats := f.seats(f.booked(trust, f.order(2, nil)))
		name := func(n int) racer {
			return racer{fmt.Sprint("place ", n), func(tx *db.Tx) error {
				return admissions.NameSeat(f.Context(), tx, trust.by, trust.Organisation, seats[n].Code, "Ana Reyes", "ana@trust.example")
			}, enrolment.ErrAlreadyThere}
		}
		return name(0), name(1)
	}, 28, func(f *office, _ string) {
		if told := f.mails("ana@trust.example"); len(told) != 1 {
			f.Errorf("Ana was told %v", told)
		}
	})
}

func TestTwoAreNamedForOnePlaceAndOneSitsThere(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(f *office) (one, other racer) {
		trust := f.employer("trust", organisation.PONotUsed)
		seat := f.seats(f.booked(trust, f.order(1, nil)))[0]
		name := func(name, email string) racer {
			return racer{email, func(tx *db.Tx) error {
				return admissions.NameSeat(f.Context(), tx, trust.by, trust.Organisation, seat.Code, name, email)
			}, nil}
		}
		return name("Ana Reyes", "ana@trust.example"), name("Ben Okafor", "ben@trust.example")
	}, 28, func(f *office, first string) {
		var sits string
		if err := f.db.NewRaw("SELECT email FROM seat_names WHERE until IS NULL").Scan(f.Context(), &sits); err != nil || sits == first {
			f.Errorf("%s sits there, %v", sits, err)
		}
		if told := f.mails(first); fmt.Sprint(told) != "[seat-named seat-passed-on]" {
			f.Errorf("%s was told %v", first, told)
		}
	})
}

func TestSomebodyWhoLeftKeepsThePlaceOrGivesItUp(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(f *office) (keep, giveUp racer) {
		trust, seat, _ := f.sent()
		f.write(func(tx *db.Tx) error {
			return admissions.TellLeft(f.Context(), tx, trust.by, trust.Organisation, seat.Code)
		})
		return racer{"keep", func(tx *db.Tx) error { return admissions.KeepSeat(f.Context(), tx, seat.PersonID, seat.Code, 412_500) }, enrolment.ErrUnknown},
			racer{"give up", func(tx *db.Tx) error { return admissions.GiveUpSeat(f.Context(), tx, seat.PersonID, seat.Code) }, enrolment.ErrNotLeft}
	}, 28, func(f *office, won string) {
		want := map[string]string{"keep": "1 confirmed", "give up": "1 withdrawn"}[won]
		if got := f.standing(); got != want {
			f.Errorf("after %s: %s", won, got)
		}
	})
}

func TestTheLastPlaceIsAnEmployersOrALearners(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(f *office) (employer, learner racer) {
		trust := f.employer("trust", organisation.PONotUsed)
		order := f.order(1, nil)
		owner := enrolment.Owner{Person: f.person("ana@home.example"), VisitorHash: []byte("browser")}
		var draft *enrolment.TeamBooking
		f.write(func(tx *db.Tx) (err error) {
			if draft, err = enrolment.DraftOf(f.Context(), tx, trust.by, trust.ID, f.run); err != nil {
				return err
			}
			_, err = enrolment.SaveBooking(f.Context(), tx, owner, f.run, func(b *enrolment.Booking) {
				b.Learner, b.Payer, b.Peer, b.Name, b.Email = enrolment.LearnerMyself, enrolment.PayerMyself, enrolment.No, "Ana Reyes", "ana@home.example"
			})
			return err
		})
		return racer{"employer", func(tx *db.Tx) error {
				_, err := admissions.BookTeam(f.Context(), tx, trust.by, draft.Code, order)
				return err
			}, admissions.ErrTooManyPlaces}, racer{"learner", func(tx *db.Tx) error {
				_, err := admissions.Book(f.Context(), tx, owner, "FND-L27", fee)
				return err
			}, course.ErrFull}
	}, 1, func(f *office, won string) {
		want := map[string]string{"employer": "1 confirmed", "learner": "1 held"}[won]
		if got := f.standing(); got != want {
			f.Errorf("the %s won: %s", won, got)
		}
	})
}
