// Package bankfile reads the statement of a bank account from the CSV file that online banking exports, by a Mapping
// that says which column is which and is remembered for the account. Nothing about such files is agreed between banks
// but the commas (RFC 4180), and those not always: the separator and the encoding are found in the file itself.
//
// A file is taken whole or not at all, and every line of it knows itself again in another file of the same account:
// see Line.Fingerprint.
package bankfile

import (
	"io"
	"iter"

	"bursar/internal/london"
	"bursar/internal/money"
)

// Limits of a file. Who has more exports a shorter time.
const (
	MaxSize = 50 << 20 // bytes of the file
	MaxRows = 500_000  // transactions
	MaxLine = 16 << 10 // bytes of one row, in UTF-8
)

// MaxProblems is how many bad rows are told of a file; reading stops there.
const MaxProblems = 20

// Line is one movement of money on the account. White space in texts is written as single spaces; else they are what
// the file says, also where a spreadsheet would take them for a formula.
type Line struct {
	Row       int // the line of the file it starts on, from 1
	On        london.Date
	Amount    money.Amount // pence: in positive, out negative, never 0
	Payer     string
	Reference string
	Text      string
	BankID    string // the bank's own name of it, when there is one

	// Fingerprint is the same for the same movement in every file of the account, so that files which overlap bring
	// it in once, and differs for every other. It is a hash of the day, the amount, BankID or else every word of the
	// row, and of how many equal rows were before it in the file, so that two equal payments of one day are two. Words
	// that the bank or its customer may change later (balance, category, notes) do not count; nor does which column
	// is taken for Payer, Reference, Text or balance, so that a better mapping brings nothing in again.
	Fingerprint [32]byte
}

// Read gives the lines of a statement in the order of the file, holding one row at a time (and 50 bytes for each line
// so far, to count equal ones). Rows without any text and rows of exactly £0.00 are passed over.
//
// The last thing it gives may be an error: *Refused when something is wrong with the file, with up to MaxProblems bad
// rows; what Mapping.Check says; or the error of r. No line comes after the first bad row, and those that came before
// must be given up too: keep them only when Read ends without an error.
func Read(r io.Reader, m Mapping) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		if err := m.Check(); err != nil {
			yield(Line{}, err)
			return
		}
		s, err := open(r, m)
		var refused Refused
		for err == nil || refused.goesOn(err) {
			var line Line
			if line, err = s.next(); err == nil && len(refused.Problems) == 0 && !yield(line, nil) {
				return
			}
		}
		if err = refused.end(err); err != nil {
			yield(Line{}, err)
		}
	}
}
