package journey_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/app/apptest"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
)

// trading is a world in which organisations book and are invoiced, with a bookkeeper at her desk.
type trading struct {
	*world
	sheila *visitor
}

// newTrading has one run, FND-L27, with so many places, which cost an organisation so many pence each: a tenth less for a
// team of four, a twentieth less 90 days before. It begins on 1 February 2027. Defer its method inOrder.
func newTrading(t *testing.T, places int, each money.Amount) *trading {
	t.Helper()
	w := &trading{world: newWorld(t, places)}
	o := *w.run
	o.ID, o.Code, o.Places = 0, "FND-L27", course.Places{Capacity: places}
	o.Prices = []course.Price{{Band: course.Organisation, Amount: each}, {Band: course.Self, Amount: fixture.Fee}, {Band: course.Peer, Amount: fixture.Fee}}
	o.Discounts = course.Discounts{TeamFrom: 4, TeamBP: 1_000, EarlyDays: 90, EarlyBP: 500}
	o.Blocks = []course.Block{
		{StartsOn: london.On(2027, 2, 1), EndsOn: london.On(2027, 2, 5)}, {StartsOn: london.On(2027, 5, 10), EndsOn: london.On(2027, 5, 14)},
		{StartsOn: london.On(2027, 9, 20), EndsOn: london.On(2027, 9, 24)}, {StartsOn: london.On(2027, 11, 29), EndsOn: london.On(2027, 12, 3)},
	}
	w.write(func(tx *db.Tx) error { return course.Schedule(t.Context(), tx, audit.System, &o) })
	w.run = &o
	w.sheila = w.bookkeeper("Sheila Marsh")
	by, err := people.Find(t.Context(), w.DB, w.sheila.email)
	if err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *db.Tx) error { return invoice.SaveProvider(t.Context(), tx, by.ID, provider, nil) })
	return w
}

var provider = invoice.Provider{
	Name: "Threshold Dialogue Training CIC", CompanyNumber: "09999999", Address: "14 Lantern Yard", City: "London", Postcode: "SE1 0ZZ",
	Email: "accounts@threshold.example", VAT: invoice.Exempt, VATWording: "Exempt from VAT: vocational training.", BankName: "Example Bank",
	SortCode: "01-02-03", AccountNumber: "12345678", AccountName: "Threshold Dialogue Training CIC", BaseRateBP: 375,
}

// bookkeeper is somebody at the finance desk who has given their second factor.
func (w *trading) bookkeeper(name string) *visitor {
	w.t.Helper()
	v := w.visitor(name)
	v.email = strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@threshold.example"
	fixture.Person(w.t, w.DB, v.email, people.Finance)
	v.atDesk()
	return v
}

// atDesk begins a day at the desk.
func (v *visitor) atDesk() {
	v.w.t.Helper()
	v.begins(func(tx *db.Tx) (string, error) {
		p, err := people.Ensure(v.w.t.Context(), tx, v.email)
		if err != nil {
			return "", err
		}
		return people.StartVerifiedSession(v.w.t.Context(), tx, p.ID, "Firefox")
	})
}

// begins has the browser go on with a session of somebody's choice.
func (v *visitor) begins(session func(*db.Tx) (token string, err error)) {
	v.w.t.Helper()
	var token string
	v.w.write(func(tx *db.Tx) (err error) {
		token, err = session(tx)
		return err
	})
	at, err := url.Parse(v.w.Config.URL)
	if err != nil {
		v.w.t.Fatal(err)
	}
	v.Jar.SetCookies(at, []*http.Cookie{{Name: "session", Value: token, Path: "/"}})
}

// sends sends the form of a page whose address ends so, with what stands in it and what is typed, as names and values. What
// is typed twice is sent twice.
func (v *visitor) sends(a apptest.Answer, to string, typed ...string) apptest.Answer {
	v.w.t.Helper()
	if a.Page == nil {
		v.w.t.Fatalf("%s is no page (%d)", a.URL, a.Status)
	}
	form := a.Page.Find(`main form[method="post"]`).FilterFunction(func(_ int, s *goquery.Selection) bool {
		return strings.HasSuffix(s.AttrOr("action", a.URL.RequestURI()), to)
	}).First()
	if form.Length() == 0 {
		v.w.t.Fatalf("%s has no form to %q:\n%s", a.URL, to, squeezed(a.Page.Find("main").Text()))
	}
	values := standing(form)
	form.Find("select").Each(func(_ int, s *goquery.Selection) {
		values.Set(s.AttrOr("name", ""), s.Find("option[selected]").AttrOr("value", ""))
	})
	form.Find("textarea").Each(func(_ int, s *goquery.Selection) { values.Set(s.AttrOr("name", ""), s.Text()) })
	for i := 0; i < len(typed); i += 2 {
		values.Del(typed[i])
	}
	for i := 0; i < len(typed); i += 2 {
		values.Add(typed[i], typed[i+1])
	}
	return v.Post(form.AttrOr("action", a.URL.RequestURI()), values)
}

// does is sends, with words that are expected on the page after it.
func (v *visitor) does(a apptest.Answer, to string, typed []string, words ...string) apptest.Answer {
	v.w.t.Helper()
	after := v.sends(a, to, typed...)
	v.reads(after, http.StatusOK, words...)
	return after
}

// neverReads expects that a page does not say words.
func (v *visitor) neverReads(a apptest.Answer, words ...string) {
	v.w.t.Helper()
	for _, word := range words {
		if strings.Contains(a.Body, word) {
			v.w.t.Errorf("%s says %q to %s", a.URL, word, v.name)
		}
	}
}

// wrote expects that one of the mails to an address is of a kind and says these words.
func (w *trading) wrote(to, template string, words ...string) {
	w.t.Helper()
	var seen []string
	for _, m := range w.mails(to) {
		seen = append(seen, m.Template+": "+squeezed(m.Text))
		if m.Template == template && saysAll(squeezed(m.Subject+" "+m.Text), words) {
			return
		}
	}
	w.t.Errorf("no mail %s to %s says all of %q: %s", template, to, words, strings.Join(seen, "\n"))
}

func saysAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// stands expects an account of the books to stand at so many pence, debit positive.
func (w *trading) stands(account string, want money.Amount) {
	w.t.Helper()
	if got, err := ledger.Balance(w.t.Context(), w.DB, account); err != nil || got != want {
		w.t.Errorf("%s stands at %s, want %s, %v", account, got, want, err)
	}
}

// due expects what is still owed of the shares of a place in their order, in pence.
func (w *trading) due(place string, want ...money.Amount) {
	w.t.Helper()
	w.shares(place, "coalesce(a.balance, 0)", want)
}

// shared expects how the price of a place is shared, in pence.
func (w *trading) shared(place string, want ...money.Amount) {
	w.t.Helper()
	w.shares(place, "s.amount", want)
}

func (w *trading) shares(place, what string, want []money.Amount) {
	w.t.Helper()
	var got []money.Amount
	err := w.DB.NewRaw("SELECT "+what+` FROM shares s JOIN enrolments e ON e.id = s.enrolment_id
		LEFT JOIN accounts a ON a.name = 'share/' || s.id || '/due' WHERE e.code = ? ORDER BY s.number`, place).Scan(w.t.Context(), &got)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("%s of place %s: %v, want %v, %v", what, place, got, want, err)
	}
}

// ofRun is an account of the run, such as what is kept of places that were given up.
func (w *trading) ofRun(which string) string { return fmt.Sprintf("run/%d/%s", w.run.ID, which) }

// held is the one place that waits for something.
func (w *trading) held() (code string) {
	w.t.Helper()
	if err := w.DB.NewRaw("SELECT code FROM enrolments WHERE status = 'held'").Scan(w.t.Context(), &code); err != nil {
		w.t.Fatal(err)
	}
	return code
}
