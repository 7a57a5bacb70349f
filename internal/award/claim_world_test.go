package award_test

import (
	"path/filepath"
	"testing"
	"time"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// payouts is an office with two funds, and people whose awards were accepted and whose places are confirmed.
type payouts struct {
	t        *testing.T
	clock    *dbtest.Clock
	app      *db.DB
	learners *db.DB
	officers *db.DB
	workers  *db.DB
	box      *secret.Box
	admin    people.Person
	round    *bursary.Round
	run      *course.Offering
	north    *fund.Fund
	open     *fund.Fund
}

func newPayouts(t *testing.T) *payouts {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &payouts{t: t, clock: clock, app: app, box: box, learners: dbtest.As(t, app, db.Learner), officers: dbtest.As(t, app, db.Office),
		workers: dbtest.As(t, app, db.Worker)}
	w.admin = fixture.Person(t, app, "grace@threshold.example", people.Admin)
	w.run = fixture.Run(t, app, "FND-T27", 40)
	w.round = fixture.Round(t, w.officers, box, w.admin.ID, "SPRING-27", w.run.Code)
	w.north, w.open = w.given("NORTH-26", 4_000_000), w.given("OPEN-26", 1_000_000)
	return w
}

// given makes a fund for everything, with money in it.
func (w *payouts) given(code string, amount money.Amount) *fund.Fund {
	w.t.Helper()
	f := &fund.Fund{Code: code, Name: "Fund " + code, Donor: "A foundation", Purpose: "Places for people who could not pay.", Kind: fund.Restricted, YearStarts: 4}
	var terms fund.Terms
	for _, p := range fund.Purposes() {
		terms.Pays = append(terms.Pays, fund.Pay{Purpose: p})
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		if err := fund.Create(w.t.Context(), tx, w.admin.ID, f, terms); err != nil {
			return err
		}
		_, err := fund.RecordGift(w.t.Context(), tx, w.admin.ID, f.ID, amount, "A foundation", "BACS 1")
		return err
	})
	return f
}

func (w *payouts) as(d *db.DB, person id.Person, f func(*db.Tx) error) error {
	w.t.Helper()
	return d.WriteAs(w.t.Context(), db.Who{Person: person}, f)
}

// must does something in a person's name that has to go well.
func (w *payouts) must(d *db.DB, person id.Person, f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.as(d, person, f); err != nil {
		w.t.Fatal(err)
	}
}

// holder is somebody with an award.
type holder struct {
	person people.Person
	app    *bursary.Application
	award  *award.Award
}

// trip is what awards pay here besides the fee, unless a test says otherwise: travel by both funds, and a place to stay.
func (w *payouts) trip() []award.Paid {
	return []award.Paid{
		{Cost: award.Cost{Purpose: fund.Fee, Amount: 200_000}, By: []fund.Part{{Fund: w.north.ID, Amount: 200_000}}},
		{Cost: award.Cost{Purpose: fund.Travel, Amount: 18_000}, By: []fund.Part{{Fund: w.north.ID, Amount: 10_000}, {Fund: w.open.ID, Amount: 8_000}}},
		{Cost: award.Cost{Purpose: fund.Lodging, Amount: 30_000}, By: []fund.Part{{Fund: w.open.ID, Amount: 30_000}}},
	}
}

// offered is somebody who applied and has an offer of these lines, on a place that is held for them.
func (w *payouts) offered(email string, answers form.Answers, paid []award.Paid) *holder {
	w.t.Helper()
	h := &holder{person: fixture.Person(w.t, w.app, email)}
	said := fixture.GoodAnswers(w.run.Code)
	for key, text := range answers {
		said[key] = text
	}
	w.must(w.learners, h.person.ID, func(tx *db.Tx) (err error) {
		if h.app, err = bursary.Begin(w.t.Context(), tx, h.person.ID, w.round.Code); err != nil {
			return err
		}
		if _, err = bursary.Save(w.t.Context(), tx, w.box, h.person.ID, h.app.Code, form.Current().Questions(), said, nil, tx.Now); err != nil {
			return err
		}
		h.app, err = bursary.Submit(w.t.Context(), tx, w.box, h.person.ID, h.app.Code, tx.Now)
		return err
	})
	w.must(w.workers, 0, func(tx *db.Tx) error {
		e, err := enrolment.Offer(w.t.Context(), tx, w.run, enrolment.Claim{Person: h.person.ID, Peer: true, Band: course.Peer, Until: tx.Now.AddDate(0, 0, 14)})
		if err != nil {
			return err
		}
		g := award.Grant{Applicant: award.Applicant{Application: h.app}, Choice: award.Choice{Run: w.run, Price: 200_000}, Paid: paid}
		g.Facts.Region, g.Facts.Role = said["region"], said["role_kind"]
		if err := award.KeepFacts(w.t.Context(), tx, w.box, []award.Applicant{g.Applicant}); err != nil {
			return err
		}
		h.award, err = award.Make(w.t.Context(), tx, g, w.round.ID, e.ID, false)
		return err
	})
	return h
}

// accepted is somebody who has taken an offer up and whose place is confirmed.
func (w *payouts) accepted(email string, paid []award.Paid) *holder {
	w.t.Helper()
	h := w.offered(email, nil, paid)
	w.takeUp(h)
	w.confirm(h)
	return h
}

func (w *payouts) takeUp(h *holder) {
	w.t.Helper()
	w.must(w.workers, 0, func(tx *db.Tx) error {
		if err := h.award.Move(award.Accepted, tx.Now); err != nil {
			return err
		}
		return award.Save(w.t.Context(), tx, h.award)
	})
}

func (w *payouts) confirm(h *holder) {
	w.t.Helper()
	w.must(w.workers, 0, func(tx *db.Tx) error {
		e, err := enrolment.Lock(w.t.Context(), tx, h.award.EnrolmentID)
		if err != nil {
			return err
		}
		return enrolment.Confirm(w.t.Context(), tx, e)
	})
}

// drawn pays the fee to the course.
func (w *payouts) drawn(h *holder) {
	w.t.Helper()
	w.must(w.workers, 0, func(tx *db.Tx) error {
		a, err := award.Lock(w.t.Context(), tx, h.award.ID)
		if err != nil {
			return err
		}
		parts := a.Fee().Parts
		if err := fund.Spend(w.t.Context(), tx, "award/"+a.Code+"/drawn", "clearing", award.Sum(parts, (*award.Part).Committed)); err != nil {
			return err
		}
		for _, p := range parts {
			p.Spent = p.Amount
		}
		return award.SaveParts(w.t.Context(), tx, parts)
	})
}

// pdf is a receipt.
func pdf() []award.Upload { return []award.Upload{{Body: []byte("%PDF-1.7 ticket")}} }

func account() *award.Bank {
	return &award.Bank{Name: "Ana Reyes", Sort: "12 34 56", Account: "1234567"}
}

// train asks for an amount of the travel line.
func train(amount money.Amount) award.Asking {
	return award.Asking{Code: id.Code(), Purpose: fund.Travel, Amount: amount, About: "Train to Manchester", Receipts: pdf(), Bank: account()}
}

func (w *payouts) try(h *holder, asking award.Asking) (*award.Claim, error) {
	w.t.Helper()
	var c *award.Claim
	err := w.as(w.learners, h.person.ID, func(tx *db.Tx) (err error) {
		c, err = award.AskClaim(w.t.Context(), tx, w.box, h.person.ID, h.app.Code, asking, tx.Now)
		return err
	})
	return c, err
}

func (w *payouts) asks(h *holder, asking award.Asking) *award.Claim {
	w.t.Helper()
	c, err := w.try(h, asking)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// staff does something as the administrator.
func (w *payouts) staff(f func(*db.Tx) error) error {
	w.t.Helper()
	return w.as(w.officers, w.admin.ID, f)
}

func (w *payouts) approve(c *award.Claim, amount money.Amount, reason string) error {
	return w.staff(func(tx *db.Tx) error {
		return award.ApproveClaim(w.t.Context(), tx, w.box, w.admin.ID, c.Code, amount, reason)
	})
}

func (w *payouts) refuse(c *award.Claim, reason string) error {
	return w.staff(func(tx *db.Tx) error {
		return award.RefuseClaim(w.t.Context(), tx, w.box, w.admin.ID, c.Code, reason)
	})
}

func (w *payouts) pay(c *award.Claim, reference string) error {
	return w.staff(func(tx *db.Tx) error {
		return award.PayClaim(w.t.Context(), tx, w.admin.ID, c.Code, reference, today(tx))
	})
}

func (w *payouts) book(h *holder, b award.Booking) (*award.Claim, error) {
	var c *award.Claim
	err := w.staff(func(tx *db.Tx) (err error) {
		c, err = award.BookClaim(w.t.Context(), tx, w.box, w.admin.ID, h.app.Code, b)
		return err
	})
	return c, err
}

// hotel is a booking of ours on the lodging line.
func hotel(amount money.Amount) award.Booking {
	return award.Booking{Code: id.Code(), Purpose: fund.Lodging, Amount: amount, About: "Four nights near the course", Reference: "HOTEL-1"}
}

// own is what the holder sees.
func (w *payouts) own(h *holder) *award.Claims {
	w.t.Helper()
	var k *award.Claims
	w.must(w.learners, h.person.ID, func(tx *db.Tx) (err error) {
		k, err = award.OwnClaims(w.t.Context(), tx, w.box, h.person.ID, h.app.Code)
		return err
	})
	return k
}

func (w *payouts) room(h *holder, p fund.Purpose) award.Room {
	w.t.Helper()
	for _, r := range w.own(h).Rooms {
		if r.Line.Purpose == p {
			return r
		}
	}
	w.t.Fatalf("no line for %s", p)
	return award.Room{}
}

// written counts the mails of a template, all of which must be private.
func (w *payouts) written(template string) (n int) {
	w.t.Helper()
	var open int
	err := dbtest.Owner(w.t, w.app).NewRaw("SELECT count(*), count(*) FILTER (WHERE NOT private) FROM mails WHERE template = ?", template).
		Scan(w.t.Context(), &n, &open)
	if err != nil || open != 0 {
		w.t.Fatalf("%d mails %s for everybody, %v", open, template, err)
	}
	return n
}
