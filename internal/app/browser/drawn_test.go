package browser_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"

	"bursar/internal/admissions"
	"bursar/internal/app/apptest"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/people"
)

// Those who applied to the round of drawn, in the order of its draw.
const (
	amy = iota // the London fund pays her fee
	bea        // the general fund pays her fee, and the travel fund her travel
	cal        // pays £1,250.00 of his fee himself
	dee        // £1,750.00 are missing for her
	eve        // the Scotland fund pays her fee and her travel
	flo        // is outside the order
)

const (
	grace      = "grace@threshold.example"
	hugh       = "hugh@threshold.example"
	allocation = "/admin/rounds/SPRING-27/allocation"
)

// drawn is the whole program with one round of which the order is drawn.
type drawn struct {
	*apptest.World
	all []*bursary.Application
}

func newDrawn(t *testing.T) *drawn {
	t.Helper()
	w := &drawn{World: apptest.New(t)}
	admin := fixture.Person(t, w.DB, grace, people.Admin).ID
	fixture.Person(t, w.DB, hugh, people.Admin)
	fixture.Run(t, w.DB, "FND-T27", 20)
	only := func(region string) fund.Rule { return fund.Rule{Criterion: fund.ByRegion, OneOf: []string{region}} }
	general := fixture.Fund(t, w.DB, admin, "GENERAL", money.Pounds(6_750), fixture.Paying(fund.Rule{}, fund.Fee))
	fixture.Fund(t, w.DB, admin, "LONDON", money.Pounds(3_250), fixture.Paying(only("london"), fund.Fee))
	fixture.Fund(t, w.DB, admin, "SCOTLAND", money.Pounds(4_000), fixture.Paying(only("scotland"), fund.Fee, fund.Travel))
	fixture.Fund(t, w.DB, admin, "TRAVEL", money.Pounds(600), fixture.Paying(fund.Rule{}, fund.Travel))
	general.Sponsored = true
	w.must(w.DB, admin, func(tx *db.Tx) error { return fund.Change(t.Context(), tx, admin, general) })
	house := fixture.House{Clock: w.Clock, App: w.DB, Learners: w.Doors.Learner, Officers: w.Doors.Office, Machine: w.Machine, Box: w.Box, Admin: admin}
	w.all = house.Drawn(t, dbtest.Owner(t, w.DB), "SPRING-27", []string{"FND-T27"},
		fixture.Ranked{Answers: form.Answers{"name": "Amy", "region": "london", "help": "fee"}},
		fixture.Ranked{Answers: form.Answers{"name": "Bea", "region": "london", "travel_amount": "200"}},
		fixture.Ranked{Answers: form.Answers{"name": "Cal", "help": "fee", "own_payment": "1250"}, Band: bursary.BandB},
		fixture.Ranked{Answers: form.Answers{"name": "Dee", "help": "fee"}, Band: bursary.BandB},
		fixture.Ranked{Answers: form.Answers{"name": "Eve", "region": "scotland", "travel_amount": "200"}, Band: bursary.BandB},
		fixture.Ranked{Answers: form.Answers{"name": "Flo"}, Band: bursary.BandC}).Applications
	return w
}

// newRatified is the same after two people have decided, with every mail sent.
func newRatified(t *testing.T) *drawn {
	t.Helper()
	w := newDrawn(t)
	first, second := fixture.Person(t, w.DB, grace).ID, fixture.Person(t, w.DB, hugh).ID
	var seen string
	w.must(w.Doors.Office, first, func(tx *db.Tx) error {
		p, err := award.Propose(t.Context(), tx, w.Box, first, "SPRING-27", nil)
		if err == nil {
			seen = p.Digest
		}
		return err
	})
	w.must(w.Doors.Office, first, func(tx *db.Tx) error {
		_, err := award.Agree(t.Context(), tx, w.Box, first, "SPRING-27", seen)
		return err
	})
	w.must(w.Doors.Office, second, func(tx *db.Tx) error {
		return admissions.Ratify(t.Context(), tx, w.Box, second, "SPRING-27", seen)
	})
	w.Settle()
	return w
}

func (w *drawn) must(d *db.DB, by id.Person, do func(*db.Tx) error) {
	w.T.Helper()
	if err := d.WriteAs(w.T.Context(), db.Who{Person: by}, do); err != nil {
		w.T.Fatal(err)
	}
}

// email is the address of the n-th who applied.
func (w *drawn) email(n int) string { return fmt.Sprintf("SPRING-27-applicant%d@post.example", n) }

// at is where the n-th who applied finds their application.
func (w *drawn) at(n int) string { return mine + "/" + w.all[n].Code }

// signedIn is a window on a telephone in which the n-th who applied is signed in.
func (w *drawn) signedIn(t *testing.T, n int) *Tab {
	t.Helper()
	b := Open(t, w.World, telephone)
	b.enter(w.email(n))
	return b
}

// officer is a window in which an administrator is signed in, the second factor given.
func (w *drawn) officer(t *testing.T, email string) *Tab {
	t.Helper()
	b := Open(t, w.World, desk)
	b.verify(email)
	return b
}

// newestTo is the newest mail to an address, as the outbox lists it.
func (w *drawn) newestTo(email string) *mail.Mail {
	w.T.Helper()
	all, err := mail.DemoOutbox(w.T.Context(), w.Machine, 0, 10_000)
	if err != nil {
		w.T.Fatal(err)
	}
	for _, m := range all {
		if strings.EqualFold(m.To, email) {
			return &m
		}
	}
	w.T.Fatalf("there is no mail to %s", email)
	return nil
}

// ownLink is an address of ours in a mail that is not about signing in.
var ownLink = regexp.MustCompile(`/my/applications/[A-Za-z0-9/-]+`)

// follow opens the newest mail to the n-th who applied, and from it the first of our addresses.
func (b *Tab) follow(w *drawn, n int) {
	b.t.Helper()
	m := w.newestTo(w.email(n))
	if telling.MatchString(m.Subject) {
		b.t.Errorf("the subject %q tells too much", m.Subject)
	}
	inbox := Open(b.t, b.world, telephone)
	inbox.Visit(fmt.Sprintf("/demo/mails/%d", m.ID))
	inbox.See("")
	text := script[string](inbox, `document.querySelector("pre").innerText`)
	address := ownLink.FindString(text)
	if address == "" {
		b.t.Fatalf("the mail leads nowhere: %s", text)
	}
	b.Visit(address)
}

// verify signs in a member of staff, as after the second factor.
func (b *Tab) verify(email string) {
	b.t.Helper()
	who := fixture.Person(b.t, b.world.DB, email)
	var token string
	err := b.world.DB.Write(b.t.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(b.t.Context(), tx, who.ID, "Firefox on Linux")
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.do("signing in", command(network.SetCookie, network.SetCookieParams{Name: "session", Value: token, URL: b.world.Config.URL}))
}

// handheld looks at a page on a telephone and at 400 %. It tells nothing to whoever sees the screen.
func (b *Tab) handheld(status int64, title string) {
	b.t.Helper()
	for _, width := range []int64{zoomed, telephone} {
		b.Resize(width)
		b.Check(status, title)
	}
	b.private()
}
