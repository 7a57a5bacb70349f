package admissions_test

import (
	"slices"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// sent is a trust with a team of one, confirmed and invoiced, in which Ana sits.
func (f *office) sent() (employer, *enrolment.Enrolment, *invoice.Invoice) {
	f.Helper()
	trust := f.employer("trust", organisation.PONotUsed)
	team := f.booked(trust, f.order(1, func(o *admissions.TeamOrder) { o.Seats = names(1) }))
	issued := f.issueAll()
	if len(issued) != 1 {
		f.Fatalf("%d invoices", len(issued))
	}
	return trust, f.seats(team)[0], issued[0]
}

func (f *office) seat(which id.Enrolment) *enrolment.Enrolment {
	f.Helper()
	e, err := enrolment.Get(f.Context(), f.db, which)
	if err != nil {
		f.Fatal(err)
	}
	return e
}

func (f *office) invoice(number string) *invoice.Invoice {
	f.Helper()
	in, err := invoice.ByNumber(f.Context(), f.db, number)
	if err != nil {
		f.Fatal(err)
	}
	return in
}

func (f *office) credit(e employer) money.Amount {
	f.Helper()
	credit, err := invoice.Credits(f.Context(), f.db, e.ID)
	if err != nil {
		f.Fatal(err)
	}
	return credit
}

// payByCard pays what is open of an invoice.
func (f *office) payByCard(e employer, number string) {
	f.Helper()
	var p *billing.Payment
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayInvoice(f.Context(), tx, e.by, e.Organisation, number)
		return err
	})
	f.write(func(tx *db.Tx) error { return admissions.Settle(f.Context(), tx, p.ID, paid(p)) })
	f.sound()
}

func TestAColleagueTakesAPlaceThatKeepsItsInvoiceAndItsHistory(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, seat, in := f.sent()
	f.write(func(tx *db.Tx) error {
		return admissions.NameSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, "Ben Okafor", "ben@trust.example")
	})
	now := f.seat(seat.ID)
	if now.PersonID == seat.PersonID || now.Status != enrolment.Confirmed || f.invoice(in.Number).Outstanding() != 420_000 {
		t.Errorf("the place is %s", now.Status)
	}
	history, err := enrolment.NamesOf(t.Context(), f.db, seat.ID)
	if err != nil || len(history) != 2 || history[0].Name != "Ana Reyes" || history[1].Name != "Ben Okafor" || history[0].Until.IsZero() {
		t.Errorf("history %v, %v", history, err)
	}
	if a, b := f.mails("ana@trust.example"), f.mails("ben@trust.example"); !slices.Contains(a, "seat-passed-on") || !slices.Contains(b, "seat-named") {
		t.Errorf("Ana was told %v, Ben %v", a, b)
	}
	f.clock.Set(london.On(2027, 2, 1).At(9, 0))
	f.refused(admissions.ErrBegun, func(tx *db.Tx) error {
		return admissions.NameSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, "Cem Aydin", "cem@trust.example")
	})
}

func TestAnotherOrganisationsPlaceDoesNotExist(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	_, seat, in := f.sent()
	other := f.employer("other", organisation.PONotUsed)
	for name, do := range map[string]func(tx *db.Tx) error{
		"name": func(tx *db.Tx) error {
			return admissions.NameSeat(t.Context(), tx, other.by, other.Organisation, seat.Code, "X", "x@y.example")
		},
		"withdraw": func(tx *db.Tx) error {
			return admissions.WithdrawSeat(t.Context(), tx, other.by, other.Organisation, seat.Code, 0)
		},
		"left": func(tx *db.Tx) error {
			return admissions.TellLeft(t.Context(), tx, other.by, other.Organisation, seat.Code)
		},
		"reshare": func(tx *db.Tx) error {
			return admissions.Reshare(t.Context(), tx, other.by, other.Organisation, seat.Code, nil)
		},
		"order": func(tx *db.Tx) error {
			_, err := admissions.AddOrder(t.Context(), tx, other.by, other.Organisation, billing.NewOrder{Number: "1", Amount: 420_000}, []string{seat.Code})
			return err
		},
		"quote": func(tx *db.Tx) error {
			_, err := admissions.QuoteSeat(t.Context(), tx, other.Organisation, seat.Code, tx.Now)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { f.refused(enrolment.ErrUnknown, do) })
	}
	f.refused(invoice.ErrUnknown, func(tx *db.Tx) error {
		_, err := admissions.PayInvoice(t.Context(), tx, other.by, other.Organisation, in.Number)
		return err
	})
}

func TestGivingUpAPaidPlaceLeavesTheContractsPartAndCreditsTheRest(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, seat, in := f.sent()
	f.payByCard(trust, in.Number)
	f.refused(admissions.ErrReckoningChanged, func(tx *db.Tx) error {
		return admissions.WithdrawSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, 1)
	})
	f.write(func(tx *db.Tx) error { // 70 days before: £75 is kept, and no 14 days
		return admissions.WithdrawSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, 7_500)
	})
	f.sound()
	if got := f.invoice(in.Number); f.credit(trust) != 412_500 || f.owes(trust) != 0 || got.Outstanding() != 0 {
		t.Errorf("credit %s, owed %s, open %s", f.credit(trust), f.owes(trust), got.Outstanding())
	}
	if got := f.mails("ana@trust.example"); !slices.Contains(got, "seat-withdrawn") {
		t.Errorf("Ana was told %v", got)
	}
}

func TestSomebodyWhoLeavesTakesThePlaceWithThemOnOtherMoney(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, seat, in := f.sent()
	f.payByCard(trust, in.Number)
	f.clock.Set(f.db.Now().AddDate(0, 0, 30)) // half is kept
	f.write(func(tx *db.Tx) error {
		return admissions.TellLeft(t.Context(), tx, trust.by, trust.Organisation, seat.Code)
	})
	if f.seat(seat.ID).Status != enrolment.Confirmed || f.owes(trust) != 0 {
		t.Fatal("something changed before an answer")
	}
	f.write(func(tx *db.Tx) error { return admissions.KeepSeat(t.Context(), tx, seat.PersonID, seat.Code, 210_000) })
	f.sound()
	if f.credit(trust) != 210_000 || f.seat(seat.ID).Status != enrolment.Confirmed {
		t.Fatalf("credit %s", f.credit(trust))
	}
	next := f.employer("next", organisation.PONotUsed)
	f.write(func(tx *db.Tx) error {
		return admissions.AskToPay(t.Context(), tx, seat.PersonID, seat.Code, admissions.Ask{Name: "next", Email: "coordinator@next.example", Contact: "Nia", Amount: 150_000})
	})
	requests, err := billing.OpenRequests(t.Context(), f.db, next.ID)
	if err != nil || len(requests) != 1 {
		t.Fatalf("%d requests, %v", len(requests), err)
	}
	f.write(func(tx *db.Tx) error {
		return admissions.AgreeToPay(t.Context(), tx, next.by, next.Organisation, requests[0].Code, billing.NewOrder{})
	})
	var p *billing.Payment
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(t.Context(), tx, seat.PersonID, seat.Code)
		return err
	})
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, paid(p)) })
	f.sound()
	if p.Amount != 60_000 || f.owes(next) != 150_000 {
		t.Errorf("own part %s, the next employer owes %s", p.Amount, f.owes(next))
	}
	if issued := f.issueAll(); len(issued) != 1 || issued[0].Total != 150_000 || issued[0].OrganisationID != next.ID {
		t.Errorf("%d invoices", len(issued))
	}
}

func TestWhatAnEmployerDeclinesIsTheLearnersAgain(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	kestrel := f.employer("kestrel", organisation.PONotUsed)
	e := f.shared("kestrel", "1,000")
	requests, err := billing.OpenRequests(t.Context(), f.db, kestrel.ID)
	if err != nil || len(requests) != 1 {
		t.Fatalf("%d requests, %v", len(requests), err)
	}
	f.write(func(tx *db.Tx) error {
		return admissions.DeclineToPay(t.Context(), tx, kestrel.by, kestrel.Organisation, requests[0].Code, "Not this year")
	})
	f.sound()
	if shares := f.shares(e); len(shares) != 1 || shares[0].Amount != fee || f.owes(kestrel) != 0 {
		t.Errorf("shares %v", shares)
	}
	if got := f.mails("ana@home.example"); !slices.Contains(got, "pay-answered") {
		t.Errorf("Ana was told %v", got)
	}
}

// shared is a place that Ana booked herself, with a part that her employer is asked for.
func (f *office) shared(employer, amount string) *enrolment.Enrolment {
	f.Helper()
	owner := enrolment.Owner{Person: f.person("ana@home.example"), VisitorHash: []byte("browser")}
	var e *enrolment.Enrolment
	f.write(func(tx *db.Tx) (err error) {
		_, err = enrolment.SaveBooking(f.Context(), tx, owner, f.run, func(b *enrolment.Booking) {
			b.Learner, b.Payer, b.Peer, b.Name, b.Email = enrolment.LearnerMyself, enrolment.PayerShared, enrolment.No, "Ana Reyes", "ana@home.example"
			b.Ask(enrolment.Employer{Name: employer, Contact: "Nia", Email: "coordinator@" + employer + ".example", Amount: amount})
		})
		if err != nil {
			return err
		}
		e, err = admissions.BookShared(f.Context(), tx, owner, "FND-L27", fee)
		return err
	})
	f.sound()
	return e
}

func TestAPlaceOfALearnerAndAnEmployerIsConfirmedOnceBothAreCertain(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	kestrel := f.employer("kestrel", organisation.PONotUsed)
	e := f.shared("kestrel", "1,000")
	var p *billing.Payment
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(t.Context(), tx, e.PersonID, e.Code)
		return err
	})
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, paid(p)) })
	if p.Amount != fee-100_000 || f.seat(e.ID).Status != enrolment.Held {
		t.Fatalf("%s paid, the place is %s", p.Amount, f.seat(e.ID).Status)
	}
	requests, err := billing.OpenRequests(t.Context(), f.db, kestrel.ID)
	if err != nil {
		t.Fatal(err)
	}
	f.write(func(tx *db.Tx) error {
		return admissions.AgreeToPay(t.Context(), tx, kestrel.by, kestrel.Organisation, requests[0].Code, billing.NewOrder{})
	})
	if f.seat(e.ID).Status != enrolment.Confirmed {
		t.Errorf("the place is %s", f.seat(e.ID).Status)
	}
}

func TestAPlaceWhoseEmployerSaysNothingLapsesAndTheLearnersMoneyGoesBack(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	f.employer("kestrel", organisation.PONotUsed)
	e := f.shared("kestrel", "1,000")
	var p *billing.Payment
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(t.Context(), tx, e.PersonID, e.Code)
		return err
	})
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, paid(p)) })
	f.clock.Set(london.On(2026, 12, 8).At(0, 1))
	f.write(func(tx *db.Tx) error { return admissions.LapseSeat(t.Context(), tx, e.ID) })
	f.sound()
	payments, err := billing.PaymentsOf(t.Context(), f.db, f.shares(e)...)
	if err != nil || f.seat(e.ID).Status != enrolment.Lapsed || payments[0].Refunded != p.Amount {
		t.Errorf("the place is %s, payments %v, %v", f.seat(e.ID).Status, payments, err)
	}
}

func TestPlacesAreHeldUntilTheDayThatWasSaidAndTheirOrganisationIsRemindedTwice(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	team := f.booked(trust, f.order(2, func(o *admissions.TeamOrder) { o.Orders = []billing.NewOrder{{Number: "1", Amount: 420_000}} }))
	remind := func() {
		codes, err := admissions.TeamsToRemind(t.Context(), f.db, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range codes {
			f.write(func(tx *db.Tx) error { return admissions.RemindTeam(t.Context(), tx, code) })
		}
	}
	for _, day := range []int{29, 30, 31, 31} { // the 31st is the first of December
		f.clock.Set(london.On(2026, 10, 31).AddDays(day).At(23, 59))
		remind()
	}
	f.clock.Set(london.On(2026, 12, 6).At(9, 0))
	remind()
	remind()
	waits := 0
	for _, m := range f.mails("coordinator@trust.example") {
		if m == "team-waits" {
			waits++
		}
	}
	if waits != 2 {
		t.Errorf("reminded %d times", waits)
	}
	f.clock.Set(london.On(2026, 12, 7).At(23, 59))
	due, err := enrolment.DueTeams(t.Context(), f.db, f.db.Now(), 10)
	if err != nil || len(due) != 0 {
		t.Errorf("%v are due on the last day, %v", due, err)
	}
	f.clock.Set(london.On(2026, 12, 8).At(0, 0))
	if due, err = enrolment.DueTeams(t.Context(), f.db, f.db.Now(), 10); err != nil || len(due) != 1 {
		t.Fatalf("%v are due, %v", due, err)
	}
	f.write(func(tx *db.Tx) error { return admissions.LapseSeat(t.Context(), tx, due[0]) })
	f.sound()
	if got := f.statuses(team); got != "map[confirmed:1 lapsed:1]" || f.owes(trust) != 420_000 {
		t.Errorf("places %s, owed %s", got, f.owes(trust))
	}
}

func TestWhoPaysForAPlaceChangesWhileItIsHeld(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, board := f.employer("trust", organisation.PORequired), f.employer("board", organisation.PONotUsed)
	team := f.booked(trust, f.order(1, nil))
	seat := f.seats(team)[0]
	parts := []admissions.PricePart{{Payer: billing.Organisation, Fixed: 100_000}, {Payer: billing.Organisation, Name: "board", Email: "coordinator@board.example", Contact: "Bo", Rest: true}}
	f.write(func(tx *db.Tx) error {
		return admissions.Reshare(t.Context(), tx, trust.by, trust.Organisation, seat.Code, parts)
	})
	f.sound()
	if f.owes(trust) != 100_000 || f.owes(board) != 320_000 {
		t.Fatalf("trust %s, board %s", f.owes(trust), f.owes(board))
	}
	requests, err := billing.OpenRequests(t.Context(), f.db, board.ID)
	if err != nil || len(requests) != 1 {
		t.Fatalf("%d requests, %v", len(requests), err)
	}
	f.write(func(tx *db.Tx) error {
		return admissions.DeclineToPay(t.Context(), tx, board.by, board.Organisation, requests[0].Code, "")
	})
	f.sound()
	if f.owes(trust) != 420_000 || f.owes(board) != 0 {
		t.Fatalf("after a no: trust %s, board %s", f.owes(trust), f.owes(board))
	}
	f.write(func(tx *db.Tx) error {
		return admissions.Reshare(t.Context(), tx, trust.by, trust.Organisation, seat.Code, nil)
	})
	f.write(func(tx *db.Tx) error {
		_, err := admissions.AddOrder(t.Context(), tx, trust.by, trust.Organisation, billing.NewOrder{Number: "1", Amount: 420_000}, []string{seat.Code})
		return err
	})
	if got := f.statuses(team); got != "map[confirmed:1]" {
		t.Errorf("places %s", got)
	}
}

func TestWhoKeepsAHeldPlaceAndPaysAllOfItHasIt(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	team := f.booked(trust, f.order(1, func(o *admissions.TeamOrder) { o.Seats = names(1) }))
	seat := f.seats(team)[0]
	f.write(func(tx *db.Tx) error {
		return admissions.TellLeft(t.Context(), tx, trust.by, trust.Organisation, seat.Code)
	})
	f.write(func(tx *db.Tx) error { return admissions.KeepSeat(t.Context(), tx, seat.PersonID, seat.Code, 420_000) })
	var p *billing.Payment
	f.write(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(t.Context(), tx, seat.PersonID, seat.Code)
		return err
	})
	f.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, paid(p)) })
	f.sound()
	if got := f.statuses(team); got != "map[confirmed:1]" {
		t.Errorf("places %s", got)
	}
}
