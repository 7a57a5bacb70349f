package report_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/report"
)

func TestABlockEarnsItsPartWhenItHasEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.March, 1))
	fixture.Confirmed(t, w.app, w.run, w.person("lena@home.example"))
	first := w.run.Blocks[0].ID
	recognise := func(b id.Block) error {
		return w.try(func(tx *db.Tx) error { return report.RecogniseTaught(t.Context(), tx, b) })
	}
	w.clock.Set(w.ends(0).Add(-time.Second))
	if blocks, err := report.BlocksTaught(t.Context(), w, w.Now(), 10); err != nil || len(blocks) != 0 {
		t.Errorf("before it ended: %v, %v", blocks, err)
	}
	if err := recognise(first); !errors.Is(err, report.ErrNotTaught) {
		t.Errorf("before it ended: %v", err)
	}
	w.clock.Set(w.ends(0))
	w.taught()
	for range 2 {
		if err := recognise(first); err != nil {
			t.Error(err)
		}
		if earned := w.balance(billing.Earned(w.run.ID)); earned != -81_250 { // 5 of 20 days of £3,250
			t.Errorf("earned %s", earned)
		}
	}
	if blocks, err := report.BlocksTaught(t.Context(), w, w.Now(), 10); err != nil || len(blocks) != 0 {
		t.Errorf("after it was done: %v, %v", blocks, err)
	}
	if err := recognise(id.Block(99_999)); !errors.Is(err, course.ErrUnknown) {
		t.Errorf("a block that is not there: %v", err)
	}
}

func TestABlockThatWasMissedEarnsWhatItWouldHaveEarnedInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.March, 1))
	o := w.organisation("Westermoor and Tarn NHS Foundation Trust", "not_used")
	w.booked(o, 1)
	team := w.booked(o, 1)
	w.clock.Set(w.ends(0).Add(time.Hour))
	w.giveUp(w.shares(team)[0], w.run.ID, 0) // half of what was charged when the block ended
	w.clock.Set(w.ends(1).Add(time.Hour))
	w.taught()
	// £6,500 × 5/20 = £1,625 in the first; then £6,500 − £1,625 − £3,250 = £1,625 for 15 days, of which 5: £541.67.
	if earned := w.balance(billing.Earned(w.run.ID)); earned != -162_500-54_167 {
		t.Errorf("earned %s", earned)
	}
}

func TestNothingIsEarnedByARunThatWasCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.March, 1))
	fixture.Confirmed(t, w.app, w.run, w.person("lena@home.example"))
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE runs SET status = 'cancelled' WHERE id = ?", w.run.ID).Exec(t.Context())
		return err
	})
	w.clock.Set(w.ends(3))
	w.taught()
	err := w.try(func(tx *db.Tx) error { return report.RecogniseTaught(t.Context(), tx, w.run.Blocks[0].ID) })
	if !errors.Is(err, report.ErrNotTaught) || w.balance(billing.Earned(w.run.ID)) != 0 {
		t.Errorf("%v, earned %s", err, w.balance(billing.Earned(w.run.ID)))
	}
}

// Whatever is charged, taken back, invoiced with VAT and credited, between blocks and after them: in the end nothing is left
// to be earned, and every month closes.
func TestAfterTheLastBlockNothingIsLeftToEarn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.March, 1))
	vat := provider
	vat.VAT, vat.VATNumber, vat.VATWording = invoice.Standard, "GB123456789", "VAT at 20%."
	w.write(func(tx *db.Tx) error { return invoice.SaveProvider(t.Context(), tx, w.ann.ID, vat, nil) })
	o := w.organisation("Westermoor and Tarn NHS Foundation Trust", "not_used")
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE organisations SET invoice_email = '' WHERE id = ?", o.ID).Exec(t.Context())
		return err
	})
	nth := 0
	rapid.Check(t, func(rt *rapid.T) {
		nth++
		p := &play{world: w, of: o.ID, run: w.scheduled(rt, nth)}
		for _, b := range p.run.Blocks {
			for range rapid.IntRange(0, 3).Draw(rt, "steps") {
				p.step(rt)
			}
			w.clock.Set(b.EndsOn.At(17, 0))
			if rapid.Bool().Draw(rt, "in time") {
				w.taught()
			}
		}
		w.taught()
		p.none(rt, "after the last block")
		p.step(rt)
		w.taught()
		p.none(rt, "after what came late")
		if c := w.closed(report.MonthOf(london.DateOf(w.Now()))); !c.Closed() {
			rt.Fatalf("%+v", c.Checks)
		}
	})
}

// play is a run with what happens to it.
type play struct {
	*world
	of     id.Organisation
	run    *course.Offering
	shares []*billing.Share
}

func (p *play) none(rt *rapid.T, when string) {
	left, err := report.BlocksTaught(p.t.Context(), p, p.Now(), 10)
	if err != nil || len(left) > 0 || p.balance(billing.Deferred(p.run.ID)) != 0 {
		rt.Fatalf("%s: %s is left, to do %v, %v", when, p.balance(billing.Deferred(p.run.ID)), left, err)
	}
}

// scheduled is a run of one to four blocks from tomorrow on.
func (w *world) scheduled(rt *rapid.T, nth int) *course.Offering {
	o := &course.Offering{
		Run: course.Run{Code: fmt.Sprintf("RUN-%03d", nth), CourseID: w.run.CourseID, City: "Leeds", Status: course.Open, Entry: course.Book, Listed: true,
			DayStarts: "09:30", DayEnds: "16:30"},
		Prices: []course.Price{{Band: course.Organisation, Amount: 325_000}}, Scale: []course.Step{{ChargeBP: 10_000}}, Places: course.Places{Capacity: 500},
	}
	day := london.DateOf(w.Now()).AddDays(1)
	for range rapid.IntRange(1, 4).Draw(rt, "blocks") {
		last := day.AddDays(rapid.IntRange(0, 4).Draw(rt, "days"))
		o.Blocks = append(o.Blocks, course.Block{StartsOn: day, EndsOn: last})
		day = last.AddDays(1 + rapid.IntRange(0, 20).Draw(rt, "gap"))
	}
	w.write(func(tx *db.Tx) error { return course.Schedule(w.t.Context(), tx, audit.System, o) })
	return o
}

// step charges, gives up or invoices.
func (p *play) step(rt *rapid.T) {
	what := rapid.SampledFrom([]string{"charge", "give up", "invoice", "release"}).Draw(rt, "what")
	if what == "charge" || len(p.shares) == 0 {
		p.shares = append(p.shares, p.charged(money.Amount(rapid.IntRange(1, 500_000).Draw(rt, "price"))))
		return
	}
	if what == "invoice" {
		ready, err := invoice.ListReady(p.t.Context(), p, london.DateOf(p.Now()), invoice.ReadyFilter{Organisation: p.of, Run: p.run.ID})
		for _, r := range ready {
			p.write(func(tx *db.Tx) error { _, err := invoice.Issue(p.t.Context(), tx, audit.System, r.Key); return err })
		}
		if err != nil {
			rt.Fatal(err)
		}
		return
	}
	last := len(p.shares) - 1
	fresh := new(billing.Share)
	if err := p.NewSelect().Model(fresh).Where("id = ?", p.shares[last].ID).Scan(p.t.Context()); err != nil {
		rt.Fatal(err)
	}
	p.shares = p.shares[:last]
	if what == "release" && fresh.Invoiced == 0 {
		p.write(func(tx *db.Tx) error { return billing.Release(p.t.Context(), tx, *fresh, p.run.ID) })
		return
	}
	p.giveUp(fresh, p.run.ID, money.Amount(rapid.IntRange(0, int(fresh.Amount)).Draw(rt, "kept")))
}

// charged is the share of a place that the organisation pays.
func (p *play) charged(price money.Amount) (s *billing.Share) {
	p.write(func(tx *db.Tx) error {
		team, err := enrolment.DraftOf(p.t.Context(), tx, p.jo.ID, p.of, p.run.ID)
		if err != nil {
			return err
		}
		team.Status, team.Places, team.ListPrice, team.Price, team.Discount = enrolment.TeamPlaced, 1, price, price, course.NoDiscount
		if err := enrolment.SaveTeam(p.t.Context(), tx, team); err != nil {
			return err
		}
		seats, err := enrolment.HoldTeam(p.t.Context(), tx, team, nil, tx.Now.Add(24*time.Hour))
		if err != nil {
			return err
		}
		s = &billing.Share{EnrolmentID: seats[0].ID, Number: 1, Payer: billing.Organisation, Amount: price, SecuredAt: tx.Now, OrganisationID: p.of, AgreedAt: tx.Now}
		if err := billing.ChargeAll(p.t.Context(), tx, fmt.Sprintf("team/%d/charged", team.ID), p.run.ID, []*billing.Share{s}); err != nil {
			return err
		}
		_, err = tx.NewRaw("UPDATE enrolments SET status = 'confirmed', held_until = NULL, confirmed_at = ? WHERE id = ?", tx.Now, seats[0].ID).Exec(p.t.Context())
		return err
	})
	return s
}
