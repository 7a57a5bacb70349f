package admissions_test

import (
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/organisation"
)

func TestNobodyElseIsNamedWhileSomebodyIsAskedWhetherTheyKeepThePlace(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, seat, _ := f.sent()
	f.write(func(tx *db.Tx) error {
		return admissions.TellLeft(t.Context(), tx, trust.by, trust.Organisation, seat.Code)
	})
	f.refused(admissions.ErrLeftAsked, func(tx *db.Tx) error {
		return admissions.NameSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, "Ben Okafor", "ben@trust.example")
	})
	f.refused(admissions.ErrLeftAsked, func(tx *db.Tx) error {
		return admissions.WithdrawSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, 7_500)
	})
	f.write(func(tx *db.Tx) error {
		return admissions.TakeBackLeft(t.Context(), tx, trust.by, trust.Organisation, seat.Code)
	})
	f.write(func(tx *db.Tx) error {
		return admissions.NameSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, "Ben Okafor", "ben@trust.example")
	})
}

func TestAFormerEmployerHasNoSayInAPlaceThatWasKept(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust, seat, _ := f.sent()
	f.write(func(tx *db.Tx) error {
		return admissions.TellLeft(t.Context(), tx, trust.by, trust.Organisation, seat.Code)
	})
	f.clock.Set(london.On(2027, 1, 25).At(9, 0)) // all of the price is owed by the contract
	f.write(func(tx *db.Tx) error { return admissions.KeepSeat(t.Context(), tx, seat.PersonID, seat.Code, 0) })
	f.sound()
	for name, do := range map[string]func(*db.Tx) error{
		"name": func(tx *db.Tx) error {
			return admissions.NameSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, "Olga", "olga@trust.example")
		},
		"withdraw": func(tx *db.Tx) error {
			return admissions.WithdrawSeat(t.Context(), tx, trust.by, trust.Organisation, seat.Code, 420_000)
		},
		"left": func(tx *db.Tx) error {
			return admissions.TellLeft(t.Context(), tx, trust.by, trust.Organisation, seat.Code)
		},
	} {
		t.Run(name, func(t *testing.T) { f.refused(admissions.ErrOthersPay, do) })
	}
	if got := f.seat(seat.ID); got.Status != enrolment.Confirmed || got.PersonID != seat.PersonID {
		t.Errorf("the place is %s", got.Status)
	}
}

func TestOneOrderConfirmsNoMorePlacesThanItIsWorth(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	team := f.booked(trust, f.order(2, func(o *admissions.TeamOrder) { o.Orders = []billing.NewOrder{{Number: "1", Amount: 420_000}} }))
	if got := f.statuses(team); got != "map[confirmed:1 held:1]" {
		t.Fatalf("places %s", got)
	}
	first := f.seats(team)[0]
	order := f.orderOf(first)
	unbind := func(tx *db.Tx) error {
		return admissions.UnbindOrder(t.Context(), tx, trust.by, trust.Organisation, order, []string{first.Code})
	}
	f.refused(admissions.ErrOrderNeeded, unbind)
	in := f.issueAll()[0]
	f.refused(admissions.ErrOrderInUse, unbind)
	f.write(func(tx *db.Tx) error {
		_, err := invoice.Credit(t.Context(), tx, audit.Person(f.ann), in.Number, nil, "Another order")
		return err
	})
	f.write(unbind)
	f.write(func(tx *db.Tx) error {
		_, err := admissions.AddOrder(t.Context(), tx, trust.by, trust.Organisation, billing.NewOrder{Number: "2", Amount: 420_000}, []string{first.Code})
		return err
	})
	if again := f.issueAll(); len(again) != 1 || again[0].PurchaseOrderID == in.PurchaseOrderID {
		t.Errorf("%d invoices", len(again))
	}
}

// orderOf is the code of the purchase order by which a place goes.
func (f *office) orderOf(seat *enrolment.Enrolment) string {
	f.Helper()
	o, err := billing.OrderOf(f.Context(), f.db, f.shares(seat)[0].PurchaseOrderID)
	if err != nil {
		f.Fatal(err)
	}
	return o.Code
}
