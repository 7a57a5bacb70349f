package people

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// List is a long list of the office of which somebody keeps filters.
type List string

// The lists, as the constraint saved_filters_list has them.
const (
	PeopleList        List = "people"
	PlacesList        List = "places"
	OrganisationsList List = "organisations"
)

// Lists lists every list.
func Lists() []List { return []List{PeopleList, PlacesList, OrganisationsList} }

var (
	// ErrNoSuchFilter means that somebody has no such filter, or that there is no such list.
	ErrNoSuchFilter = failure.New(failure.NotFound, "filter_unknown", "There is no such filter.")
	// ErrTooManyFilters means that somebody keeps so many of a list that they would not find one again.
	ErrTooManyFilters = failure.New(failure.Conflict, "too_many_filters", "You keep 20 filters of this list. Delete one first.")
)

const (
	longestFilterName = 60
	longestFilter     = 1000
	mostFilters       = 20
)

// Filter is what somebody looks for in a list, under a name of their own. Nobody else sees it.
type Filter struct {
	bun.BaseModel `bun:"table:saved_filters"`

	ID        id.Filter `bun:"id,pk,autoincrement"`
	PersonID  id.Person `bun:"person_id"`
	List      List      `bun:"list"`
	Name      string    `bun:"name"`
	Query     string    `bun:"query"` // of the list's address: "run=FND-M27&status=held"
	CreatedAt time.Time `bun:"created_at"`
}

// KeepFilter keeps a filter of a list for somebody. query is the one of the list's address; where in the list they were is left out of
// it. It returns ErrNoSuchFilter, ErrTooManyFilters, or an Invalid failure about "name".
func KeepFilter(ctx context.Context, tx *db.Tx, of id.Person, list List, name, query string) error {
	if !slices.Contains(Lists(), list) {
		return ErrNoSuchFilter
	}
	name = strings.Join(strings.Fields(name), " ")
	if n := utf8.RuneCountInString(name); n == 0 || n > longestFilterName {
		return failure.Field("name", fmt.Sprintf("Give it a name of up to %d characters", longestFilterName))
	}
	kept, err := filterOf(query)
	if err != nil {
		return err
	}
	var have int
	err = tx.NewRaw("SELECT count(*) FROM saved_filters WHERE list = ? AND person_id = (SELECT id FROM people WHERE id = ? FOR NO KEY UPDATE)", list, of).Scan(ctx, &have)
	if err != nil {
		return fmt.Errorf("counting filters: %w", err)
	}
	if have >= mostFilters {
		return ErrTooManyFilters
	}
	_, err = tx.NewInsert().Model(&Filter{PersonID: of, List: list, Name: name, Query: kept, CreatedAt: tx.Now}).Exec(ctx)
	if db.Violates(err, "saved_filters_named_once") {
		return failure.Field("name", "You have a filter of that name. Give this one another")
	}
	if err != nil {
		return fmt.Errorf("keeping a filter: %w", err)
	}
	return nil
}

// filterOf is what a query looks for, and nothing else of it.
func filterOf(query string) (string, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", failure.Field("name", "Choose something to look for first, then keep it").Because(err)
	}
	values.Del("after")
	for name, all := range values {
		if strings.Join(all, "") == "" {
			values.Del(name)
		}
	}
	kept := values.Encode()
	if kept == "" || len(kept) > longestFilter || strings.ContainsRune(kept, 0) {
		return "", failure.Field("name", "Choose something to look for first, then keep it")
	}
	return kept, nil
}

// FiltersOf lists the filters of a list that somebody keeps, by name.
func FiltersOf(ctx context.Context, d bun.IDB, of id.Person, list List) ([]Filter, error) {
	var all []Filter
	err := d.NewSelect().Model(&all).Where("person_id = ? AND list = ?", of, list).OrderExpr("lower(name), id").Limit(mostFilters).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading filters: %w", err)
	}
	return all, nil
}

// DropFilter forgets a filter that somebody keeps, and returns of which list it was. It returns ErrNoSuchFilter.
func DropFilter(ctx context.Context, tx *db.Tx, of id.Person, which id.Filter) (list List, err error) {
	err = tx.NewRaw("DELETE FROM saved_filters WHERE id = ? AND person_id = ? RETURNING list", which, of).Scan(ctx, &list)
	if db.NoRows(err) {
		return "", ErrNoSuchFilter
	}
	if err != nil {
		return "", fmt.Errorf("forgetting a filter: %w", err)
	}
	return list, nil
}
