package enrolment_test

import (
	"strings"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
)

var kestrel = enrolment.Employer{Name: "Kestrel House Wellbeing", Contact: "Kim Lowe", Email: "kim@kestrel.example", Amount: "750"}

func TestAnEmployerIsAskedForMoreThanNothingAndLessThanAll(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]money.Amount{
		"750": 75_000, "£3,249.99": 324_999, " 0.01 ": 1,
		"": 0, "0": 0, "0.00": 0, "-5": 0, "half": 0, "3250": 0, "3,250.01": 0, "99999999": 0, "7.5": 0,
	} {
		e := kestrel
		e.Amount = typed
		got, err := e.Check(money.Pounds(3_250) - 1)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %s, %v", typed, got, err)
		}
		if wrong := failure.Of(err); wrong != nil && (len(wrong.Fields) != 1 || wrong.Fields["employer_amount"] == "") {
			t.Errorf("%q: %v", typed, wrong.Fields)
		}
	}
}

func TestEveryMistakeAboutAnEmployerIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for _, e := range []enrolment.Employer{
		{}, {Name: " ", Contact: "\t", Email: " ", Amount: " "},
		{Name: "www.example.org", Contact: "kim@kestrel.example", Email: "kim@", Amount: "£"},
		{Name: "Kestrel\u202e House", Contact: "K\u200bim", Email: "kim@", Amount: "£"},
		{Name: strings.Repeat("a", 201), Contact: strings.Repeat("a", 101), Email: "kim", Amount: "x"},
	} {
		_, err := e.Check(money.Pounds(100))
		wrong := failure.Of(err)
		if wrong == nil || wrong.Kind != failure.Invalid {
			t.Fatalf("%+v: %v", e, err)
		}
		for _, field := range []string{"employer", "employer_contact", "employer_email", "employer_amount"} {
			if wrong.Fields[field] == "" {
				t.Errorf("%+v: nothing about %s in %v", e, field, wrong.Fields)
			}
		}
	}
}

func TestASharedBookingAsksForTheEmployerAfterThePriceIsKnown(t *testing.T) {
	t.Parallel()
	o := twentyDays()
	o.Prices = []course.Price{{Band: course.Self, Amount: 325_000}, {Band: course.Peer, Amount: 195_000}}
	now := london.On(2026, 11, 23).At(9, 0)
	b := &enrolment.Booking{Learner: enrolment.LearnerMyself, Payer: enrolment.PayerShared, Name: "Ana", Email: "ana@people.example"}
	if got := b.Next(o, now); got != enrolment.StepPeer {
		t.Errorf("first comes %s", got)
	}
	b.Peer = enrolment.No
	if got := b.Next(o, now); got != enrolment.StepEmployer {
		t.Errorf("then comes %s", got)
	}
	b.Ask(enrolment.Employer{Name: " Kestrel ", Contact: "Kim", Email: " kim@kestrel.example", Amount: "2,000 "})
	if got := b.Next(o, now); got != enrolment.StepCheck || b.EmployerPays(o) != 200_000 || b.Employer != "Kestrel" {
		t.Errorf("with an answer comes %s, %s", got, b.EmployerPays(o))
	}
	b.Peer = enrolment.Yes
	if got := b.Next(o, now); got != enrolment.StepEmployer || b.EmployerPays(o) != 0 {
		t.Errorf("at a price below the employer's part comes %s, %s", got, b.EmployerPays(o))
	}
	b.Payer, b.Peer = enrolment.PayerMyself, enrolment.No
	if got := b.Next(o, now); got != enrolment.StepCheck || b.EmployerPays(o) != 0 {
		t.Errorf("who pays alone gets %s, %s", got, b.EmployerPays(o))
	}
}

func TestAnEmployerHasUntilTheDayBeforeTheCourseAtTheLatest(t *testing.T) {
	t.Parallel()
	o := twentyDays()
	first := o.StartsOn()
	for daysBefore, want := range map[int]london.Date{60: first.AddDays(-46), 15: first.AddDays(-1), 14: first.AddDays(-1), 3: first.AddDays(-1)} {
		now := first.AddDays(-daysBefore).At(9, 0)
		if got := enrolment.SharedUntil(o, now); got != want || !enrolment.MayShare(o, now) {
			t.Errorf("%d days before it is kept until %s", daysBefore, got.Long())
		}
	}
	b := &enrolment.Booking{Learner: enrolment.LearnerMyself, Payer: enrolment.PayerShared}
	if enrolment.MayShare(o, first.At(9, 0)) || b.Next(o, first.At(9, 0)) != enrolment.StepPayer {
		t.Error("an employer is asked on the first day")
	}
}

func TestTheCourseMayBeginBeforeTheRightEndsOfWhatAnEmployerAgreesToLate(t *testing.T) {
	t.Parallel()
	o := twentyDays()
	alone, shared := &enrolment.Booking{Payer: enrolment.PayerMyself}, &enrolment.Booking{Payer: enrolment.PayerShared}
	for daysBefore, want := range map[int][2]bool{24: {true, true}, 25: {false, true}, 38: {false, true}, 39: {false, false}} {
		now := o.StartsOn().AddDays(-daysBefore).At(9, 0)
		if got := [2]bool{alone.NeedsExpressStart(o, now), shared.NeedsExpressStart(o, now)}; got != want {
			t.Errorf("%d days before: %v, want %v", daysBefore, got, want)
		}
	}
}

func TestWhichEmployerIsAskedIsKeptAndCarriedButNotShownToAnother(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := run(t, d, 5, 0)
	other := secondRun(t, d, o)
	who := folk(t, d, 2) // learner0@people.example, learner1@people.example
	write(t, d, func(tx *db.Tx) error {
		return people.SetDetails(t.Context(), tx, who[1], people.Details{Name: "Bo Lind"})
	})
	type of struct {
		owner enrolment.Owner
		run   *course.Offering
	}
	asked := func(of of) enrolment.Employer {
		b, err := enrolment.OpenBooking(t.Context(), d, of.owner, of.run.ID)
		if err != nil {
			t.Fatal(err)
		}
		return b.Asked()
	}
	browser := visitor("shared")
	write(t, d, func(tx *db.Tx) error {
		_, err := enrolment.SaveBooking(t.Context(), tx, browser, o.ID, func(b *enrolment.Booking) {
			b.Payer, b.Email = enrolment.PayerShared, "learner0@people.example"
			b.Ask(kestrel)
		})
		return err
	})
	write(t, d, func(tx *db.Tx) error {
		_, err := enrolment.CopyBooking(t.Context(), tx, browser, o.ID, other.ID)
		return err
	})
	for _, at := range []of{{browser, o}, {browser, other}} {
		if got := asked(at); got != kestrel {
			t.Errorf("%s keeps %+v", at.run.Code, got)
		}
	}
	for n, run := range []*course.Offering{o, other} {
		write(t, d, func(tx *db.Tx) error {
			_, err := enrolment.LockBooking(t.Context(), tx, enrolment.Owner{VisitorHash: browser.VisitorHash, Person: who[n]}, run.ID)
			return err
		})
	}
	if got := asked(of{enrolment.Owner{Person: who[0]}, o}); got != kestrel {
		t.Errorf("whoever typed it gets %+v", got)
	}
	if got := asked(of{enrolment.Owner{Person: who[1]}, other}); got != (enrolment.Employer{}) {
		t.Errorf("somebody else gets %+v", got)
	}
}

// secondRun is another run of the same course.
func secondRun(t *testing.T, d *db.DB, like *course.Offering) *course.Offering {
	t.Helper()
	o := &course.Offering{
		Run:    course.Run{Code: "FND-L27", CourseID: like.CourseID, City: "Leeds", Status: course.Open, Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30"},
		Blocks: []course.Block{{StartsOn: london.On(2027, 4, 5), EndsOn: london.On(2027, 4, 9)}},
		Prices: []course.Price{{Band: course.Self, Amount: 325_000}}, Scale: []course.Step{{DaysBefore: 0, ChargeBP: 10_000}},
		Places: course.Places{Capacity: 5},
	}
	write(t, d, func(tx *db.Tx) error { return course.Schedule(t.Context(), tx, audit.System, o) })
	return reload(t, d, o)
}
