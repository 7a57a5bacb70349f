package admissions_test

import (
	"errors"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

func sameRefusal(err, want error) bool {
	if want == nil {
		return err == nil
	}
	return errors.Is(err, want)
}

func names(n int) []admissions.NewSeat {
	list := []admissions.NewSeat{
		{Name: "Ana Reyes", Email: "ana@trust.example"}, {Name: "Ben Okafor", Email: "ben@trust.example"}, {Name: "Cem Aydin", Email: "cem@trust.example"},
		{Name: "Dee Walsh", Email: "dee@trust.example"}, {Name: "Eve Lund", Email: "eve@trust.example"},
	}
	return list[:n]
}

func TestAPurchaseOrderForFourPlacesLeavesTheFifthWaitingForAnother(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	team := f.booked(trust, f.order(5, func(o *admissions.TeamOrder) {
		o.Seats = names(5)
		o.Orders = []billing.NewOrder{{Number: "PO-1", Amount: 1_512_000}}
	}))
	if team.Price != 378_000 || team.Discount != course.TeamDiscount || f.owes(trust) != 1_890_000 {
		t.Fatalf("%s a place (%s), %s in all", team.Price, team.Discount, f.owes(trust))
	}
	if got := f.statuses(team); got != "map[confirmed:4 held:1]" {
		t.Fatalf("places: %s", got)
	}
	if got := f.mails("ana@trust.example"); len(got) != 1 || got[0] != "seat-confirmed" {
		t.Errorf("Ana was told %v", got)
	}
	if got := f.mails("eve@trust.example"); len(got) != 0 {
		t.Errorf("Eve was told %v before anything was certain", got)
	}
	fifth := f.seats(team)[4]
	f.refused(billing.ErrOrderExceeded, func(tx *db.Tx) error {
		orders, err := billing.OrdersOf(t.Context(), tx, trust.ID)
		if err != nil {
			return err
		}
		return admissions.BindOrder(t.Context(), tx, trust.by, trust.Organisation, orders[0].Code, []string{fifth.Code})
	})
	f.write(func(tx *db.Tx) error {
		_, err := admissions.AddOrder(t.Context(), tx, trust.by, trust.Organisation, billing.NewOrder{Number: "PO-2", Amount: 378_000}, []string{fifth.Code})
		return err
	})
	if got := f.statuses(team); got != "map[confirmed:5]" {
		t.Fatalf("places: %s", got)
	}
	invoices := f.issueAll()
	if len(invoices) != 2 || invoices[0].Total+invoices[1].Total != 1_890_000 {
		t.Fatalf("%d invoices", len(invoices))
	}
}

func TestABoardPaysSixtyPerCentOfATeamOnceItHasAgreed(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	board := f.employer("board", organisation.PORequired)
	trust := f.employer("trust", organisation.PORequired)
	team := f.booked(trust, f.order(5, func(o *admissions.TeamOrder) {
		o.Parts = []admissions.PricePart{
			{Payer: billing.Organisation, Name: "board", Email: "coordinator@board.example", Contact: "Bo", BP: 6_000},
			{Payer: billing.Organisation, BP: 4_000},
		}
		o.Orders = []billing.NewOrder{{Number: "T-1", Amount: 756_000}}
	}))
	if f.owes(board) != 1_134_000 || f.owes(trust) != 756_000 {
		t.Fatalf("board %s, trust %s", f.owes(board), f.owes(trust))
	}
	if got := f.statuses(team); got != "map[held:5]" {
		t.Fatalf("places: %s", got)
	}
	requests, err := billing.OpenRequests(t.Context(), f.db, board.ID)
	if err != nil || len(requests) != 1 {
		t.Fatalf("%d requests, %v", len(requests), err)
	}
	f.write(func(tx *db.Tx) error {
		return admissions.AgreeToPay(t.Context(), tx, board.by, board.Organisation, requests[0].Code, billing.NewOrder{Number: "B-1", Amount: 1_134_000})
	})
	if got := f.statuses(team); got != "map[confirmed:5]" {
		t.Fatalf("places: %s", got)
	}
	totals := map[money.Amount]bool{}
	for _, in := range f.issueAll() {
		totals[in.Total] = true
	}
	if len(totals) != 2 || !totals[1_134_000] || !totals[756_000] {
		t.Fatalf("invoices of %v", totals)
	}
	seat := f.seats(team)[0]
	f.clock.Set(f.db.Now().AddDate(0, 0, 30)) // 40 days before: half is kept
	f.write(func(tx *db.Tx) error {
		q, err := admissions.QuoteSeat(t.Context(), tx, trust.Organisation, seat.Code, tx.Now)
		if err != nil {
			return err
		}
		if q.Own != 151_200 || q.Kept != 75_600 {
			t.Errorf("trust keeps paying %s of %s", q.Kept, q.Own)
		}
		return admissions.WithdrawSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, q.Kept)
	})
	f.sound()
	if f.owes(board) != 1_134_000-113_400 || f.owes(trust) != 756_000-75_600 {
		t.Errorf("board owes %s, trust %s", f.owes(board), f.owes(trust))
	}
}

func TestTwoPurchaseOrdersPayForOnePlace(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	team := f.booked(trust, f.order(1, func(o *admissions.TeamOrder) {
		o.Parts = []admissions.PricePart{{Payer: billing.Organisation, Fixed: 33_300, Order: "CPD"}, {Payer: billing.Organisation, Rest: true, Order: "TEAM"}}
		o.Orders = []billing.NewOrder{{Number: "CPD", Amount: 33_300}, {Number: "TEAM", Amount: 386_700}}
	}))
	if got := f.statuses(team); got != "map[confirmed:1]" {
		t.Fatalf("places: %s", got)
	}
	invoices := f.issueAll()
	if len(invoices) != 2 || invoices[0].Total+invoices[1].Total != 420_000 || min(invoices[0].Total, invoices[1].Total) != 33_300 {
		t.Fatalf("%d invoices", len(invoices))
	}
}

func TestAnEmployerAndAWorkerPayHalfEach(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	house := f.employer("kestrel", organisation.PONotUsed)
	team := f.booked(house, f.order(1, func(o *admissions.TeamOrder) {
		o.Seats = names(1)
		o.Parts = []admissions.PricePart{{Payer: billing.Organisation, BP: 5_000}, {Payer: billing.Learner, BP: 5_000}}
	}))
	if got := f.statuses(team); got != "map[held:1]" {
		t.Fatalf("places: %s", got)
	}
	seat := f.seats(team)[0]
	if got := f.mails("ana@trust.example"); len(got) != 1 || got[0] != "seat-named" {
		t.Fatalf("Ana was told %v", got)
	}
	var p *billing.Payment
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(t.Context(), tx, seat.PersonID, seat.Code)
		return err
	})
	if p.Amount != 210_000 {
		t.Fatalf("her part is %s", p.Amount)
	}
	// A page that is left does not end the place.
	f.write(func(tx *db.Tx) error {
		return admissions.Settle(t.Context(), tx, p.ID, billing.Standing{Session: "cs_1", Reference: p.Code, State: billing.PageExpired, Amount: p.Amount, Currency: "gbp"})
	})
	if got := f.statuses(team); got != "map[held:1]" {
		t.Fatalf("places after a page was left: %s", got)
	}
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(t.Context(), tx, seat.PersonID, seat.Code)
		return err
	})
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, paid(p)) })
	f.sound()
	if got := f.statuses(team); got != "map[confirmed:1]" {
		t.Fatalf("places: %s", got)
	}
}

func paid(p *billing.Payment) billing.Standing {
	return billing.Standing{Session: "cs_" + p.Code, Reference: p.Code, State: billing.PageComplete, Paid: true, Intent: "pi_" + p.Code,
		Amount: p.Amount, Captured: p.Amount, Currency: "gbp", ExpiresAt: p.ExpiresAt}
}

func TestPlacesWaitForTheOrganisationToBeKnownAndForWhoeverAgreesToTheCost(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	e := employer{by: f.person("cora@newtown.example")}
	f.write(func(tx *db.Tx) (err error) {
		e.Organisation, err = organisation.SignUp(t.Context(), tx, e.by, organisation.Details{Name: "Newtown", Kind: "council", Address: "1 Way", City: "Newtown",
			Postcode: "LS1 1AA", InvoiceEmail: "pay@newtown.example", PORule: "not_used", TermsDays: 30})
		return err
	})
	team := f.booked(e, f.order(2, func(o *admissions.TeamOrder) { o.ApproverName, o.ApproverEmail = "Max Boss", "max@newtown.example" }))
	f.write(func(tx *db.Tx) error { return admissions.ApproveOrganisation(t.Context(), tx, f.ann, e.Code, false) })
	if got := f.statuses(team); got != "map[held:2]" {
		t.Fatalf("places before anybody agreed to the cost: %s", got)
	}
	token := f.tokenIn("max@newtown.example", "/approve/")
	f.write(func(tx *db.Tx) error { return admissions.ApproveCost(t.Context(), tx, token, 840_000) })
	f.write(func(tx *db.Tx) error { return admissions.ApproveCost(t.Context(), tx, token, 840_000) })
	if got := f.statuses(team); got != "map[confirmed:2]" {
		t.Fatalf("places: %s", got)
	}
	f.refused(admissions.ErrApprovalOver, func(tx *db.Tx) error { return admissions.RefuseCost(t.Context(), tx, token, "No") })
}

func TestATeamThatIsTooLargeIsRefusedWithTheNumberLeft(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 3)
	trust := f.employer("trust", organisation.PORequired)
	_, err := f.bookTeam(trust, f.order(4, nil))
	if refusal := failure.Of(err); !errors.Is(err, admissions.ErrTooManyPlaces) || refusal.Message != "There are only 3 places left on these dates. Nothing has been booked." {
		t.Fatalf("got %v", err)
	}
}

func TestBookingATeamTwiceIsBookingItOnce(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	order := f.order(3, nil)
	var draft *enrolment.TeamBooking
	f.write(func(tx *db.Tx) (err error) {
		draft, err = enrolment.DraftOf(t.Context(), tx, trust.by, trust.ID, f.run)
		return err
	})
	for range 2 {
		f.write(func(tx *db.Tx) error {
			_, err := admissions.BookTeam(t.Context(), tx, trust.by, draft.Code, order)
			return err
		})
	}
	if got := f.statuses(draft); got != "map[held:3]" {
		t.Fatalf("places: %s", got)
	}
}

func TestAnOrganisationThatNobodyKnowsHoldsAFewPlacesOnly(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	e := employer{by: f.person("cora@newtown.example")}
	f.write(func(tx *db.Tx) (err error) {
		e.Organisation, err = organisation.SignUp(t.Context(), tx, e.by, organisation.Details{Name: "Newtown", Kind: "council", Address: "1 Way", City: "Newtown",
			Postcode: "LS1 1AA", InvoiceEmail: "pay@newtown.example", PORule: "not_used", TermsDays: 30})
		return err
	})
	f.booked(e, f.order(6, nil))
	if _, err := f.bookTeam(e, f.order(5, nil)); failure.Of(err) == nil || failure.Of(err).Fields["places"] == "" {
		t.Errorf("got %v", err)
	}
}

func TestANameWithAnAddressInItIsRefused(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PONotUsed)
	_, err := f.bookTeam(trust, f.order(1, func(o *admissions.TeamOrder) {
		o.Seats = []admissions.NewSeat{{Name: "You have won: https://evil.example", Email: "ana@trust.example"}}
		o.ApproverName, o.ApproverEmail = "Click www.evil.example", "max@trust.example"
	}))
	if refusal := failure.Of(err); refusal == nil || refusal.Fields["name_1"] == "" || refusal.Fields["approver_name"] == "" {
		t.Errorf("got %v", err)
	}
}

func TestAPriceIsNotChangedWhileSomebodyPaysByCard(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	house := f.employer("kestrel", organisation.PONotUsed)
	team := f.booked(house, f.order(1, func(o *admissions.TeamOrder) {
		o.Seats = names(1)
		o.Parts = []admissions.PricePart{{Payer: billing.Organisation, BP: 5_000}, {Payer: billing.Learner, BP: 5_000}}
	}))
	seat := f.seats(team)[0]
	f.write(func(tx *db.Tx) error {
		_, err := admissions.PayOwn(t.Context(), tx, seat.PersonID, seat.Code)
		return err
	})
	f.refused(admissions.ErrPaying, func(tx *db.Tx) error {
		return admissions.AgreePrice(t.Context(), tx, f.ann, team.Code, 100_000, "Agreed")
	})
}
