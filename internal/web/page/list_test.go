package page_test

import (
	"testing"

	"bursar/internal/web/page"

	"github.com/gin-gonic/gin"
)

func TestAListIsWalkedToItsEndInPortions(t *testing.T) {
	t.Parallel()
	type cursor struct{ N int }
	const rows, size = 23, 10
	var seen []int
	var last page.Pagination
	e := engine(t, nil)
	e.GET("/list", page.Handle(func(c *gin.Context) error {
		var from cursor
		if _, err := page.After(c, &from); err != nil {
			return err
		}
		var read []int
		for n := from.N + 1; n <= rows && len(read) <= size; n++ {
			read = append(read, n)
		}
		shown, links, err := page.Portion(c, read, size, func(last int) cursor { return cursor{last} })
		seen, last = append(seen, shown...), links
		return err
	}))
	address := "/list?status=held"
	for range 3 {
		if w := do(e, "GET", address, ""); w.Code != 200 {
			t.Fatalf("%s: %d", address, w.Code)
		}
		address = last.Next
	}
	if len(seen) != rows || seen[rows-1] != rows || last.Next != "" || last.First != "/list?status=held" {
		t.Errorf("seen %v, at the end %+v", seen, last)
	}
	if w := do(e, "GET", "/list?after=%21", ""); w.Code != 404 {
		t.Errorf("a cursor that is none: %d", w.Code)
	}
}
