package admissions_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/money"
)

// Six rounds want £400 each of the last £1,200 of a fund. Their allocators press sixteen times at once, and whoever is told
// that something has changed proposes and presses again, while the offers of another round are accepted from many tabs:
// three people get the money, and every round is allocated once.
func TestTheLastPoundsAreAllocatedOnceHoweverManyPress(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	last := fixture.Fund(t, g.house.App, g.grace, "LAST", money.Pounds(1_200), fixture.Paying(only("wales"), fund.Fee))
	rounds := make([]string, 6)
	for n := range rounds {
		rounds[n] = fmt.Sprintf("LAST-%d", n)
		g.clock.Set(begin)
		g.house.Drawn(t, g.owner, rounds[n], []string{g.run}, from("wales", "own_payment", "2,850"))
	}
	ctx := context.WithoutCancel(t.Context())
	var won, told atomic.Int64
	var wg sync.WaitGroup
	for _, code := range rounds {
		wg.Go(func() {
			for {
				seen, err := g.agreed(ctx, code)
				if errors.Is(err, award.ErrInputsChanged) {
					told.Add(1)
					continue
				}
				if err != nil {
					t.Errorf("round %s: %v", code, err)
					return
				}
				ratified, changed := g.pressTogether(ctx, code, seen, 16)
				won.Add(ratified)
				told.Add(changed)
				if ratified > 0 || t.Failed() {
					return
				}
			}
		})
	}
	for n := range 104 {
		who := g.applications[[]int{0, 1, 2, 4}[n%4]]
		wg.Go(func() {
			err := g.house.Machine.Write(ctx, func(tx *db.Tx) error {
				_, err := admissions.Accept(ctx, tx, who.PersonID, who.Code, false, tx.Now)
				return err
			})
			if err != nil {
				t.Errorf("accepting: %v", err)
			}
		})
	}
	wg.Wait()
	var paid, shares int
	err := g.owner.NewRaw("SELECT (SELECT count(*) FROM sensitive.award_parts WHERE fund_id = ?), (SELECT count(*) FROM shares WHERE payer = 'award')", last.ID).
		Scan(t.Context(), &paid, &shares)
	if err != nil || paid != 3 || shares != 4 || won.Load() != 6 || g.left(last) != 0 {
		t.Errorf("%d people are paid for, %d shares, %d rounds allocated, %s left, %v", paid, shares, won.Load(), g.left(last), err)
	}
	if told.Load() == 0 {
		t.Error("nobody was told that something changed: they did not meet")
	}
	g.sound()
}

// pressTogether has several tabs ratify the same proposal at once. It counts those that did and those that were told that
// something has changed.
func (g *grants) pressTogether(ctx context.Context, round, seen string, tabs int) (ratified, changed int64) {
	var did, told atomic.Int64
	var wg sync.WaitGroup
	for range tabs {
		wg.Go(func() {
			err := g.house.Officers.WriteAs(ctx, db.Who{Person: g.hugh}, func(tx *db.Tx) error {
				return admissions.Ratify(ctx, tx, g.house.Box, g.hugh, round, seen)
			})
			switch {
			case err == nil:
				did.Add(1)
			case errors.Is(err, award.ErrInputsChanged):
				told.Add(1)
			case !errors.Is(err, award.ErrRatified):
				g.Errorf("round %s: %v", round, err)
			}
		})
	}
	wg.Wait()
	return did.Load(), told.Load()
}

// agreed proposes another round's allocation and has a first person agree to it; it returns what they saw.
func (g *grants) agreed(ctx context.Context, round string) (seen string, err error) {
	err = g.house.Officers.WriteAs(ctx, db.Who{Person: g.grace}, func(tx *db.Tx) error {
		p, err := award.Propose(ctx, tx, g.house.Box, g.grace, round, nil)
		if err != nil {
			return err
		}
		seen = p.Digest
		_, err = award.Agree(ctx, tx, g.house.Box, g.grace, round, seen)
		return err
	})
	return seen, err
}

// dying is a context that ends after it was asked so many times: whoever works with it is cut off at one statement or
// another, as if the process had been killed there.
type dying struct {
	context.Context
	left *atomic.Int64
	done chan struct{}
}

func dieAfter(ctx context.Context, asked int64) dying {
	d := dying{ctx, new(atomic.Int64), make(chan struct{})}
	d.left.Store(asked)
	return d
}

func (d dying) Done() <-chan struct{} {
	if d.left.Add(-1) == 0 {
		close(d.done)
	}
	return d.done
}

func (d dying) Err() error {
	if d.left.Load() <= 0 {
		return context.Canceled
	}
	return nil
}

// Ratifying is cut off at one statement after the other. Every time nothing has happened, and in the end it is done as it
// would have been at first.
func TestRatifyingIsAllOrNothingWhereverItIsCutOff(t *testing.T) {
	t.Parallel()
	g := newGrants(t, 20, example()...)
	p := g.propose()
	if err := g.agree(g.grace, p.Digest); err != nil {
		t.Fatal(err)
	}
	ratify := func(ctx context.Context) error {
		return g.house.Officers.WriteAs(ctx, db.Who{Person: g.hugh}, func(tx *db.Tx) error {
			return admissions.Ratify(ctx, tx, g.house.Box, g.hugh, "SPRING-27", p.Digest)
		})
	}
	untouched := g.everything()
	cut := 0
	for asked := int64(1); ; asked += 1 + asked/12 {
		err := ratify(dieAfter(t.Context(), asked))
		if err == nil {
			break
		}
		cut++
		if errors.Is(err, db.ErrUnknownOutcome) { // the commit may be on its way: whoever asks again is told
			if err := ratify(t.Context()); err != nil && !sameRefusal(err, award.ErrRatified) {
				t.Fatal(err)
			}
			break
		}
		if now := g.everything(); now != untouched {
			t.Fatalf("cut off after %d (%v) it left %s instead of %s", asked, err, now, untouched)
		}
	}
	if cut < 20 {
		t.Errorf("it was cut off %d times only", cut)
	}
	g.sound()
	again, err := award.RatifiedOf(t.Context(), g.house.Machine, p.RoundID)
	if err != nil || string(again.Result) != string(p.Result) || again.Digest != p.Digest {
		t.Errorf("what was ratified differs: %v", err)
	}
	if got := text(g.payers(g.award(1))); got != `{"fee GENERAL":325000,"travel TRAVEL":20000}` || g.standings()[3] != bursary.Reserve {
		t.Errorf("the second is paid by %s, they are %v", got, g.standings())
	}
}

// everything counts what a ratification makes and changes.
func (g *grants) everything() (counts string) {
	g.Helper()
	err := g.owner.NewRaw(`SELECT concat_ws(' ', (SELECT count(*) FROM sensitive.awards), (SELECT count(*) FROM sensitive.award_parts), (SELECT count(*) FROM enrolments),
		(SELECT count(*) FROM entries), (SELECT count(*) FROM mails), (SELECT count(*) FROM audit), (SELECT count(*) FROM sensitive.letters), (SELECT count(*) FROM sensitive.facts),
		(SELECT string_agg(status, ',' ORDER BY id) FROM sensitive.applications), (SELECT string_agg(status, ',' ORDER BY id) FROM sensitive.proposals),
		(SELECT sum(held) FROM run_places), (SELECT string_agg(name || balance, ',' ORDER BY name) FROM accounts))`).Scan(g.Context(), &counts)
	if err != nil {
		g.Fatal(err)
	}
	return counts
}
