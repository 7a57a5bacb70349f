package organisation_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"bursar/internal/db"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

func TestWhoIsAskedAndKnowsNobodyHereIsInvited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, token := w.ask("Lantern Vale ICB", "Ida@Lantern.example")
	if o.Status != organisation.Invited || o.Contact != "A Contact" || w.members(o) != "" {
		t.Errorf("it is %+v", o)
	}
	i, err := organisation.InvitationOf(t.Context(), w, token, w.Now())
	if err != nil || i.Email != "ida@lantern.example" || i.Name != "A Contact" || i.InvitedBy != 0 || i.Inviter != "" {
		t.Errorf("the link shows %+v, %v", i, err)
	}
	if w.told("organisation-invitation") != "" {
		t.Error("two mails go out: that is the caller's to write")
	}
	ida := w.person("ida@lantern.example")
	if err := w.join(ida, token); err != nil {
		t.Fatal(err)
	}
	complete := func() error {
		d := named("Lantern Vale Integrated Care Board")
		return w.try(func(tx *db.Tx) error { return organisation.Complete(t.Context(), tx, ida, o, d) })
	}
	if err := w.try(func(tx *db.Tx) error { return organisation.Complete(t.Context(), tx, ida, o, organisation.Details{}) }); field(err, "name") == "" {
		t.Errorf("with nothing: %v", err)
	}
	if err := complete(); err != nil {
		t.Fatal(err)
	}
	if fresh := w.reload(o); fresh.Status != organisation.Pending || o.Status != organisation.Pending || fresh.City != "York" {
		t.Errorf("completed it is %+v", fresh)
	}
	if err := complete(); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("again: %v", err)
	}
	if got := w.told("organisation-pending"); got != "abe@office.example cat@office.example fay@office.example" {
		t.Errorf("told are %s", got)
	}
}

func TestStaffCannotDecideAboutWhoHasNotSaidWhoTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, _ := w.ask("Lantern Vale ICB", "ida@lantern.example")
	for verb, try := range map[string]func(tx *db.Tx) error{
		"approve": func(tx *db.Tx) error {
			_, err := organisation.Approve(t.Context(), tx, w.fay, o.Code, false)
			return err
		},
		"refuse": func(tx *db.Tx) error {
			_, err := organisation.Refuse(t.Context(), tx, w.fay, o.Code, "why")
			return err
		},
	} {
		if err := w.try(try); !errors.Is(err, organisation.ErrNotReviewable) {
			t.Errorf("%s: %v", verb, err)
		}
	}
}

func TestWhoIsInvitedFromATrustedDomainIsApprovedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	trust := w.signUp(w.maud, details())
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Approve(t.Context(), tx, w.fay, trust.Code, true)
		return err
	})
	o, ned := w.invited("Blue Anchors", "ned@westermoor.example")
	w.write(func(tx *db.Tx) error { return organisation.Complete(t.Context(), tx, ned, o, named("Blue Anchors")) })
	if o.Status != organisation.Approved || w.reload(o).Status != organisation.Approved {
		t.Errorf("it is %s", o.Status)
	}
}

func TestWhoActsForAnOrganisationIsAskedForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const email = "maud@westermoor.example"
	first := w.signUp(w.maud, named("Blue Anchors"))
	if o, token := w.ask("Whatever it is called", email); o.ID != first.ID || token != "" {
		t.Errorf("the only one: %s, %q", o.Name, token)
	}
	trust := w.approved()
	if o, _ := w.ask("Whatever it is called", email); o.ID != trust.ID {
		t.Errorf("one that is approved comes first, not %s", o.Name)
	}
	if o, _ := w.ask("the blue anchors", email); o.ID != first.ID {
		t.Errorf("one of the name comes first, not %s", o.Name)
	}
}

func TestAskingAgainMakesNoSecondOrganisation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, one := w.ask("Lantern Vale ICB", "ida@lantern.example")
	again, two := w.ask("Lantern Vale", "ida@lantern.example")
	if again.ID != first.ID || two == "" || two == one {
		t.Errorf("again: %d and %d", first.ID, again.ID)
	}
	if other, _ := w.ask("Saltbridge Trust", "ida@lantern.example"); other.ID == first.ID {
		t.Error("another name is the same organisation")
	}
	if other, _ := w.ask("Lantern Vale ICB", "eve@elsewhere.example"); other.ID == first.ID {
		t.Error("another address is the same organisation")
	}
	ida := w.person("ida@lantern.example")
	if err := w.join(ida, one); err != nil {
		t.Errorf("the first link: %v", err)
	}
	if err := w.join(ida, two); !errors.Is(err, organisation.ErrInvitationDead) {
		t.Errorf("the second link afterwards: %v", err)
	}
}

func TestTwoWhoAskTheSameAtOnceAskOneOrganisation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	for _, who := range []string{"a@people.example", "b@people.example", "c@people.example"} {
		learner := w.person(who)
		all.Go(func() {
			err := w.try(func(tx *db.Tx) error {
				_, _, err := organisation.ToAsk(t.Context(), tx, learner, "Lantern Vale ICB", "ida@lantern.example", "")
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n, err := w.NewSelect().Table("organisations").Count(t.Context()); err != nil || n != 1 {
		t.Errorf("%d organisations, %v", n, err)
	}
}

func TestWhatIsWrongWithWhomToAskIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.try(func(tx *db.Tx) error {
		_, _, err := organisation.ToAsk(t.Context(), tx, w.maud, "", "nobody", strings.Repeat("x", 201))
		return err
	})
	for _, name := range []string{"name", "email", "contact"} {
		if field(err, name) == "" {
			t.Errorf("nothing is said about %s: %v", name, err)
		}
	}
}
