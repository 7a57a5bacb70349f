package award_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// The people of a decided round: the fund pays for the first; the second is left out by hand, the third waits, the
// fourth is outside the order.
const (
	ana = iota
	ben
	cleo
	dan
)

// decided is a round on the morning on which two people ratify it, 19 January 2027.
type decided struct {
	t           *testing.T
	clock       *dbtest.Clock
	house       fixture.House
	owner       *bun.DB
	grace, hugh id.Person
	all         []*bursary.Application
	proposal    *award.Proposal
}

// undecided is that round before.
func undecided(t *testing.T) *decided {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &decided{t: t, clock: clock, owner: dbtest.Owner(t, app)}
	w.grace = fixture.Person(t, app, "grace@threshold.example", people.Admin).ID
	w.hugh = fixture.Person(t, app, "hugh@threshold.example", people.Admin).ID
	w.house = fixture.House{Clock: clock, App: app, Learners: dbtest.As(t, app, db.Learner), Officers: dbtest.As(t, app, db.Office),
		Machine: dbtest.As(t, app, db.Worker), Box: box, Admin: w.grace}
	fixture.Run(t, app, "FND-M27", 20)
	fixture.Fund(t, app, w.grace, "GENERAL", money.Pounds(3_250), fixture.Paying(fund.Rule{}, fund.Purposes()...))
	fee := fixture.Ranked{Answers: form.Answers{"help": "fee"}}
	outside := fee
	outside.Band = bursary.BandC
	w.all = w.house.Drawn(t, w.owner, "SPRING-27", []string{"FND-M27"}, fee, fee, fee, outside).Applications
	return w
}

// decidedRound is the round once everybody has their letter.
func decidedRound(t *testing.T) *decided {
	t.Helper()
	w := undecided(t)
	w.ratify()
	return w
}

func (w *decided) ratify() {
	w.t.Helper()
	left := []award.Departure{{Code: w.all[ben].Code, Kind: award.LeftOut, Reason: "Another funder pays for this place."}}
	w.as(w.grace, func(tx *db.Tx) (err error) {
		w.proposal, err = award.Propose(w.t.Context(), tx, w.house.Box, w.grace, "SPRING-27", left)
		return err
	})
	w.as(w.grace, func(tx *db.Tx) error {
		_, err := award.Agree(w.t.Context(), tx, w.house.Box, w.grace, "SPRING-27", w.proposal.Digest)
		return err
	})
	w.as(w.hugh, func(tx *db.Tx) error {
		return admissions.Ratify(w.t.Context(), tx, w.house.Box, w.hugh, "SPRING-27", w.proposal.Digest)
	})
}

// as does something in the name of staff that has to go well.
func (w *decided) as(who id.Person, do func(*db.Tx) error) {
	w.t.Helper()
	if err := w.office(who, do); err != nil {
		w.t.Fatal(err)
	}
}

func (w *decided) office(who id.Person, do func(*db.Tx) error) error {
	return w.house.Officers.WriteAs(w.t.Context(), db.Who{Person: who}, do)
}

// learner does something in the name of an applicant.
func (w *decided) learner(n int, do func(*db.Tx) error) error {
	return w.house.Learners.WriteAs(w.t.Context(), db.Who{Person: w.all[n].PersonID}, do)
}

func (w *decided) count(query string, args ...any) (n int) {
	w.t.Helper()
	if err := w.owner.NewRaw(query, args...).Scan(w.t.Context(), &n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *decided) status(n int) (s bursary.Status) {
	w.t.Helper()
	if err := w.owner.NewRaw("SELECT status FROM sensitive.applications WHERE id = ?", w.all[n].ID).Scan(w.t.Context(), &s); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// lettersOf are the letters of somebody as they see them.
func (w *decided) lettersOf(n int) (all []award.Letter) {
	w.t.Helper()
	err := w.learner(n, func(tx *db.Tx) (err error) {
		all, err = award.LettersOf(w.t.Context(), tx, w.house.Box, w.all[n].ID)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// fieldsOf are the sentences of a refusal by field.
func fieldsOf(err error) map[string]string {
	if f := failure.Of(err); f != nil {
		return f.Fields
	}
	return nil
}
