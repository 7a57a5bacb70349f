package admissions_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/organisation"
)

// Gales, as many as storms, of several hundred steps each.
const (
	galeFrom  = 20
	galeSteps = 500
)

// gale does things at random for employers, their staff, learners, the office and the clock, and checks after every step
// what always holds.
type gale struct {
	*office
	dice      *rand.Rand
	employers []employer // the last one is not approved at first
	approvers []string   // addresses of those who are asked to agree to a cost
	fund      *fund.Fund
	count     int                       // makes names and numbers that differ
	certain   map[id.Enrolment]struct{} // the places that were confirmed before the step
	moved     bool                      // the step moved the clock, and nothing else
}

func TestNothingThatAlwaysHoldsBreaksInAGaleOfEmployers(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	done := map[string]int{} // by all of them
	t.Cleanup(func() {
		if t.Failed() {
			return
		}
		for _, op := range new(gale).operations() {
			if done[op.name] == 0 {
				t.Errorf("gales without any %q that was allowed: %v", op.name, done)
			}
		}
	})
	for seed := range *storms {
		seed += galeFrom
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			g := newGale(t, seed)
			for n := range galeSteps {
				what, err := g.step()
				if t.Failed() {
					t.Fatalf("after step %d, %s", n, what)
				}
				if err == nil {
					mu.Lock()
					done[what]++
					mu.Unlock()
				}
			}
		})
	}
}

func newGale(t *testing.T, seed uint64) *gale {
	t.Helper()
	g := &gale{office: newOffice(t, 60), dice: rand.New(rand.NewPCG(seed, 7)), certain: map[id.Enrolment]struct{}{}}
	g.employers = []employer{g.employer("trust", organisation.PORequired), g.employer("council", organisation.POMayFollow),
		g.employer("kestrel", organisation.PONotUsed), g.employer("board", organisation.PORequired), g.newcomer()}
	g.fund = &fund.Fund{Code: "GIVING", Name: "Places for peers", Donor: "Several", Purpose: "Training.", Kind: fund.Restricted, YearStarts: 4, Sponsored: true}
	g.write(func(tx *db.Tx) error {
		return fund.Create(t.Context(), tx, g.ann, g.fund, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}})
	})
	return g
}

// newcomer is an organisation that the office has still to approve.
func (g *gale) newcomer() employer {
	g.Helper()
	e := employer{by: g.person("coordinator@newcomer.example")}
	g.write(func(tx *db.Tx) (err error) {
		e.Organisation, err = organisation.SignUp(g.Context(), tx, e.by, organisation.Details{Name: "newcomer", Kind: "council", Address: "1 Way",
			City: "Newtown", Postcode: "LS1 1AA", InvoiceEmail: "pay@newcomer.example", PORule: "may_follow", TermsDays: 30})
		return err
	})
	return e
}

func (g *gale) operations() []operation {
	return []operation{
		{"book a team", 9, g.booksTeam}, {"book in house", 1, g.booksInHouse}, {"book with an employer", 4, g.booksShared},
		{"new order", 9, g.addsOrder}, {"bind", 4, g.binds}, {"unbind", 4, g.unbinds}, {"allow more", 2, g.allowsOver}, {"close an order", 1, g.closesOrder},
		{"approver", 5, g.approves}, {"approve an organisation", 1, g.approvesOrganisation},
		{"agree to pay", 9, g.agrees}, {"decline to pay", 4, g.declines}, {"take a request back", 2, g.takesBack},
		{"name", 7, g.names}, {"withdraw a seat", 4, g.withdrawsSeat}, {"told left", 6, g.tellsLeft}, {"left taken back", 1, g.takesBackLeft},
		{"keep", 4, g.keeps}, {"give up", 2, g.givesUp}, {"decide", 2, g.decides}, {"ask to pay", 5, g.asks}, {"reshare", 4, g.reshares},
		{"agree a price", 2, g.agreesPrice}, {"hold longer", 2, g.holdsLonger}, {"time passes", 7, g.timePasses},
		{"begin to pay", 8, g.beginsToPay}, {"the processor says", 12, g.processorSays}, {"a learner withdraws", 3, g.learnerWithdraws},
		{"issue", 8, g.issues}, {"credit", 3, g.credits}, {"pay an invoice", 8, g.paysInvoice}, {"write off", 3, g.writesOff},
		{"write-off decided", 3, g.decidesWriteOff}, {"use credit", 4, g.usesCredit}, {"undo", 3, g.undoes}, {"refund of credit", 2, g.refundsCredit},
	}
}

// step does one thing a second after the last and checks everything. Being refused is fine, and is returned.
func (g *gale) step() (what string, refused error) {
	g.Helper()
	g.clock.Set(g.db.Now().Add(second))
	ops := g.operations()
	total := 0
	for _, op := range ops {
		total += op.weight
	}
	roll := g.dice.IntN(total)
	for _, op := range ops {
		if roll -= op.weight; roll >= 0 {
			continue
		}
		g.moved = false
		err := op.do()
		if f := failure.Of(err); err != nil && (f == nil || f.Kind == failure.Internal || f.Kind == failure.Unavailable) {
			g.Errorf("%s: %v", op.name, err)
		}
		g.holds()
		return op.name, err
	}
	return "", nil
}

// holds checks the books, the invoices, the rules below, and that no certain place ended by the passing of time.
func (g *gale) holds() {
	g.Helper()
	g.sound()
	g.counted()
	var now []id.Enrolment
	if err := g.db.NewRaw("SELECT id FROM enrolments WHERE status = 'confirmed'").Scan(g.Context(), &now); err != nil {
		g.Fatal(err)
	}
	still := make(map[id.Enrolment]struct{}, len(now))
	for _, e := range now {
		still[e] = struct{}{}
	}
	for e := range g.certain {
		if _, ok := still[e]; !ok && g.moved {
			g.Errorf("time alone ended the certain place %d", e)
		}
	}
	g.certain = still
}

// rulesOfEmployers each find what must never be.
const rulesOfEmployers = `
	SELECT 'places are miscounted' AS wrong, p.run_id AS id FROM run_places p WHERE p.held + p.confirmed > p.capacity OR (p.held, p.confirmed) <>
		(SELECT count(*) FILTER (WHERE e.status = 'held'), count(*) FILTER (WHERE e.status IN ('confirmed', 'completed')) FROM enrolments e WHERE e.run_id = p.run_id)
	UNION ALL SELECT 'shares miss the price of place', e.id FROM enrolments e WHERE e.price <> (SELECT coalesce(sum(s.amount), 0) FROM shares s WHERE s.enrolment_id = e.id)
	UNION ALL SELECT 'used of a purchase order is miscounted', o.id FROM purchase_orders o WHERE o.used > o.amount + o.over
		OR o.used <> (SELECT coalesce(sum(s.ordered), 0) FROM shares s WHERE s.purchase_order_id = o.id)
	UNION ALL SELECT 'a share takes nothing or too much of its order', s.id FROM shares s WHERE s.purchase_order_id IS NOT NULL AND s.ordered <> coalesce(s.kept, s.amount)
	UNION ALL SELECT 'more is invoiced than owed', s.id FROM shares s WHERE s.invoiced > coalesce(s.kept, s.amount)
	-- Only what somebody took over who left an employer, and what they ask another for, may be open of a certain place.
	UNION ALL SELECT 'confirmed and not certain', s.id FROM shares s JOIN enrolments e ON e.id = s.enrolment_id
		WHERE e.status IN ('confirmed', 'completed') AND s.secured_at IS NULL
			AND NOT (EXISTS (SELECT FROM seat_departures d WHERE d.enrolment_id = e.id AND d.outcome = 'kept')
				AND (s.payer = 'learner' OR EXISTS (SELECT FROM pay_requests r WHERE r.id = s.pay_request_id AND r.asked_for IS NULL)))
	UNION ALL SELECT 'certain without an order or an agreement', s.id FROM shares s JOIN enrolments e ON e.id = s.enrolment_id JOIN organisations o ON o.id = s.organisation_id
		LEFT JOIN team_bookings t ON t.id = e.team_booking_id AND t.organisation_id = o.id
		WHERE e.status = 'held' AND s.secured_at IS NOT NULL AND coalesce(s.kept, s.amount) > 0
			AND (o.status <> 'approved' OR s.agreed_at IS NULL OR o.po_rule = 'required' AND s.purchase_order_id IS NULL OR t.approval IN ('asked', 'refused'))
	UNION ALL SELECT 'an organisation owes other than is not paid', s.id FROM shares s LEFT JOIN accounts a ON a.name = 'share/' || s.id || '/due'
		WHERE s.payer = 'organisation' AND coalesce(a.balance, 0) <> coalesce(s.kept, s.amount) - (SELECT coalesce(sum(p.settled), 0) FROM invoice_parts p WHERE p.share_id = s.id)
	UNION ALL SELECT 'a learner owes other than is not paid', s.id FROM shares s JOIN enrolments e ON e.id = s.enrolment_id LEFT JOIN accounts a ON a.name = 'share/' || s.id || '/due'
		WHERE s.payer = 'learner' AND CASE WHEN e.status IN ('held', 'confirmed', 'completed')
			THEN coalesce(a.balance, 0) <> s.amount - (SELECT coalesce(sum(p.captured - p.refunded), 0) FROM payments p WHERE p.share_id = s.id)
			WHEN e.status = 'lapsed' THEN coalesce(a.balance, 0) <> 0 ELSE coalesce(a.balance, 0) NOT BETWEEN 0 AND s.amount END
	UNION ALL SELECT 'a place that ended is charged in full', s.id FROM shares s JOIN enrolments e ON e.id = s.enrolment_id
		WHERE s.payer = 'organisation' AND (e.status IN ('lapsed', 'withdrawn')) <> (s.kept IS NOT NULL)
	UNION ALL SELECT 'credit below nothing', split_part(a.name, '/', 2)::bigint FROM accounts a WHERE a.name LIKE 'organisation/%/credit' AND a.balance > 0
	UNION ALL SELECT 'a departure from a place that ended', d.id FROM seat_departures d JOIN enrolments e ON e.id = d.enrolment_id
		WHERE d.outcome IS NULL AND e.status NOT IN ('held', 'confirmed', 'completed')
	UNION ALL SELECT 'a request that nobody can answer', r.id FROM pay_requests r WHERE r.status = 'asked'
		AND NOT EXISTS (SELECT FROM shares s WHERE s.pay_request_id = r.id AND s.kept IS NULL)
	UNION ALL SELECT 'a request answered for nothing', s.id FROM shares s JOIN pay_requests r ON r.id = s.pay_request_id
		WHERE s.kept IS NULL AND (r.status = 'agreed') <> (s.agreed_at IS NOT NULL)
	UNION ALL SELECT 'named and empty', e.id FROM enrolments e LEFT JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL
		WHERE e.team_booking_id IS NOT NULL AND e.person_id IS DISTINCT FROM n.person_id`

func (g *gale) counted() {
	g.Helper()
	var wrong []struct {
		Wrong string
		ID    int64
	}
	err := g.db.NewRaw(rulesOfEmployers).Scan(g.Context(), &wrong)
	if err != nil || len(wrong) > 0 {
		g.Errorf("%v, %v", wrong, err)
	}
}

// pick reads one value of those that a query finds, at random; the zero value when there is none.
func pick[V any](g *gale, query string, args ...any) (one V) {
	g.Helper()
	var all []V
	if err := g.db.NewRaw(query, args...).Scan(g.Context(), &all); err != nil {
		g.Fatal(err)
	}
	if len(all) > 0 {
		one = all[g.dice.IntN(len(all))]
	}
	return one
}

// some picks one of a few values.
func some[V any](g *gale, of ...V) V { return of[g.dice.IntN(len(of))] }

// someone is an employer, with its organisation as it is now.
func (g *gale) someone() employer { return g.again(some(g, g.employers...)) }

// number is one that was not used before.
func (g *gale) number() int {
	g.count++
	return g.count
}

// parts are ways to share the price of a place, most often none.
func (g *gale) parts() []admissions.PricePart {
	own, learner := admissions.PricePart{Payer: billing.Organisation}, admissions.PricePart{Payer: billing.Learner}
	name := some(g, g.employers...).Name
	other := admissions.PricePart{Payer: billing.Organisation, Name: name, Email: "coordinator@" + name + ".example", Contact: "Bo"}
	if g.dice.IntN(8) == 0 {
		other.Name, other.Email = "stranger", "somebody@stranger.example"
	}
	bp := func(p admissions.PricePart, bp int64) admissions.PricePart { p.BP = bp; return p }
	rest := func(p admissions.PricePart) admissions.PricePart { p.Rest = true; return p }
	first := own
	first.Fixed = 33_300
	switch g.dice.IntN(8) {
	case 0:
		return []admissions.PricePart{bp(own, 3_333), bp(other, 6_667)}
	case 1:
		return []admissions.PricePart{first, rest(learner)}
	case 2:
		return []admissions.PricePart{first, rest(own)}
	case 3:
		return []admissions.PricePart{bp(own, 4_000), bp(other, 3_333), bp(learner, 2_667)}
	case 4:
		return []admissions.PricePart{rest(learner)}
	}
	return nil
}
