package invoice_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

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
	"bursar/internal/people"
)

// provider is not registered for VAT.
var provider = invoice.Provider{
	Name: "Lantern Training CIC", CompanyNumber: "09520001", Address: "1 Tarn Street\nSecond floor", City: "Leeds", Postcode: "LS1 1AA",
	Email: "accounts@lantern.example", Phone: "0113 496 0000", VAT: invoice.NotRegistered,
	VATWording: "No VAT: we are not registered for VAT.", BankName: "Tarn Bank", SortCode: "08-99-99", AccountNumber: "66374958",
	AccountName: "Lantern Training CIC", BaseRateBP: 375,
}

// registered is the provider with VAT in its prices.
func registered() invoice.Provider {
	p := provider
	p.VAT, p.VATNumber, p.VATWording = invoice.Standard, "GB123456789", "VAT at 20%."
	return p
}

// world is a database with a provider, a run of £4,200 a place and two people in finance.
type world struct {
	*db.DB
	t        testing.TB
	clock    *dbtest.Clock
	run      *course.Offering
	ann, ben id.Person
}

func newWorld(t testing.TB) *world { return newWorldOf(t, provider) }

func newWorldOf(t testing.TB, p invoice.Provider) *world {
	t.Helper()
	d, clock := dbtest.NewAt(t, london.On(2026, 11, 23).At(9, 0))
	w := &world{DB: d, t: t, clock: clock}
	w.write(func(tx *db.Tx) error {
		for address, who := range map[string]*id.Person{"ann@office.example": &w.ann, "ben@office.example": &w.ben} {
			p, err := people.Ensure(t.Context(), tx, address)
			if err != nil {
				return err
			}
			*who = p.ID
		}
		c := &course.Course{Slug: "foundation", Title: "Foundation", Summary: "s", Description: "d", Audience: "a"}
		if err := course.Add(t.Context(), tx, audit.System, c); err != nil {
			return err
		}
		w.run = &course.Offering{
			Run: course.Run{Code: "FND-M27", CourseID: c.ID, City: "Manchester", Venue: "The Mill", Status: course.Open, Entry: course.Book, Listed: true,
				DayStarts: "09:30", DayEnds: "16:30"},
			Blocks: []course.Block{{StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)}, {StartsOn: london.On(2027, 6, 7), EndsOn: london.On(2027, 6, 11)}},
			Prices: []course.Price{{Band: course.Organisation, Amount: 420_000}, {Band: course.Self, Amount: 325_000}, {Band: course.Peer, Amount: 195_000}},
			Scale:  []course.Step{{DaysBefore: 60, Fee: 7_500}, {DaysBefore: 0, ChargeBP: 10_000}},
			Places: course.Places{Capacity: 500},
		}
		if err := course.Schedule(t.Context(), tx, audit.System, w.run); err != nil {
			return err
		}
		return invoice.SaveProvider(t.Context(), tx, w.ann, p, nil)
	})
	return w
}

func (w *world) write(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.try(f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) try(f func(*db.Tx) error) error { return w.Write(w.t.Context(), f) }

// organisation adds an approved one that uses no purchase orders.
func (w *world) organisation(name string) (of id.Organisation) {
	w.t.Helper()
	w.scan(&of, `INSERT INTO organisations (code, status, name, kind, po_rule, terms_days, org_code, payables_code, gln, address, city, postcode,
			department, contact, invoice_email, created_at, decided_at)
		VALUES (?, 'approved', ?, 'nhs_trust', 'not_used', 30, 'QX1', 'X101', '9520000001018', 'PO Box 312', 'Leeds', 'LS11 1HP',
			'Learning and development', 'Łukasz Żółć', 'payables@trust.example', now(), now()) RETURNING id`, id.Code(), name)
	return of
}

// quiet is an organisation that gets no mail, for tests that issue a lot.
func (w *world) quiet() id.Organisation {
	w.t.Helper()
	of := w.organisation("Organisation")
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE organisations SET invoice_email = '' WHERE id = ?", of).Exec(w.t.Context())
		return err
	})
	return of
}

// scan reads or writes one value with plain SQL as the application.
func (w *world) scan(to any, query string, args ...any) {
	w.t.Helper()
	if err := w.NewRaw(query, args...).Scan(w.t.Context(), to); err != nil {
		w.t.Fatal(err)
	}
}

// payer is who pays how much of each place.
type payer struct {
	of     id.Organisation
	amount money.Amount
	order  id.PurchaseOrder
	cost   string
}

// team books places that payers have agreed to pay, at a price that their parts come to, and confirms them.
func (w *world) team(of id.Organisation, places int, payers ...payer) (*enrolment.TeamBooking, []*billing.Share) {
	w.t.Helper()
	var team *enrolment.TeamBooking
	var shares []*billing.Share
	w.write(func(tx *db.Tx) (err error) {
		team, shares, err = w.book(w.t.Context(), tx, of, places, payers)
		return err
	})
	return team, shares
}

func (w *world) book(ctx context.Context, tx *db.Tx, of id.Organisation, places int, payers []payer) (*enrolment.TeamBooking, []*billing.Share, error) {
	team, err := enrolment.DraftOf(ctx, tx, w.ann, of, w.run.ID)
	if err != nil {
		return nil, nil, err
	}
	team.Status, team.Places, team.ListPrice, team.Discount, team.Reference = enrolment.TeamPlaced, places, 420_000, course.NoDiscount, "Req 77"
	for _, p := range payers {
		team.Price += p.amount
	}
	if team.Price < team.ListPrice {
		team.Discount = course.TeamDiscount
	}
	if err := enrolment.SaveTeam(ctx, tx, team); err != nil {
		return nil, nil, err
	}
	seats, err := enrolment.HoldTeam(ctx, tx, team, nil, tx.Now.Add(24*time.Hour))
	if err != nil {
		return nil, nil, err
	}
	var shares []*billing.Share
	for _, seat := range seats {
		for i, p := range payers {
			shares = append(shares, &billing.Share{EnrolmentID: seat.ID, Number: i + 1, Payer: billing.Organisation, Amount: p.amount, SecuredAt: tx.Now,
				OrganisationID: p.of, AgreedAt: tx.Now, PurchaseOrderID: p.order, CostCode: p.cost})
			if p.order != 0 {
				shares[len(shares)-1].Ordered = p.amount
			}
		}
	}
	if err := billing.ChargeAll(ctx, tx, fmt.Sprintf("team/%d/charged", team.ID), w.run.ID, shares); err != nil {
		return nil, nil, err
	}
	_, err = tx.NewRaw("UPDATE enrolments SET status = 'confirmed', held_until = NULL, confirmed_at = ? WHERE team_booking_id = ?", tx.Now, team.ID).Exec(ctx)
	return team, shares, err
}

// order gives an organisation a purchase order.
func (w *world) order(of id.Organisation, number string, amount money.Amount) (which id.PurchaseOrder) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		o, err := billing.RecordOrder(w.t.Context(), tx, w.ann, of, billing.NewOrder{Number: number, Amount: amount, Line: "10"})
		if err == nil {
			which = o.ID
		}
		return err
	})
	return which
}

// ready is what could be issued for an organisation today.
func (w *world) ready(of id.Organisation) []invoice.Ready {
	w.t.Helper()
	list, err := invoice.ListReady(w.t.Context(), w, london.DateOf(w.clock.Now()), invoice.ReadyFilter{Organisation: of})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// issue issues the only invoice that is ready for an organisation.
func (w *world) issue(of id.Organisation) *invoice.Invoice {
	w.t.Helper()
	list := w.ready(of)
	if len(list) != 1 || list[0].Waits != "" {
		w.t.Fatalf("ready: %+v", list)
	}
	in, err := w.tryIssue(list[0].Key)
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

func (w *world) tryIssue(key string) (in *invoice.Invoice, err error) {
	err = w.try(func(tx *db.Tx) error {
		in, err = invoice.Issue(w.t.Context(), tx, audit.Person(w.ann), key)
		return err
	})
	return in, err
}

func (w *world) mustIssue(key string) *invoice.Invoice {
	w.t.Helper()
	in, err := w.tryIssue(key)
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

// asked is an organisation with an invoice for so many pence.
func (w *world) asked(amount money.Amount) *invoice.Invoice {
	w.t.Helper()
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	w.team(of, 1, payer{of: of, amount: amount})
	return w.issue(of)
}

// bank settles an invoice with money of the bank, as the desk of the bank does, and puts the rest to the organisation's credit.
func (w *world) bank(number string, amount money.Amount) error {
	return w.try(func(tx *db.Tx) error { return fromBank(w.t.Context(), tx, w.ann, number, amount) })
}

func fromBank(ctx context.Context, tx *db.Tx, by id.Person, number string, amount money.Amount) error {
	in, err := invoice.Lock(ctx, tx, number)
	if err != nil {
		return err
	}
	used, err := invoice.Settle(ctx, tx, in, invoice.Source{Kind: invoice.ByBank, By: by}, amount)
	if err != nil {
		return err
	}
	line := "bank-line/" + strings.ToLower(id.Code())
	err = ledger.Post(ctx, tx, ledger.Entry{Reference: line, Lines: []ledger.Line{
		{Account: "unmatched", Amount: amount}, {Account: billing.Clearing, Amount: -amount}}})
	if err != nil || used == amount {
		return err
	}
	return invoice.PutOnCredit(ctx, tx, in.OrganisationID, invoice.Source{Kind: invoice.ByBank}, line+"/rest", amount-used)
}

func (w *world) fresh(in *invoice.Invoice) *invoice.Invoice {
	w.t.Helper()
	fresh, err := invoice.ByNumber(w.t.Context(), w, in.Number)
	if err != nil {
		w.t.Fatal(err)
	}
	return fresh
}

func (w *world) snapshot(in *invoice.Invoice) invoice.Snapshot {
	w.t.Helper()
	s, err := invoice.SnapshotOf(in)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) balance(account string) money.Amount {
	w.t.Helper()
	b, err := ledger.Balance(w.t.Context(), w, account)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// inOrder checks the books, and every invoice against them.
func (w *world) inOrder() {
	w.t.Helper()
	for name, verify := range map[string]func() ([]string, error){
		"ledger":   func() ([]string, error) { return ledger.Verify(w.t.Context(), w) },
		"invoices": func() ([]string, error) { return invoice.Verify(w.t.Context(), w) },
	} {
		if faults, err := verify(); err != nil || len(faults) > 0 {
			w.t.Errorf("%s: %v, %v", name, faults, err)
		}
	}
	if b := w.balance(billing.Clearing); b != 0 {
		w.t.Errorf("%s stands in clearing", b)
	}
}

// release takes back what was charged for a place, as when it lapses.
func (w *world) release(s *billing.Share) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return billing.Release(w.t.Context(), tx, *s, w.run.ID) })
}

// unmatch takes what stands in clearing back to where money of the bank waits.
func unmatch(ctx context.Context, tx *db.Tx, reference string) error {
	left, err := ledger.Balance(ctx, tx, billing.Clearing)
	if err != nil || left == 0 {
		return err
	}
	return ledger.Post(ctx, tx, ledger.Entry{Reference: reference, Lines: []ledger.Line{
		{Account: billing.Clearing, Amount: -left}, {Account: "unmatched", Amount: left}}})
}

// giveUp gives up a place with a charge, as its organisation does.
func (w *world) giveUp(s *billing.Share, charge money.Amount) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		fresh := new(billing.Share)
		if err := tx.NewSelect().Model(fresh).Where("id = ?", s.ID).Scan(w.t.Context()); err != nil {
			return err
		}
		if err := billing.Reduce(w.t.Context(), tx, fresh, w.run.ID, charge); err != nil {
			return err
		}
		return invoice.CreditShare(w.t.Context(), tx, audit.System, fresh.ID, max(0, fresh.Invoiced-charge), "A place was given up")
	})
}

// letOff lets an organisation off so much of the first line of an invoice.
func (w *world) letOff(in *invoice.Invoice, amount money.Amount) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		_, err := invoice.LetOff(w.t.Context(), tx, audit.Person(w.ann), in.Number, []invoice.CreditLine{{Line: 1, Amount: amount}}, "Goodwill")
		return err
	})
}

// payment is one by card for an invoice.
func (w *world) payment(tx *db.Tx, in *invoice.Invoice) id.Payment {
	w.t.Helper()
	p, err := billing.StartInvoice(w.t.Context(), tx, in.ID, in.Outstanding())
	if err != nil {
		w.t.Fatal(err)
	}
	return p.ID
}

// captured is money of a card that stands in clearing.
func (w *world) captured(tx *db.Tx, amount money.Amount) error {
	return ledger.Post(w.t.Context(), tx, ledger.Entry{Reference: "test/captured", Lines: []ledger.Line{
		{Account: billing.Processor, Amount: amount}, {Account: billing.Clearing, Amount: -amount}}})
}

func deferred(w *world) string { return billing.Deferred(w.run.ID) }
func kept(w *world) string     { return billing.Kept(w.run.ID) }
