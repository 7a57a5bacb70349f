package people_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/people"
)

var morning = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

func TestASessionSaysWhoItIs(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	sam := ensure(t, d, "sam@tidewell.example")
	s := session(t, d, start(t, d, sam))
	if s.Person.ID != sam.ID || s.Person.Email != "sam@tidewell.example" || !s.Person.CreatedAt.Equal(morning) || s.Device != "Firefox on Android" {
		t.Errorf("the session is %+v", s)
	}
	if s.Staff() || s.NeedsFactor() || len(s.Roles) != 0 {
		t.Errorf("a learner's session counts as staff's: %+v", s)
	}
	signedOut(t, d, "")
	signedOut(t, d, "invented")
}

func TestALearnersSessionSlidesForADay(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, morning)
	token := start(t, d, ensure(t, d, "sam@tidewell.example"))
	for range 3 {
		clock.Advance(people.LearnerIdle - time.Second)
		s := session(t, d, token)
		write(t, d, func(tx *db.Tx) error { return people.Touch(t.Context(), tx, s) })
	}
	clock.Advance(people.LearnerIdle)
	signedOut(t, d, token)
}

func TestStaffAreSignedOutAfterHalfAnHour(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, morning)
	ada := ensure(t, d, "ada@threshold.example")
	grant(t, d, ada, people.Admin)
	token := start(t, d, ada)
	clock.Advance(people.StaffIdle - time.Second)
	session(t, d, token)
	clock.Advance(time.Second)
	signedOut(t, d, token)
}

func TestStaffWorkTwelveHoursAtMost(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, morning)
	ada := ensure(t, d, "ada@threshold.example")
	grant(t, d, ada, people.Admin)
	token := start(t, d, ada)
	for clock.Now().Before(morning.Add(people.StaffMost - 20*time.Minute)) {
		clock.Advance(20 * time.Minute)
		s := session(t, d, token)
		write(t, d, func(tx *db.Tx) error { return people.Touch(t.Context(), tx, s) })
	}
	clock.Advance(20 * time.Minute)
	signedOut(t, d, token)
}

func TestTouchingDoesNotRaiseTheDead(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, morning)
	token := start(t, d, ensure(t, d, "sam@tidewell.example"))
	s := session(t, d, token)
	clock.Advance(people.LearnerIdle)
	write(t, d, func(tx *db.Tx) error { return people.Touch(t.Context(), tx, s) })
	signedOut(t, d, token)
}

func TestASessionIsStaleAfterAMinute(t *testing.T) {
	t.Parallel()
	s := people.Session{SeenAt: morning}
	if s.Stale(morning.Add(59*time.Second)) || !s.Stale(morning.Add(time.Minute)) {
		t.Error("a session is not touched once a minute")
	}
}

func TestATokenFromBeforeARotationIsDead(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	planted := start(t, d, ensure(t, d, "sam@tidewell.example"))
	var fresh string
	write(t, d, func(tx *db.Tx) (err error) {
		fresh, err = people.RotateSession(t.Context(), tx, planted)
		return err
	})
	signedOut(t, d, planted)
	if session(t, d, fresh).Person.Email != "sam@tidewell.example" {
		t.Error("the new token opens another session")
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := people.RotateSession(t.Context(), tx, planted)
		return err
	})
	if !errors.Is(err, people.ErrSignedOut) {
		t.Errorf("a dead token was rotated: %v", err)
	}
}

func TestSigningOutEndsOneSessionAndEverywhereEndsAll(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	sam, ana := ensure(t, d, "sam@tidewell.example"), ensure(t, d, "ana@kestrel.example")
	phone, laptop, other, anas := start(t, d, sam), start(t, d, sam), start(t, d, sam), start(t, d, ana)
	write(t, d, func(tx *db.Tx) error { return people.SignOut(t.Context(), tx, phone) })
	signedOut(t, d, phone)
	all, err := people.SessionsOf(t.Context(), d, sam.ID, d.Now())
	if err != nil || len(all) != 2 {
		t.Fatalf("%d sessions are left, %v", len(all), err)
	}
	write(t, d, func(tx *db.Tx) error { return people.SignOutEverywhere(t.Context(), tx, sam.ID) })
	signedOut(t, d, laptop)
	signedOut(t, d, other)
	session(t, d, anas)
}

func TestAStolenTableOpensNoSession(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	token := start(t, d, ensure(t, d, "sam@tidewell.example"))
	stored := session(t, d, token).TokenHash
	if slices.Equal(stored, []byte(token)) || len(stored) != 32 {
		t.Fatal("the token itself is stored")
	}
	signedOut(t, d, string(stored))
}

func TestANewRoleEndsEverySession(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ada := ensure(t, d, "ada@threshold.example")
	before := start(t, d, ada)
	grant(t, d, ada, people.Admin)
	signedOut(t, d, before)
	after := start(t, d, ada)
	grant(t, d, ada, people.Admin)
	session(t, d, after)
}

func TestStaffAreStaffOnlyAfterTheSecondFactor(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ada := ensure(t, d, "ada@threshold.example")
	grant(t, d, ada, people.Finance)
	grant(t, d, ada, people.Admin)
	s := session(t, d, start(t, d, ada))
	if s.Staff() || s.May(people.Admin) || !s.NeedsFactor() {
		t.Errorf("staff without a second factor: %+v", s)
	}
	var token string
	write(t, d, func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(t.Context(), tx, ada.ID, "")
		return err
	})
	s = session(t, d, token)
	if !s.Staff() || !s.May(people.Admin) || !s.May(people.Finance) || s.May(people.Auditor) || s.NeedsFactor() {
		t.Errorf("staff with a second factor: %+v", s)
	}
}

func TestALearnerIsNotStaffHoweverTheySignedIn(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	sam := ensure(t, d, "sam@tidewell.example")
	write(t, d, func(tx *db.Tx) error {
		token, err := people.StartVerifiedSession(t.Context(), tx, sam.ID, "")
		if err != nil {
			return err
		}
		s, err := people.SessionOf(t.Context(), tx, token, tx.Now)
		if err == nil && (s.Staff() || s.May(people.Admin)) {
			t.Errorf("a learner counts as staff: %+v", s)
		}
		return err
	})
}
