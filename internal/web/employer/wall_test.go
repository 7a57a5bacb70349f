package employer_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page/pagetest"
)

// secrets are planted in another payer's name, in a fund, in an application; and amounts that others pay, or that a place
// costs in all, of which nobody at the organisation may learn.
var secrets = []string{"canary", "3,250.00", "3250.00", "1,950.00", "1950.00", "1,625.00", "1625.00", "1,025.00", "1025.00", "bursar" + "y", "award", "fund"}

// shared is a pair whose first organisation pays a part of two places: of one with another organisation, which has agreed,
// and of one with a fund and with whoever sits there.
func shared(t *testing.T) *pair {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	run := fixture.Run(t, app, "FND-T27", 20)
	h := fixture.House{Clock: clock, App: app, Learners: dbtest.As(t, app, db.Learner), Officers: dbtest.As(t, app, db.Office),
		Machine: dbtest.As(t, app, db.Worker), Box: box, Admin: fixture.Person(t, app, "grace@threshold.example", people.Admin).ID}
	person, place := funded(t, h, run)
	p := newPairIn(t, app, clock, box, run)
	p.do(func(ctx context.Context, tx *db.Tx) error {
		return admissions.AskToPay(ctx, tx, person, place, admissions.Ask{Name: p.mine.of.Name, Email: p.mine.who.Email, Contact: "Noor", Amount: 60_000, Message: "Could you help?"})
	})
	p.do(func(ctx context.Context, tx *db.Tx) error {
		own, err := admissions.PayOwn(ctx, tx, person, place)
		if err != nil {
			return err
		}
		return admissions.Settle(ctx, tx, own.ID, billing.Standing{Session: "cs_own", Reference: own.Code, State: billing.PageComplete, Paid: true,
			Intent: "pi_own", Amount: own.Amount, Captured: own.Amount, Currency: "gbp", ExpiresAt: own.ExpiresAt})
	})
	other := p.side("Canary Vale Integrated Care Board", "canary-rae@canaryvale.example")
	p.book(p.mine, admissions.TeamOrder{Places: 1, Parts: []admissions.PricePart{
		{Payer: billing.Organisation, Name: other.of.Name, Email: other.who.Email, Contact: "Canary Rae", BP: 6_000},
		{Payer: billing.Organisation, Rest: true, Order: "QX1-4471"}},
		Orders: []billing.NewOrder{{Number: "QX1-4471", Amount: 500_000}}})
	p.do(func(ctx context.Context, tx *db.Tx) error {
		asked, err := billing.OpenRequests(ctx, tx, other.of.ID)
		if err != nil || len(asked) != 1 {
			t.Fatalf("the other organisation is asked %d times, %v", len(asked), err)
		}
		return admissions.AgreeToPay(ctx, tx, other.who.ID, other.of, asked[0].Code, billing.NewOrder{Number: "CANARY 1", Amount: 195_000})
	})
	return p
}

// funded is somebody half of whose fee a fund pays, and the code of their place.
func funded(t *testing.T, h fixture.House, run *course.Offering) (id.Person, string) {
	t.Helper()
	fixture.Fund(t, h.App, h.Admin, "CANARY", money.Pounds(1_625), fixture.Paying(fund.Rule{}, fund.Fee))
	sent := h.Drawn(t, dbtest.Owner(t, h.App), "SPRING-27", []string{run.Code}, fixture.Ranked{Answers: form.Answers{
		"help": "fee", "circumstances": "other", "practice": "Canary practice.", "support_training": "A canary seat", "organisation": "Canary House",
	}}).Applications[0]
	do := func(d *db.DB, who id.Person, f func(context.Context, *db.Tx) error) {
		t.Helper()
		if err := d.WriteAs(t.Context(), db.Who{Person: who}, func(tx *db.Tx) error { return f(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
	}
	var digest string
	do(h.Officers, h.Admin, func(ctx context.Context, tx *db.Tx) error {
		p, err := award.Propose(ctx, tx, h.Box, h.Admin, "SPRING-27", nil)
		if err != nil {
			return err
		}
		digest = p.Digest
		_, err = award.Agree(ctx, tx, h.Box, h.Admin, "SPRING-27", digest)
		return err
	})
	hugh := fixture.Person(t, h.App, "hugh@threshold.example", people.Admin).ID
	do(h.Officers, hugh, func(ctx context.Context, tx *db.Tx) error {
		return admissions.Ratify(ctx, tx, h.Box, hugh, "SPRING-27", digest)
	})
	var place string
	do(h.Machine, sent.PersonID, func(ctx context.Context, tx *db.Tx) error {
		a, err := admissions.Accept(ctx, tx, sent.PersonID, sent.Code, false, tx.Now)
		if err != nil {
			return err
		}
		e, err := enrolment.Get(ctx, tx, a.EnrolmentID)
		place = e.Code
		return err
	})
	return sent.PersonID, place
}

func TestNobodyAtAnOrganisationLearnsWhoElsePaysOrWhy(t *testing.T) {
	t.Parallel()
	p := shared(t)
	request := p.open(p.mine, p.mine.at("")).Find(".govuk-task-list__link").AttrOr("href", "")
	says(t, p.open(p.mine, request), "Your organisation is asked to pay £600.00.", "Could you help?")
	p.led(p.post(p.mine, request, "answer", "yes", "number", "QX1-4472", "amount", "600"), request)
	if n := len(p.invoiced(p.mine)); n != 2 {
		t.Fatalf("%d invoices, want one for each purchase order", n)
	}
	p.post(p.mine, p.mine.at("/invoices/INV-00001/pay"))
	p.settle(t, func(s *billing.Standing) {
		s.State, s.Paid, s.Captured, s.Intent, s.URL = billing.PageComplete, true, s.Amount, "pi_1", ""
	})
	p.do(func(ctx context.Context, tx *db.Tx) error {
		_, err := invoice.Credit(ctx, tx, audit.Person(p.staff), "INV-00002", nil, "Another line.")
		return err
	})
	p.book(p.mine, admissions.TeamOrder{Places: 1, Seats: []admissions.NewSeat{{Name: "Noor Haddad", Email: "noor@westermoor.example"}},
		Parts: []admissions.PricePart{{Payer: billing.Learner, BP: 6_000}, {Payer: billing.Organisation, Rest: true}}})
	book := p.mine.at("/book/FND-T27")
	p.post(p.mine, book+"/places", "places", "2")
	p.post(p.mine, book+"/payer", "payer", "mixture")
	var booking string
	if err := p.app.NewRaw("SELECT code FROM team_bookings WHERE organisation_id = ? AND status = 'placed' LIMIT 1", p.mine.of.ID).Scan(t.Context(), &booking); err != nil {
		t.Fatal(err)
	}
	seeds := []string{request, p.mine.at("/people/leave"), book, p.mine.at("/bookings/" + booking), p.mine.at("/bookings/" + booking + "/agreement")}
	for _, step := range []string{"places", "payer", "share", "names", "orders", "approval", "gift", "check"} {
		seeds = append(seeds, book+"/"+step)
	}
	p.waits(p.mine)
	asked, _ := p.applies(p.mine)
	seen := p.crawl(p.mine, append(seeds, p.mine.at("/apply/"+asked))...)
	for address, said := range seen {
		if strings.HasPrefix(address, book) || strings.HasPrefix(address, p.mine.at("/wait/")) {
			said = strings.ReplaceAll(said, "£3,250.00", "") // what a place costs anybody who books one
		}
		for _, secret := range secrets {
			if strings.Contains(strings.ToLower(said), secret) {
				t.Errorf("%s says %q:\n%s", address, secret, said)
			}
		}
	}
	for _, route := range p.engine.Routes() {
		visited := func(address string) bool { return fits(route.Path, address) }
		if route.Method == http.MethodGet && strings.HasPrefix(route.Path, "/employer/:org") && !slices.ContainsFunc(slices.Collect(maps.Keys(seen)), visited) {
			t.Errorf("nobody looked at %s", route.Path)
		}
	}
	p.mails(secrets)
}

// mails looks through what was written to the organisation.
func (p *pair) mails(secrets []string) {
	p.Helper()
	list, err := mail.DemoOutbox(p.Context(), p.app, 0, 200)
	if err != nil {
		p.Fatal(err)
	}
	letters := 0
	for _, m := range list {
		whole, err := mail.DemoOpen(p.Context(), p.app, m.ID)
		if err != nil {
			p.Fatal(err)
		}
		if whole.To != p.mine.who.Email {
			continue
		}
		letters++
		said := strings.ToLower(whole.Subject + whole.Text)
		if whole.Template == "pay-answered" { // it names whom the organisation asked itself
			said = strings.ReplaceAll(said, "canary vale integrated care board", "")
		}
		for _, secret := range secrets {
			if strings.Contains(said, secret) {
				p.Errorf("the mail %s says %q:\n%s", whole.Template, secret, said)
			}
		}
	}
	if letters == 0 {
		p.Error("the organisation got no mail")
	}
}

// crawl opens every page and file below an organisation's own address that links lead to, and more to begin with, and
// returns what each says.
func (p *pair) crawl(s side, more ...string) map[string]string {
	p.Helper()
	seen := map[string]string{}
	queue := append([]string{s.at("")}, more...)
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		if _, known := seen[address]; known {
			continue
		}
		w := p.get(s, address)
		if to := w.Header().Get("Location"); w.Code == http.StatusSeeOther {
			seen[address], queue = "", append(queue, to)
			continue
		}
		if w.Code != http.StatusOK {
			p.Errorf("%s: status %d", address, w.Code)
		}
		switch kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";"); kind {
		case "text/html":
			doc := pagetest.Check(p, w.Body.String())
			seen[address] = doc.Find("title").Text() + " " + words(doc)
			for _, link := range doc.Find("main a, nav a").EachIter() {
				if to := link.AttrOr("href", ""); strings.HasPrefix(to, s.at("")) {
					queue = append(queue, to)
				}
			}
			if fits("/employer/:org/invoices/:number", address) {
				queue = append(queue, address+"/pay", address+"/paid")
			}
		case "application/pdf":
			seen[address] = pdfText(p.T, w.Body.Bytes())
		default:
			seen[address] = w.Body.String()
		}
	}
	return seen
}

// fits reports whether an address is one of a route's.
func fits(route, address string) bool {
	address, _, _ = strings.Cut(address, "?")
	want, got := strings.Split(route, "/"), strings.Split(address, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], ":") && want[i] != got[i] {
			return false
		}
	}
	return true
}

func TestAnotherOrganisationFindsNothing(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	asked(p)
	p.do(func(ctx context.Context, tx *db.Tx) error {
		_, err := invoice.Credit(ctx, tx, audit.Person(p.staff), "INV-00001", nil, "Another line.")
		return err
	})
	known := p.known()
	second := p.side("Harbour Housing", p.mine.who.Email) // for which the same person acts
	routes := 0
	for _, route := range p.engine.Routes() {
		if !strings.HasPrefix(route.Path, "/employer/:org") {
			continue
		}
		routes++
		theirs := filled(route.Path, p.mine.of.Code, known)
		if w := p.ask(p.twin, route.Method, theirs, url.Values{}); w.Code != http.StatusNotFound {
			t.Errorf("%s %s answers somebody of another organisation with %d", route.Method, route.Path, w.Code)
		}
		for _, s := range []side{p.twin, second} {
			if rest := strings.TrimPrefix(route.Path, "/employer/:org"); !strings.Contains(strings.ReplaceAll(rest, ":run", ""), ":") {
				continue // it names nothing of anybody's
			}
			if w := p.ask(s, route.Method, filled(route.Path, s.of.Code, known), url.Values{}); w.Code != http.StatusNotFound {
				t.Errorf("%s %s finds another organisation's thing for %s: %d", route.Method, route.Path, s.of.Name, w.Code)
			}
		}
		if w := p.ask(p.mine, route.Method, theirs, url.Values{}); w.Code == http.StatusNotFound {
			t.Errorf("%s %s does not find its own", route.Method, route.Path)
		}
	}
	says(t, p.open(second, second.at("")), "You have no places yet.", "Nothing at the moment.")
	if routes < 30 {
		t.Errorf("only %d routes were tried", routes)
	}
}

// known are codes and numbers of the first organisation, by what they stand for in a route.
func (p *pair) known() map[string]string {
	p.Helper()
	place := p.book(p.mine, admissions.TeamOrder{Places: 1, Seats: []admissions.NewSeat{{Name: "Noor Haddad", Email: "noor@westermoor.example"}}})[0]
	known := map[string]string{"places/:code": place, "invoices/:number": "INV-00001", "credit-notes/:number": "CRN-00001", "book/:run": p.run.Code,
		"wait/:run": p.run.Code}
	p.do(func(ctx context.Context, tx *db.Tx) error {
		orders, err := billing.OrdersOf(ctx, tx, p.mine.of.ID)
		if err != nil {
			return err
		}
		known["orders/:order"] = orders[0].Code
		teams, err := enrolment.TeamsOf(ctx, tx, p.mine.of.ID, 0, 1)
		if err != nil {
			return err
		}
		known["bookings/:code"] = teams[0].Code
		return nil
	})
	third := p.side("Lantern Vale Integrated Care Board", "rae@lanternvale.example")
	p.book(third, admissions.TeamOrder{Places: 1, Parts: []admissions.PricePart{
		{Payer: billing.Organisation, Name: p.mine.of.Name, Email: p.mine.who.Email, BP: 6_000}, {Payer: billing.Organisation, Rest: true}}})
	p.do(func(ctx context.Context, tx *db.Tx) error {
		requests, err := billing.OpenRequests(ctx, tx, p.mine.of.ID)
		if err != nil {
			return err
		}
		known["requests/:code"] = requests[0].Code
		return nil
	})
	known["waits/:code"] = p.waits(p.mine)
	known["apply/:run"], known["course-applications/:code"] = p.applies(p.mine)
	return known
}

// waits puts an organisation on the waiting list of the run, and returns the code of its wait.
func (p *pair) waits(s side) (code string) {
	p.Helper()
	p.do(func(ctx context.Context, tx *db.Tx) error {
		w, err := enrolment.JoinTeam(ctx, tx, enrolment.TeamWait{RunID: p.run.ID, OrganisationID: s.of.ID, AskedBy: s.who.ID, Places: 2})
		if err == nil {
			code = w.Code
		}
		return err
	})
	return code
}

// applies sends an organisation's application for places on a run that people apply for, and returns the codes of both.
func (p *pair) applies(s side) (run, code string) {
	p.Helper()
	run = "FUL-A27"
	fixture.Run(p, p.app, run, 5)
	dbtest.Force(p, p.app, "UPDATE runs SET entry = 'apply' WHERE code = ?", run)
	p.do(func(ctx context.Context, tx *db.Tx) error {
		a, err := admissions.ApplyForPlaces(ctx, tx, p.box, s.who.ID, s.of, run, 2, courseapplication.Words{Work: "A crisis team.", Why: "To learn together."})
		if err == nil {
			code = a.Code
		}
		return err
	})
	return run, code
}

var parameter = regexp.MustCompile(`[a-z-]+/:[a-z]+`)

// filled is a route with codes instead of its parameters.
func filled(route, of string, known map[string]string) string {
	return parameter.ReplaceAllStringFunc(route, func(part string) string {
		kind, _, _ := strings.Cut(part, "/")
		if part == "employer/:org" {
			return "employer/" + of
		}
		return kind + "/" + known[part]
	})
}
