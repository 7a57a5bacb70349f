package bankfile

import (
	"strings"
	"unicode"
)

// layout is a mapping applied to the first row of a file: where each column is, counted from 0; -1: nowhere.
type layout struct {
	width                                int
	date, amount, in, out                int
	reference, bankID, balance, currency int
	payer, text                          []int
	passing                              []bool // columns whose words may change later, by their header
}

// newLayout finds the columns in the first row of the table. The problem is for a file that has not got them.
func newLayout(m Mapping, first []string, row int) (layout, error) {
	l := layout{width: len(first), passing: make([]bool, len(first))}
	if m.Header {
		l.width = len(trimmed(first))
		for i, name := range first {
			l.passing[i] = isPassing(name)
		}
	}
	var failed error
	find := func(c Column) int {
		at, err := l.find(m, first[:l.width], c, row)
		if err != nil && failed == nil {
			failed = err
		}
		return at
	}
	l.date, l.amount, l.in, l.out = find(m.Date), find(m.Amount), find(m.In), find(m.Out)
	l.reference, l.bankID, l.balance, l.currency = find(m.Reference), find(m.BankID), find(m.Balance), find(m.Currency)
	for _, c := range m.Payer {
		l.payer = append(l.payer, find(c))
	}
	for _, c := range m.Text {
		l.text = append(l.text, find(c))
	}
	return l, failed
}

// find is where the column is.
func (l layout) find(m Mapping, first []string, c Column, row int) (int, error) {
	if c == "" {
		return -1, nil
	}
	if n, ok := c.number(); ok {
		if n > l.width {
			return -1, final(at(row, ErrHeader, "has %d columns, and column %d is asked for. Choose a file of this account, or choose its columns again.", l.width, n))
		}
		return n - 1, nil
	}
	found := -1
	for i, name := range first {
		if !strings.EqualFold(tidy(name), tidy(string(c))) {
			continue
		}
		if found >= 0 {
			return -1, final(at(row, ErrHeader, "names two columns %s. Choose the column by its number, like #%d.", shown(tidy(name)), found+1))
		}
		found = i
	}
	if found < 0 {
		return -1, final(at(row, ErrHeader, "should name the columns, and none is %s. It has: %s. Choose a file of this account, or choose its columns again.",
			shown(string(c)), listed(first)))
	}
	return found, nil
}

// listed is the names of columns in a sentence.
func listed(names []string) string {
	const most = 20
	all := make([]string, 0, most)
	for _, name := range names[:min(len(names), most)] {
		all = append(all, shown(tidy(name)))
	}
	return strings.Join(all, ", ")
}

// tidy is text with every run of white space as one space, and none at the ends.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// trimmed is a row without the empty cells at its end.
func trimmed(cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// plain is the name of a column as names.go has it: small letters and digits, without what stands in brackets.
func plain(name string) string {
	name, _, _ = strings.Cut(name, "(")
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// fit makes a row as wide as the table. Empty cells too many do not matter.
func (l layout) fit(cells []string, row int) ([]string, error) {
	if len(cells) < l.width || len(trimmed(cells)) > l.width {
		return nil, at(row, ErrCells, "has %d cells, and the file has %d columns. Perhaps a text with a comma in it has lost its quotation marks: export the file again from your online banking.", len(cells), l.width)
	}
	return cells[:l.width], nil
}

// joined is the text of some columns; -1 has none.
func (l layout) joined(cells []string, columns ...int) string {
	texts := make([]string, 0, len(columns))
	for _, i := range columns {
		if i >= 0 {
			texts = append(texts, cells[i])
		}
	}
	return tidy(strings.Join(texts, " "))
}
