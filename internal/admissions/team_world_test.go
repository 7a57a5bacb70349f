package admissions_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// office is a world with a run whose organisation's price is £4,200, and an office that approves organisations.
type office struct {
	*testing.T
	db    *db.DB
	clock *dbtest.Clock
	run   id.Run
	ann   id.Person // of the office
	bob   id.Person
}

func newOffice(t *testing.T, capacity int) *office {
	t.Helper()
	d, clock := dbtest.NewAt(t, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	f := &office{T: t, db: dbtest.As(t, d, db.Worker), clock: clock}
	c := &course.Course{Slug: "foundation", Title: "Foundation", Summary: "s", Description: "d", Audience: "a"}
	o := &course.Offering{
		Run: course.Run{Code: "FND-L27", City: "London", Status: course.Open, Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30"},
		Blocks: []course.Block{
			{StartsOn: london.On(2027, 2, 1), EndsOn: london.On(2027, 2, 5)}, {StartsOn: london.On(2027, 5, 10), EndsOn: london.On(2027, 5, 14)},
		},
		Prices: []course.Price{{Band: course.Organisation, Amount: 420_000}, {Band: course.Self, Amount: fee}, {Band: course.Peer, Amount: 195_000}},
		Scale:  []course.Step{{DaysBefore: 60, Fee: 7_500}, {DaysBefore: 28, ChargeBP: 5_000}, {DaysBefore: 0, ChargeBP: 10_000}},
		Places: course.Places{Capacity: capacity},

		Discounts: course.Discounts{TeamFrom: 4, TeamBP: 1_000, EarlyDays: 90, EarlyBP: 500},
	}
	f.write(func(tx *db.Tx) error {
		if err := course.Add(t.Context(), tx, audit.System, c); err != nil {
			return err
		}
		o.CourseID = c.ID
		return course.Schedule(t.Context(), tx, audit.System, o)
	})
	f.run = o.ID
	f.ann, f.bob = f.person("ann@office.example"), f.person("bob@office.example")
	f.write(func(tx *db.Tx) error {
		return invoice.SaveProvider(t.Context(), tx, f.ann, invoice.Provider{
			Name: "Threshold Dialogue Training CIC", CompanyNumber: "12345678", Address: "1 Mill Lane", City: "Leeds", Postcode: "LS1 1AA",
			Email: "office@threshold.example", VAT: "exempt", VATWording: "Exempt from VAT.", BankName: "A Bank", SortCode: "01-02-03",
			AccountNumber: "12345678", AccountName: "Threshold Dialogue", BaseRateBP: 375,
		}, nil)
	})
	return f
}

func (f *office) write(do func(*db.Tx) error) {
	f.Helper()
	if err := f.db.Write(f.Context(), do); err != nil {
		f.Fatal(err)
	}
}

func (f *office) refused(want error, do func(*db.Tx) error) {
	f.Helper()
	if err := f.db.Write(f.Context(), do); !sameRefusal(err, want) {
		f.Fatalf("got %v, want %v", err, want)
	}
}

func (f *office) person(email string) (who id.Person) {
	f.Helper()
	f.write(func(tx *db.Tx) error {
		p, err := people.Ensure(f.Context(), tx, email)
		who = p.ID
		return err
	})
	return who
}

// employer is an organisation and its coordinator.
type employer struct {
	*organisation.Organisation
	by id.Person
}

func (f *office) employer(name string, rule organisation.PORule) employer {
	f.Helper()
	e := employer{by: f.person("coordinator@" + name + ".example")}
	f.write(func(tx *db.Tx) (err error) {
		e.Organisation, err = organisation.SignUp(f.Context(), tx, e.by, organisation.Details{
			Name: name, Kind: string(organisation.NHSTrust), Address: "1 High Street", City: "Leeds", Postcode: "LS1 1AA",
			InvoiceEmail: "payables@" + name + ".example", PORule: string(rule), TermsDays: 30,
		})
		return err
	})
	f.write(func(tx *db.Tx) error { return admissions.ApproveOrganisation(f.Context(), tx, f.ann, e.Code, false) })
	return f.again(e)
}

func (f *office) again(e employer) employer {
	f.Helper()
	o, err := organisation.ByCode(f.Context(), f.db, e.Code)
	if err != nil {
		f.Fatal(err)
	}
	e.Organisation = o
	return e
}

// order is an order of so many places with nothing said about who sits there; its total is what the organisation is quoted.
func (f *office) order(places int, change func(*admissions.TeamOrder)) admissions.TeamOrder {
	f.Helper()
	t := admissions.TeamOrder{Places: places, HoldUntil: london.On(2026, 12, 7)}
	if change != nil {
		change(&t)
	}
	o, err := course.OfferingOf(f.Context(), f.db, f.run)
	if err != nil {
		f.Fatal(err)
	}
	q, err := admissions.QuoteTeam(o, t, f.db.Now())
	if err != nil {
		f.Fatal(err)
	}
	t.Agreed = q.Own
	return t
}

func (f *office) bookTeam(e employer, t admissions.TeamOrder) (team *enrolment.TeamBooking, err error) {
	f.Helper()
	var draft *enrolment.TeamBooking
	f.write(func(tx *db.Tx) (err error) {
		draft, err = enrolment.DraftOf(f.Context(), tx, e.by, e.ID, f.run)
		return err
	})
	err = f.db.Write(f.Context(), func(tx *db.Tx) (err error) {
		team, err = admissions.BookTeam(f.Context(), tx, e.by, draft.Code, t)
		return err
	})
	return team, err
}

func (f *office) booked(e employer, t admissions.TeamOrder) *enrolment.TeamBooking {
	f.Helper()
	team, err := f.bookTeam(e, t)
	if err != nil {
		f.Fatal(err)
	}
	f.sound()
	return team
}

func (f *office) seats(team *enrolment.TeamBooking) []*enrolment.Enrolment {
	f.Helper()
	list, err := enrolment.TeamEnrolments(f.Context(), f.db, team.ID)
	if err != nil {
		f.Fatal(err)
	}
	return list
}

func (f *office) statuses(team *enrolment.TeamBooking) string {
	f.Helper()
	count := map[enrolment.Status]int{}
	for _, e := range f.seats(team) {
		count[e.Status]++
	}
	return fmt.Sprint(count)
}

func (f *office) shares(e *enrolment.Enrolment) []billing.Share {
	f.Helper()
	shares, err := billing.SharesOf(f.Context(), f.db, e.ID)
	if err != nil {
		f.Fatal(err)
	}
	return shares
}

// owes is what an organisation is charged in all, in pence.
func (f *office) owes(e employer) (sum money.Amount) {
	f.Helper()
	err := f.db.NewRaw("SELECT coalesce(sum(balance), 0) FROM accounts a JOIN shares s ON a.name = 'share/' || s.id || '/due' WHERE s.organisation_id = ?", e.ID).
		Scan(f.Context(), &sum)
	if err != nil {
		f.Fatal(err)
	}
	return sum
}

// issueAll issues every invoice that is ready.
func (f *office) issueAll() (issued []*invoice.Invoice) {
	f.Helper()
	ready, err := invoice.ListReady(f.Context(), f.db, london.DateOf(f.db.Now()), invoice.ReadyFilter{})
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range ready {
		if r.Waits != "" {
			continue
		}
		f.write(func(tx *db.Tx) error {
			in, err := invoice.Issue(f.Context(), tx, audit.Person(f.ann), r.Key)
			issued = append(issued, in)
			return err
		})
	}
	f.sound()
	return issued
}

// mails lists the templates of the mails to an address.
func (f *office) mails(to string) (templates []string) {
	f.Helper()
	if err := f.db.NewRaw("SELECT template FROM mails WHERE recipient = ? ORDER BY id", to).Scan(f.Context(), &templates); err != nil {
		f.Fatal(err)
	}
	return templates
}

// sound checks what holds after every unit of work.
func (f *office) sound() {
	f.Helper()
	problems, err := ledger.Verify(f.Context(), f.db)
	if err != nil || len(problems) > 0 {
		f.Fatalf("the books: %v %v", problems, err)
	}
	if problems, err = invoice.Verify(f.Context(), f.db); err != nil || len(problems) > 0 {
		f.Fatalf("the invoices: %v %v", problems, err)
	}
	if b, err := ledger.Balance(f.Context(), f.db, billing.Clearing); err != nil || b != 0 {
		f.Fatalf("%s is left in clearing, %v", b, err)
	}
}

// tokenIn is the secret of the link in the last mail to an address.
func (f *office) tokenIn(to, path string) string {
	f.Helper()
	var text string
	if err := f.db.NewRaw("SELECT text_body FROM mails WHERE recipient = ? ORDER BY id DESC LIMIT 1", to).Scan(f.Context(), &text); err != nil {
		f.Fatal(err)
	}
	_, after, ok := strings.Cut(text, path)
	if !ok {
		f.Fatalf("no link to %s in %q", path, text)
	}
	token, _, _ := strings.Cut(after, "\n")
	return strings.TrimSpace(token)
}
