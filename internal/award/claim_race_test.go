package award_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
)

// together does one thing many times at once and counts how often it went well; every other time must be a refusal.
func together(t *testing.T, n int, do func(ctx context.Context, i int) error) (went int64) {
	t.Helper()
	var well atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			switch err := do(context.WithoutCancel(t.Context()), i); {
			case err == nil:
				well.Add(1)
			case failure.KindOf(err) != failure.Conflict && failure.KindOf(err) != failure.Invalid:
				t.Errorf("neither done nor refused: %v", err)
			}
		})
	}
	close(start)
	wg.Wait()
	return well.Load()
}

func TestManyWhoAskForTheLastOfALineGetItOnce(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	if n := together(t, 12, func(context.Context, int) error { _, err := w.try(ana, train(10_000)); return err }); n != 1 {
		t.Errorf("£100 of £180 were given %d times", n)
	}
	if n := together(t, 12, func(context.Context, int) error { _, err := w.book(ana, hotel(20_000)); return err }); n != 1 {
		t.Errorf("£200 of £300 were booked %d times", n)
	}
}

func TestWhoeverTouchesClaimsWaitsForTheApplication(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	c := w.asks(ana, train(10_000))
	w.must(w.learners, ana.person.ID, func(held *db.Tx) error { // as somebody who is asking for more holds it
		if _, err := bursary.Lock(t.Context(), held, ana.app.ID); err != nil {
			return err
		}
		for what, do := range map[string]func(tx *db.Tx) error{
			"approving": func(tx *db.Tx) error {
				return award.ApproveClaim(t.Context(), tx, w.box, w.admin.ID, c.Code, 10_000, "")
			},
			"booking": func(tx *db.Tx) error {
				_, err := award.BookClaim(t.Context(), tx, w.box, w.admin.ID, ana.app.Code, hotel(1_000))
				return err
			},
			"returning": func(tx *db.Tx) error { _, err := award.ReturnUnspent(t.Context(), tx, ana.award.ID); return err },
		} {
			err := w.as(w.workers, w.admin.ID, func(tx *db.Tx) error {
				if _, err := tx.NewRaw("SET LOCAL lock_timeout = '20ms'").Exec(t.Context()); err != nil {
					return err
				}
				return do(tx)
			})
			if !errors.Is(err, db.ErrBusy) {
				t.Errorf("%s does not wait: %v", what, err)
			}
		}
		return nil
	})
}

// planted is claims of £100 each on the travel line, past the verbs: more than it has.
func (w *payouts) planted(h *holder, n int) []string {
	w.t.Helper()
	var codes []string
	first := w.asks(h, train(10_000))
	for range n {
		code := id.Code()
		codes = append(codes, code)
		dbtest.Force(w.t, w.app, `INSERT INTO sensitive.claims (code, line_id, status, booked, asked, about, asked_at)
			SELECT ?, line_id, 'asked', false, asked, about, asked_at FROM sensitive.claims WHERE id = ?`, code, first.ID)
	}
	if err := w.refuse(first, "It was for planting."); err != nil {
		w.t.Fatal(err)
	}
	return codes
}

// approved is what is to be paid on a holder's lines, whose claims may be planted: their words do not open.
func (w *payouts) approved(h *holder) (sum money.Amount) {
	w.t.Helper()
	claims, err := award.ClaimsOf(w.t.Context(), dbtest.Owner(w.t, w.app), h.award)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range claims {
		sum += c.Approved
	}
	return sum
}

func TestOfManyApprovalsOfTheLastOfALineOneStands(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	codes := w.planted(ana, 8)
	n := together(t, len(codes), func(ctx context.Context, i int) error {
		return w.officers.WriteAs(ctx, db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
			return award.ApproveClaim(ctx, tx, w.box, w.admin.ID, codes[i], 10_000, "")
		})
	})
	if n != 1 || w.approved(ana) != 10_000 {
		t.Errorf("%d approvals of £100 on £180: %s", n, w.approved(ana))
	}
}

// The control for the test above: read without waiting for each other, the same approvals all find that there is enough.
func TestTheSameApprovalsAllStandWithoutTheLock(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	codes := w.planted(ana, 4)
	var looked sync.WaitGroup
	looked.Add(len(codes))
	n := together(t, len(codes), func(ctx context.Context, i int) error {
		return w.officers.WriteAs(ctx, db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
			a, err := award.ByID(ctx, tx, ana.award.ID)
			if err != nil {
				return err
			}
			claims, err := award.ClaimsOf(ctx, tx, a)
			looked.Done()
			looked.Wait()
			for _, r := range a.Rooms(claims) {
				if r.Line.Purpose == fund.Travel && r.Approved > 0 {
					return award.ErrLineUsed
				}
			}
			if err == nil {
				_, err = tx.NewRaw("UPDATE sensitive.claims SET status = 'approved', approved = asked, decided_at = ? WHERE code = ?", tx.Now, codes[i]).Exec(ctx)
			}
			return err
		})
	})
	if n != int64(len(codes)) {
		t.Errorf("only %d of %d stood", n, len(codes))
	}
}

func TestMoreThanALineIsNeverPaid(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	codes := w.planted(ana, 3)
	dbtest.Force(t, w.app, "UPDATE sensitive.claims SET status = 'approved', approved = asked, decided_at = asked_at WHERE status = 'asked'")
	n := together(t, len(codes), func(ctx context.Context, i int) error {
		return w.officers.WriteAs(ctx, db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
			return award.PayClaim(ctx, tx, w.admin.ID, codes[i], "REF "+codes[i], today(tx))
		})
	})
	if n != 1 || w.spent(w.north)+w.spent(w.open) != 10_000 {
		t.Errorf("%d of three payments of £100 on £180, %s spent", n, w.spent(w.north)+w.spent(w.open))
	}
}
