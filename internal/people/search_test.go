package people_test

import (
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/id"
	"bursar/internal/people"
)

func TestPeopleAreFoundByTheBeginningsOfTheirNamesAndAddresses(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := people.Introduce(t.Context(), tx, []people.Introduced{
			{Name: "Ana Reyes O’Neill", Email: "ana@post.example"}, {Name: "Ben Okri", Email: "ben.okri@westermoor.example"},
			{Name: "Zoë Anand", Email: "z-anand@post.example"}, {Email: "nameless@post.example"},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found := func(typed string) string {
		list, err := people.Search(t.Context(), d, typed, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		var emails []string
		for _, p := range list {
			emails = append(emails, strings.Split(p.Email, "@")[0])
		}
		return strings.Join(emails, " ")
	}
	for typed, want := range map[string]string{
		"an": "ana z-anand", "REY ana": "ana", "ana@post.example": "ana", "westermoor": "ben.okri", "z-anand": "z-anand", "zoë": "z-anand",
		"rey ben": "", "nameless": "nameless", "  ": "ana ben.okri z-anand nameless", "!!!": "", "' | & :*": "", `\`: "", "(ana": "ana z-anand",
	} {
		if got := found(typed); got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
	list, err := people.Search(t.Context(), d, "", 0, 2)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d people, %v", len(list), err)
	}
	next, err := people.Search(t.Context(), d, "", list[1].ID, 2)
	if err != nil || len(next) != 2 || next[0].ID <= list[1].ID {
		t.Errorf("the next are %+v, %v", next, err)
	}
	p, err := people.ByCode(t.Context(), d, strings.ToLower(list[0].Code))
	if err != nil || p.ID != list[0].ID || id.NormaliseCode(p.Code) != p.Code {
		t.Errorf("by the code %q: %+v, %v", list[0].Code, p, err)
	}
}
