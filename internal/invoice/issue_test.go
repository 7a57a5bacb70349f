package invoice_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
)

func TestATeamIsInvoicedByShareEachUnderItsOwnOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	trust, icb := w.organisation("Westermoor & Tarn NHS Foundation Trust"), w.organisation("Lantern Vale Integrated Care Board")
	w.team(trust, 5,
		payer{of: icb, amount: 226_800, order: w.order(icb, "ICB-60", 1_134_000), cost: "CC-1"},
		payer{of: trust, amount: 151_200, order: w.order(trust, "4500123", 756_000)})
	for of, want := range map[id.Organisation]struct {
		total money.Amount
		order string
	}{icb: {1_134_000, "ICB-60"}, trust: {756_000, "4500123"}} {
		in := w.issue(of)
		s := w.snapshot(in)
		if in.Total != want.total || s.Order != want.order || len(s.Lines) != 1 || s.Lines[0].Quantity != 5 || len(s.Lines[0].Places) != 5 ||
			s.Lines[0].OrderLine != "10" {
			t.Errorf("%s: %v by %q, %+v", in.Number, in.Total, s.Order, s.Lines)
		}
		if l := s.Lines[0]; l.Unit != want.total/5 || l.Discount != 0 || strings.Contains(l.Description, "3,780") {
			t.Errorf("a part shows the whole price: %+v", l)
		}
	}
	w.inOrder()
}

func TestADiscountIsShownToWhoPaysThePlaceAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	w.team(of, 5, payer{of: of, amount: 378_000})
	l := w.snapshot(w.issue(of)).Lines[0]
	if l.Unit != 420_000 || l.Discount != 210_000 || l.DiscountName != "Team discount" || l.Gross != 1_890_000 {
		t.Errorf("%+v", l)
	}
}

func TestWhatWasIssuedIsNotIssuedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	w.team(of, 3, payer{of: of, amount: 420_000})
	key := w.ready(of)[0].Key
	var wins, refused int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := w.tryIssue(key)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				wins++
			case errors.Is(err, invoice.ErrNothingReady):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if wins != 1 || refused != 7 || len(w.ready(of)) != 0 {
		t.Errorf("%d issued it, %d were refused; still ready: %v", wins, refused, w.ready(of))
	}
	if _, err := w.tryIssue("nobody_FND-M27_0_0_0"); !errors.Is(err, invoice.ErrNothingReady) {
		t.Error(err)
	}
	w.inOrder()
}

func TestAnInvoiceWaitsForWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	_, shares := w.team(of, 2, payer{of: of, amount: 420_000})
	for _, step := range []struct{ change, want string }{
		{"UPDATE organisations SET po_rule = 'may_follow'", "The purchase order is missing."},
		{"UPDATE organisations SET po_rule = 'not_used', status = 'pending'", "The organisation is not approved yet."},
		{"UPDATE organisations SET status = 'approved'; UPDATE shares SET secured_at = NULL", "The places are not confirmed yet."},
	} {
		w.write(func(tx *db.Tx) error { _, err := tx.NewRaw(step.change).Exec(t.Context()); return err })
		list := w.ready(of)
		_, err := w.tryIssue(list[0].Key)
		if f := failure.Of(err); len(list) != 1 || list[0].Waits != step.want || f == nil || f.Message != step.want {
			t.Errorf("%s: %+v, %v", step.change, list, err)
		}
	}
	w.write(func(tx *db.Tx) error { return billing.Secure(t.Context(), tx, shares[0]) })
	in, err := w.tryIssue(w.ready(of)[0].Key)
	if err != nil || in.Total != 420_000 {
		t.Errorf("one place waits for the other: %v", err)
	}
}

func TestAnInvoiceWaitsForWhoGivesAPlaceUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	_, shares := w.team(of, 1, payer{of: of, amount: 420_000})
	key, done := w.ready(of)[0].Key, make(chan *invoice.Invoice, 1)
	w.write(func(tx *db.Tx) error {
		if _, err := enrolment.Lock(t.Context(), tx, shares[0].EnrolmentID); err != nil {
			return err
		}
		if err := billing.Reduce(t.Context(), tx, shares[0], w.run.ID, 100_000); err != nil {
			return err
		}
		go func() {
			in, err := w.tryIssue(key)
			if err != nil {
				t.Error(err)
			}
			done <- in
		}()
		return w.untilSomebodyWaits()
	})
	if in := <-done; in == nil || in.Total != 100_000 || !strings.HasPrefix(w.snapshot(in).Lines[0].Description, "Charge for a place") {
		t.Errorf("%+v", in)
	}
	w.inOrder()
}

func TestNothingIsAskedForAPlaceThatLapsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	_, shares := w.team(of, 2, payer{of: of, amount: 420_000})
	w.release(shares[0])
	if list := w.ready(of); len(list) != 1 || list[0].Total != 420_000 || list[0].Places != 1 {
		t.Errorf("%+v", list)
	}
}

func TestStagesAreInvoicedWhenTheirDayHasComeAndInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation("Westermoor & Tarn NHS Foundation Trust")
	team, _ := w.team(of, 3, payer{of: of, amount: 333_333})
	for i, day := range []string{"2026-11-01", "2026-11-02", "2027-03-08"} {
		w.write(func(tx *db.Tx) error {
			_, err := tx.NewRaw("INSERT INTO team_stages VALUES (?, ?, ?, ?, ?)", team.ID, i+1, "Stage "+string(rune('1'+i))+" of 3", []int{2_500, 2_500, 5_000}[i], day).Exec(t.Context())
			return err
		})
	}
	list := w.ready(of)
	if len(list) != 2 || list[0].Stage != 1 || list[1].StageLabel != "Stage 2 of 3" {
		t.Fatalf("%+v", list)
	}
	if _, err := w.tryIssue(list[1].Key); !errors.Is(err, invoice.ErrEarlierStage) {
		t.Errorf("the second before the first: %v", err)
	}
	var total money.Amount
	for _, r := range list {
		in, err := w.tryIssue(r.Key)
		if err != nil || !strings.Contains(w.snapshot(in).Lines[0].Description, r.StageLabel) {
			t.Fatalf("%s: %v", r.Key, err)
		}
		total += in.Total
	}
	if len(w.ready(of)) != 0 {
		t.Errorf("before its day: %+v", w.ready(of))
	}
	w.clock.Set(london.On(2027, 3, 8).At(9, 0))
	if total += w.issue(of).Total; total != 999_999 || len(w.ready(of)) != 0 {
		t.Errorf("the stages come to %s", total)
	}
	w.inOrder()
}

func TestNumbersHaveNoGapWhateverFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boom := errors.New("the work fails after all")
	keys := make([]string, 100)
	for i := range keys {
		of := w.quiet()
		w.team(of, 1, payer{of: of, amount: 420_000})
		keys[i] = w.ready(of)[0].Key
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	issued := []string{}
	for i, key := range keys {
		all.Go(func() {
			var number string
			err := w.try(func(tx *db.Tx) error {
				in, err := invoice.Issue(t.Context(), tx, audit.System, key)
				if err != nil {
					return err
				}
				if number = in.Number; i%3 == 0 {
					return boom
				}
				return nil
			})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				issued = append(issued, number)
			} else if !errors.Is(err, boom) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	slices.Sort(issued)
	if issued = slices.Compact(issued); len(issued) != 66 || issued[0] != "INV-00001" || issued[65] != "INV-00066" {
		t.Errorf("issued %d: %v", len(issued), issued)
	}
	w.inOrder()
}

// numbered replaces how numbers are taken.
func (w *world) numbered(how string) {
	w.t.Helper()
	_, err := dbtest.Owner(w.t, w.DB).ExecContext(w.t.Context(), `CREATE SEQUENCE unlocked; GRANT USAGE ON unlocked TO bursar_app;
		CREATE OR REPLACE FUNCTION next_document(which text) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ `+how+` $$`)
	if err != nil {
		w.t.Fatal(err)
	}
}

// twoReady are the keys of two invoices that are ready.
func (w *world) twoReady() (keys [2]string) {
	for i := range keys {
		of := w.quiet()
		w.team(of, 1, payer{of: of, amount: 420_000})
		keys[i] = w.ready(of)[0].Key
	}
	return keys
}

func TestACounterThatIsNotGivenBackWouldLeaveAGap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.numbered("SELECT nextval('unlocked')")
	keys, boom := w.twoReady(), errors.New("the work fails after all")
	err := w.try(func(tx *db.Tx) error {
		_, err := invoice.Issue(t.Context(), tx, audit.System, keys[0])
		return errors.Join(err, boom)
	})
	if _, again := w.tryIssue(keys[1]); !errors.Is(err, boom) || again != nil {
		t.Fatal(err, again)
	}
	if found, err := invoice.Verify(t.Context(), w); err != nil || !slices.Contains(found, "the numbers of series INV are not 1, 2, 3 …") {
		t.Errorf("the gap is not seen: %v, %v", found, err)
	}
}

func TestWithoutTheLockOnTheSeriesTwoWouldTakeOneNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.numbered("SELECT coalesce(max(seq), 0) + 1 FROM invoices")
	keys := w.twoReady()
	done := make(chan error, 1)
	w.write(func(tx *db.Tx) error {
		if _, err := invoice.Issue(t.Context(), tx, audit.System, keys[0]); err != nil {
			return err
		}
		go func() {
			_, err := w.tryIssue(keys[1])
			done <- err
		}()
		return w.untilSomebodyWaits()
	})
	if err := <-done; !db.Violates(err, "invoices_seq_once") {
		t.Errorf("the second: %v", err)
	}
}

// untilSomebodyWaits returns once another connection waits for a lock.
func (w *world) untilSomebodyWaits() error {
	owner := dbtest.Owner(w.t, w.DB)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		var waiting int
		err := owner.NewRaw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").
			Scan(w.t.Context(), &waiting)
		if err != nil || waiting > 0 {
			return err
		}
	}
	return errors.New("nobody waits")
}
