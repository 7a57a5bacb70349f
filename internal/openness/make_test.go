package openness_test

import (
	"fmt"
	"testing"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/openness"
)

func TestACohortIsPublishedOnceItHasBegunAndNobodyWritesItButTheProgram(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, london.On(2026, 11, 23).At(9, 0))
	machine := dbtest.As(t, d, db.Worker)
	o := fixture.Run(t, d, "FND-T27", 12)
	for n := range 6 {
		fixture.Confirmed(t, d, o, fixture.Person(t, d, fmt.Sprintf("person%d@post.example", n)))
	}
	published := func() []openness.Year {
		if err := machine.Write(t.Context(), func(tx *db.Tx) error { return openness.Make(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		years, err := openness.Years(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		return years
	}
	if years := published(); len(years) != 0 {
		t.Errorf("before the first day %+v is published", years)
	}
	clock.Set(o.StartsOn().At(0, 1))
	years := published()
	if len(years) != 1 || len(years[0].Cohorts) != 1 {
		t.Fatalf("%+v", years)
	}
	k := years[0].Cohorts[0]
	want := 6 * o.Price("self")
	if k.Code != "FND-T27" || k.Places != 12 || k.Taken.String() != "6" || k.Learners.Amount != want || k.Learners.Places.String() != "6" {
		t.Errorf("%+v", k)
	}
	for name, c := range map[string]openness.Count{"peers": k.Peers, "employers": k.Employers.Places, "trainers": k.Trainers} {
		if _, shown := c.Shown(); shown {
			t.Errorf("%s are shown as %s", name, c)
		}
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE openness SET body = '{}'").Exec(t.Context())
		return err
	})
	if err == nil {
		t.Error("the public's role changed what is published")
	}
}

func TestTheSharesOfPeersOfAYearAreCountedByPerson(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, london.On(2026, 11, 23).At(9, 0))
	machine := dbtest.As(t, d, db.Worker)
	first, second := fixture.Run(t, d, "FND-T27", 12), fixture.Run(t, d, "FND-U27", 12)
	for n := range 20 {
		o := first
		if n >= 10 {
			o = second
		}
		e := fixture.Confirmed(t, d, o, fixture.Person(t, d, fmt.Sprintf("person%d@post.example", n)))
		dbtest.Force(t, d, "UPDATE enrolments SET peer = ? WHERE id = ?", n%2 == 0, e.ID)
	}
	for n := range 10 { // five of ten, of whom three teach both
		p := fixture.Person(t, d, fmt.Sprintf("trainer%d@post.example", n))
		dbtest.Force(t, d, "INSERT INTO trainers (person_id, peer, since) VALUES (?, ?, now())", p.ID, n%2 == 0)
		for i, o := range []*course.Offering{first, second} {
			if n < 3 || n%2 == i {
				dbtest.Force(t, d, "INSERT INTO block_trainers (block_id, person_id, starts_on, ends_on) SELECT id, ?, starts_on, ends_on FROM blocks WHERE run_id = ?", p.ID, o.ID)
			}
		}
	}
	clock.Set(first.StartsOn().At(0, 1))
	if err := machine.Write(t.Context(), func(tx *db.Tx) error { return openness.Make(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	years, err := openness.Years(t.Context(), d)
	if err != nil || len(years) != 1 {
		t.Fatalf("%+v, %v", years, err)
	}
	p := years[0].Peers
	if p.Learners.Of.String() != "20" || p.Learners.String() != "50%" || p.Panel.String() != "not shown" {
		t.Errorf("learners %+v, panel %+v", p.Learners, p.Panel)
	}
	// Six teach the first cohort, so that four who teach the other one alone could be told of.
	if p.Trainers.String() != "not shown" {
		t.Errorf("trainers %+v beside %+v", p.Trainers, years[0].Cohorts)
	}
}
