package organisation_test

import (
	"strconv"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/id"
	"bursar/internal/organisation"
)

// hidden are the columns, by table, that an organisation's own people have no business with.
var hidden = map[string]string{
	"organisations":            "like_id decided_by",
	"organisation_domains":     "domain organisation_id added_at added_by",
	"organisation_invitations": "token_hash",
	"address_changes":          "asked_by checked_by checked_at checked_how decided_by",
	"people":                   "phone created_at",
}

// twins are two organisations with everything that one can have: maud acts for the first, ida for the second.
func twins(t *testing.T) (w *world, first, second *organisation.Organisation, ida id.Person) {
	t.Helper()
	w = newWorld(t)
	first = w.approved()
	ida = w.person("ida@lantern.example")
	second = w.signUp(ida, named("Lantern Vale"))
	w.write(func(tx *db.Tx) (err error) {
		second, err = organisation.Approve(t.Context(), tx, w.fay, second.Code, true)
		return err
	})
	for o, by := range map[*organisation.Organisation]id.Person{first: w.maud, second: ida} {
		w.write(func(tx *db.Tx) error {
			return organisation.Invite(t.Context(), tx, by, o, "new@"+strings.ToLower(o.Code)+".example", "New")
		})
		w.write(func(tx *db.Tx) error { return organisation.AskAddress(t.Context(), tx, by, o, elsewhere) })
	}
	return w, first, second, ida
}

func TestAnOrganisationsPeopleSeeOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	w, first, second, _ := twins(t)
	colleague := w.colleague(w.maud, first, "ned@westermoor.example")
	employer := dbtest.As(t, w.DB, db.Employer)
	err := employer.WriteAs(t.Context(), db.Who{Person: w.maud}, func(tx *db.Tx) error {
		for query, want := range map[string]int{
			"SELECT count(*) FROM organisations":                   1,
			"SELECT count(*) FROM organisation_members":            2,
			"SELECT count(*) FROM organisation_invitations":        2,
			"SELECT count(*) FROM address_changes":                 1,
			"SELECT count(*) FROM people":                          2, // herself and her colleague
			"SELECT count(*) FROM people WHERE id = " + str(w.fay): 0,
		} {
			var n int
			if err := tx.NewRaw(query).Scan(t.Context(), &n); err != nil || n != want {
				t.Errorf("%s: %d, %v", query, n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	reads(t, employer, w.maud, first, second)
	reads(t, employer, colleague, first, second)
}

// reads uses every reading function as one of the first organisation's people.
func reads(t *testing.T, employer *db.DB, who id.Person, first, second *organisation.Organisation) {
	t.Helper()
	ctx := t.Context()
	err := employer.WriteAs(ctx, db.Who{Person: who}, func(tx *db.Tx) error {
		if list, err := organisation.Of(ctx, tx, who); err != nil || len(list) != 1 || list[0].ID != first.ID || list[0].GLN != first.GLN {
			t.Errorf("own: %v, %v", list, err)
		}
		if o, err := organisation.Acting(ctx, tx, who, first.Code); err != nil || o.ID != first.ID {
			t.Errorf("acting: %v, %v", o, err)
		}
		if o, err := organisation.Acting(ctx, tx, who, second.Code); err != organisation.ErrUnknown {
			t.Errorf("acting for the other: %v, %v", o, err)
		}
		if o, err := organisation.ByID(ctx, tx, second.ID); err != organisation.ErrUnknown {
			t.Errorf("the other: %v, %v", o, err)
		}
		if known, err := organisation.ByIDs(ctx, tx, []id.Organisation{first.ID, second.ID}); err != nil || len(known) != 1 {
			t.Errorf("both: %v, %v", known, err)
		}
		for o, want := range map[*organisation.Organisation]int{first: 1, second: 0} {
			members, err := organisation.Members(ctx, tx, o.ID)
			if err != nil || (len(members) > 0) != (want == 1) {
				t.Errorf("members of %s: %v, %v", o.Name, members, err)
			}
			invitations, err := organisation.Invitations(ctx, tx, o.ID, tx.Now)
			if err != nil || len(invitations) != want {
				t.Errorf("invitations of %s: %v, %v", o.Name, invitations, err)
			}
			change, err := organisation.AddressChangeOf(ctx, tx, o.ID)
			if err != nil || (change != nil) != (want == 1) {
				t.Errorf("change of address of %s: %v, %v", o.Name, change, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestNobodyInParticularSeesNoOrganisation(t *testing.T) {
	t.Parallel()
	w, _, _, ida := twins(t)
	employer := dbtest.As(t, w.DB, db.Employer)
	look := func(tx *db.Tx) error {
		for _, table := range []string{"organisations", "organisation_members", "organisation_invitations", "address_changes", "people"} {
			var n int
			if err := tx.NewRaw("SELECT count(*) FROM "+table).Scan(t.Context(), &n); err != nil || n != 0 {
				t.Errorf("%d rows of %s, %v", n, table, err)
			}
		}
		return nil
	}
	for name, who := range map[string]db.Who{"nobody": {}, "staff": {Person: w.fay}} {
		if err := employer.WriteAs(t.Context(), who, look); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.write(func(tx *db.Tx) error {
		list, err := organisation.Of(t.Context(), tx, ida)
		if err != nil {
			return err
		}
		_, err = organisation.Close(t.Context(), tx, w.fay, list[0].Code)
		return err
	})
	if err := employer.WriteAs(t.Context(), db.Who{Person: ida}, look); err != nil {
		t.Errorf("after it was closed: %v", err)
	}
}

func TestAnOrganisationsPeopleSeeNoColumnThatIsNotTheirsAndWriteNothing(t *testing.T) {
	t.Parallel()
	w, _, _, _ := twins(t)
	employer := dbtest.As(t, w.DB, db.Employer)
	as := func(statement string) error {
		return employer.WriteAs(t.Context(), db.Who{Person: w.maud}, func(tx *db.Tx) error {
			_, err := tx.NewRaw(statement).Exec(t.Context())
			return err
		})
	}
	refused := func(statement string) {
		if err := as(statement); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	for table, columns := range hidden {
		for column := range strings.FieldsSeq(columns) {
			refused("SELECT " + column + " FROM " + table)
		}
		refused("DELETE FROM " + table)
		refused("INSERT INTO " + table + " DEFAULT VALUES")
	}
	refused("UPDATE organisations SET status = 'approved'")
	refused("UPDATE organisation_members SET until = NULL")
	refused("UPDATE address_changes SET outcome = 'agreed'")
	refused("UPDATE people SET email = ''")
}

func str(p id.Person) string { return strconv.FormatInt(int64(p), 10) }
