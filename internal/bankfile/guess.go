package bankfile

import (
	"slices"
	"strings"
	"unicode"
)

// Guess proposes a mapping from the file, or its first 64 KB: from the names of its columns as banks here write them,
// else from what stands in them. The error is *Refused when it is no CSV file; ErrUnsure together with what could be
// told when a person has to choose the rest. A guess is to be shown with the lines it gives before it is used.
func Guess(file []byte) (Mapping, error) {
	s, err := Look(file)
	if err != nil {
		return Mapping{}, err
	}
	var m Mapping
	if isHeader(s.Header) {
		m = s.byNames()
	} else {
		m = s.byContent()
	}
	m.Above, m.Header = s.Above, s.Header != nil
	s.turn(&m)
	if m.Check() != nil {
		return m, ErrUnsure
	}
	return m, nil
}

// byNames chooses by the header.
func (s Sheet) byNames() Mapping {
	pick := func(names []string) Column { return s.Column(named(s.Header, names)) }
	m := Mapping{
		Date: pick(dateNames), Amount: pick(amountNames), Reference: pick(referenceNames), BankID: pick(idNames),
		Balance: pick(balanceNames), Currency: pick(currencyNames), DateFormat: s.dateFormat(named(s.Header, dateNames)),
	}
	if m.Amount == "" {
		m.In, m.Out = pick(inNames), pick(outNames)
	}
	if payer := pick(payerNames); payer != "" {
		m.Payer = []Column{payer}
	}
	if text := pick(textNames); text != "" {
		m.Text = []Column{text}
	}
	for _, name := range moreTextNames {
		if more := pick([]string{name}); more != "" {
			m.Text = append(m.Text, more)
		}
	}
	return m
}

// byContent chooses the first column of days, the columns of amounts, and the longest text. Of two columns of amounts
// that are both filled the second is the balance; else they are paid out and paid in, as most banks have them.
func (s Sheet) byContent() Mapping {
	date, words, longest := -1, -1, 0
	var sums []int
	for i := range s.width() {
		cells := s.column(i)
		switch {
		case len(cells) == 0:
		case date < 0 && !slices.ContainsFunc(cells, func(c string) bool { return !isDate(c) }):
			date = i
		case !slices.ContainsFunc(cells, func(c string) bool { _, ok := pence(c); return !ok }):
			if slices.ContainsFunc(cells, isSum) {
				sums = append(sums, i)
			}
		default:
			if n := letters(cells); n > longest {
				words, longest = i, n
			}
		}
	}
	m := Mapping{Date: s.Column(date), DateFormat: s.dateFormat(date)}
	if words >= 0 {
		m.Text = []Column{s.Column(words)}
	}
	both := func(a, b int) bool { return len(s.column(a))+len(s.column(b)) > len(s.Rows) }
	switch {
	case len(sums) == 1, len(sums) == 2 && both(sums[0], sums[1]):
		m.Amount = s.Column(sums[0])
		if len(sums) == 2 {
			m.Balance = s.Column(sums[1])
		}
	case len(sums) == 2 || len(sums) == 3:
		m.Out, m.In = s.Column(sums[0]), s.Column(sums[1])
		if len(sums) == 3 {
			m.Balance = s.Column(sums[2])
		}
	}
	return m
}

// letters counts them.
func letters(cells []string) (n int) {
	for _, r := range strings.Join(cells, "") {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// dateFormat is the first that fits all days of a column, or none.
func (s Sheet) dateFormat(column int) DateFormat {
	cells := s.column(column)
	for _, f := range DateFormats {
		fits := func(cell string) bool { _, ok := f.parse(cell); return ok }
		if column >= 0 && len(cells) > 0 && !slices.ContainsFunc(cells, func(c string) bool { return !fits(c) }) {
			return f
		}
	}
	return ""
}

// turn settles the signs: a column of what was paid out may be written with minus signs, and the running balance may
// show that in and out are the other way round.
func (s Sheet) turn(m *Mapping) {
	first := s.Header
	if !m.Header {
		first = s.Rows[0]
	}
	l, err := newLayout(*m, first, 0)
	if err != nil {
		return
	}
	if l.out >= 0 {
		m.Reversed = slices.ContainsFunc(s.column(l.out), func(cell string) bool { out, _ := pence(cell); return out < 0 })
	}
	look := statement{mapping: *m, layout: l}
	for _, row := range s.Rows {
		if cells, err := l.fit(row, 0); err == nil && m.Check() == nil {
			amount, failed := look.amount(cells, 0)
			balance, known := pence(l.joined(cells, l.balance))
			look.chain.add(amount, balance, known && failed == nil)
		}
	}
	switch {
	case !look.chain.reversed():
	case m.Amount != "":
		m.Reversed = !m.Reversed
	default:
		m.In, m.Out = m.Out, m.In
	}
}
