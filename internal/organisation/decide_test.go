package organisation_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

func TestStaffApproveOnceAndTheCoordinatorsAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.signUp(w.maud, details())
	approve := func(code string) error {
		return w.try(func(tx *db.Tx) error {
			_, err := organisation.Approve(t.Context(), tx, w.fay, code, false)
			return err
		})
	}
	if err := approve(strings.ToLower(o.Code)); err != nil {
		t.Fatal(err)
	}
	if fresh := w.reload(o); fresh.Status != organisation.Approved || fresh.DecidedBy != w.fay || !fresh.DecidedAt.Equal(w.Now()) {
		t.Errorf("it is %+v", fresh)
	}
	if err := approve(o.Code); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("again: %v", err)
	}
	if err := approve("ZZZZ-ZZ"); !errors.Is(err, organisation.ErrUnknown) {
		t.Errorf("nobody's: %v", err)
	}
	if got := w.told("organisation-approved"); got != "maud@westermoor.example" {
		t.Errorf("told are %s", got)
	}
	if got := w.done(o); got != "signed up, approved" {
		t.Errorf("recorded: %s", got)
	}
}

func TestARefusalSaysWhyAndHidesTheOrganisationUntilStaffThinkAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.signUp(w.maud, details())
	refuse := func(reason string) error {
		return w.try(func(tx *db.Tx) error {
			_, err := organisation.Refuse(t.Context(), tx, w.fay, o.Code, reason)
			return err
		})
	}
	if err := refuse(" \n "); field(err, "reason") == "" {
		t.Errorf("without a reason: %v", err)
	}
	if err := refuse("We could not reach  the trust."); err != nil {
		t.Fatal(err)
	}
	var text string
	if err := w.NewRaw("SELECT text_body FROM mails WHERE template = 'organisation-refused'").Scan(t.Context(), &text); err != nil ||
		!strings.Contains(text, "We could not reach the trust.") {
		t.Errorf("the mail says %s, %v", text, err)
	}
	if _, err := organisation.Acting(t.Context(), w, w.maud, o.Code); !errors.Is(err, organisation.ErrUnknown) {
		t.Errorf("acting for it: %v", err)
	}
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Approve(t.Context(), tx, w.fay, o.Code, false)
		return err
	})
	if fresh, err := organisation.Acting(t.Context(), w, w.maud, o.Code); err != nil || fresh.Status != organisation.Approved || fresh.RefusedFor != "" {
		t.Errorf("after all it is %v, %v", fresh, err)
	}
}

func TestAClosedOrganisationIsNobodys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.signUp(w.maud, details())
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Approve(t.Context(), tx, w.fay, o.Code, true)
		return err
	})
	w.write(func(tx *db.Tx) error {
		return organisation.Invite(t.Context(), tx, w.maud, o, "ned@westermoor.example", "")
	})
	token, ned := w.token("ned@westermoor.example"), w.person("ned@westermoor.example")
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Close(t.Context(), tx, w.fay, o.Code)
		return err
	})
	if list, err := organisation.Of(t.Context(), w, w.maud); err != nil || len(list) != 0 {
		t.Errorf("its coordinator acts for %v, %v", list, err)
	}
	for verb, try := range map[string]func(tx *db.Tx) error{
		"invite": func(tx *db.Tx) error { return organisation.Invite(t.Context(), tx, w.maud, o, "x@x.example", "") },
		"save":   func(tx *db.Tx) error { return organisation.SaveDetails(t.Context(), tx, w.maud, o, o.Details()) },
	} {
		if err := w.try(try); !errors.Is(err, organisation.ErrUnknown) {
			t.Errorf("%s: %v", verb, err)
		}
	}
	if err := w.try(func(tx *db.Tx) error {
		_, err := organisation.Join(t.Context(), tx, ned, token)
		return err
	}); !errors.Is(err, organisation.ErrInvitationDead) {
		t.Errorf("joining: %v", err)
	}
	if _, err := organisation.InvitationOf(t.Context(), w, token, w.Now()); !errors.Is(err, organisation.ErrInvitationDead) {
		t.Errorf("reading its invitation: %v", err)
	}
	if got := w.told("organisation-closed"); got != "maud@westermoor.example" {
		t.Errorf("told are %s", got)
	}
	if other := w.signUp(ned, named("Blue Anchors")); other.Status != organisation.Pending {
		t.Errorf("from its domain comes one that is %s", other.Status)
	}
}

func TestStaffSetTheTerms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	set := func(rule organisation.PORule, days int) error {
		return w.try(func(tx *db.Tx) error {
			_, err := organisation.SetTerms(t.Context(), tx, w.fay, o.Code, rule, days)
			return err
		})
	}
	if err := set("never", -1); field(err, "po_rule") == "" || field(err, "terms_days") == "" {
		t.Errorf("nonsense: %v", err)
	}
	if err := set(organisation.POMayFollow, 45); err != nil {
		t.Fatal(err)
	}
	if fresh := w.reload(o); fresh.PORule != organisation.POMayFollow || fresh.TermsDays != 45 {
		t.Errorf("they are %s and %d", fresh.PORule, fresh.TermsDays)
	}
}

func TestStaffFindOrganisationsByNameCodeAndStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.signUp(w.maud, named("alpha Sparrows"))
	b := w.signUp(w.maud, named("Beta 100% Finches"))
	c := w.signUp(w.maud, named("Gamma Linnets"))
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Approve(t.Context(), tx, w.fay, b.Code, false)
		return err
	})
	for what, want := range map[organisation.Filter]string{
		{}:                               "alpha Sparrows, Beta 100% Finches, Gamma Linnets",
		{Query: "FINCH"}:                 b.Name,
		{Query: "0%"}:                    b.Name,
		{Query: "_"}:                     "",
		{Query: strings.ToLower(c.Code)}: c.Name,
		{Status: organisation.Pending}:   "alpha Sparrows, Gamma Linnets",
		{Status: organisation.Pending, Query: "gamma"}: c.Name,
	} {
		list, err := organisation.List(t.Context(), w, what, "", 10)
		if got := names(list); err != nil || got != want {
			t.Errorf("%+v: %s, %v", what, got, err)
		}
	}
	first, err := organisation.List(t.Context(), w, organisation.Filter{}, "", 2)
	if err != nil || names(first) != "alpha Sparrows, Beta 100% Finches" {
		t.Fatalf("the first two are %s, %v", names(first), err)
	}
	rest, err := organisation.List(t.Context(), w, organisation.Filter{}, first[1].Code, 2)
	if err != nil || names(rest) != c.Name {
		t.Errorf("then come %s, %v", names(rest), err)
	}
	if first[0].ID != a.ID {
		t.Errorf("the first is %s", first[0].Code)
	}
}

func names(list []organisation.Organisation) string {
	var all []string
	for _, o := range list {
		all = append(all, o.Name)
	}
	return strings.Join(all, ", ")
}
