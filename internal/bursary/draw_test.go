package bursary_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/lottery"
	"bursar/internal/people"
	"bursar/internal/state"
)

var everyBand = []bursary.Band{bursary.BandA, bursary.BandB, bursary.BandC}

// banded has applications in every band of a closed round, one that was taken back and a draft; it gives the
// tickets of the first.
func (w *world) banded() []string {
	w.t.Helper()
	var tickets []string
	for i, band := range everyBand {
		a := w.beginner(fmt.Sprintf("banded%d@post.example", i))
		w.plant("UPDATE sensitive.applications SET status = 'banded', band = ?, submitted_at = created_at WHERE id = ?", string(band), a.ID)
		tickets = append(tickets, a.Ticket)
	}
	back := w.beginner("back@post.example")
	w.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = created_at WHERE id = ?", back.ID)
	w.beginner("draft@post.example")
	w.plant("UPDATE rounds SET status = 'closed'")
	w.agreed(w.admin, fixture.Person(w.t, w.app, "hugh@threshold.example"))
	slices.Sort(tickets)
	return tickets
}

// agreed plants that people agreed to the same bands.
func (w *world) agreed(all ...people.Person) {
	w.t.Helper()
	for _, p := range all {
		w.plant("INSERT INTO sensitive.agreements (round_id, person_id, bands, at) VALUES (?, ?, decode(repeat('0a', 32), 'hex'), now())", w.round.ID, p.ID)
	}
}

// afterPublicDraw is the day after the public draw.
func (w *world) afterPublicDraw() { w.clock.Set(w.round.BeaconOn.AddDays(1).At(0, 0)) }

func (w *world) freeze() error {
	return w.office(func(tx *db.Tx) error {
		r, err := bursary.LockRound(w.t.Context(), tx, w.round.Code)
		if err != nil {
			return err
		}
		return bursary.Freeze(w.t.Context(), tx, r)
	})
}

// reveal draws with the round's own seed, or with another one.
func (w *world) reveal(other *lottery.Seed, public string) (seed lottery.Seed, err error) {
	return seed, w.office(func(tx *db.Tx) error {
		r, err := bursary.LockRound(w.t.Context(), tx, w.round.Code)
		if err != nil {
			return err
		}
		if seed, err = bursary.Seed(w.t.Context(), tx, w.box, r.ID); err != nil {
			return err
		}
		if other != nil {
			seed = *other
		}
		_, err = bursary.Reveal(w.t.Context(), tx, r, seed, public)
		return err
	})
}

func (w *world) reload() *bursary.Round {
	w.t.Helper()
	r, err := bursary.RoundByID(w.t.Context(), w.app, w.round.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func TestFreezingShowsTheTicketsOfEveryBandAndOfNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := w.banded()
	if before, err := bursary.Tickets(t.Context(), w.app, w.round.ID); len(before) != 0 || err != nil {
		t.Errorf("before: %q, %v", before, err)
	}
	if err := w.freeze(); err != nil {
		t.Fatal(err)
	}
	if got, err := bursary.Tickets(t.Context(), w.app, w.round.ID); !slices.Equal(got, want) || err != nil {
		t.Errorf("tickets %q, %v; want %q", got, err, want)
	}
	if err := w.freeze(); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("freezing again: %v", err)
	}
}

func TestADrawIsWhatAnybodyRecomputes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tickets := w.banded()
	if err := w.freeze(); err != nil {
		t.Fatal(err)
	}
	w.afterPublicDraw()
	if d, err := bursary.DrawOf(t.Context(), w.app, w.reload()); d != nil || err != nil {
		t.Fatalf("before the draw: %v, %v", d, err)
	}
	seed, err := w.reveal(nil, "  4-11-23\n")
	if err != nil {
		t.Fatal(err)
	}
	key, err := lottery.Key(seed, "4-11-23")
	if err != nil {
		t.Fatal(err)
	}
	want, err := lottery.Order(key, tickets)
	if err != nil {
		t.Fatal(err)
	}
	r := w.reload()
	d, err := bursary.DrawOf(t.Context(), w.app, r)
	if err != nil || !slices.Equal(d.Order, want) || d.Facts.Commitment != w.round.Commitment || r.BeaconValue != "4-11-23" {
		t.Errorf("%+v, %v; want %q", d, err, want)
	}
	if _, err := w.reveal(nil, "5-12-24"); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("drawing again: %v", err)
	}
}

func TestASeedThatWasNotCommittedToDrawsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.banded()
	if err := w.freeze(); err != nil {
		t.Fatal(err)
	}
	w.afterPublicDraw()
	other := lottery.NewSeed()
	if _, err := w.reveal(&other, "4-11-23"); !errors.Is(err, lottery.ErrSeed) {
		t.Errorf("with another seed: %v", err)
	}
	if _, err := w.reveal(nil, " "); !errors.Is(err, lottery.ErrPublic) {
		t.Errorf("without the public draw: %v", err)
	}
	if r := w.reload(); r.Status != bursary.RoundFrozen || r.Seed != nil {
		t.Errorf("it is %s and its seed is out: %v", r.Status, r.Seed != nil)
	}
	if _, err := w.reveal(nil, "4-11-23"); err != nil {
		t.Fatal(err)
	}
	w.plant("ALTER TABLE rounds DROP CONSTRAINT rounds_sealed") // PostgreSQL holds the seed to its seal too
	dbtest.Force(t, w.app, "UPDATE rounds SET seed = ?", other[:])
	if d, err := bursary.DrawOf(t.Context(), w.app, w.reload()); err == nil {
		t.Errorf("shown with another seed: %+v", d)
	}
}

func TestTicketsThatAreFixedNeverChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.banded()
	if err := w.freeze(); err != nil {
		t.Fatal(err)
	}
	owner := dbtest.Owner(t, w.app)
	for _, change := range []string{"UPDATE round_tickets SET ticket = 'X'", "DELETE FROM round_tickets", "TRUNCATE round_tickets"} {
		if _, err := owner.NewRaw(change).Exec(t.Context()); err == nil {
			t.Errorf("%s is allowed", change)
		}
	}
	for _, role := range db.Roles() {
		_, err := dbtest.As(t, w.app, role).NewRaw("INSERT INTO round_tickets (round_id, ticket) VALUES (?, 'X')", w.round.ID).Exec(t.Context())
		if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.Code != "42501" {
			t.Errorf("%s adds a ticket: %v", role, err)
		}
	}
}

func TestTheMachinePutsInABandWhatTheDatabaseTakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begun().ID
	owner := dbtest.Owner(t, w.app)
	for _, status := range bursary.Statuses() {
		for _, was := range append([]bursary.Band{""}, everyBand...) {
			for _, to := range append([]bursary.Band{""}, everyBand...) {
				a := bursary.Application{Status: status, Band: was}
				err := a.PutInBand(to)
				if allowed := status == bursary.InReview || status == bursary.Banded; allowed != (err == nil) {
					t.Errorf("%s in %q to %q: %v", status, was, to, err)
				}
				if err != nil {
					continue
				}
				_, err = owner.NewRaw("UPDATE sensitive.applications SET status = ?, band = nullif(?, ''), submitted_at = created_at WHERE id = ?",
					a.Status, string(a.Band), id).Exec(t.Context())
				if err != nil || (a.Status == bursary.Banded) != (to != "") {
					t.Errorf("%s in %q to %q is %s: %v", status, was, to, a.Status, err)
				}
			}
		}
	}
	if _, err := owner.NewRaw("UPDATE sensitive.applications SET status = 'banded', band = NULL WHERE id = ?", id).Exec(t.Context()); err == nil {
		t.Error("the database takes a banded application without a band")
	}
}
