package year_test

import (
	"fmt"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// employer is an organisation and who acts for it.
type employer struct {
	*organisation.Organisation
	by id.Person
}

func (y *year) signUp(n int) *employer {
	y.t.Helper()
	e := &employer{by: fixture.Person(y.t, y.DB, fmt.Sprintf("coordinator@employer%d.example", n)).ID}
	y.write(func(tx *db.Tx) (err error) {
		e.Organisation, err = organisation.SignUp(y.t.Context(), tx, e.by, organisation.Details{
			Name: fmt.Sprintf("%s NHS Trust %d", []string{"Alder", "Birch", "Cedar", "Damson"}[n%4], n), Kind: string(organisation.NHSTrust), Address: "1 High Street", City: "Leeds", Postcode: "LS1 1AA",
			InvoiceEmail: fmt.Sprintf("payables@employer%d.example", n), TermsDays: 30,
			PORule: string([]organisation.PORule{organisation.PONotUsed, organisation.POMayFollow, organisation.PORequired}[n%3]),
		})
		return err
	})
	y.write(func(tx *db.Tx) error {
		return admissions.ApproveOrganisation(y.t.Context(), tx, y.office, e.Code, false)
	})
	return e
}

// books has an employer book a few places. One that needs a purchase order gives it at once, or is late.
func (y *year) books(e *employer, o *course.Offering) {
	y.t.Helper()
	y.try("a team", func(tx *db.Tx) error {
		now, err := course.OfferingOf(y.t.Context(), tx, o.ID)
		if err != nil {
			return err
		}
		order := admissions.TeamOrder{Places: 1 + y.dice.IntN(4), HoldUntil: london.DateOf(tx.Now).AddDays(10)}
		if eve := now.StartsOn().AddDays(-1); eve.Before(order.HoldUntil) {
			order.HoldUntil = eve
		}
		q, err := admissions.QuoteTeam(now, order, tx.Now)
		if err != nil {
			return err
		}
		if order.Agreed = q.Own; e.PORule == organisation.PORequired && y.chance(60) {
			order.Orders = []billing.NewOrder{{Number: fmt.Sprintf("PO-%d", y.dice.IntN(1_000_000)), Amount: q.Own}}
		}
		draft, err := enrolment.DraftOf(y.t.Context(), tx, e.by, e.ID, o.ID)
		if err != nil {
			return err
		}
		_, err = admissions.BookTeam(y.t.Context(), tx, e.by, draft.Code, order)
		return err
	})
}

// holdersAct is what those who have a place, or wait for one, do today, and what the office does for them.
func (y *year) holdersAct(today london.Date) {
	y.t.Helper()
	y.answers()
	for _, e := range some(y, 3, ask[enrolment.Enrolment](y, "SELECT * FROM enrolments WHERE team_booking_id IS NULL AND status IN ('held', 'confirmed', 'waiting') ORDER BY id")) {
		y.givesUp(&e)
	}
	for _, e := range some(y, 3, ask[enrolment.Enrolment](y, own, "confirmed")) {
		to := y.runs[y.dice.IntN(len(y.runs))]
		y.try("moving", func(tx *db.Tx) error { return admissions.MoveOwn(y.t.Context(), tx, e.PersonID, e.Code, to.Code) })
	}
	for _, e := range some(y, 12, y.planned()) {
		switch y.dice.IntN(4) {
		case 0:
			y.try("a pause", func(tx *db.Tx) error {
				return admissions.PausePlan(y.t.Context(), tx, y.office, e.Code, today.AddDays(10), "Out of work.")
			})
		case 1:
			y.try("going on", func(tx *db.Tx) error {
				return admissions.ResumePlan(y.t.Context(), tx, y.office, e.Code, "Found work.")
			})
		case 2:
			y.replans(&e, today)
		default:
			y.paysParts(&e, true)
		}
	}
	y.officeMoves(today)
	if today.Day%5 == 0 {
		y.invoices(today)
	}
}

// officeMoves is a place that the office takes elsewhere at another price, a seat that its employer gives up, and now and then
// a run that is cancelled.
func (y *year) officeMoves(today london.Date) {
	y.t.Helper()
	for _, e := range some(y, 2, ask[enrolment.Enrolment](y, own, "confirmed")) {
		to := y.runs[y.dice.IntN(len(y.runs))]
		y.try("moved by the office", func(tx *db.Tx) error {
			return admissions.MoveFor(y.t.Context(), tx, y.office, e.Code, admissions.MoveOrder{To: to.Code, Reason: "They were ill.", Price: e.Price - money.Amount(y.dice.IntN(2)*1_001)})
		})
	}
	for _, e := range y.employers {
		for _, seat := range some(y, 3, ask[enrolment.Enrolment](y, `SELECT e.* FROM enrolments e JOIN team_bookings t ON t.id = e.team_booking_id
				WHERE t.organisation_id = ? AND e.status IN ('held', 'confirmed') ORDER BY e.id`, e.ID)) {
			y.try("a seat given up", func(tx *db.Tx) error {
				q, err := admissions.QuoteSeat(y.t.Context(), tx, e.Organisation, seat.Code, tx.Now)
				if err != nil {
					return err
				}
				return admissions.WithdrawSeat(y.t.Context(), tx, e.by, e.Organisation, seat.Code, q.Kept)
			})
		}
	}
	if o := y.intros[y.dice.IntN(len(y.intros))]; y.chance(4) && today.Before(o.StartsOn()) {
		y.try("a run is cancelled", func(tx *db.Tx) error {
			return admissions.CancelRun(y.t.Context(), tx, y.office, o.Code, "The trainer is ill.")
		})
	}
}

// invoices issues what can be, and has some employers pay by card what they owe.
func (y *year) invoices(today london.Date) {
	y.t.Helper()
	ready, err := invoice.ListReady(y.t.Context(), y.Machine, today, invoice.ReadyFilter{})
	if err != nil {
		y.t.Fatal(err)
	}
	for _, r := range ready {
		y.try("an invoice", func(tx *db.Tx) error {
			_, err := invoice.Issue(y.t.Context(), tx, audit.Person(y.office), r.Key)
			return err
		})
	}
	for _, e := range y.employers {
		for _, number := range some(y, 300, ask[string](y, "SELECT number FROM invoices WHERE organisation_id = ? AND status IN ('issued', 'part_paid') ORDER BY id", e.ID)) {
			y.try("paying an invoice", func(tx *db.Tx) error {
				_, err := admissions.PayInvoice(y.t.Context(), tx, e.by, e.Organisation, number)
				return err
			})
		}
	}
}
