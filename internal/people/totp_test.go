package people_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"golang.org/x/sync/errgroup"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// staff is a member of staff with an authenticator app that is not confirmed yet.
type staff struct {
	*db.DB
	clock  *dbtest.Clock
	box    *secret.Box
	person people.Person
	token  string // of the latest session
	seed   string // base32, as the app holds it
}

func newStaff(t *testing.T) *staff {
	t.Helper()
	d, clock := dbtest.NewAt(t, morning)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := &staff{DB: d, clock: clock, box: box, person: ensure(t, d, "ada@threshold.example")}
	grant(t, d, s.person, people.Admin)
	s.token = start(t, d, s.person)
	write(t, d, func(tx *db.Tx) error { return people.EnrolTOTP(t.Context(), tx, box, s.person.ID) })
	key, err := people.PendingTOTP(t.Context(), d, box, s.person, "Threshold")
	if err != nil {
		t.Fatal(err)
	}
	s.seed = key.Secret()
	return s
}

// code is what the app shows so long before or after now.
func (s *staff) code(t *testing.T, off time.Duration) string {
	t.Helper()
	code, err := totp.GenerateCode(s.seed, s.clock.Now().Add(off))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// verify tries a code and keeps the new token when it is right.
func (s *staff) verify(t *testing.T, code string) (bool, error) {
	t.Helper()
	var fresh string
	err := s.Write(t.Context(), func(tx *db.Tx) (err error) {
		fresh, err = people.Verify(t.Context(), tx, s.box, s.token, code)
		return err
	})
	if fresh != "" {
		s.token = fresh
	}
	return fresh != "", err
}

func TestARightCodeMakesASessionStaffs(t *testing.T) {
	t.Parallel()
	s := newStaff(t)
	before := s.token
	code := s.code(t, 0)
	if ok, err := s.verify(t, " "+code[:3]+" "+code[3:]+" "); !ok || err != nil {
		t.Fatal(ok, err)
	}
	signedOut(t, s.DB, before)
	if got := session(t, s.DB, s.token); !got.May(people.Admin) || !got.StartedAt.Equal(morning) {
		t.Errorf("the session is %+v", got)
	}
	if _, err := people.PendingTOTP(t.Context(), s, s.box, s.person, "Threshold"); !errors.Is(err, people.ErrFactorSet) {
		t.Errorf("the first right code did not confirm the app: %v", err)
	}
}

func TestCodesOneStepAwayAreTakenAndNoOthers(t *testing.T) {
	t.Parallel()
	for off, want := range map[time.Duration]bool{-time.Minute: false, -30 * time.Second: true, 30 * time.Second: true, time.Minute: false} {
		s := newStaff(t)
		if ok, err := s.verify(t, s.code(t, off)); ok != want || err != nil {
			t.Errorf("a code %v away: %v, %v", off, ok, err)
		}
	}
}

func TestNoCodeIsTakenTwice(t *testing.T) {
	t.Parallel()
	s := newStaff(t)
	code, earlier := s.code(t, 0), s.code(t, -30*time.Second)
	if ok, err := s.verify(t, code); !ok || err != nil {
		t.Fatal(ok, err)
	}
	for _, seen := range []string{code, earlier} {
		if ok, err := s.verify(t, seen); ok || err != nil {
			t.Errorf("a used step was taken: %v, %v", ok, err)
		}
	}
	s.clock.Advance(30 * time.Second)
	if ok, err := s.verify(t, s.code(t, 0)); !ok || err != nil {
		t.Errorf("the next code: %v, %v", ok, err)
	}
}

func TestOneCodeVerifiesOneSession(t *testing.T) {
	t.Parallel()
	s := newStaff(t)
	tokens := make([]string, 8) // fewer than there are connections
	for i := range tokens {
		tokens[i] = start(t, s.DB, s.person)
	}
	code, release := s.code(t, 0), holdFactors(t, s.DB)
	var right atomic.Int32
	var all errgroup.Group
	for _, token := range tokens {
		all.Go(func() error {
			err := s.Write(t.Context(), func(tx *db.Tx) error {
				fresh, err := people.Verify(t.Context(), tx, s.box, token, code)
				if fresh != "" {
					right.Add(1)
				}
				return err
			})
			if errors.Is(err, people.ErrTooManyCodes) {
				return nil
			}
			return err
		})
	}
	release(len(tokens))
	if err := all.Wait(); err != nil || right.Load() != 1 {
		t.Fatalf("one code verified %d sessions, %v", right.Load(), err)
	}
}

// holdFactors locks every second factor. release lets go when so many are waiting, so that all have read what
// they read without a lock.
func holdFactors(t *testing.T, d *db.DB) (release func(waiting int)) {
	t.Helper()
	owner := dbtest.Owner(t, d)
	held, err := owner.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := held.NewRaw("SELECT FROM person_totps FOR UPDATE").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	return func(waiting int) {
		t.Helper()
		for n, deadline := 0, time.Now().Add(10*time.Second); n < waiting && time.Now().Before(deadline); {
			err := owner.NewRaw(`
				SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(t.Context(), &n)
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := held.Commit(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGuessingStopsAfterFiveMisses(t *testing.T) {
	t.Parallel()
	s := newStaff(t)
	for _, wrong := range []string{"", "12345", "letter", "1234567", s.code(t, time.Hour)} {
		if ok, err := s.verify(t, wrong); ok || err != nil {
			t.Fatalf("%q: %v, %v", wrong, ok, err)
		}
	}
	if ok, err := s.verify(t, s.code(t, 0)); ok || !errors.Is(err, people.ErrTooManyCodes) {
		t.Fatalf("after five misses: %v, %v", ok, err)
	}
	s.clock.Advance(15 * time.Minute)
	if ok, err := s.verify(t, s.code(t, 0)); !ok || err != nil {
		t.Fatalf("fifteen minutes later: %v, %v", ok, err)
	}
}

func TestAConfirmedAppIsNeitherShownNorReplaced(t *testing.T) {
	t.Parallel()
	s := newStaff(t)
	write(t, s.DB, func(tx *db.Tx) error { return people.EnrolTOTP(t.Context(), tx, s.box, s.person.ID) })
	key, err := people.PendingTOTP(t.Context(), s, s.box, s.person, "Threshold")
	if err != nil || key.Secret() == s.seed || key.Issuer() != "Threshold" || key.AccountName() != s.person.Email {
		t.Fatalf("enrolling again before confirming gave %v, %v", key, err)
	}
	s.seed = key.Secret()
	if ok, err := s.verify(t, s.code(t, 0)); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, err := people.PendingTOTP(t.Context(), s, s.box, s.person, "Threshold"); !errors.Is(err, people.ErrFactorSet) {
		t.Errorf("a confirmed secret was shown: %v", err)
	}
	err = s.Write(t.Context(), func(tx *db.Tx) error { return people.EnrolTOTP(t.Context(), tx, s.box, s.person.ID) })
	if !errors.Is(err, people.ErrFactorSet) {
		t.Errorf("a confirmed secret was replaced: %v", err)
	}
}

func TestSecretsAreSealedForTheirOwnRow(t *testing.T) {
	t.Parallel()
	s := newStaff(t)
	bob := ensure(t, s.DB, "bob@threshold.example")
	owner := dbtest.Owner(t, s.DB)
	_, err := owner.NewRaw(`INSERT INTO person_totps (person_id, secret) SELECT ?, secret FROM person_totps WHERE person_id = ?`,
		bob.ID, s.person.ID).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := people.PendingTOTP(t.Context(), s, s.box, bob, "Threshold"); !errors.Is(err, secret.ErrSealed) {
		t.Errorf("a secret copied to another person opened: %v", err)
	}
	var stored []byte
	if err := s.NewRaw(`SELECT secret FROM person_totps WHERE person_id = ?`, s.person.ID).Scan(t.Context(), &stored); err != nil {
		t.Fatal(err)
	}
	if len(stored) != 20+33 || strings.Contains(string(stored), s.seed) {
		t.Errorf("the secret is stored in %d bytes", len(stored))
	}
}

func TestALostAppIsForgottenAndItsSessionsEnd(t *testing.T) {
	t.Parallel()
	s := newStaff(t)
	if ok, err := s.verify(t, s.code(t, 0)); !ok || err != nil {
		t.Fatal(ok, err)
	}
	forget := func(tx *db.Tx) error { return people.ForgetTOTP(t.Context(), tx, audit.System, s.person.ID) }
	write(t, s.DB, forget)
	signedOut(t, s.DB, s.token)
	if _, err := people.PendingTOTP(t.Context(), s, s.box, s.person, "Threshold"); !errors.Is(err, people.ErrNoFactor) {
		t.Errorf("the app is still known: %v", err)
	}
	if err := s.Write(t.Context(), forget); !errors.Is(err, people.ErrNoFactor) {
		t.Errorf("forgetting twice: %v", err)
	}
	write(t, s.DB, func(tx *db.Tx) error { return people.EnrolTOTP(t.Context(), tx, s.box, s.person.ID) })
	history, err := audit.History(t.Context(), s, "person", int64(s.person.ID), 0, 2)
	if err != nil || history[1].Action != "second_factor_forgotten" || history[1].Actor != audit.System {
		t.Errorf("on record: %+v, %v", history, err)
	}
}

func TestWithoutAnAppThereIsNothingToVerify(t *testing.T) {
	t.Parallel()
	s := newStaff(t)
	bob := ensure(t, s.DB, "bob@threshold.example")
	s.token = start(t, s.DB, bob)
	if ok, err := s.verify(t, "123456"); ok || !errors.Is(err, people.ErrNoFactor) {
		t.Errorf("verified without an app: %v, %v", ok, err)
	}
	s.token = "invented"
	if ok, err := s.verify(t, "123456"); ok || !errors.Is(err, people.ErrSignedOut) {
		t.Errorf("verified without a session: %v, %v", ok, err)
	}
}
