package browser_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"bursar/internal/admissions"
	"bursar/internal/app/apptest"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

const (
	sheila = "sheila@threshold.example" // the bookkeeper
	jo     = "jo.holt@westermoor.example"
)

// trading is the whole program with its courses, every place free, and a bookkeeper who can issue invoices.
type trading struct {
	*apptest.World
	bookkeeper id.Person
}

func newTrading(t *testing.T) *trading {
	t.Helper()
	w := &trading{World: apptest.New(t)}
	if err := fixture.Catalogue(t.Context(), w.DB); err != nil {
		t.Fatal(err)
	}
	w.bookkeeper = fixture.Person(t, w.DB, sheila, people.Finance).ID
	w.do(func(ctx context.Context, tx *db.Tx) error {
		return invoice.SaveProvider(ctx, tx, w.bookkeeper, invoice.Provider{
			Name: "Threshold Dialogue Training CIC", CompanyNumber: "09999999", Address: "14 Lantern Yard", City: "London", Postcode: "SE1 0ZZ",
			Email: "accounts@threshold.example", VAT: invoice.NotRegistered, VATWording: "We are not registered for VAT.", BankName: "Example Bank",
			SortCode: "01-02-03", AccountNumber: "12345678", AccountName: "Threshold Dialogue Training CIC", BaseRateBP: 375,
		}, nil)
	})
	return w
}

// do does something as the program that has to go well.
func (w *trading) do(f func(context.Context, *db.Tx) error) {
	w.T.Helper()
	if err := w.Machine.Write(w.T.Context(), func(tx *db.Tx) error { return f(w.T.Context(), tx) }); err != nil {
		w.T.Fatal(err)
	}
}

// trust is an approved organisation for which jo acts.
func (w *trading) trust() *organisation.Organisation {
	w.T.Helper()
	by := fixture.Person(w.T, w.DB, jo).ID
	var of *organisation.Organisation
	w.do(func(ctx context.Context, tx *db.Tx) (err error) {
		of, err = organisation.SignUp(ctx, tx, by, organisation.Details{
			Name: "Westermoor & Tarn NHS Foundation Trust", Kind: string(organisation.NHSTrust), OrgCode: "QX1", PayablesCode: "X101", Address: "PO Box 312",
			City: "Leeds", Postcode: "LS11 1HP", InvoiceEmail: "payables@westermoor.example", PORule: string(organisation.PORequired), TermsDays: 30,
		})
		if err != nil {
			return err
		}
		return admissions.ApproveOrganisation(ctx, tx, w.bookkeeper, of.Code, true)
	})
	return of
}

// booked has jo book places in London, and returns their codes.
func (w *trading) booked(of *organisation.Organisation, ordered admissions.TeamOrder) []string {
	w.T.Helper()
	by, run := fixture.Person(w.T, w.DB, jo).ID, "FND-L27"
	var codes []string
	w.do(func(ctx context.Context, tx *db.Tx) error {
		o, err := course.FindOffering(ctx, tx, run)
		if err != nil {
			return err
		}
		q, err := admissions.QuoteTeam(o, ordered, tx.Now)
		if err != nil {
			return err
		}
		draft, err := enrolment.DraftOf(ctx, tx, by, of.ID, o.ID)
		if err != nil {
			return err
		}
		ordered.Agreed, ordered.HoldUntil = q.Own, london.DateOf(tx.Now).AddDays(14)
		team, err := admissions.BookTeam(ctx, tx, by, draft.Code, ordered)
		if err != nil {
			return err
		}
		places, err := enrolment.TeamEnrolments(ctx, tx, team.ID)
		for _, e := range places {
			codes = append(codes, e.Code)
		}
		return err
	})
	return codes
}

// issue issues every invoice that is ready, and returns their numbers.
func (w *trading) issue() []string {
	w.T.Helper()
	var numbers []string
	w.do(func(ctx context.Context, tx *db.Tx) error {
		ready, err := invoice.ListReady(ctx, tx, london.DateOf(tx.Now), invoice.ReadyFilter{})
		if err != nil {
			return err
		}
		for _, r := range ready {
			made, err := invoice.Issue(ctx, tx, audit.Person(w.bookkeeper), r.Key)
			if err != nil {
				return err
			}
			numbers = append(numbers, made.Number)
		}
		return nil
	})
	return numbers
}

// signedIn is a window on a telephone in which somebody is signed in.
func (w *trading) signedIn(t *testing.T, email string) *Tab {
	t.Helper()
	fixture.Person(t, w.DB, email)
	b := Open(t, w.World, telephone)
	b.enter(email)
	return b
}

// letter is the newest mail to an address, whose subject tells nothing to whoever sees the screen.
func (w *trading) letter(email string) *mail.Mail {
	w.T.Helper()
	m := (&drawn{World: w.World}).newestTo(email)
	if telling.MatchString(m.Subject) {
		w.T.Errorf("the subject %q tells too much", m.Subject)
	}
	whole, err := mail.DemoOpen(w.T.Context(), w.Machine, m.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	return whole
}

// tells expects the newest mail to an address to say this.
func (w *trading) tells(email string, words ...string) {
	w.T.Helper()
	m := w.letter(email)
	text := m.Subject + " " + strings.Join(strings.Fields(m.Text), " ")
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.T.Errorf("the mail to %s does not say %q: %s", email, word, text)
		}
	}
}

// linkIn is the address that a mail leads to, below a path.
func (w *trading) linkIn(email, below string) string {
	w.T.Helper()
	m := w.letter(email)
	found := regexp.MustCompile(below + `[A-Za-z0-9_-]+`).FindString(m.Text)
	if found == "" {
		w.T.Fatalf("the mail leads to nothing below %s: %s", below, m.Text)
	}
	return found
}

// atDesk looks at a page at 400 %, on a telephone and in the wide window of somebody in the office.
func (b *Tab) atDesk(status int64, title string) {
	b.t.Helper()
	for _, width := range []int64{zoomed, telephone, desk} {
		b.Resize(width)
		b.Check(status, title)
	}
}

// inBoth looks at a page of an employer in the wide window of an office, at 400 % and on a telephone.
func (b *Tab) inBoth(status int64, title string) {
	b.t.Helper()
	b.Resize(desk)
	b.Check(status, title)
	b.handheld(status, title)
}

// holds looks at a page that asks for itself again and again, which it is kept from meanwhile.
func (b *Tab) holds(title string) {
	b.t.Helper()
	b.until("the page to keep still", func() bool {
		_, err := chromedp.Run(b.ctx, chromedp.Evaluate[any]("window.stop(), 0")) // fails while the page changes
		return err == nil
	})
	b.inBoth(200, title)
}
