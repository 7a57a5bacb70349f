package people_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/people"
)

func TestOneAddressIsOnePerson(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ids := make([]id.Person, 8)
	var all errgroup.Group
	for i := range ids {
		all.Go(func() error {
			return d.Write(t.Context(), func(tx *db.Tx) error {
				p, err := people.Ensure(t.Context(), tx, []string{"sam@tidewell.example", " Sam@Tidewell.Example"}[i%2])
				ids[i] = p.ID
				return err
			})
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(slices.Compact(ids)) != 1 || count(t, d, "people") != 1 {
		t.Fatalf("one address made the people %v", ids)
	}
	found, err := people.Find(t.Context(), d, "SAM@tidewell.example")
	if err != nil || found.ID != ids[0] {
		t.Fatalf("found %+v, %v", found, err)
	}
}

func TestNobodyIsFoundUnderAnUnknownAddress(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	if _, err := people.Find(t.Context(), d, "nobody@tidewell.example"); !errors.Is(err, people.ErrUnknownPerson) {
		t.Error(err)
	}
	if _, err := people.ByID(t.Context(), d, 404); !errors.Is(err, people.ErrUnknownPerson) {
		t.Error(err)
	}
}

func TestTheDatabaseRefusesAnAddressThatIsNotNormalised(t *testing.T) {
	t.Parallel()
	owner := dbtest.Owner(t, dbtest.New(t))
	for _, email := range []string{"Sam@tidewell.example", " sam@tidewell.example", "", strings.Repeat("a", 255)} {
		_, err := owner.NewRaw("INSERT INTO people (email, created_at) VALUES (?, now())", email).Exec(t.Context())
		if !db.Violates(err, "people_email_normalised") {
			t.Errorf("%q: %v", email, err)
		}
	}
}

func TestTheRolesAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ada := ensure(t, d, "ada@threshold.example")
	for _, role := range people.Roles() {
		grant(t, d, ada, role)
	}
	got, err := people.RolesOf(t.Context(), d, ada.ID)
	if err != nil || !slices.Equal(got, people.Roles()) {
		t.Fatalf("the roles are %v, %v", got, err)
	}
	err = d.Write(t.Context(), func(tx *db.Tx) error { return people.Grant(t.Context(), tx, audit.System, ada.ID, "owner") })
	if !errors.Is(err, people.ErrNoSuchRole) {
		t.Errorf("an invented role: %v", err)
	}
	var check string
	err = d.NewRaw("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'person_roles_role'").Scan(t.Context(), &check)
	if err != nil || strings.Count(check, "::text") < len(people.Roles()) || strings.Count(check, "'")/2 != len(people.Roles()) {
		t.Errorf("the database knows other roles: %s, %v", check, err)
	}
}

func TestDetailsAreTidiedOrRefusedAtTheirFields(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed, want people.Details
		wrong       []string
	}{
		{typed: people.Details{Name: "  Sam   O'Neill ", Phone: " 020  7946 0000 "}, want: people.Details{Name: "Sam O'Neill", Phone: "020 7946 0000"}},
		{typed: people.Details{Name: "Jose\u0301"}, want: people.Details{Name: "José"}},
		{typed: people.Details{Name: "Łukasz", Phone: "+44 (0)7700 900982 x12"}, want: people.Details{Name: "Łukasz", Phone: "+44 (0)7700 900982 x12"}},
		{typed: people.Details{Name: "\u200fسارا می\u200cخواهد\u200f", Phone: "020 7946 0000 ext 5"}, want: people.Details{Name: "سارا می\u200cخواهد", Phone: "020 7946 0000 ext 5"}},
		{typed: people.Details{}, wrong: []string{"name"}},
		{typed: people.Details{Name: "Sam\u202emas"}, wrong: []string{"name"}},
		{typed: people.Details{Name: strings.Repeat("é", 201), Phone: "ring me"}, wrong: []string{"name", "phone"}},
		{typed: people.Details{Name: "Sam", Phone: "1234"}, wrong: []string{"phone"}},
	} {
		got, err := c.typed.Tidy()
		if len(c.wrong) == 0 {
			if err != nil || got != c.want {
				t.Errorf("%+v became %+v, %v", c.typed, got, err)
			}
			continue
		}
		f := failure.Of(err)
		if f == nil || len(f.Fields) != len(c.wrong) || slices.ContainsFunc(c.wrong, func(field string) bool { return f.Fields[field] == "" }) {
			t.Errorf("%+v: %v", c.typed, err)
		}
	}
}

func TestWhatChangesAboutAPersonIsOnRecord(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ada := ensure(t, d, "ada@threshold.example")
	grant(t, d, ada, people.Admin)
	grant(t, d, ada, people.Admin)
	start(t, d, ada)
	for range 2 {
		write(t, d, func(tx *db.Tx) error {
			return people.SetDetails(t.Context(), tx, ada.ID, people.Details{Name: "Ada Marsh", Phone: "020 7946 0000"})
		})
	}
	write(t, d, func(tx *db.Tx) error { return people.SignOutEverywhere(t.Context(), tx, ada.ID) })
	history, err := audit.History(t.Context(), d, "person", int64(ada.ID), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, e := range slices.Backward(history) {
		actions = append(actions, e.Action)
		if strings.Contains(string(e.Detail), "Marsh") || strings.Contains(string(e.Detail), "ada@") {
			t.Errorf("the record of %s holds personal words: %s", e.Action, e.Detail)
		}
	}
	want := []string{"added", "role_granted", "signed_in", "details_changed", "signed_out_everywhere"}
	if !slices.Equal(actions, want) {
		t.Errorf("on record are %v", actions)
	}
	if p, err := people.ByID(t.Context(), d, ada.ID); err != nil || p.Name != "Ada Marsh" || p.Phone != "020 7946 0000" {
		t.Errorf("saved %+v, %v", p, err)
	}
}

func TestARoleThatIsTakenAwayEndsWhatItOpened(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ada := ensure(t, d, "ada@threshold.example")
	grant(t, d, ada, people.Admin)
	var token string
	revoke := func(role people.Role) {
		t.Helper()
		err := d.Write(t.Context(), func(tx *db.Tx) error { return people.Revoke(t.Context(), tx, audit.System, ada.ID, role) })
		if err != nil {
			t.Fatal(err)
		}
	}
	err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(t.Context(), tx, ada.ID, "a device")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	revoke(people.Finance)
	if s, err := people.SessionOf(t.Context(), d, token, d.Now()); err != nil || !s.May(people.Admin) {
		t.Errorf("a role that she does not have took something away: %v", err)
	}
	revoke(people.Admin)
	if _, err := people.SessionOf(t.Context(), d, token, d.Now()); !errors.Is(err, people.ErrSignedOut) {
		t.Errorf("her session goes on: %v", err)
	}
	if roles, err := people.RolesOf(t.Context(), d, ada.ID); err != nil || len(roles) != 0 {
		t.Errorf("roles %v, %v", roles, err)
	}
}
