package admissions_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// lastMail is what the last mail to an address says.
func (f *office) lastMail(to string) (template, text string) {
	f.Helper()
	var m struct{ Template, TextBody string }
	if err := f.db.NewRaw("SELECT template, text_body FROM mails WHERE recipient = ? ORDER BY id DESC LIMIT 1", to).Scan(f.Context(), &m); err != nil {
		f.Fatal(err)
	}
	return m.Template, m.TextBody
}

func TestWhoAgreedToACostIsAskedAnewWhenItRises(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, board := f.employer("trust", organisation.PONotUsed), f.employer("board", organisation.PONotUsed)
	team := f.booked(trust, f.order(2, func(o *admissions.TeamOrder) {
		o.Parts = []admissions.PricePart{{Payer: billing.Organisation, Name: "board", Email: "coordinator@board.example", Contact: "Bo", BP: 6_000}, {Payer: billing.Organisation, Rest: true}}
		o.ApproverName, o.ApproverEmail = "Max Boss", "max@trust.example"
	}))
	first := f.tokenIn("max@trust.example", "/approve/")
	f.refused(admissions.ErrCostChanged, func(tx *db.Tx) error { return admissions.ApproveCost(t.Context(), tx, first, 336_001) })
	f.write(func(tx *db.Tx) error { return admissions.ApproveCost(t.Context(), tx, first, 336_000) })
	requests, err := billing.OpenRequests(t.Context(), f.db, board.ID)
	if err != nil || len(requests) != 1 {
		t.Fatalf("%d requests, %v", len(requests), err)
	}
	f.write(func(tx *db.Tx) error {
		return admissions.DeclineToPay(t.Context(), tx, board.by, board.Organisation, requests[0].Code, "")
	})
	seat := f.seats(team)[0] // which the board does not pay for, so that the trust must
	f.write(func(tx *db.Tx) error {
		return admissions.Reshare(t.Context(), tx, trust.by, trust.Organisation, seat.Code, nil)
	})
	f.sound()
	(&gale{office: f}).counted()
	if got := f.statuses(team); got != "map[held:2]" {
		t.Fatalf("places %s before anybody agreed to more", got)
	}
	f.refused(enrolment.ErrTeamUnknown, func(tx *db.Tx) error { return admissions.ApproveCost(t.Context(), tx, first, 336_000) })
	again := f.tokenIn("max@trust.example", "/approve/")
	f.write(func(tx *db.Tx) error {
		a, err := admissions.ApprovalOf(t.Context(), tx, again)
		if err != nil {
			return err
		}
		return admissions.ApproveCost(t.Context(), tx, again, a.Total)
	})
	if got := f.statuses(team); got != "map[confirmed:1 held:1]" {
		t.Errorf("places %s", got)
	}
}

func TestWhoPaysIsToldOfAnotherPrice(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, board := f.employer("trust", organisation.PORequired), f.employer("board", organisation.PONotUsed)
	team := f.booked(trust, f.order(2, func(o *admissions.TeamOrder) {
		o.Seats = names(1)
		o.Parts = []admissions.PricePart{{Payer: billing.Organisation, Name: "board", Email: "coordinator@board.example", Contact: "Bo", BP: 5_000},
			{Payer: billing.Learner, BP: 2_000}, {Payer: billing.Organisation, Rest: true}}
	}))
	agree := func(price money.Amount) {
		f.write(func(tx *db.Tx) error {
			return admissions.AgreePrice(t.Context(), tx, f.ann, team.Code, price, "A pilot")
		})
		f.sound()
	}
	agree(400_000)
	for to, says := range map[string]string{
		"coordinator@trust.example": "trust pays £2,400.00 for 2 places now. Before, it was £2,520.00.",
		"coordinator@board.example": "board pays £4,000.00 for 2 places now. Before, it was £4,200.00.",
		"ana@trust.example":         "Your own part of it is £800.00 now. Before, it was £840.00.",
	} {
		if _, text := f.lastMail(to); !strings.Contains(text, says) {
			t.Errorf("%s was not told %q:\n%s", to, says, text)
		}
	}
	before := len(f.mails("coordinator@board.example"))
	agree(400_000)
	if got := f.mails("coordinator@board.example"); len(got) != before || board.ID == 0 {
		t.Errorf("told of nothing: %v", got)
	}
}

func TestAnOrganisationThatNobodyKnowsNamesAFewADay(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	e := (&gale{office: f}).newcomer()
	seat := f.seats(f.booked(e, f.order(1, nil)))[0]
	name := func(n int) error {
		return f.db.Write(t.Context(), func(tx *db.Tx) error {
			return admissions.NameSeat(t.Context(), tx, e.by, e.Organisation, seat.Code, "Ana Reyes", fmt.Sprintf("ana%d@trust.example", n))
		})
	}
	for n := range 20 {
		if err := name(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := name(20); !errors.Is(err, organisation.ErrTooManyLetters) {
		t.Errorf("the next one: %v", err)
	}
	_, err := f.bookTeam(e, f.order(1, func(o *admissions.TeamOrder) { o.ApproverName, o.ApproverEmail = "Max Boss", "max@trust.example" }))
	if !errors.Is(err, organisation.ErrTooManyLetters) {
		t.Errorf("somebody who is to agree: %v", err)
	}
	f.refused(organisation.ErrTooManyLetters, func(tx *db.Tx) error {
		return admissions.Reshare(t.Context(), tx, e.by, e.Organisation, seat.Code,
			[]admissions.PricePart{{Payer: billing.Organisation, Name: "board", Email: "bo@board.example", BP: 5_000}, {Payer: billing.Organisation, Rest: true}})
	})
}

func TestALearnerAsksAFewADayInPlainWords(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	e := f.shared("kestrel", "1,000") // the first of ten
	ask := func(change func(*admissions.Ask)) error {
		a := admissions.Ask{Name: "Lark Lane", Email: "lou@lark.example", Contact: "Lou", Amount: 1, Message: "Dear Lou\r\nWould you?\r\n"}
		if change != nil {
			change(&a)
		}
		return f.db.Write(t.Context(), func(tx *db.Tx) error { return admissions.AskToPay(t.Context(), tx, e.PersonID, e.Code, a) })
	}
	for field, change := range map[string]func(*admissions.Ask){
		"employer_contact": func(a *admissions.Ask) { a.Contact = "Lou\u202e" },
		"message":          func(a *admissions.Ask) { a.Message = "Dear Lou\nyou have won: https://evil.example" },
	} {
		if err := ask(change); failure.Of(err) == nil || failure.Of(err).Fields[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	for range 9 {
		if err := ask(nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := ask(nil); !errors.Is(err, admissions.ErrTooManyAsked) {
		t.Errorf("once more: %v", err)
	}
}

func TestWhoLeftAnswersBeforeTheCourseBegins(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PONotUsed)
	seat := f.seats(f.booked(trust, f.order(1, func(o *admissions.TeamOrder) { o.Seats = names(1) })))[0]
	for today, want := range map[london.Date]london.Date{
		london.On(2026, 12, 1): london.On(2026, 12, 15), london.On(2027, 1, 25): london.On(2027, 1, 31), london.On(2027, 1, 31): london.On(2027, 1, 31),
	} {
		f.clock.Set(today.At(9, 0))
		f.write(func(tx *db.Tx) error {
			return admissions.TellLeft(t.Context(), tx, trust.by, trust.Organisation, seat.Code)
		})
		d, err := admissions.DepartureOf(t.Context(), f.db, seat.PersonID, seat.Code, f.db.Now())
		if err != nil || d.AnswerBy != want {
			t.Errorf("on %s they answer by %s, %v", today, d.AnswerBy, err)
		}
		f.write(func(tx *db.Tx) error {
			return admissions.TakeBackLeft(t.Context(), tx, trust.by, trust.Organisation, seat.Code)
		})
	}
}

func TestWhetherAPlaceCanBeGivenUpIsKnownBefore(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, other := f.employer("trust", organisation.PONotUsed), f.employer("other", organisation.PONotUsed)
	own := f.seats(f.booked(trust, f.order(1, func(o *admissions.TeamOrder) { o.Seats = names(1) })))[0]
	mixed := f.seats(f.booked(trust, f.order(1, func(o *admissions.TeamOrder) {
		o.Parts = []admissions.PricePart{{Payer: billing.Learner, BP: 5_000}, {Payer: billing.Organisation, Rest: true}}
	})))[0]
	var group *enrolment.TeamBooking
	f.write(func(tx *db.Tx) (err error) {
		group, err = admissions.BookInHouse(t.Context(), tx, f.ann, admissions.InHouse{Organisation: trust.Code, Run: "FND-L27", Places: 1, PeerPlaces: 1, Flat: 400_000,
			HoldUntil: london.On(2026, 12, 7)})
		return err
	})
	check := func(what string, seat *enrolment.Enrolment, want bool) {
		t.Helper()
		may, err := admissions.MayWithdraw(t.Context(), f.db, trust.Organisation, seat.Code)
		if err != nil || may != want {
			t.Errorf("%s: %v, %v", what, may, err)
		}
		err = f.db.Write(t.Context(), func(tx *db.Tx) error {
			q, err := admissions.QuoteSeat(t.Context(), tx, trust.Organisation, seat.Code, tx.Now)
			if err == nil {
				err = admissions.WithdrawSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, q.Kept)
			}
			if err == nil {
				err = errLook
			}
			return err
		})
		if errors.Is(err, errLook) != want {
			t.Errorf("%s is given up: %v", what, err)
		}
	}
	check("its own", own, true)
	check("one that its holder pays for", mixed, false)
	check("an included one", f.seats(group)[1], true)
	f.write(func(tx *db.Tx) error {
		return admissions.TellLeft(t.Context(), tx, trust.by, trust.Organisation, own.Code)
	})
	check("one whose holder is asked", own, false)
	f.clock.Set(london.On(2027, 1, 25).At(9, 0)) // all of the price is owed by the contract, so that nobody else pays
	f.write(func(tx *db.Tx) error { return admissions.KeepSeat(t.Context(), tx, own.PersonID, own.Code, 0) })
	check("one that its holder kept", own, false)
	if _, err := admissions.MayWithdraw(t.Context(), f.db, other.Organisation, own.Code); !errors.Is(err, enrolment.ErrUnknown) {
		t.Errorf("another's: %v", err)
	}
}

// errLook undoes what was only tried.
var errLook = errors.New("only looking")

func TestAPlaceComesOffTheOneOrderThatIsNamed(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	team := f.booked(trust, f.order(2, func(o *admissions.TeamOrder) {
		o.Parts = []admissions.PricePart{{Payer: billing.Organisation, Fixed: 20_000, Order: "CPD"}, {Payer: billing.Learner, Fixed: 1_000}, {Payer: billing.Organisation, Rest: true, Order: "TEAM"}}
		o.Orders = []billing.NewOrder{{Number: "CPD", Amount: 20_000}, {Number: "TEAM", Amount: 1_000_000}}
	}))
	seats := f.seats(team)
	used := func() string {
		orders, err := billing.OrdersOf(t.Context(), f.db, trust.ID)
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(orders, func(a, b billing.PurchaseOrder) int { return strings.Compare(a.Number, b.Number) })
		return orders[0].Used.String() + " " + orders[1].Used.String()
	}
	cpd := f.orderOf(seats[0])
	if got := used(); got != "£200.00 £7,980.00" {
		t.Fatalf("used are %s", got)
	}
	f.refused(billing.ErrOrderPays, func(tx *db.Tx) error { return billing.CloseOrder(t.Context(), tx, trust.by, trust.ID, cpd) })
	f.refused(admissions.ErrNotOnOrder, func(tx *db.Tx) error {
		return admissions.UnbindOrder(t.Context(), tx, trust.by, trust.Organisation, cpd, []string{seats[0].Code, seats[1].Code})
	})
	f.write(func(tx *db.Tx) error {
		return admissions.UnbindOrder(t.Context(), tx, trust.by, trust.Organisation, cpd, []string{seats[0].Code})
	})
	if got := used(); got != "£0.00 £7,980.00" {
		t.Errorf("used are %s", got)
	}
	f.write(func(tx *db.Tx) error { return billing.CloseOrder(t.Context(), tx, trust.by, trust.ID, cpd) })
	f.refused(billing.ErrOrderUnknown, func(tx *db.Tx) error { return billing.CloseOrder(t.Context(), tx, trust.by, trust.ID, cpd) })
	f.sound()
}
