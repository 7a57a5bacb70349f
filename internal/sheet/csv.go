package sheet

import (
	"encoding/csv"
	"io"
)

// mark tells spreadsheets that a file is in UTF-8.
const mark = "\ufeff"

// NewCSV is a writer of lines that begins a file as spreadsheets expect it. What it is given goes in as it is: words that
// somebody typed go through Plain first.
func NewCSV(out io.Writer) (*csv.Writer, error) {
	if _, err := io.WriteString(out, mark); err != nil {
		return nil, err
	}
	w := csv.NewWriter(out)
	w.UseCRLF = true
	return w, nil
}

// lines is a CSV file.
type lines struct {
	w      *csv.Writer
	fields []string
}

func newLines(out io.Writer, columns []string) (*lines, error) {
	w, err := NewCSV(out)
	if err != nil {
		return nil, err
	}
	return &lines{w, make([]string, len(columns))}, w.Write(columns)
}

func (l *lines) Write(row []Cell) error {
	if len(row) != len(l.fields) {
		return errWide
	}
	for i, c := range row {
		l.fields[i] = c.text
		if c.kind == words {
			l.fields[i] = Plain(c.text)
		}
	}
	return l.w.Write(l.fields)
}

func (l *lines) Close() error {
	l.w.Flush()
	return l.w.Error()
}
