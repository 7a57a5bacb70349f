package worker_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

// storm is eight people who want the five places of two runs of the same course, what they and the office do at random, and
// a card processor that has bad days. What it expects is a model of a few maps: who stood where, and what of whose money is kept.
type storm struct {
	*world
	rt     *rapid.T
	runs   []*course.Offering
	people []people.Person
	staff  id.Person

	stand     map[id.Enrolment]enrolment.Enrolment // as everybody stood after the last step
	kept      map[id.Enrolment]money.Amount        // what somebody agreed to leave with us when they gave their place up
	owes      map[id.Enrolment]money.Amount        // what they owed of it then, because they paid in parts, less what was let off
	cancelled map[id.Run]time.Time                 // until when those who had a place could choose
	did       string                               // in the last step
	by        id.Enrolment                         // whose act that was
	quiet     bool                                 // everything that waited was worked, and nothing was done since
	tried     map[string]int                       // how often what may happen was tried
	tally     map[string]int                       // and how often it came about
}

// TestTheLifeOfAPlaceHoldsItsRulesInAStorm does at random, in any order, what can happen to places of two runs, and after every
// step holds the database against the rules: never more than the capacity, no hold that nobody ends, nobody charged while they
// wait, plans that add up to the penny, one claim of a person on a run, nobody's place ended by anybody else, and every penny
// that the card processor has explained by a place.
func TestTheLifeOfAPlaceHoldsItsRulesInAStorm(t *testing.T) {
	t.Parallel()
	tally, tried := map[string]int{}, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		s := newStorm(weather{t, rt}, rt)
		s.tally, s.tried = tally, tried
		rt.Repeat(map[string]func(*rapid.T){"step": s.step, "": func(*rapid.T) { s.holds() }})
		s.ends()
	})
	t.Log(tally)
	for _, g := range (&storm{}).gusts() {
		if tried[g.name] == 0 {
			t.Errorf("nobody ever tried what is called %q", g.name)
		}
	}
}

// weather is a test whose databases and servers go with one storm, and not only with all of them.
type weather struct {
	testing.TB
	storm *rapid.T
}

// Cleanup calls f at the end of the storm.
func (w weather) Cleanup(f func()) { w.storm.Cleanup(f) }

func newStorm(t testing.TB, rt *rapid.T) *storm {
	t.Helper()
	s := &storm{world: newWorld(t, 3), rt: rt, stand: map[id.Enrolment]enrolment.Enrolment{}, kept: map[id.Enrolment]money.Amount{}, owes: map[id.Enrolment]money.Amount{}, cancelled: map[id.Run]time.Time{}}
	s.Cashier.Bacs = true
	later := s.another("FND-T28", 2)
	dbtest.Force(t, s.db, "INSERT INTO run_plans (run_id, deposit, by_block, months) SELECT id, 40000, true, 4 FROM runs")
	for _, run := range []id.Run{s.run.ID, later.ID} {
		o, err := course.OfferingOf(t.Context(), s.db, run)
		if err != nil {
			t.Fatal(err)
		}
		s.runs = append(s.runs, o)
	}
	for n := range 8 {
		s.people = append(s.people, fixture.Person(t, s.db, fmt.Sprintf("learner%d@people.example", n)))
	}
	s.staff = fixture.Person(t, s.db, "office@staff.example", people.Admin).ID
	s.run = s.runs[0]
	for _, p := range s.people[:2] { // who pay in parts from the beginning
		e := fixture.Held(t, s.db, s.run, p)
		s.drain()
		s.choose(e, billing.Monthly)
		s.payPage(e, sandbox.CardPays)
		s.stand[e.ID] = *s.expect(e, enrolment.Confirmed)
	}
	return s
}

// gust is something that may happen.
type gust struct {
	name   string
	weight int
	to     func() []enrolment.Enrolment // places of which one is drawn; nil: it is about none
	do     func(*enrolment.Enrolment) error
}

// step does one thing that has somebody to happen to. Being refused is fine: what was refused must have changed nothing.
func (s *storm) step(rt *rapid.T) {
	s.rt = rt
	var all []gust
	places := map[string][]enrolment.Enrolment{}
	for _, g := range s.gusts() {
		if g.to != nil {
			places[g.name] = g.to()
		}
		if g.to == nil || len(places[g.name]) > 0 {
			all = append(all, slices.Repeat([]gust{g}, g.weight)...)
		}
	}
	g := one(s, "what", all)
	rt.Log(g.name)
	s.did, s.by, s.quiet = g.name, 0, false
	s.clock.Advance(time.Second) // nobody does two things at once
	var e enrolment.Enrolment
	if g.to != nil {
		e = one(s, "whose", places[g.name])
		s.by = e.ID
	}
	s.tried[g.name]++
	err := g.do(&e)
	if f := failure.Of(err); err != nil && (f == nil || f.Kind == failure.Internal) {
		rt.Fatalf("%s: %v", g.name, err)
	}
	if err == nil {
		s.tally[g.name]++
	}
}

// works delivers events, works jobs and keeps the timetable, as far as the card processor lets it.
func (s *storm) works(*enrolment.Enrolment) error {
	err := s.tryDrain()
	s.quiet = err == nil
	return nil
}

// blowsOver has everything worked that waits. An answer of the card processor that was an error stays one for a while.
func (s *storm) blowsOver() {
	s.did, s.by, s.quiet = "works", 0, false
	for n := 0; !s.quiet; n++ {
		s.clock.Advance(10 * time.Minute)
		err := s.tryDrain()
		if s.quiet = err == nil; n == 40 {
			s.rt.Fatalf("not done after hours: %v", err)
		}
	}
	s.holds()
}

// ends has the office cancel both runs, and expects that nothing is left but what people agreed to leave.
func (s *storm) ends() {
	s.blowsOver()
	for _, o := range s.runs {
		s.write(func(tx *db.Tx) error {
			return admissions.CancelRun(s.Context(), tx, s.staff, o.Code, "The trainers are ill.")
		})
		s.cancelled[o.ID] = london.DateOf(s.clock.Now()).AddDays(enrolment.AnswerDays).End()
	}
	s.blowsOver()
	s.clock.Advance((enrolment.AnswerDays + 12) * 24 * time.Hour)
	s.blowsOver()
	for _, e := range s.claims() {
		if e.Active() && e.Status != enrolment.Completed {
			s.rt.Errorf("place %d is %s although its run is cancelled", e.ID, e.Status)
		}
	}
	var kept money.Amount
	for _, k := range s.kept {
		kept += k
	}
	for which, owed := range s.owes {
		kept += owed - s.dueOf(which) // what they paid later
	}
	if has := s.balance(billing.Processor); has != kept {
		s.rt.Errorf("the processor has %s in the end, and %s was to be kept", has, kept)
	}
}
