package organisation_test

import (
	"errors"
	"sync"
	"testing"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/organisation"
)

func TestOnePersonServesSeveralAndIsAStrangerToTheRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	trust, gardens := w.approved(), w.signUp(w.maud, named("Community Gardens"))
	other := w.signUp(w.person("ida@lantern.example"), named("Lantern Vale"))
	list, err := organisation.Of(t.Context(), w, w.maud)
	if err != nil || names(list) != gardens.Name+", "+trust.Name {
		t.Errorf("maud acts for %s, %v", names(list), err)
	}
	if o, err := organisation.Acting(t.Context(), w, w.maud, gardens.Code); err != nil || o.ID != gardens.ID {
		t.Errorf("acting for the gardens: %v, %v", o, err)
	}
	for name, code := range map[string]string{"another's": other.Code, "nobody's": "ZZZZ-ZZ", "no code": ""} {
		if _, err := organisation.Acting(t.Context(), w, w.maud, code); !errors.Is(err, organisation.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	known, err := organisation.ByIDs(t.Context(), w, []id.Organisation{trust.ID, other.ID, 999})
	if err != nil || len(known) != 2 || known[other.ID].Name != "Lantern Vale" {
		t.Errorf("by their numbers: %v, %v", known, err)
	}
	if none, err := organisation.ByIDs(t.Context(), w, nil); err != nil || len(none) != 0 {
		t.Errorf("none: %v, %v", none, err)
	}
	if _, err := organisation.ByID(t.Context(), w, 999); !errors.Is(err, organisation.ErrUnknown) {
		t.Errorf("by a number that is none: %v", err)
	}
}

func TestEveryVerbOfAnOrganisationIsForThoseWhoActForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	ned := w.colleague(w.maud, o, "ned@westermoor.example")
	w.write(func(tx *db.Tx) error { return organisation.Leave(t.Context(), tx, ned, o) })
	stranger := w.signUp(w.person("eve@elsewhere.example"), named("Elsewhere"))
	eve := w.person("eve@elsewhere.example")
	ctx := t.Context()
	for _, who := range []id.Person{eve, ned, w.fay} {
		for verb, try := range map[string]func(tx *db.Tx) error{
			"invite":    func(tx *db.Tx) error { return organisation.Invite(ctx, tx, who, o, "x@x.example", "") },
			"withdraw":  func(tx *db.Tx) error { return organisation.WithdrawInvitation(ctx, tx, who, o, "x@x.example") },
			"hand over": func(tx *db.Tx) error { return organisation.HandOver(ctx, tx, who, o, "x@x.example", "") },
			"leave":     func(tx *db.Tx) error { return organisation.Leave(ctx, tx, who, o) },
			"remove":    func(tx *db.Tx) error { return organisation.Remove(ctx, tx, who, o, w.maud) },
			"complete":  func(tx *db.Tx) error { return organisation.Complete(ctx, tx, who, o, details()) },
			"save":      func(tx *db.Tx) error { return organisation.SaveDetails(ctx, tx, who, o, details()) },
			"ask":       func(tx *db.Tx) error { return organisation.AskAddress(ctx, tx, who, o, stranger.AddressDetails()) },
			"take back": func(tx *db.Tx) error { return organisation.TakeBackAddress(ctx, tx, who, o) },
		} {
			if err := w.try(try); !errors.Is(err, organisation.ErrUnknown) {
				t.Errorf("person %d, %s: %v", who, verb, err)
			}
		}
	}
	if got := w.members(o); got != "maud@westermoor.example" {
		t.Errorf("its coordinators are %s", got)
	}
}

func TestTheLastCoordinatorStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	leave := func(who id.Person) error {
		return w.try(func(tx *db.Tx) error { return organisation.Leave(t.Context(), tx, who, o) })
	}
	if err := leave(w.maud); !errors.Is(err, organisation.ErrLastCoordinator) {
		t.Errorf("alone: %v", err)
	}
	ned := w.colleague(w.maud, o, "ned@westermoor.example")
	if err := leave(w.maud); err != nil {
		t.Error(err)
	}
	if err := leave(ned); !errors.Is(err, organisation.ErrLastCoordinator) {
		t.Errorf("alone again: %v", err)
	}
	if got := w.members(o); got != "ned@westermoor.example" {
		t.Errorf("its coordinators are %s", got)
	}
	if got := w.done(o); got != "signed up, approved, coordinator invited, coordinator joined, coordinator left" {
		t.Errorf("recorded: %s", got)
	}
}

func TestOfTwoWhoLeaveAtOnceOneStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	ned := w.colleague(w.maud, o, "ned@westermoor.example")
	var all sync.WaitGroup
	for _, who := range []id.Person{w.maud, ned} {
		all.Go(func() {
			err := w.try(func(tx *db.Tx) error { return organisation.Leave(t.Context(), tx, who, o) })
			if err != nil && !errors.Is(err, organisation.ErrLastCoordinator) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if list, err := organisation.Members(t.Context(), w, o.ID); err != nil || len(list) != 1 {
		t.Errorf("left are %v, %v", list, err)
	}
}

func TestOfTwoWhoRemoveEachOtherOneStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	ned := w.colleague(w.maud, o, "ned@westermoor.example")
	var all sync.WaitGroup
	for who, whom := range map[id.Person]id.Person{w.maud: ned, ned: w.maud} {
		all.Go(func() {
			err := w.try(func(tx *db.Tx) error { return organisation.Remove(t.Context(), tx, who, o, whom) })
			if err != nil && !errors.Is(err, organisation.ErrUnknown) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if list, err := organisation.Members(t.Context(), w, o.ID); err != nil || len(list) != 1 {
		t.Errorf("left are %v, %v", list, err)
	}
}

func TestWhoIsRemovedIsToldAndTheirInvitationsAreDead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	ned := w.colleague(w.maud, o, "ned@westermoor.example")
	w.write(func(tx *db.Tx) error {
		return organisation.Invite(t.Context(), tx, ned, o, "eve@elsewhere.example", "")
	})
	token, eve := w.token("eve@elsewhere.example"), w.person("eve@elsewhere.example")
	remove := func(whom id.Person) error {
		return w.try(func(tx *db.Tx) error { return organisation.Remove(t.Context(), tx, w.maud, o, whom) })
	}
	if err := remove(w.maud); !errors.Is(err, organisation.ErrYourself) {
		t.Errorf("oneself: %v", err)
	}
	if err := remove(eve); !errors.Is(err, organisation.ErrNotMember) {
		t.Errorf("a stranger: %v", err)
	}
	if err := remove(ned); err != nil {
		t.Fatal(err)
	}
	if got := w.told("organisation-removed"); got != "ned@westermoor.example" {
		t.Errorf("told are %s", got)
	}
	if err := w.join(eve, token); !errors.Is(err, organisation.ErrInvitationDead) {
		t.Errorf("whom they invited: %v", err)
	}
	w.write(func(tx *db.Tx) error {
		return organisation.Invite(t.Context(), tx, w.maud, o, "ned@westermoor.example", "")
	})
	if err := w.join(ned, w.token("ned@westermoor.example")); err != nil {
		t.Errorf("coming back: %v", err)
	}
}
