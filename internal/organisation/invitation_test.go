package organisation_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/organisation"
)

func (w *world) join(who id.Person, token string) error {
	return w.try(func(tx *db.Tx) error {
		_, err := organisation.Join(w.t.Context(), tx, who, token)
		return err
	})
}

func (w *world) invite(o *organisation.Organisation, email string) error {
	return w.try(func(tx *db.Tx) error { return organisation.Invite(w.t.Context(), tx, w.maud, o, email, "Ned Ward") })
}

func TestAnInvitationIsForItsAddressAndOnlyItsHashIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	if err := w.invite(o, " Ned@Westermoor.example"); err != nil {
		t.Fatal(err)
	}
	token := w.token("ned@westermoor.example")
	var stored []byte
	hash := sha256.Sum256([]byte(token))
	if err := w.NewRaw("SELECT token_hash FROM organisation_invitations").Scan(t.Context(), &stored); err != nil || !bytes.Equal(stored, hash[:]) {
		t.Errorf("stored is %x, %v", stored, err)
	}
	i, err := organisation.InvitationOf(t.Context(), w, token, w.Now())
	if err != nil || i.Organisation != o.Name || i.Email != "ned@westermoor.example" || i.Name != "Ned Ward" || i.InvitedBy != w.maud || i.HandsOver {
		t.Errorf("the link shows %+v, %v", i, err)
	}
	if err := w.join(w.person("eve@elsewhere.example"), token); !errors.Is(err, organisation.ErrOtherAddress) {
		t.Errorf("somebody else: %v", err)
	}
	ned := w.person("ned@westermoor.example")
	if err := w.join(ned, token); err != nil {
		t.Fatal(err)
	}
	if got := w.members(o); got != "maud@westermoor.example ned@westermoor.example" {
		t.Errorf("its coordinators are %s", got)
	}
	if got := w.told("organisation-joined"); got != "maud@westermoor.example" {
		t.Errorf("told are %s", got)
	}
}

func TestAnInvitationWorksOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	ned := w.colleague(w.maud, o, "ned@westermoor.example")
	token := w.token("ned@westermoor.example")
	if err := w.join(ned, token); err != nil {
		t.Errorf("pressing twice: %v", err)
	}
	if got := w.done(o); got != "signed up, approved, coordinator invited, coordinator joined" {
		t.Errorf("recorded: %s", got)
	}
	w.write(func(tx *db.Tx) error { return organisation.Leave(t.Context(), tx, ned, o) })
	if err := w.join(ned, token); !errors.Is(err, organisation.ErrInvitationDead) {
		t.Errorf("after leaving: %v", err)
	}
	if _, err := organisation.InvitationOf(t.Context(), w, token, w.Now()); !errors.Is(err, organisation.ErrInvitationDead) {
		t.Errorf("the link still shows: %v", err)
	}
}

func TestAnInvitationDies(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]func(*world, *organisation.Organisation, string){
		"by age": func(w *world, _ *organisation.Organisation, _ string) { w.clock.Advance(14 * 24 * time.Hour) },
		"taken back": func(w *world, o *organisation.Organisation, email string) {
			w.write(func(tx *db.Tx) error { return organisation.WithdrawInvitation(w.t.Context(), tx, w.maud, o, email) })
		},
		"sent again": func(w *world, o *organisation.Organisation, email string) {
			if err := w.invite(o, email); err != nil {
				w.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			o := w.approved()
			const email = "ned@westermoor.example"
			if err := w.invite(o, email); err != nil {
				t.Fatal(err)
			}
			token := w.token(email)
			kill(w, o, email)
			if err := w.join(w.person(email), token); !errors.Is(err, organisation.ErrInvitationDead) {
				t.Errorf("joining: %v", err)
			}
			if _, err := organisation.InvitationOf(t.Context(), w, token, w.Now()); !errors.Is(err, organisation.ErrInvitationDead) {
				t.Errorf("looking: %v", err)
			}
		})
	}
	w := newWorld(t)
	if err := w.join(w.maud, "never-made"); !errors.Is(err, organisation.ErrInvitationDead) {
		t.Errorf("never made: %v", err)
	}
}

func TestAnInvitationLivesUntilItsLastMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	if err := w.invite(o, "ned@westermoor.example"); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(14*24*time.Hour - time.Second)
	if list, err := organisation.Invitations(t.Context(), w, o.ID, w.Now()); err != nil || len(list) != 1 || list[0].Email != "ned@westermoor.example" {
		t.Errorf("open are %v, %v", list, err)
	}
	if err := w.join(w.person("ned@westermoor.example"), w.token("ned@westermoor.example")); err != nil {
		t.Error(err)
	}
	if list, err := organisation.Invitations(t.Context(), w, o.ID, w.Now()); err != nil || len(list) != 0 {
		t.Errorf("then open are %v, %v", list, err)
	}
}

func TestWhoCannotBeInvitedIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	if err := w.invite(o, "nobody"); field(err, "email") == "" {
		t.Errorf("no address: %v", err)
	}
	if err := w.invite(o, "MAUD@westermoor.example"); !errors.Is(err, organisation.ErrMember) {
		t.Errorf("a member: %v", err)
	}
	err := w.try(func(tx *db.Tx) error {
		return organisation.Invite(t.Context(), tx, w.maud, o, "x@x.example", "Win at www.evil.example")
	})
	if field(err, "name") == "" {
		t.Errorf("an advertisement: %v", err)
	}
	err = w.try(func(tx *db.Tx) error {
		return organisation.WithdrawInvitation(t.Context(), tx, w.maud, o, "x@x.example")
	})
	if !errors.Is(err, organisation.ErrInvitationDead) {
		t.Errorf("taking back what was not sent: %v", err)
	}
}

func TestAnOrganisationInvitesOnlySoManyInADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	for i := range 20 {
		if err := w.invite(o, fmt.Sprintf("x%d@x.example", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.invite(o, "y@x.example"); failure.KindOf(err) != failure.Unavailable {
		t.Errorf("the 21st: %v", err)
	}
	w.clock.Advance(24 * time.Hour)
	if err := w.invite(o, "y@x.example"); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

func TestHandingOverEndsWhenTheOtherJoins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	const email = "ned@westermoor.example"
	w.write(func(tx *db.Tx) error { return organisation.HandOver(t.Context(), tx, w.maud, o, email, "Ned") })
	if got := w.members(o); got != "maud@westermoor.example" {
		t.Errorf("before, its coordinators are %s", got)
	}
	if err := w.join(w.person(email), w.token(email)); err != nil {
		t.Fatal(err)
	}
	if got := w.members(o); got != email {
		t.Errorf("then they are %s", got)
	}
	if got := w.done(o); got != "signed up, approved, coordinator invited, coordinator joined, coordinator handed over" {
		t.Errorf("recorded: %s", got)
	}
	if err := w.try(func(tx *db.Tx) error { return organisation.Leave(t.Context(), tx, w.maud, o) }); !errors.Is(err, organisation.ErrUnknown) {
		t.Errorf("who has handed over leaves: %v", err)
	}
}

func TestTwoJoinsOfOneLinkAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	const email = "ned@westermoor.example"
	if err := w.invite(o, email); err != nil {
		t.Fatal(err)
	}
	token, ned := w.token(email), w.person(email)
	join := func(tx *db.Tx) error {
		_, err := organisation.Join(t.Context(), tx, ned, token)
		return err
	}
	if first, second := w.race(join, join); first != nil || second != nil {
		t.Errorf("they are told %v and %v", first, second)
	}
	if got := w.done(o); got != "signed up, approved, coordinator invited, coordinator joined" {
		t.Errorf("recorded: %s", got)
	}
	if got := w.told("organisation-joined"); got != "maud@westermoor.example" {
		t.Errorf("told are %s", got)
	}
}

func TestAnInvitationThatIsBeingTakenBackLetsNobodyIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	const email = "ned@westermoor.example"
	if err := w.invite(o, email); err != nil {
		t.Fatal(err)
	}
	token, ned := w.token(email), w.person(email)
	first, second := w.race(
		func(tx *db.Tx) error { return organisation.WithdrawInvitation(t.Context(), tx, w.maud, o, email) },
		func(tx *db.Tx) error {
			_, err := organisation.Join(t.Context(), tx, ned, token)
			return err
		})
	if first != nil || !errors.Is(second, organisation.ErrInvitationDead) {
		t.Errorf("they are told %v and %v", first, second)
	}
	if got := w.members(o); got != "maud@westermoor.example" {
		t.Errorf("its coordinators are %s", got)
	}
}
