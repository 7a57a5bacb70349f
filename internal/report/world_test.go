package report_test

import (
	"fmt"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/bank"
	"bursar/internal/bankfile"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/report"
)

// provider is not registered for VAT.
var provider = invoice.Provider{
	Name: "Lantern Training CIC", Address: "1 Tarn Street", City: "Leeds", Postcode: "LS1 1AA", Email: "accounts@lantern.example",
	VAT: invoice.NotRegistered, VATWording: "No VAT: we are not registered for VAT.", BankName: "Tarn Bank", SortCode: "08-99-99",
	AccountNumber: "66374958", AccountName: "Lantern Training CIC", BaseRateBP: 375,
}

// world is a database with a provider, a run of £3,250 a place and four blocks of five days, two people in finance and a
// coordinator. The machine does the work.
type world struct {
	*db.DB
	t        testing.TB
	app      *db.DB
	clock    *dbtest.Clock
	run      *course.Offering
	ann, ben people.Person
	jo       people.Person
}

func newWorld(t testing.TB, now time.Time) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, now)
	w := &world{DB: dbtest.As(t, app, db.Worker), t: t, app: app, clock: clock}
	w.ann, w.ben, w.jo = w.person("ann@office.example"), w.person("ben@office.example"), w.person("jo@westermoor.example")
	w.run = fixture.Run(t, app, "FND-T27", 60)
	w.write(func(tx *db.Tx) error { return invoice.SaveProvider(t.Context(), tx, w.ann.ID, provider, nil) })
	return w
}

func (w *world) person(email string) people.Person { return fixture.Person(w.t, w.app, email) }

func (w *world) write(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.try(f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) try(f func(*db.Tx) error) error { return w.Write(w.t.Context(), f) }

// organisation is an approved one for which jo acts.
func (w *world) organisation(name, rule string) *organisation.Organisation {
	w.t.Helper()
	var o *organisation.Organisation
	w.write(func(tx *db.Tx) (err error) {
		o, err = organisation.SignUp(w.t.Context(), tx, w.jo.ID, organisation.Details{
			Name: name, Kind: "nhs_trust", Address: "PO Box 312", City: "Leeds", Postcode: "LS11 1HP", Contact: "Accounts payable",
			InvoiceEmail: "payables@westermoor.example", PORule: rule, TermsDays: 30,
		})
		if err != nil || o.Status == organisation.Approved {
			return err
		}
		return admissions.ApproveOrganisation(w.t.Context(), tx, w.ann.ID, o.Code, false)
	})
	return o
}

// booked is so many places for an organisation on purchase orders; none: none yet.
func (w *world) booked(o *organisation.Organisation, places int, orders ...billing.NewOrder) *enrolment.TeamBooking {
	w.t.Helper()
	var team *enrolment.TeamBooking
	w.write(func(tx *db.Tx) error {
		draft, err := enrolment.DraftOf(w.t.Context(), tx, w.jo.ID, o.ID, w.run.ID)
		if err != nil {
			return err
		}
		order := admissions.TeamOrder{Places: places, Orders: orders, HoldUntil: london.DateOf(tx.Now).AddDays(3)}
		q, err := admissions.QuoteTeam(w.run, order, tx.Now)
		if err != nil {
			return err
		}
		order.Agreed = q.Own
		team, err = admissions.BookTeam(w.t.Context(), tx, w.jo.ID, draft.Code, order)
		return err
	})
	return team
}

// invoiced is the only invoice that is ready for an organisation.
func (w *world) invoiced(o *organisation.Organisation) *invoice.Invoice {
	w.t.Helper()
	var in *invoice.Invoice
	w.write(func(tx *db.Tx) error {
		ready, err := invoice.ListReady(w.t.Context(), tx, london.DateOf(tx.Now), invoice.ReadyFilter{Organisation: o.ID})
		if err != nil {
			return err
		}
		if len(ready) != 1 {
			return fmt.Errorf("%d invoices are ready: %+v", len(ready), ready)
		}
		in, err = invoice.Issue(w.t.Context(), tx, audit.Person(w.ann.ID), ready[0].Key)
		return err
	})
	return in
}

// shares are those of the places of a team, in order.
func (w *world) shares(team *enrolment.TeamBooking) []*billing.Share {
	w.t.Helper()
	var shares []*billing.Share
	err := w.NewSelect().Model(&shares).Where("enrolment_id IN (SELECT id FROM enrolments WHERE team_booking_id = ?)", team.ID).Order("id").Scan(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return shares
}

// came is a line of the bank over so much.
func (w *world) came(amount string) bank.Line {
	w.t.Helper()
	var f *bank.File
	w.write(func(tx *db.Tx) error {
		ctx := w.t.Context()
		accounts, err := bank.Accounts(ctx, tx)
		if err != nil {
			return err
		}
		if len(accounts) == 0 {
			a, err := bank.AddAccount(ctx, tx, w.ann.ID, "Tarn Bank")
			if err != nil {
				return err
			}
			accounts = append(accounts, *a)
		}
		body := "Date,Payer,Reference,Amount\n01/02/2027,Payer,Transfer," + amount + "\n"
		if f, err = bank.Upload(ctx, tx, w.ann.ID, accounts[0].Code, "statement.csv", []byte(body), false); err != nil || f.Status != bank.ToLayOut {
			return err
		}
		return bank.Start(ctx, tx, w.ann.ID, f.Code, bankfile.Mapping{Header: true, Date: "Date", DateFormat: "02/01/2006", Amount: "Amount",
			Payer: []bankfile.Column{"Payer"}, Reference: "Reference"})
	})
	w.write(func(tx *db.Tx) error {
		return bank.ReadFile(w.t.Context(), tx, f.ID, func(int, int) error { return nil })
	})
	lines, err := bank.Lines(w.t.Context(), w, bank.Filter{}, nil, 10)
	if err != nil || len(lines) == 0 || lines[len(lines)-1].FileID != f.ID {
		w.t.Fatalf("%+v, %v", lines, err)
	}
	return lines[len(lines)-1]
}

// paidByBank takes a line of the bank to an invoice, and the rest to the organisation's credit.
func (w *world) paidByBank(in *invoice.Invoice, amount string) {
	w.t.Helper()
	l := w.came(amount)
	w.write(func(tx *db.Tx) error {
		return bank.Match(w.t.Context(), tx, w.ann.ID, l.ID, []bank.Part{{Invoice: in.Number, Amount: in.Total}},
			bank.Rest{Organisation: in.OrganisationID, Amount: l.Amount - in.Total})
	})
}

// giveUp leaves of a share a charge, and credits what was invoiced of the rest.
func (w *world) giveUp(s *billing.Share, run id.Run, charge money.Amount) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		if err := billing.Reduce(w.t.Context(), tx, s, run, charge); err != nil || s.Invoiced <= charge {
			return err
		}
		return invoice.CreditShare(w.t.Context(), tx, audit.System, s.ID, s.Invoiced-charge, "A place was given up")
	})
}

// taught recognises all that was taught by now, in as many rounds as it takes: what one block earns late may leave
// something for the next.
func (w *world) taught() {
	w.t.Helper()
	for range 3 {
		blocks, err := report.BlocksTaught(w.t.Context(), w, w.Now(), 100)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, b := range blocks {
			w.write(func(tx *db.Tx) error { return report.RecogniseTaught(w.t.Context(), tx, b) })
		}
	}
}

func (w *world) balance(account string) money.Amount {
	w.t.Helper()
	b, err := ledger.Balance(w.t.Context(), w, account)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *world) closed(m report.Month) *report.Close {
	w.t.Helper()
	c, err := report.CloseOf(w.t.Context(), w, m, w.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// ends is when a block of the run is over.
func (w *world) ends(block int) time.Time { return w.run.Blocks[block].EndsOn.At(16, 30) }

// mails counts those of a template.
func (w *world) mails(template string) (n int) {
	w.t.Helper()
	if err := dbtest.Owner(w.t, w.app).NewRaw("SELECT count(*) FROM mails WHERE template = ?", template).Scan(w.t.Context(), &n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

var pay = func(number string, amount money.Amount) billing.NewOrder {
	return billing.NewOrder{Number: number, Amount: amount}
}

func on(year int, month time.Month, day int) time.Time { return london.On(year, month, day).At(9, 0) }
