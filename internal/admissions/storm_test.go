package admissions_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"bursar/internal/award"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
)

// A few storms of a thousand steps each; make soak asks for more.
var storms = flag.Uint64("storms", 3, "how many storms and gales there are")

const stormSteps = 1_000

// storm does things at random to a ratified round, and checks after every step what always holds.
type storm struct {
	*grants
	dice    *rand.Rand
	strange []id.Enrolment // places that others booked
	visitor int
	stand   map[id.Application]promise // as it is between two steps
	checked map[id.Fund]string         // where each fund stood when its statement was last held against the ledger
}

func TestNothingThatAlwaysHoldsBreaksInAStorm(t *testing.T) {
	t.Parallel()
	for seed := range *storms {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			s := newStorm(t, seed)
			done := map[string]int{}
			for n := range stormSteps {
				what := s.step()
				done[what]++
				if t.Failed() {
					t.Fatalf("after step %d, %s", n, what)
				}
			}
			for _, op := range s.operations() {
				if done[op.name] == 0 {
					t.Errorf("a storm without any %q: %v", op.name, done)
				}
			}
		})
	}
}

func newStorm(t *testing.T, seed uint64) *storm {
	t.Helper()
	dice := rand.New(rand.NewPCG(seed, 4))
	var people []fixture.Ranked
	for range 40 {
		people = append(people, somebody(dice))
	}
	s := &storm{grants: ratified(t, 12, people...), dice: dice, checked: map[id.Fund]string{}}
	s.stand = s.promises()
	return s
}

// somebody lives somewhere, needs travel or not, and can pay something or nothing.
func somebody(dice *rand.Rand) fixture.Ranked {
	pick := func(of ...string) string { return of[dice.IntN(len(of))] }
	return from(pick("london", "north_west", "scotland"), "own_payment", pick("0", "0", "250", "1,250"),
		"help", pick("fee", form.Join([]string{"fee", "travel"})), "travel_amount", pick("40", "150", "250"))
}

type operation struct {
	name   string
	weight int
	do     func() error
}

func (s *storm) operations() []operation {
	return []operation{
		{"accept", 6, s.accepts}, {"decline", 3, s.declines}, {"extend", 3, s.extends}, {"lapse", 2, s.timePasses}, {"gift", 6, s.gives},
		{"pay", 4, s.paysOwn}, {"a page is left", 2, s.leavesPage}, {"refund and withdrawal", 3, s.withdraws}, {"rule change", 3, s.changesRule},
		{"place lost", 3, s.losesPlace}, {"place given up", 4, s.regainsPlace}, {"transfer", 2, s.transfers}, {"return to the donor", 1, s.returns},
		{"reserve list", 2, s.runsReserve},
	}
}

// step does one thing, checks everything against the promises before it, and returns what it did. Being refused is fine:
// what was refused must have changed nothing.
func (s *storm) step() string {
	s.Helper()
	ops := s.operations()
	total := 0
	for _, op := range ops {
		total += op.weight
	}
	roll := s.dice.IntN(total)
	for _, op := range ops {
		if roll -= op.weight; roll >= 0 {
			continue
		}
		err := op.do()
		if f := failure.Of(err); err != nil && (f == nil || f.Kind == failure.Internal) {
			s.Errorf("%s: %v", op.name, err)
		}
		s.holds(op.name)
		return op.name
	}
	return ""
}

// promise is what somebody was offered, and where it stands.
type promise struct {
	id     id.Award
	status award.Status
	text   string
	until  london.Date
	payBy  london.Date
}

func (s *storm) promises() map[id.Application]promise {
	s.Helper()
	live, err := award.OfRound(s.Context(), s.house.Machine, s.reading.Round.ID, award.Statuses()...)
	if err != nil {
		s.Fatal(err)
	}
	all := make(map[id.Application]promise, len(live))
	for _, a := range live {
		all[a.ApplicationID] = promise{a.ID, a.Status, text([]any{a.Code, a.RunID, a.Price, a.Own, a.Total()}), a.UntilOn, a.PayBy}
	}
	return all
}

// holds checks rules 1 to 5, 9 and 12 of the product, and every fund's statement.
func (s *storm) holds(what string) {
	s.Helper()
	s.sound()
	after := s.promises()
	ended := 0
	for application, was := range s.stand {
		now := after[application]
		if now.id != was.id || now.text != was.text || now.until.Before(was.until) {
			s.Errorf("%s changed what application %d was offered: %+v, %+v", what, application, was, now)
		}
		if now.status != was.status {
			ended += s.fair(what, was, now)
		}
	}
	if ended > 1 && what != "lapse" {
		s.Errorf("%s ended %d offers", what, ended)
	}
	s.stand = after
	s.counted()
	s.stated()
}

// fair checks that an award moved by its holder's act or its deadline, and counts it if it ended.
func (s *storm) fair(what string, was, now promise) int {
	s.Helper()
	by := map[award.Status][]string{
		award.Accepted: {"accept"}, award.Declined: {"decline"}, award.Lapsed: {"lapse"}, award.Released: {"refund and withdrawal", "lapse"},
	}
	for _, cause := range by[now.status] {
		if cause == what {
			if now.status == award.Lapsed && !london.DateOf(s.clock.Now()).After(was.until) {
				s.Errorf("an offer until %s lapsed at %s", was.until, s.clock.Now())
			}
			if now.status == award.Accepted {
				return 0
			}
			return 1
		}
	}
	s.Errorf("%s made an award that was %s %s", what, was.status, now.status)
	return 0
}

// counted checks places, shares, confirmations and the audit trail in the database.
func (s *storm) counted() {
	s.Helper()
	var wrong []string
	err := s.owner.NewRaw(`
		SELECT 'places are miscounted' FROM run_places p WHERE p.held + p.confirmed > p.capacity OR (p.held, p.confirmed) <>
			(SELECT count(*) FILTER (WHERE e.status = 'held'), count(*) FILTER (WHERE e.status IN ('confirmed', 'completed')) FROM enrolments e WHERE e.run_id = p.run_id)
		UNION ALL SELECT 'shares miss a price' FROM enrolments e WHERE e.price <> (SELECT coalesce(sum(s.amount), 0) FROM shares s WHERE s.enrolment_id = e.id)
		UNION ALL SELECT 'confirmed and not paid' FROM enrolments e JOIN shares s ON s.enrolment_id = e.id WHERE e.status = 'confirmed' AND s.secured_at IS NULL
		UNION ALL SELECT 'moved without an audit entry' FROM sensitive.awards a WHERE NOT EXISTS (SELECT FROM audit t WHERE t.subject = 'application'
			AND t.subject_id = a.application_id AND t.detail->>'award' = a.code AND t.detail->>'status' = a.status)`).Scan(s.Context(), &wrong)
	if err != nil || len(wrong) > 0 {
		s.Errorf("%v, %v", wrong, err)
	}
}

// stated checks that the year's statement of each fund that moved since it was last checked says what the ledger holds.
func (s *storm) stated() {
	s.Helper()
	accounts, err := ledger.Balances(s.Context(), s.house.App, "fund/")
	if err != nil {
		s.Fatal(err)
	}
	now := map[string]money.Amount{}
	for _, a := range accounts {
		now[a.Name] = a.Balance
	}
	for _, f := range []*fund.Fund{s.general, s.london, s.scotland, s.travel} {
		available, committed := now[fmt.Sprintf("fund/%d/available", f.ID)], now[fmt.Sprintf("fund/%d/committed", f.ID)]
		at := text([]any{available, committed, now[fmt.Sprintf("fund/%d/spent", f.ID)], now[fmt.Sprintf("fund/%d/income", f.ID)]})
		if s.checked[f.ID] == at {
			continue
		}
		s.checked[f.ID] = at
		st, err := fund.StatementOf(s.Context(), s.house.App, f.ID, f.YearOf(london.DateOf(s.clock.Now())))
		sum := st.OpeningAvailable + st.Income + st.Transfers - st.Committed + st.Released + st.Recovered - st.Returned
		if err != nil || available < 0 || committed < 0 || st.ClosingAvailable != available || st.ClosingCommitted != committed || sum != available ||
			st.OpeningCommitted+st.Committed-st.Released-st.Spent != committed {
			s.Errorf("%s: %+v, the ledger has %s and %s, %v", f.Code, st, available, committed, err)
		}
	}
}
