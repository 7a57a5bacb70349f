package people_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/people"
)

func keep(t *testing.T, d *db.DB, of id.Person, list people.List, name, query string) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *db.Tx) error { return people.KeepFilter(t.Context(), tx, of, list, name, query) })
}

func filters(t *testing.T, d *db.DB, of id.Person, list people.List) []people.Filter {
	t.Helper()
	all, err := people.FiltersOf(t.Context(), d, of, list)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAFilterIsKeptForWhoeverMadeItAndForItsList(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	grace, sheila := ensure(t, d, "grace@threshold.example"), ensure(t, d, "sheila@threshold.example")
	if err := keep(t, d, grace.ID, people.PlacesList, "  held  in Manchester ", "status=held&run=FND-M27&payer=&after=abc"); err != nil {
		t.Fatal(err)
	}
	mine := filters(t, d, grace.ID, people.PlacesList)
	if len(mine) != 1 || mine[0].Name != "held in Manchester" || mine[0].Query != "run=FND-M27&status=held" {
		t.Fatalf("kept: %+v", mine)
	}
	if n := len(filters(t, d, sheila.ID, people.PlacesList)) + len(filters(t, d, grace.ID, people.PeopleList)); n != 0 {
		t.Errorf("%d are shown elsewhere", n)
	}
	drop := func(who id.Person) (list people.List, err error) {
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			list, err = people.DropFilter(t.Context(), tx, who, mine[0].ID)
			return err
		})
		return list, err
	}
	if _, err := drop(sheila.ID); !errors.Is(err, people.ErrNoSuchFilter) {
		t.Errorf("somebody else deletes it: %v", err)
	}
	if list, err := drop(grace.ID); err != nil || list != people.PlacesList || len(filters(t, d, grace.ID, people.PlacesList)) != 0 {
		t.Errorf("deleting it: %s, %v", list, err)
	}
}

func TestAFilterThatCannotBeKeptIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	grace := ensure(t, d, "grace@threshold.example")
	if err := keep(t, d, grace.ID, people.PlacesList, "held", "status=held"); err != nil {
		t.Fatal(err)
	}
	for _, k := range [][2]string{{"", "status=held"}, {strings.Repeat("x", 61), "status=held"}, {"held", "status=confirmed"}, {"all", ""}, {"all", "status=&after=abc"},
		{"broken", "%zz"}, {"long", "q=" + strings.Repeat("x", 1000)}} {
		var wrong *failure.Error
		if err := keep(t, d, grace.ID, people.PlacesList, k[0], k[1]); !errors.As(err, &wrong) || wrong.Fields["name"] == "" {
			t.Errorf("%q of %q: %v", k[0], k[1], err)
		}
	}
	if err := keep(t, d, grace.ID, "secrets", "held", "status=held"); !errors.Is(err, people.ErrNoSuchFilter) {
		t.Errorf("of a list that there is not: %v", err)
	}
	for n := range 19 {
		if err := keep(t, d, grace.ID, people.PlacesList, fmt.Sprint("filter ", n), "status=held"); err != nil {
			t.Fatal(err)
		}
	}
	if err := keep(t, d, grace.ID, people.PlacesList, "one more", "status=held"); !errors.Is(err, people.ErrTooManyFilters) {
		t.Errorf("the twenty-first: %v", err)
	}
}
