package certificate_test

import (
	"errors"
	"testing"
	"time"

	"bursar/internal/certificate"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
)

// force changes what no verb would.
func (h *house) force(query string, args ...any) {
	h.Helper()
	if _, err := h.owner.NewRaw(query, args...).Exec(h.Context()); err != nil {
		h.Fatal(err)
	}
}

func TestWhoeverIssuesSecondWaitsForTheFirst(t *testing.T) {
	t.Parallel()
	h := taught(t)
	second := make(chan error, 1)
	h.must(func(tx *db.Tx) error {
		if _, err := certificate.IssueRun(t.Context(), tx, h.grace, h.run.ID, 2); err != nil {
			return err
		}
		go func() {
			second <- h.write(func(tx *db.Tx) error {
				n, err := certificate.IssueRun(t.Context(), tx, h.grace, h.run.ID, 2)
				if err == nil && n != 0 {
					err = errors.New("it issued them again")
				}
				return err
			})
		}()
		for end := time.Now().Add(10 * time.Second); h.count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0; {
			if time.Now().After(end) {
				return errors.New("the second does not wait")
			}
		}
		return nil
	})
	if err := <-second; err != nil {
		t.Error(err)
	}
}

func TestAPlaceThatPassedToSomebodyElseKeepsWhatWasIssued(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.issued(2)
	k := h.of(0)
	next := fixture.Person(t, h.db, "next@post.example").ID
	h.force("UPDATE enrolments SET person_id = ? WHERE id = ?", next, h.places[0].ID)
	if h.why(0) != certificate.Else {
		t.Errorf("whoever has the place now: %q", h.why(0))
	}
	if _, err := certificate.Of(t.Context(), h.db, next, h.places[0].ID); !errors.Is(err, certificate.ErrNone) {
		t.Errorf("whoever has the place now has the certificate: %v", err)
	}
	err := h.write(func(tx *db.Tx) error {
		_, err := certificate.CorrectName(t.Context(), tx, next, h.places[0].Code, k.Number, "Somebody Else")
		return err
	})
	if !errors.Is(err, enrolment.ErrUnknown) || h.of(0).ID != k.ID {
		t.Errorf("whoever has the place now corrects it: %v", err)
	}
}

func TestAPlaceThatWasMovedGetsACertificateOfItsNewDates(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.issued(2)
	other := fixture.Run(t, h.db, "FND-U27", 5)
	h.must(func(tx *db.Tx) error {
		e, err := enrolment.LockForMove(t.Context(), tx, h.places[1].ID, other.ID)
		if err != nil {
			return err
		}
		return enrolment.MoveTo(t.Context(), tx, e, enrolment.Move{EnrolmentID: e.ID, FromRunID: e.RunID, ToRunID: other.ID, ByID: h.grace.Person, Reason: "They ask for it.", At: tx.Now})
	})
	h.run = other
	if h.why(1) != certificate.NoMarks {
		t.Errorf("on the new dates: %q", h.why(1))
	}
	fixture.Attended(t, h.db, other, h.places[1], 40)
	h.issued(1)
	if k := h.of(1); k.Kind != certificate.Completed || k.ReplacesID != 0 {
		t.Errorf("%+v", k)
	}
	if n := h.count("SELECT count(*) FROM certificates WHERE enrolment_id = ? AND status = 'valid'", h.places[1].ID); n != 2 {
		t.Errorf("%d hold, of two cohorts", n)
	}
}

func TestWhoHasNoNameOrNoCertainPlaceGetsNothing(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.force("UPDATE people SET name = '' WHERE id = ?", h.people[0].ID)
	if h.why(0) != certificate.NoName {
		t.Errorf("without a name: %q", h.why(0))
	}
	h.clock.Set(h.run.StartsOn().AddDays(-7).At(9, 0))
	late := fixture.Person(t, h.db, "late@post.example")
	held := fixture.Held(t, h.db, h.run, late)
	err := h.write(func(tx *db.Tx) error { return certificate.Name(t.Context(), tx, late.ID, held.Code, "Late Comer") })
	if !errors.Is(err, enrolment.ErrUnknown) {
		t.Errorf("a place that is not paid: %v", err)
	}
}
