// Package sheet writes tables as files that spreadsheets open: CSV (RFC 4180) and XLSX (ISO/IEC 29500), row by row, so that a
// long one takes no more memory than a short one.
//
// What somebody has typed is never a formula: in CSV, where a program guesses what a cell is, a quote is put in front of what
// would be taken for one (https://owasp.org/www-community/attacks/CSV_Injection); in XLSX such a cell is text. Amounts are
// pounds that can be summed, and dates are dates.
package sheet

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bursar/internal/london"
	"bursar/internal/money"
)

// Format is a kind of file, as the names of such files end.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ContentType is what the format is called on the web.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

type kind int

const (
	words kind = iota
	pounds
	number
	day
	moment
)

// Cell is one cell. The zero value is empty.
type Cell struct {
	kind   kind
	text   string
	number int64
	at     time.Time // by the clock on the wall, as UTC: spreadsheets know no time zones
}

// Text is a cell of words.
func Text(s string) Cell { return Cell{text: s} }

// Money is an amount in pounds.
func Money(a money.Amount) Cell { return Cell{kind: pounds, text: Pounds(a), number: int64(a)} }

// Number is how many of something there are.
func Number(n int) Cell { return Cell{kind: number, text: strconv.Itoa(n), number: int64(n)} }

// Day is a date; the zero date is an empty cell.
func Day(d london.Date) Cell {
	if d.IsZero() {
		return Cell{}
	}
	return Cell{kind: day, text: d.String(), at: time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)}
}

// Moment is a date and a time of day in London; the zero time is an empty cell.
func Moment(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	d := london.DateOf(t)
	clock := t.In(d.At(0, 0).Location())
	return Cell{kind: moment, text: d.String() + " " + clock.Format("15:04"), at: time.Date(d.Year, d.Month, d.Day, clock.Hour(), clock.Minute(), 0, 0, time.UTC)}
}

// Plain is words as a cell of a CSV file: what a spreadsheet would take for a formula gets a quote in front, also when it drops what
// cannot be seen at the beginning.
func Plain(s string) string {
	seen := strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) })
	if strings.ContainsAny(firstOf(s), "\t\r\n") || strings.ContainsAny(firstOf(seen), "=+-@＝＋－＠") {
		return "'" + s
	}
	return s
}

// firstOf is the first character of s, if it has one.
func firstOf(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// Pounds is an amount that can be summed: "-1234.50".
func Pounds(a money.Amount) string {
	return strings.NewReplacer("£", "", ",", "").Replace(a.String())
}

// Writer takes the rows of a table. A file is whole once Close has returned nil.
type Writer interface {
	Write(row []Cell) error
	Close() error
}

// New begins a file with the titles of its columns.
func New(f Format, out io.Writer, columns []string) (Writer, error) {
	if f == XLSX {
		return newWorkbook(out, columns)
	}
	return newLines(out, columns)
}

var errWide = errors.New("a row of another width than its table")
