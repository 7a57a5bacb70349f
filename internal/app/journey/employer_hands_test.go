package journey_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/app/apptest"
	"bursar/internal/invoice"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/sandbox"
)

// employer is an organisation, by the hands of whoever acts for it.
type employer struct {
	*visitor
	at       *trading
	title    string
	code     string
	accounts string // where its invoices go
}

// employer signs an organisation of some kind up on the page, and the bookkeeper lets it order. More is given as fields of the
// form and what is typed there.
func (w *trading) employer(title, kind, contact, rule string, more ...string) *employer {
	w.t.Helper()
	e := &employer{visitor: w.learner(contact), at: w, title: title, accounts: "payables@" + strings.ToLower(strings.Fields(title)[0]) + ".example"}
	if !slices.Contains(more, "contact") {
		more = append(more, "contact", "Accounts payable")
	}
	a := e.does(e.Get("/employer/sign-up"), "/sign-up", append([]string{"name", title, "kind", kind, "address", "PO Box 312", "city", "Leeds",
		"postcode", "LS11 1HP", "invoice_email", e.accounts, "po_rule", rule}, more...), "We are checking your organisation")
	e.code = path.Base(a.URL.Path)
	w.approves(e.code)
	e.reads(e.Get(e.page("")), http.StatusOK, title, "Nothing at the moment")
	return e
}

// approves lets an organisation order.
func (w *trading) approves(code string) {
	w.t.Helper()
	w.sheila.does(w.sheila.Get("/finance/organisations/"+code), "/approve", nil)
}

// page is an address of the organisation's own.
func (e *employer) page(rest string) string { return "/employer/" + e.code + rest }

// answers are what is typed on the pages of a booking, by the names of their steps.
type answers map[string][]string

// asks answers one question after the other, and stops at the last page.
func (e *employer) asks(all answers) apptest.Answer {
	e.w.t.Helper()
	a := e.Get(e.page("/book/" + e.w.run.Code))
	for asked := map[string]bool{}; path.Base(a.URL.Path) != "check"; {
		step := path.Base(a.URL.Path)
		if a.Status != http.StatusOK || asked[step] {
			e.w.t.Fatalf("%s answered %d:\n%s", a.URL, a.Status, squeezed(a.Page.Find("main").Text()))
		}
		asked[step] = true
		a = e.sends(a, step, all[step]...)
	}
	return a
}

// books books so many places with whatever else is answered, and gives their codes in order.
func (e *employer) books(places int, all answers) []string {
	e.w.t.Helper()
	all["places"] = []string{"places", fmt.Sprint(places)}
	if all["payer"] == nil {
		all["payer"] = []string{"payer", "us"}
	}
	known := e.places()
	a := e.sends(e.asks(all), "check")
	if !strings.HasPrefix(a.URL.Path, e.page("/bookings/")) {
		e.w.t.Fatalf("booking answered %d at %s:\n%s", a.Status, a.URL, squeezed(a.Page.Find("main").Text()))
	}
	booked := slices.DeleteFunc(e.places(), func(code string) bool { return slices.Contains(known, code) })
	if len(booked) != places {
		e.w.t.Fatalf("%d places are booked, want %d", len(booked), places)
	}
	e.w.drain()
	return booked
}

// places are the codes of the organisation's places, as they are listed.
func (e *employer) places() []string {
	e.w.t.Helper()
	links := e.Get(e.page("")).Page.Find(`main a[href*="/places/"]`)
	codes := links.Map(func(_ int, s *goquery.Selection) string { return path.Base(s.AttrOr("href", "")) })
	slices.Sort(codes)
	return slices.Compact(codes)
}

// brings are purchase orders given with a booking, as numbers and worths in turn.
func brings(orders ...string) []string {
	var typed []string
	for i := 0; i < len(orders); i += 2 {
		typed = append(typed, fmt.Sprintf("order_number_%d", i/2+1), orders[i], fmt.Sprintf("order_amount_%d", i/2+1), orders[i+1])
	}
	return typed
}

// orders gives a purchase order for places that are booked already.
func (e *employer) orders(number, worth string, places ...string) apptest.Answer {
	e.w.t.Helper()
	typed := []string{"number", number, "amount", worth}
	for _, code := range places {
		typed = append(typed, "places", code)
	}
	a := e.sends(e.Get(e.page("/orders/add")), "/orders/add", typed...)
	e.w.drain()
	return a
}

// agrees says that the organisation pays what it is asked for, on a purchase order if one is given.
func (e *employer) agrees(asked string, order ...string) {
	e.w.t.Helper()
	e.w.later(time.Minute)
	a := e.follow(e.Get(e.page("")), "You are asked to pay a part")
	e.reads(a, http.StatusOK, "Your organisation is asked to pay "+asked)
	e.does(a, path.Base(a.URL.Path), append([]string{"answer", "yes"}, order...), "agreed on")
	e.w.drain()
}

// issues issues every invoice that is ready, in the order of the list.
func (w *trading) issues(words ...string) {
	w.t.Helper()
	w.sheila.does(w.sheila.Get("/finance/ready"), "/finance/ready", []string{"do", "all"}, words...)
	w.drain()
}

// billed expects an invoice of the organisation and what it says, the same on its page, on paper, in its electronic form and
// in the mail to accounts.
func (e *employer) billed(number string, total money.Amount, words ...string) {
	e.w.t.Helper()
	e.holds("invoice", "/invoices/"+number, total, append(words, "INVOICE", "Number "+number, "Payment reference "+number)...)
}

// credited is billed for a credit note.
func (e *employer) credited(number string, total money.Amount, words ...string) {
	e.w.t.Helper()
	e.holds("credit-note", "/credit-notes/"+number, total, append(words, "CREDIT NOTE", "Number "+number)...)
}

func (e *employer) holds(template, at string, total money.Amount, words ...string) {
	e.w.t.Helper()
	a := e.Get(e.page(at))
	e.reads(a, http.StatusOK, append(words, "Total "+total.String())...)
	number := path.Base(at)
	electronic := e.Get(e.page(at + ".xml")).Body
	if want := fmt.Sprintf(`<cbc:PayableAmount currencyID="GBP">%d.%02d</cbc:PayableAmount>`, total/100, total%100); !strings.Contains(electronic, want) {
		e.w.t.Errorf("%s is not for %s: %s", number, total, regexp.MustCompile("<cbc:PayableAmount.*").FindString(electronic))
	}
	paper := e.Get(e.page(at + ".pdf")).Body
	if text := e.onPaper(paper); !saysAll(text, []string{number, total.String(), e.buyer(a)}) {
		e.w.t.Errorf("%s does not say %s on paper: %s", number, total, text)
	}
	for _, m := range e.w.mails(e.accounts) {
		if m.Template == template && strings.Contains(m.Subject, number) {
			e.attached(m, total, paper, electronic)
			return
		}
	}
	e.w.t.Errorf("nobody at %s was sent %s", e.accounts, number)
}

func (e *employer) attached(m *mail.Mail, total money.Amount, files ...string) {
	e.w.t.Helper()
	if !strings.Contains(m.Text, total.String()) || len(m.Attachments) != len(files) {
		e.w.t.Errorf("%q does not say %s or has %d files: %s", m.Subject, total, len(m.Attachments), m.Text)
		return
	}
	for i, file := range files {
		if !bytes.Equal(m.Attachments[i].Body, []byte(file)) {
			e.w.t.Errorf("%s in the mail is not the one of the portal", m.Attachments[i].Name)
		}
	}
}

// buyer is the first line of whom a document is to.
func (e *employer) buyer(a apptest.Answer) string {
	first, _, _ := strings.Cut(strings.TrimSpace(a.Page.Find(".app-document__parties .app-lines").Last().Text()), "\n")
	return strings.TrimSpace(first)
}

// onPaper is the text of a PDF.
func (e *employer) onPaper(body string) string {
	e.w.t.Helper()
	read := exec.CommandContext(e.w.t.Context(), "pdftotext", "-layout", "-", "-")
	read.Stdin = strings.NewReader(body)
	text, err := read.Output()
	if err != nil {
		e.w.t.Fatal(err)
	}
	return squeezed(string(text))
}

// seat is a place by the hands of whoever was named for it.
func (w *trading) seat(email, code string) *visitor {
	w.t.Helper()
	v := w.visitor("whoever has " + email)
	v.email, v.code = email, code
	v.signIn()
	return v
}

// paysOwn pays by card what the page of a place asks for, such as "£2,100".
func (v *visitor) paysOwn(part string) {
	v.w.t.Helper()
	a := v.finds("", "Pay "+part+" by card")
	v.sends(a, "/pay")
	v.w.drain()
	back, err := v.try(v.paymentPage(), sandbox.CardPays)
	if err != nil || back != "/my/places/"+v.code+"/confirmation" {
		v.w.t.Fatalf("paying led to %q, %v", back, err)
	}
	v.w.drain()
}

// pays pays all that is open of an invoice by card.
func (e *employer) pays(number string) {
	e.w.t.Helper()
	at := e.page("/invoices/" + number)
	e.sends(e.Get(at), "/pay")
	e.w.drain()
	page := e.Get(at + "/pay")
	back, err := e.try(page.Header.Get("Location"), sandbox.CardPays)
	if err != nil || back != at+"/paid" {
		e.w.t.Fatalf("paying %s (%d) led to %q, %v", number, page.Status, back, err)
	}
	e.reads(e.Get(back), http.StatusOK, "We are checking the payment")
	e.w.drain()
	e.reads(e.Get(back), http.StatusOK, "Thank you. The payment is made", "The invoice is settled.")
}

// creditOf is the account of what we owe an organisation.
func (w *trading) creditOf(e *employer) string {
	w.t.Helper()
	of, err := organisation.ByCode(w.t.Context(), w.DB, e.code)
	if err != nil {
		w.t.Fatal(err)
	}
	return invoice.CreditAccount(of.ID)
}
