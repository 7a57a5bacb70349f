package page

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/money"
	"bursar/internal/sheet"
)

// SheetCell is one cell of a short CSV file, as it may be opened.
type SheetCell string

// SheetText is a cell of words that is never a formula.
func SheetText(s string) SheetCell { return SheetCell(sheet.Plain(s)) }

// SheetMoney is a cell of pounds that can be summed: 1234.50.
func SheetMoney(a money.Amount) SheetCell { return SheetCell(sheet.Pounds(a)) }

// Spreadsheet answers with rows as a CSV file to keep: a report of some lines. A list goes by Save.
func Spreadsheet(c *gin.Context, name string, rows [][]SheetCell) error {
	var out bytes.Buffer
	w, err := sheet.NewCSV(&out)
	if err != nil {
		return err
	}
	for _, row := range rows {
		fields := make([]string, len(row))
		for i, f := range row {
			fields[i] = string(f)
		}
		if err := w.Write(fields); err != nil {
			return err
		}
	}
	if w.Flush(); w.Error() != nil {
		return w.Error()
	}
	Attach(c, name, sheet.CSV.ContentType(), out.Bytes())
	return nil
}

// Attach answers with a file to keep.
func Attach(c *gin.Context, name, contentType string, body []byte) {
	attached(c, name)
	c.Data(http.StatusOK, contentType, body)
}

func attached(c *gin.Context, name string) {
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// List is a whole list for a spreadsheet: what its columns are called, and its rows, read as they are asked for.
type List struct {
	Columns []string
	Rows    iter.Seq2[[]sheet.Cell, error]
}

// FormatOf reads a file name like "places.xlsx" into what is before the dot and the format after it; false: it is none that Save
// makes.
func FormatOf(file string) (name string, format sheet.Format, ok bool) {
	name, ending, _ := strings.Cut(file, ".")
	format = sheet.Format(ending)
	return name, format, format == sheet.CSV || format == sheet.XLSX
}

// Save answers with a list as a file to keep. It is written to a file of its own first, which has no name any more: however long it
// is, it takes no more memory, the database waits for no slow reader, and half a list is never sent as if it were whole. read is
// called once all of it was read, before anything is sent; what it refuses is not sent.
func Save(c *gin.Context, name string, format sheet.Format, l List, read func(rows int) error) (err error) {
	file, err := os.CreateTemp("", "list-")
	if err != nil {
		return fmt.Errorf("keeping a list: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err = os.Remove(file.Name()); err != nil {
		return fmt.Errorf("keeping a list: %w", err)
	}
	rows, err := write(file, format, l)
	if err != nil {
		return err
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err = file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err = read(rows); err != nil {
		return err
	}
	attached(c, name+"."+string(format))
	c.Header("Cache-Control", "no-store")
	c.DataFromReader(http.StatusOK, size, format.ContentType(), file, nil)
	return nil
}

// write writes a list and returns how many rows it has.
func write(out io.Writer, format sheet.Format, l List) (rows int, err error) {
	w, err := sheet.New(format, out, l.Columns)
	if err != nil {
		return 0, err
	}
	for row, err := range l.Rows {
		if err == nil {
			err = w.Write(row)
		}
		if err != nil {
			return 0, errors.Join(err, w.Close())
		}
		rows++
	}
	return rows, w.Close()
}

// savedAtOnce is how many rows of a list are read at a time while it is saved.
const savedAtOnce = 500

// Walk reads a list to its end, some rows at a time: read as for a page, and key gives where to go on after a row.
func Walk[T, K any](read func(after K, limit int) ([]T, error), key func(last T) K, row func(T) []sheet.Cell) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		var after K
		for {
			some, err := read(after, savedAtOnce)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, r := range some {
				if !yield(row(r), nil) {
					return
				}
			}
			if len(some) < savedAtOnce {
				return
			}
			after = key(some[len(some)-1])
		}
	}
}

// Each is a list that was read whole, because it is short.
func Each[T any](list []T, row func(T) []sheet.Cell) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		for _, r := range list {
			if !yield(row(r), nil) {
				return
			}
		}
	}
}

// Saving is where a list can be saved as a file, as it is filtered now.
type Saving struct{ CSV, XLSX string }

// SavingAt is the Saving at an address, such as "/admin/export/places", with the filter of the page that is asked for.
func SavingAt(c *gin.Context, at string) Saving {
	query := c.Request.URL.Query()
	query.Del("after")
	address := func(f sheet.Format) string {
		u := url.URL{Path: at + "." + string(f), RawQuery: query.Encode()}
		return u.RequestURI()
	}
	return Saving{address(sheet.CSV), address(sheet.XLSX)}
}
