package admissions_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// grants is a drawn round with the four funds of the worked example: general (any person, fee), London (fee), Scotland
// (any line), travel.
type grants struct {
	*testing.T
	house        fixture.House
	clock        *dbtest.Clock
	owner        *bun.DB
	reading      *fixture.Reading
	grace, hugh  id.Person
	general      *fund.Fund
	london       *fund.Fund
	scotland     *fund.Fund
	travel       *fund.Fund
	run          string
	applications []*bursary.Application
}

// begin is when rounds take applications.
var begin = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func only(region string) fund.Rule {
	return fund.Rule{Criterion: "region", OneOf: []string{region}}
}

func from(region string, pairs ...string) fixture.Ranked {
	answers := form.Answers{"region": region, "help": "fee"}
	for i := 0; i < len(pairs); i += 2 {
		answers[pairs[i]] = pairs[i+1]
	}
	return fixture.Ranked{Answers: answers}
}

// example are the five people of the worked example, whose travel fits the tariff.
func example() []fixture.Ranked {
	travel := form.Join([]string{"fee", "travel"})
	return []fixture.Ranked{
		from("london"),
		from("london", "help", travel, "travel_amount", "200"),
		from("north_west"),
		from("north_west", "help", travel, "travel_amount", "150"),
		from("scotland", "help", travel, "travel_amount", "250"),
	}
}

func newGrants(t *testing.T, capacity int, order ...fixture.Ranked) *grants {
	t.Helper()
	app, clock := dbtest.NewAt(t, begin)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	g := &grants{T: t, clock: clock, owner: dbtest.Owner(t, app), run: "FND-M27"}
	g.grace = fixture.Person(t, app, "grace@threshold.example", people.Admin).ID
	g.hugh = fixture.Person(t, app, "hugh@threshold.example", people.Admin).ID
	g.house = fixture.House{Clock: clock, App: app, Learners: dbtest.As(t, app, db.Learner), Officers: dbtest.As(t, app, db.Office),
		Machine: dbtest.As(t, app, db.Worker), Box: box, Admin: g.grace}
	fixture.Run(t, app, g.run, capacity)
	g.general = fixture.Fund(t, app, g.grace, "GENERAL", money.Pounds(8_000), fixture.Paying(fund.Rule{}, fund.Fee))
	g.london = fixture.Fund(t, app, g.grace, "LONDON", money.Pounds(3_250), fixture.Paying(only("london"), fund.Fee))
	g.scotland = fixture.Fund(t, app, g.grace, "SCOTLAND", money.Pounds(4_000), fixture.Paying(only("scotland"), fund.Purposes()...))
	g.travel = fixture.Fund(t, app, g.grace, "TRAVEL", money.Pounds(600), fixture.Paying(fund.Rule{}, fund.Travel))
	g.reading = g.house.Drawn(t, g.owner, "SPRING-27", []string{g.run}, order...)
	g.applications = g.reading.Applications
	return g
}

func (g *grants) as(d *db.DB, who id.Person, do func(*db.Tx) error) error {
	return d.WriteAs(g.Context(), db.Who{Person: who}, do)
}

func (g *grants) propose(departures ...award.Departure) *award.Proposal {
	g.Helper()
	var p *award.Proposal
	err := g.as(g.house.Officers, g.grace, func(tx *db.Tx) (err error) {
		p, err = award.Propose(g.Context(), tx, g.house.Box, g.grace, "SPRING-27", departures)
		return err
	})
	if err != nil {
		g.Fatal(err)
	}
	return p
}

func (g *grants) agree(who id.Person, seen string) error {
	return g.as(g.house.Officers, who, func(tx *db.Tx) error {
		_, err := award.Agree(g.Context(), tx, g.house.Box, who, "SPRING-27", seen)
		return err
	})
}

func (g *grants) ratify(who id.Person, seen string) error {
	return g.as(g.house.Officers, who, func(tx *db.Tx) error {
		return admissions.Ratify(g.Context(), tx, g.house.Box, who, "SPRING-27", seen)
	})
}

// ratified is a round that two people have allocated.
func ratified(t *testing.T, capacity int, order ...fixture.Ranked) *grants {
	t.Helper()
	g := newGrants(t, capacity, order...)
	p := g.propose()
	if err := g.agree(g.grace, p.Digest); err != nil {
		t.Fatal(err)
	}
	if err := g.ratify(g.hugh, p.Digest); err != nil {
		t.Fatal(err)
	}
	g.sound()
	return g
}

// machine does something as the program itself.
func (g *grants) machine(do func(*db.Tx) error) error { return g.house.Machine.Write(g.Context(), do) }

func (g *grants) accept(n int) (*award.Award, error) {
	var a *award.Award
	err := g.machine(func(tx *db.Tx) (err error) {
		a, err = admissions.Accept(g.Context(), tx, g.applications[n].PersonID, g.applications[n].Code, false, tx.Now)
		return err
	})
	return a, err
}

func (g *grants) decline(n int) error {
	return g.machine(func(tx *db.Tx) error {
		_, err := admissions.Decline(g.Context(), tx, g.house.Box, g.applications[n].PersonID, g.applications[n].Code, tx.Now)
		return err
	})
}

// award is the latest award of somebody, or nil.
func (g *grants) award(n int) *award.Award {
	g.Helper()
	a, err := award.OfApplication(g.Context(), g.house.Machine, g.applications[n].ID)
	if err != nil {
		return nil
	}
	return a
}

func (g *grants) place(a *award.Award) *enrolment.Enrolment {
	g.Helper()
	e, err := enrolment.Get(g.Context(), g.house.Machine, a.EnrolmentID)
	if err != nil {
		g.Fatal(err)
	}
	return e
}

func (g *grants) offering() *course.Offering {
	g.Helper()
	o, err := course.FindOffering(g.Context(), g.house.App, g.run)
	if err != nil {
		g.Fatal(err)
	}
	return o
}

// standings are the statuses of everybody's applications, in order.
func (g *grants) standings() (all []bursary.Status) {
	g.Helper()
	for _, a := range g.applications {
		now, err := bursary.Get(g.Context(), g.house.Machine, a.ID)
		if err != nil {
			g.Fatal(err)
		}
		all = append(all, now.Status)
	}
	return all
}

func (g *grants) left(f *fund.Fund) money.Amount {
	g.Helper()
	h, err := fund.HoldingOf(g.Context(), g.house.App, f)
	if err != nil {
		g.Fatal(err)
	}
	return h.Available
}

// sound checks what must hold after every unit of work: the books add up, nothing is left in clearing, and what the funds
// have committed is what the open parts of awards say.
func (g *grants) sound() {
	g.Helper()
	problems, err := ledger.Verify(g.Context(), g.house.Machine)
	if err != nil || len(problems) > 0 {
		g.Fatalf("the books: %v %v", problems, err)
	}
	if b, err := ledger.Balance(g.Context(), g.house.Machine, billing.Clearing); err != nil || b != 0 {
		g.Fatalf("%s is left in clearing, %v", b, err)
	}
	wrong, err := award.Verify(g.Context(), g.house.Machine)
	if err != nil || len(wrong) > 0 {
		g.Fatalf("funds and awards differ: %v %v", wrong, err)
	}
}

// payers are the funds and pence of everything that an award pays.
func (g *grants) payers(a *award.Award) map[string]money.Amount {
	g.Helper()
	names := map[id.Fund]string{g.general.ID: "GENERAL", g.london.ID: "LONDON", g.scotland.ID: "SCOTLAND", g.travel.ID: "TRAVEL"}
	paid := map[string]money.Amount{}
	for _, l := range a.Lines {
		for _, p := range l.Parts {
			paid[string(l.Purpose)+" "+names[p.FundID]] += p.Amount
		}
	}
	return paid
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
