package journey_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/app/apptest"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/mail"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// portal is a world with a bookkeeper, and a trust whose coordinator buys places for its staff.
type portal struct {
	*world
	of     *organisation.Organisation
	nadine *visitor // acts for the trust
	sheila *visitor // keeps the books
}

// payables is where the trust's invoices go.
const payables = "payables@westermoor.example"

// newPortal has one run, FND-T27, with so many places. Defer its method addsUp.
func newPortal(t *testing.T, capacity int) *portal {
	t.Helper()
	p := &portal{world: newWorld(t, capacity)}
	keeps := fixture.Person(t, p.DB, "sheila@threshold.example", people.Finance, people.Admin).ID
	p.write(func(tx *db.Tx) error {
		return invoice.SaveProvider(t.Context(), tx, keeps, invoice.Provider{
			Name: "Threshold Dialogue Training CIC", CompanyNumber: "09999999", Address: "14 Lantern Yard", City: "London", Postcode: "SE1 0ZZ",
			Email: "accounts@threshold.example", VAT: invoice.Exempt, VATWording: "Exempt from VAT: education by an eligible body.", BankName: "Example Bank",
			SortCode: "01-02-03", AccountNumber: "12345678", AccountName: "Threshold Dialogue Training CIC", BaseRateBP: 375,
		}, nil)
	})
	p.of, p.nadine = p.organisation("Westermoor & Tarn NHS Foundation Trust", "Nadine Holt", payables)
	p.sheila = p.known("Sheila Burns", "sheila@threshold.example")
	return p
}

// organisation is one that the office has approved, with somebody who acts for it and is signed in. More changes what is
// known of it.
func (w *world) organisation(name, coordinator, invoices string, more ...func(*organisation.Details)) (*organisation.Organisation, *visitor) {
	w.t.Helper()
	_, domain, _ := strings.Cut(invoices, "@")
	email := strings.ToLower(strings.ReplaceAll(coordinator, " ", ".")) + "@" + domain
	by := fixture.Person(w.t, w.DB, email).ID
	details := organisation.Details{Name: name, Kind: string(organisation.NHSTrust), Address: "1 Moor Lane",
		City: "Leeds", Postcode: "LS11 1HP", InvoiceEmail: invoices, PORule: string(organisation.PORequired), TermsDays: 30}
	for _, change := range more {
		change(&details)
	}
	var of *organisation.Organisation
	w.do(func(ctx context.Context, tx *db.Tx) error {
		if err := people.SetDetails(ctx, tx, by, people.Details{Name: coordinator}); err != nil {
			return err
		}
		staff, err := people.Find(ctx, tx, "sheila@threshold.example")
		if err != nil {
			return err
		}
		made, err := organisation.SignUp(ctx, tx, by, details)
		if err != nil {
			return err
		}
		if err := admissions.ApproveOrganisation(ctx, tx, staff.ID, made.Code, false); err != nil {
			return err
		}
		of, err = organisation.ByCode(ctx, tx, made.Code)
		return err
	})
	return of, w.known(coordinator, email)
}

// office is somebody of the office, who may be there already.
func (w *world) office(email string) id.Person {
	w.t.Helper()
	if p, err := people.Find(w.t.Context(), w.DB, email); err == nil {
		return p.ID
	}
	return fixture.Person(w.t, w.DB, email, people.Admin).ID
}

// do does something as the program that has to go well.
func (w *world) do(f func(context.Context, *db.Tx) error) {
	w.t.Helper()
	if err := w.Machine.Write(w.t.Context(), func(tx *db.Tx) error { return f(w.t.Context(), tx) }); err != nil {
		w.t.Fatal(err)
	}
}

// known is somebody who is signed in, with a second factor if they are staff.
func (w *world) known(name, email string) *visitor {
	w.t.Helper()
	v := w.visitor(name)
	v.email = email
	v.comesBack()
	return v
}

// comesBack signs in again: a session lasts a day.
func (v *visitor) comesBack() {
	v.w.t.Helper()
	at, err := url.Parse(v.w.Config.URL)
	if err != nil {
		v.w.t.Fatal(err)
	}
	v.Jar.SetCookies(at, []*http.Cookie{{Name: "session", Value: strings.TrimPrefix(v.w.session(v.email), "session="), Path: "/"}})
}

// home is an address of the trust's own pages.
func (p *portal) home(rest string) string { return "/employer/" + p.of.Code + rest }

// booking are the answers to its questions, as names and values; what is left out is sent as it stands.
type booking map[string][]string

// ours are places that the trust pays alone, by a purchase order of so many pounds.
func ours(places, order, pounds string) booking {
	return booking{"places": {"places", places}, "payer": {"payer", "us"}, "orders": {"order_number_1", order, "order_amount_1", pounds}}
}

// asks answers the questions of a booking for the trust, and stops at the last page.
func (p *portal) asks(b booking) apptest.Answer {
	p.t.Helper()
	return p.nadine.answersAll(p.home("/book/"+p.run.Code), b)
}

// answersAll answers the questions of a booking at an address, and stops at the last page.
func (v *visitor) answersAll(at string, b booking) apptest.Answer {
	v.w.t.Helper()
	a := v.Get(at)
	for range 10 {
		step := path.Base(a.URL.Path)
		if step == "check" {
			return a
		}
		if a = v.submit(a, b[step]...); a.Status != http.StatusOK {
			break
		}
	}
	v.w.t.Fatalf("booking got stuck with %d at %s:\n%s", a.Status, a.URL, squeezed(a.Page.Find("main").Text()))
	return a
}

// books books, and returns the booking's address.
func (p *portal) books(b booking) (at string) {
	p.t.Helper()
	a := p.nadine.submit(p.asks(b))
	if at = a.URL.Path; !strings.HasPrefix(at, p.home("/bookings/")) {
		p.t.Fatalf("booking answered %d at %s:\n%s", a.Status, a.URL, squeezed(a.Page.Find("main").Text()))
	}
	p.drain()
	return at
}

// invoices has the bookkeeper issue all that is ready.
func (p *portal) invoices(words ...string) {
	p.t.Helper()
	a := p.sheila.Get("/finance/ready")
	form := standing(a.Page.Find("main form").First())
	form.Set("do", "all")
	p.sheila.reads(p.sheila.Post("/finance/ready", form), http.StatusOK, words...)
	p.drain()
}

// paysByCard pays an invoice on the processor's page, and comes back.
func (p *portal) paysByCard(number, method string) apptest.Answer {
	p.t.Helper()
	at := p.home("/invoices/" + number)
	a := p.nadine.submit(p.nadine.Get(at))
	p.nadine.reads(a, http.StatusOK, "We are preparing your payment page")
	p.drain()
	a = p.nadine.Get(at + "/pay")
	if a.Status != http.StatusSeeOther {
		p.t.Fatalf("paying answered %d at %s", a.Status, a.URL)
	}
	back, err := p.nadine.try(a.Header.Get("Location"), method)
	if err != nil || back != at+"/paid" {
		p.t.Fatalf("paying led to %q, %v", back, err)
	}
	return p.nadine.Get(back)
}

// letters are the mails of a kind to an address, newest first.
func (w *world) letters(to, template string) []*mail.Mail {
	w.t.Helper()
	return slices.DeleteFunc(w.mails(to), func(m *mail.Mail) bool { return m.Template != template })
}

// writes expects the newest mail of a kind to an address to say these words.
func (p *portal) writes(to, template string, words ...string) *mail.Mail {
	p.t.Helper()
	all := p.letters(to, template)
	if len(all) == 0 {
		p.t.Fatalf("%s got no mail %s", to, template)
	}
	for _, said := range words {
		if !strings.Contains(all[0].Text, said) {
			p.t.Errorf("%s to %s does not say %q:\n%s", template, to, said, all[0].Text)
		}
	}
	return all[0]
}

// wordsOfPDF is what a file says, its title and author too.
func wordsOfPDF(t *testing.T, body []byte) string {
	t.Helper()
	var said []byte
	for _, tool := range [][]string{{"pdfinfo", "-"}, {"pdftotext", "-layout", "-", "-"}} {
		run := exec.CommandContext(t.Context(), tool[0], tool[1:]...)
		run.Stdin = bytes.NewReader(body)
		out, err := run.Output()
		if err != nil {
			t.Fatalf("%s: %v", tool[0], err)
		}
		said = append(said, out...)
	}
	return string(said)
}
