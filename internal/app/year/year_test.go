// Package year_test lives through a year of the whole program in a few minutes: people book over HTTP and pay on the card
// processor's pages, whole or in instalments, wait, move and give up; employers book for their staff and pay invoices; others
// give; the office pauses, moves and cancels. The clock goes from day to day, and the card processor has bad days. In the end
// the books must be what the card processor knows, to the penny, and nothing may be left lying about.
package year_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"testing"
	"time"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/sandbox"
	"bursar/internal/worker"
)

// What is lived through. In a year the provider has about four cohorts, ten introductory days, thirty paying organisations
// and a few hundred people for a scale of one.
var (
	days  = flag.Int("year.days", 28, "how many days are lived through")
	scale = flag.Int("year.scale", 3, "how many times the provider's usual volumes")
	seed  = flag.Uint64("year.seed", 0, "what chance begins with; 0: 1, and one that nobody knows before")
)

// TestMain lets the program write its log to nowhere.
func TestMain(m *testing.M) {
	flag.Parse()
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

func TestAfterAYearTheBooksAreWhatTheCardProcessorKnows(t *testing.T) {
	t.Parallel()
	seeds := []uint64{1, rand.Uint64()}
	if *seed != 0 {
		seeds = []uint64{*seed}
	}
	for _, s := range seeds {
		t.Run(fmt.Sprint("seed ", s), func(t *testing.T) {
			t.Parallel()
			y := newYear(t, s)
			for range *days {
				y.day()
			}
			y.ends()
			t.Logf("-year.days=%d -year.scale=%d -year.seed=%d: %v", *days, *scale, s, y.tally)
		})
	}
}

// year is the program, its office, and chance.
type year struct {
	*apptest.World
	t         *testing.T
	dice      *rand.Rand
	client    *http.Client
	runs      []*course.Offering
	intros    []*course.Offering
	fund      *fund.Fund
	office    id.Person
	employers []*employer
	visitors  int
	late      error          // why something was not done the last time
	tally     map[string]int // what happened, how often
}

func newYear(t *testing.T, seed uint64) *year {
	t.Helper()
	y := &year{
		World: apptest.Run(t, apptest.Settings(t, "STRIPE_BACS", "true"), app.Options{Empty: true, Manual: true}),
		t:     t, dice: rand.New(rand.NewPCG(seed, 10)), tally: map[string]int{},
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	y.office = fixture.Person(t, y.DB, "office@threshold.example", people.Admin).ID
	y.write(func(tx *db.Tx) error {
		return invoice.SaveProvider(t.Context(), tx, y.office, invoice.Provider{
			Name: "Threshold Dialogue Training CIC", CompanyNumber: "09999999", Address: "14 Lantern Yard", City: "London", Postcode: "SE1 0ZZ",
			Email: "accounts@threshold.example", VAT: invoice.Exempt, VATWording: "Exempt from VAT.", BankName: "Example Bank", SortCode: "01-02-03",
			AccountNumber: "12345678", AccountName: "Threshold Dialogue Training CIC", BaseRateBP: 375,
		}, nil)
	})
	y.schedule()
	y.fund = &fund.Fund{Code: "PEER", Name: "The peer fund", Donor: "Friends", Purpose: "Help with training", Kind: fund.Restricted, YearStarts: 4, Sponsored: true}
	y.write(func(tx *db.Tx) error {
		return fund.Create(t.Context(), tx, y.office, y.fund, fixture.Paying(fund.Rule{}, fund.Fee))
	})
	for n := range 4 * *scale {
		y.employers = append(y.employers, y.signUp(n))
	}
	return y
}

// schedule plans cohorts and introductory days, spread over the time that is lived through and a while after it.
func (y *year) schedule() {
	y.t.Helper()
	today := london.DateOf(y.Clock.Now())
	foundation := course.Course{Slug: "foundation", Title: "Open Dialogue foundation", Summary: "Twenty days.", Description: "You learn to hold network meetings.", Audience: "Everybody."}
	intro := course.Course{Slug: "introduction", Title: "Introductory day", Summary: "A day.", Description: "A first look.", Audience: "Everybody."}
	y.write(func(tx *db.Tx) error {
		return errors.Join(course.Add(y.t.Context(), tx, audit.System, &foundation), course.Add(y.t.Context(), tx, audit.System, &intro))
	})
	cohorts, introductions := max(2, 4**scale**days/365), max(2, 10**scale**days/365)
	for n := range cohorts {
		first := today.AddDays(15 + n*(*days+60)/cohorts)
		var blocks []course.Block
		for b := range 4 {
			blocks = append(blocks, course.Block{StartsOn: first.AddDays(60 * b), EndsOn: first.AddDays(60*b + 4)})
		}
		y.runs = append(y.runs, y.run(foundation.ID, fmt.Sprintf("FND-%04d", n), 28, blocks, 4_200, 3_250, 1_950))
	}
	for n := range introductions {
		on := today.AddDays(8 + n*(*days+20)/introductions)
		y.intros = append(y.intros, y.run(intro.ID, fmt.Sprintf("INT-%04d", n), 25, []course.Block{{StartsOn: on, EndsOn: on}}, 95, 95, 45))
	}
	dbtest.Force(y.t, y.DB, "INSERT INTO run_plans (run_id, deposit, by_block, months) SELECT r.id, 40000, true, 6 FROM runs r JOIN courses c ON c.id = r.course_id WHERE c.slug = 'foundation'")
}

func (y *year) run(of id.Course, code string, capacity int, blocks []course.Block, organisation, self, peer int64) *course.Offering {
	y.t.Helper()
	o := &course.Offering{
		Run:    course.Run{CourseID: of, Code: code, City: "Leeds", Status: course.Open, Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30"},
		Blocks: blocks, Places: course.Places{Capacity: capacity},
		Prices: []course.Price{{Band: course.Organisation, Amount: money.Pounds(organisation)}, {Band: course.Self, Amount: money.Pounds(self)}, {Band: course.Peer, Amount: money.Pounds(peer)}},
		Scale:  []course.Step{{DaysBefore: 60, Fee: money.Pounds(self) / 40}, {DaysBefore: 28, ChargeBP: 5_000}, {DaysBefore: 0, ChargeBP: 10_000}},
	}
	y.write(func(tx *db.Tx) error { return course.Schedule(y.t.Context(), tx, audit.System, o) })
	return o
}

// day is what happens from one morning to the next.
func (y *year) day() {
	y.t.Helper()
	today := london.DateOf(y.Clock.Now())
	y.weather()
	y.Clock.Set(today.At(9, 0))
	for range y.about(9 * *scale) {
		y.arrives()
	}
	y.holdersAct(today)
	y.works()
	y.Clock.Set(today.At(9, 12))
	y.pays()
	y.Clock.Set(today.At(21, 0))
	y.works()
	if today.Day%7 == 0 {
		y.compares()
		if problems, err := ledger.Verify(y.t.Context(), y.DB); err != nil || len(problems) > 0 {
			y.t.Fatalf("on %s the books: %v, %v", today, problems, err)
		}
	}
	y.Clock.Set(today.AddDays(1).At(8, 0))
}

// about is a number that comes to n/5 on average.
func (y *year) about(n int) (times int) {
	for range n {
		if y.chance(20) {
			times++
		}
	}
	return times
}

// chance is true so many times in a hundred.
func (y *year) chance(percent int) bool { return y.dice.IntN(100) < percent }

// weather is the card processor's day.
func (y *year) weather() {
	f := sandbox.Faults{Duplicate: y.dice.IntN(3), Reverse: y.chance(30), Drop: y.chance(5), Hold: y.chance(5)}
	if y.chance(20) {
		f.Refuse = []string{sandbox.NoFunds, sandbox.AsksHolder, "generic_decline"}[y.dice.IntN(3)]
	}
	y.Sandbox.SetFaults(f)
	if y.chance(40) {
		how := []sandbox.Failure{sandbox.CutBefore, sandbox.CutAfter, sandbox.ErrorBefore, sandbox.ErrorAfter, sandbox.RateLimited, sandbox.Locked}[y.dice.IntN(6)]
		y.Sandbox.FailNext(1+y.dice.IntN(4), []string{"", "POST /v1/"}[y.dice.IntN(2)], how)
		y.tally["bad days"]++
	}
}

// works brings about what waits, as far as the card processor lets it: what it does not is done another time.
func (y *year) works() {
	y.t.Helper()
	if y.late = y.Drain(y.t.Context()); y.late != nil {
		y.tally["late"]++
	}
}

// compares is the daily comparison with the card processor's own journal.
func (y *year) compares() {
	if _, err := worker.Reconcile(y.t.Context(), y.Machine, y.Gateway, y.Clock.Now().AddDate(0, 0, -14)); err != nil && !errors.Is(err, billing.ErrGatewayDown) {
		y.t.Fatal(err)
	}
}

func (y *year) write(f func(*db.Tx) error) {
	y.t.Helper()
	if err := y.Machine.Write(y.t.Context(), f); err != nil {
		y.t.Fatal(err)
	}
}

// try does something that may be refused, and reports whether it was done.
func (y *year) try(what string, f func(*db.Tx) error) bool {
	y.t.Helper()
	err := y.Machine.Write(y.t.Context(), f)
	refusal := failure.Of(err)
	if err != nil && (refusal == nil || refusal.Kind == failure.Internal) {
		y.t.Fatalf("%s: %v", what, err)
	}
	if err != nil {
		y.tally[what+": "+refusal.Code]++
		return false
	}
	y.tally[what]++
	return true
}

// ends lets a few quiet days pass, and expects that all of it adds up.
func (y *year) ends() {
	y.t.Helper()
	y.Sandbox.SetFaults(sandbox.Faults{})
	y.late = errors.New("not yet")
	pending := func() bool {
		return y.Count("SELECT count(*) FROM refunds WHERE status NOT IN ('succeeded', 'failed')") > 0
	}
	for n := 0; n < 60 && (n < 12 || y.late != nil || pending()); n++ {
		y.Clock.Set(y.Clock.Now().Add(12 * time.Hour))
		y.works()
		if n == 6 {
			y.compares()
		}
	}
	if y.late != nil {
		y.t.Fatal(y.late)
	}
	y.booksAddUp()
	y.processorAgrees()
	y.nothingIsLeftLying()
	y.placesAreWhatIsPaid()
}
