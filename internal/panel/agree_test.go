package panel_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/panel"
)

func TestTwoDifferentPeopleFreezeTheBands(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	m.must(m.agree(m.grace))
	m.must(m.agree(m.grace))
	if s := m.status(); s != bursary.RoundClosed {
		t.Fatalf("the same person twice: %s", s)
	}
	m.must(m.agree(m.hugh))
	if s := m.status(); s != bursary.RoundFrozen {
		t.Fatalf("two people: %s", s)
	}
	tickets, err := bursary.Tickets(t.Context(), m.app, m.round.ID)
	if err != nil || len(tickets) != len(wide) || tickets[0] != "TAAAA-00" {
		t.Errorf("tickets %q, %v", tickets, err)
	}
	for name, err := range map[string]error{
		"agreeing again": m.agree(m.grace), "taking back": m.takeBack(m.grace),
		"placing": m.place(panel.Placement{Code: "AAAA-00", Band: "B", Reason: "Too late."}),
	} {
		if !errors.Is(err, panel.ErrNotBanding) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := m.number("SELECT count(*) FROM audit WHERE subject = 'round' AND action IN ('bands agreed', 'bands frozen')"); n != 3 {
		t.Errorf("%d entries in the trail", n)
	}
}

func TestAnAgreementCanBeTakenBackUntilTheBandsAreFrozen(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	m.must(m.agree(m.grace))
	m.must(m.takeBack(m.grace))
	m.must(m.takeBack(m.grace))
	m.must(m.agree(m.hugh))
	if s := m.status(); s != bursary.RoundClosed {
		t.Errorf("an agreement that was taken back counts: %s", s)
	}
	m.must(m.agree(m.grace))
	if s := m.status(); s != bursary.RoundFrozen {
		t.Errorf("agreeing anew: %s", s)
	}
}

func TestAChangeEndsEveryAgreementAndWhatWasNotSeenIsNotAgreedTo(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	seen := m.ranking().Seen()
	m.must(m.agreeTo(m.grace, seen))
	m.must(m.place(panel.Placement{Code: "AAAA-04", Band: "C", Reason: "After talking it over."}))
	if who := m.agreed(); len(who) != 0 {
		t.Errorf("%d agreements are left", len(who))
	}
	if err := m.agreeTo(m.hugh, seen); !errors.Is(err, panel.ErrBandsChanged) {
		t.Errorf("agreeing to what was: %v", err)
	}
}

func TestWhoWithdrawsBetweenTwoAgreementsIsSeen(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	seen := m.ranking().Seen()
	m.must(m.agreeTo(m.grace, seen))
	m.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = now() WHERE code = 'AAAA-03'")
	if err := m.agreeTo(m.hugh, seen); !errors.Is(err, panel.ErrBandsChanged) {
		t.Errorf("agreeing to what was: %v", err)
	}
	m.must(m.agree(m.hugh))
	if who := m.agreed(); m.status() != bursary.RoundClosed || !slices.Equal(who, []string{"false"}) {
		t.Errorf("%s, agreed %v", m.status(), who)
	}
}

func TestNobodyAgreesBeforeEverybodyIsPlacedAndEverybodysTimeIsOver(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	if err := m.agree(m.grace); !errors.Is(err, panel.ErrNotAllPlaced) {
		t.Errorf("nobody placed: %v", err)
	}
	m.placeAll()
	m.sent("BBBB-00")
	if err := m.agree(m.grace); !errors.Is(err, panel.ErrNotAllPlaced) {
		t.Errorf("one not placed: %v", err)
	}
	m.plant("UPDATE sensitive.applications SET status = 'draft', submitted_at = NULL, extended_until = '2027-01-14' WHERE code = 'BBBB-00'")
	if err := m.agree(m.grace); !errors.Is(err, panel.ErrStillWriting) {
		t.Errorf("somebody has until today: %v", err)
	}
	m.plant("UPDATE sensitive.applications SET extended_until = '2027-01-13' WHERE code = 'BBBB-00'")
	m.must(m.agree(m.grace))

	empty := newMeeting(t)
	if err := empty.agree(empty.grace); !errors.Is(err, panel.ErrNotAllPlaced) {
		t.Errorf("nobody has applied: %v", err)
	}
	dbtest.Force(t, empty.app, "UPDATE rounds SET status = 'published'")
	if err := empty.agree(empty.grace); !errors.Is(err, panel.ErrNotBanding) {
		t.Errorf("an open round: %v", err)
	}
}

// together runs several things at the same moment.
func together(all ...func()) {
	start := make(chan struct{})
	var done sync.WaitGroup
	for _, f := range all {
		done.Go(func() {
			<-start
			f()
		})
	}
	close(start)
	done.Wait()
}

// during does one thing in Grace's name and, before it is committed, another at the same time, until that has either
// ended or waits for Grace.
func (m *meeting) during(first func(*db.Tx) error, second func() error) (firstErr, secondErr error) {
	m.Helper()
	ended := make(chan error, 1)
	firstErr = m.as(m.grace, func(tx *db.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		go func() { ended <- second() }()
		return endedOrWaits(m.T, m.owner, ended)
	})
	return firstErr, <-ended
}

// endedOrWaits returns when what runs beside has either ended or waits for a lock, which only PostgreSQL can tell.
func endedOrWaits(t *testing.T, owner bun.IDB, ended <-chan error) error {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		var waiting int
		err := owner.NewRaw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").
			Scan(t.Context(), &waiting)
		if err != nil || waiting > 0 || len(ended) > 0 {
			return err
		}
	}
	return errors.New("what runs beside neither ended nor waits")
}

func TestTwoWhoAgreeAtOnceFreezeOnce(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	seen := m.ranking().Seen()
	grace, hugh := m.during(
		func(tx *db.Tx) error { return panel.Agree(t.Context(), tx, m.grace.ID, m.round.Code, seen) },
		func() error { return m.agreeTo(m.hugh, seen) },
	)
	m.must(errors.Join(grace, hugh))
	if n := m.number("SELECT count(*) FROM audit WHERE action = 'bands frozen'"); m.status() != bursary.RoundFrozen || n != 1 {
		t.Errorf("%s, frozen %d times", m.status(), n)
	}
}

func TestAPlacingWhileSomebodyAgreesIsNeverFrozenUnseen(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	seen := m.ranking().Seen()
	m.must(m.agreeTo(m.grace, seen))
	late := []panel.Placement{{Code: "AAAA-04", Was: "B", Band: "C", Reason: "After talking it over."}}
	placed, agreed := m.during(
		func(tx *db.Tx) error { return panel.Place(t.Context(), tx, m.box, m.grace.ID, m.round.Code, late) },
		func() error { return m.agreeTo(m.hugh, seen) },
	)
	if placed != nil || !errors.Is(agreed, panel.ErrBandsChanged) || m.status() != bursary.RoundClosed {
		t.Errorf("placed %v, agreed %v, %s", placed, agreed, m.status())
	}
}

func TestAnAgreementWhileSomebodyPlacesFreezesWhatWasSeen(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	seen := m.ranking().Seen()
	m.must(m.agreeTo(m.hugh, seen))
	agreed, placed := m.during(
		func(tx *db.Tx) error { return panel.Agree(t.Context(), tx, m.grace.ID, m.round.Code, seen) },
		func() error {
			return m.placeAsSeen(panel.Placement{Code: "AAAA-04", Was: "B", Band: "C", Reason: "After talking it over."})
		},
	)
	if band, _ := m.band("AAAA-04"); agreed != nil || !errors.Is(placed, panel.ErrNotBanding) || m.status() != bursary.RoundFrozen || band != "B" {
		t.Errorf("agreed %v, placed %v, %s in %s", agreed, placed, m.status(), band)
	}
}

func TestAMeanThatChangedSinceIsNotAgreedTo(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.placeAll()
	seen := m.ranking().Seen()
	m.recused("AAAA-07", 0)
	m.read("AAAA-07", 0, 0, 1, 0)
	if err := m.agreeTo(m.grace, seen); !errors.Is(err, panel.ErrBandsChanged) {
		t.Errorf("%v", err)
	}
	m.must(m.agree(m.grace))
}
