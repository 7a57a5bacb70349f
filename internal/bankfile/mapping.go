package bankfile

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"bursar/internal/failure"
)

// Column names a column of the file: by its header ("Paid in"; capitals and spaces do not matter) or by its number
// from 1 ("#3"), which is the only way in a file without headers. Empty: there is no such column.
type Column string

// Numbered is the column with a number, from 1.
func Numbered(n int) Column { return Column("#" + strconv.Itoa(n)) }

// number is the n of "#n", and whether c is one.
func (c Column) number() (int, bool) {
	digits, ok := strings.CutPrefix(string(c), "#")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n > 0
}

// Mapping says how the files of one bank account are laid out. Its JSON form is kept with the account.
type Mapping struct {
	Above      int        `json:"above,omitempty"` // lines before the header, or before the first transaction
	Header     bool       `json:"header"`          // whether a row of column names comes first
	Date       Column     `json:"date"`
	DateFormat DateFormat `json:"date_format"`
	Amount     Column     `json:"amount,omitempty"`   // one column for in and out, told apart by the sign
	In         Column     `json:"paid_in,omitempty"`  // or one for each, both given
	Out        Column     `json:"paid_out,omitempty"` //
	Reversed   bool       `json:"reversed,omitempty"` // Amount: out is positive and in negative; In and Out: out has a minus
	Payer      []Column   `json:"payer,omitempty"`    // joined by spaces, like Text
	Text       []Column   `json:"text,omitempty"`     //
	Reference  Column     `json:"reference,omitempty"`
	BankID     Column     `json:"bank_id,omitempty"`  // the bank's own name of the transaction
	Balance    Column     `json:"balance,omitempty"`  // after the transaction: proves that in and out are the right way round
	Currency   Column     `json:"currency,omitempty"` // what is not GBP is refused
}

// maxAbove is how many lines may stand before the header.
const maxAbove = 100

// Check refuses a mapping by which no file can be read, with a sentence for every field to correct (named as in
// JSON). The failure is ErrMapping's.
func (m Mapping) Check() error {
	wrong := map[string]string{}
	say := func(bad bool, field, sentence string) {
		if bad {
			wrong[field] = sentence
		}
	}
	say(m.Above < 0 || m.Above > maxAbove, "above", "Enter how many lines come before the table, from 0 to 100.")
	say(m.Date == "", "date", "Choose the column with the date.")
	say(!slices.Contains(DateFormats, m.DateFormat), "date_format", "Choose how dates are written.")
	if single := m.Amount != ""; m.In == "" && m.Out == "" {
		say(!single, "amount", "Choose the column with the amount, or the two for paid in and paid out.")
	} else {
		say(single, "amount", "Choose either one column for the amount or two for paid in and paid out.")
		say(m.In == "" || m.In == m.Out, "paid_in", "Choose the column with what was paid in, as well as the one with what was paid out.")
		say(m.Out == "", "paid_out", "Choose the column with what was paid out, as well as the one with what was paid in.")
	}
	say(len(m.Payer)+len(m.Text) == 0 && m.Reference == "", "text", "Choose the column that says who paid or what for.")
	for field, columns := range m.columns() {
		for _, c := range columns {
			_, numbered := c.number()
			say(c == "" && len(columns) > 1 || c != "" && !m.Header && !numbered, field, "Give the column by its number, like #3: this file has no column names.")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	first := slices.Min(slices.Collect(maps.Keys(wrong)))
	return &failure.Error{Kind: failure.Invalid, Code: ErrMapping.Code, Message: wrong[first], Fields: wrong}
}

// columns are the columns by the field they are chosen in.
func (m Mapping) columns() map[string][]Column {
	return map[string][]Column{
		"date": {m.Date}, "amount": {m.Amount}, "paid_in": {m.In}, "paid_out": {m.Out}, "payer": m.Payer, "text": m.Text,
		"reference": {m.Reference}, "bank_id": {m.BankID}, "balance": {m.Balance}, "currency": {m.Currency},
	}
}
