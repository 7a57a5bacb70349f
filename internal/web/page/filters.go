package page

import (
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/people"
)

// FiltersAt is where staff keep and delete their filters of lists.
const FiltersAt = "/admin/filters"

// Filters are somebody's filters of a list, and what they look for now, which they may keep (layout/filters.html).
type Filters struct {
	At    string // FiltersAt
	List  people.List
	Kept  []KeptFilter
	Asked string // the address's query; empty: everything is shown
}

// KeptFilter is one of them.
type KeptFilter struct {
	ID   string
	Name string
	Href string
	Here bool // this is what is shown
}

// NewFilters shows filters above the list at the address that is asked for.
func NewFilters(c *gin.Context, list people.List, kept []people.Filter) Filters {
	f := Filters{At: FiltersAt, List: list, Asked: asked(c)}
	for _, k := range kept {
		f.Kept = append(f.Kept, KeptFilter{strconv.FormatInt(int64(k.ID), 10), k.Name, c.Request.URL.Path + "?" + k.Query, k.Query == f.Asked})
	}
	return f
}

// asked is what the address looks for, without where in the list it is, and without what it leaves open.
func asked(c *gin.Context) string {
	query := c.Request.URL.Query()
	query.Del("after")
	for name, values := range query {
		if strings.Join(values, "") == "" {
			query.Del(name)
		}
	}
	return query.Encode()
}
