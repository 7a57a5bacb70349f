package bankfile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// maxLook is how many rows are looked at.
const maxLook = 60

// Sheet is the top of a file as a table, from which people choose the columns.
type Sheet struct {
	Above  int        // lines before the table
	Header []string   // names of the columns; nil when the file has none
	Rows   [][]string // the first transactions
}

// Look finds the table in a file. It needs the file or its first 64 KB, and no mapping. The error is *Refused.
func Look(file []byte) (Sheet, error) {
	text, err := opening(file)
	if err != nil {
		if problem, ok := errors.AsType[Problem](err); ok {
			return Sheet{}, &Refused{[]Problem{problem}}
		}
		return Sheet{}, err
	}
	var best Sheet
	most := -1
	for _, separator := range separators {
		sheet, sure := table(text, separator)
		if score := sure*1000 + sheet.width(); score > most {
			best, most = sheet, score
		}
	}
	if len(best.Rows) == 0 {
		return Sheet{}, &Refused{[]Problem{whole(ErrEmpty)}}
	}
	return best, nil
}

// opening is the start of the file as text, in whole lines.
func opening(file []byte) ([]byte, error) {
	head := file[:min(len(file), headSize)]
	decoded, err := decode(bytes.NewReader(head))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(decoded)
	if end := bytes.LastIndexByte(text, '\n'); len(file) > len(head) && end >= 0 {
		text = text[:end+1]
	}
	return text, err
}

// table finds the table in rows with a separator, and how sure that is: 2 by the names of columns, 1 by what stands
// in them, 0 not at all.
func table(text []byte, separator rune) (sheet Sheet, sure int) {
	r := newRows(bytes.NewReader(text), separator, 0)
	var all [][]string
	var lines []int
	for len(all) < maxLook {
		cells, row, err := r.next()
		if problem, bad := errors.AsType[Problem](err); bad && !problem.last || bad && problem.Code == ErrQuote.Code {
			continue // something before the table, or told when it is read
		}
		if err != nil {
			break
		}
		all, lines = append(all, cells), append(lines, row)
	}
	if i := slices.IndexFunc(all, isHeader); i >= 0 {
		return Sheet{Above: lines[i] - 1, Header: trimmed(all[i]), Rows: all[i+1:]}, 2
	}
	i := slices.IndexFunc(all, isTransaction)
	switch {
	case i > 0 && len(trimmed(all[i-1])) == len(all[i]) && !slices.ContainsFunc(all[i-1], holdsFigures):
		return Sheet{Above: lines[i-1] - 1, Header: trimmed(all[i-1]), Rows: all[i:]}, 1
	case i >= 0:
		return Sheet{Above: lines[i] - 1, Rows: all[i:]}, 1
	default:
		return Sheet{Rows: all}, 0
	}
}

// isTransaction reports whether a row has a day and an amount.
func isTransaction(cells []string) bool {
	return slices.ContainsFunc(cells, isDate) && slices.ContainsFunc(cells, isSum)
}

// holdsFigures reports whether a cell cannot be the name of a column.
func holdsFigures(cell string) bool {
	_, amount := pence(cell)
	return amount || isDate(cell)
}

// width is the number of columns.
func (s Sheet) width() int {
	if s.Header != nil {
		return len(s.Header)
	}
	if len(s.Rows) > 0 {
		return len(s.Rows[0])
	}
	return 0
}

// column is what stands in a column, without empty cells.
func (s Sheet) column(i int) []string {
	var cells []string
	for _, row := range s.Rows {
		if i >= 0 && i < len(row) && strings.TrimSpace(row[i]) != "" {
			cells = append(cells, row[i])
		}
	}
	return cells
}

// Column is the name by which a mapping finds the i-th column, from 0.
func (s Sheet) Column(i int) Column {
	if i < 0 {
		return ""
	}
	if i >= len(s.Header) {
		return Numbered(i + 1)
	}
	name := tidy(s.Header[i])
	same := func(other string) bool { return strings.EqualFold(tidy(other), name) }
	first, twice := slices.IndexFunc(s.Header, same), 0
	for _, other := range s.Header[first:] {
		if same(other) {
			twice++
		}
	}
	if name == "" || strings.HasPrefix(name, "#") || twice > 1 {
		return Numbered(i + 1)
	}
	return Column(name)
}
