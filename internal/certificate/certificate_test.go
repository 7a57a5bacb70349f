package certificate_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"bursar/internal/certificate"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/state"
)

func TestEverybodyGetsWhatTheRegistersSayOnceAndIsTold(t *testing.T) {
	t.Parallel()
	h := taught(t)
	if p := h.preview(); p.Completed != 1 || p.Attended != 1 || p.Without != 1 || p.Has != 0 || p.Replacing != 0 {
		t.Fatalf("%+v", p)
	}
	err := h.write(func(tx *db.Tx) error {
		_, err := certificate.IssueRun(t.Context(), tx, h.grace, h.run.ID, 3)
		return err
	})
	if !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("another number than was shown: %v", err)
	}
	h.issued(2)
	ana, ben := h.of(0), h.of(1)
	if ana.Kind != certificate.Completed || ben.Kind != certificate.Attended || ana.Snapshot.Attendance() != "20 of 20 days" || ben.Snapshot.Attendance() != "15½ of 20 days" {
		t.Errorf("%+v %+v", ana, ben)
	}
	s := ana.Snapshot
	if s.Name != "Ana Reyes" || s.Course != h.run.Course.Title || s.Run != "FND-T27" || s.TaughtBy() != "Kofi Mensah" || s.Provider != h.grace.Provider ||
		s.IssuedOn != ended || strings.Join(s.Dates(), "; ") != "8 to 12 March 2027; 7 to 11 June 2027; 11 to 15 October 2027; 6 to 10 December 2027" {
		t.Errorf("%+v", s)
	}
	if _, err := certificate.Of(t.Context(), h.db, h.people[2].ID, h.places[2].ID); !errors.Is(err, certificate.ErrNone) || h.why(2) != certificate.NotThere {
		t.Errorf("whoever was not there: %v, %s", err, h.why(2))
	}
	h.must(func(tx *db.Tx) error { // what is due is nothing, whatever was shown
		n, err := certificate.IssueRun(t.Context(), tx, h.grace, h.run.ID, 2)
		if n != 0 {
			t.Errorf("%d certificates at the second time", n)
		}
		return err
	})
	if n := h.count("SELECT count(*) FROM mails WHERE template = 'certificate' AND subject = 'Your certificate' AND recipient LIKE 'learner_@post.example'"); n != 2 {
		t.Errorf("%d mails", n)
	}
	if n := h.count("SELECT count(*) FROM river.river_job WHERE kind = 'mail_delivery' AND queue = 'mail' AND (args ->> 'mail_id')::bigint IN (SELECT id FROM mails WHERE template = 'certificate')"); n != 2 {
		t.Errorf("%d deliveries", n)
	}
	if n := h.count("SELECT count(*) FROM audit WHERE action = 'certificate issued' AND subject = 'enrolment' AND subject_id IN (?, ?) AND detail ->> 'kind' IN ('attended', 'completed')", h.places[0].ID, h.places[1].ID); n != 2 {
		t.Errorf("%d entries of the audit trail", n)
	}
}

func TestTwoWhoIssueAtOnceMakeOneCertificateForEach(t *testing.T) {
	t.Parallel()
	h := taught(t)
	var all sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		all.Go(func() {
			errs[i] = h.write(func(tx *db.Tx) (err error) {
				if i%2 == 0 {
					_, err = certificate.IssueRun(t.Context(), tx, h.grace, h.run.ID, 2)
				} else {
					_, err = certificate.Issue(t.Context(), tx, h.grace, h.places[0].Code)
				}
				return err
			})
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, state.ErrMovedOn) { // one of the two was issued alone first
			t.Error(err)
		}
	}
	h.must(func(tx *db.Tx) error {
		_, err := certificate.IssueRun(t.Context(), tx, h.grace, h.run.ID, h.preview().Due())
		return err
	})
	if n := h.count("SELECT count(*) FROM certificates"); n != 2 {
		t.Errorf("%d certificates for two people", n)
	}
	if n := h.count("SELECT count(*) FROM mails WHERE template = 'certificate'"); n != 2 {
		t.Errorf("%d mails", n)
	}
}

func TestNothingIsIssuedBeforeTheRegistersAreWhole(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.clock.Set(ended.AddDays(-1).At(17, 0))
	if h.why(0) != certificate.Running || h.preview().Due() != 0 {
		t.Error("issued before the last day has passed")
	}
	h.clock.Set(ended.At(9, 0))
	if _, err := h.owner.NewRaw("DELETE FROM attendance_marks WHERE register_id = (SELECT max(id) FROM registers)").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := h.preview(); h.why(1) != certificate.NoMarks || p.Completed != 1 || p.Attended != 0 {
		t.Errorf("a register is missing: %s, %+v", h.why(1), p)
	}
	_, err := h.owner.NewRaw(`INSERT INTO attendance_requests (run_id, enrolment_id, completes, reason, asked_by, asked_at) VALUES (?, ?, false, 'r', ?, now())`,
		h.run.ID, h.places[0].ID, h.kofi).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if h.why(0) != certificate.Waiting {
		t.Errorf("a second person is needed: %s", h.why(0))
	}
	err = h.write(func(tx *db.Tx) error {
		_, err := certificate.Issue(t.Context(), tx, h.grace, h.places[0].Code)
		return err
	})
	if f := failure.Of(err); f == nil || f.Kind != failure.Conflict || f.Message != certificate.Waiting.Sentence() {
		t.Errorf("%v", err)
	}
}

func TestWhoMakesUpWhatWasMissingGetsAnotherCertificate(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.issued(2)
	before := h.of(1)
	h.attends(1, 33)
	if p := h.preview(); p.Completed != 1 || p.Replacing != 1 || p.Has != 1 {
		t.Fatalf("%+v", p)
	}
	h.issued(1)
	after := h.of(1)
	old, err := certificate.ByCode(t.Context(), h.db, before.Code)
	if err != nil {
		t.Fatal(err)
	}
	if after.Kind != certificate.Completed || after.Snapshot.Attendance() != "16½ of 20 days" || after.Number == before.Number || after.Code == before.Code {
		t.Errorf("%+v", after)
	}
	if old.Status != certificate.Replaced || old.ReplacedBy != after.Number {
		t.Errorf("the old one is %s by %q", old.Status, old.ReplacedBy)
	}
	h.attends(1, 20) // nothing is taken away by itself
	if h.why(1) != certificate.Has || h.of(1).ID != after.ID {
		t.Error("a certificate went away")
	}
}

func TestAWithdrawnCertificateIsIssuedAgainForThatPersonAlone(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.issued(2)
	k := h.of(0)
	withdraw := func(number, reason string) error {
		return h.write(func(tx *db.Tx) error {
			return certificate.Withdraw(t.Context(), tx, h.grace.Person, h.places[0].Code, number, reason)
		})
	}
	if f := failure.Of(withdraw(k.Number, " ")); f == nil || f.Fields["reason"] == "" {
		t.Error("withdrawn without a reason")
	}
	if err := withdraw(h.of(1).Number, "It is not theirs."); !errors.Is(err, certificate.ErrUnknown) {
		t.Errorf("the certificate of another place: %v", err)
	}
	if err := withdraw(k.Number, "The register was that of somebody else."); err != nil {
		t.Fatal(err)
	}
	if err := withdraw(k.Number, "Again."); !errors.Is(err, certificate.ErrNotValid) {
		t.Errorf("withdrawn twice: %v", err)
	}
	public, err := certificate.ByCode(t.Context(), h.db, k.Code)
	if err != nil || public.Status != certificate.Withdrawn {
		t.Errorf("%+v, %v", public, err)
	}
	if n := h.count("SELECT count(*) FROM mails WHERE template = 'certificate-withdrawn' AND text_body NOT LIKE '%somebody else%'"); n != 1 {
		t.Errorf("%d mails about it without the reason", n)
	}
	if h.why(0) != certificate.Again || h.preview().Due() != 0 {
		t.Error("it is issued again with the others")
	}
	h.must(func(tx *db.Tx) error {
		_, err := certificate.Issue(t.Context(), tx, h.grace, h.places[0].Code)
		return err
	})
	if h.of(0).ID == k.ID || h.count("SELECT count(*) FROM certificates WHERE enrolment_id = ?", h.places[0].ID) != 2 {
		t.Error("it is not another one")
	}
}

func TestACertificateSaysForEverWhatItSaid(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.issued(2)
	for _, change := range []string{"snapshot = '{}'", "number = 'C-1'", "person_id = 1", "kind = 'attended'"} {
		if _, err := h.db.NewRaw("UPDATE certificates SET " + change).Exec(t.Context()); err == nil {
			t.Errorf("the program could set %s", change)
		}
	}
	if _, err := h.db.NewRaw("DELETE FROM certificates").Exec(t.Context()); err == nil {
		t.Error("the program could delete certificates")
	}
	for _, role := range []string{db.Employer, db.Trainer, db.Assessor, db.Supporter} {
		for _, table := range []string{"certificates", "certificate_names"} {
			if _, err := dbtest.As(t, h.db, role).NewRaw("SELECT * FROM " + table).Exec(t.Context()); err == nil {
				t.Errorf("%s reads %s", role, table)
			}
		}
	}
}

func TestNobodyElsesPlaceOrCodeOpensAnything(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.issued(2)
	k := h.of(0)
	typed := strings.ToLower(strings.ReplaceAll(k.Code, "-", " "))
	for _, code := range []string{k.Code, typed, " https://book.example/certificates/" + k.Code + "/ "} {
		if found, err := certificate.ByCode(t.Context(), h.db, code); err != nil || found.ID != k.ID {
			t.Errorf("%q: %v", code, err)
		}
	}
	for _, code := range []string{"", k.Number, k.Code[:13], k.Code + "A", "0000-0000-0000"} {
		if _, err := certificate.ByCode(t.Context(), h.db, code); !errors.Is(err, certificate.ErrUnknown) {
			t.Errorf("%q: %v", code, err)
		}
	}
	err := h.write(func(tx *db.Tx) error {
		_, err := certificate.CorrectName(t.Context(), tx, h.people[1].ID, h.places[0].Code, k.Number, "Somebody Else")
		return err
	})
	if !errors.Is(err, enrolment.ErrUnknown) {
		t.Errorf("somebody else’s name: %v", err)
	}
}
