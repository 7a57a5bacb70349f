package bankfile

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode"
)

// separators are what may stand between cells.
var separators = []rune{',', ';', '\t'}

// rows reads the rows of a file that have any text.
type rows struct {
	csv    *csv.Reader
	guard  *guard
	before int      // lines before the first row
	start  int      // line on which the last row began, or the last before them
	last   []string // its cells
}

// guard stops a row that goes on and on, as one with an unclosed quotation mark does.
type guard struct {
	r     io.Reader
	given int64 // bytes read so far
	done  int64 // bytes of finished rows
}

// errEndless is the guard's.
var errEndless = errors.New("bankfile: row too long")

func (g *guard) Read(p []byte) (int, error) {
	if g.given-g.done > MaxLine {
		return 0, errEndless
	}
	n, err := g.r.Read(p)
	g.given += int64(n)
	return n, err
}

func newRows(r io.Reader, separator rune, before int) *rows {
	g := &guard{r: r}
	c := csv.NewReader(g)
	c.Comma = separator
	c.FieldsPerRecord = -1                 // layout.fit says it kinder
	c.TrimLeadingSpace = separator != '\t' // some write: a, "b"
	return &rows{csv: c, guard: g, before: before, start: before}
}

// next is the next row and the line it begins on. The error is a Problem, io.EOF or that of the file.
func (r *rows) next() ([]string, int, error) {
	for {
		cells, err := r.csv.Read()
		if err != nil {
			return nil, 0, r.fault(err)
		}
		line, _ := r.csv.FieldPos(0)
		line += r.before
		r.start, r.last = line, cells
		length := r.csv.InputOffset() - r.guard.done
		r.guard.done = r.csv.InputOffset()
		switch {
		case length > MaxLine:
			return nil, 0, tooLong(line)
		case len(trimmed(cells)) == 0:
			continue
		case strings.ContainsFunc(strings.Join(cells, ""), unreadable):
			return nil, 0, at(line, ErrBytes, "has signs that are not text, or not in the encoding of the rest. Export the file again from your online banking, and do not open it in another program before.")
		}
		return cells, line, nil
	}
}

// unreadable finds control characters but those that may be in a text.
func unreadable(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' }

// fault is what is wrong with the row that could not be read.
func (r *rows) fault(err error) error {
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		return final(at(r.before+parse.StartLine, ErrQuote,
			"has a quotation mark in the middle of a cell, or one that is never closed. Export the file again from your online banking, or put the cell right: a mark inside a text is written twice."))
	}
	if errors.Is(err, errEndless) {
		lines := 1 + strings.Count(strings.Join(r.last, ""), "\n") // csv does not say where it is
		return tooLong(r.start + lines)
	}
	return err
}

func tooLong(row int) error {
	return final(at(row, ErrTooLong, "is longer than any transaction can be. Often a quotation mark is not closed. Export the file again from your online banking."))
}
