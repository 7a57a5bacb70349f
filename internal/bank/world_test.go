package bank_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"bursar/internal/audit"
	"bursar/internal/bank"
	"bursar/internal/bankfile"
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

// world is a database with a provider, a run, two bookkeepers and a bank account whose files have four columns.
type world struct {
	*db.DB
	t        testing.TB
	clock    *dbtest.Clock
	run      *course.Offering
	ann, ben id.Person
	account  *bank.Account
	files    int
}

// columns is how the files of the world are laid out.
var columns = bankfile.Mapping{Header: true, Date: "Date", DateFormat: "02/01/2006", Amount: "Amount", Payer: []bankfile.Column{"Payer"}, Reference: "Reference"}

const heading = "Date,Payer,Reference,Amount\n"

func newWorld(t testing.TB) *world {
	t.Helper()
	d, clock := dbtest.NewAt(t, london.On(2027, 2, 23).At(9, 0))
	w := &world{DB: d, t: t, clock: clock}
	w.write(func(tx *db.Tx) error {
		for address, who := range map[string]*id.Person{"ann@office.example": &w.ann, "ben@office.example": &w.ben} {
			p, err := people.Ensure(t.Context(), tx, address)
			if err != nil {
				return err
			}
			*who = p.ID
		}
		return w.provided(tx)
	})
	w.write(func(tx *db.Tx) (err error) {
		w.account, err = bank.AddAccount(t.Context(), tx, w.ann, "Tarn Bank")
		return err
	})
	return w
}

// provided has a course with a run, and says how the provider stands on invoices.
func (w *world) provided(tx *db.Tx) error {
	ctx := w.t.Context()
	c := &course.Course{Slug: "foundation", Title: "Foundation", Summary: "s", Description: "d", Audience: "a"}
	if err := course.Add(ctx, tx, audit.System, c); err != nil {
		return err
	}
	w.run = &course.Offering{
		Run: course.Run{Code: "FND-M27", CourseID: c.ID, City: "Manchester", Venue: "The Mill", Status: course.Open, Entry: course.Book, Listed: true,
			DayStarts: "09:30", DayEnds: "16:30"},
		Blocks: []course.Block{{StartsOn: london.On(2027, 6, 7), EndsOn: london.On(2027, 6, 11)}},
		Prices: []course.Price{{Band: course.Organisation, Amount: 420_000}, {Band: course.Self, Amount: 325_000}, {Band: course.Peer, Amount: 195_000}},
		Scale:  []course.Step{{DaysBefore: 60, Fee: 7_500}, {DaysBefore: 0, ChargeBP: 10_000}},
		Places: course.Places{Capacity: 500},
	}
	if err := course.Schedule(ctx, tx, audit.System, w.run); err != nil {
		return err
	}
	return invoice.SaveProvider(ctx, tx, w.ann, invoice.Provider{
		Name: "Lantern Training CIC", CompanyNumber: "09520001", Address: "1 Tarn Street", City: "Leeds", Postcode: "LS1 1AA",
		Email: "accounts@lantern.example", VAT: invoice.NotRegistered, VATWording: "No VAT: we are not registered for VAT.",
		BankName: "Tarn Bank", SortCode: "08-99-99", AccountNumber: "66374958", AccountName: "Lantern Training CIC", BaseRateBP: 375,
	}, nil)
}

func (w *world) write(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.try(f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) try(f func(*db.Tx) error) error { return w.Write(w.t.Context(), f) }

// scan reads or writes values with plain SQL as the application.
func (w *world) scan(query string, args []any, to ...any) {
	w.t.Helper()
	if err := w.NewRaw(query, args...).Scan(w.t.Context(), to...); err != nil {
		w.t.Fatal(err)
	}
}

// organisation adds an approved one that uses no purchase orders and gets no mail.
func (w *world) organisation(name string) (of id.Organisation) {
	w.t.Helper()
	w.scan(`INSERT INTO organisations (code, status, name, kind, po_rule, terms_days, address, city, postcode, contact, invoice_email, created_at, decided_at)
		VALUES (?, 'approved', ?, 'nhs_trust', 'not_used', 30, 'PO Box 312', 'Leeds', 'LS11 1HP', 'Accounts payable', '', now(), now()) RETURNING id`,
		[]any{id.Code(), name}, &of)
	return of
}

// invoiced is an invoice to an organisation.
func (w *world) invoiced(of id.Organisation, amount money.Amount) *invoice.Invoice {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return w.book(w.t.Context(), tx, of, amount) })
	return w.issued(of)
}

// issued is the only invoice that is ready for an organisation.
func (w *world) issued(of id.Organisation) (made *invoice.Invoice) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		ready, err := invoice.ListReady(w.t.Context(), tx, london.DateOf(tx.Now), invoice.ReadyFilter{Organisation: of})
		if err != nil || len(ready) != 1 {
			return fmt.Errorf("%d ready: %w", len(ready), err)
		}
		made, err = invoice.Issue(w.t.Context(), tx, audit.Person(w.ann), ready[0].Key)
		return err
	})
	return made
}

// book confirms a place that an organisation agreed to pay so much of.
func (w *world) book(ctx context.Context, tx *db.Tx, of id.Organisation, amount money.Amount) error {
	team, err := enrolment.DraftOf(ctx, tx, w.ann, of, w.run.ID)
	if err != nil {
		return err
	}
	team.Status, team.Places, team.ListPrice, team.Price, team.Discount = enrolment.TeamPlaced, 1, amount, amount, course.NoDiscount
	if err := enrolment.SaveTeam(ctx, tx, team); err != nil {
		return err
	}
	seats, err := enrolment.HoldTeam(ctx, tx, team, nil, tx.Now.Add(24*time.Hour))
	if err != nil {
		return err
	}
	share := &billing.Share{EnrolmentID: seats[0].ID, Number: 1, Payer: billing.Organisation, Amount: amount, SecuredAt: tx.Now, OrganisationID: of, AgreedAt: tx.Now}
	if err := billing.ChargeAll(ctx, tx, fmt.Sprintf("team/%d/charged", team.ID), w.run.ID, []*billing.Share{share}); err != nil {
		return err
	}
	_, err = tx.NewRaw("UPDATE enrolments SET status = 'confirmed', held_until = NULL, confirmed_at = ? WHERE team_booking_id = ?", tx.Now, team.ID).Exec(ctx)
	return err
}

// upload keeps a file of the world's columns and has it read.
func (w *world) upload(body string) *bank.File {
	w.t.Helper()
	f, err := w.tryUpload(body)
	if err != nil {
		w.t.Fatal(err)
	}
	if f.Status == bank.ToLayOut {
		w.write(func(tx *db.Tx) error { return bank.Start(w.t.Context(), tx, w.ann, f.Code, columns) })
	}
	return w.read(f)
}

func (w *world) tryUpload(body string) (f *bank.File, err error) {
	w.files++
	err = w.try(func(tx *db.Tx) error {
		f, err = bank.Upload(w.t.Context(), tx, w.ann, w.account.Code, fmt.Sprintf("statement-%d.csv", w.files), []byte(body), false)
		return err
	})
	return f, err
}

// read does what the worker does, and returns how the file stands then.
func (w *world) read(f *bank.File) *bank.File {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		return bank.ReadFile(w.t.Context(), tx, f.ID, func(int, int) error { return nil })
	})
	return w.file(f)
}

func (w *world) file(f *bank.File) *bank.File {
	w.t.Helper()
	now, err := bank.FileByCode(w.t.Context(), w, f.Code)
	if err != nil {
		w.t.Fatal(err)
	}
	return now
}

// came is a line of the bank: who paid what for.
func (w *world) came(payer, reference string, amount string) bank.Line {
	w.t.Helper()
	f := w.upload(heading + "20/02/2027,\"" + payer + "\",\"" + reference + "\"," + amount + "\n")
	if f.Status != bank.Read || f.Taken != 1 {
		w.t.Fatalf("%+v", f)
	}
	lines := w.lines()
	for _, l := range lines {
		if l.FileID == f.ID {
			return l
		}
	}
	w.t.Fatalf("no line in %+v", lines)
	return bank.Line{}
}

func (w *world) lines() []bank.Line {
	w.t.Helper()
	lines, err := bank.Lines(w.t.Context(), w, bank.Filter{}, nil, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	return lines
}

// proposed are the proposals for all open lines.
func (w *world) proposed() []bank.Proposal {
	w.t.Helper()
	list, err := bank.Propose(w.t.Context(), w, w.lines())
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// proposal is the one for a line alone.
func (w *world) proposal(l bank.Line) bank.Proposal {
	w.t.Helper()
	list, err := bank.Propose(w.t.Context(), w, []bank.Line{l})
	if err != nil || len(list) != 1 {
		w.t.Fatal(list, err)
	}
	return list[0]
}

func (w *world) match(l bank.Line, rest bank.Rest, parts ...bank.Part) error {
	return w.try(func(tx *db.Tx) error { return bank.Match(w.t.Context(), tx, w.ann, l.ID, parts, rest) })
}

// accept matches a line as it is proposed.
func (w *world) accept(p bank.Proposal) {
	w.t.Helper()
	if err := w.match(p.Line, p.Rest, p.Parts...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) undo(l bank.Line) error {
	return w.try(func(tx *db.Tx) error { return bank.Undo(w.t.Context(), tx, w.ben, l.ID, "It was another trust’s") })
}

func (w *world) fresh(n *invoice.Invoice) *invoice.Invoice {
	w.t.Helper()
	now, err := invoice.ByNumber(w.t.Context(), w, n.Number)
	if err != nil {
		w.t.Fatal(err)
	}
	return now
}

func (w *world) line(l bank.Line) *bank.Line {
	w.t.Helper()
	now, err := bank.LineByCode(w.t.Context(), w, w.account.Code, l.Code())
	if err != nil {
		w.t.Fatal(err)
	}
	return now
}

func (w *world) balance(account string) money.Amount {
	w.t.Helper()
	b, err := ledger.Balance(w.t.Context(), w, account)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *world) credit(of id.Organisation) money.Amount {
	w.t.Helper()
	return -w.balance(invoice.CreditAccount(of))
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	w.scan(query, args, &n)
	return n
}

// inOrder checks the books, every invoice and every line against them.
func (w *world) inOrder() {
	w.t.Helper()
	for name, verify := range map[string]func() ([]string, error){
		"ledger":   func() ([]string, error) { return ledger.Verify(w.t.Context(), w) },
		"invoices": func() ([]string, error) { return invoice.Verify(w.t.Context(), w) },
		"bank":     func() ([]string, error) { return bank.Verify(w.t.Context(), w) },
	} {
		if faults, err := verify(); err != nil || len(faults) > 0 {
			w.t.Errorf("%s: %v, %v", name, faults, err)
		}
	}
	if b := w.balance(billing.Clearing); b != 0 {
		w.t.Errorf("%s stands in clearing", b)
	}
}

// short is what a proposal says, in one line.
func short(p bank.Proposal) string {
	var parts []string
	for _, part := range p.Parts {
		parts = append(parts, part.Invoice+"="+part.Amount.String())
	}
	if p.Rest.Amount > 0 {
		parts = append(parts, "credit="+p.Rest.Amount.String())
	}
	return strings.Join(parts, " ")
}
