package admin

import (
	"context"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// listAt is where the lists are of which somebody keeps filters.
var listAt = map[people.List]string{people.PeopleList: "/admin/people", people.PlacesList: placesAt, people.OrganisationsList: "/finance/organisations"}

// filters reads the filters of whoever looks.
func (f office) filters(c *gin.Context, list people.List) (page.Filters, error) {
	kept, err := people.FiltersOf(c.Request.Context(), f.DB, page.ViewerOf(c).Person, list)
	return page.NewFilters(c, list, kept), err
}

type filterForm struct {
	List  string `form:"list"`
	Query string `form:"query"`
	Name  string `form:"name"`
}

type filterPage struct {
	page.Base
	Form filterForm
}

// keepFilter keeps what somebody looks for in a list.
func (f office) keepFilter(c *gin.Context) error {
	p := &filterPage{Base: page.Base{Crumbs: []page.Link{home}}}
	err := page.Bind(c, &p.Form)
	if err == nil {
		err = f.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
			return people.KeepFilter(c.Request.Context(), tx, page.ViewerOf(c).Person, people.List(p.Form.List), p.Form.Name, p.Form.Query)
		})
	}
	if err != nil {
		return page.Again(c, err, "admin/filter", p)
	}
	page.Flash(c, page.Saved)
	query, err := url.ParseQuery(p.Form.Query)
	if err != nil {
		return err
	}
	return page.Redirect(c, listAt[people.List(p.Form.List)]+"?"+query.Encode())
}

// dropFilter forgets a filter.
func (f office) dropFilter(c *gin.Context) error {
	which, err := strconv.ParseInt(c.Param("filter"), 10, 64)
	if err != nil {
		return people.ErrNoSuchFilter
	}
	var list people.List
	err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
		list, err = people.DropFilter(ctx, tx, by, id.Filter(which))
		return err
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, listAt[list])
}

// work is one unit of work, by whoever is signed in.
func (f office) work(c *gin.Context, do func(ctx context.Context, tx *db.Tx, by id.Person) error) error {
	ctx, by := c.Request.Context(), page.ViewerOf(c).Person
	return f.DB.Write(ctx, func(tx *db.Tx) error { return do(ctx, tx, by) })
}
