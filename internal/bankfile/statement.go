package bankfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"bursar/internal/money"
)

// statement is a file that is being read.
type statement struct {
	mapping Mapping
	layout  layout
	rows    *rows
	waiting []string // the first row, when it is not a header
	row     int
	read    int // transactions so far, good or bad
	seen    map[[32]byte]int
	chain   chain
}

// open reads as far as the header.
func open(r io.Reader, m Mapping) (*statement, error) {
	text, err := decode(r)
	if err == nil {
		err = skip(text, m.Above)
	}
	if err != nil {
		return nil, err
	}
	head, err := text.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	s := &statement{mapping: m, rows: newRows(text, m.separator(head), m.Above), seen: map[[32]byte]int{}}
	first, row, err := s.rows.next()
	if errors.Is(err, io.EOF) {
		return nil, whole(ErrEmpty)
	}
	if problem, bad := errors.AsType[Problem](err); bad {
		return nil, final(problem) // without its first row nothing can be told
	}
	if err != nil {
		return nil, err
	}
	if s.layout, err = newLayout(m, first, row); err == nil && !m.Header {
		s.waiting, s.row = first, row
	}
	return s, err
}

// skip passes over lines.
func skip(text *bufio.Reader, lines int) error {
	for lines > 0 {
		switch _, err := text.ReadSlice('\n'); {
		case errors.Is(err, bufio.ErrBufferFull): // the line goes on
		case errors.Is(err, io.EOF):
			return whole(ErrEmpty)
		case err != nil:
			return err
		default:
			lines--
		}
	}
	return nil
}

// separator is the one by which the first row is what the mapping expects, else the one that gives most cells.
func (m Mapping) separator(head []byte) rune {
	best, most := separators[0], 0
	for _, separator := range separators {
		first, row, err := newRows(bytes.NewReader(head), separator, 0).next()
		if err != nil {
			continue
		}
		if l, err := newLayout(m, first, row); err == nil {
			if _, ok := m.DateFormat.parse(first[l.date]); ok || m.Header {
				return separator
			}
		}
		if len(first) > most {
			best, most = separator, len(first)
		}
	}
	return best
}

// next is the next line, a Problem, io.EOF or the error of the file.
func (s *statement) next() (Line, error) {
	for {
		cells, row, err := s.waiting, s.row, error(nil)
		if s.waiting = nil; cells == nil {
			cells, row, err = s.rows.next()
		}
		if errors.Is(err, io.EOF) {
			return Line{}, s.end()
		}
		if s.read++; s.read > MaxRows {
			return Line{}, whole(ErrTooManyRows)
		}
		if err != nil {
			return Line{}, err
		}
		line, err := s.line(cells, row)
		if err != nil || line.Amount != 0 {
			return line, err
		}
	}
}

// end is io.EOF, or what only the whole file can tell.
func (s *statement) end() error {
	switch {
	case s.read == 0:
		return whole(ErrEmpty)
	case s.chain.reversed():
		return whole(ErrReversed)
	default:
		return io.EOF
	}
}

// line reads one transaction.
func (s *statement) line(cells []string, row int) (Line, error) {
	l := s.layout
	cells, err := l.fit(cells, row)
	if err != nil {
		return Line{}, err
	}
	on, ok := s.mapping.DateFormat.parse(cells[l.date])
	if !ok {
		return Line{}, at(row, ErrDate, "has %s as its date, which is not a day written like %s. Put it right, or choose how dates are written; every date of a file is written alike.",
			shown(cells[l.date]), s.mapping.DateFormat.Example())
	}
	if currency := l.joined(cells, l.currency); currency != "" && !strings.EqualFold(currency, "GBP") {
		return Line{}, at(row, ErrCurrency, "is in %s. Only pounds (GBP) can be brought in: export the account in pounds alone.", shown(currency))
	}
	amount, err := s.amount(cells, row)
	if err != nil {
		return Line{}, err
	}
	balance, known := pence(l.joined(cells, l.balance))
	s.chain.add(amount, balance, known)
	line := Line{
		Row: row, On: on, Amount: amount, Payer: l.joined(cells, l.payer...), Reference: l.joined(cells, l.reference),
		Text: l.joined(cells, l.text...), BankID: l.joined(cells, l.bankID),
	}
	line.Fingerprint = s.fingerprint(line, cells)
	return line, nil
}

// amount is what the row moves.
func (s *statement) amount(cells []string, row int) (money.Amount, error) {
	l, m := s.layout, s.mapping
	if l.amount >= 0 {
		amount, err := amountIn(cells[l.amount], row)
		if m.Reversed {
			amount = -amount
		}
		return amount, err
	}
	in, out := strings.TrimSpace(cells[l.in]), strings.TrimSpace(cells[l.out])
	var came, went money.Amount
	var err error
	if in != "" || out == "" {
		came, err = amountIn(in, row)
	}
	if out != "" && err == nil {
		went, err = amountIn(out, row)
	}
	if m.Reversed {
		went = -went
	}
	switch {
	case err != nil:
		return 0, err
	case came != 0 && went != 0:
		return 0, at(row, ErrBothWays, "has both %s paid in and %s paid out. Check which columns you chose for paid in and paid out.", shown(in), shown(out))
	case came < 0:
		return 0, at(row, ErrSign, "has %s as paid in. Nothing can be paid in that is less than nothing: check which columns you chose.", shown(in))
	case went < 0:
		return 0, at(row, ErrSign, "has %s as paid out, with another sign than you chose for that column. Check the columns, and whether paid out is written with a minus.", shown(out))
	}
	return came - went, nil
}

// amountIn reads a cell that must hold an amount.
func amountIn(cell string, row int) (money.Amount, error) {
	amount, ok := pence(cell)
	switch {
	case ok:
		return amount, nil
	case strings.TrimSpace(cell) == "":
		return 0, at(row, ErrAmount, "has no amount. If it only tells a balance, take the row out of the file.")
	default:
		return 0, at(row, ErrAmount, "has %s as an amount, which could be misread. Write amounts in pounds like 1,234.50 or -12.00, without brackets, other currencies or a comma before the pence.", shown(cell))
	}
}
