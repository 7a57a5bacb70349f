package bankfile

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"bursar/internal/failure"
)

// The refusals of this package, for errors.Is: what a file says carries the same code and a sentence of its own.
var (
	// ErrMapping: the columns chosen are not enough to read any file.
	ErrMapping = failure.New(failure.Invalid, "bank_mapping", "Choose which columns of the file are which.")
	// ErrUnsure: Guess could not tell every column. It is returned together with what could be told.
	ErrUnsure = failure.New(failure.Invalid, "bank_unsure", "We could not tell which columns of this file are which. Choose them.")
	// ErrFormat: the file is not CSV but a PDF, a spreadsheet, a web page or another format of banks.
	ErrFormat = failure.New(failure.Invalid, "bank_format", "This is not a CSV file. In your online banking choose CSV when you export the statement.")
	// ErrEmpty: there are no transactions in the file.
	ErrEmpty = failure.New(failure.Invalid, "bank_empty", "There are no transactions in this file. Export the statement again and choose dates with payments in them.")
	// ErrTooLarge: the file has more than MaxSize bytes.
	ErrTooLarge = failure.New(failure.Invalid, "bank_too_large", "This file is larger than 50 MB. Export a shorter time, one file after the other.")
	// ErrTooManyRows: the file has more than MaxRows transactions.
	ErrTooManyRows = failure.New(failure.Invalid, "bank_too_many_rows", "This file has more than 500,000 transactions. Export a shorter time, one file after the other.")
	// ErrTooLong: a row has more than MaxLine bytes.
	ErrTooLong = failure.New(failure.Invalid, "bank_too_long", "A row is too long. Export the statement again from your online banking.")
	// ErrQuote: a quotation mark is never closed or stands in the middle of a cell.
	ErrQuote = failure.New(failure.Invalid, "bank_quote", "A quotation mark is in the wrong place.")
	// ErrHeader: the file has not the columns that the mapping names.
	ErrHeader = failure.New(failure.Invalid, "bank_header", "This file has not the columns we expect.")
	// ErrCells: a row has another number of cells than the file has columns.
	ErrCells = failure.New(failure.Invalid, "bank_cells", "A row has more or fewer cells than there are columns.")
	// ErrBytes: a row has bytes that are no text.
	ErrBytes = failure.New(failure.Invalid, "bank_bytes", "A row has signs that are not text.")
	// ErrDate: a date is missing, impossible, or in another form than the mapping says.
	ErrDate = failure.New(failure.Invalid, "bank_date", "A date cannot be read.")
	// ErrAmount: an amount is missing, or written so that it could be misread.
	ErrAmount = failure.New(failure.Invalid, "bank_amount", "An amount cannot be read.")
	// ErrBothWays: a row is both paid in and paid out.
	ErrBothWays = failure.New(failure.Invalid, "bank_both_ways", "A row has both an amount paid in and an amount paid out.")
	// ErrSign: an amount paid in or paid out has the sign of the other.
	ErrSign = failure.New(failure.Invalid, "bank_sign", "An amount has the wrong sign for its column.")
	// ErrCurrency: a row is not in pounds.
	ErrCurrency = failure.New(failure.Invalid, "bank_currency", "An amount is not in pounds.")
	// ErrReversed: the running balance shows that in and out are the wrong way round.
	ErrReversed = failure.New(failure.Invalid, "bank_reversed", "The balance goes down where the file is read as money coming in. Swap “paid in” and “paid out”, or turn the sign of the amount round.")
)

// Problem is what is wrong with one row, as it is kept and shown.
type Problem struct {
	Row     int    `json:"row"` // the line of the file it starts on, from 1; 0: the file as a whole
	Code    string `json:"code"`
	Message string `json:"message"` // a whole sentence or two, naming the row: what is wrong and what to do

	last bool // nothing after it can be read
}

// Error is the sentence, for logs.
func (p Problem) Error() string { return p.Message }

// Unwrap gives the failure, which is Invalid.
func (p Problem) Unwrap() error { return failure.New(failure.Invalid, p.Code, p.Message) }

// Refused is a file that cannot be read: Problems has at least one problem and at most MaxProblems, in the order of
// the file. errors.Is finds the code of any; failure.Of gives the first.
type Refused struct{ Problems []Problem }

// Error counts the problems and has the first sentence, for logs.
func (r *Refused) Error() string {
	return fmt.Sprintf("bank file refused, %d problems: %s", len(r.Problems), r.Problems[0].Message)
}

// Unwrap gives the problems.
func (r *Refused) Unwrap() []error {
	all := make([]error, len(r.Problems))
	for i, p := range r.Problems {
		all[i] = p
	}
	return all
}

// goesOn takes a problem down and reports whether more may be found.
func (r *Refused) goesOn(err error) bool {
	p, bad := errors.AsType[Problem](err)
	if bad {
		r.Problems = append(r.Problems, p)
	}
	return bad && !p.last && len(r.Problems) < MaxProblems
}

// end is what Read ends with: nothing after the last row of a good file, the error of a file that could not be got.
func (r *Refused) end(err error) error {
	_, bad := errors.AsType[Problem](err)
	switch done := errors.Is(err, io.EOF); {
	case !done && !bad:
		return err
	case len(r.Problems) > 0:
		return r
	default:
		return nil
	}
}

// whole is a problem of the whole file, after which nothing is read.
func whole(kind *failure.Error) Problem {
	return Problem{Code: kind.Code, Message: kind.Message, last: true}
}

// at is a problem of one row; says starts after "Row 7".
func at(row int, kind *failure.Error, says string, args ...any) Problem {
	return Problem{Row: row, Code: kind.Code, Message: fmt.Sprintf("Row %d ", row) + fmt.Sprintf(says, args...)}
}

// final is a problem of one row after which no other row can be told.
func final(p Problem) Problem {
	p.last = true
	return p
}

// shown is as much of a cell as fits in a sentence.
func shown(cell string) string {
	const most = 40
	if utf8.RuneCountInString(cell) > most {
		cell = string([]rune(cell)[:most]) + "…"
	}
	return "“" + cell + "”"
}
