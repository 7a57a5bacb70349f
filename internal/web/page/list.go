package page

import (
	"encoding/base64"
	"encoding/json"
	"net/url"

	"bursar/internal/failure"

	"github.com/gin-gonic/gin"
)

var errCursor = failure.New(failure.NotFound, "list_position", "The list has changed since. Start again from its first page.")

// After reads where a list is to go on, as Portion wrote it, into a cursor: a small struct of the last row's
// sort keys. It returns false on the first page.
func After(c *gin.Context, cursor any) (bool, error) {
	text := c.Query("after")
	if text == "" {
		return false, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(data, cursor)
	}
	if err != nil {
		return false, errCursor.Because(err)
	}
	return true, nil
}

// Portion cuts a list that was read one row longer than it is shown, and makes the links to the next portion
// and back to the start. cursor gives the sort keys of the last row shown.
func Portion[T, K any](c *gin.Context, rows []T, size int, cursor func(last T) K) ([]T, Pagination, error) {
	var links Pagination
	address := *c.Request.URL
	query := address.Query()
	if query.Has("after") {
		query.Del("after")
		links.First = at(address, query)
	}
	if len(rows) <= size {
		return rows, links, nil
	}
	data, err := json.Marshal(cursor(rows[size-1]))
	if err != nil {
		return nil, links, err
	}
	query.Set("after", base64.RawURLEncoding.EncodeToString(data))
	links.Next = at(address, query)
	return rows[:size], links, nil
}

func at(address url.URL, query url.Values) string {
	address.RawQuery = query.Encode()
	return address.RequestURI()
}
